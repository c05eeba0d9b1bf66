"""NOT_RECALLED, HANDED_OVER: what became of a message once it had left."""

from collections.abc import Iterator
from typing import Any

from agents.audit.accounts.ledger import owed
from agents.audit.accounts.silences import CaseThen, ended, opted_out, standing
from agents.audit.accounts.words import AuditMoment, Known
from agents.audit.checks.asking import AuditQuestion
from agents.audit.checks.controls import ControlWords, in_scope
from agents.audit.checks.money import LEDGER, notice_of
from agents.audit.evidence import Told
from agents.audit.findings import Code
from agents.audit.standards.standard import stages_of
from agents.audit.standards.zones import DAY_MS, MINUTE_MS, midnight_of, ms_of, utc
from schemas.cases import AccountEnded, HoldPlaced, ReplyReceived
from schemas.facts import PaymentBooked, RepaymentMissed

_FINAL = frozenset({"delivered", "failed", "expired", "recalled"})
TAKES_BACK = (PaymentBooked, RepaymentMissed, HoldPlaced, ReplyReceived, AccountEnded)
RECALL_MS = 10_000
"""How late a gateway may have heard of a recall: a second is promised, clocks may differ by some."""


def check(q: AuditQuestion, controls: ControlWords, until_ms: int) -> None:
    """Recalls and receipts. ``until_ms`` is how far the records go."""
    body = q.message.body
    cancelled = [
        event.at_ms for event in q.records.events
        if event.body.type == "reminder.cancelled" and event.body.reminder_id == body.reminder_id
    ]  # fmt: skip
    if not body.is_notice:
        _check_recall(q, controls, cancelled, until_ms)
    _check_receipts(q, cancelled)


def _check_recall(q: AuditQuestion, controls: ControlWords, cancelled: list[int], until_ms: int) -> None:
    end_ms = min(q.message.expires_ms + q.policy.sending.receipt_grace_hours * 60 * MINUTE_MS, until_ms)
    # In a replay what a fact takes back leaves with the next tick, which may be a day later.
    end_ms -= DAY_MS if q.known.moment.complete_ms is None else MINUTE_MS
    end_ms = min([end_ms, *_final(q)])
    why = None
    for told in q.records.facts:
        late = q.now_ms < told.at.time_ms < end_ms or (told.at.time_ms <= q.now_ms and not q.known.moment.knows(told))
        if late and isinstance(told.fact, TAKES_BACK):
            why = _taken_back(q, told)
            if why is not None:
                break
    for one in controls.recalls():
        at_ms = ms_of(one.word.time)
        since = one.word.issued_from is None or ms_of(one.word.issued_from) <= q.now_ms
        named = one.word.reminder_id in (None, q.message.body.reminder_id)
        if since and named and q.now_ms <= at_ms < end_ms and in_scope(one.word.scope, q):
            why = ("recalled by " + one.word.control_id, one.at.place)
    if why is not None and not cancelled:
        q.tally.of(q.message, Code.NOT_RECALLED, *why)


def _final(q: AuditQuestion) -> Iterator[int]:
    """When the message was final: by a receipt, or by the one that superseded it."""
    name = q.message.body.reminder_id
    for told in q.records.receipts:
        if told.fact.reminder_id == name and told.fact.status in _FINAL:
            yield told.at.time_ms
    for other in q.records.messages:
        if other.body.supersedes == name:
            yield other.issued_ms


def _taken_back(q: AuditQuestion, told: Told) -> tuple[str, ...] | None:
    """Why a fact takes the message back, if it surely does."""
    at_ms = max(told.at.time_ms, q.now_ms)
    known = Known(q.records, AuditMoment(at_ms))
    case = CaseThen(known, q.policy, q.pack, q.case.closed_ms)
    fact: Any = told.fact
    if isinstance(fact, PaymentBooked | RepaymentMissed):
        if any(role in q.gone for role in LEDGER) or not _settled(q, case):
            return None
        return ("paid " + utc(at_ms), told.at.place)
    if isinstance(fact, HoldPlaced):
        held = any(one.told.fact is fact for one in standing(case))
        return (f"hold {fact.kind} {utc(at_ms)}", told.at.place) if held else None
    if isinstance(fact, ReplyReceived):
        body = q.message.body
        out = any(one.told.fact is fact for one in opted_out(case, body.channel, body.recipient.phone))
        return ("opted out " + utc(at_ms), told.at.place) if out else None
    end = ended(known)
    return ("ended " + utc(at_ms), end.at.place) if end is not None else None


def _settled(q: AuditQuestion, case: CaseThen) -> bool:
    kinds = {stage.kind for stage in stages_of(q.policy) if stage.code == q.message.body.stage}
    if kinds == {"overdue"}:
        found = owed(case.known, case.zone)
        return found.high <= q.policy.tolerance_minor.get(q.message.body.currency, 0)
    notice = notice_of(q._replace(known=case.known, case=case), q.message.body.cycle_id)
    # Once it is due, a miss is what counts.
    return notice is not None and notice.high == 0 and case.known.now_ms < midnight_of(case.zone, notice.due)


def _check_receipts(q: AuditQuestion, cancelled: list[int]) -> None:
    mine = [told for told in q.records.receipts if told.fact.reminder_id == q.message.body.reminder_id]
    taken = {told.fact.event_id: told for told in mine if told.fact.status == "accepted"}
    if len(taken) > 1:
        q.tally.of(q.message, Code.HANDED_OVER, "accepted twice", *(told.at.place for told in taken.values()))
    # Whoever got no answer to the submit learns later that it had been accepted, and tells when it was learned.
    unanswered_ms = [ms_of(told.fact.at) for told in mine if told.fact.status == "unknown"]
    for told in taken.values():
        at_ms = ms_of(told.fact.at)
        if unanswered_ms and min(unanswered_ms) <= at_ms:
            continue
        if at_ms >= q.message.expires_ms:
            q.tally.of(q.message, Code.HANDED_OVER, f"accepted {utc(at_ms)}, after it had expired", told.at.place)
        if cancelled and at_ms > min(cancelled) + RECALL_MS:
            q.tally.of(q.message, Code.HANDED_OVER, f"accepted {utc(at_ms)}, after its recall", told.at.place)
