"""Control records: one partition, read by every worker outside the group; each says who and why."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from schemas.facts import Code, Contract, Instant, PolicyVersion, RecordedId, Version


class Control(Contract):
    """What every control carries."""

    schema_version: Literal[1] = 1
    control_id: RecordedId
    time: Instant
    by: RecordedId
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class Scope(Contract):
    """Which sends are meant: everything when all are absent, else those that match each one given."""

    pack: Code | None = None
    policy: Code | None = None
    stage: Code | None = None
    segment: Code | None = None
    """The lender's ``risk_segment`` of an account, or a segment of the policy."""


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
