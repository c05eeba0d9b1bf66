"""Words of the borrower's that a person must look at: questions, what was not understood, and what is not believed.

A question goes to a person whatever else is said. A further claim of having paid, promise or dispute of one cycle
waits for the end of the silence that the first one asked for, and then a person decides instead of the ladder.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from agents.decisions.account.case.heard import repeated, with_asked
from agents.decisions.account.case.holds import is_lifted
from agents.decisions.guard.silences import paid_claims, paid_end
from agents.decisions.policy.rulebook import Rulebook
from schemas.messages import AskedReply
from schemas.policy.keywords import VULNERABLE, bare
from schemas.stored.accounts import Account
from schemas.stored.case_files import Reply
from schemas.stored.heard import Heard


def open_questions(account: Account, rulebook: Rulebook) -> tuple[Reply, ...]:
    """Replies that a person must answer and that nobody was told of."""
    if account.case is None or not account.case.replies:
        return ()
    helped = _helped(account) if rulebook.help_words else frozenset[str]()
    return tuple(
        reply
        for reply in account.case.replies
        if not reply.done
        and not (reply.reply_id in helped and bare(reply.keyword) in rulebook.help_words)
        and bare(reply.keyword) not in rulebook.opt_out_words
        and bare(reply.keyword) not in rulebook.paid_words
        and not is_lifted(account, f"reply/{reply.reply_id}", reply.said_ms)
    )


def _helped(account: Account) -> frozenset[str]:
    """Words that have an answer, or get one at the next tick."""
    return frozenset(
        word.word_id
        for word in account.heard
        if word.answer is not None and (word.answer.reminder_id or not word.answer.decided)
    )


def is_urgent(reply: Reply) -> bool:
    """Whether a person must look at once."""
    return bare(reply.keyword) == VULNERABLE


def _repeated_pledges(account: Account) -> list[Heard]:
    if not account.heard:
        return []
    return [word for kind in ("promise", "dispute") for word in repeated(account, kind) if not word.asked]


def _repeated_claims(account: Account, rulebook: Rulebook) -> list[Reply]:
    if account.case is None or not account.case.replies:
        return []
    return [reply for reply in paid_claims(account, rulebook).repeated if not reply.done]


def has_repeats(account: Account, rulebook: Rulebook) -> bool:
    """Whether something that is believed once a cycle was said again, and nobody was told of it."""
    return bool(_repeated_pledges(account) or _repeated_claims(account, rulebook))


def asked_words(account: Account, rulebook: Rulebook) -> tuple[AskedReply, ...]:
    """All that a person is to be told of, as a hand-off names it; who is vulnerable by the code alone."""
    return tuple(_named(account, rulebook))


def _named(account: Account, rulebook: Rulebook) -> Iterator[AskedReply]:
    heard = {word.word_id: word for word in account.heard}
    for reply in (*open_questions(account, rulebook), *_repeated_claims(account, rulebook)):
        word = heard.get(reply.reply_id)
        rule = None if word is None or is_urgent(reply) else word.rule or None
        yield AskedReply(intent=reply.keyword, rule=rule, sure=None if word is None else word.sure)
    for pledge in _repeated_pledges(account):
        yield AskedReply(intent=pledge.kind.upper(), rule=pledge.rule or None, sure=True)


def over_claims(account: Account, rulebook: Rulebook, now_ms: int) -> set[str]:
    """The ids of claims of having paid that were believed, whose days are over and that nobody has closed."""
    replies = () if account.case is None else account.case.replies
    over = {
        reply.reply_id
        for reply in replies
        if not reply.done and bare(reply.keyword) in rulebook.paid_words and paid_end(reply, rulebook) <= now_ms
    }
    return over.difference(word.reply_id for word in paid_claims(account, rulebook).repeated) if over else over


def answered(account: Account, rulebook: Rulebook) -> Account:
    """A person was told of the case: whoever asked something will be answered."""
    asked = (*open_questions(account, rulebook), *_repeated_claims(account, rulebook))
    account = with_asked(account, [word.word_id for word in _repeated_pledges(account)])
    return with_done(account, {reply.reply_id for reply in asked}) if asked else account


def with_done(account: Account, reply_ids: set[str]) -> Account:
    """The account with these replies answered."""
    case = account.case
    assert case is not None
    replies = tuple(replace(r, done=True) if r.reply_id in reply_ids else r for r in case.replies)
    return replace(account, case=replace(case, replies=replies))
