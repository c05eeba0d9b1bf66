"""One run of `tactful replies` on a cluster: read a few, understand them, write what follows with the positions."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Final, NamedTuple

from pydantic import ValidationError

from agents.decisions.policy.rulebook import Rulebook
from agents.replies.intents import Classifier
from agents.replies.process.attribution import Attribution
from agents.replies.process.bus import HeardReply, RepliesBus
from agents.replies.process.facts import ReplyFact, Words, day_of, facts_of
from agents.replies.rule_files import ReplyRules
from agents.replies.understanding import understand
from schemas.cases import HoldPlaced, PromiseMade, ReplyReceived
from schemas.replies import BorrowerReply, read_said
from schemas.values.instants import to_utc
from streams import roles
from streams.clock import SystemClock
from streams.cluster import admin
from streams.settings import Settings
from streams.tasks import endless, guarded

log = logging.getLogger(__name__)

RENEW_S: Final = 5.0
"""How soon one that was taken over ends although nobody writes."""
NOBODY: Final = "NOBODY"
NO_REPLY: Final = "NO_REPLY"
_STOP: Final = "STOP"
_PAID: Final = "PAID"
_HELP: Final = "HELP"


class WordsMissing(RuntimeError):
    """The policy has no keyword for what a reply says."""


class ReplyHearing(NamedTuple):
    """By what replies are understood."""

    rules: ReplyRules
    classifier: Classifier
    words: Words
    zone: str
    """The lender's, where a borrower's is not known."""
    window: timedelta
    """How long after a message a reply may answer it."""


def hearing_by(rulebook: Rulebook, rules: ReplyRules, classifier: Classifier, window: timedelta) -> ReplyHearing:
    """By this policy. Raises WordsMissing where a STOP would silence nobody."""
    stops, paid = list(rulebook.opt_out_words), list(rulebook.policy.replies.paid)
    if not stops:
        raise WordsMissing("no keyword of the policy or its pack stops messages: a STOP would silence nobody")
    stop = _STOP if _STOP in stops else stops[0]
    claim = _PAID if _PAID in paid else paid[0] if paid else "CLAIMS_PAID"
    helps = list(rulebook.help_words)
    asks = _HELP if _HELP in helps or not helps else helps[0]
    words = Words(stop, claim, frozenset({*stops, *paid}), asks)
    return ReplyHearing(rules, classifier, words, rulebook.policy.lender.zone, window)


async def hear(
    settings: Settings,
    hearing: ReplyHearing,
    counted: Callable[[str, int], None],
    stop: asyncio.Event,
    ready: Callable[[], None] = lambda: None,
    *,
    step_over_gaps: bool = False,
) -> None:
    """Until ``stop``. ``counted`` is told how many facts of each code were committed, of nobody's replies too."""
    read = (roles.BORROWER_REPLIES, roles.REMINDERS, roles.PROFILE_UPDATED)
    await admin.require(settings, read)
    await admin.require(settings, (roles.CASE_UPDATED,), "Write")
    attribution = Attribution(hearing.window)
    now = to_utc(SystemClock().now_ms())
    async with RepliesBus(settings, attribution) as bus:
        await bus.open(now - hearing.window, step_over_gaps=step_over_gaps)
        try:
            async with asyncio.TaskGroup() as group:
                following = group.create_task(endless(bus.follow, "what replies may answer"))
                work = partial(_work, bus, attribution, hearing, settings.namespace, counted, stop, ready)
                await group.create_task(guarded(work, "the replies"))
                following.cancel()
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None


async def _work(
    bus: RepliesBus,
    attribution: Attribution,
    hearing: ReplyHearing,
    namespace: str,
    counted: Callable[[str, int], None],
    stop: asyncio.Event,
    ready: Callable[[], None],
) -> None:
    await bus.caught_up()
    ready()
    renewed = time.monotonic()
    while not stop.is_set():
        said = await bus.take()
        if not said:
            if time.monotonic() - renewed >= RENEW_S:
                await bus.renew()
                renewed = time.monotonic()
            continue
        await bus.caught_up()
        facts: list[ReplyFact] = []
        tally: Counter[str] = Counter()
        for one in said:
            found = _facts(one, attribution, hearing, namespace, tally)
            facts += found
            tally.update(_code(fact) for fact in found)
            # A flood must not keep the cluster from hearing that we are alive.
            await asyncio.sleep(0)
        await bus.write(facts, {one.partition: one.offset + 1 for one in said})
        for code, count in tally.items():
            counted(code, count)


def _code(fact: ReplyFact) -> str:
    match fact:
        case ReplyReceived():
            return fact.keyword
        case HoldPlaced():
            return f"HOLD_{fact.kind.upper()}"
        case PromiseMade():
            return "PROMISE"


def _facts(
    said: HeardReply, attribution: Attribution, hearing: ReplyHearing, namespace: str, tally: Counter[str]
) -> list[ReplyFact]:
    try:
        reply = read_said(said.value)
    except ValidationError:
        log.error("borrower-replies partition %d offset %d is no reply: read past", said.partition, said.offset)
        tally[NO_REPLY] += 1
        return []
    if not isinstance(reply, BorrowerReply):
        return []
    answered = attribution.answered(reply)
    if not answered.accounts:
        log.warning("borrower-replies partition %d offset %d is from nobody's number", said.partition, said.offset)
        tally[NOBODY] += 1
        return []
    zone = answered.zone or hearing.zone
    understood = understand(
        reply.text,
        reply.at,
        zone,
        our_texts=answered.our_texts,
        rules=hearing.rules,
        classifier=hearing.classifier,
    )
    return list(facts_of(reply, understood, answered, hearing.words, namespace, day_of(reply.at, zone)))
