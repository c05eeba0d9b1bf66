"""What was known of an account at an instant, and which of several words on one thing counts (docs/facts.md)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from agents.audit.evidence import AccountRecords, AuditedDecision, Told
from agents.audit.standards.zones import ms_of
from schemas.facts import Fact

F = TypeVar("F", bound=Fact)


class AuditMoment(NamedTuple):
    """An instant, and how far the inputs had been read at it."""

    now_ms: int
    reached: Mapping[str, int] = {}
    """Input -> the offset up to which it had been read or must have been (exclusive); empty where that was not told."""
    complete_ms: int | None = None
    """Up to when the sources had told everything, by a worker's own words; None where time itself follows the marks."""

    def knows(self, told: Told) -> bool:
        """Whether the fact was known, as far as anybody can tell."""
        return self.knows_place(told.at.role, told.at.partition, told.at.offset, told.at.time_ms)

    def knows_place(self, role: str, partition: int, offset: int, time_ms: int) -> bool:
        """The same of any record of an input."""
        if partition >= 0 and role in self.reached:
            return offset < self.reached[role]
        if partition >= 0 or self.complete_ms is None:
            return time_ms <= self.now_ms
        return time_ms <= self.complete_ms


def moment_of(now_ms: int, decided: AuditedDecision | None, roles: Mapping[str, str]) -> AuditMoment:
    """The instant of a decision; ``roles`` names the role of each physical topic.

    Where the sources' marks are told, the ends of the inputs count besides what was read: nothing may leave before the
    inputs were read to there.
    """
    if decided is None:
        return AuditMoment(now_ms)
    saw = decided.body.evidence
    reached = {roles.get(topic, topic): offset for topic, offset in saw.inputs.items()}
    if saw.complete_to is None:
        return AuditMoment(now_ms, reached)
    for topic, offset in saw.watermarks.items():
        role = roles.get(topic, topic)
        reached[role] = max(reached.get(role, 0), offset)
    return AuditMoment(now_ms, reached, ms_of(saw.complete_to))


class Known:
    """The facts of an account that were known at a moment."""

    def __init__(self, records: AccountRecords, moment: AuditMoment) -> None:
        self.account_id = records.account_id
        self.moment = moment
        self._facts: dict[type, list[Told]] = defaultdict(list)
        for told in records.facts:
            if moment.knows(told):
                self._facts[type(told.fact)].append(told)
        self.receipts = [told for told in records.receipts if moment.knows(told)]
        self.unread = [
            bad
            for bad in records.unread
            if moment.knows_place(bad.at.role, bad.at.partition, bad.at.offset, bad.at.time_ms)
        ]
        self.erased = [at for at in records.erased if moment.knows_place(at.role, at.partition, at.offset, at.time_ms)]

    @property
    def now_ms(self) -> int:
        """The instant."""
        return self.moment.now_ms

    def of(self, kind: type[F]) -> list[Told]:
        """The facts of one type."""
        return self._facts.get(kind, [])


def as_of(fact: Any) -> datetime:
    """When the fact was true: nothing is known of what came after it was told."""
    stated: datetime | None = getattr(fact, "as_of", None)
    told: datetime = fact.time
    return told if stated is None else min(stated, told)


def newest(words: Iterable[Told]) -> list[Told]:
    """The word that counts, of each source the highest version, then by ``as_of``, then by ``time``; all that tie."""
    by_source: dict[str, list[Told]] = defaultdict(list)
    for word in words:
        by_source[word.fact.source].append(word)
    if not by_source:
        return []
    winners: list[Told] = []
    for told in by_source.values():
        best = max(_rank(word) for word in told)
        winners += [word for word in told if _rank(word) == best]
    if len(by_source) == 1:
        return winners
    latest = max((as_of(word.fact), word.fact.time) for word in winners)
    return [word for word in winners if (as_of(word.fact), word.fact.time) == latest]


def _rank(word: Told) -> tuple[int, datetime, datetime]:
    fact = word.fact
    return (fact.source_version, as_of(fact), fact.time)


def is_newer(one: Any, other: Any, *, tie: bool = False) -> bool:
    """Whether one fact's word is newer than another's: by version where one source gives both, else by time.

    ``tie`` is the answer where they are equally new.
    """
    if one.source == other.source and one.source_version and other.source_version:
        mine, theirs = one.source_version, other.source_version
        if mine != theirs:
            return bool(mine > theirs)
    elif one.time != other.time:
        return bool(one.time > other.time)
    return tie if one.time == other.time else bool(one.time > other.time)


def ends(lift: Any, placings: Iterable[Any]) -> list[Any]:
    """Those of the placings that a lift, a return or an end does not end: the newer ones, and those of a tie."""
    return [placed for placed in placings if not is_newer(lift, placed)]
