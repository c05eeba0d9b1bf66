"""What a borrower's replies said: a promise, a dispute and a claim of having paid are believed once a cycle and kind.

The first word of a kind asks for its silence; every later one of the same cycle is for a person, so that nobody is
silent without end by saying the same again. A cycle's words are those told since the last cycle was closed.
"""

from bisect import insort
from collections.abc import Collection
from typing import Literal

from msgspec.structs import replace

from agents.decisions.account.case.holds import is_lifted
from schemas import cases, facts
from schemas.stored.accounts import Account
from schemas.stored.heard import Heard, ReplyAnswer

Pledged = Literal["promise", "dispute"]


def hear(account: Account, fact: facts.Fact, told_ms: int) -> Account:
    """The account with a word of a reply, where the fact is one."""
    new = _word(fact, told_ms)
    if new is None:
        return account
    old = next((word for word in account.heard if word.word_id == new.word_id), None)
    if old is not None:
        first = min(old, new, key=lambda word: (word.said_ms, word.rule))
        new = replace(first, asked=old.asked, answer=new.answer if old.answer is None else old.answer)
    rest = [word for word in account.heard if word is not old]
    insort(rest, new, key=lambda word: word.word_id)
    return replace(account, heard=tuple(rest))


def _word(fact: facts.Fact, told_ms: int) -> Heard | None:
    match fact:
        case cases.ReplyReceived() if fact.rule is not None or fact.sure is not None or fact.answer:
            return Heard(fact.reply_id, "reply", told_ms, fact.rule or "", fact.sure, answer=_answer(fact))
        case cases.PromiseMade() if fact.source == cases.BY_REPLY:
            return Heard(fact.promise_id, "promise", told_ms, fact.rule or "", answer=_answer(fact))
        case cases.HoldPlaced() if fact.source == cases.BY_REPLY and fact.kind.lower() == cases.DISPUTE:
            return Heard(fact.hold_id, "dispute", told_ms, fact.rule or "")
        case _:
            return None


def _answer(fact: cases.ReplyReceived | cases.PromiseMade) -> ReplyAnswer | None:
    return ReplyAnswer() if fact.answer else None


def cycle_from_ms(account: Account) -> int:
    """What is told after this instant belongs to the cycle of now."""
    return max((cycle.closed_ms or 0 for cycle in account.past), default=0)


def is_taken_back(account: Account, word: Heard) -> bool:
    """Whether a named person took it back as misread. A dispute that was lifted was one all the same."""
    return word.kind != "dispute" and is_lifted(account, f"reply/{word.word_id}", word.said_ms)


def repeated(account: Account, kind: Pledged) -> list[Heard]:
    """The words of a kind that are not believed, for another one of their cycle came first; in their order."""
    if not account.heard:
        return []
    from_ms = cycle_from_ms(account)
    words = [
        word
        for word in account.heard
        if word.kind == kind and word.said_ms > from_ms and not is_taken_back(account, word)
    ]
    return sorted(words, key=lambda word: (word.said_ms, word.word_id))[1:]


def set_aside(account: Account, kind: Pledged) -> frozenset[str]:
    """The ids of promises or disputes that ask for no silence: repeated, or taken back as misread."""
    if not account.heard:
        return frozenset()
    back = (word.word_id for word in account.heard if word.kind == kind and is_taken_back(account, word))
    return frozenset((*back, *(word.word_id for word in repeated(account, kind))))


def with_asked(account: Account, word_ids: Collection[str]) -> Account:
    """A person was told of these words."""
    heard = tuple(replace(word, asked=True) if word.word_id in word_ids else word for word in account.heard)
    return account if heard == account.heard else replace(account, heard=heard)


def compact_heard(account: Account, horizon_ms: int) -> tuple[Heard, ...]:
    """What is still to be known: while a cycle lasts, all that was pledged in it."""
    replies = () if account.case is None else {reply.reply_id for reply in account.case.replies}
    return tuple(
        word
        for word in account.heard
        if word.said_ms >= horizon_ms
        or (word.word_id in replies if word.kind == "reply" else account.cycle is not None)
    )
