"""What a named person says of one input partition, not of an account: records without a key on `case-updated`.

They stand in the partition of the same number, so that the worker that owns it reads them. The header ``ce_type``
names the type, as it does for progress marks: a reader need not parse a record to know what it is.
"""

from typing import Annotated, Final, Literal

from pydantic import Field, TypeAdapter, ValidationError

from schemas.facts import Code, Contract, Instant, RecordedId


class PartitionNote(Contract):
    """What every note carries."""

    schema_version: Literal[1] = 1
    role: Code
    """The input, by its name in the contract."""
    partition: Annotated[int, Field(ge=0)]
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    time: Instant


class UnownedDismissed(PartitionNote):
    """A dead letter that belongs to no account is given up: it counts no more among the open ones."""

    type: Literal["dead-letter.dismissed"] = "dead-letter.dismissed"
    account_id: None = None
    offset: Annotated[int, Field(ge=0)]
    dismissed_by: RecordedId

    @property
    def at(self) -> str:
        """The coordinates of the record."""
        return f"{self.role}/{self.partition}/{self.offset}"


class InputResumed(PartitionNote):
    """Ends the pause of an input partition that had too large a share of bad records.

    It may tolerate what is known to be bad: such records are put aside as ever and pause nothing. Each note of an
    input replaces what the one before it tolerated.
    """

    # A reader that does not know them pauses again as soon as without them, so version 1 may carry them.
    type: Literal["input.resumed"] = "input.resumed"
    resumed_by: RecordedId
    tolerated_to: Annotated[int, Field(ge=0, le=2**63 - 1)] | None = None
    """Bad records below this offset are tolerated."""
    tolerated_records: Annotated[int, Field(gt=0, le=2**31 - 1)] | None = None
    """Bad records are tolerated among so many offsets from the first one not read; with both, up to the nearer one."""


AnyNote = UnownedDismissed | InputResumed

_ANY: Final[TypeAdapter[AnyNote]] = TypeAdapter(Annotated[AnyNote, Field(discriminator="type")])


def read_note(value: bytes | None) -> AnyNote | None:
    """The note in a record without a key, or None when it is none."""
    if value is None:
        return None
    try:
        return _ANY.validate_json(value)
    except ValidationError:
        return None
