"""The core's door for tests that have one version of a policy and no controls."""

from agents.decisions import Occasion, Rulebook, Verdict, step
from agents.decisions.inputs import FactRead, Happening, TimePassed
from agents.decisions.policy.versions import Versions
from agents.decisions.recorder import NOWHERE, Seen
from schemas import facts
from schemas.stored.accounts import Account
from schemas.values.instants import to_ms


def happened(
    account: Account | None,
    account_id: str,
    happening: Happening,
    now_ms: int,
    rulebook: Rulebook,
    seen: Seen = NOWHERE,
) -> Verdict:
    return step(account, account_id, happening, Occasion(now_ms, Versions(rulebook), seen))


def told(account: Account | None, fact: facts.Fact, now_ms: int, rulebook: Rulebook, seen: Seen = NOWHERE) -> Verdict:
    """A fact is read."""
    return happened(account, fact.account_id, FactRead(fact, to_ms(fact.time)), now_ms, rulebook, seen)


def ticked(account: Account, now_ms: int, rulebook: Rulebook, seen: Seen = NOWHERE) -> Verdict:
    """The account is due."""
    return happened(account, account.account_id, TimePassed(), now_ms, rulebook, seen)
