"""How the hand-over works, as a TOML file: strict, everything checked at start, every fault named at once."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from agents.delivery.incoming.settings import CallbackSettings
from agents.delivery.providers.http.settings import HttpSettings
from agents.delivery.providers.smpp.settings import SmppSettings
from agents.delivery.providers.stand_in import Shares
from streams.text_files import parse_toml


class DeliveryFault(ValueError):
    """The file is refused; one line for each fault."""


class HandOver(BaseModel):
    """Section ``hand_over``: its limits."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    messages_per_second: Annotated[float, Field(gt=0, le=10_000)] = 50
    """What the provider allows; a message of several parts is one."""
    in_flight_max: Annotated[int, Field(ge=1, le=10_000)] = 64
    """Reminders between their journal entry and the gateway's answer."""
    submit_timeout_s: Annotated[float, Field(gt=0, le=600)] = 30
    """Without an answer for so long, the outcome is unknown."""
    throttle_backoff_s: Annotated[float, Field(gt=0, le=60)] = 1
    """How long all offers wait when the provider throttles; twice as long each time in a row."""
    throttle_backoff_max_s: Annotated[float, Field(gt=0, le=600)] = 60
    """The longest such wait."""
    throttle_tries_max: Annotated[int, Field(ge=1, le=10_000)] = 100
    """How often one reminder is offered while the gateway throttles; it may expire before."""
    recall_tries_max: Annotated[int, Field(ge=1, le=100)] = 3
    """How often a recall is asked for when the gateway does not answer."""
    recall_again_s: Annotated[float, Field(gt=0, le=60)] = 1
    """Until the second time; twice as long before each further one."""
    receipt_grace_hours: Annotated[float, Field(ge=0, le=240)] = 72
    """After expiry: how long a report is waited for; keep it at the policy's own value or below."""
    open_max: Annotated[int, Field(ge=1, le=10_000_000)] = 500_000
    """Reminders remembered at once, ended ones for an hour; above it no more are taken on."""
    taken_back_max: Annotated[int, Field(ge=1, le=10_000_000)] = 2_000_000
    """Recalls remembered ahead of their reminders; above it the hand-over stops."""
    sweep_s: Annotated[float, Field(gt=0, le=600)] = 5
    """How often it is looked for messages to ask about."""


class DeliverySettings(BaseModel):
    """The whole file; what is left out has its default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    replies: Literal["here", "elsewhere"] | None = None
    """Who takes what people write to us: this process, or another system."""
    hand_over: HandOver = HandOver()
    stand_in: Shares = Shares()
    smpp: SmppSettings | None = None
    http: HttpSettings | None = None
    callback: CallbackSettings | None = None

    @property
    def hears(self) -> bool:
        """Whether people's messages are taken."""
        return self.replies == "here"

    @property
    def provider(self) -> str | None:
        """What the file says shall carry the SMS; None when it does not say."""
        return next((name for name in ("smpp", "http", "stand_in") if name in self.model_fields_set), None)

    @model_validator(mode="after")
    def _has_one_provider(self) -> Self:
        if self.smpp is not None and self.http is not None:
            raise ValueError("either [smpp] or [http], not both")
        if self.callback is not None and not self.hears:
            raise ValueError('[callback] takes what people write: it needs replies = "here"')
        return self


def load_delivery(path: Path | None) -> DeliverySettings:
    """The settings of a file, or the defaults. Raises DeliveryFault."""
    if path is None:
        return DeliverySettings()
    try:
        return DeliverySettings.model_validate(parse_toml(path.read_bytes()))
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        places = (".".join(map(str, fault["loc"])) for fault in faults)
        lines = [f"{place or 'the file'}: {fault['msg']}" for place, fault in zip(places, faults, strict=True)]
    except (OSError, ValueError) as error:
        lines = [str(error)]
    raise DeliveryFault("\n".join(f"{path.name}: {line}" for line in lines))
