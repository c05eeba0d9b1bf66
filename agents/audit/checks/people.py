"""Who was written to, and whether they might be: holds, opt-outs, numbers, roles, the end of things."""

from datetime import date
from typing import Any, Final

from agents.audit.accounts.person import carries, letters, names
from agents.audit.accounts.silences import StandingSilence, ended, opted_out, standing
from agents.audit.accounts.words import newest
from agents.audit.checks.asking import AuditQuestion
from agents.audit.findings import Code
from agents.audit.standards.standard import stages_of
from agents.audit.standards.zones import DAY_MS, day_of, ms_of, utc
from schemas.cases import AccountErased, DeadLetterDismissed, NumberTold
from schemas.facts import ProfileUpdated
from schemas.policy.packs import NumberCheckRule, RoleRule
from schemas.values.phones import is_fixed_line

WRONG_NUMBER: Final = "wrong_number"
_FIRST_TURN: Final = date(2001, 1, 1)


def check(q: AuditQuestion) -> None:
    """Everything about the person."""
    for one in standing(q.case):
        _check_silence(q, one)
    body = q.message.body
    for out in opted_out(q.case, body.channel, body.recipient.phone):
        if not (body.stage == "NOTICE_STOP" and getattr(out.told.fact, "reply_id", None) == body.answers):
            q.tally.of(q.message, Code.OPTED_OUT, out.kind.lower(), utc(ms_of(out.told.fact.time)), out.told.at.place)
    end = ended(q.known)
    if end is not None:
        q.tally.of(q.message, Code.ENDED, end.fact.outcome, end.at.place)
    _check_unread(q)
    if not body.is_notice:
        _check_cycle(q)
    if q.profile is None:
        _check_nobody(q)
    else:
        _check_recipient(q)
        _check_number(q)


def _check_silence(q: AuditQuestion, one: StandingSilence) -> None:
    fact = one.told.fact
    evidence = [one.kind, one.told.at.place, f"since {utc(ms_of(fact.time))}"]
    if one.rule is not None:
        evidence.insert(0, one.rule)
    if one.kind.lower() != WRONG_NUMBER:
        q.tally.of(q.message, Code.UNDER_HOLD, *evidence)
        return
    person = q.person
    confirmed = None if person is None else person.number_confirmed_at
    if confirmed is not None and confirmed > fact.time:
        return
    numbers = {told.fact.phone for told in q.known.of(ProfileUpdated) if told.fact.time <= fact.time}
    if not numbers or q.message.body.recipient.phone in numbers:
        q.tally.of(q.message, Code.DISOWNED, *evidence)


def _check_unread(q: AuditQuestion) -> None:
    dismissed = {told.fact.at for told in q.known.of(DeadLetterDismissed)}
    for bad in q.known.unread:
        if bad.at.partition != q.message.at.partition and bad.at.partition >= 0:
            # Nobody who works on one partition can hold an account of another: it counts against its own.
            q.tally.skip("unread record in a partition that is not the account's")
        elif bad.at.place not in dismissed and bad.at.place not in q.records.replayed:
            q.tally.of(q.message, Code.UNREAD, bad.reason, bad.at.place)


def _check_cycle(q: AuditQuestion) -> None:
    cycle = q.message.body.cycle_id
    state, place = "", ""
    for event in q.records.events:
        if event.at_ms > q.now_ms:
            break
        if event.body.cycle_id == cycle and event.body.type in _STATES:
            if event.body.type == "cycle.closed" and event.at_ms == q.now_ms:
                continue
            state, place = _STATES[event.body.type], event.at.place
            handed_ms = event.at_ms
    if state == "handed" and handed_ms < q.now_ms:
        q.tally.of(q.message, Code.WITH_A_PERSON, place)
    elif state == "closed" and not is_notice(q):
        q.tally.of(q.message, Code.ENDED, f"cycle {cycle}", place)


def is_notice(q: AuditQuestion) -> bool:
    """Whether it speaks of one instalment before it is due: that is no part of a cycle."""
    return any(stage.code == q.message.body.stage and stage.kind == "pre_due" for stage in stages_of(q.policy))


_STATES: Final = {
    "cycle.opened": "open",
    "cycle.closed": "closed",
    "case.handed-off": "handed",
    "case.withdrawn": "withdrawn",
}


def _check_nobody(q: AuditQuestion) -> None:
    words = newest(q.known.of(ProfileUpdated))
    gone = q.known.of(AccountErased)
    if gone:
        q.tally.of(q.message, Code.RECIPIENT, "the person had been erased", gone[-1].at.place)
    elif len(words) > 1:
        q.tally.skip("recipient: profiles that disagree")
    elif q.records.is_erased:
        q.tally.skip("recipient: profile erased")
    elif "profile-updated" in q.gone or any(told.at.partition >= 0 for told in q.records.facts if _is_profile(told)):
        q.tally.skip("recipient: earlier profiles compacted away")
    else:
        q.tally.of(q.message, Code.RECIPIENT, "no profile was known")


def _is_profile(told: Any) -> bool:
    return isinstance(told.fact, ProfileUpdated)


def _check_recipient(q: AuditQuestion) -> None:
    body, person = q.message.body, q.person
    place = "" if q.profile is None else q.profile.at.place
    if person.phone != body.recipient.phone:
        q.tally.of(q.message, Code.RECIPIENT, "not the profile's number", place)
    if body.recipient.role != person.role:
        q.tally.of(q.message, Code.ROLE, f"the profile says {person.role}", place)
    for rule in () if q.pack is None else q.pack.of(RoleRule):
        if person.role not in rule.allow:
            q.tally.of(q.message, Code.ROLE, rule.id, person.role, place)
    if body.language != person.language:
        q.tally.of(q.message, Code.LANGUAGE, f"{body.language} for {person.language}", place)
    if q.texts is not None and not body.is_notice:
        wanted_names = names(q.texts.book, person)
        written = letters(body.recipient.name)
        if written not in wanted_names:
            if written.isascii() and not all(name.isascii() for name in wanted_names):
                q.tally.skip("recipient: a name that was spelled in other letters")
            else:
                q.tally.of(q.message, Code.RECIPIENT, "not the profile's name", place)
        carried = carries(person)
        if carried is not None:
            q.tally.of(q.message, Code.RECIPIENT, f"the name carries {carried}", place)


def _check_number(q: AuditQuestion) -> None:
    phone, person = q.message.body.recipient.phone, q.person
    if is_fixed_line(phone):
        q.tally.of(q.message, Code.DISOWNED, "a fixed line")
    for rule in () if q.pack is None else q.pack.of(NumberCheckRule):
        confirmed = person.number_confirmed_at
        if confirmed is None or q.now_ms - ms_of(confirmed) > (rule.max_age_days + 1) * DAY_MS:
            when = "never" if confirmed is None else utc(ms_of(confirmed))
            q.tally.of(q.message, Code.NUMBER_UNCONFIRMED, rule.id, f"confirmed {when}")
    _check_failed(q, phone)
    if not q.message.body.is_notice:
        _check_turn(q)


def _check_failed(q: AuditQuestion, phone: str) -> None:
    """So many messages in a row that failed at the number, and no other word on it since."""
    row = []
    for message in reversed([one for one in q.before if one.body.recipient.phone == phone]):
        said = [told for told in q.known.receipts if told.fact.reminder_id == message.body.reminder_id]
        states = {told.fact.status for told in said}
        if "failed" not in states or "delivered" in states:
            break
        row.append(max(said, key=lambda told: told.at.time_ms))
    if len(row) >= q.policy.sending.failures_to_hand_off:
        failed_ms = max(told.at.time_ms for told in row)
        if q.profile is not None and q.profile.at.time_ms <= failed_ms:
            q.tally.of(q.message, Code.DISOWNED, "messages to the number failed", *(told.at.place for told in row))


def _check_turn(q: AuditQuestion) -> None:
    words = newest(q.known.of(NumberTold))
    decided = q.decided
    if not words:
        if decided is not None and decided.body.evidence.numbers_required:
            q.tally.of(q.message, Code.NUMBER_SHARED, "no word on the number had come")
        return
    told = max(words, key=lambda one: (one.fact.accounts, one.fact.time))
    judged_ms = ms_of(told.fact.profile.time)
    phones = {
        one.fact.phone for one in q.known.of(ProfileUpdated)
        if ms_of(one.fact.time) >= judged_ms or one is q.profile
    }  # fmt: skip
    if told.fact.accounts < 2 or len(phones) > 1:
        return
    gap = q.policy.sending.minimum_gap_days
    day = day_of(q.case.zone, q.now_ms)
    turn = (day - _FIRST_TURN).days // gap % told.fact.accounts
    if turn != told.fact.turn:
        q.tally.of(
            q.message, Code.NUMBER_SHARED, f"turn {turn} of {told.fact.accounts}, its own is {told.fact.turn}",
            told.at.place,
        )  # fmt: skip
