"""A gateway that does what real ones do, for demo and tests: it refuses, loses answers, reports late, twice or never.

What happens to a reminder follows from the seed and its id alone, whenever and however often it is offered.
"""

import asyncio
import heapq
from collections import OrderedDict
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Annotated, Final, Literal, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from agents.delivery.providers.port import (
    Accepted,
    Ending,
    Outcome,
    Recall,
    Refused,
    Report,
    Standing,
    Submission,
    Unknown,
)
from agents.delivery.timing import Time

REMEMBERED_MAX: Final = 1_000_000
"""Messages it still knows; the oldest are forgotten first."""
_IN_SHARES: Final = 2**32

Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0, le=7 * 86_400)]


class Shares(BaseModel):
    """Section ``stand_in``: how often what happens, each independent of the others."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    seed: int = 1
    refused: Share = 0.01
    throttled: Share = 0.0
    """The first offer is turned away, a second one is taken."""
    lost: Share = 0.005
    """No answer to the submit; half of these have been taken all the same."""
    failed: Share = 0.03
    never: Share = 0.02
    """No report at all."""
    late: Share = 0.05
    twice: Share = 0.02
    too_late: Share = 0.3
    """Recalls that come too late although no report has."""
    answer_s: Annotated[float, Field(ge=0, le=600)] = 0.02
    report_s: Seconds = 20
    """Longest time from the answer to the report, in the ordinary case."""
    late_s: Seconds = 7200
    """The same for a late one."""


class PlannedFate(NamedTuple):
    """What will happen to one reminder."""

    answer: Literal["accepted", "refused", "throttled", "lost"]
    taken: bool
    ending: Ending | None
    reported_after: timedelta
    twice: bool
    recallable: bool


def fate_of(reminder_id: str, shares: Shares) -> PlannedFate:
    """The same for the same seed, id and shares."""
    digest = blake2b(f"{shares.seed}\x1f{reminder_id}".encode(), digest_size=40).digest()
    draws = [int.from_bytes(digest[at : at + 4], "big") / _IN_SHARES for at in range(0, 40, 4)]
    refused, throttled, lost, lost_taken, failed, never, late, moment, twice, too_late = draws
    answer: Literal["accepted", "refused", "throttled", "lost"] = "accepted"
    if refused < shares.refused:
        answer = "refused"
    elif lost < shares.lost:
        answer = "lost"
    elif throttled < shares.throttled:
        answer = "throttled"
    ending: Ending | None = "failed" if failed < shares.failed else "delivered"
    longest_s = shares.late_s if late < shares.late else shares.report_s
    return PlannedFate(
        answer=answer,
        taken=answer not in {"refused", "lost"} or (answer == "lost" and lost_taken < 0.5),
        ending=None if never < shares.never else ending,
        reported_after=timedelta(seconds=round(longest_s * moment, 3)),
        twice=twice < shares.twice,
        recallable=too_late >= shares.too_late,
    )


def ref_of(reminder_id: str, seed: int) -> str:
    """What the gateway calls a reminder."""
    return blake2b(f"{seed}\x1fref\x1f{reminder_id}".encode(), digest_size=8).hexdigest()


class _TakenMessage(NamedTuple):
    fate: PlannedFate
    standing: Standing | Literal["recalled"]


class StandIn:
    """The gateway itself; it remembers only within its process, so after a restart it knows nothing of what it took."""

    def __init__(self, shares: Shares, time: Time) -> None:
        self._shares = shares
        self._time = time
        self._messages: OrderedDict[str, _TakenMessage] = OrderedDict()
        self._turned_away: OrderedDict[str, None] = OrderedDict()
        self._coming: list[tuple[datetime, int, str, Report]] = []
        self._number = 0
        self._woken = asyncio.Event()
        self._stopped = False

    def adopt(self, reminder_id: str, gateway_ref: str, since: datetime | None = None) -> None:
        """It has no memory of an earlier run."""

    async def start(self) -> None:
        """There is nothing to connect to."""

    async def stop(self) -> None:
        """End the reports."""
        self._stopped = True
        self._woken.set()

    async def submit(self, submission: Submission) -> Outcome:
        """See Gateway."""
        await asyncio.sleep(self._shares.answer_s)
        reminder_id = submission.reminder_id
        fate = fate_of(reminder_id, self._shares)
        if fate.answer == "throttled" and reminder_id not in self._turned_away:
            _remember(self._turned_away, reminder_id, None)
            return Refused("THROTTLED", throttled=True)
        if fate.answer == "refused":
            return Refused("REJECTD")
        gateway_ref = ref_of(reminder_id, self._shares.seed)
        if fate.taken:
            self._take(submission, fate, gateway_ref)
        return Unknown("TIMEOUT") if fate.answer == "lost" else Accepted(gateway_ref)

    def _take(self, submission: Submission, fate: PlannedFate, gateway_ref: str) -> None:
        reminder_id = submission.reminder_id
        _remember(self._messages, reminder_id, _TakenMessage(fate, "accepted"))
        if fate.ending is None:
            return
        at = self._time.since(submission.issued_at) + fate.reported_after
        ending: Ending = fate.ending
        if at >= submission.expires_at:
            at, ending = submission.expires_at, "expired"
        # Whoever never had our answer can only know the message by its own reference.
        echoed = reminder_id if fate.answer == "lost" else None
        report = Report(echoed, gateway_ref, ending, at, None if ending == "delivered" else "UNDELIV")
        for _ in range(1 + fate.twice):
            self._number += 1
            heapq.heappush(self._coming, (at, self._number, reminder_id, report))
        self._woken.set()

    async def recall(self, reminder_id: str, gateway_ref: str | None) -> Recall:
        """See Gateway."""
        message = self._messages.get(reminder_id)
        if message is None:
            return "unknown"
        if message.standing == "accepted" and message.fate.recallable:
            self._messages[reminder_id] = message._replace(standing="recalled")
            return "recalled"
        return "recalled" if message.standing == "recalled" else "too_late"

    async def query(self, reminder_id: str, gateway_ref: str | None) -> Standing | None:
        """See Gateway."""
        message = self._messages.get(reminder_id)
        return None if message is None or message.standing == "recalled" else message.standing

    async def reports(self) -> AsyncIterator[Report]:
        """See Gateway."""
        while not self._stopped:
            report = self.due()
            if report is not None:
                yield report
            elif self._coming:
                await self._time.pause_until(self._coming[0][0])
            else:
                self._woken.clear()
                await self._woken.wait()

    def due(self) -> Report | None:
        """The next report whose time has come; what was recalled is not reported."""
        while self._coming and self._coming[0][0] <= self._time.newest():
            _, _, reminder_id, report = heapq.heappop(self._coming)
            message = self._messages.get(reminder_id)
            if message is not None and message.standing != "recalled":
                self._messages[reminder_id] = message._replace(standing=report.status)
                return report
        return None


_Value = TypeVar("_Value")


def _remember(known: OrderedDict[str, _Value], reminder_id: str, value: _Value) -> None:
    known[reminder_id] = value
    if len(known) > REMEMBERED_MAX:
        known.popitem(last=False)
