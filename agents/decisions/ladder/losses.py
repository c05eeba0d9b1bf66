"""A word of the bank that does not count leaves a decision, once for each word that counts in its place."""

from typing import NamedTuple

from agents.decisions.account.owed.ledger import Ledger
from agents.decisions.account.words import Versioned
from agents.decisions.recorder import Recorder, WordNoted
from schemas import facts
from schemas.decisions import Ignored, Outcome
from schemas.stored.accounts import Account
from schemas.values.instants import shared_ms, to_utc


class Lost(NamedTuple):
    """A fact whose word does not count."""

    fact: facts.Fact
    told_ms: int
    winner: Versioned


def note_loss(account: Account, owed: Ledger, lost: Lost, rec: Recorder) -> None:
    """Record that a word was ignored, and for which one."""
    fact, winner = lost.fact, lost.winner
    ignored = Ignored(
        type=str(getattr(fact, "type", "")),
        event_id=fact.event_id,
        winner_source=winner.source,
        winner_version=winner.version,
        winner_time=to_utc(winner.time_ms),
    )
    rec.decide(account, owed, Outcome.NOTED, _code(lost), word=WordNoted(ignored=ignored))


def _code(lost: Lost) -> str:
    """A lower version of one source; else an older word; else one told at once that asks for more."""
    fact, winner = lost.fact, lost.winner
    if winner.source in {fact.source, ""} and fact.source_version < winner.version:
        return "IGNORED_VERSION"
    as_of = getattr(fact, "as_of", None)
    as_of_ms = 0 if as_of is None else min(shared_ms(as_of), lost.told_ms)
    newest = getattr(winner, "as_of_ms", 0), winner.time_ms
    return "IGNORED_OLDER" if (as_of_ms, lost.told_ms) < newest else "IGNORED_KINDER"
