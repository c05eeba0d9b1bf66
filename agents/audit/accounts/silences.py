"""What of the case file stands at an instant: holds, complaints, promises, plans, words of staff, opt-outs.

Where the documents leave open when a silence ends, its earliest possible end counts, so that nothing is found that was
allowed.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from agents.audit.accounts.words import Known, ends, newest
from agents.audit.evidence import Told
from agents.audit.standards.packs import ApprovedRules
from agents.audit.standards.zones import day_of, midnight_of, ms_of
from schemas.cases import (
    BY_REPLY,
    DISPUTE,
    AccountEnded,
    AccountErased,
    AccountReopened,
    ComplaintReceived,
    ConsentGiven,
    HoldLifted,
    HoldPlaced,
    PlanAgreed,
    PlanEnded,
    PromiseMade,
    ReplyReceived,
    StaffDecision,
)
from schemas.facts import PaymentBooked, PaymentReturned, ProfileUpdated
from schemas.policy.keywords import bare
from schemas.policy.packs import HoldRule, OptOutRule
from schemas.policy.policies import Policy

_NO_END: Final = timedelta(days=50 * 365)


class StandingSilence(NamedTuple):
    """One reason to be silent, and the record that gives it."""

    kind: str
    told: Told
    rule: str | None = None
    """The pack's rule, where one defines it."""
    end_ms: int | None = None


class CaseThen(NamedTuple):
    """What the case file is read by."""

    known: Known
    policy: Policy
    pack: ApprovedRules | None
    closed_ms: int
    """When the last cycle was closed; 0 where none was. What an SMS asks for is believed once a cycle."""

    @property
    def zone(self) -> str:
        """The lender's."""
        return self.policy.lender.zone

    def midnight(self, day: date, days: int) -> int:
        """The lender's midnight of a day so many days later."""
        return midnight_of(self.zone, day + timedelta(days=days))


def standing(case: CaseThen) -> Iterator[StandingSilence]:
    """Every reason to be silent but opting out."""
    now = case.known.now_ms
    for one in (*_holds(case), *_complaints(case), *_promises(case), *_plans(case), *_staff(case), *_claims(case)):
        if one.end_ms is None or now < one.end_ms:
            yield one


def _lifts(known: Known, name: str) -> list[Any]:
    return [told.fact for told in known.of(HoldLifted) if told.fact.hold_id == name]


def _holds(case: CaseThen) -> Iterator[StandingSilence]:
    by_id: dict[str, list[Told]] = defaultdict(list)
    for told in case.known.of(HoldPlaced):
        by_id[told.fact.hold_id].append(told)
    rules = {} if case.pack is None else {rule.hold.upper(): rule for rule in case.pack.of(HoldRule)}
    believed = _believed(case)
    for hold_id, placings in by_id.items():
        left = [told.fact for told in placings]
        for lift in _lifts(case.known, hold_id):
            left = ends(lift, left)
        stands = [told for told in newest(placings) if told.fact in left]
        for told in stands:
            fact = told.fact
            if _by_reply(fact) and hold_id not in believed:
                continue
            rule = rules.get(fact.kind.upper())
            yield StandingSilence(fact.kind, told, None if rule is None else rule.id, _end_of(case, fact, rule))


def _by_reply(fact: Any) -> bool:
    return bool(fact.source == BY_REPLY and fact.kind.lower() == DISPUTE)


def _believed(case: CaseThen) -> set[str]:
    """The disputes by SMS that are the first of their cycle."""
    told = [one for one in case.known.of(HoldPlaced) if _by_reply(one.fact) and ms_of(one.fact.time) > case.closed_ms]
    first = min((one.fact.time for one in told), default=None)
    return {one.fact.hold_id for one in told if one.fact.time == first}


def _end_of(case: CaseThen, fact: Any, rule: HoldRule | None) -> int | None:
    day = day_of(case.zone, ms_of(fact.time))
    own = None if fact.until is None or fact.until - fact.time >= _NO_END else ms_of(fact.until)
    if rule is None:
        return own
    if own is None and fact.until is None and rule.max_days is not None:
        own = case.midnight(day, rule.max_days)
    if own is not None and rule.min_days is not None:
        return max(own, case.midnight(day, rule.min_days))
    return own


def _complaints(case: CaseThen) -> Iterator[StandingSilence]:
    for told in case.known.of(ComplaintReceived):
        fact = told.fact
        lifts = _lifts(case.known, f"complaint/{fact.complaint_id}")
        if not any(lift.time >= fact.time for lift in lifts):
            yield StandingSilence("COMPLAINT", told)


def _paid_since(known: Known, since: datetime, currency: str, before_ms: int) -> int:
    """Money that came after a word and before a time, less everything that came back."""
    booked: dict[str, int] = {}
    for told in known.of(PaymentBooked):
        fact = told.fact
        if fact.booked_at > since and fact.currency == currency and ms_of(fact.booked_at) < before_ms:
            booked[fact.payment_id] = max(fact.amount_minor, booked.get(fact.payment_id, 0))
    for told in known.of(PaymentReturned):
        fact = told.fact
        if fact.payment_id in booked:
            booked[fact.payment_id] = max(0, booked[fact.payment_id] - (fact.amount_minor or booked[fact.payment_id]))
    return sum(booked.values())


def _promises(case: CaseThen) -> Iterator[StandingSilence]:
    by_id: dict[str, list[Told]] = defaultdict(list)
    for told in case.known.of(PromiseMade):
        by_id[told.fact.promise_id].append(told)
    by_reply = [
        told for told in case.known.of(PromiseMade)
        if told.fact.source == BY_REPLY and ms_of(told.fact.time) > case.closed_ms
    ]  # fmt: skip
    first = min((told.fact.time for told in by_reply), default=None)
    for promise_id, words in by_id.items():
        told = min(newest(words), key=lambda one: one.fact.pay_by)
        fact = told.fact
        if fact.source == BY_REPLY and fact.time != first:
            continue
        if any(lift.time >= fact.time for lift in _lifts(case.known, f"reply/{promise_id}")):
            continue
        end_ms = case.midnight(fact.pay_by, 1 + case.policy.promises.grace_days)
        if _paid_since(case.known, fact.time, fact.currency, end_ms) < fact.amount_minor:
            yield StandingSilence("PROMISE", told, None, case.midnight(fact.pay_by, 1))


def _plans(case: CaseThen) -> Iterator[StandingSilence]:
    by_id: dict[str, list[Told]] = defaultdict(list)
    for told in case.known.of(PlanAgreed):
        by_id[told.fact.plan_id].append(told)
    for plan_id, words in by_id.items():
        left = [told.fact for told in words]
        for told in case.known.of(PlanEnded):
            if told.fact.plan_id == plan_id:
                left = ends(told.fact, left)
        stands = [told for told in newest(words) if told.fact in left]
        for told in stands[:1]:
            fact = told.fact
            due = 0
            broken_ms = None
            for part in sorted(fact.parts, key=lambda one: one.due_date):
                due += part.amount_minor
                end_ms = case.midnight(part.due_date, 1 + case.policy.plans.grace_days)
                if _paid_since(case.known, fact.time, fact.currency, end_ms) < due:
                    broken_ms = case.midnight(part.due_date, 1)
                    break
            if broken_ms is not None:
                yield StandingSilence("PLAN", told, None, broken_ms)


def _staff(case: CaseThen) -> Iterator[StandingSilence]:
    for told in newest(case.known.of(StaffDecision))[:1]:
        if told.fact.decision == "silent_until":
            yield StandingSilence("STAFF", told, None, ms_of(told.fact.until))


def sent_by_staff(case: CaseThen) -> bool:
    """Whether a named person asked for the next stage at once: it passes the gap and the delay."""
    return any(told.fact.decision == "send_now" for told in case.known.of(StaffDecision))


def _claims(case: CaseThen) -> Iterator[StandingSilence]:
    """Money that is said to be on its way, the first time in a cycle."""
    paid = {bare(word) for word in case.policy.replies.paid}
    said = [
        told for told in _replies(case.known)
        if bare(told.fact.keyword) in paid and told.fact.sure is not False and ms_of(told.fact.time) > case.closed_ms
    ]  # fmt: skip
    for told in sorted(said, key=lambda one: one.fact.time)[:1]:
        if any(lift.time >= told.fact.time for lift in _lifts(case.known, f"reply/{told.fact.reply_id}")):
            continue
        day = day_of(case.zone, ms_of(told.fact.time))
        yield StandingSilence("PAID_CLAIM", told, None, case.midnight(day, case.policy.replies.paid_days))


def opted_out(case: CaseThen, channel: str, phone: str) -> Iterator[StandingSilence]:
    """Every opt-out that stands: by reply until a later consent or lift, by profile while it says so."""
    words = {bare(word) for word in case.policy.replies.opt_out}
    for rule in () if case.pack is None else case.pack.of(OptOutRule):
        words |= {bare(word) for word in rule.keywords}
    for told in _replies(case.known):
        fact = told.fact
        if bare(fact.keyword) not in words or fact.sure is False:
            continue
        lifted = any(lift.time >= fact.time for lift in _lifts(case.known, f"reply/{fact.reply_id}"))
        if not lifted and not any(given > fact.time for given in _consents(case, channel)):
            yield StandingSilence("REPLY", told)
    for told in case.known.of(AccountErased):
        fact = told.fact
        lifted = any(lift.time >= fact.time for lift in _lifts(case.known, f"reply/{fact.event_id}"))
        if fact.opt_out is not None and not lifted and not any(given > fact.time for given in _consents(case, channel)):
            yield StandingSilence("ERASED", told)
    for told in newest(case.known.of(ProfileUpdated)):
        if any(_covers(out, channel, phone) for out in told.fact.opt_outs):
            yield StandingSilence("PROFILE", told)


def _replies(known: Known) -> Iterator[Told]:
    """Each reply by the words that count of it; where several tie, all of them."""
    by_id: dict[str, list[Told]] = defaultdict(list)
    for told in known.of(ReplyReceived):
        by_id[told.fact.reply_id].append(told)
    for words in by_id.values():
        yield from newest(words)


def _consents(case: CaseThen, channel: str) -> list[datetime]:
    return [told.fact.given_at for told in case.known.of(ConsentGiven) if told.fact.scope in ("all", channel)]


def _covers(out: Any, channel: str, phone: str) -> bool:
    if out.scope == "all":
        return True
    value = channel if out.scope == "channel" else phone
    return out.value is None or out.value == value


def ended(known: Known) -> Told | None:
    """The word by which the account has ended, unless it was opened again."""
    words = newest([*known.of(AccountEnded), *known.of(AccountReopened)])
    return next((word for word in words if isinstance(word.fact, AccountEnded)), None)
