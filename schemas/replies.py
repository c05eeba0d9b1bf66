"""What people write to us by SMS, as it lies on ``borrower-replies``: personal data, and nowhere else.

The key is the sender's number. A message of several parts is written part by part, each before the message centre
hears that we have it, and whole once all parts are there.
"""

from typing import Annotated, Final, Literal

from pydantic import Field, TypeAdapter

from schemas.facts import Contract, Id, Instant

TEXT_CHARACTERS_MAX: Final = 40_000
"""Above 255 parts of one message."""

Address = Annotated[str, Field(max_length=64)]
ReplyId = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
PartNumber = Annotated[int, Field(ge=1, le=255)]


class _Heard(Contract):
    schema_version: Literal[1] = 1
    sender: Annotated[str, Field(min_length=1, max_length=64)]
    """The number that wrote: E.164 where it could be read, else as it came."""
    recipient: Address = ""
    """The address of ours that it wrote to."""
    at: Instant
    """When it was written, by the provider's clock; the same as ``heard_at`` where the provider does not say."""
    heard_at: Instant
    """When we were told, by our clock."""


class BorrowerReply(_Heard):
    """A message that a person sent us, whole."""

    type: Literal["borrower.replied"] = "borrower.replied"
    reply_id: ReplyId
    """Drawn by lot: it tells nothing of number or text."""
    text: Annotated[str, Field(max_length=TEXT_CHARACTERS_MAX)]
    answers: Id | None = None
    """The reminder that the provider says it answers."""
    reference: int | None = None
    """What tied the parts together; only of several."""
    parts: PartNumber = 1
    missing: Annotated[tuple[PartNumber, ...], Field(max_length=255)] = ()
    """Parts that never came; the text has ``…`` in their place."""
    readable: bool = True
    """False where the text is in a coding that we do not know: a person asks what it said."""


class ReplyPart(_Heard):
    """One part of a message that a person sent us; the whole follows as ``borrower.replied``."""

    type: Literal["borrower.reply-part"] = "borrower.reply-part"
    part_id: ReplyId
    reference: int
    """What ties the parts together."""
    part: PartNumber
    parts: PartNumber
    coding: Annotated[int, Field(ge=0, le=255)]
    """``data_coding`` of SMPP, by which the octets are read."""
    octets: Annotated[str, Field(max_length=131_072, pattern="^([0-9a-f]{2})*$")]
    """In hexadecimal, without the header."""


AnyReply = BorrowerReply | ReplyPart

_ANY: Final[TypeAdapter[AnyReply]] = TypeAdapter(Annotated[AnyReply, Field(discriminator="type")])


def read_said(value: bytes | None) -> AnyReply:
    """A record of ``borrower-replies``. Raises pydantic.ValidationError, whose text quotes the record: log its kind
    only."""
    return _ANY.validate_json(value or b"")
