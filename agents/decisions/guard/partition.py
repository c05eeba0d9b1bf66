"""What stands before every send of a partition, whoever it is for: controls, and how much is known of its inputs.

Design rules 4b, 7 and 10. It fails closed: doubt about a control, a source that has gone silent and records that
nobody could read all hold sends back, and are looked at again after a while.
"""

from collections.abc import Collection
from typing import Final

from agents.decisions.policy.controls import ControlState
from agents.decisions.policy.rulebook import Rulebook
from schemas.stored.structs import Struct
from schemas.values.instants import MINUTE_MS, local_date

REVISIT_MS: Final = 5 * MINUTE_MS
"""After what the gate held back is looked at again: a million accounts must not be asked each second."""
CONTROL_CODES: Final = frozenset({"CONTROL_UNREADABLE", "POLICY_NOT_ACTIVE", "PAUSED", "NOT_ON_ALLOW_LIST"})
"""Why `controls_say` makes something wait."""
INPUT_CODES: Final = frozenset({"UNREAD_FACTS", "LEDGER_STALE"})
"""Why `inputs_say` does."""

UNCHECKED: Final = "NUMBER_UNCHECKED"
"""Why a message waits where numbers are required: nobody has said yet which accounts carry this one."""


class Defer(Struct, frozen=True):
    """Not now, but at ``until_ms``."""

    code: str
    until_ms: int
    rule: str | None = None
    """The rule of the pack that says so."""


class Gate(Struct, frozen=True):
    """What is known at one tick of one partition. Times are epoch milliseconds UTC."""

    controls: ControlState = ControlState()
    controls_offset: int = -1
    """The offset up to which controls were read; -1 where there are none to read."""
    judged: bool = False
    """Whether freshness is judged here; in a replay the marks themselves drive the time."""
    complete_to_ms: int = 0
    """Everything that needed sources told is known up to then; 0 while one of them has told nothing."""
    unmarked: tuple[str, ...] = ()
    """Inputs whose sources give no progress marks, by an explicit setting."""
    unread: int = 0
    """Open records that could not be used and tell no account."""
    unread_max: int = 0
    """How many of them are borne; above it nothing leaves."""
    pace_us: int = 0
    """Epoch microseconds from which the next message may leave."""
    interval_us: int = 0
    """Between two messages of the partition; 0 where none is paced."""
    tick_us: int = 1_000_000
    """Between two ticks: so far back a tick may use turns."""
    numbers_required: bool = False
    """Whether a number is written to only once it was told which accounts carry it."""


OPEN: Final = Gate()
"""For a simulation, which has no controls and whose time the facts drive."""


def controls_say(
    gate: Gate, rulebook: Rulebook, account_id: str, stage: str, segments: Collection[str], now_ms: int
) -> Defer | None:
    """What the controls have against a message or a hand-off of this stage; ``segments`` as `standing.covers` has."""
    controls, policy = gate.controls, rulebook.policy
    if controls.unreadable:
        return Defer("CONTROL_UNREADABLE", now_ms + REVISIT_MS)
    if controls.activations:
        active = controls.active(policy.id, local_date(policy.lender.zone, now_ms))
        if active is not None and active.policy_hash not in rulebook.known:
            return Defer("POLICY_NOT_ACTIVE", now_ms + REVISIT_MS)
    if controls.pauses and controls.pause_for(policy.pack, policy.id, stage, segments, account_id) is not None:
        return Defer("PAUSED", now_ms + REVISIT_MS)
    if controls.allow_list is not None:
        from_ms = controls.admitted_from_ms(account_id)
        if from_ms is None:
            return Defer("NOT_ON_ALLOW_LIST", now_ms + REVISIT_MS)
        if from_ms > now_ms:
            return Defer("NOT_ON_ALLOW_LIST", min(from_ms, now_ms + REVISIT_MS))
    return None


def inputs_say(gate: Gate, rulebook: Rulebook, now_ms: int) -> Defer | None:
    """What speaks against trusting the ledger now."""
    if gate.unread > gate.unread_max:
        return Defer("UNREAD_FACTS", now_ms + REVISIT_MS)
    if gate.judged:
        minutes, rule = rulebook.freshness
        if now_ms - gate.complete_to_ms > minutes * MINUTE_MS:
            return Defer("LEDGER_STALE", now_ms + REVISIT_MS, rule)
    return None
