"""The language of the scenarios: the pack that a story is told under, whom it is about, and what is cited as a reason.

A scenario is told twice: under the whole pack, where it must hold, and under the pack without a rule that it covers,
where at least one of the scenarios that cover the rule must fail.
"""

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import Any, Final, NamedTuple

from agents.decisions.guard.partition import OPEN, Gate
from agents.decisions.policy.rulebook import Jurisdiction, Rulebook, compile_rulebook
from agents.decisions.recorder import Seen
from agents.policy.files.approvals import load_approvals
from agents.policy.files.calendars import load_calendars
from agents.policy.files.packs import load_pack
from agents.policy.files.policy import load_rulebook
from schemas.decisions import Decision
from schemas.policy.approvals import APPROVERS
from schemas.policy.packs import Rule
from schemas.policy.policies import Policy
from tests.agents.decisions import door
from tests.agents.decisions.story import Story, StorySaid, at, missed, profile
from tests.places import APPROVALS, PACKS, PLACES, ROOT
from tests.places import at as at_policy

US_CARDS: Final = ROOT / "examples" / "policies" / "us-cards.toml"
NEW_YORK: Final = "America/New_York"
_FAULTS: Final[list[str]] = []
_CALENDARS: Final = load_calendars(None, _FAULTS)

Tell = Callable[[Rulebook], None]


class Scenario(NamedTuple):
    """A story, the pack that it is told under, and the rules without which it would go otherwise."""

    name: str
    pack: str
    rules: tuple[str, ...]
    tell: Tell


SCENARIOS: Final[list[Scenario]] = []


def register(name: str, tell: Tell, *rules: str, pack: str) -> None:
    """Add a scenario to the suite; a name stands once."""
    assert all(known.name != name for known in SCENARIOS), name
    SCENARIOS.append(Scenario(name, pack, rules, tell))


def covers(*rules: str, pack: str | None = None) -> Callable[[Tell], Tell]:
    """The scenario fails without any one of these rules. The pack is told by their first letters, or by its name."""
    chosen = pack or rules[0].partition("-")[0]

    def add(tell: Tell) -> Tell:
        register(f"{tell.__module__.rpartition('.')[2]}.{tell.__name__}", tell, *rules, pack=chosen)
        return tell

    return add


# The books


@cache
def book_of(pack: str) -> Rulebook:
    """The example policy of a pack, with the pack and the texts as the example people approved them."""
    if pack == "US":
        return load_rulebook(at_policy(US_CARDS), "test")
    rulebook = load_rulebook(PLACES, "test")
    if pack == "CN":
        return rulebook
    if not pack.startswith("CN") and pack != "EU":
        return _under(pack)
    loaded = load_pack(pack, PACKS, load_approvals(APPROVALS, _FAULTS), _FAULTS)
    assert loaded is not None
    assert not _FAULTS
    law = Jurisdiction(loaded.pack, loaded.hash, len(loaded.approved_by) >= APPROVERS, loaded.complete)
    return compiled(rulebook, policy=rulebook.policy.model_copy(update={"pack": pack}), law=law)


def _under(pack: str) -> Rulebook:
    """The American example under another law, as if it had been approved and in force for years."""
    loaded = load_pack(pack, PACKS, load_approvals(APPROVALS, _FAULTS), _FAULTS)
    assert loaded is not None
    law = Jurisdiction(loaded.pack.model_copy(update={"effective_from": date(2020, 1, 1)}), loaded.hash, approved=True)
    rulebook = with_policy(load_rulebook(at_policy(US_CARDS), "test"), gateway={"callback_whitelisted": True})
    return compiled(rulebook, policy=rulebook.policy.model_copy(update={"pack": pack}), law=law)


def compiled(rulebook: Rulebook, *, policy: Policy | None = None, law: Jurisdiction | None = None) -> Rulebook:
    """The book with another policy or law."""
    return compile_rulebook(
        policy or rulebook.policy,
        law or rulebook.law,
        rulebook.texts,
        rulebook.approved_texts,
        _CALENDARS,
        rulebook.time_data,
        rulebook.namespace,
    )


def ruled(rulebook: Rulebook, rules: Iterable[Rule]) -> Rulebook:
    """The book under a pack of these rules, as if two people had approved them."""
    pack = rulebook.law.pack.model_copy(update={"rules": tuple(rules)})
    return compiled(rulebook, law=rulebook.law._replace(pack=pack))


def without(rulebook: Rulebook, rule_id: str) -> Rulebook:
    """The book under its pack with one rule switched off."""
    return ruled(rulebook, (rule for rule in rulebook.law.pack.rules if rule.id != rule_id))


def with_policy(rulebook: Rulebook, **changes: Any) -> Rulebook:
    """The policy with other values; of a table those that are not named stay."""
    raw = rulebook.policy.model_dump()
    for name, value in changes.items():
        raw[name] = {**(raw[name] or {}), **value} if isinstance(value, dict) else value
    return compiled(rulebook, policy=Policy.model_validate(raw))


def at_any_hour(rulebook: Rulebook) -> Rulebook:
    """A policy that never sleeps: only the pack's hours are left."""
    return with_policy(rulebook, hours={"start": "00:00", "end": "24:00"})


# The stories


class Tale(Story):
    """A story that also tells the rule of the pack by which something happened, and knows how fresh the ledger is."""

    gate: Gate = OPEN

    def fresh_until(self, when: str) -> "Tale":
        """From here on freshness is judged, and the ledger has told everything up to then and no more."""
        self.gate = Gate(judged=True, complete_to_ms=int(at(when, self.zone).timestamp() * 1000))
        return self

    def _tick_at(self, now_ms: int) -> None:
        assert self.account is not None
        self._take(door.ticked(self.account, now_ms, self.rulebook, Seen({}, {}, -1, self.gate)))

    def hears(self, clock: str) -> "Tale":
        """The first message leaves at that time, such as ``03-02 09:00``, and nothing before it."""
        return self.tick_until(f"2026-{clock}").expect(f"{clock} opened L/1", f"{clock} issued FRIENDLY 10000")

    def hears_nothing(self, until: str, *why: str) -> "Tale":
        """Nothing leaves up to that time, and exactly these reasons are recorded."""
        return self.tick_until(f"2026-{until}").silent().why(*why)

    def _reason(self, decision: Decision) -> str:
        line = super()._reason(decision)
        return line if decision.rule is None else f"{line} by {decision.rule}"


def in_china(rulebook: Rulebook, *said: StorySaid, **person: Any) -> Tale:
    """A hundred yuan fell due on Sunday, 1 March, and were not paid; before that these things were said."""
    return _missing(Tale(rulebook), profile(**person), said, missed("1", "2026-03-01", 100_00))


def in_america(rulebook: Rulebook, *said: StorySaid, **person: Any) -> Tale:
    """The same in New York with a hundred dollars of a card's statement; the number was confirmed in February."""
    known = {
        "surname": "Lee",
        "phone": "+12125550123",
        "language": "en",
        "zone": NEW_YORK,
        "number_confirmed_at": at("2026-02-20 12:00", NEW_YORK),
        **person,
    }
    statement = missed("1", "2026-03-01", 100_00, kind="statement", currency="USD")
    return _missing(Tale(rulebook, zone=NEW_YORK), profile(**known), said, statement)


def _missing(tale: Tale, person: StorySaid, said: tuple[StorySaid, ...], debt: StorySaid) -> Tale:
    tale.on("2026-03-01 10:00", person, *said).on("2026-03-02 00:00", debt)
    return tale
