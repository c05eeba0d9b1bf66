"""ABOVE_CAP, GAP, COOL_DOWN: how often the person was reached, over all loans and senders."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from agents.audit.accounts.silences import sent_by_staff
from agents.audit.accounts.words import Known
from agents.audit.checks.asking import AuditQuestion
from agents.audit.evidence import AuditedMessage
from agents.audit.findings import Code
from agents.audit.standards.zones import day_of, ms_of, utc
from schemas.cases import CaseImported, ContactMade
from schemas.policy.packs import CapRule, CoolDownRule
from schemas.values.channels import CHANNELS, SMS

_NOT_TAKEN = frozenset({"failed", "expired"})


class CountedContact(NamedTuple):
    """One time that the person was reached."""

    at_ms: int
    day: date
    """The day on which it counts for caps."""
    channel: str
    conversation: bool
    ours: bool
    place: str


def check(q: AuditQuestion) -> None:
    """Caps, the gap and the days after a conversation."""
    if q.message.body.is_notice:
        return
    if q.profile is None:
        q.tally.skip("contacts: no profile known")
        return
    contacts = list(contacts_before(q))
    today = day_of(q.person.zone, q.now_ms)
    for rule in () if q.pack is None else q.pack.of(CapRule):
        if rule.stops == "messages":
            _check_cap(q, rule, contacts, today)
    _check_days(q, contacts, today)


def contacts_before(q: AuditQuestion) -> Iterator[CountedContact]:
    """Our own messages that may have arrived, and what others told."""
    for message in q.before:
        if not message.body.is_notice and not released(q.known, message):
            zone = q.zones.get(message.body.reminder_id, q.person.zone)
            yield CountedContact(
                message.issued_ms, day_of(zone, message.issued_ms), SMS, conversation=False, ours=True,
                place=message.at.place,
            )  # fmt: skip
    for contact_id in dict.fromkeys(told.fact.contact_id for told in q.known.of(ContactMade)):
        words = [told for told in q.known.of(ContactMade) if told.fact.contact_id == contact_id]
        told = max(words, key=lambda one: (one.fact.source_version, one.fact.time))
        at_ms = min(ms_of(told.fact.made_at), q.now_ms)
        yield CountedContact(
            at_ms, day_of(q.case.zone, at_ms), told.fact.channel, told.fact.conversation, ours=False,
            place=told.at.place,
        )  # fmt: skip


def released(known: Known, message: AuditedMessage) -> bool:
    """Whether the receipts that were known say that it never reached the person."""
    said = {told.fact.status for told in known.receipts if told.fact.reminder_id == message.body.reminder_id}
    if "delivered" in said:
        return False
    return "recalled" in said or (bool(said & _NOT_TAKEN) and not said & {"accepted", "unknown", "too_late"})


def _check_cap(q: AuditQuestion, rule: CapRule, contacts: list[CountedContact], today: date) -> None:
    counted = [one for one in contacts if _counts(rule, one) and _in_period(rule, one.day, today)]
    if len(counted) >= rule.limit:
        limit = f"at most {rule.limit} in {rule.days} {rule.period} day(s)"
        q.tally.of(q.message, Code.ABOVE_CAP, rule.id, limit, *(one.place for one in counted))


def _counts(rule: CapRule, contact: CountedContact) -> bool:
    if rule.counts == "conversations" and not contact.conversation:
        return False
    if rule.counts == "attempts" and (contact.conversation or contact.ours):
        return False
    return rule.channel in ("any", contact.channel) or contact.channel not in CHANNELS


def _in_period(rule: CapRule, day: date, today: date) -> bool:
    if rule.period == "rolling":
        return timedelta(0) <= today - day < timedelta(days=rule.days)
    if rule.days == 7:
        return day.isocalendar()[:2] == today.isocalendar()[:2]
    if rule.days == 31:
        return (day.year, day.month) == (today.year, today.month)
    return day == today


def _check_days(q: AuditQuestion, contacts: list[CountedContact], today: date) -> None:
    zone, sending, by_staff = q.person.zone, q.policy.sending, sent_by_staff(q.case)
    last = max(contacts, key=lambda one: one.at_ms, default=None)
    imported = max(_imported(q), default=0)
    last_ms = max(imported, last.at_ms if last is not None else 0)
    if last_ms and not by_staff and (today - day_of(zone, last_ms)).days < sending.minimum_gap_days:
        place = last.place if last is not None and last.at_ms == last_ms else "case.imported"
        q.tally.of(q.message, Code.GAP, f"{sending.minimum_gap_days} days", f"last contact {utc(last_ms)}", place)
    spoke = max((one for one in contacts if one.conversation), key=lambda one: one.at_ms, default=None)
    if spoke is None:
        return
    since = (today - day_of(zone, spoke.at_ms)).days
    if not by_staff and since < sending.conversation_cool_down_days:
        q.tally.of(q.message, Code.COOL_DOWN, "policy.conversation_cool_down_days", utc(spoke.at_ms), spoke.place)
    for rule in () if q.pack is None else q.pack.of(CoolDownRule):
        if rule.stops == "messages" and since < rule.days:
            q.tally.of(q.message, Code.COOL_DOWN, rule.id, utc(spoke.at_ms), spoke.place)


def _imported(q: AuditQuestion) -> Iterator[int]:
    for told in q.known.of(CaseImported):
        yield from (ms_of(stage.sent_at) for stage in told.fact.stages)
        if told.fact.last_contact_at is not None:
            yield ms_of(told.fact.last_contact_at)
