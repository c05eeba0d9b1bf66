"""Whether the texts that answer replies fit the policy and the pack that ask for them."""

from collections.abc import Iterator
from typing import Final

from agents.decisions.guard.text import screen
from agents.decisions.policy.rulebook import Rulebook
from agents.decisions.text.sms import sms_parts
from agents.decisions.text.wording import NEUTRAL, Filling, word
from agents.policy.files.samples import SAMPLE, SAMPLE_DAY, SAMPLE_MINOR
from schemas.policy.packs import HelpRule, Pack
from schemas.policy.policies import Policy
from schemas.policy.replies import NOTICE_SLOTS, NoticeKind
from schemas.policy.texts import TextBook, expanded, slots_of

_KINDS: Final[tuple[NoticeKind, ...]] = ("stop", "help", "promise")


def asked_notices(policy: Policy, pack: Pack) -> tuple[NoticeKind, ...]:
    """What is answered."""
    help_asked = any(isinstance(rule, HelpRule) for rule in pack.rules)
    asked: dict[NoticeKind, bool] = {"stop": policy.notices.stop, "help": help_asked, "promise": policy.notices.promise}
    return tuple(kind for kind in _KINDS if asked[kind])


def notice_faults(rulebook: Rulebook) -> Iterator[str]:
    """What would fail when a notice leaves."""
    asked = asked_notices(rulebook.policy, rulebook.law.pack)
    for language in sorted(rulebook.texts):
        book = rulebook.notices.get(language)
        for kind in asked:
            if book is None or NEUTRAL not in book.texts.get(kind, {}):
                yield f"{language}: no notice {kind!r}"
            else:
                yield from _notice(rulebook, book, kind)
    both = sorted(set(rulebook.help_words) & {*rulebook.opt_out_words, *rulebook.paid_words})
    if both:
        yield f"replies: keywords with two meanings: {', '.join(both)}"


def _notice(rulebook: Rulebook, book: TextBook, kind: NoticeKind) -> Iterator[str]:
    where, policy = f"{book.language}: notice {kind}", rulebook.policy
    beyond = sorted(slots_of(expanded(book, book.texts[kind][NEUTRAL])) - NOTICE_SLOTS[kind])
    if beyond:
        yield f"{where}: it has nothing to fill {', '.join(beyond)} with"
        return
    wording = word(book, kind, NEUTRAL, policy.lender, Filling(SAMPLE, SAMPLE_MINOR, "CNY", SAMPLE_DAY, 0))
    objection, _ = screen(wording, sms_parts(wording.text), "debtor", rulebook.rules, policy.sending.max_sms_parts)
    if objection is not None:
        yield f"{where}: {objection.code}" + (f" ({objection.rule})" if objection.rule is not None else "")
