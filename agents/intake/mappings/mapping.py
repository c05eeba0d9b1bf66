"""What a mapping file may say. Strict: an unknown or missing field is refused. There is no code in a mapping.

A path is a dotted name that begins with its root: ``value`` and ``key`` of the record, ``headers``, ``record`` (its
``timestamp``, ``topic``, ``partition``, ``offset``), ``payload`` (what a rule unwraps), ``each`` (an element of a
fan-out), ``item`` (an element of a list). A number in a path is the place in a list, from 0.
"""

from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from schemas.facts import Code, Zone
from schemas.values.money import Currency

ROOTS: Final = ("value", "key", "headers", "record", "payload", "each", "item")

DottedPath = Annotated[str, Field(pattern=rf"^({'|'.join(ROOTS)})(\.[^.\s]+)*$", max_length=300)]
Scalar = str | int | bool


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)


class Condition(_Data):
    """Exactly one test of one path. A path that leads nowhere is equal to nothing."""

    path: DottedPath
    equals: Scalar | None = None
    one_of: Annotated[tuple[Scalar, ...], Field(min_length=1, strict=False)] | None = Field(default=None, alias="in")
    present: bool | None = None

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        if sum(test is not None for test in (self.equals, self.one_of, self.present)) != 1:
            raise PydanticCustomError("one_test", "a condition has exactly one of equals, in, present")
        return self


class Constant(_Data):
    """The same in every fact."""

    constant: Scalar


class Placed(_Data):
    """A field that comes from a place in the record, which stands under the name of its kind."""

    optional: bool = False

    @property
    def path(self) -> DottedPath:
        """Where it lies."""
        place: DottedPath = getattr(self, type(self).__name__.lower())
        return place


class Text(Placed):
    """A string, or a whole number as one. ``codes`` is a closed table: what it does not name is refused."""

    text: DottedPath
    prefix: Annotated[str, Field(max_length=64)] = ""
    codes: dict[str, str] = {}


class Whole(Placed):
    """A whole number."""

    whole: DottedPath


class Truth(Placed):
    """A boolean."""

    truth: DottedPath


class Amount(Placed):
    """Money as integer minor units of its currency; what does not fit exactly is refused.

    ``decimal``: major units, as text, number or Avro decimal. ``minor``: minor units already. ``unscaled``: the bytes
    (or their base64) of a big-endian integer, to be divided by ten to the power of ``scale``.
    """

    amount: DottedPath
    currency: DottedPath | None = None
    currency_code: Currency | None = None
    format: Literal["decimal", "minor", "unscaled"] = "decimal"
    scale: Annotated[int, Field(ge=0, le=20)] | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.currency is None) == (self.currency_code is None):
            raise PydanticCustomError("one_currency", "an amount has exactly one of currency, currency_code")
        if (self.format == "unscaled") != (self.scale is not None):
            raise PydanticCustomError("scale", "scale belongs to the format unscaled, and unscaled needs it")
        return self


class Instant(Placed):
    """A point in time. ``zone`` is whose clock a time without offset shows; ``date`` is the midnight that begins it."""

    instant: DottedPath
    format: Literal["iso", "date", "epoch-s", "epoch-ms", "epoch-us"] = "iso"
    zone: Zone | None = None
    ambiguous: Literal["refuse", "earlier", "later"] = "refuse"
    """Which of the two, when the clocks go back and an hour comes twice."""

    @model_validator(mode="after")
    def _has_its_zone(self) -> Self:
        if self.format == "date" and self.zone is None:
            raise PydanticCustomError("zone", "a date becomes an instant in a zone only")
        return self


class Date(Placed):
    """A calendar day; of a point in time it is the day in ``zone``."""

    date: DottedPath
    format: Literal["iso", "compact", "epoch-days", "epoch-ms"] = "iso"
    zone: Zone | None = None

    @model_validator(mode="after")
    def _has_its_zone(self) -> Self:
        if self.format == "epoch-ms" and self.zone is None:
            raise PydanticCustomError("zone", "a point in time has a day in a zone only")
        return self


class List(Placed):
    """A list: of the elements' texts, or of objects with ``fields`` whose paths may begin with ``item``."""

    list: DottedPath
    fields: "dict[str, Source]" = {}


_KINDS: Final = ("constant", "text", "whole", "truth", "amount", "instant", "date", "list")


def _kind(given: Any) -> str | None:
    named = [kind for kind in _KINDS if isinstance(given, dict) and kind in given]
    if isinstance(given, BaseModel):
        return type(given).__name__.lower()
    return named[0] if len(named) == 1 else None


Source = Annotated[
    Annotated[Constant, Tag("constant")]
    | Annotated[Text, Tag("text")]
    | Annotated[Whole, Tag("whole")]
    | Annotated[Truth, Tag("truth")]
    | Annotated[Amount, Tag("amount")]
    | Annotated[Instant, Tag("instant")]
    | Annotated[Date, Tag("date")]
    | Annotated[List, Tag("list")],
    Discriminator(
        _kind,
        custom_error_type="one_kind",
        custom_error_message=f"a field has exactly one of {', '.join(_KINDS)}",
    ),
]
"""Where a field comes from and in which unit."""


class Input(_Data):
    """The bank's topic."""

    topic: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,249}$")]
    format: Literal["json", "avro"] = "json"
    key_format: Literal["text", "int64", "json", "avro"] | None = None
    """How the key is read, if a path asks for it; int64 is eight bytes, the highest first."""
    max_bytes: Annotated[int, Field(gt=0, le=16_777_216)] = 1_048_576
    tombstones: Literal["dead-letter", "skip"] = "dead-letter"
    """What becomes of a record without a value."""


class Avro(_Data):
    """How a record names its schema, and where schemas come from: a folder, or a registry."""

    framing: Literal["registry", "single-object"] = "registry"
    """`registry`: a zero byte and the id in four bytes. `single-object`: C3 01 and the schema's fingerprint."""
    schemas: Path | None = Field(default=None, strict=False)
    """Folder, from the mapping's own; `ID.avsc` for registry framing, any names for single-object."""
    registry: Annotated[str, Field(pattern="^https?://[^/@\\s]+(/[^@\\s]*)?$")] | None = None
    login_file: Path | None = Field(default=None, strict=False)
    """A mounted secret `user:password` for the registry."""
    cache_schemas: Annotated[int, Field(ge=16, le=10_000)] = 500
    request_timeout_ms: Annotated[int, Field(gt=0, le=60_000)] = 5_000
    unreachable_limit_s: Annotated[int, Field(gt=0, le=86_400)] = 900
    """How long a partition waits for a schema until the process gives up."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.schemas is None) == (self.registry is None):
            raise PydanticCustomError("one_source", "schemas come from exactly one of schemas, registry")
        if self.framing == "single-object" and self.registry is not None:
            raise PydanticCustomError("single_object", "a registry knows no fingerprints: single-object needs schemas")
        return self


class Progress(_Data):
    """How far the source has come. A record's time is its Kafka timestamp unless ``time`` says otherwise."""

    time: Instant | None = None
    settle_ms: Annotated[int, Field(ge=0, le=86_400_000)] = 5_000
    """How much older than the newest one of its partition a record may be that comes after it."""
    mark_every_ms: Annotated[int, Field(ge=1_000, le=3_600_000)] = 5_000


class Account(_Data):
    """Whose fact it is: one person, not one loan."""

    path: DottedPath
    prefix: Annotated[str, Field(max_length=64)] = ""


class Rule(_Data):
    """One kind of fact that a record can be."""

    type: str
    when: Annotated[tuple[Condition, ...], Field(strict=False)] = ()
    """All must hold; they are tried in their order, so that the last may ask for what the first makes sure of."""
    payload: DottedPath | None = None
    """Where another document lies in the record: Avro with its own frame, or JSON as text."""
    each: DottedPath | None = None
    """A list: one fact for each of its elements."""
    account: Account | None = None
    event_id: Text | None = None
    fields: dict[str, Source]


class Skip(_Data):
    """Records that are meant for others."""

    when: Annotated[tuple[Condition, ...], Field(strict=False, min_length=1)]


class Mapping(_Data):
    """A whole mapping file."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    """Names the consumer group and the transactional ids: a changed id starts anew."""
    source: Code
    """Stands in each fact and mark."""
    otherwise: Literal["dead-letter", "skip"] = "dead-letter"
    """What becomes of a record that no rule and no skip speaks of."""
    resolution: bool = False
    """Whether facts say which of their times are days: only once every worker reads schema_version 2."""
    input: Input
    avro: Avro | None = None
    progress: Progress = Progress()
    account: Account
    facts: Annotated[tuple[Rule, ...], Field(strict=False)]
    skip: Annotated[tuple[Skip, ...], Field(strict=False)] = ()
