"""What bounds messages besides the ladder: amounts, how fast they leave, and the contract with the gateway."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from schemas.values.file_data import FileData
from schemas.values.money import Currency, Minor


class Amounts(FileData):
    """What no text states before a person has looked: most wrong amounts are wrong by a power of ten."""

    upper_minor: dict[Currency, Minor] = {}
    """No text states more than this; a currency that is not named has no bound."""
    jump_times: Annotated[int, Field(ge=2, le=1000)] | None = None
    """No text states more than so many times what is due of the instalment, by its newest word or any earlier one."""


class Pacing(FileData):
    """How fast messages leave, so that the gateway's queue stays within the freshness limit."""

    messages_per_second: Annotated[int, Field(ge=1, le=10_000)]
    """Over all partitions, each of which has the same part of it."""
    spread_minutes: Annotated[int, Field(ge=0, le=720)] = 0
    """What falls due at the opening of the hours leaves within so many minutes of it, by a stable place of each
    account; what waited already and older debts have shorter spreads. With 0 all leave in that order, as fast as the
    rate lets them."""


class Gateway(FileData):
    """What the SMS gateway's contract allows, and what it costs."""

    collections_allowed: bool = False
    signature_registered: bool = False
    templates_registered: bool = False
    callback_whitelisted: bool = False
    price_per_part: Annotated[str, Field(pattern=r"^[0-9]{1,6}(\.[0-9]{1,6})?$")] | None = None
    """In units of ``price_currency``, such as ``0.045``."""
    price_currency: Currency | None = None

    @model_validator(mode="after")
    def _priced(self) -> Self:
        if (self.price_per_part is None) != (self.price_currency is None):
            raise ValueError("a price needs its currency, and a currency its price")
        return self
