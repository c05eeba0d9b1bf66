"""How people's messages come in where the provider pushes them: section ``callback`` of the delivery file."""

from pathlib import Path
from typing import Annotated, Final, Literal, Self

import phonenumbers
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, FilePath, model_validator

from streams.settings import KnownZone
from streams.settings_faults import is_loopback
from streams.text_files import read_secret

PROXIED: Final = "behind-tls-proxy"


def _region(given: str) -> str:
    if given and given not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError("not a region such as CN")
    return given


Region = Annotated[str, AfterValidator(_region)]
FieldName = Annotated[str, Field(min_length=1, max_length=64)]


class CallbackSettings(BaseModel):
    """Section ``callback``."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    """Where it listens. Another address than this machine's own only by the word below."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8085
    """Its port; 0: any free one."""
    path: Annotated[str, Field(pattern="^/[A-Za-z0-9/_-]{0,64}$")] = "/replies"
    """The one path that is answered."""
    secret_file: FilePath
    """A mounted secret of at least 16 characters, sent as `Authorization: Bearer …` or as the password of Basic."""
    exposed: Literal["behind-tls-proxy"] | None = None
    """The word that lets it listen beyond this machine: secret and texts come in the clear."""

    sender: FieldName = "sender"
    """The field with the number that wrote."""
    text: FieldName = "text"
    """The field with the text."""
    recipient: FieldName = "recipient"
    """The field with the address of ours; it may be absent."""
    at: FieldName = "at"
    """The field with the time: RFC 3339, `2026-03-05 10:00:00` or seconds since 1970; it may be absent."""
    answers: FieldName = "answers"
    """The field with our own reference of the message that is answered; it may be absent."""
    zone: KnownZone = "UTC"
    """The zone of times that carry none."""
    region: Region = ""
    """Whose numbers stand without a country's code, as `CN`; empty: none do."""
    answer: Annotated[str, Field(max_length=1000)] = '{"result":0}'
    """What the provider wants to read once a message is committed."""
    body_octets_max: Annotated[int, Field(gt=0, le=16_777_216)] = 262_144
    """The largest body that is read."""
    messages_max: Annotated[int, Field(gt=0, le=1000)] = 200
    """Messages in one body."""
    commit_timeout_ms: Annotated[int, Field(gt=0, le=600_000)] = 20_000
    """For the commit; after it the provider is told to come again."""

    @model_validator(mode="after")
    def _kept_close(self) -> Self:
        if self.exposed is None and not is_loopback(self.host):
            raise ValueError(
                f'secret and texts would come over the network in the clear: write exposed = "{PROXIED}" where a proxy '
                "with TLS stands before it"
            )
        if len(self.secret()) < 16:
            raise ValueError("the secret has fewer than 16 characters")
        return self

    def secret(self) -> str:
        """The secret itself, read anew at each use so that it can be replaced."""
        return read_secret(Path(self.secret_file))
