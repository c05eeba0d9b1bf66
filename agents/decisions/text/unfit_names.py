"""Names that are no names: what carries a number, a link or somebody to pay is never put into a text.

A name is the one part of a text that nobody approved. Whoever writes a profile could put an address or an account into
every reminder, under the lender's signature. Each check looks at the name in all its dresses: other widths and digits,
letters that look like Latin ones, invisible characters, letters with spaces between them. People are called Cash, Link
and Call, so a single word is no payee; what is refused in doubt goes to a person, who corrects the profile.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from anyascii import anyascii

from agents.decisions.text.linter.normalise import latin_lookalikes

_DIGITS_MIN: Final = 3
"""``3rd`` and ``2`` are parts of names; numbers that can be rung, or amounts, have more digits."""
_SPOKEN_MIN: Final = 4
_SPOKEN: Final = re.compile(r"\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)\b")
_HAN_DIGITS: Final = re.compile("[〇零一二三四五六七八九壹贰貳叁參肆伍陆陸柒捌玖]")
_HAN_MIN: Final = 5
_STRONG: Final = "com|net|org|info|biz|xyz|app|site|online|shop|vip|icu"
_TLD: Final = (
    f"{_STRONG}|io|cn|hk|tw|ru|cc|ly|gg|gl|me|tv|top|link|click|live|club|store|bank|pay|finance|loan|help|support|page"
    "|dev|edu|gov"
)
_NATIONAL: Final = "ai|at|be|br|ca|ch|co|cz|de|es|eu|fr|id|ie|in|it|jp|kr|mx|my|nl|ph|pl|pt|se|sg|th|to|tr|uk|us|vn"
_LINK: Final = re.compile(
    rf"@|\bxn--|\.рф|https?\b|hxxp|://|\bwww\b|www\.|\b(?:t|wa|m)\.me\b|\b[a-z0-9][a-z0-9-]*\.(?:{_TLD})(?![a-z])"
    rf"|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{{2,}}/|\b[a-z0-9-]{{3,}}(?:\.[a-z0-9-]+)*\.(?:{_NATIONAL})$"
)
_JOINED_LINK: Final = re.compile(
    rf"https?[:/]|hxxp|://|www\.|(?:^|[^a-z])(?:t|wa|m)\.me(?:/|$)|[a-z0-9-]{{3,}}\.(?:{_STRONG})(?![a-z])"
    rf"|[a-z0-9-]{{2,}}\.(?:com|net|org)/"
)
_DOT: Final = re.compile(
    rf"\s*[\[({{<]?\s*(?:\bdot\b|\bpunkt\b|\bpunto\b|点|點|(?<=[\[({{<])\.)\s*[\])}}>]?\s*(?={_TLD})\b"
)
_DOTS: Final = re.compile(rf"[\u2024\u2027\u3002\uff0e\u06d4]|,(?=(?:{_STRONG})\b)")
_BRANDS: Final = re.compile("paypal|alipay|whatsapp|telegram|bitcoin|revolut|phonepe|cashapp")
_PAYEE: Final = re.compile(
    r"\bpa(?:y|yable|yments?|id)\s*(?:to|at|via|into|here|now|me|us|by|with|on|off|in)\b"
    r"|\b(?:send|wire|transfer|remit)(?:\s+\w+)?\s*(?:to|money|funds|via|me|us)\b"
    r"|\btransfer\b|\bpaypal\b|\bvenmo\b|\bcash ?app\b|\balipay\b|\bwechat\b"
    r"|\bwhats ?app\b|\btelegram\b|\bbitcoin\b|\busdt\b|\bbtc\b|\brevolut\b|\bpaytm\b|\bphonepe\b|\bg(?:oogle )?pay\b"
    r"|\bapple pay\b|\bzelle (?:me|to|us|it)\b|\bupi\b|\bacc(?:oun)?t\b|\ba/c\b|\biban\s*[:=]|\bsort code\b"
    r"|\bcall (?:me|us|now|on|at|back|this|the)\b|\b(?:text|message|contact|ring|phone|click|visit|reply to|log ?in)"
    r"\s*(?:me|us|now|here|on|at|to|this|the)\b|\$[a-z]"
    r"|\buberweis|\bbankkonto\b|\bkontonummer\b|\bzahl(?:en|e|t)? (?:sie )?an\b|\bpag(?:ue|ar|a|uen) a\b|\btransferir\b"
    r"|\bvirement\b|\bpayez\b|\bversez\b|\bcuenta\b"
)
_HAN_PAYEE: Final = re.compile(
    "转账|轉賬|轉帳|转帐|汇款|匯款|打款|付款|收款|还款|還款|支付|微信|账号|賬號|帐号|帳號|账户|賬戶|帐户|帳戶|卡号|卡號|联系|聯繫|聯絡|点击|點擊|链接|鏈接|連結"
    "|加我|加微|客服|退款|逾期|请拨|請撥|致电|致電"
)
_SINGLES: Final = re.compile(r"(?:(?<=\s)|^)\S(?:[\s·•_-]+\S){2,}(?=\s|$)")
_APART: Final = re.compile(r"[\s·•_-]+")
_MARKS: Final = re.compile(r"[\W_]+")
_INVISIBLE: Final = frozenset({"Cf", "Cc", "Mn", "Me", "Co", "Cn"})


@lru_cache(maxsize=4_096)
def carried_by(name: str) -> str | None:
    """What a name carries that no name does: NUMBER, LINK or PAYEE; None for a name."""
    plain = _plain(name)
    if _is_number(plain):
        return "NUMBER"
    for dress in _dresses(plain):
        if _LINK.search(dress) or _JOINED_LINK.search(_APART.sub("", dress)):
            return "LINK"
        if _PAYEE.search(dress) or _BRANDS.search(_MARKS.sub("", dress)):
            return "PAYEE"
    return "PAYEE" if _HAN_PAYEE.search(_APART.sub("", plain)) else None


def _plain(name: str) -> str:
    """Small letters of common width, and nothing that is not seen."""
    folded = unicodedata.normalize("NFKC", name)
    shown = "".join(
        char for char in unicodedata.normalize("NFKD", folded) if unicodedata.category(char) not in _INVISIBLE
    )
    return _DOTS.sub(".", unicodedata.normalize("NFKC", shown).casefold())


def _is_number(plain: str) -> bool:
    if sum(unicodedata.digit(char, None) is not None for char in plain) >= _DIGITS_MIN:
        return True
    return len(_SPOKEN.findall(plain)) >= _SPOKEN_MIN or len(_HAN_DIGITS.findall(plain)) >= _HAN_MIN


def _dresses(plain: str) -> Iterator[str]:
    """The name as it may be read: as it is, in letters that look like Latin ones, and spelt together."""
    for read in dict.fromkeys((plain, latin_lookalikes(plain), anyascii(latin_lookalikes(plain)).casefold())):
        whole = _SINGLES.sub(lambda found: _APART.sub("", found.group()), read)
        yield from dict.fromkeys((_DOT.sub(".", read), _DOT.sub(".", whole)))
