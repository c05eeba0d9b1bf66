"""Cycles taken over from another system: they go on where it left off, and nothing of ours is lost by it.

What was imported is kept as it was told. It becomes the open cycle as soon as the ledger has spoken of its
instalment, so that an import and its miss may come in any order. Several imports of one person are one cycle.
"""

from msgspec.structs import replace

from schemas.stored.accounts import Account, Cycle
from schemas.stored.case_files import CaseFile, Imported
from schemas.stored.structs import Passed


def _cycle_id(imported: Imported) -> str:
    return f"{imported.loan_id}/{imported.instalment_id}"


def _opened(imported: Imported) -> tuple[int, str]:
    first_ms = min((stage.at_ms for stage in imported.stages), default=imported.time_ms)
    return first_ms, _cycle_id(imported)


def _at_hand(account: Account, case: CaseFile) -> list[Imported]:
    """Imports of which the ledger has spoken and whose cycle has not been closed, the oldest first."""
    spoken = {(item.loan_id, item.instalment_id) for item in account.items if item.snapshots}
    closed = {cycle.cycle_id for cycle in account.past}
    found = [
        i
        for i in case.imports
        if i.done_ms is None and (i.loan_id, i.instalment_id) in spoken and _cycle_id(i) not in closed
    ]
    return sorted(found, key=_opened)


def adopt(account: Account) -> Account:
    """The account whose open cycle holds what was imported."""
    found = [] if account.case is None else _at_hand(account, account.case)
    if not found:
        return account
    cycle = account.cycle
    ours = () if cycle is None else tuple(p for p in cycle.passed if not p.imported)
    theirs = _first_of_each(found, {p.stage for p in ours})
    if cycle is None or not cycle.announced or _is_only_imported(account, cycle):
        oldest = found[0]
        opened_ms, cycle_id = _opened(oldest)
        base = Cycle(cycle_id, oldest.loan_id, oldest.instalment_id, opened_ms, announced=True)
    else:
        base = replace(cycle, reminders=cycle.reminders - (len(cycle.passed) - len(ours)))
    adopted = replace(base, passed=(*theirs, *ours), reminders=base.reminders + len(theirs))
    return account if adopted == cycle else replace(account, cycle=adopted)


def _first_of_each(found: list[Imported], known: set[str]) -> tuple[Passed, ...]:
    stages: dict[str, Passed] = {}
    for stage in sorted((s for i in found for s in i.stages), key=lambda s: (s.at_ms, s.stage)):
        if stage.stage not in known:
            stages.setdefault(stage.stage, stage)
    return tuple(stages.values())


def _is_only_imported(account: Account, cycle: Cycle) -> bool:
    """Nothing of ours was said in it, so that an older import may still give it its name."""
    said = any(sent.cycle_id == cycle.cycle_id for sent in account.sent)
    return not said and cycle.handed_off_ms is None and all(p.imported for p in cycle.passed)


def close_imports(account: Account, now_ms: int) -> Account:
    """Their cycle is closed: told again, they open nothing."""
    case = account.case
    if case is None or not case.imports:
        return account
    closed = {_cycle_id(imported) for imported in _at_hand(account, case)}
    imports = tuple(replace(i, done_ms=now_ms) if _cycle_id(i) in closed else i for i in case.imports)
    return replace(account, case=replace(case, imports=imports))
