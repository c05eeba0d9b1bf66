"""Applying the facts of the case file to an account: what is true now (see `facts.py`)."""

from bisect import insort
from collections.abc import Callable
from typing import Any, Final, TypeVar

from msgspec.structs import replace

from agents.decisions.account.pledges import has_ended
from schemas import cases, facts
from schemas.instants import to_ms
from schemas.stored.accounts import NEVER_MS, Account
from schemas.stored.case_files import CaseFile, Complaint, Consent, Contact, Imported, Pledge, Pledged, Reply, StaffWord
from schemas.structs import Passed


def records(case: CaseFile) -> int:
    """How many records the case file holds, each part and each stage counted."""
    parts = sum([len(pledge.parts) or 1 for pledge in (*case.promises, *case.plans)])
    stages = sum([len(imported.stages) or 1 for imported in case.imports])
    return parts + stages + len(case.complaints) + len(case.contacts) + len(case.replies) + len(case.consents)


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


def _agreed(old: Pledge | None, new: Pledge) -> Pledge:
    """The newer of two records of one pledge; it keeps what was told of it while nothing else was pledged."""
    if old is None:
        return new
    if not old.parts:
        merged = replace(new, ended=old.ended, ended_by=old.ended_by, ended_source=old.ended_source)
        return replace(merged, mark=old.mark if has_ended(merged) else None)
    made_ms = min(old.made_ms, new.made_ms) if old.version == new.version else max(old, new, key=_rank).made_ms
    if _rank(old) >= _rank(new):
        return replace(old, made_ms=made_ms)
    same = (old.currency, old.parts) == (new.currency, new.parts)
    merged = replace(
        new,
        made_ms=made_ms,
        carried_minor=old.carried_minor if old.version == new.version else 0,
        ended=old.ended,
        ended_by=old.ended_by,
        ended_source=old.ended_source,
    )
    return replace(merged, mark=old.mark if same or has_ended(merged) else None)


def _rank(record: Pledge | StaffWord | Imported) -> tuple[int, int, object]:
    """Newest; of two told at once the one that chases less."""
    match record:
        case Pledge(parts=parts):
            kindness: object = (parts[-1].due, -sum(part.amount_minor for part in parts)) if parts else ()
        case StaffWord(until_ms=until_ms):
            kindness = until_ms or 0
        case Imported(stages=stages, contact_ms=contact_ms):
            kindness = len(stages), contact_ms or 0
    return record.version, record.time_ms, kindness


def _promise(account: Account, fact: cases.PromiseMade, told_ms: int) -> Account:
    case, time_ms = _file(account), told_ms
    parts = (Pledged(fact.pay_by, fact.amount_minor),)
    new = Pledge(fact.promise_id, fact.source_version, time_ms, time_ms, fact.currency, parts, source=fact.source)
    old = _find(case.promises, _pledge_id, fact.promise_id)
    promises = _with(case.promises, _agreed(old, new), old, _pledge_id)
    return replace(account, case=replace(case, promises=promises))


def _plan(account: Account, fact: cases.PlanAgreed, told_ms: int) -> Account:
    case, time_ms = _file(account), told_ms
    parts = tuple(Pledged(p.due_date, p.amount_minor) for p in sorted(fact.parts, key=lambda p: p.due_date))
    new = Pledge(fact.plan_id, fact.source_version, time_ms, time_ms, fact.currency, parts, source=fact.source)
    old = _find(case.plans, _pledge_id, fact.plan_id)
    return replace(account, case=replace(case, plans=_with(case.plans, _agreed(old, new), old, _pledge_id)))


def _plan_ended(account: Account, fact: cases.PlanEnded, told_ms: int) -> Account:
    case = _file(account)
    old = _find(case.plans, _pledge_id, fact.plan_id)
    # Of two told at once: fulfilled chases less than cancelled, and that less than broken.
    ended_by = (fact.source_version, told_ms, {"fulfilled": "c", "cancelled": "b", "broken": "a"}[fact.outcome])
    if old is not None and old.ended_by is not None and old.ended_by >= ended_by:
        return account
    new = replace(old or Pledge(fact.plan_id), ended=fact.outcome, ended_by=ended_by, ended_source=fact.source)
    return replace(account, case=replace(case, plans=_with(case.plans, new, old, _pledge_id)))


def _complaint(account: Account, fact: cases.ComplaintReceived, told_ms: int) -> Account:
    case, time_ms = _file(account), told_ms
    old = _find(case.complaints, lambda c: c.complaint_id, fact.complaint_id)
    if old is not None and old.said_ms >= time_ms:
        return account
    complaints = _with(case.complaints, Complaint(fact.complaint_id, time_ms), old, lambda c: c.complaint_id)
    return replace(account, case=replace(case, complaints=complaints))


def _contact(account: Account, fact: cases.ContactMade, told_ms: int) -> Account:
    case = _file(account)
    old = _find(case.contacts, lambda c: c.contact_id, fact.contact_id)
    made_ms = min(to_ms(fact.made_at), told_ms)
    new = Contact(fact.contact_id, fact.source_version, made_ms, fact.conversation, fact.channel.lower())
    if old is not None and _contact_rank(old) >= _contact_rank(new):
        return account
    return replace(account, case=replace(case, contacts=_with(case.contacts, new, old, lambda c: c.contact_id)))


def _contact_rank(contact: Contact) -> tuple[int, bool, int]:
    """The newest version; of two the one that keeps the person longer alone."""
    return contact.version, contact.conversation, contact.made_ms


def _consent(account: Account, fact: cases.ConsentGiven, told_ms: int) -> Account:
    case = _file(account)
    old = _find(case.consents, lambda c: c.consent_id, fact.consent_id)
    new = Consent(fact.consent_id, fact.source_version, told_ms, min(to_ms(fact.given_at), told_ms))
    # Of two told at once the earlier consent ends fewer opt-outs.
    if old is not None and (old.version, old.time_ms, -old.given_ms) >= (new.version, new.time_ms, -new.given_ms):
        return account
    return replace(account, case=replace(case, consents=_with(case.consents, new, old, lambda c: c.consent_id)))


def _reply(account: Account, fact: cases.ReplyReceived, told_ms: int) -> Account:
    case = _file(account)
    old = _find(case.replies, lambda r: r.reply_id, fact.reply_id)
    new = Reply(fact.reply_id, fact.source_version, told_ms, fact.keyword)
    if old is not None:
        if old.keyword == new.keyword and old.version == new.version:
            new = replace(new, done=old.done, said_ms=min(old.said_ms, new.said_ms))
        elif (old.version, old.said_ms, old.keyword) >= (new.version, new.said_ms, new.keyword):
            return account
    return replace(account, case=replace(case, replies=_with(case.replies, new, old, lambda r: r.reply_id)))


def _staff(account: Account, fact: cases.StaffDecision, told_ms: int) -> Account:
    case, time_ms = _file(account), told_ms
    until_ms = None
    if fact.decision == "silent_until" and fact.until is not None:
        until_ms = min(to_ms(fact.until), NEVER_MS)
    new = StaffWord(fact.decision, fact.source_version, time_ms, fact.decided_by, until_ms)
    old = case.staff
    if old is not None:
        if _rank(old) >= _rank(new):
            return account
        # Told again it is the same word: what it wanted is not done twice.
        again = old == replace(new, told=old.told, used=old.used)
        new = replace(new, told=old.told, used=old.used) if again else new
    return replace(account, case=replace(case, staff=new))


def _imported_id(imported: Imported) -> tuple[str, str]:
    return imported.loan_id, imported.instalment_id


def _import(account: Account, fact: cases.CaseImported, told_ms: int) -> Account:
    case = _file(account)
    stages = tuple(Passed(s.stage, True, min(to_ms(s.sent_at), told_ms), True) for s in fact.stages)
    contacts = [stage.at_ms for stage in stages]
    if fact.last_contact_at is not None:
        contacts.append(min(to_ms(fact.last_contact_at), told_ms))
    new = Imported(
        fact.loan_id,
        fact.instalment_id,
        fact.source_version,
        told_ms,
        stages,
        max(contacts, default=None),
    )
    old = _find(case.imports, _imported_id, _imported_id(new))
    if old is not None:
        if _rank(old) >= _rank(new):
            return account
        new = replace(new, done_ms=old.done_ms)
    return replace(account, case=replace(case, imports=_with(case.imports, new, old, _imported_id)))


HANDLERS: Final[dict[type[facts.Fact], Callable[[Account, Any, int], Account]]] = {
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
"""Each takes the account, the fact, and when it was told: no instant of which it speaks is later."""
