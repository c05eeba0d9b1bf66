"""Changes of a pack: rules that are new, gone or say something else."""

from collections.abc import Iterator
from typing import Any, Final

from agents.policy.changes.changes import LOOSER, STRICTER, Change, Reach, by_name, tendency
from agents.policy.words.rules import says
from agents.policy.words.speech import dated
from agents.policy.words.week import within
from schemas.policy.packs import Duty, Pack, Rule, WindowRule

_MORE: Final = {
    ("cap", "days"),
    ("cool_down", "days"),
    ("hold", "max_days"),
    ("hold", "min_days"),
    ("forbid", "severity"),
    ("window", "holidays"),
}
_LESS: Final = {
    ("cap", "limit"),
    ("hold", "calls"),
    ("number_check", "max_age_days"),
    ("freshness", "max_age_minutes"),
    ("format", "max_chars"),
    ("format", "max_parts"),
}
"""Kinds and fields of rules of which more, or less, restricts more. Of words the later ones are more."""
_RANKS: Final = {"warn": 0, "block": 1, "allow": 0, "deny": 1}
_ABOUT: Final = {"id", "strength", "basis", "source", "confidence", "note"}
"""What is said of a rule, besides what it asks for."""


def pack_changes(earlier: Pack, later: Pack) -> Iterator[Change]:
    """What two packs, each merged with what it extends, differ in. A rule only restricts: a new one is stricter.

    Another version of a pack counts for everybody who writes under it, another pack for cycles of the later version.
    """
    reach = Reach.everybody if earlier.id == later.id else Reach.cycles
    for told in _differences(earlier, later):
        yield Change("pack", told, reach)


def _differences(earlier: Pack, later: Pack) -> Iterator[str]:
    yield from _heads(earlier, later)
    yield from by_name(
        {rule.id: rule for rule in earlier.rules},
        {rule.id: rule for rule in later.rules},
        lambda name, rule: [f"the rule {name} is gone: {says(rule)}{LOOSER}"],
        lambda name, rule: [f"the rule {name} is new: {says(rule)}{STRICTER}"],
        lambda _, old, new: _rule(old, new),
    )
    yield from by_name(
        {duty.id: duty for duty in earlier.duties},
        {duty.id: duty for duty in later.duties},
        lambda name, duty: [f"the duty {name} is gone: {duty.duty}"],
        lambda name, duty: [f"the duty {name} is new: {duty.duty}"],
        lambda _, old, new: _duty(old, new),
    )


def _heads(earlier: Pack, later: Pack) -> Iterator[str]:
    if (earlier.id, earlier.version) != (later.id, later.version):
        yield f"the pack is {later.id} {later.version} instead of {earlier.id} {earlier.version}"
    if earlier.title != later.title:
        yield f"its title is {later.title!r} instead of {earlier.title!r}"
    if earlier.status != later.status:
        yield f"its status is {later.status} instead of {earlier.status}"
    if earlier.effective_from != later.effective_from:
        yield f"it is in force from {dated(later.effective_from)} instead of {dated(earlier.effective_from)}"
    if earlier.effective_to != later.effective_to:
        ends = ["without an end" if p.effective_to is None else dated(p.effective_to) for p in (later, earlier)]
        yield f"its last day is {ends[0]} instead of {ends[1]}"
    if earlier.extends != later.extends:
        yield f"it extends {later.extends or 'nothing'} instead of {earlier.extends or 'nothing'}"
    if earlier.requires_overlay != later.requires_overlay:
        only = "only as part of a pack that extends it" if later.requires_overlay else "by itself, too"
        yield f"it sends {only}{STRICTER if later.requires_overlay else LOOSER}"


def _rule(before: Rule, after: Rule) -> Iterator[str]:
    old, new = before.model_dump(), after.model_dump()
    asked = sorted(name for name, value in new.items() if name not in _ABOUT and old.get(name) != value)
    if asked:
        said, says_now = says(before), says(after)
        yield f"the rule {after.id} now says: {says_now} Before: {said}{_tendency(before, after, asked)}"
        if said == says_now:
            yield from (f"the rule {after.id}: {name} is {new[name]} instead of {old.get(name)}" for name in asked)
    yield from _provenance(f"the rule {after.id}", before, after)


def _tendency(before: Rule, after: Rule, names: list[str]) -> str:
    """Where everything that changed goes the same way."""
    found = {_way(before, after, name) for name in names}
    return found.pop() if len(found) == 1 else ""


def _way(before: Rule, after: Rule, name: str) -> str:
    if isinstance(before, WindowRule) and isinstance(after, WindowRule) and name == "openings":
        if within(after.openings, before.openings):
            return STRICTER
        return LOOSER if within(before.openings, after.openings) else ""
    where = (after.kind, name)
    if before.kind != after.kind or where not in _MORE | _LESS:
        return ""
    return tendency(_rank(getattr(before, name)), _rank(getattr(after, name)), "more" if where in _MORE else "less")


def _rank(value: Any) -> float:
    """A bound that is not given is the widest."""
    return _RANKS[value] if isinstance(value, str) else float("inf") if value is None else float(value)


def _duty(before: Duty, after: Duty) -> Iterator[str]:
    if before.duty != after.duty:
        yield f"the duty {after.id} now says: {after.duty} Before: {before.duty}"
    yield from _provenance(f"the duty {after.id}", before, after)


def _provenance(name: str, before: Rule | Duty, after: Rule | Duty) -> Iterator[str]:
    for field in ("strength", "basis", "source", "confidence", "note"):
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            yield f"{name}: its {field} is {new or 'empty'} instead of {old or 'empty'}"
