"""Letting one reminder leave: its text, its ids, its expiry, and the history that it becomes."""

from datetime import date

from msgspec.structs import replace

from agents.decisions.account.owed.ledger import Ledger
from agents.decisions.account.owed.notices import notice_minor
from agents.decisions.guard.caps import counters
from agents.decisions.guard.silences import used_word
from agents.decisions.ladder.cycle import item_id, open_cycle
from agents.decisions.ladder.steps import Step
from agents.decisions.policy.offers import offered
from agents.decisions.recorder import Recorder
from agents.decisions.text.fitting import fitted
from agents.decisions.text.wording import Filling, Wording
from schemas.decisions import Outcome
from schemas.facts import Code
from schemas.messages import Recipient, Reminder
from schemas.policy.offers import Offered
from schemas.stored.accounts import Account, Cycle, Notice, Profile, Sent
from schemas.stored.structs import Passed, Struct
from schemas.values.channels import SMS
from schemas.values.identity import identify
from schemas.values.instants import MINUTE_MS, days_past_due, local_date, to_utc


class Draft(Struct, frozen=True):
    """A reminder that is about to be judged by the guard."""

    profile: Profile
    cycle_id: Code
    amount_minor: int
    currency: str
    due: date
    dpd: int
    wording: Wording
    parts: int
    offer: Offered | None


def stated_minor(account: Account, owed: Ledger, step: Step, zone: str) -> int:
    """The amount that the step's text states: the total overdue, or what falls due."""
    return notice_minor(account, step.item, zone) if step.item is not None else owed.stated_minor


def _offer(step: Step, amount_minor: int, currency: str, rec: Recorder) -> Offered | None:
    rule = step.rule
    if rule is None or rule.offer is None or step.due is None:
        return None
    policy = rec.rulebook.policy
    today = local_date(policy.lender.zone, rec.now_ms)
    return offered(policy.offers[rule.offer], amount_minor, currency, step.due, today)


def draft(account: Account, owed: Ledger, step: Step, rec: Recorder) -> Draft:
    """Write the text of a step. The account's standing blocks have been looked at before."""
    policy, profile = rec.rulebook.policy, account.profile
    assert profile is not None
    assert step.due is not None
    assert step.treatment is not None
    if step.item is not None:
        cycle_id = item_id(step.item.loan_id, step.item.instalment_id)
    else:
        assert step.cycle is not None
        cycle_id = step.cycle.cycle_id
    amount, currency = stated_minor(account, owed, step, policy.lender.zone), account.currencies[0]
    dpd = days_past_due(policy.lender.zone, step.due, rec.now_ms)
    offer, name = _offer(step, amount, currency, rec), step.text
    if offer is not None and step.rule is not None and step.rule.offer_text is not None:
        name = step.rule.offer_text
    rulebook, tone = rec.rulebook.texts[profile.language], step.treatment.tone
    filling = Filling(profile, amount, currency, step.due, dpd, offer)
    wording, parts = fitted(rulebook, name, tone, policy, filling)
    if name != step.text and parts > policy.sending.max_sms_parts:
        # A long name leaves no room for the offer: the stage's own text says what it has to.
        offer = None
        wording, parts = fitted(rulebook, step.text, tone, policy, filling._replace(offer=None))
    return Draft(profile, cycle_id, amount, currency, step.due, dpd, wording, parts, offer)


def send(
    account: Account,
    owed: Ledger,
    step: Step,
    drafted: Draft,
    window_end_ms: int,
    warnings: tuple[str, ...],
    rec: Recorder,
) -> Account:
    """Let it leave, and remember that it did. ``warnings`` are the rules that let its text pass and say so."""
    predue = step.kind == "pre_due"
    if not predue:
        account, _ = open_cycle(account, owed, step.cycle, step.treatment, rec)
    attempt = 1 if predue else _attempt(account.cycle, step)
    reminder_id = identify(rec.rulebook.namespace, account.account_id, drafted.cycle_id, step.stage, str(attempt))
    superseded = _last_of_cycle(account, drafted.cycle_id) if step.kind == "stage" else None
    expires_ms = min(window_end_ms, rec.now_ms + rec.rulebook.freshness[0] * MINUTE_MS)
    rec.say(_message(account, owed, step, drafted, rec, reminder_id, attempt, superseded, expires_ms))
    rec.decide(
        account,
        owed,
        Outcome.SENT,
        "ISSUED" if superseded is None else "ESCALATED",
        stage=step.stage,
        cycle_id=drafted.cycle_id,
        reminder_id=reminder_id,
        dpd=drafted.dpd,
        wording=drafted.wording,
        parts=drafted.parts,
        treatment=step.treatment,
        offer=drafted.offer,
        warnings=warnings,
        counters=counters(account, rec.rulebook, drafted.profile.zone, rec.now_ms) if rec.rulebook.rules.caps else None,
    )
    record = _remembered(step, drafted, reminder_id, attempt, expires_ms, rec)
    earlier = account.sent
    if superseded is not None:
        earlier = tuple(replace(s, final=True) if s.reminder_id == superseded else s for s in earlier)
    cycle = account.cycle if predue else _passed_on(account.cycle, step, rec)
    account = replace(
        account,
        sent=(*earlier, record),
        cycle=cycle,
        last_contact_ms=rec.now_ms,
        blocked_since_ms=None,
        blocked_message=False,
        turn_ms=None,
        reason=None,
    )
    return pass_notice(account, step, rec) if predue else used_word(account)


def _remembered(step: Step, drafted: Draft, reminder_id: str, attempt: int, expires_ms: int, rec: Recorder) -> Sent:
    return Sent(
        reminder_id=reminder_id,
        cycle_id=drafted.cycle_id,
        stage=step.stage,
        attempt=attempt,
        issued_ms=rec.now_ms,
        expires_ms=expires_ms,
        amount_minor=drafted.amount_minor,
        payments_seen=rec.payments_seen,
        phone=drafted.profile.phone or "",
        predue=step.kind == "pre_due",
        due=drafted.due if step.kind == "pre_due" else None,
        day=local_date(drafted.profile.zone, rec.now_ms),
        offer=None if drafted.offer is None else drafted.offer.kind,
    )


def _attempt(cycle: Cycle | None, step: Step) -> int:
    """A stage is repeated by the text about a returned payment, and by a restatement; no number comes twice."""
    assert cycle is not None
    if step.kind == "returned":
        return 2 + cycle.returns + cycle.restated
    return 1 + cycle.returns + cycle.restated if cycle.restated else 1


def _last_of_cycle(account: Account, cycle_id: str) -> str | None:
    for sent in reversed(account.sent):
        if sent.cycle_id == cycle_id and not sent.predue:
            return sent.reminder_id
    return None


def _passed_on(cycle: Cycle | None, step: Step, rec: Recorder) -> Cycle:
    """The cycle with the step's reminder behind it."""
    assert cycle is not None
    cycle = replace(cycle, policy=rec.rulebook.pin)
    if step.kind == "returned":
        return replace(cycle, grace_until_ms=None, reminders=cycle.reminders + 1, returns=cycle.returns + 1)
    passed = (*cycle.passed, Passed(step.stage, sent=True, at_ms=rec.now_ms))
    return replace(cycle, passed=passed, grace_until_ms=None, reminders=cycle.reminders + 1)


def pass_notice(account: Account, step: Step, rec: Recorder) -> Account:
    """The instalment's pre-due notice lies behind, sent or not."""
    items = tuple(replace(i, notice=Notice(step.stage, rec.now_ms)) if i is step.item else i for i in account.items)
    return replace(account, items=items)


def lapse(cycle: Cycle, step: Step, rec: Recorder) -> Cycle:
    """The stage lies behind without having been sent."""
    return replace(cycle, passed=(*cycle.passed, Passed(step.stage, sent=False, at_ms=rec.now_ms)))


def _message(
    account: Account,
    owed: Ledger,
    step: Step,
    drafted: Draft,
    rec: Recorder,
    reminder_id: str,
    attempt: int,
    supersedes: str | None,
    expires_ms: int,
) -> Reminder:
    policy, profile, wording, treatment = rec.rulebook.policy, drafted.profile, drafted.wording, step.treatment
    assert profile.phone is not None
    assert treatment is not None
    return Reminder(
        type="reminder.issued" if supersedes is None else "reminder.escalated",
        account_id=account.account_id,
        reminder_id=reminder_id,
        cycle_id=drafted.cycle_id,
        stage=step.stage,
        attempt=attempt,
        supersedes=supersedes,
        channel=SMS,
        recipient=Recipient(name=wording.variables["name"], phone=profile.phone, role=profile.role),
        language=profile.language,
        tone=wording.tone,
        text=wording.text,
        parts=drafted.parts,
        template_id=wording.template_id,
        variables=wording.variables,
        signature=wording.signature,
        amount_minor=drafted.amount_minor,
        total_overdue_minor=owed.stated_minor,
        currency=drafted.currency,
        oldest_due_date=drafted.due,
        days_past_due=drafted.dpd,
        service_number=policy.lender.service_number,
        offer=drafted.offer,
        segment=None if treatment.segment is None else treatment.segment.code,
        experiment=treatment.experiment,
        arm=treatment.arm,
        decided_for=rec.now,
        issued_at=rec.now,
        not_before=rec.now,
        expires_at=to_utc(expires_ms),
        policy_id=policy.id,
        policy_version=policy.version,
        pack_id=rec.rulebook.law.pack.id,
        pack_version=rec.rulebook.law.pack.version,
    )
