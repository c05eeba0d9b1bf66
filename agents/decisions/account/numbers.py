"""What is told of an account's number: how many accounts carry it, and of which number that was said.

A word names the profile that it judged. It speaks of the number that stands if that profile is newer than every one
that told another number, in whatever order they came; so the word itself names no number.
"""

from typing import Final

from msgspec.structs import replace

from agents.decisions.account.limits import with_sources
from agents.decisions.account.words import Contest, Telling
from schemas import cases
from schemas.stored.accounts import Account, Profile
from schemas.stored.numbers import NumberState, NumberWord, ToldNumber, ToldProfile
from schemas.values.instants import to_ms

_KEPT: Final = 2
"""Numbers: whichever stands, the newest of the others is among the last two."""
_WORDS: Final = Contest[NumberWord](
    says=lambda word: (word.accounts, word.turn, word.changed_ms, word.judged),
    # More sharers come seldomer, and after a later change all wait for longer.
    kindness=lambda word: (word.accounts, word.changed_ms, word.turn),
)


def number_told(account: Account, fact: cases.NumberTold, telling: Telling) -> Account:
    """The account after ``number.told``."""
    judged, state = fact.profile, account.number or NumberState()
    new = NumberWord(
        version=fact.source_version,
        time_ms=telling.ms,
        accounts=fact.accounts,
        turn=fact.turn,
        judged=ToldProfile(to_ms(judged.as_of), to_ms(judged.time), judged.version),
        changed_ms=0 if fact.changed_at is None else min(to_ms(fact.changed_at), telling.ms),
        source=fact.source,
    )
    best = _WORDS.elect(state.word, new, telling)
    return with_sources(replace(account, number=replace(state, word=best)), 1 + len(best.others))


def after_profile(account: Account, new: Profile, best: Profile) -> NumberState | None:
    """What is known of the number once a profile was told and ``best`` stands; the account has the one before."""
    old, state = account.profile, account.number
    if old is None:
        return state
    newest: dict[str | None, ToldProfile] = {}
    for told in (*_told(state, old), _as_told(new)):
        newest[told.phone] = max(told.profile, newest.get(told.phone, told.profile), key=_order)
    ranked = sorted(newest.items(), key=lambda one: (_order(one[1]), one[0] or ""), reverse=True)
    last = tuple(ToldNumber(phone, profile) for phone, profile in ranked[:_KEPT])
    changed = replace(state or NumberState(), told=() if last == (_as_told(best),) else last)
    return None if changed == NumberState() else changed


def _told(state: NumberState | None, profile: Profile) -> tuple[ToldNumber, ...]:
    return (_as_told(profile),) if state is None or not state.told else state.told


def _as_told(profile: Profile) -> ToldNumber:
    return ToldNumber(profile.phone, ToldProfile(profile.as_of_ms, profile.time_ms, profile.version))


def _order(profile: ToldProfile) -> tuple[int, int, int]:
    return profile.as_of_ms, profile.time_ms, profile.version


def word_on_number(account: Account) -> NumberWord | None:
    """What was said of the number that stands; None while nothing was."""
    state, profile = account.number, account.profile
    if state is None or state.word is None or profile is None:
        return None
    others = [_order(told.profile) for told in state.told if told.phone != profile.phone]
    return None if others and _order(state.word.judged) <= max(others) else state.word
