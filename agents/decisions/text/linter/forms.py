"""What is seen in the text as it is written: characters that the channel refuses, chains of marks, short links."""

import re
from typing import Final

from agents.decisions.text.linter.ideas import Severity
from schemas.policy.packs import Category

Form = tuple[Category, Severity, str]

_ODD: Final = re.compile(
    "[¥￥★☆✩✪✭✮⭐!！‼⁉❗❕\U0001f000-\U0001faff\u231a\u231b\u23e9-\u23f3\u2600-\u27bf\u2b50\u2b55\ufe0f^<]|[:;=][-^']?[()DPpOo]|T_T|orz"
)
_SIGNATURE: Final = re.compile("\\s*【[^【】]{1,20}】")
_BRACKETS: Final = re.compile("[【】]")
_MONEY_SIGN: Final = re.compile("[¥￥]")
_STARS: Final = re.compile("[★☆✩✪✭✮⭐]")
_PICTURES: Final = re.compile(
    "[\U0001f000-\U0001faff\u231a\u231b\u23e9-\u23f3\u2600-\u2604\u260e-\u27bf\u2b50\u2b55\ufe0f❗❕]"
    "|(?<![A-Za-z0-9:;])[:;=][-^']?[()DPpOo](?![A-Za-z0-9)])|\\^_\\^|>_<|T_T|orz"
)
_EXCLAMATIONS: Final = re.compile("(?:[!！‼⁉❗❕][?？\\s]*){2,}")
_SHORT_LINK: Final = re.compile(
    r"(?<![\w.-])(?:bit\.ly|t\.cn|dwz\.cn|url\.cn|suo\.im|tinyurl\.com|goo\.gl|t\.co|is\.gd|ow\.ly|cutt\.ly|rb\.gy|"
    r"shorturl\.at|rebrand\.ly|buff\.ly|tiny\.cc|t\.ly|v\.gd|s\.id|mrw\.so|sourl\.cn|985\.so|u\.nu|w\.url\.cn|"
    r"bl\.ink|lnkd\.in|wa\.me|t\.me|dlj\.bz|c7\.gg|6du\.in|0x\.co|reurl\.cc|lihi\d?\.(?:cc|com|io))/\S{0,12}",
    re.IGNORECASE,
)
_COURTESY: Final = re.compile("[您请請谢謝]|阁下|閣下|客服|热线|熱線|欢迎|歡迎|感|麻烦|麻煩|抱歉|恭喜|你好")
_LINK: Final = re.compile(
    r"https?://|www\.|(?<![\w.-])(?:[\w-]{1,63}\.){1,6}(?:com|cn|net|org|io|cc|ly|me|top|xyz|info)\b", re.I
)
_CHECKS: Final[tuple[tuple[re.Pattern[str], Category, Severity], ...]] = (
    (_MONEY_SIGN, "FORMAT", "warn"),
    (_STARS, "FORMAT", "warn"),
    (_PICTURES, "FORMAT", "warn"),
    (_EXCLAMATIONS, "PRESSURE", "warn"),
)


def forms(text: str) -> list[Form]:
    """What is wrong with the form of a text. A signature in 【】 may stand first.

    Who says 你 and not one polite word does not write as lenders do.
    """
    found: list[Form] = []
    if _ODD.search(text) is not None:
        for pattern, category, severity in _CHECKS:
            if (match := pattern.search(text)) is not None:
                found.append((category, severity, match.group().strip()[:40]))
    if "你" in text and _COURTESY.search(text) is None:
        found.append(("PRESSURE", "warn", "你"))
    if "【" in text or "】" in text:
        signature = _SIGNATURE.match(text)
        if (bracket := _BRACKETS.search(text, signature.end() if signature else 0)) is not None:
            found.append(("FORMAT", "warn", bracket.group()))
    return found


def short_links(plain: str) -> list[Form]:
    """A link in a decomposed text that hides where it leads."""
    if "/" not in plain or (link := _SHORT_LINK.search(plain)) is None:
        return []
    return [("DECEPT", "block", link.group()[:40])]


def variable_forms(value: str) -> list[Form]:
    """What a variable must not bring into a registered template."""
    link = _LINK.search(value)
    return [("FORMAT", "block", link.group())] if link else []
