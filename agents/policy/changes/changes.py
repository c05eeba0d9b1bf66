"""One change between two versions of a policy, and whom it reaches."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Final, Literal, NamedTuple, TypeVar

from schemas.policy.policies import Policy


class ChangeScope(StrEnum):
    """For whom a change counts, before `in_flight` is looked at."""

    cycles = "cycles"
    """For every cycle that goes by the later version, one that is open already included."""
    anew = "anew"
    """For cycles that begin later, and for one that begins its ladder anew: another open one keeps what it has."""
    later = "later"
    """Only for notices and cycles that begin later."""
    everybody = "everybody"
    """At once, also for cycles that end on an earlier version: these remember their policy and nothing else."""


class Change(NamedTuple):
    """One change in words."""

    about: str
    """The section of the policy, or ``pack`` or ``texts``."""
    text: str
    reach: ChangeScope = ChangeScope.cycles


STRICTER: Final = " (stricter)"
LOOSER: Final = " (looser)"


def tendency(before: Any, after: Any, stricter: Literal["more", "less", ""]) -> str:
    """Whether a larger or smaller value restricts more; None is no bound at all."""
    if not stricter or before == after:
        return ""
    if before is None or after is None:
        return LOOSER if after is None else STRICTER
    return STRICTER if (after > before) == (stricter == "more") else LOOSER


_Thing = TypeVar("_Thing")
_Told = TypeVar("_Told")


def by_name(
    before: Mapping[str, _Thing],
    after: Mapping[str, _Thing],
    gone: Callable[[str, _Thing], Iterable[_Told]],
    new: Callable[[str, _Thing], Iterable[_Told]],
    other: Callable[[str, _Thing, _Thing], Iterable[_Told]],
) -> Iterator[_Told]:
    """What two tables of named things differ in: in the order of the earlier one, what is new at the end."""
    for name, thing in before.items():
        if name not in after:
            yield from gone(name, thing)
        elif thing != after[name]:
            yield from other(name, thing, after[name])
    for name, thing in after.items():
        if name not in before:
            yield from new(name, thing)


_TOUCHING: Final = {
    "finish": {ChangeScope.everybody},
    "next_stage": {ChangeScope.everybody, ChangeScope.cycles},
    "restart": {ChangeScope.everybody, ChangeScope.cycles, ChangeScope.anew},
}


def touches_open_cycles(change: Change, later: Policy) -> bool:
    """Whether a change touches a cycle that was opened before it, as the later version's ``in_flight`` has it."""
    return change.reach in _TOUCHING[later.in_flight]
