"""One spelling for every dress of a reply: script, width, case, emoji, punctuation, spacing.

A normalised reply holds lower-case letters, simplified Chinese, digits and signs of money; ``,`` between clauses, ``.``
or ``?`` after sentences, ``"`` around quotations. The question mark is kept: it tells a wish from a question.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import Final

import opencc

HAN: Final = "\u3400-\u9fff"
READ_CHARACTERS_MAX: Final = 2000
"""An SMS of ten parts has 1,530; what is longer is no reply that rules should judge alone."""
_ROUNDS_MAX: Final = 6
_CHARACTERS_CACHED: Final = 8192
_UNSEEN: Final = {"Mn", "Me", "Cf", "Cs", "Co", "Cn"}
"""Categories of marks on letters, of what directs a line, and of what is no character."""
_KEPT: Final = "'\"£$€₹¥%/?.,"
_ALIKE: Final = {
    **dict.fromkeys("。！!;；…\n\r\u2028\u2029", "."),
    **dict.fromkeys("？؟", "?"),
    **dict.fromkeys("，、：,:()[]{}（）【】《》<>", ","),
    **dict.fromkeys("“”„«»「」『』", '"'),
    **dict.fromkeys("‘’ʼ`´", "'"),
    **dict.fromkeys("您妳她它牠佢", "你"),
    **dict.fromkeys("帐賬帳", "账"),
    **dict(zip("аеорсухіѕјԁκοαετ", "aeopcyxisjdkoaet", strict=True)),
}
_ALIKE["她"] = _ALIKE["它"] = _ALIKE["牠"] = _ALIKE["佢"] = "他"

_REPEATED_LETTER = re.compile(r"([a-z])\1{2,}")
_SPELT_OUT = re.compile(r"(?<![a-z0-9'])[a-z](?:[ .,][a-z]){2,}(?![a-z0-9'])")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_FULL_STOP = re.compile(r"\.(?!\d)|(?<!\d)\.")
_CLAUSE_COMMA = re.compile(r" *, *")
_SLASH = re.compile(r"(?<!\d)/|/(?!\d)")
_HAN_LATIN = re.compile(f"(?<=[{HAN}])(?=[a-z])|(?<=[a-z])(?=[{HAN}])")
_HAN_DIGIT_SPACE = re.compile(f"(?<=[{HAN}]) +(?=\\d)|(?<=\\d) +(?=[{HAN}])")
_HAN_SPACED = re.compile(f"[{HAN}]+(?: +[{HAN}]+)+")
_MARKS = re.compile(r"[ ,.?]*[.?][ ,.?]*(?!\d)")
_COMMAS = re.compile(r" *,[ ,]*")
_SPACES = re.compile(" {2,}")


@lru_cache(maxsize=1)
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=_CHARACTERS_CACHED)
def _plain(character: str) -> str:
    """What one character becomes; a picture separates, what nobody sees goes."""
    if character in _ALIKE or character in _KEPT:
        return _ALIKE.get(character, character)
    if "\u3400" <= character <= "\u9fff":
        simple: str = _to_simplified().convert(character)
        return _ALIKE.get(simple, simple)
    kind = unicodedata.category(character)
    if kind in _UNSEEN:
        return ""
    if kind[0] in "PSZC":
        return "," if kind == "So" else " "
    return character


def normalise(text: str) -> str:
    """The reply in its one spelling; normalising it again changes nothing."""
    for _ in range(_ROUNDS_MAX):
        normal = _once(text)
        if normal == text:
            break
        text = normal
    return text


def _once(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower()).replace("\r\n", "\n")
    plain = "".join(_plain(character) for character in decomposed)
    plain = _THOUSANDS.sub("", _SLASH.sub(",", plain))
    plain = _REPEATED_LETTER.sub(r"\1", plain)
    plain = _SPELT_OUT.sub(lambda found: re.sub("[ .,]", "", found[0]), plain)
    plain = _HAN_DIGIT_SPACE.sub("", _HAN_LATIN.sub(" ", plain))
    plain = _HAN_SPACED.sub(lambda found: _respaced(found[0]), plain)
    plain = _FULL_STOP.sub(". ", _CLAUSE_COMMA.sub(",", plain))
    plain = _MARKS.sub(lambda found: "? " if "?" in found[0] else ". ", plain)
    plain = _COMMAS.sub(",", plain)
    return _SPACES.sub(" ", plain).strip(" ,")


def _respaced(spaced: str) -> str:
    """A space beside a single Chinese character hides a word; elsewhere it stands for a comma."""
    runs = spaced.split()
    parts = [runs[0]]
    for before, run in pairwise(runs):
        parts.append(("" if len(before) == 1 or len(run) == 1 else ",") + run)
    return "".join(parts)
