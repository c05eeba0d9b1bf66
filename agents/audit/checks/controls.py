"""PAUSED, NOT_ALLOWED, VERSION: what named persons said on `reminder-controls`."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final, NamedTuple

from agents.audit.checks.asking import AuditQuestion
from agents.audit.evidence import FoundRecord
from agents.audit.findings import Code
from agents.audit.standards.zones import day_of, midnight_of, ms_of, utc
from schemas.controls import AllowListSet, PolicyActivated, RemindersRecalled, SendingPaused, SendingResumed

HEARD_MS: Final = 5_000
"""A pause must be heard by then, by the clock on the wall: two seconds are promised, clocks may differ by some."""


class ControlWord(NamedTuple):
    """A control and where it lies."""

    word: Any
    at: FoundRecord


class ControlWords:
    """All controls, in the order of their time."""

    def __init__(self, controls: list[ControlWord]) -> None:
        self._all = sorted(controls, key=lambda one: (ms_of(one.word.time), one.at.offset))
        self._resumed = {one.word.pause_id: one for one in self._all if isinstance(one.word, SendingResumed)}

    def known(self, q: AuditQuestion) -> Iterator[ControlWord]:
        """Those that had been read when the message left."""
        read = None if q.decided is None else q.decided.body.evidence.controls
        late = 0 if q.known.moment.complete_ms is None else HEARD_MS
        for one in self._all:
            by_offset = read is not None and one.at.partition >= 0 and one.at.offset < read
            if by_offset or ms_of(one.word.time) + late <= q.now_ms:
                yield one

    def paused(self, q: AuditQuestion) -> Iterator[ControlWord]:
        """The pauses that stand, in whose scope the message lies; one that was resumed never stands again."""
        for one in self.known(q):
            if isinstance(one.word, SendingPaused) and in_scope(one.word.scope, q):
                end = self._resumed.get(one.word.control_id)
                if end is None or ms_of(end.word.time) > q.now_ms:
                    yield one

    def recalls(self) -> Iterator[ControlWord]:
        """Every recall of many."""
        return (one for one in self._all if isinstance(one.word, RemindersRecalled))


def in_scope(scope: Any, q: AuditQuestion) -> bool:
    """Whether a message lies in a scope: each name that is given must match."""
    body = q.message.body
    segments = {body.segment, None if q.person is None else q.person.risk_segment}
    return (
        scope.pack in (None, body.pack_id)
        and scope.policy in (None, body.policy_id)
        and scope.stage in (None, body.stage)
        and scope.account in (None, body.account_id)
        and (scope.segment is None or scope.segment in segments)
    )


def check(q: AuditQuestion, controls: ControlWords) -> None:
    """Pause, allow-list and the version in force."""
    for one in controls.paused(q):
        q.tally.of(q.message, Code.PAUSED, one.word.control_id, utc(ms_of(one.word.time)), one.at.place)
    known = list(controls.known(q))
    lists = [one for one in known if isinstance(one.word, AllowListSet)]
    if lists and lists[-1].word.accounts is not None:
        _check_list(q, lists[-1])
    _check_version(q, [one for one in known if isinstance(one.word, PolicyActivated)])


def _check_list(q: AuditQuestion, listed: ControlWord) -> None:
    word = listed.word
    if q.message.body.account_id in word.accounts:
        return
    ramp = word.others_over_minutes
    if ramp is None:
        q.tally.of(q.message, Code.NOT_ALLOWED, word.control_id, listed.at.place)
    elif q.now_ms < ms_of(word.time + timedelta(minutes=ramp)):
        q.tally.skip("allow-list: within a ramp")


def _check_version(q: AuditQuestion, activations: list[ControlWord]) -> None:
    body = q.message.body
    today = day_of(q.case.zone, q.now_ms)
    mine = [one for one in activations if one.word.policy == body.policy_id and one.word.effective_from <= today]
    if not mine:
        return
    active = max(mine, key=lambda one: (one.word.effective_from, ms_of(one.word.time)))
    word = active.word
    if body.policy_version != word.version:
        opened = [
            event.at_ms for event in q.records.events
            if event.body.type == "cycle.opened" and event.body.cycle_id == body.cycle_id
        ]  # fmt: skip
        since = max(midnight_of(q.case.zone, word.effective_from), ms_of(word.time))
        if not opened or min(opened) >= since:
            evidence = f"{body.policy_version}, {word.version} is in force"
            q.tally.of(q.message, Code.VERSION, evidence, active.at.place)
    elif q.decided is not None and q.decided.body.policy_hash != word.policy_hash:
        q.tally.of(q.message, Code.VERSION, "another hash than the one activated", active.at.place)
