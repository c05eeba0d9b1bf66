"""Folding the facts of the case file into an account: what is true now (see `applying`).

An instant that lies in the future by the clock of the one who tells it counts as now.
"""

from bisect import insort
from collections.abc import Callable
from typing import Any, Final, Protocol, TypeVar

from msgspec.structs import replace

from schemas import cases, facts
from schemas.instants import to_ms
from schemas.stored.accounts import NEVER_MS, Account
from schemas.stored.case_files import CaseFile, Complaint, Contact, Imported, Pledge, Pledged, Reply, StaffWord
from schemas.structs import Passed


def records(case: CaseFile) -> int:
    """How many records the case file holds, each part and each stage counted."""
    parts = sum([len(pledge.parts) or 1 for pledge in (*case.promises, *case.plans)])
    stages = sum([len(imported.stages) or 1 for imported in case.imports])
    return parts + stages + len(case.complaints) + len(case.contacts) + len(case.replies)


def _file(account: Account) -> CaseFile:
    return account.case or CaseFile()


class _Ranked(Protocol):
    @property
    def version(self) -> int: ...
    @property
    def event_id(self) -> str: ...


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
        return replace(new, mark=old.mark, ended=old.ended, ended_by=old.ended_by)
    made_ms = min(old.made_ms, new.made_ms) if old.version == new.version else max(old, new, key=_rank).made_ms
    if _rank(old) >= _rank(new):
        return replace(old, made_ms=made_ms)
    same = (old.currency, old.parts) == (new.currency, new.parts)
    return replace(
        new,
        made_ms=made_ms,
        carried_minor=old.carried_minor if old.version == new.version else 0,
        mark=old.mark if same or old.ended is not None else None,
        ended=old.ended,
        ended_by=old.ended_by,
    )


def _rank(record: Pledge | StaffWord | Imported) -> tuple[int, int, str]:
    return record.version, record.time_ms, record.event_id


def _promise(account: Account, fact: cases.PromiseMade, now_ms: int) -> Account:
    case, time_ms = _file(account), min(to_ms(fact.time), now_ms)
    parts = (Pledged(fact.pay_by, fact.amount_minor),)
    new = Pledge(fact.promise_id, fact.source_version, time_ms, fact.event_id, time_ms, fact.currency, parts)
    old = _find(case.promises, _pledge_id, fact.promise_id)
    promises = _with(case.promises, _agreed(old, new), old, _pledge_id)
    return replace(account, case=replace(case, promises=promises))


def _plan(account: Account, fact: cases.PlanAgreed, now_ms: int) -> Account:
    case, time_ms = _file(account), min(to_ms(fact.time), now_ms)
    parts = tuple(Pledged(p.due_date, p.amount_minor) for p in sorted(fact.parts, key=lambda p: p.due_date))
    new = Pledge(fact.plan_id, fact.source_version, time_ms, fact.event_id, time_ms, fact.currency, parts)
    old = _find(case.plans, _pledge_id, fact.plan_id)
    return replace(account, case=replace(case, plans=_with(case.plans, _agreed(old, new), old, _pledge_id)))


def _plan_ended(account: Account, fact: cases.PlanEnded, now_ms: int) -> Account:
    case = _file(account)
    old = _find(case.plans, _pledge_id, fact.plan_id)
    ended_by = (fact.source_version, min(to_ms(fact.time), now_ms), fact.event_id)
    if old is not None and old.ended_by is not None and old.ended_by >= ended_by:
        return account
    new = replace(old or Pledge(fact.plan_id), ended=fact.outcome, ended_by=ended_by)
    return replace(account, case=replace(case, plans=_with(case.plans, new, old, _pledge_id)))


def _complaint(account: Account, fact: cases.ComplaintReceived, now_ms: int) -> Account:
    case, time_ms = _file(account), min(to_ms(fact.time), now_ms)
    old = _find(case.complaints, lambda c: c.complaint_id, fact.complaint_id)
    if old is not None and old.said_ms >= time_ms:
        return account
    complaints = _with(case.complaints, Complaint(fact.complaint_id, time_ms), old, lambda c: c.complaint_id)
    return replace(account, case=replace(case, complaints=complaints))


def _is_newer(old: _Ranked | None, fact: facts.Fact) -> bool:
    return old is None or (fact.source_version, fact.event_id) > (old.version, old.event_id)


def _contact(account: Account, fact: cases.ContactMade, now_ms: int) -> Account:
    case = _file(account)
    old = _find(case.contacts, lambda c: c.contact_id, fact.contact_id)
    if not _is_newer(old, fact):
        return account
    made_ms = min(to_ms(fact.made_at), now_ms)
    new = Contact(fact.contact_id, fact.source_version, fact.event_id, made_ms, fact.conversation, fact.channel.lower())
    return replace(account, case=replace(case, contacts=_with(case.contacts, new, old, lambda c: c.contact_id)))


def _reply(account: Account, fact: cases.ReplyReceived, now_ms: int) -> Account:
    case = _file(account)
    old = _find(case.replies, lambda r: r.reply_id, fact.reply_id)
    if not _is_newer(old, fact):
        return account
    said_ms = min(to_ms(fact.time), now_ms)
    done = old is not None and old.done and old.keyword == fact.keyword
    new = Reply(fact.reply_id, fact.source_version, fact.event_id, said_ms, fact.keyword, done)
    return replace(account, case=replace(case, replies=_with(case.replies, new, old, lambda r: r.reply_id)))


def _staff(account: Account, fact: cases.StaffDecision, now_ms: int) -> Account:
    case, time_ms = _file(account), min(to_ms(fact.time), now_ms)
    until_ms = None
    if fact.decision == "silent_until" and fact.until is not None:
        until_ms = min(to_ms(fact.until), NEVER_MS)
    new = StaffWord(fact.decision, fact.source_version, time_ms, fact.event_id, fact.decided_by, until_ms)
    old = case.staff
    if old is not None:
        if _rank(old) >= _rank(new):
            return account
        # Told again with another event id it is the same word: what it wanted is not done twice.
        again = replace(old, event_id=new.event_id) == replace(new, told=old.told, used=old.used)
        new = replace(new, told=old.told, used=old.used) if again else new
    return replace(account, case=replace(case, staff=new))


def _imported_id(imported: Imported) -> tuple[str, str]:
    return imported.loan_id, imported.instalment_id


def _import(account: Account, fact: cases.CaseImported, now_ms: int) -> Account:
    case = _file(account)
    stages = tuple(Passed(s.stage, True, min(to_ms(s.sent_at), now_ms), True) for s in fact.stages)
    contacts = [stage.at_ms for stage in stages]
    if fact.last_contact_at is not None:
        contacts.append(min(to_ms(fact.last_contact_at), now_ms))
    new = Imported(
        fact.loan_id,
        fact.instalment_id,
        fact.source_version,
        min(to_ms(fact.time), now_ms),
        fact.event_id,
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
}
"""Facts that need the present instant, because what they tell cannot lie beyond it."""
