"""Control records: one partition, read by every worker outside the group; each says who and why."""

from datetime import date
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.facts import AccountId, Code, Contract, Instant, PolicyVersion, RecordedId, Version, known_version

SINCE_2: Final = frozenset({"scope.account", "reminder_id"})
"""What version 1 does not have: fields as they stand in a control (``scope.account``), and types of controls."""


def version_of(control: object) -> Literal[1, 2]:
    """The version that a control, or its type and fields by name, must carry.

    2 exactly when it says what version 1 cannot say: to a worker of before it is then unreadable, and nothing is sent,
    instead of a pause of one account that it takes for a pause of all, or a recall of one message for one of all.
    """
    return 2 if any(_says(control, path) for path in SINCE_2) else 1


def _says(control: object, path: str) -> bool:
    for name in path.split("."):
        kind = _part(control, "type")
        control = _part(control, name)
        if control is None:
            return kind == path
    return True


def _part(whole: object, name: str) -> object:
    return whole.get(name) if isinstance(whole, dict) else getattr(whole, name, None)


def _absent(value: object) -> bool:
    return value is None


LATER: Final = Field(exclude_if=_absent)
"""Of a field of a later version: where it says nothing, a record is byte for byte what it was before."""


class Control(Contract):
    """What every control carries."""

    schema_version: Annotated[Literal[1, 2], BeforeValidator(known_version)] = 1
    """2 exactly when the control uses what version 1 does not have."""
    control_id: RecordedId
    time: Instant
    by: RecordedId
    reason: Annotated[str, Field(min_length=1, max_length=500)]

    @model_validator(mode="after")
    def _carries_its_version(self) -> Self:
        if self.schema_version != version_of(self):
            raise PydanticCustomError("unknown_version", "schema_version is 2 exactly when version 1 cannot say it")
        return self


class Scope(Contract):
    """Which sends are meant: everything when all are absent, else those that match each one given."""

    pack: Code | None = None
    policy: Code | None = None
    stage: Code | None = None
    segment: Code | None = None
    """The lender's ``risk_segment`` of an account, or a segment of the policy."""
    account: Annotated[AccountId | None, LATER] = None
    """This account alone. Written under `schema_version` 2."""


class SendingPaused(Control):
    """Nothing in the scope leaves until it is resumed."""

    type: Literal["sending.paused"] = "sending.paused"
    scope: Scope = Scope()


class SendingResumed(Control):
    """Ends a pause, named by its ``control_id``."""

    type: Literal["sending.resumed"] = "sending.resumed"
    pause_id: RecordedId


class RemindersRecalled(Control):
    """What left in the scope since ``issued_from`` and is not final is recalled."""

    type: Literal["reminders.recalled"] = "reminders.recalled"
    scope: Scope = Scope()
    issued_from: Instant | None = None
    reminder_id: Annotated[RecordedId | None, LATER] = None
    """This message alone, if it is in the scope. Written under `schema_version` 2."""


class AllowListSet(Control):
    """The first day: only these accounts are written to; absent ends the mode. It replaces an earlier list."""

    type: Literal["allow-list.set"] = "allow-list.set"
    accounts: Annotated[tuple[RecordedId, ...], Field(max_length=10_000)] | None = None
    others_over_minutes: Annotated[int, Field(ge=1, le=525_600)] | None = None
    """All other accounts are let in evenly over so many minutes from ``time`` on, each at an instant of its own; absent
    lets none of them in."""


class PolicyActivated(Control):
    """The policy version, named by hash, that decides from a day of the lender on. A worker with another one sends
    nothing under this policy."""

    type: Literal["policy.activated"] = "policy.activated"
    policy: Code
    version: PolicyVersion
    policy_hash: Annotated[str, Field(pattern="^[0-9a-f]{32,64}$")]
    effective_from: date


class ExperimentStopped(Control):
    """An experiment ends for everybody, for good: open cycles go on without its arms."""

    type: Literal["experiment.stopped"] = "experiment.stopped"
    policy: Code
    experiment: Code


class ControlDismissed(Control):
    """A control that could not be read is given up by a named person; until then nothing is sent."""

    type: Literal["control.dismissed"] = "control.dismissed"
    offset: Version
    """Where on the topic it stands."""


AnyControl = (
    SendingPaused
    | SendingResumed
    | RemindersRecalled
    | AllowListSet
    | PolicyActivated
    | ExperimentStopped
    | ControlDismissed
)
