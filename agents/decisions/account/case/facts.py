"""Applying the facts of the case file to an account: what is true now (see `facts.py`)."""

from bisect import insort
from collections.abc import Callable
from typing import Any, Final, TypeVar

from msgspec.structs import replace

from agents.decisions.account.case.pledges import has_ended
from agents.decisions.account.limits import with_sources
from agents.decisions.account.words import SOURCES_MAX, Contest, Telling, dominating
from schemas import cases, facts
from schemas.stored.accounts import NEVER_MS, Account
from schemas.stored.case_files import (
    CaseFile,
    Complaint,
    Consent,
    Contact,
    Imported,
    PlanEnd,
    Pledge,
    Pledged,
    Reply,
    StaffWord,
)
from schemas.stored.structs import Passed
from schemas.values.instants import to_ms


def _file(account: Account) -> CaseFile:
    return account.case or CaseFile()


_Record = TypeVar("_Record")


def _with(
    records: tuple[_Record, ...], new: _Record, old: _Record | None, key: Callable[[_Record], Any]
) -> tuple[_Record, ...]:
    rest = [record for record in records if record is not old]
    insort(rest, new, key=key)
    return tuple(rest)


def _find(records: tuple[_Record, ...], key: Callable[[_Record], Any], wanted: object) -> _Record | None:
    return next((record for record in records if key(record) == wanted), None)


def _pledge_id(pledge: Pledge) -> str:
    return pledge.pledge_id


def _same_pledge(new: Pledge, old: Pledge) -> Pledge:
    """What was paid of a version, and since when payments count for it, stays with it however often it is told."""
    made_ms, carried_minor = min(old.made_ms, new.made_ms), max(old.carried_minor, new.carried_minor)
    return replace(new, made_ms=made_ms, carried_minor=carried_minor)


_PLEDGES: Final = Contest[Pledge](
    says=lambda pledge: (pledge.currency, pledge.parts),
    # The later day, then the smaller sum, then later parts.
    kindness=lambda pledge: (
        pledge.parts[-1].due,
        -sum(part.amount_minor for part in pledge.parts),
        tuple((part.due, -part.amount_minor) for part in pledge.parts),
        pledge.currency,
    ),
    keeps=_same_pledge,
)
_CONTACTS: Final = Contest[Contact](
    says=lambda contact: (contact.conversation, contact.made_ms, contact.channel),
    # What keeps the person longer alone.
    kindness=lambda contact: (contact.conversation, contact.made_ms),
)
_CONSENTS: Final = Contest[Consent](
    says=lambda consent: consent.given_ms,
    # An earlier consent ends fewer opt-outs.
    kindness=lambda consent: -consent.given_ms,
)


def _same_reply(word: Reply, other: Reply) -> Reply:
    """A keyword was said when it was first told of, however often that is told."""
    first: dict[str, int] = {}
    told = (*word.told_of, *other.told_of, (word.keyword, word.said_ms), (other.keyword, other.said_ms))
    for keyword, said_ms in told:
        first[keyword] = min(said_ms, first.get(keyword, said_ms))
    said_ms = first.pop(word.keyword)
    others = sorted(first.items(), key=lambda one: (one[1], one[0]))[:SOURCES_MAX]
    done = word.done or (other.done and other.keyword == word.keyword)
    return replace(word, said_ms=said_ms, told_of=tuple(others), done=done)


REPLIES: Final = Contest[Reply](says=lambda reply: reply.keyword, keeps=_same_reply)
_STAFF: Final = Contest[StaffWord](
    says=lambda word: (word.decision, word.until_ms, word.decided_by),
    kindness=lambda word: word.until_ms or 0,
)
_IMPORTS: Final = Contest[Imported](
    says=lambda imported: (imported.stages, imported.contact_ms),
    kindness=lambda imported: (len(imported.stages), imported.contact_ms or 0),
)


def _elected_pledge(old: Pledge | None, new: Pledge, telling: Telling) -> Pledge:
    """The word that counts of one pledge; it keeps what was told of it while nothing else was pledged."""
    if old is None:
        return new
    if not old.parts:
        best = replace(new, ends=old.ends)
        return replace(best, mark=old.mark if has_ended(best) else None)
    best = _PLEDGES.elect(replace(old, mark=None, ends=()), new, telling)
    best = replace(best, ends=old.ends)
    same = (old.currency, old.parts) == (best.currency, best.parts) and not has_ended(old)
    return replace(best, mark=old.mark if same or has_ended(best) else None)


def _promise(account: Account, fact: cases.PromiseMade, telling: Telling) -> Account:
    case, time_ms = _file(account), telling.ms
    parts = (Pledged(fact.pay_by, fact.amount_minor),)
    new = Pledge(fact.promise_id, fact.source_version, time_ms, time_ms, fact.currency, parts, source=fact.source)
    old = _find(case.promises, _pledge_id, fact.promise_id)
    best = _elected_pledge(old, new, telling)
    return _filed(account, replace(case, promises=_with(case.promises, best, old, _pledge_id)), best)


def _plan(account: Account, fact: cases.PlanAgreed, telling: Telling) -> Account:
    case, time_ms = _file(account), telling.ms
    parts = tuple(Pledged(p.due_date, p.amount_minor) for p in sorted(fact.parts, key=lambda p: p.due_date))
    new = Pledge(fact.plan_id, fact.source_version, time_ms, time_ms, fact.currency, parts, source=fact.source)
    old = _find(case.plans, _pledge_id, fact.plan_id)
    best = _elected_pledge(old, new, telling)
    return _filed(account, replace(case, plans=_with(case.plans, best, old, _pledge_id)), best)


def _plan_ended(account: Account, fact: cases.PlanEnded, telling: Telling) -> Account:
    case = _file(account)
    old = _find(case.plans, _pledge_id, fact.plan_id)
    plan = old or Pledge(fact.plan_id)
    new = PlanEnd(fact.source_version, telling.ms, fact.source, fact.outcome)
    ended = replace(plan, ends=dominating((*plan.ends, new)))
    return replace(account, case=replace(case, plans=_with(case.plans, ended, old, _pledge_id)))


def _complaint(account: Account, fact: cases.ComplaintReceived, telling: Telling) -> Account:
    case, time_ms = _file(account), telling.ms
    old = _find(case.complaints, lambda c: c.complaint_id, fact.complaint_id)
    if old is not None and old.said_ms >= time_ms:
        return account
    complaints = _with(case.complaints, Complaint(fact.complaint_id, time_ms), old, lambda c: c.complaint_id)
    return replace(account, case=replace(case, complaints=complaints))


def _contact(account: Account, fact: cases.ContactMade, telling: Telling) -> Account:
    case = _file(account)
    old = _find(case.contacts, lambda c: c.contact_id, fact.contact_id)
    made_ms = min(to_ms(fact.made_at), telling.ms)
    new = Contact(
        fact.contact_id,
        fact.source_version,
        made_ms,
        fact.conversation,
        fact.channel.lower(),
        fact.source,
        telling.ms,
    )
    best = _CONTACTS.elect(old, new, telling)
    return _filed(account, replace(case, contacts=_with(case.contacts, best, old, lambda c: c.contact_id)), best)


def _consent(account: Account, fact: cases.ConsentGiven, telling: Telling) -> Account:
    case = _file(account)
    old = _find(case.consents, lambda c: c.consent_id, fact.consent_id)
    given_ms = min(to_ms(fact.given_at), telling.ms)
    new = Consent(fact.consent_id, fact.source_version, telling.ms, given_ms, fact.source)
    best = _CONSENTS.elect(old, new, telling)
    return _filed(account, replace(case, consents=_with(case.consents, best, old, lambda c: c.consent_id)), best)


def _reply(account: Account, fact: cases.ReplyReceived, telling: Telling) -> Account:
    case = _file(account)
    old = _find(case.replies, lambda r: r.reply_id, fact.reply_id)
    new = Reply(fact.reply_id, fact.source_version, telling.ms, fact.keyword, source=fact.source, time_ms=telling.ms)
    best = REPLIES.elect(old, new, telling)
    return _filed(account, replace(case, replies=_with(case.replies, best, old, lambda r: r.reply_id)), best)


def _staff(account: Account, fact: cases.StaffDecision, telling: Telling) -> Account:
    case = _file(account)
    until_ms = None
    if fact.decision == "silent_until" and fact.until is not None:
        until_ms = min(to_ms(fact.until), NEVER_MS)
    new = StaffWord(fact.decision, fact.source_version, telling.ms, fact.decided_by, until_ms, source=fact.source)
    best = _STAFF.elect(case.staff, new, telling)
    return _filed(account, replace(case, staff=best), best)


def _imported_id(imported: Imported) -> tuple[str, str]:
    return imported.loan_id, imported.instalment_id


def _import(account: Account, fact: cases.CaseImported, telling: Telling) -> Account:
    case = _file(account)
    stages = tuple(Passed(s.stage, True, min(to_ms(s.sent_at), telling.ms), True) for s in fact.stages)
    contacts = [stage.at_ms for stage in stages]
    if fact.last_contact_at is not None:
        contacts.append(min(to_ms(fact.last_contact_at), telling.ms))
    new = Imported(
        fact.loan_id,
        fact.instalment_id,
        fact.source_version,
        telling.ms,
        stages,
        max(contacts, default=None),
        source=fact.source,
    )
    old = _find(case.imports, _imported_id, _imported_id(new))
    best = _IMPORTS.elect(old, new, telling)
    if old is not None and old.done_ms is not None:
        best = replace(best, done_ms=old.done_ms)
    return _filed(account, replace(case, imports=_with(case.imports, best, old, _imported_id)), best)


def _filed(
    account: Account, case: CaseFile, best: Pledge | Contact | Consent | Reply | StaffWord | Imported
) -> Account:
    return with_sources(replace(account, case=case), 1 + len(best.others))


HANDLERS: Final[dict[type[facts.Fact], Callable[[Account, Any, Telling], Account]]] = {
    cases.PromiseMade: _promise,
    cases.PlanAgreed: _plan,
    cases.PlanEnded: _plan_ended,
    cases.ComplaintReceived: _complaint,
    cases.ContactMade: _contact,
    cases.ReplyReceived: _reply,
    cases.StaffDecision: _staff,
    cases.CaseImported: _import,
    cases.ConsentGiven: _consent,
}
"""Each takes the account, the fact, and what is known of its telling."""
