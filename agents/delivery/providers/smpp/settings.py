"""How the message centre is reached: section ``smpp`` of the delivery file. Secrets are files, never values."""

from pathlib import Path
from typing import Annotated, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, FilePath, model_validator

from agents.delivery.incoming.coding import DefaultAlphabet
from agents.delivery.incoming.settings import Region
from agents.delivery.providers.requests import Milliseconds
from agents.delivery.providers.smpp.receipts import IdForm, IdForms
from streams.settings import KnownZone
from streams.settings_faults import is_loopback
from streams.text_files import read_secret

PLAIN: Final = "off-because-private-network"


class SmppSettings(BaseModel):
    """Section ``smpp``. Lengths are those of the standard."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    host: Annotated[str, Field(min_length=1)]
    """The message centre."""
    port: Annotated[int, Field(gt=0, le=65535)] = 2775
    """Its port."""
    system_id: Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,15}$")]
    """Our login."""
    password_file: FilePath
    """A mounted secret: one line of at most 8 characters."""
    system_type: Annotated[str, Field(pattern=r"^[\x20-\x7e]{0,12}$")] = ""
    """If the centre asks for one."""
    tls: bool | Literal["off-because-private-network"] = False
    """`true`: TLS, with the centre's certificate checked; off to another machine only by its word."""
    tls_cafile: FilePath | None = None
    """PEM; default: the system's authorities."""

    source: Annotated[str, Field(pattern=r"^[\x20-\x7e]{0,20}$")] = ""
    """The address we write from; empty: the centre has one for us."""
    source_ton: Annotated[int, Field(ge=0, le=6)] = 5
    """Its type of number; 5: letters and digits, 1: international, 3: a short number of the network."""
    source_npi: Annotated[int, Field(ge=0, le=18)] = 0
    """Its numbering plan; 1: that of telephones."""

    window: Annotated[int, Field(gt=0, le=1000)] = 16
    """Requests without an answer yet."""
    connect_timeout_ms: Milliseconds = 10_000
    """For the connection."""
    response_timeout_ms: Milliseconds = 10_000
    """For one answer; after it nobody knows."""
    enquire_link_ms: Milliseconds = 30_000
    """Silence after which we ask for a sign of life."""
    reconnect_first_ms: Milliseconds = 500
    """Pause before the first new attempt; it doubles."""
    reconnect_max_ms: Milliseconds = 30_000
    """The longest pause."""
    reconnect_attempts_max: Annotated[int, Field(gt=0, le=10_000)] = 20
    """Attempts in a row; then the hand-over stops."""
    part_attempts_max: Annotated[int, Field(gt=0, le=100)] = 5
    """Offers of a second or later part that is throttled."""
    part_pause_ms: Milliseconds = 1000
    """Between these offers."""
    messages_max: Annotated[int, Field(gt=0, le=10_000_000)] = 500_000
    """Messages whose receipts can be told apart; the oldest is forgotten first."""
    reports_max: Annotated[int, Field(gt=0, le=100_000)] = 1000
    """Receipts that wait to be written down; beyond it the centre is told to keep them."""

    response_id: IdForm = "text"
    """How ids stand in the centre's responses: text, decimal or hex."""
    receipt_id: IdForm = "text"
    """How they stand in the text of its receipts."""
    receipt_zone: KnownZone = "UTC"
    """The zone of the dates in its receipts."""
    receipt_window_s: Annotated[int, Field(gt=0, le=604_800)] = 300
    """How far the submit date in a receipt may lie from our own submit; beyond it the receipt is another message's."""
    receipt_number: Literal["recipient", "any"] = "recipient"
    """Whether the number in a receipt must be the recipient's; `any` if the centre writes others."""

    reply_alphabet: DefaultAlphabet = "gsm7"
    """The centre's own alphabet, in which people's messages come with data_coding 0: gsm7 or latin1."""
    reply_region: Region = ""
    """Whose numbers stand without a country's code in people's messages, as `CN`; empty: none do."""

    @model_validator(mode="after")
    def _not_in_the_clear(self) -> Self:
        if self.tls is False and not is_loopback(self.host):
            raise ValueError(
                f'password and texts would go over the network in the clear: write tls = true, or tls = "{PLAIN}" '
                "where nobody else can listen"
            )
        return self

    def password(self) -> str:
        """The secret itself, read anew at each bind."""
        return read_secret(Path(self.password_file))

    @property
    def id_forms(self) -> IdForms:
        return IdForms(self.response_id, self.receipt_id)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.receipt_zone)
