"""How a name is written in an SMS. What the profile says stays as it was told; only the text's spelling is made plain.

Composed letters, straight quotes and common spaces are the same name in fewer parts. Where a text would not fit with
the name's own letters, they are spelled in the alphabet that the network carries cheapest (3GPP TS 23.038).
"""

import re
from functools import lru_cache
from typing import Final
from unicodedata import normalize

from anyascii import anyascii

from agents.decisions.text.sms import is_gsm7

_PLAIN: Final = str.maketrans(
    {
        **dict.fromkeys("’‘ʼʻ`´′", "'"),
        **dict.fromkeys("“”„″", '"'),
        **dict.fromkeys("‐‑–—", "-"),
        **dict.fromkeys("\u00a0\u2007\u2009\u202f", " "),
        **dict.fromkeys("\u200c\u200d\u00ad", ""),
    }
)

_DIGITS_MAX: Final = 4
"""A year or an ordinal may be part of a name; five digits are the shortest number that can be called or written to."""
_LINK: Final = re.compile(
    r"[a-z0-9]+://|www\.|@|\.[a-z]{2,}/"
    r"|[\w-]\.(?:com|cn|net|org|io|cc|ly|me|top|xyz|info|biz|app|link|site|online|shop|club|vip|tv|gl|gd)\b",
    re.IGNORECASE,
)
_PAYEE: Final = re.compile(
    r"\b(?:zelle|venmo|cash ?app|paypal|alipay|wechat|iban|accounts?)\b|\b(?:transfer|send|wire)\b.*\bto\b"
    r"|\bpay\b.*\b(?:to|via|by|with|me|us|now|here|instead|only)\b"
    "|转[账帐]|轉[賬帳]|[汇打收付]款|匯款|支付[宝寶]|微信|[账帐帳賬][号號户戶]|[银銀]行卡|卡[号號]",
    re.IGNORECASE,
)


@lru_cache(maxsize=4_096)
def leads_elsewhere(name: str) -> bool:
    """Whether a name brings a number, a link or a payee: whoever may write it could speak in the lender's name."""
    folded = normalize("NFKC", name)
    if sum(letter.isdigit() for letter in folded) > _DIGITS_MAX:
        return True
    return _LINK.search(folded) is not None or _PAYEE.search(folded) is not None


@lru_cache(maxsize=4_096)
def plain(name: str) -> str:
    """The name with composed letters, straight quotes and dashes, common spaces, and without joiners."""
    return normalize("NFC", name).translate(_PLAIN)


@lru_cache(maxsize=4_096)
def in_gsm7(name: str) -> str:
    """The name in letters of GSM-7, its own where they are there: ``Łukasz Müller`` is ``Lukasz Müller``.

    A script without capitals gets one at the beginning of each word.
    """
    spelled = "".join(letter if is_gsm7(letter) else anyascii(letter) for letter in name)
    return (
        spelled if name.lower() != name.upper() else " ".join(word[:1].upper() + word[1:] for word in spelled.split())
    )
