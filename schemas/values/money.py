"""Money is an integer number of minor units and an ISO 4217 code; nothing here knows floating point."""

from typing import Annotated, Any, Final

from pydantic import Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

MINOR_MAX: Final = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly (RFC 8259, section 6)."""

_TWO_DIGITS = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY "
    "COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR "
    "ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK "
    "MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP "
    "SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER "
    "ZAR ZMW ZWG"
)
_NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"

EXPONENTS: Final[dict[str, int]] = {
    **dict.fromkeys(_TWO_DIGITS.split(), 2),
    **dict.fromkeys(_NO_DIGITS.split(), 0),
    **dict.fromkeys(_THREE_DIGITS.split(), 3),
}
"""Currencies in which a borrower can owe money (ISO 4217, active codes), with their number of minor digits."""


class _KnownCode:
    """Checks a code without leaving pydantic's own core: every fact about money has one."""

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        known = core_schema.literal_schema(list(EXPONENTS))
        told = core_schema.custom_error_schema(
            known, "unknown_currency", custom_error_message="not an active ISO 4217 currency code"
        )
        return core_schema.chain_schema([core_schema.str_schema(), told])


Currency = Annotated[str, _KnownCode]
Minor = Annotated[int, Field(ge=0, le=MINOR_MAX)]
PositiveMinor = Annotated[int, Field(gt=0, le=MINOR_MAX)]


def plain(minor: int, currency: str) -> str:
    """The amount in major units with its own number of decimals: ``plain(123450, "CNY") == "1,234.50"``."""
    digits = EXPONENTS[currency]
    if digits == 2:  # nearly always, and a format known beforehand takes a third of the time
        return f"{minor // 100:,}.{minor % 100:02d}"
    if digits == 0:
        return f"{minor:,}"
    major, rest = divmod(minor, 10**digits)
    return f"{major:,}.{rest:0{digits}d}"


def units(currency: str) -> int:
    """Minor units of one major unit."""
    return int(10 ** EXPONENTS[currency])
