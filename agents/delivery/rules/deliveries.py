"""What the hand-over does with each record, answer and report: pure, and the only place that decides.

It collects what has to be journaled and receipted until ``flush``. Whoever drives it commits that together with the
positions read, and offers a reminder to the gateway only after its ``submitting`` is committed: so a crash at any
point leaves either nothing offered, or a trace that it may have been.
"""

import logging
from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from msgspec.structs import replace

from agents.delivery.incoming.hearing import HeardRecord
from agents.delivery.providers.port import Accepted, Outcome, Recall, Refused, Report, Standing
from agents.delivery.rules.journal import JournalEntry, Status, encode, rises
from agents.delivery.rules.queries import Queries, Query
from agents.delivery.rules.recalls_ahead import Ahead
from agents.delivery.rules.receipts import Receipt, ReceiptStatus, as_code
from schemas.messages import Sendable

log = logging.getLogger(__name__)

EARLY_MAX: Final = 1_000
"""Reports that came before the answer to their submit; older ones are given up."""

Taken = Literal["offer", "wait", "done"]


class Flush(NamedTuple):
    """What has to be committed: journal records as (partition, reminder, value or tombstone), receipts, and what people
    wrote."""

    journal: list[tuple[int, str, bytes | None]]
    receipts: list[Receipt]
    heard: tuple[HeardRecord, ...] = ()


class Deliveries:
    """All reminders that are in hand; every instant comes from outside."""

    def __init__(self, *, receipt_grace: timedelta, taken_back_max: int, open_max: int) -> None:
        self.entries: dict[str, JournalEntry] = {}
        self.ahead = Ahead(taken_back_max)
        self.recalls: deque[str] = deque()
        """Reminders to be recalled from the gateway, in order."""
        self.unmatched = 0
        """Reports given up because nobody knows their message."""
        self._open_max = open_max
        self._looks = Queries(receipt_grace)
        self._by_ref: dict[str, set[str]] = {}
        self._early: dict[str, tuple[Report, frozenset[str]]] = {}
        """Reports that came before an answer, with the reminders whose answers were awaited then."""
        self._calling: set[str] = set()
        self._dirty: dict[str, int] = {}
        self._receipts: list[Receipt] = []

    @property
    def room(self) -> int:
        """How many more may be taken on now."""
        return max(0, self._open_max - len(self.entries))

    def restore(self, entries: Iterable[JournalEntry], now: datetime) -> None:
        """Begin with a journal. What it leaves as ``submitting`` may have been sent: it is unknown, for good."""
        for entry in entries:
            self._keep(entry)
            if entry.status == "submitting":
                self._settle(entry, "unknown", now, now, "INTERRUPTED")
            if self.entries[entry.reminder_id].open and entry.recall == "wanted":
                self.recalls.append(entry.reminder_id)

    def take_back(self, reminder_id: str, partition: int, offset: int, now: datetime) -> None:
        """A recall, or an escalation that supersedes, can be read at ``offset``."""
        entry = self.entries.get(reminder_id)
        if entry is None:
            self.ahead.note(partition, offset, reminder_id)
        elif entry.status == "submitting" and reminder_id not in self._calling:
            self._settle(entry, "recalled", now, now)
        elif entry.open and entry.recall == "none":
            self._put(replace(entry, recall="wanted"))
            if reminder_id not in self._calling:
                self.recalls.append(reminder_id)

    def take(self, reminder: Sendable, partition: int, now: datetime) -> Taken:
        """The next reminder or notice of a partition, whose records have been looked through to their end before."""
        if reminder.reminder_id in self.entries:
            return "done"
        entry = JournalEntry(
            reminder_id=reminder.reminder_id,
            account_id=reminder.account_id,
            partition=partition,
            status="submitting",
            since=now,
            expires_at=reminder.expires_at,
        )
        if reminder.reminder_id in self.ahead:
            self._settle(entry, "recalled", now, now)
        elif now >= reminder.expires_at:
            self._settle(entry, "expired", now, now)
        elif now < reminder.not_before:
            return "wait"
        else:
            self._put(entry)
            return "offer"
        return "done"

    def begin(self, reminder_id: str, now: datetime) -> bool:
        """The last look before the call of the gateway; False when it must not be made any more."""
        entry = self.entries.get(reminder_id)
        if entry is None or entry.status != "submitting":
            return False
        if now >= entry.expires_at:
            self._settle(entry, "expired", now, now)
            return False
        self._calling.add(reminder_id)
        return True

    def came_out(self, reminder_id: str, outcome: Outcome, now: datetime) -> bool:
        """The gateway has answered a submit. True when it took nothing and may be offered it again."""
        self._calling.discard(reminder_id)
        entry = self.entries.get(reminder_id)
        if entry is None:
            return False
        match outcome:
            case Refused(throttled=True) if entry.recall == "none":
                return True
            case Refused(throttled=True):
                self._settle(entry, "recalled", now, now)
            case Refused(code=code):
                self._settle(entry, "failed", now, now, code)
            case Accepted(gateway_ref=ref):
                self._accepted(entry, ref, now)
            case _:
                self._settle(entry, "unknown", now, now, outcome.detail)
        entry = self.entries[reminder_id]
        if entry.open and entry.recall == "wanted":
            self.recalls.append(reminder_id)
        return False

    def _accepted(self, entry: JournalEntry, gateway_ref: str, now: datetime) -> None:
        entry = replace(entry, gateway_ref=gateway_ref)
        self._put(entry)
        self._settle(entry, "accepted", now, now)
        report, awaited = self._early.get(gateway_ref, (None, frozenset[str]()))
        if report is not None and entry.reminder_id in awaited:
            del self._early[gateway_ref]
            self.report(report, now)

    def report(self, report: Report, now: datetime) -> None:
        """The gateway tells how a message ended; late, twice, or before it has answered the submit."""
        named = self._by_ref.get(report.gateway_ref, set())
        # A provider may use its reference again: what two reminders could be told of is told of neither.
        reminder_id = report.reminder_id or (next(iter(named)) if len(named) == 1 else "")
        entry = self.entries.get(reminder_id)
        if entry is None and self._calling and not named:
            self._early[report.gateway_ref] = (report, frozenset(self._calling))
            if len(self._early) > EARLY_MAX:
                del self._early[next(iter(self._early))]
                self._nobodys()
            return
        if entry is None:
            self._nobodys()
            return
        if entry.gateway_ref is None:
            entry = replace(entry, gateway_ref=report.gateway_ref)
            self._put(entry)
        self._settle(entry, report.status, report.at, now, report.detail)

    def _nobodys(self) -> None:
        self.unmatched += 1
        if self.unmatched == 1:
            log.warning("a report could not be matched to one reminder; further ones are only counted")

    def recall_answered(self, reminder_id: str, answer: Recall, now: datetime) -> None:
        """The gateway has answered a recall."""
        entry = self.entries.get(reminder_id)
        if entry is None:
            return
        entry = replace(entry, recall="answered")
        self._put(entry)
        match answer:
            case "recalled":
                self._settle(entry, "recalled", now, now)
            case "too_late":
                self._tell(entry, "too_late", now, now)
            case "unknown":
                self._tell(entry, "unknown", now, now, "RECALL_UNANSWERED")

    def looks(self, now: datetime, limit: int) -> list[Query]:
        """What the gateway should be asked about now; forgets what is over."""
        due, over = self._looks.due(self.entries, now, limit)
        for reminder_id in over:
            self._forget(reminder_id)
        return due

    def looked(self, look: Query, standing: Standing | None, now: datetime) -> None:
        """The gateway has said how a message stands, or that it cannot; after the last look nobody waits any more."""
        entry = self.entries.get(look.reminder_id)
        if entry is None:
            return
        if standing is not None:
            self._settle(entry, standing, now, now)
            entry = self.entries[look.reminder_id]
        if look.last and entry.open:
            if entry.status != "unknown":
                self._tell(entry, "unknown", now, now, "NO_REPORT")
            entry = replace(entry, status="unknown", gave_up=True)
            self._put(entry)
        self._looks.looked(look, entry)

    def flush(self) -> Flush:
        """Hand over what has to be committed; from here on it is the caller's."""
        journal = [
            (partition, reminder_id, encode(entry) if (entry := self.entries.get(reminder_id)) else None)
            for reminder_id, partition in self._dirty.items()
        ]
        flushed = Flush(journal, self._receipts)
        self._dirty, self._receipts = {}, []
        return flushed

    def _settle(
        self, entry: JournalEntry, status: Status, at: datetime, now: datetime, detail: str | None = None
    ) -> None:
        """Come to a status, if it is news, and tell it."""
        if rises(entry, status):
            assert status != "submitting"
            self._put(replace(entry, status=status, since=now, gave_up=False))
            self._tell(entry, status, at, now, detail)

    def _tell(
        self, entry: JournalEntry, status: ReceiptStatus, at: datetime, now: datetime, detail: str | None = None
    ) -> None:
        code = as_code(detail)
        self._receipts.append(Receipt(entry.partition, entry.account_id, entry.reminder_id, status, at, now, code))

    def _put(self, entry: JournalEntry) -> None:
        self._keep(entry)
        self._dirty[entry.reminder_id] = entry.partition

    def _keep(self, entry: JournalEntry) -> None:
        known = self.entries.get(entry.reminder_id)
        self.entries[entry.reminder_id] = entry
        if entry.gateway_ref is not None:
            self._by_ref.setdefault(entry.gateway_ref, set()).add(entry.reminder_id)
        if known is None or known.status != entry.status:
            self._looks.watch(entry)

    def _forget(self, reminder_id: str) -> None:
        entry = self.entries.pop(reminder_id)
        self._dirty[reminder_id] = entry.partition
        named = self._by_ref.get(entry.gateway_ref or "", set())
        named.discard(reminder_id)
        if not named:
            self._by_ref.pop(entry.gateway_ref or "", None)
