"""Whether a later version of a policy gives a known stage code another meaning. Codes stand on messages, decisions
and open cycles for years, so a changed meaning needs a new code (design rule 9).
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Final

from schemas.policy.policies import Policy, Stage

_KINDS: Final = {"pre_due": "a notice before the due date", "overdue": "a reminder of an overdue debt"}
_HAND_OFF: Final = "the hand-off to a person"


def reused_codes(earlier: Policy, later: Policy) -> list[str]:
    """One line for each stage code of ``earlier`` that means something else in ``later``; sorted, empty when none does.

    A code that is gone, and one that only moved to another day, keeps its meaning. It has another one when it was a
    notice before the due date and is a reminder after it, or the hand-off and is a stage (or the other way round), and
    when two codes stand the other way round in every ladder that has both.
    """
    before, after = _meanings(earlier), _meanings(later)
    faults = [
        f"{code}: reused with another meaning: it was {_said(before[code])} and is now {_said(after[code])}"
        for code in sorted(before.keys() & after.keys())
        if before[code] != after[code]
    ]
    ordered, turned = _pairs(earlier), _pairs(later)
    for first, second in sorted(ordered):
        if (second, first) in turned and (second, first) not in ordered:
            faults.append(f"{first}: reused with another meaning: it came before {second} and now comes after it")
    return faults


def ladders(policy: Policy) -> dict[str | None, tuple[Stage, ...]]:
    """The policy's own stages under None, and each variant under its name."""
    found: dict[str | None, tuple[Stage, ...]] = {None: policy.stages}
    found.update(policy.ladders)
    return found


def _meanings(policy: Policy) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for stages in ladders(policy).values():
        for stage in stages:
            found[stage.code].add(_KINDS[stage.kind])
    if policy.hand_off is not None:
        found[policy.hand_off.code].add(_HAND_OFF)
    return {code: frozenset(kinds) for code, kinds in found.items()}


def _said(kinds: frozenset[str]) -> str:
    return " and ".join(sorted(kinds))


def _pairs(policy: Policy) -> frozenset[tuple[str, str]]:
    """Each two codes of the same kind, in the order in which a ladder has them."""
    return frozenset(pair for stages in ladders(policy).values() for pair in _ordered(stages))


def _ordered(stages: tuple[Stage, ...]) -> Iterator[tuple[str, str]]:
    overdue = sorted((stage for stage in stages if stage.kind == "overdue"), key=lambda stage: stage.delay_days)
    yield from combinations([stage.code for stage in overdue], 2)
