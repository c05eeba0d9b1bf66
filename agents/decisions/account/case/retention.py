"""The case file without what can change nothing any more. Design rule 12; see `retention.py`."""

from typing import Final

from msgspec.structs import replace

from agents.decisions.account.case.facts import REPLIES
from agents.decisions.account.case.holds import is_lifted
from agents.decisions.account.case.pledges import counts, has_ended
from agents.decisions.account.owed.payments import net_minor
from schemas.stored.accounts import Account, Payment
from schemas.stored.case_files import CaseFile, Imported, Pledge, Reply, StaffWord
from schemas.values.instants import HOUR_MS, to_ms_of_day

_LONGEST_MS: Final = 61 * 24 * HOUR_MS
"""No minimum gap and no cool-down that a policy may state is longer."""
_EMPTY: Final = CaseFile()


def carry_forward(case: CaseFile, gone: list[Payment]) -> CaseFile:
    """What the payments that are about to be folded paid of each pledge stays with it."""
    return replace(
        case,
        promises=tuple(_carried(promise, gone) for promise in case.promises),
        plans=tuple(_carried(plan, gone) for plan in case.plans),
    )


def _carried(pledge: Pledge, gone: list[Payment]) -> Pledge:
    paid_minor = sum(net_minor(payment) for payment in gone if counts(pledge, payment))
    return replace(pledge, carried_minor=pledge.carried_minor + paid_minor) if paid_minor else pledge


def compact_case(account: Account, case: CaseFile, now_ms: int, horizon_ms: int) -> CaseFile | None:
    """The case file without what was settled before the horizon; None when nothing is left."""
    # A claim of having paid is believed once a cycle: while one lasts it is known which came first.
    in_cycle = account.cycle is not None
    replies = tuple(r for r in case.replies if in_cycle or r.said_ms >= horizon_ms or not _is_answered(account, r))
    folded = CaseFile(
        promises=tuple(p for p in case.promises if not _is_settled(p, horizon_ms)),
        plans=tuple(p for p in case.plans if not _is_settled(p, horizon_ms)),
        complaints=tuple(
            c
            for c in case.complaints
            if c.said_ms >= horizon_ms or not is_lifted(account, f"complaint/{c.complaint_id}", c.said_ms)
        ),
        contacts=tuple(c for c in case.contacts if c.made_ms >= now_ms - _LONGEST_MS),
        replies=replies,
        imports=tuple(i for i in case.imports if not _is_past(account, i, horizon_ms)),
        staff=case.staff if case.staff is not None and _speaks(case.staff, now_ms, horizon_ms) else None,
        broken_promises=case.broken_promises,
        consents=tuple(c for c in case.consents if replies or c.given_ms >= horizon_ms),
    )
    return None if folded == _EMPTY else folded


def _is_answered(account: Account, reply: Reply) -> bool:
    if is_lifted(account, f"reply/{reply.reply_id}", reply.said_ms):
        return True
    # Of several words told at once one may be a stop, and that lasts.
    return reply.done and len(REPLIES.standing(reply)) == 1


def _is_settled(pledge: Pledge, horizon_ms: int) -> bool:
    if has_ended(pledge):
        return max(end.time_ms for end in pledge.ends) < horizon_ms
    return pledge.mark is not None and to_ms_of_day(pledge.parts[-1].due) < horizon_ms


def _is_past(account: Account, imported: Imported, horizon_ms: int) -> bool:
    """Its cycle is closed, or the ledger has never spoken of it in the time for which a late word is awaited."""
    if imported.done_ms is not None:
        return imported.done_ms < horizon_ms
    spoken = any((i.loan_id, i.instalment_id) == (imported.loan_id, imported.instalment_id) for i in account.items)
    return imported.time_ms < horizon_ms and not spoken and account.cycle is None


def _speaks(word: StaffWord, now_ms: int, horizon_ms: int) -> bool:
    in_force = not word.used if word.until_ms is None else now_ms < word.until_ms
    return in_force or word.time_ms >= horizon_ms


def is_forgettable(case: CaseFile | None) -> bool:
    """Whether the file says nothing that must outlive the account's debts."""
    return case is None or replace(case, broken_promises=0) == _EMPTY
