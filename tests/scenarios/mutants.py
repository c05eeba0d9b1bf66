"""Rules made a little looser, one value at a time: a suite that holds a rule also holds each of its numbers."""

from collections.abc import Iterator
from typing import Final

from schemas.facts import PersonRole
from schemas.policy.keywords import bare
from schemas.policy.packs import (
    CapRule,
    CoolDownRule,
    ForbidRule,
    FormatRule,
    FreshnessRule,
    HoldRule,
    NumberCheckRule,
    OptOutRule,
    RequireRule,
    RoleRule,
    Rule,
    WindowRule,
)

ROLES: Final[tuple[PersonRole, ...]] = ("debtor", "guarantor", "third_related", "third_unrelated")
"""From the nearest to the farthest."""

NARROWER: Final = {"always": ("overdue",), "overdue": ("agency",), "hardship": (), "agency": ()}
"""For whom an element may be asked for instead."""
Change = tuple[str, dict[str, object]]


def loosened(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """Every way in which one value of the rule may be looser, with its name. A rule without values has none."""
    for name, changes in _changes(rule):
        yield name, rule.model_copy(update=changes)


def _changes(rule: Rule) -> Iterator[Change]:
    yield from _later(rule)
    match rule:
        case WindowRule():
            yield from _wider(rule)
        case RoleRule():
            nearest = next(role for role in ROLES if role not in rule.allow)
            yield nearest, {"allow": (*rule.allow, nearest)}
        case OptOutRule():
            for word in dict.fromkeys(map(bare, rule.keywords)):
                yield f"not {word}", {"keywords": tuple(other for other in rule.keywords if bare(other) != word)}
        case HoldRule(calls=False):
            yield "calls", {"calls": True}
        case ForbidRule(severity="block") if rule.category != "FALSE_AMOUNT":
            # An amount in a text is compared with the ledger's, and no severity lets it pass.
            yield "warns", {"severity": "warn"}
        case RequireRule():
            for when in NARROWER[rule.when]:
                yield when, {"when": when}
        case FormatRule():
            yield from _freer(rule)


def _later(rule: Rule) -> Iterator[Change]:
    """What a rule counts."""
    match rule:
        case CapRule():
            yield "one more", {"limit": rule.limit + 1}
            if rule.days > 1:
                yield "a day less", {"days": rule.days - 1}
        case CoolDownRule():
            yield "a day less", {"days": rule.days - 1}
        case NumberCheckRule():
            yield "a day more", {"max_age_days": rule.max_age_days + 1}
        case FreshnessRule():
            yield "a minute more", {"max_age_minutes": rule.max_age_minutes + 1}


def _wider(rule: WindowRule) -> Iterator[Change]:
    if rule.holidays == "deny":
        yield "holidays", {"holidays": "allow"}
    for opening in rule.openings:
        others = tuple(other for other in rule.openings if other != opening)
        for edge, clock in (("start", _shifted(opening.start, -1)), ("end", _shifted(opening.end, 1))):
            if clock is not None:
                yield f"{edge} {clock}", {"openings": (*others, opening.model_copy(update={edge: clock}))}


def _shifted(clock: str, minutes: int) -> str | None:
    hour, minute = divmod(int(clock[:2]) * 60 + int(clock[3:]) + minutes, 60)
    return f"{hour:02}:{minute:02}" if 0 <= hour < 24 else None


def _freer(rule: FormatRule) -> Iterator[Change]:
    if rule.max_chars is not None:
        yield "a character more", {"max_chars": rule.max_chars + 1}
    if rule.max_parts is not None:
        yield "a part more", {"max_parts": rule.max_parts + 1}
    for sign in rule.forbidden:
        yield f"{sign} allowed", {"forbidden": rule.forbidden.replace(sign, "")}
