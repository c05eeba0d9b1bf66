"""How an HTTP provider of registered templates is reached: section ``http`` of the delivery file. Secrets are files."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, FilePath, field_validator

from agents.delivery.incoming.settings import Region
from agents.delivery.providers.requests import Milliseconds
from streams.text_files import read_secret

PLAIN_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


class RegisteredTemplate(BaseModel):
    """One of our approved texts as it is registered with the provider."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    id: Annotated[str, Field(min_length=1, max_length=64)]
    """The provider's id of the template."""
    variables: tuple[str, ...] = ()
    """Our slots in the order of the provider's numbered ones."""


class HttpSettings(BaseModel):
    """Section ``http``."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    url: str
    """Scheme and host, nothing after it; https unless the host is this machine."""
    region: Annotated[str, Field(min_length=1)] = "ap-guangzhou"
    """The provider's region."""
    app_id: Annotated[str, Field(min_length=1)]
    """Our application at the provider."""
    secret_id: Annotated[str, Field(min_length=1)]
    """The name of the key."""
    secret_key_file: FilePath
    """The key: a mounted secret, one line."""
    templates: dict[str, RegisteredTemplate]
    """Our template id -> what is registered; a reminder of any other template is refused."""

    connections_max: Annotated[int, Field(gt=0, le=1000)] = 16
    """Requests under way at once."""
    keep_alive_ms: Milliseconds = 10_000
    """How long an idle connection is used again; shorter than the provider's own limit."""
    connect_timeout_ms: Milliseconds = 5000
    """For the connection; until it stands, nothing was sent."""
    response_timeout_ms: Milliseconds = 10_000
    """For one answer, the connection included; after it nobody knows."""
    poll_ms: Milliseconds = 5000
    """Between two questions for receipts."""
    poll_size: Annotated[int, Field(gt=0, le=100)] = 100
    """Receipts in one answer; a full one is followed by the next question at once."""
    poll_failures_max: Annotated[int, Field(gt=0, le=100_000)] = 120
    """Questions in a row without an answer; then the hand-over stops."""

    reply_region: Region = ""
    """Whose numbers stand without a country's code in people's messages, as `CN`; empty: none do."""

    @field_validator("url")
    @classmethod
    def _is_an_origin(cls, given: str) -> str:
        parts = urlsplit(given)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError("not https://host")
        if parts.scheme == "http" and parts.hostname not in PLAIN_HOSTS:
            raise ValueError("must be https: texts and numbers are personal data")
        return given.rstrip("/")

    @property
    def host(self) -> str:
        """Host and port as in the Host header."""
        return urlsplit(self.url).netloc

    def secret_key(self) -> str:
        """The secret itself, read anew at each use so that it can be replaced."""
        return read_secret(Path(self.secret_key_file))
