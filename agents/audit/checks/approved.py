"""UNAPPROVED, CONTRACT: whether two people had approved what the message was made of."""

from agents.audit.checks.asking import AuditQuestion
from agents.audit.findings import Code
from agents.audit.standards.packs import ApprovedRules
from agents.audit.standards.zones import day_of
from schemas.policy.packs import ProviderRule, WindowRule


def check(q: AuditQuestion) -> None:
    """Pack, texts, sender and calendars."""
    body, signatures = q.message.body, q.standard.signatures
    # In a replay the days of the facts lie before those on which anybody approved.
    day = None if q.known.moment.complete_ms is None else day_of(q.case.zone, q.now_ms)
    digest = None if q.decided is None else q.decided.body.pack_hash
    if digest is not None and not signatures.approved("pack", body.pack_id, digest, day):
        q.tally.of(q.message, Code.UNAPPROVED, f"pack {body.pack_id} {digest}")
    if q.pack is not None:
        _check_pack(q, q.pack)
    kind = "notices" if body.is_notice else "texts"
    texts = q.texts
    if texts is not None and not signatures.approved(kind, texts.book.language, texts.hash, day):
        q.tally.of(q.message, Code.UNAPPROVED, f"{kind} {texts.book.language} {texts.hash}")
    if signatures.of_senders:
        sender = q.standard.sender_hash(q.policy)
        if not signatures.approved("sender", q.policy.id, sender, day):
            q.tally.of(q.message, Code.UNAPPROVED, f"sender {q.policy.id} {sender}")
        _check_calendars(q)


def _check_pack(q: AuditQuestion, pack: ApprovedRules) -> None:
    today = day_of(q.case.zone, q.now_ms)
    if not pack.complete:
        q.tally.of(q.message, Code.UNAPPROVED, f"pack {pack.id} sends only as part of another one")
    if today < pack.effective_from or (pack.effective_to is not None and today > pack.effective_to):
        q.tally.of(q.message, Code.UNAPPROVED, f"pack {pack.id} is in force from {pack.effective_from}")
    if pack.version != q.message.body.pack_version:
        q.tally.of(
            q.message, Code.DIFFERS, f"pack version {q.message.body.pack_version}, its hash is of {pack.version}"
        )
    for rule in pack.of(ProviderRule):
        if not getattr(q.policy.gateway, rule.needs):
            q.tally.of(q.message, Code.CONTRACT, rule.id, rule.needs)


def _check_calendars(q: AuditQuestion) -> None:
    rules = [] if q.pack is None else q.pack.of(WindowRule)
    for name in dict.fromkeys(rule.calendar for rule in rules if rule.calendar is not None):
        calendar = q.standard.calendars.get(name)
        if calendar is None:
            continue
        if calendar.hash is None:
            q.tally.skip("approval: a calendar with fields that the audit does not know")
        elif not q.standard.signatures.approved("calendar", name, calendar.hash, None):
            q.tally.of(q.message, Code.UNAPPROVED, f"calendar {name} {calendar.hash}")
