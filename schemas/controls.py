"""Control records: one partition, read by every worker outside the group; each says who and why."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from schemas.facts import Code, Contract, Id


class Control(Contract):
    """What every control carries."""

    schema_version: Literal[1] = 1
    control_id: Id
    time: AwareDatetime
    by: Id
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class Scope(Contract):
    """Which sends are meant: everything when all are absent, else those that match each one given."""

    pack: Code | None = None
    policy: Code | None = None
    stage: Code | None = None
    segment: Code | None = None


class SendingPaused(Control):
    """Nothing in the scope leaves until it is resumed."""

    type: Literal["sending.paused"] = "sending.paused"
    scope: Scope = Scope()


class SendingResumed(Control):
    """Ends a pause, named by its ``control_id``."""

    type: Literal["sending.resumed"] = "sending.resumed"
    pause_id: Id


class RemindersRecalled(Control):
    """What left in the scope since ``issued_from`` and is not final is recalled."""

    type: Literal["reminders.recalled"] = "reminders.recalled"
    scope: Scope = Scope()
    issued_from: AwareDatetime | None = None


class AllowListSet(Control):
    """The first day: only these accounts are written to; absent ends the mode."""

    type: Literal["allow-list.set"] = "allow-list.set"
    accounts: Annotated[tuple[Id, ...], Field(max_length=10_000)] | None = None


class PolicyActivated(Control):
    """The policy version, named by hash, that decides from a day on."""

    type: Literal["policy.activated"] = "policy.activated"
    policy: Code
    version: Code
    policy_hash: Annotated[str, Field(pattern="^[0-9a-f]{32,64}$")]
    effective_from: date


AnyControl = SendingPaused | SendingResumed | RemindersRecalled | AllowListSet | PolicyActivated
