"""NO_DECISION, NO_MESSAGE, DIFFERS, TWICE, MALFORMED: each message once, each with the decision that says why."""

from collections import Counter
from collections.abc import Iterable

from agents.audit.checks.asking import AuditQuestion
from agents.audit.checks.contacts import released
from agents.audit.evidence import AccountRecords, AuditedDecision, AuditedEvent, AuditedMessage
from agents.audit.findings import AuditTally, Code, seen
from schemas.values.identity import fingerprint

OUTCOMES = {
    "reminder.cancelled": "recalled",
    "case.handed-off": "handed_off",
    "case.withdrawn": "withdrawn",
    "cycle.closed": "closed",
}


def decision_of(records: AccountRecords) -> dict[str, AuditedDecision]:
    """Message -> the decision that sent it; of a notice, that noted it."""
    found: dict[str, AuditedDecision] = {}
    for decided in records.decisions:
        body = decided.body
        noted = body.outcome == "noted" and (body.stage or "").startswith("NOTICE_") and body.text_hash is not None
        if body.reminder_id is not None and (body.outcome == "sent" or noted):
            found.setdefault(body.reminder_id, decided)
    return found


def check(q: AuditQuestion) -> None:
    """The message against its decision and the messages before it."""
    if q.decided is None:
        q.tally.of(q.message, Code.NO_DECISION)
    else:
        _check_same(q, q.decided)
    _check_once(q)


def _check_same(q: AuditQuestion, decided: AuditedDecision) -> None:
    body, said = q.message.body, decided.body
    pairs = {
        "stage": (body.stage, said.stage),
        "policy": ((body.policy_id, body.policy_version), (said.policy_id, said.policy_version)),
        "pack": ((body.pack_id, body.pack_version), (said.pack_id, said.pack_version)),
        "text": (body.template_id, said.template_id),
        "text_hash": (fingerprint(body.text), said.text_hash),
        "slots": ({k: v for k, v in body.variables.items() if k != "name"}, said.variables),
        "instant": (q.message.issued_ms, decided.now_ms),
    }
    if not body.is_notice:
        pairs["cycle"] = (body.cycle_id, said.cycle_id)
        # Where money is in doubt the text states the smaller sum.
        total = max(body.total_overdue_minor, said.evidence.total_overdue_minor)
        pairs["total"] = (total, said.evidence.total_overdue_minor)
    for name, (mine, theirs) in pairs.items():
        if mine != theirs:
            q.tally.of(q.message, Code.DIFFERS, name, decided.at.place)


def _check_once(q: AuditQuestion) -> None:
    body = q.message.body
    for earlier in q.before:
        other = earlier.body
        if other.reminder_id == body.reminder_id:
            q.tally.of(q.message, Code.TWICE, "the same reminder_id", earlier.at.place)
        elif body.is_notice or other.is_notice:
            if body.is_notice and other.is_notice and body.answers == other.answers:
                q.tally.of(q.message, Code.TWICE, "one reply answered twice", earlier.at.place)
        elif (other.cycle_id, other.stage) == (body.cycle_id, body.stage) and not _again(q, earlier):
            q.tally.of(q.message, Code.TWICE, f"{body.stage} twice in {body.cycle_id}", earlier.at.place)
    left = {one.body.reminder_id for one in q.before}
    if body.supersedes is not None and body.supersedes not in left and "reminders" not in q.gone:
        q.tally.of(q.message, Code.DIFFERS, f"supersedes {body.supersedes}, which never left")


def _again(q: AuditQuestion, earlier: AuditedMessage) -> bool:
    """Whether a stage may be said once more: nobody got it, or the cycle came back."""
    if released(q.known, earlier):
        return True
    body = q.message.body
    if any(
        event.body.type == "cycle.opened" and event.body.cycle_id == body.cycle_id
        and earlier.issued_ms < event.at_ms <= q.now_ms
        for event in q.records.events
    ):  # fmt: skip
        return True
    return earlier.body.policy_version != body.policy_version and q.policy.in_flight == "restart"


def check_account(
    records: AccountRecords, tally: AuditTally, reminders_from_ms: int | None, decisions_from_ms: int | None
) -> None:
    """What is there once for an account: decisions without their messages, events without their decisions.

    ``…_from_ms``: when the oldest record that is left of a topic was written, where older ones are deleted.
    """
    for bad in records.malformed:
        tally.find(Code.MALFORMED, records.account_id, "", bad.at.time_ms, bad.at.place, bad.reason)
    there = {message.body.reminder_id for message in records.messages}
    for name, decided in decision_of(records).items():
        if name not in there:
            if reminders_from_ms is not None and decided.now_ms <= reminders_from_ms:
                tally.skip("decision without message: reminders of then are deleted")
            else:
                tally.find(Code.NO_MESSAGE, records.account_id, name, decided.now_ms, decided.at.place)
    _check_events(records, tally, decisions_from_ms)
    seen_ids = Counter(decided.body.decision_id for decided in records.decisions)
    for decision_id, count in seen_ids.items():
        if count > 1:
            of = [decided for decided in records.decisions if decided.body.decision_id == decision_id]
            tally.find(
                Code.TWICE, records.account_id, of[0].body.reminder_id or "", of[0].now_ms,
                f"decision {decision_id}", seen(*(one.at for one in of)),
            )  # fmt: skip


def _check_events(records: AccountRecords, tally: AuditTally, decisions_from_ms: int | None) -> None:
    by_outcome: dict[str, list[AuditedDecision]] = {}
    for decided in records.decisions:
        by_outcome.setdefault(decided.body.outcome, []).append(decided)
    used: set[tuple[str, str, int]] = set()
    for event in records.events:
        body = event.body
        outcome = OUTCOMES.get(body.type)
        if outcome is None:
            continue
        name = body.reminder_id if body.type == "reminder.cancelled" else body.cycle_id
        if decisions_from_ms is not None and event.at_ms <= decisions_from_ms:
            tally.skip("event without decision: decisions of then are deleted")
        else:
            _check_explained(records, tally, event, _that_say(by_outcome.get(outcome, ()), event.at_ms, name))
        key = (body.type, name or "", event.at_ms)
        if key in used and body.type != "case.handed-off":
            tally.find(Code.TWICE, records.account_id, body.reminder_id or "", event.at_ms, body.type, event.at.place)
        used.add(key)


def _check_explained(
    records: AccountRecords, tally: AuditTally, event: AuditedEvent, said: list[AuditedDecision]
) -> None:
    body, about = event.body, event.body.reminder_id or ""
    if not said:
        tally.find(Code.NO_DECISION, records.account_id, about, event.at_ms, body.type, event.at.place)
    elif body.reason is None:
        tally.find(Code.MALFORMED, records.account_id, about, event.at_ms, body.type, "no reason", event.at.place)
    elif body.reason not in {one.body.code for one in said}:
        evidence = f"{body.type} says {body.reason}"
        tally.find(Code.DIFFERS, records.account_id, about, event.at_ms, evidence, event.at.place, said[0].at.place)


def _that_say(decisions: Iterable[AuditedDecision], at_ms: int, name: str | None) -> list[AuditedDecision]:
    return [one for one in decisions if one.now_ms == at_ms and name in (one.body.reminder_id, one.body.cycle_id)]
