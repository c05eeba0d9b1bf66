"""What all controls read so far amount to: the pauses in force, who may be written to, recalls, active policies.

A resume names its pause and wins in any order; a control that cannot be read closes every send until a named person
dismisses it. What is kept of pauses and resumes is bounded by the number of controls that the engine reads at all.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

from msgspec.structs import replace

from schemas.controls import (
    AllowListSet,
    AnyControl,
    ControlDismissed,
    ExperimentStopped,
    PolicyActivated,
    RemindersRecalled,
    Scope,
    SendingPaused,
    SendingResumed,
)
from schemas.policy.policies import Policy
from schemas.stored.structs import Struct
from schemas.values.identity import share
from schemas.values.instants import MINUTE_MS, to_ms

RECALLS_MAX: Final = 1_000
"""Older ones concern reminders that are long final."""
ACTIVATIONS_MAX: Final = 1_000
STOPS_MAX: Final = 1_000


RECALL_REACH_MS: Final = MINUTE_MS
"""A recall also covers what left this long after it was given: while it was on its way to the workers."""


class Recallable(Struct, frozen=True):
    """A message that left, as a recall finds it."""

    account_id: str
    reminder_id: str
    stage: str
    issued_ms: int
    segments: Collection[str] = ()
    """The lender's grade of the account and the policy's segment, as far as there are."""


class Recall(Struct, frozen=True):
    """A recall and where it stands on the topic."""

    offset: int
    control: RemindersRecalled


class ControlState(Struct, frozen=True):
    """What stands now. ``offset`` is the one up to which controls were read (exclusive)."""

    offset: int = 0
    pauses: tuple[SendingPaused, ...] = ()
    resumed: frozenset[str] = frozenset()
    """The ids of all pauses that were ended, also of those that are not yet read."""
    allow_list: AllowListSet | None = None
    allowed: frozenset[str] = frozenset()
    recalls: tuple[Recall, ...] = ()
    """In the order of the topic, the last ``RECALLS_MAX``."""
    activations: tuple[PolicyActivated, ...] = ()
    stops: tuple[ExperimentStopped, ...] = ()
    """The first one of each experiment."""
    unreadable: tuple[int, ...] = ()
    """Offsets of controls that nobody could read and nobody has dismissed: while there is one, nothing may leave."""
    dismissed: frozenset[int] = frozenset()

    @property
    def stopped(self) -> frozenset[tuple[str, str]]:
        """Policy and code of every experiment that was stopped."""
        return frozenset((stop.policy, stop.experiment) for stop in self.stops)

    def pause_for(
        self, pack: str, policy: str, stage: str, segments: Collection[str], account_id: str
    ) -> SendingPaused | None:
        """The oldest pause in force that covers such a message."""
        for pause in self.pauses:
            if covers(pause.scope, pack, policy, stage, segments, account_id):
                return pause
        return None

    def admitted_from_ms(self, account_id: str) -> int | None:
        """From when on the account may be written to: 0 unless an allow-list stands in the way, None if not at all."""
        if self.allow_list is None or account_id in self.allowed:
            return 0
        minutes = self.allow_list.others_over_minutes
        if minutes is None:
            return None
        # By a hash: every worker and the verifier give an account the same instant, without counting anything.
        return to_ms(self.allow_list.time) + share(account_id, minutes * MINUTE_MS)

    def active(self, policy: str, day: date) -> PolicyActivated | None:
        """The version of a policy that decides on a day of the lender: of the latest date, then the last one told."""
        found: PolicyActivated | None = None
        for activation in self.activations:
            in_force = activation.policy == policy and activation.effective_from <= day
            if in_force and (found is None or activation.effective_from >= found.effective_from):
                found = activation
        return found


def covers(scope: Scope, pack: str, policy: str, stage: str, segments: Collection[str], account_id: str) -> bool:
    """Whether a message is meant. ``segments`` are the lender's grade of the account and the policy's segment."""
    return (
        scope.pack in (None, pack)
        and scope.policy in (None, policy)
        and scope.stage in (None, stage)
        and (scope.segment is None or scope.segment in segments)
        and scope.account in (None, account_id)
    )


def is_recalled(recalls: Sequence[Recall], policy: Policy, left: Recallable) -> bool:
    """Whether a message is meant by one of the recalls."""
    for asked in (recall.control for recall in recalls):
        from_ms = 0 if asked.issued_from is None else to_ms(asked.issued_from)
        meant = asked.reminder_id in (None, left.reminder_id) and covers(
            asked.scope, policy.pack, policy.id, left.stage, left.segments, left.account_id
        )
        if meant and from_ms <= left.issued_ms <= to_ms(asked.time) + RECALL_REACH_MS:
            return True
    return False


def follow(controls: ControlState, offset: int, control: AnyControl | None) -> ControlState:
    """What stands after the control at an offset; None is one that cannot be read."""
    after = _unread(controls, offset) if control is None else _told(controls, offset, control)
    return replace(after, offset=max(controls.offset, offset + 1))


def _unread(controls: ControlState, offset: int) -> ControlState:
    if offset in controls.dismissed or offset in controls.unreadable:
        return controls
    return replace(controls, unreadable=(*controls.unreadable, offset))


def _told(controls: ControlState, offset: int, control: AnyControl) -> ControlState:
    match control:
        case SendingPaused():
            known = control.control_id in controls.resumed or control in controls.pauses
            return controls if known else replace(controls, pauses=(*controls.pauses, control))
        case SendingResumed(pause_id=pause_id):
            left = tuple(pause for pause in controls.pauses if pause.control_id != pause_id)
            return replace(controls, pauses=left, resumed=controls.resumed | {pause_id})
        case RemindersRecalled():
            return replace(controls, recalls=(*controls.recalls, Recall(offset, control))[-RECALLS_MAX:])
        case AllowListSet(accounts=accounts, others_over_minutes=minutes):
            ended = accounts is None and minutes is None
            return replace(controls, allow_list=None if ended else control, allowed=frozenset(accounts or ()))
        case PolicyActivated() | ExperimentStopped():
            return _of_policy(controls, control)
        case ControlDismissed():
            return _dismiss(controls, offset, control.offset)


def _of_policy(controls: ControlState, control: PolicyActivated | ExperimentStopped) -> ControlState:
    if isinstance(control, ExperimentStopped):
        known = (control.policy, control.experiment) in controls.stopped
        return controls if known else replace(controls, stops=(*controls.stops, control)[-STOPS_MAX:])
    return replace(controls, activations=(*controls.activations, control)[-ACTIVATIONS_MAX:])


def _dismiss(controls: ControlState, told_at: int, offset: int) -> ControlState:
    # Nobody can have looked at what is not yet written.
    if offset >= told_at:
        return controls
    left = tuple(other for other in controls.unreadable if other != offset)
    return replace(controls, unreadable=left, dismissed=controls.dismissed | {offset})
