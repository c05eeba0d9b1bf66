"""Which reminder a receipt belongs to, and what the receipts of its parts say of it as a whole. No I/O, no clock.

Delivered only when every part is; failed or expired as soon as one part is. Each message is reported once, however
often its receipts come. Nothing here outlives the process: what it has forgotten is reported by the gateway's id.
"""

from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from agents.delivery.providers.port import Ending, Report
from agents.delivery.providers.smpp.receipts import IdForms, PartReceipt, State, as_response, comparable

SEPARATOR: Final = ","
"""Between the ids of the parts in a gateway_ref; SMPP's ids are printable and in practice alphanumeric."""
PARKED_MAX: Final = 1000


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
class _Message:
    reminder_id: str
    gateway_ref: str
    states: list[State]
    last_at: datetime | None = None
    detail: str = ""
    """Of the last receipt."""
    silent: bool = field(default=False)
    """Reported, or recalled by us: its receipts are no news."""
    recalling: bool = False
    """Parts of it are being taken back just now: how it ended is judged when that is over."""


@dataclass(frozen=True, slots=True)
class _Parked:
    before: int
    receipt: PartReceipt
    at: datetime


class Correlation:
    """Bounded: beyond ``messages_max`` the oldest message is forgotten."""

    def __init__(self, forms: IdForms, messages_max: int) -> None:
        self._forms = forms
        self._messages_max = messages_max
        self._messages: OrderedDict[str, _Message] = OrderedDict()
        self._parts: dict[str, tuple[_Message, int]] = {}
        self._in_flight: dict[int, None] = {}
        self._next_submit = 0
        self._parked: deque[_Parked] = deque()

    def submitting(self) -> int:
        """A submit begins; its number."""
        self._next_submit += 1
        self._in_flight[self._next_submit] = None
        return self._next_submit

    def settled(self, submit: int) -> list[Report]:
        """The submit has ended, however; what its receipts say that overtook it, and those that are nobody's."""
        del self._in_flight[submit]
        oldest = next(iter(self._in_flight), self._next_submit + 1)
        waiting, self._parked = self._parked, deque()
        reports = []
        for parked in waiting:
            if parked.before <= oldest or self._find(parked.receipt):
                reports += self._judged(parked.receipt, parked.at)
            else:
                self._parked.append(parked)
        return reports

    def accepted(self, reminder_id: str, gateway_ref: str) -> None:
        """The centre has the message. Also for one accepted before our start; one that is known stays as it is."""
        if gateway_ref in self._messages:
            return
        ids = part_ids(gateway_ref)
        message = _Message(reminder_id, gateway_ref, ["pending"] * len(ids))
        self._messages[gateway_ref] = message
        for place, part_id in enumerate(ids):
            self._parts[comparable(part_id, self._forms.response)] = (message, place)
        if len(self._messages) > self._messages_max:
            self._forget(self._messages.popitem(last=False)[1])

    def recalling(self, gateway_ref: str) -> None:
        """We begin to take it back, part by part: the centre may tell of the first before we ask for the last."""
        if message := self._messages.get(gateway_ref):
            message.recalling = True

    def recall_ended(self, gateway_ref: str, *, taken_back: bool) -> list[Report]:
        """Taken back as a whole: that the centre tells of its deletion is no failure. Else what its parts came to."""
        message = self._messages.get(gateway_ref)
        if message is None:
            return []
        message.recalling = False
        message.silent |= taken_back
        return self._news(message)

    def received(self, receipt: PartReceipt, at: datetime) -> list[Report]:
        """A receipt came, at ``at``; what it says of a message, if it says something new.

        It may overtake the answer to its submit: while one is under way, a receipt of nobody's waits.
        """
        if self._find(receipt) is None and self._in_flight:
            self._parked.append(_Parked(self._next_submit + 1, receipt, at))
            if len(self._parked) <= PARKED_MAX:
                return []
            parked = self._parked.popleft()
            return self._judged(parked.receipt, parked.at)
        return self._judged(receipt, at)

    def _judged(self, receipt: PartReceipt, at: datetime) -> list[Report]:
        if receipt.state == "pending":
            return []
        happened_at = receipt.done_at or at
        found = self._find(receipt)
        if found is None:
            status = ending([receipt.state])
            gateway_ref = as_response(receipt.ids[0], self._forms.response)
            return [Report(None, gateway_ref, status, happened_at, receipt.detail)] if status else []
        message, place = found
        message.states[place], message.detail = receipt.state, receipt.detail
        message.last_at = max(happened_at, message.last_at or happened_at)
        return self._news(message)

    def _news(self, message: _Message) -> list[Report]:
        """The report of a message that has ended, once."""
        status = ending(message.states)
        if message.silent or message.recalling or status is None or message.last_at is None:
            return []
        message.silent = True
        return [Report(message.reminder_id, message.gateway_ref, status, message.last_at, message.detail)]

    def _find(self, receipt: PartReceipt) -> tuple[_Message, int] | None:
        return next((self._parts[one] for one in receipt.ids if one in self._parts), None)

    def _forget(self, message: _Message) -> None:
        for part_id in part_ids(message.gateway_ref):
            key = comparable(part_id, self._forms.response)
            if self._parts.get(key, (None,))[0] is message:
                del self._parts[key]
