"""A pack's rules sorted by what they stand in front of, once, at start. Each keeps its id, so that it is cited."""

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from schemas.policy.packs import (
    AgreedHoursRule,
    CapRule,
    Category,
    CoolDownRule,
    ForbidRule,
    FormatRule,
    FreshnessRule,
    HelpRule,
    HoldRule,
    NumberCheckRule,
    OptOutRule,
    Pack,
    ProviderRule,
    RequireRule,
    RoleRule,
    Rule,
    WindowRule,
    ZoneRule,
)

_R = TypeVar("_R", bound=Rule)


class Rules(NamedTuple):
    """All rules of one pack, the base's first. Where several say the same, all of them count."""

    windows: tuple[WindowRule, ...]
    zones: tuple[ZoneRule, ...]
    agreed_hours: tuple[AgreedHoursRule, ...]
    caps: tuple[CapRule, ...]
    cool_downs: tuple[CoolDownRule, ...]
    roles: tuple[RoleRule, ...]
    opt_outs: tuple[OptOutRule, ...]
    helps: tuple[HelpRule, ...]
    holds: dict[str, HoldRule]
    """By the kind in capitals."""
    number_checks: tuple[NumberCheckRule, ...]
    freshness: tuple[FreshnessRule, ...]
    requires: tuple[RequireRule, ...]
    forbids: dict[Category, ForbidRule]
    """The strictest of each category."""
    formats: tuple[FormatRule, ...]
    providers: tuple[ProviderRule, ...]


def _of(rules: Sequence[Rule], kind: type[_R]) -> tuple[_R, ...]:
    return tuple(rule for rule in rules if isinstance(rule, kind))


def sort_rules(pack: Pack) -> Rules:
    """The rules by kind."""
    rules = pack.rules
    holds: dict[str, HoldRule] = {}
    for hold in _of(rules, HoldRule):
        known = holds.setdefault(hold.hold.upper(), hold)
        # Of two rules for one kind the one under which nobody phones is the tighter.
        if known.calls and not hold.calls:
            holds[hold.hold.upper()] = hold
    forbids: dict[Category, ForbidRule] = {}
    for forbid in _of(rules, ForbidRule):
        ban = forbids.setdefault(forbid.category, forbid)
        if ban.severity == "warn" and forbid.severity == "block":
            forbids[forbid.category] = forbid
    return Rules(
        windows=_of(rules, WindowRule),
        zones=_of(rules, ZoneRule),
        agreed_hours=_of(rules, AgreedHoursRule),
        caps=_of(rules, CapRule),
        cool_downs=_of(rules, CoolDownRule),
        roles=_of(rules, RoleRule),
        opt_outs=_of(rules, OptOutRule),
        helps=_of(rules, HelpRule),
        holds=holds,
        number_checks=_of(rules, NumberCheckRule),
        freshness=_of(rules, FreshnessRule),
        requires=_of(rules, RequireRule),
        forbids=forbids,
        formats=_of(rules, FormatRule),
        providers=_of(rules, ProviderRule),
    )
