"""One spelling for every disguise: what the patterns see of a text.

A folded text holds lower-case letters, digits, simplified Chinese, a space between words, ``,`` between clauses and a
line feed between sentences. Between Chinese characters nothing is left that could hide a word: no space, no separator,
no mark beside a single character.
"""

import re
import unicodedata
from functools import cache
from typing import Final

import opencc

from agents.decisions.text.linter.disguises import undisguise

CHINESE: Final = "\u3400-\u9fff"
_CHINESE_BLOCKS: Final = ((0x3400, 0x4DC0), (0x4E00, 0xA000))
_SAME: Final = {
    **dict(
        zip("您妳她牠它佢帐着决摧砝珐薇唔嘅咗哋冇畀俾喺睇", "你你他他他他账着绝催法法微不的了们没给给在看", strict=True)
    ),
    **dict(zip("аеорсухіѕјһԁԛԝкмтвнё", "aeopcyxisjhdqwkmtbhe", strict=True)),
    **dict(zip("АЕОРСУХІЅЈКМТВН", "aeopcyxisjkmtbh", strict=True)),
    **dict(zip("αοορνικτυεχΑΟΡΝΙΚΤΥΕΧΒΗΜΖ", "aoopviktuexaopniktyexbhmz", strict=True)),
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢɑɡıł", "abcdefghijklmnoprstuvwyzagil", strict=True)),
    "ß": "ss",
}
"""Variants of one word (you, he, account), Cantonese particles, and letters that look like Latin ones."""
_SENTENCE_MARKS: Final = "。！？；!?;…\n\r\u2028\u2029"
_CLAUSE_MARKS: Final = "，、：,:"
_KEPT: Final = ".'"
_BLANK: Final = "\u115f\u1160\u3164\uffa0\u2800\u034f"

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u0300-\u036f\u115f\u1160\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+"
)
_FULL_STOP = re.compile(r"\.(?=\s|$)")
_CLAUSE_RUN = re.compile(" ?,[ ,]*")
_SENTENCE_RUN = re.compile(r"[ ,]?\n[ ,\n]*")
_SPACES = re.compile("  +")
_SPACE_AT_CHINESE = re.compile(f" (?:(?=[{CHINESE}])|(?<=[{CHINESE}] ))")
_MARK_BEFORE_ONE = re.compile(f"[,\n]([{CHINESE}])(?![^,\n])")
_MARK_AFTER_FIRST = re.compile(f"^([{CHINESE}])[,\n]")
_MARK_AT_CHINESE = re.compile(f"[,\n](?=[{CHINESE}])(?<=[{CHINESE}][,\n])")
_SHORT_FORMS: Final = (
    (re.compile(r"\bcan't\b"), "can not"),
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"'ll\b"), " will"),
    (re.compile(r"'re\b"), " are"),
    (re.compile(r"'ve\b"), " have"),
    (re.compile(r"\b(i)'m\b"), r"\1 am"),
    (re.compile(r"'s\b"), " s"),
)
_CROWDED: Final = 4
"""Marks more often than at each fourth character separate nothing: they hide something."""


@cache
def _table() -> dict[int, str | int | None]:
    """What each character becomes; complete for the everyday ones, so that no look-up fails."""
    table: dict[int, str | int | None] = {}
    for point in (*range(0x10000), *range(0x1F000, 0x1FB00), *range(0xE0000, 0xE01F0)):
        kind = unicodedata.category(chr(point))
        if kind in {"Cf", "Mn", "Me"}:
            table[point] = None
        elif kind[0] in "PSZC":
            table[point] = 32
    for first, end in _CHINESE_BLOCKS:
        plain = [chr(point) for point in range(first, end)]
        simplified = opencc.OpenCC("t2s").convert("\n".join(plain)).split("\n")
        table |= {ord(old): ord(new) for old, new in zip(plain, simplified, strict=True)}
    table |= {point: ord(chr(point).lower()) for point in range(128) if chr(point).isalnum()}
    table |= {ord(mark): 10 for mark in _SENTENCE_MARKS} | {ord(mark): 44 for mark in _CLAUSE_MARKS}
    table |= {ord(mark): ord(mark) for mark in _KEPT} | {ord(mark): 39 for mark in "‘’ʼ`´"}
    table |= dict.fromkeys(map(ord, _BLANK))
    variants = {ord(old): new for old, new in _SAME.items()}
    traditional = {point: variants[new] for point, new in table.items() if isinstance(new, int) and new in variants}
    return table | traditional | variants


_LOOKALIKES: Final = {ord(old): new for old, new in _SAME.items() if new.isascii()}


def latin_lookalikes(text: str) -> str:
    """The text with Latin letters in the place of those of other scripts that look like them."""
    return text.translate(_LOOKALIKES)


def decomposed(text: str) -> str:
    """The text with full-width and other compatible forms made plain, and without what nobody sees.

    NFKD is what NFKC is, before marks are put back on their letters: the marks go anyway.
    """
    return _INVISIBLE.sub("", unicodedata.normalize("NFKD", text))


def fold(plain: str, vocabulary: frozenset[str]) -> str:
    """The folded text of a decomposed one; an English word in disguise is written out when the vocabulary has it."""
    folded = undisguise(plain, vocabulary).translate(_table())
    if "'" in folded:
        for short, long in _SHORT_FORMS:
            folded = short.sub(long, folded)
        folded = folded.replace("'", "")
    if "." in folded:
        folded = _FULL_STOP.sub("\n", folded).replace(".", " ")
    if "  " in folded:
        folded = _SPACES.sub(" ", folded)
    if "," in folded:
        folded = _CLAUSE_RUN.sub(",", folded)
    if "\n" in folded:
        folded = _SENTENCE_RUN.sub("\n", folded)
    folded = _SPACE_AT_CHINESE.sub("", folded).strip(" ,\n")
    return _without_lone_marks(folded)


def _without_lone_marks(folded: str) -> str:
    marks = folded.count(",") + folded.count("\n")
    if not marks:
        return folded
    if marks * _CROWDED > len(folded):
        return _MARK_AT_CHINESE.sub("", folded)
    return _MARK_AFTER_FIRST.sub(r"\1", _MARK_BEFORE_ONE.sub(r"\1", folded))
