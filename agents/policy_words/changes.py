"""One change between two versions of a policy, and whom it reaches."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Final, Literal, NamedTuple, TypeVar

from schemas.policies import Policy


class Reach(StrEnum):
    """For whom a change counts, before `in_flight` is looked at."""

    cycles = "cycles"
    """For every cycle that goes by the later version, one that is open already included."""
    later = "later"
    """Only for cycles and notices that begin later: an open one keeps what it has."""
    everybody = "everybody"
    """At once, also for cycles that end on an earlier version."""


class Change(NamedTuple):
    """One change in words."""

    about: str
    """The section of the policy, or ``pack`` or ``texts``."""
    text: str
    reach: Reach = Reach.cycles


STRICTER: Final = " (stricter)"
LOOSER: Final = " (looser)"


def tendency(before: Any, after: Any, stricter: Literal["more", "less", ""]) -> str:
    """Whether a larger or smaller value restricts more."""
    if not stricter or before == after:
        return ""
    return STRICTER if (after > before) == (stricter == "more") else LOOSER


_Thing = TypeVar("_Thing")


def by_name(
    before: Mapping[str, _Thing],
    after: Mapping[str, _Thing],
    gone: Callable[[str, _Thing], Iterable[Change]],
    new: Callable[[str, _Thing], Iterable[Change]],
    other: Callable[[str, _Thing, _Thing], Iterable[Change]],
) -> Iterator[Change]:
    """What two tables of named things differ in: in the order of the earlier one, what is new at the end."""
    for name, thing in before.items():
        if name not in after:
            yield from gone(name, thing)
        elif thing != after[name]:
            yield from other(name, thing, after[name])
    for name, thing in after.items():
        if name not in before:
            yield from new(name, thing)


def touches_open_cycles(change: Change, later: Policy) -> bool:
    """Whether a change touches a cycle that was opened before it, as the later version's ``in_flight`` has it."""
    if change.reach is Reach.everybody:
        return True
    return change.reach is Reach.cycles and later.in_flight != "finish"
