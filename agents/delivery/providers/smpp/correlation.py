"""Which reminder a receipt belongs to, and what the receipts of its parts say of it as a whole. No I/O, no clock.

A message centre may use an id again, after a restart most of all. So an id alone is never enough where the receipt says
more: the number it speaks of and the date of the submit must be those of the message. What could belong to two
messages, or to one whose id we never learned, belongs to nobody: it is counted, and its reminder ends as unknown.

Delivered only when every part is; failed or expired as soon as one part is. Each message is reported once, however
often its receipts come. Nothing here outlives the process, the numbers least of all.
"""

import logging
from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from agents.delivery.providers.port import Ending, Report
from agents.delivery.providers.smpp.receipts import IdForms, PartReceipt, State, comparable

log = logging.getLogger(__name__)

SEPARATOR: Final = ","
"""Between the ids of the parts in a gateway_ref; an id that has one is refused."""
PARKED_MAX: Final = 1000
LOST_MAX: Final = 10_000
LOST_FOR: Final = timedelta(days=4)
"""How long a message that may have been taken, under an id that we never learned, can still be told of."""
ENDED_FOR: Final = timedelta(hours=1)
"""How long a message that has ended stands in the way of another with its id: its receipt may come twice."""


def joined(ids: Sequence[str]) -> str:
    """The gateway_ref of a message whose parts have these ids."""
    return SEPARATOR.join(ids)


def part_ids(gateway_ref: str) -> list[str]:
    return gateway_ref.split(SEPARATOR)


def ending(states: Iterable[State]) -> Ending | None:
    """How the message ended, if it has; a part that the centre deleted never arrives."""
    told = set(states)
    if told & {"failed", "deleted"}:
        return "failed"
    if "expired" in told:
        return "expired"
    return "delivered" if told == {"delivered"} else None


@dataclass(slots=True)
class _Offer:
    """One submit: to whom and when. Empty and None where an earlier run made it."""

    order: int
    number: str = field(repr=False, default="")
    from_at: datetime | None = None
    to_at: datetime | None = None
    """None while it is under way."""


@dataclass(slots=True)
class _SubmittedMessage:
    reminder_id: str
    gateway_ref: str
    states: list[State]
    offer: _Offer
    last_at: datetime | None = None
    detail: str = ""
    """Of the last receipt."""
    silent_since: datetime | None = None
    """Reported, or recalled by us: its receipts are no news."""
    recalling: bool = False
    """Parts of it are being taken back just now: how it ended is judged when that is over."""


@dataclass(frozen=True, slots=True)
class _Parked:
    before: int
    receipt: PartReceipt
    at: datetime


class Correlation:
    """Bounded: beyond ``messages_max`` the oldest message is forgotten. ``window``: how far the date of the submit in a
    receipt may lie from our own."""

    def __init__(self, forms: IdForms, messages_max: int, window: timedelta) -> None:
        self.unmatched = 0
        """Receipts that were nobody's."""
        self._forms = forms
        self._messages_max = messages_max
        self._window = window
        self._messages: OrderedDict[str, _SubmittedMessage] = OrderedDict()
        self._parts: defaultdict[str, list[tuple[_SubmittedMessage, int]]] = defaultdict(list)
        self._in_flight: dict[int, _Offer] = {}
        self._lost: OrderedDict[int, _Offer] = OrderedDict()
        self._last_offer = 0
        self._parked: deque[_Parked] = deque()
        self._warned: set[str] = set()

    def submitting(self, number: str, at: datetime) -> int:
        """A submit to a number begins; its place in the order of all."""
        self._last_offer += 1
        self._in_flight[self._last_offer] = _Offer(self._last_offer, number.lstrip("+"), at)
        return self._last_offer

    def settled(self, submit: int, at: datetime, *, lost: bool = False) -> list[Report]:
        """The submit has ended; what the receipts say that waited for it. ``lost``: it may have been taken, and under
        which id we do not know."""
        offer = self._in_flight.pop(submit)
        offer.to_at = at
        if lost:
            self._lost[submit] = offer
            if len(self._lost) > LOST_MAX:
                self._lost.popitem(last=False)
        waiting, self._parked = self._parked, deque()
        reports = []
        for parked in waiting:
            if self._may_overtake(parked.receipt, parked.before):
                self._parked.append(parked)
            else:
                reports += self._judged(parked.receipt, parked.at)
        return reports

    def accepted(self, reminder_id: str, gateway_ref: str, submit: int = 0, since: datetime | None = None) -> None:
        """The centre has the message. Without ``submit``: an earlier run offered it. Told twice, it stays."""
        if reminder_id in self._messages:
            return
        offer = self._lost.pop(submit, None) or self._in_flight.get(submit) or _Offer(0, from_at=since, to_at=since)
        ids = part_ids(gateway_ref)
        message = _SubmittedMessage(reminder_id, gateway_ref, ["pending"] * len(ids), offer)
        self._messages[reminder_id] = message
        for place, part_id in enumerate(ids):
            self._parts[comparable(part_id, self._forms.response)].append((message, place))
        if len(self._messages) > self._messages_max:
            self._forget(self._messages.popitem(last=False)[1])

    def is_ambiguous(self, gateway_ref: str) -> bool:
        """Whether a part's id stands for a part of another message too: a recall could take that one back."""
        return any(len(self._parts.get(comparable(one, self._forms.response), ())) > 1 for one in part_ids(gateway_ref))

    def recalling(self, reminder_id: str) -> None:
        """We begin to take it back, part by part: the centre may tell of the first before we ask for the last."""
        if message := self._messages.get(reminder_id):
            message.recalling = True

    def recall_ended(self, reminder_id: str, at: datetime, *, taken_back: bool) -> list[Report]:
        """Taken back as a whole: that the centre tells of its deletion is no failure. Else what its parts came to."""
        message = self._messages.get(reminder_id)
        if message is None:
            return []
        message.recalling = False
        if taken_back:
            message.silent_since = message.silent_since or at
        return self._news(message, at)

    def received(self, receipt: PartReceipt, at: datetime) -> list[Report]:
        """A receipt came, at ``at``; what it says of a message, if it says something new.

        It may overtake the answer to its submit: while one is under way that it could belong to, it waits.
        """
        if receipt.state == "pending":
            return []
        if not self._may_overtake(receipt, self._last_offer):
            return self._judged(receipt, at)
        self._parked.append(_Parked(self._last_offer, receipt, at))
        if len(self._parked) > PARKED_MAX:
            self._parked.popleft()
            self._nobodys("receipts wait for answers to submits, more than can be kept")
        return []

    def _may_overtake(self, receipt: PartReceipt, before: int) -> bool:
        return any(offer.order <= before and self._fits(offer, receipt) for offer in self._in_flight.values())

    def _judged(self, receipt: PartReceipt, at: datetime) -> list[Report]:
        found = self._find(receipt, at)
        if found is None:
            return []
        message, place = found
        happened_at = receipt.done_at or at
        message.states[place], message.detail = receipt.state, receipt.detail
        message.last_at = max(happened_at, message.last_at or happened_at)
        return self._news(message, at)

    def _news(self, message: _SubmittedMessage, at: datetime) -> list[Report]:
        """The report of a message that has ended, once."""
        status = ending(message.states)
        if message.silent_since or message.recalling or status is None or message.last_at is None:
            return []
        message.silent_since = at
        return [Report(message.reminder_id, message.gateway_ref, status, message.last_at, message.detail)]

    def _find(self, receipt: PartReceipt, at: datetime) -> tuple[_SubmittedMessage, int] | None:
        """The one part that it can belong to."""
        known = [part for one in dict.fromkeys(receipt.ids) for part in self._parts.get(one, ())]
        if not known:
            self._nobodys("a receipt names a message that is not known, or no more")
            return None
        found = [part for part in known if self._fits(part[0].offer, receipt)]
        if not found:
            self._nobodys(
                "a receipt has the id of a message, but another number or date of submit"
                " (is receipt_zone right, and receipt_number?)"
            )
            return None
        if len(found) > 1:
            found = [part for part in found if not _is_over(part[0], at)]
        if len(found) != 1 or self._may_be_lost(receipt, at):
            self._nobodys("a receipt could belong to several messages")
            return None
        return found[0]

    def _may_be_lost(self, receipt: PartReceipt, at: datetime) -> bool:
        """Whether it may belong to a message whose answer we never had: its id may be the same."""
        while self._lost and at - (next(iter(self._lost.values())).to_at or at) > LOST_FOR:
            self._lost.popitem(last=False)
        return any(self._fits(lost, receipt) for lost in self._lost.values())

    def _fits(self, offer: _Offer, receipt: PartReceipt) -> bool:
        """What the receipt says besides its id; where it says nothing, nothing speaks against it."""
        numbers, submitted = receipt.numbers, receipt.submitted
        if numbers and offer.number and not any(_is_same_number(one, offer.number) for one in numbers):
            return False
        if submitted is None or offer.from_at is None:
            return True
        from_at, to_at = submitted
        # An offer under way has no end yet: whatever was submitted since it began may be it.
        return to_at >= offer.from_at - self._window and (offer.to_at is None or from_at <= offer.to_at + self._window)

    def _nobodys(self, why: str) -> None:
        self.unmatched += 1
        if why not in self._warned:
            self._warned.add(why)
            log.warning("%s: it is nobody's; further ones are only counted", why)

    def _forget(self, message: _SubmittedMessage) -> None:
        for part_id in part_ids(message.gateway_ref):
            key = comparable(part_id, self._forms.response)
            left = [part for part in self._parts.get(key, ()) if part[0] is not message]
            if left:
                self._parts[key] = left
            else:
                self._parts.pop(key, None)


def _is_over(message: _SubmittedMessage, at: datetime) -> bool:
    return message.silent_since is not None and at - message.silent_since > ENDED_FOR


def _is_same_number(told: str, number: str) -> bool:
    """With or without country or routing digits in front."""
    return told.endswith(number) or number.endswith(told)
