"""A policy with its pack and texts, compiled for the hot loop and named by its hash. Built once, at start."""

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from agents.decisions.policy.pack_rules import Rules, sort_rules
from agents.decisions.time.calendars import Calendar
from agents.decisions.time.windows import PermittedHours, compile_hours
from schemas.policy.keywords import bare
from schemas.policy.packs import Pack
from schemas.policy.policies import Experiment, Policy, Stage
from schemas.policy.texts import TextBook


class Ladder(NamedTuple):
    """One variant of the policy's stages."""

    overdue: tuple[Stage, ...]
    pre_due: Stage | None


class Jurisdiction(NamedTuple):
    """A pack, merged with what it extends, and what its approvals come to."""

    pack: Pack
    hash: str
    approved: bool
    complete: bool = True
    """False for a pack that sends only as part of one that extends it."""


class Rulebook(NamedTuple):
    """What decides: a policy, its pack and its texts by language, and the hash of all of it."""

    policy: Policy
    law: Jurisdiction
    rules: Rules
    texts: Mapping[str, TextBook]
    approved_texts: frozenset[str]
    """Languages whose texts enough people approved."""
    unapproved: tuple[str, ...]
    """Codes of what else must be approved and is not: the sender, a calendar."""
    hash: str
    """The name of exactly this policy, pack and wording; approvals do not change it."""
    known: frozenset[str]
    """The hashes of all versions that the worker has, its own among them."""
    pin: str
    """The name of the policy alone, as open cycles remember it: its pack and texts may be renewed meanwhile."""
    hours: PermittedHours
    ladders: Mapping[str | None, Ladder]
    """By name; None is the policy's own."""
    experiments: tuple[Experiment, ...]
    """Without those that a control has stopped."""
    opt_out_words: Mapping[str, str | None]
    """Keyword, bare -> the rule of the pack that names it, if one does."""
    paid_words: frozenset[str]
    """Keywords, bare, by which a person says that it is paid."""
    final_holds: tuple[str, ...]
    """Kinds, in capitals, under which no person phones either."""
    freshness: tuple[int, str | None]
    """Minutes for which the ledger's word is good, and the rule that bounds them, if one does."""
    time_data: str
    """Versions of the zone and holiday data."""
    terms: str
    """All of it by name, with what was approved and the days that are known: whatever may change what leaves when."""
    namespace: str
    notices: Mapping[str, TextBook]
    """The texts that answer replies, by language; empty where none is answered."""
    approved_notices: frozenset[str]
    help_words: Mapping[str, str]
    """Keyword, bare -> the rule of the pack that asks for an answer."""


class PolicyFault(ValueError):
    """A policy that may not run; ``faults`` names each one."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def _ladder(stages: tuple[Stage, ...]) -> Ladder:
    pre_due = next((stage for stage in stages if stage.kind == "pre_due"), None)
    return Ladder(tuple(stage for stage in stages if stage.kind == "overdue"), pre_due)


def _opt_out_words(policy: Policy, rules: Rules) -> dict[str, str | None]:
    words: dict[str, str | None] = dict.fromkeys(map(bare, policy.replies.opt_out))
    for rule in rules.opt_outs:
        words.update({bare(word): rule.id for word in rule.keywords if words.get(bare(word)) is None})
    return words


def _help_words(rules: Rules) -> dict[str, str]:
    return {bare(word): rule.id for rule in rules.helps for word in rule.keywords}


def _freshness(policy: Policy, rules: Rules) -> tuple[int, str | None]:
    bounds: list[tuple[int, str | None]] = [(policy.sending.freshness_minutes, None)]
    bounds += [(rule.max_age_minutes, rule.id) for rule in rules.freshness]
    return min(bounds, key=lambda bound: (bound[0], bound[1] is None))


def _final_holds(policy: Policy, rules: Rules) -> tuple[str, ...]:
    own = () if policy.hand_off is None else tuple(kind.upper() for kind in policy.hand_off.never_for)
    return (*own, *(kind for kind, rule in rules.holds.items() if not rule.calls and kind not in own))


def pin_of(policy: Policy) -> str:
    """The name of one version of a policy, whatever its pack and texts say."""
    return hashlib.sha256(policy.model_dump_json(exclude_defaults=True).encode()).hexdigest()[:32]


def digest(
    policy: Policy, law: Jurisdiction, texts: Mapping[str, TextBook], notices: Mapping[str, TextBook] | None = None
) -> str:
    """The name of exactly this policy, pack and wording."""
    found = hashlib.sha256(policy.model_dump_json(exclude_defaults=True).encode())
    found.update(b"\0" + law.hash.encode())
    for language, rulebook in (*sorted(texts.items()), *sorted((notices or {}).items())):
        found.update(language.encode() + b"\0" + rulebook.model_dump_json(exclude_defaults=True).encode())
    return found.hexdigest()[:32]


def compile_rulebook(
    policy: Policy,
    law: Jurisdiction,
    texts: Mapping[str, TextBook],
    approved_texts: frozenset[str],
    calendars: Mapping[str, Calendar],
    time_data: str,
    namespace: str,
    notices: Mapping[str, TextBook] | None = None,
    approved_notices: frozenset[str] = frozenset(),
    unapproved: tuple[str, ...] = (),
) -> Rulebook:
    """Put together what has been checked: `agents/policy/files/checks.py` names what does not fit."""
    rules, name = sort_rules(law.pack), digest(policy, law, texts, notices)
    answered = tuple(f"notices {language}" for language in sorted(approved_notices))
    return Rulebook(
        policy=policy,
        law=law,
        rules=rules,
        texts=texts,
        approved_texts=approved_texts,
        unapproved=unapproved,
        hash=name,
        known=frozenset({name}),
        pin=pin_of(policy),
        hours=compile_hours(
            rules.windows,
            (policy.hours.start_minute, policy.hours.end_minute),
            policy.sending.window_margin_minutes,
            calendars,
        ),
        ladders={None: _ladder(policy.stages), **{name: _ladder(stages) for name, stages in policy.ladders.items()}},
        experiments=policy.experiments,
        opt_out_words=_opt_out_words(policy, rules),
        paid_words=frozenset(map(bare, policy.replies.paid)),
        final_holds=_final_holds(policy, rules),
        freshness=_freshness(policy, rules),
        time_data=time_data,
        namespace=namespace,
        terms="/".join(
            (name, str(law.approved), str(law.complete), *sorted(approved_texts), *answered, *unapproved, time_data)
        ),
        notices=notices or {},
        approved_notices=approved_notices,
        help_words=_help_words(rules),
    )
