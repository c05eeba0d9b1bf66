"""What the invented borrowers write, and the facts that `tactful replies` and `tactful numbers` make of it.

The days of a replay are past and nobody writes in them; so the pure parts of both processes are asked beforehand, and
what they say is fed with the other facts. No text goes to the bus.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Final, NamedTuple

from pydantic_core import to_json

from agents.decisions import Rulebook
from agents.numbers.bus import Read
from agents.numbers.run import apply
from agents.numbers.spreading import NumberLedger
from agents.numbers.table import NumberKeys
from agents.offline.fact_files import FactLine
from agents.offline.generator.telling import ZONE
from agents.replies.model.scoring import shipped_model
from agents.replies.process.attribution import Answered
from agents.replies.process.facts import day_of, facts_of
from agents.replies.process.run import hearing_by
from agents.replies.rule_files import load_rules
from agents.replies.understanding import understand
from schemas.facts import Fact
from schemas.replies import BorrowerReply
from schemas.values.identity import identify
from schemas.values.instants import to_ms, to_utc
from streams import roles

WRITTEN: Final = (
    "退订",
    "别再发短信了",
    "我已经还了",
    "打错了，我不是本人",
    "失业了，真的没钱还",
    "这笔钱不是我借的",
    "老人住院，走不开",
    "利息是怎么算的？",
    "Who is this?",
    "在吗",
)
SHARE: Final = 0.04
"""Of the borrowers: they write once."""
_FIRST_DAY: Final = 12
_WINDOW: Final = timedelta(hours=72)


class InventedReply(NamedTuple):
    """What one borrower writes."""

    at: datetime
    account_id: str
    text: str


def written(seed: int, accounts: Iterable[str], start: datetime, days: int) -> Iterator[InventedReply]:
    """The same seed writes the same."""
    for account_id in accounts:
        rng = Random(f"{seed}/{account_id}/writes")  # noqa: S311 - a seeded story, not a secret
        if days > _FIRST_DAY and rng.random() < SHARE:
            hours = rng.uniform(_FIRST_DAY * 24, days * 24 - 1)
            yield InventedReply(start + timedelta(milliseconds=int(hours * 3_600_000)), account_id, rng.choice(WRITTEN))


class Hearer:
    """Both processes, without Kafka."""

    def __init__(self, rulebook: Rulebook, limit_bytes: int) -> None:
        self._rulebook, self._limit_bytes = rulebook, limit_bytes
        self._hearing = hearing_by(rulebook, load_rules(), shipped_model(), _WINDOW)
        self._ledger = NumberLedger(NumberKeys("demo"), rulebook.namespace, tells_all=True)

    def facts(self, lines: Iterable[FactLine], replies: Iterable[InventedReply]) -> Iterator[Fact]:
        """What follows from profiles, the case file and replies, in the order of their time."""
        waiting = sorted(replies, key=lambda one: one.at, reverse=True)
        for line in lines:
            while waiting and to_ms(waiting[-1].at) <= line.time_ms:
                yield from self._reply(waiting.pop())
            if line.role != roles.PROFILE_UPDATED:
                yield from self._told()
            if line.role in (roles.PROFILE_UPDATED, roles.CASE_UPDATED):
                self._apply(line)
        while waiting:
            yield from self._reply(waiting.pop())

    def _told(self) -> Iterator[Fact]:
        self._ledger.tell()
        while facts := self._ledger.flush().facts:
            yield from facts
            self._ledger.tell()

    def _apply(self, line: FactLine) -> None:
        read = Read(line.role, 0, 0, line.time_ms, line.key, line.value)
        apply(self._ledger, read, self._limit_bytes, frozenset(self._rulebook.opt_out_words))

    def _reply(self, reply: InventedReply) -> Iterator[Fact]:
        at = to_utc(to_ms(reply.at))
        said = BorrowerReply(
            reply_id=identify("demo", reply.account_id, reply.text), sender="demo", at=at, heard_at=at, text=reply.text
        )
        understood = understand(reply.text, at, str(ZONE), rules=self._hearing.rules)
        answered = Answered((reply.account_id,), str(ZONE), None, ())
        facts = facts_of(
            said, understood, answered, self._hearing.words, self._rulebook.namespace, day_of(at, str(ZONE))
        )
        for fact in facts:
            yield fact
            self._apply(_line(fact))
        yield from self._told()


def with_replies(
    lines: list[FactLine], seed: int, start: datetime, days: int, rulebook: Rulebook, limit_bytes: int
) -> list[FactLine]:
    """The facts, with those that follow from what the accounts' people write; in the order of their time."""
    accounts = dict.fromkeys(line.key.decode() for line in lines if line.role == roles.PROFILE_UPDATED and line.key)
    hearer = Hearer(rulebook, limit_bytes)
    more = [_line(fact) for fact in hearer.facts(lines, written(seed, accounts, start, days))]
    return sorted((*lines, *more), key=lambda line: line.time_ms)


def _line(fact: Fact) -> FactLine:
    value = to_json(fact, exclude_none=True)
    return FactLine(to_ms(fact.time), roles.CASE_UPDATED, fact.account_id.encode(), value)
