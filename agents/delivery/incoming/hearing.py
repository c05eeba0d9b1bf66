"""What the hand-over makes of messages that people sent: joined, each once, collected until ``flush``. Pure.

A part is written down as it comes, since a centre may not send the next before it is told that we have the first; the
whole is written with the last. Number, text and the provider's time within ten minutes are one message: a centre that
had no answer sends again. What is on the topic already is told by ``restore``, so a crash neither loses nor doubles.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final, NamedTuple

from pydantic_core import to_json

from agents.delivery.incoming.coding import DefaultAlphabet, read_octets
from agents.delivery.incoming.inbox import Incoming, MessagePart
from schemas.envelope import Headers, cloud_event
from schemas.replies import TEXT_CHARACTERS_MAX, AnyReply, BorrowerReply, ReplyPart
from schemas.values.instants import to_ms
from streams import roles

SAME_WITHIN: Final = timedelta(minutes=10)
REMEMBERED_FOR: Final = timedelta(hours=24)
"""A provider that got no answer may tell of the same message hours later, with the time that it had."""
REMEMBERED_MAX: Final = 200_000
PARTS_WAIT: Final = timedelta(minutes=2)
"""For the parts that are missing; then what is there is written down, and a person reads it."""
INCOMPLETE_MAX: Final = 1_000
"""Messages that wait for parts; beyond it the oldest is written down as it is."""
_GAP: Final = "…"
_NOBODY: Final = "unknown"
_ADDRESS_MAX: Final = 64
_REFERENCE: Final = re.compile(r"[\x21-\x7e]{1,128}")
_OLDEST: Final = timedelta(days=30)


class HeardRecord(NamedTuple):
    """One record for ``borrower-replies``; ``key`` is the sender's number, which also says the partition."""

    key: bytes
    value: bytes
    headers: Headers
    timestamp_ms: int


class _Incomplete(NamedTuple):
    first: Incoming
    since: datetime
    bodies: dict[int, bytes]


_Key = tuple[str, str, int, int, int]


class Hearing:
    """All messages of people that are in hand; every instant comes from outside. ``new_id`` draws an id by lot."""

    def __init__(self, namespace: str, default: DefaultAlphabet, new_id: Callable[[], str]) -> None:
        self.repeated = 0
        """Messages and parts that had been told before."""
        self._namespace = namespace
        self._default: DefaultAlphabet = default
        self._new_id = new_id
        self._known: OrderedDict[bytes, tuple[datetime, datetime]] = OrderedDict()
        """Digest of number and content -> when it was written, and when we were told."""
        self._incomplete: OrderedDict[_Key, _Incomplete] = OrderedDict()
        self._records: list[HeardRecord] = []

    @property
    def in_hand(self) -> bool:
        """Whether something waits to be committed."""
        return bool(self._records)

    def restore(self, said: Iterable[AnyReply]) -> None:
        """Begin with what is on the topic, oldest first."""
        for one in said:
            if isinstance(one, ReplyPart):
                octets = bytes.fromhex(one.octets)
                part = MessagePart(one.reference, one.part, one.parts, one.coding, octets)
                incoming = Incoming(sender=one.sender, recipient=one.recipient, text="", at=one.at, part=part)
                self._is_repeat(incoming, one.at, one.heard_at)
                self._add(incoming, part, one.heard_at)
            else:
                self._is_repeat(
                    Incoming(sender=one.sender, recipient=one.recipient, text=one.text), one.at, one.heard_at
                )
                if one.reference is not None:
                    self._forget(one)

    def hear(self, incoming: Incoming, now: datetime) -> None:
        """One message, or part, that a provider told of. ``now`` is ours, in UTC."""
        incoming, at = _fitting(incoming), _believed(incoming.at, now)
        if self._is_repeat(incoming, at, now):
            self.repeated += 1
            return
        if incoming.part is None:
            self._write(self._whole(incoming, incoming.text, at, now))
            return
        self._write(self._part(incoming, incoming.part, at, now))
        key = self._add(incoming, incoming.part, now)
        if len(self._incomplete[key].bodies) == incoming.part.of:
            self._join(key, now)
        elif len(self._incomplete) > INCOMPLETE_MAX:
            self._join(next(iter(self._incomplete)), now)

    def sweep(self, now: datetime) -> None:
        """Write down what has waited for its parts long enough."""
        while self._incomplete and (oldest := next(iter(self._incomplete.items())))[1].since + PARTS_WAIT <= now:
            self._join(oldest[0], now)

    def flush(self) -> list[HeardRecord]:
        """Hand over what has to be committed; from here on it is the caller's."""
        records, self._records = self._records, []
        return records

    def _is_repeat(self, incoming: Incoming, at: datetime, now: datetime) -> bool:
        while self._known and (next(iter(self._known.values()))[1] + REMEMBERED_FOR < now):
            self._known.popitem(last=False)
        digest = _digest(incoming)
        known = self._known.get(digest)
        if known is not None and abs(known[0] - at) <= SAME_WITHIN:
            return True
        self._known[digest] = (at, now)
        self._known.move_to_end(digest)
        if len(self._known) > REMEMBERED_MAX:
            self._known.popitem(last=False)
        return False

    def _add(self, incoming: Incoming, part: MessagePart, now: datetime) -> _Key:
        key = (incoming.sender, incoming.recipient, part.reference, part.of, part.coding)
        waiting = self._incomplete.setdefault(key, _Incomplete(incoming, now, {}))
        waiting.bodies[part.number] = part.octets
        return key

    def _forget(self, whole: BorrowerReply) -> None:
        for key in [k for k in self._incomplete if k[:4] == (*_ends(whole), whole.reference, whole.parts)]:
            del self._incomplete[key]

    def _join(self, key: _Key, now: datetime) -> None:
        first, _, bodies = self._incomplete.pop(key)
        *_, reference, count, coding = key
        pieces = [read_octets(run, coding, self._default) for run in _runs(bodies)]
        missing = tuple(number for number in range(1, count + 1) if number not in bodies)
        edges = [_GAP if number in missing else "" for number in (1, count)]
        text = edges[0] + _GAP.join(piece or "" for piece in pieces) + edges[1]
        whole = self._whole(first, text, _believed(first.at, now), now)
        told = {"reference": reference, "parts": count, "missing": missing, "readable": None not in pieces}
        self._write(whole.model_copy(update=told))

    def _whole(self, incoming: Incoming, text: str, at: datetime, now: datetime) -> BorrowerReply:
        return BorrowerReply(
            reply_id=self._new_id(),
            sender=incoming.sender,
            recipient=incoming.recipient,
            at=at,
            heard_at=now,
            text=text,
            answers=incoming.answers,
            readable=incoming.readable,
        )

    def _part(self, incoming: Incoming, part: MessagePart, at: datetime, now: datetime) -> ReplyPart:
        return ReplyPart(
            part_id=self._new_id(),
            sender=incoming.sender,
            recipient=incoming.recipient,
            at=at,
            heard_at=now,
            reference=part.reference,
            part=part.number,
            parts=part.of,
            coding=part.coding,
            octets=part.octets.hex(),
        )

    def _write(self, said: AnyReply) -> None:
        event_id = said.reply_id if isinstance(said, BorrowerReply) else said.part_id
        headers = cloud_event(said.type, event_id, self._namespace, schema=roles.BORROWER_REPLIES, time=said.heard_at)
        self._records.append(HeardRecord(said.sender.encode(), to_json(said), headers, to_ms(said.heard_at)))


def _runs(bodies: dict[int, bytes]) -> list[bytes]:
    """The octets of parts that follow one another: a character may be cut between them."""
    runs: list[bytes] = []
    for number in sorted(bodies):
        if runs and number - 1 in bodies:
            runs[-1] += bodies[number]
        else:
            runs.append(bodies[number])
    return runs


def _fitting(incoming: Incoming) -> Incoming:
    """As it can be written down: what no topic can hold is cut, never refused."""
    return replace(
        incoming,
        sender=_utf8(incoming.sender)[:_ADDRESS_MAX] or _NOBODY,
        recipient=_utf8(incoming.recipient)[:_ADDRESS_MAX],
        text=_utf8(incoming.text)[:TEXT_CHARACTERS_MAX],
        answers=incoming.answers if _REFERENCE.fullmatch(incoming.answers or "") else None,
    )


def _utf8(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _believed(at: datetime | None, now: datetime) -> datetime:
    """The provider's time, where it can be one."""
    return at if at is not None and now - _OLDEST <= at <= now else now


def _ends(said: AnyReply) -> tuple[str, str]:
    return said.sender, said.recipient


def _digest(incoming: Incoming) -> bytes:
    """Of what makes two messages one; kept in memory only."""
    state = blake2b(digest_size=16)
    part = incoming.part
    about = "" if part is None else f"{part.reference}/{part.number}/{part.of}/{part.coding}/{part.octets.hex()}"
    state.update("\x1f".join((incoming.sender, incoming.recipient, incoming.text, about)).encode("utf-8", "replace"))
    return state.digest()
