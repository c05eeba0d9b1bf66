"""When the gateway is asked about a message, and when a message is forgotten."""

import heapq
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from agents.delivery.rules.journal import Entry

KEPT_AFTER_END: Final = timedelta(hours=1)
"""How long an ended message is still known, after it has ended and expired: late and double reports find it."""
ASKED_AFTER: Final = (timedelta(0), timedelta(minutes=1), timedelta(minutes=10))
"""When the gateway is asked about a message of unknown outcome, counted from when it became unknown."""


class Look(NamedTuple):
    """A message to ask about; ``last``: no report came by its expiry plus grace, and this is the end."""

    reminder_id: str
    last: bool


class Looks:
    """An agenda: each message with an outcome has at least one date in it, and stale dates are harmless."""

    def __init__(self, receipt_grace: timedelta) -> None:
        self._grace = receipt_grace
        self._agenda: list[tuple[datetime, str]] = []
        self._asked: dict[str, int] = {}
        self._asking: set[str] = set()

    def watch(self, entry: Entry) -> None:
        """Put a message on the agenda, or an earlier date for it."""
        heapq.heappush(self._agenda, (self._date(entry), entry.reminder_id))

    def _date(self, entry: Entry) -> datetime:
        if not entry.open:
            return max(entry.expires_at, entry.since) + KEPT_AFTER_END
        asked = self._asked.get(entry.reminder_id, 0)
        if entry.status == "unknown" and asked < len(ASKED_AFTER):
            return entry.since + ASKED_AFTER[asked]
        return entry.expires_at + self._grace

    def due(self, entries: Mapping[str, Entry], now: datetime, limit: int) -> tuple[list[Look], list[str]]:
        """At most ``limit`` messages to ask about, and those that are over."""
        due: list[Look] = []
        over: dict[str, None] = {}
        while self._agenda and self._agenda[0][0] <= now and len(due) < limit:
            _, reminder_id = heapq.heappop(self._agenda)
            entry = entries.get(reminder_id)
            # What is in our own hands will have an outcome, and with it a new date; in a replay it may wait while other
            # partitions are days ahead.
            if entry is None or entry.status == "submitting" or reminder_id in self._asking or reminder_id in over:
                continue
            if self._date(entry) > now:
                self.watch(entry)
            elif entry.open:
                self._asking.add(reminder_id)
                due.append(Look(reminder_id, now >= entry.expires_at + self._grace))
            else:
                over[reminder_id] = None
                self._asked.pop(reminder_id, None)
        return due, list(over)

    def looked(self, look: Look, entry: Entry) -> None:
        """The gateway has been asked."""
        self._asking.discard(look.reminder_id)
        self._asked[look.reminder_id] = self._asked.get(look.reminder_id, 0) + 1
        self.watch(entry)
