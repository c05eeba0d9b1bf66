"""What a person wrote, as the HTTP provider tells it when it is asked."""

import logging
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agents.delivery.incoming.inbox import Incoming
from agents.delivery.incoming.numbers import e164

log = logging.getLogger(__name__)


class _Reply(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    sender: str = Field(alias="PhoneNumber", min_length=1)
    text: str = Field(alias="ReplyContent")
    at_s: int | None = Field(default=None, ge=0, le=2**33, alias="ReplyTime")
    recipient: str = Field(default="", alias="ExtendCode")


def read_reply(row: object, region: str) -> Incoming | None:
    """One row; None, with a warning, for one that is none: it is not told again."""
    try:
        said = _Reply.model_validate(row)
    except ValidationError:
        log.warning("a message of a person's that cannot be read was read past")
        return None
    return Incoming(
        sender=e164(said.sender, region, international=False),
        recipient=said.recipient,
        text=said.text,
        at=None if said.at_s is None else datetime.fromtimestamp(said.at_s, UTC),
    )
