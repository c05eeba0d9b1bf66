"""PAID, NOT_OWED, AMOUNT, IN_DOUBT, DAYS, STAGE, STALE: what was asked for, and whether it was the day for it."""

from datetime import date
from typing import Any, Final, NamedTuple

from agents.audit.accounts.ledger import OverdueLine, OwedBounds, is_ordered, oldest, owed
from agents.audit.accounts.silences import sent_by_staff
from agents.audit.accounts.words import as_of, newest
from agents.audit.checks.asking import AuditQuestion
from agents.audit.evidence import Told
from agents.audit.findings import Code
from agents.audit.standards.standard import stages_of
from agents.audit.standards.zones import MINUTE_MS, day_of, utc
from schemas.facts import InstalmentScheduled, InstalmentWithdrawn, PaymentBooked, PaymentReturned, RepaymentMissed
from schemas.policy.packs import FreshnessRule
from schemas.policy.policies import Stage

LEDGER: Final = ("repayment-missed", "payment-received", "instalment-scheduled")


def check(q: AuditQuestion) -> None:
    """What was asked for."""
    if q.message.body.is_notice:
        return
    _check_fresh(q)
    stages = [stage for stage in stages_of(q.policy) if stage.code == q.message.body.stage]
    if not stages:
        q.tally.of(q.message, Code.STAGE, f"no stage {q.message.body.stage} in the policy")
        return
    if any(role in q.gone for role in LEDGER):
        q.tally.skip("amount: the ledger's older facts are deleted")
        return
    found = owed(q.known, q.case.zone)
    if stages[0].kind == "pre_due":
        _check_notice(q, stages, found)
    else:
        _check_overdue(q, stages, found)


def _check_fresh(q: AuditQuestion) -> None:
    complete_ms = q.known.moment.complete_ms
    minutes = [q.policy.sending.freshness_minutes]
    minutes += [] if q.pack is None else [rule.max_age_minutes for rule in q.pack.of(FreshnessRule)]
    if complete_ms is None:
        q.tally.skip("freshness: no marks told (replay, or sources without marks)")
    elif q.now_ms - complete_ms > min(minutes) * MINUTE_MS:
        q.tally.of(q.message, Code.STALE, f"complete to {utc(complete_ms)}", f"at most {min(minutes)} minutes")


def _check_overdue(q: AuditQuestion, stages: list[Stage], found: OwedBounds) -> None:
    body = q.message.body
    tolerance = q.policy.tolerance_minor.get(body.currency, 0)
    places = [told.at.place for told in found.money] or [told.at.place for told in q.known.of(RepaymentMissed)]
    if found.currencies and body.currency not in found.currencies:
        q.tally.of(q.message, Code.AMOUNT, f"currency {body.currency}, the ledger says {_names(found.currencies)}")
        return
    if len(found.currencies) > 1:
        q.tally.skip("amount: more than one currency")
        return
    if found.high <= tolerance:
        code = Code.PAID if found.money else Code.NOT_OWED
        q.tally.of(q.message, code, f"owed {found.high}, tolerance {tolerance}", *places)
        return
    if found.doubted <= tolerance:
        q.tally.of(q.message, Code.IN_DOUBT, f"owed between {found.low} and {found.high}", *places)
    elif not found.low <= body.amount_minor <= found.high or body.total_overdue_minor != body.amount_minor:
        q.tally.of(
            q.message, Code.AMOUNT, f"states {body.amount_minor} (total {body.total_overdue_minor})",
            f"owed {_bounds(found.low, found.high)}", *places,
        )  # fmt: skip
    q.tally.judged["amount, exact" if found.exact else "amount, between two bounds"] += 1
    _check_limit(q)
    _check_days(q, stages, found, tolerance)


def _check_limit(q: AuditQuestion) -> None:
    body = q.message.body
    upper = q.policy.amounts.upper_minor.get(body.currency)
    if upper is not None and body.amount_minor > upper:
        q.tally.of(q.message, Code.AMOUNT, f"states {body.amount_minor}, above the policy's bound {upper}")


def _names(currencies: frozenset[str]) -> str:
    return ", ".join(sorted(currencies))


def _bounds(low: int, high: int) -> str:
    return str(low) if low == high else f"between {low} and {high}"


def _check_days(q: AuditQuestion, stages: list[Stage], found: OwedBounds, tolerance: int) -> None:
    body = q.message.body
    today = day_of(q.case.zone, q.now_ms)
    line = oldest(found, tolerance)
    if line is None or not is_ordered(found):
        q.tally.skip("days past due: which debt is the oldest is in doubt")
        return
    days = (today - line.effective_due).days
    if body.oldest_due_date not in _days_named(found, line):
        q.tally.of(q.message, Code.DAYS, f"states {body.oldest_due_date}, the oldest is {line.due}")
    if body.days_past_due != days:
        q.tally.of(q.message, Code.DAYS, f"states {body.days_past_due} days", f"it is {days}")
    _check_stage(q, stages, days)


def _days_named(found: OwedBounds, line: OverdueLine) -> set[date]:
    """How the due date may be written: of all that fall due on the oldest day, before or after it was moved."""
    same = [one for one in found.lines if one.effective_due == line.effective_due]
    return {day for one in same for day in (one.due, one.effective_due)}


def _check_stage(q: AuditQuestion, stages: list[Stage], days: int) -> None:
    body = q.message.body
    if sent_by_staff(q.case):
        q.tally.skip("stage: a person asked for the next one at once")
        return
    if _says_returned(q):
        return
    if not any(stage.delay_days <= days and (stage.dpd_to is None or days <= stage.dpd_to) for stage in stages):
        q.tally.of(q.message, Code.STAGE, f"{body.stage} at {days} days past due", _range(stages))
    codes = [stage.code for stage in q.policy.stages]
    for earlier in q.before:
        if earlier.body.cycle_id != body.cycle_id or _reopened(q, earlier.issued_ms):
            continue
        if {body.stage, earlier.body.stage} <= set(codes) and codes.index(earlier.body.stage) > codes.index(body.stage):
            q.tally.of(q.message, Code.STAGE, f"{body.stage} after {earlier.body.stage}", earlier.at.place)


def _reopened(q: AuditQuestion, since_ms: int) -> bool:
    return any(
        event.body.type == "cycle.opened" and event.body.cycle_id == q.message.body.cycle_id
        and since_ms < event.at_ms <= q.now_ms
        for event in q.records.events
    )  # fmt: skip


def _says_returned(q: AuditQuestion) -> bool:
    named = None if q.texts is None else q.texts.by_id.get(q.message.body.template_id)
    return named is not None and named.name == q.policy.returned.text


def _range(stages: list[Stage]) -> str:
    return " or ".join(f"from {stage.delay_days} to {stage.dpd_to}" for stage in stages)


class NoticeBounds(NamedTuple):
    """What is asked for before the due date, between two bounds."""

    due: date
    low: int
    high: int
    currency: str
    word: Told


def notice_of(q: AuditQuestion, cycle_id: str) -> NoticeBounds | None:
    """The instalment that a notice is about; None where nothing says that it falls due."""
    words = [
        told for told in (*q.known.of(InstalmentScheduled), *q.known.of(InstalmentWithdrawn))
        if f"{told.fact.loan_id}/{told.fact.instalment_id}" == cycle_id
    ]  # fmt: skip
    best = newest(words)
    if not best or any(isinstance(told.fact, InstalmentWithdrawn) for told in best):
        return None
    word = min(best, key=lambda told: told.fact.amount_due_minor)
    fact = word.fact
    first = min(told.fact.time for told in words)
    payments: dict[str, Any] = {}
    for told in q.known.of(PaymentBooked):
        payments[told.fact.payment_id] = told.fact
    back = {told.fact.payment_id for told in q.known.of(PaymentReturned)}
    sure = unsure = 0
    for payment in payments.values():
        part = sum(
            one.amount_minor for one in payment.allocations or ()
            if f"{one.loan_id}/{one.instalment_id}" == cycle_id
        )  # fmt: skip
        if payment.allocations and payment.payment_id not in back and payment.booked_at > as_of(fact):
            sure += part
        elif payment.allocations:
            # What came before the word, or came back, may be in its amount or not.
            unsure += part
        elif payment.time >= first:
            unsure += payment.amount_minor
    high = max(0, fact.amount_due_minor - sure)
    return NoticeBounds(fact.effective_due, max(0, high - unsure), high, fact.currency, word)


def _check_notice(q: AuditQuestion, stages: list[Stage], found: OwedBounds) -> None:
    body = q.message.body
    notice = notice_of(q, body.cycle_id)
    tolerance = q.policy.tolerance_minor.get(body.currency, 0)
    if notice is None:
        q.tally.of(q.message, Code.NOT_OWED, f"nothing says that {body.cycle_id} falls due")
        return
    place = notice.word.at.place
    if found.low > tolerance:
        q.tally.of(q.message, Code.STAGE, f"a notice while {found.low} are overdue", place)
    if body.currency != notice.currency:
        q.tally.of(q.message, Code.AMOUNT, f"currency {body.currency}, the ledger says {notice.currency}", place)
    elif notice.high == 0:
        q.tally.of(q.message, Code.PAID, "paid before it fell due", place)
    elif not max(1, notice.low) <= body.amount_minor <= notice.high:
        q.tally.of(
            q.message, Code.AMOUNT, f"states {body.amount_minor}", f"due {_bounds(notice.low, notice.high)}", place
        )
    q.tally.judged["amount, exact" if notice.low == notice.high else "amount, between two bounds"] += 1
    _check_limit(q)
    days = (day_of(q.case.zone, q.now_ms) - notice.due).days
    if body.days_past_due != days:
        q.tally.of(q.message, Code.DAYS, f"states {body.days_past_due} days", f"it is {days}", place)
    if not any(stage.delay_days <= days and (stage.dpd_to is None or days <= stage.dpd_to) for stage in stages):
        q.tally.of(q.message, Code.STAGE, f"{body.stage} at {days} days", _range(stages), place)
