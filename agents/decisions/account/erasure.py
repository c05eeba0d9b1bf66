"""What is left of an account whose person is erased: what is owed and what was said to them, without name or number.

Later facts mean the same as before, so nothing is said twice; an opt-out goes on, and what left goes on counting for
caps. A profile that was told before the erasure says nothing any more, in whatever order the two come.
"""

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from agents.decisions.account.case.facts import HANDLERS
from agents.decisions.account.words import Telling
from schemas import cases
from schemas.stored.accounts import Account, Profile
from schemas.stored.heard import Heard
from schemas.stored.numbers import NumberState

_REPLIED: Final[Callable[[Account, cases.ReplyReceived, Telling], Account]] = HANDLERS[cases.ReplyReceived]


def erase(account: Account, fact: cases.AccountErased, telling: Telling) -> Account:
    """The account after ``account.erased``."""
    erased_ms = max(account.erased_ms or 0, telling.ms)
    profile = _later(account.profile, erased_ms)
    account = replace(
        account,
        erased_ms=erased_ms,
        profile=profile,
        number=None if profile is None else _later_number(account.number, erased_ms),
        sent=tuple(replace(sent, phone="") if sent.issued_ms <= erased_ms else sent for sent in account.sent),
        failed_number=None,
        heard=tuple(_without_number(heard, erased_ms) for heard in account.heard),
    )
    return account if fact.opt_out is None else _REPLIED(account, _as_reply(fact, fact.opt_out), telling)


def is_erased(account: Account, told_ms: int) -> bool:
    """Whether a profile that was told then is of before the erasure."""
    return account.erased_ms is not None and told_ms <= account.erased_ms


def _later(profile: Profile | None, erased_ms: int) -> Profile | None:
    if profile is None:
        return None
    words = [word for word in (profile, *profile.others) if word.time_ms > erased_ms]
    return replace(words[0], others=tuple(words[1:])) if words else None


def _later_number(number: NumberState | None, erased_ms: int) -> NumberState | None:
    if number is None:
        return None
    later = replace(number, told=tuple(told for told in number.told if told.profile.time_ms > erased_ms))
    return None if later == NumberState() else later


def _without_number(heard: Heard, erased_ms: int) -> Heard:
    left = heard.answer
    return heard if left is None or left.issued_ms > erased_ms else replace(heard, answer=replace(left, phone=""))


def _as_reply(fact: cases.AccountErased, keyword: str) -> cases.ReplyReceived:
    return cases.ReplyReceived(
        event_id=fact.event_id,
        account_id=fact.account_id,
        time=fact.time,
        source=fact.source,
        reply_id=fact.event_id,
        keyword=keyword,
    )
