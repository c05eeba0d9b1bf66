"""Whose account a reply is about: the one that its number was last written to within the window, else those whose
profile has the number. Kept in memory only, and built anew at each start. Pure.
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import msgspec

from schemas.replies import BorrowerReply

MESSAGES_MAX: Final = 1_000_000
"""Numbers whose last messages are known; whoever was written to longest ago is forgotten, and found by profile."""
_KEPT: Final = 4
"""Messages kept of a number: several accounts may share it."""
_AHEAD: Final = timedelta(minutes=5)
"""A provider's clock may be behind ours: the answer then seems older than the message."""
ACCOUNTS_MAX: Final = 16
"""Accounts of one number that a reply is told to."""


class ReplyRecipient(msgspec.Struct, frozen=True):
    """Who a reminder went to."""

    phone: str


class SentReminder(msgspec.Struct, frozen=True):
    """What matters of a reminder once somebody answers it."""

    reminder_id: str
    account_id: str
    recipient: ReplyRecipient
    text: str
    issued_at: datetime
    currency: str
    total_overdue_minor: int


class KnownPerson(msgspec.Struct, frozen=True):
    """What matters of a profile."""

    phone: str | None = None
    zone: str | None = None
    source: str = ""
    source_version: int = 0


class Answered(NamedTuple):
    """The accounts that a reply is about, the likeliest first; none where nobody is known under the number."""

    accounts: tuple[str, ...]
    zone: str | None
    last: SentReminder | None
    """The message that it answers."""
    our_texts: tuple[str, ...]


class Attribution:
    """Told of every message and profile, in the order of each partition."""

    def __init__(self, window: timedelta) -> None:
        self._window = window
        self._sent: OrderedDict[str, tuple[SentReminder, ...]] = OrderedDict()
        self._people: dict[str, KnownPerson] = {}
        self._accounts: dict[str, dict[str, None]] = {}

    def sent(self, reminder: SentReminder) -> None:
        """A reminder has left."""
        number = reminder.recipient.phone
        self._sent[number] = (reminder, *self._sent.get(number, ()))[:_KEPT]
        self._sent.move_to_end(number)
        if len(self._sent) > MESSAGES_MAX:
            self._sent.popitem(last=False)

    def profile(self, account_id: str, person: KnownPerson | None) -> None:
        """A profile, or that it was erased. An older version of the same source changes nothing."""
        old = self._people.get(account_id)
        if old is not None and person is not None and _is_older(person, old):
            return
        if old is not None and old.phone is not None:
            shared = self._accounts[old.phone]
            shared.pop(account_id, None)
            if not shared:
                del self._accounts[old.phone]
        if person is None:
            self._people.pop(account_id, None)
            return
        self._people[account_id] = person
        if person.phone is not None:
            self._accounts.setdefault(person.phone, {})[account_id] = None

    def answered(self, reply: BorrowerReply) -> Answered:
        """Whom a reply is about."""
        recent = [
            one
            for one in self._sent.get(reply.sender, ())
            if reply.at - self._window <= one.issued_at <= reply.at + _AHEAD
        ]
        named = [one for one in recent if one.reminder_id == reply.answers]
        last = max(named or recent, key=lambda one: one.issued_at, default=None)
        accounts = (last.account_id,) if last else tuple(sorted(self._accounts.get(reply.sender, ())))[:ACCOUNTS_MAX]
        person = self._people.get(accounts[0]) if accounts else None
        zone = None if person is None else person.zone
        return Answered(accounts, zone, last, tuple(one.text for one in recent))


def _is_older(new: KnownPerson, known: KnownPerson) -> bool:
    return new.source == known.source and new.source_version < known.source_version
