"""Who writes under which law, who approved it, when a message may leave and how often: the policy and its pack."""

from collections.abc import Iterator, Sequence
from typing import Final

from agents.policy.words.rules import says
from agents.policy.words.speech import count, dated, days, joined, money
from agents.policy.words.week import week_words
from schemas.policy.approvals import APPROVERS
from schemas.policy.packs import (
    AgreedHoursRule,
    CapRule,
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
from schemas.policy.policies import Policy

_ROLES: Final = {
    "lender": "the lender itself",
    "agency": "an agency that writes for the lender",
    "purchaser": "the purchaser of the debt",
}


def approval_words(approved_by: Sequence[str]) -> str:
    """Who approved something, and what that means."""
    if not approved_by:
        return "nobody has approved this, and therefore nothing is sent"
    who = joined(approved_by)
    if len(approved_by) < APPROVERS:
        return f"only {who} approved this, and it takes {APPROVERS} people: therefore nothing is sent"
    return f"approved by {who}"


def who_and_law(policy: Policy, pack: Pack, approved_by: Sequence[str]) -> Iterator[str]:
    """Who writes, under which pack, and who approved it."""
    lender = policy.lender
    names = "".join(f", {name} in {language}" for language, name in sorted(lender.names.items()))
    yield f"{lender.name}{names} writes, {_ROLES[lender.role]}; its number is {lender.service_number}."
    yield f"Its own days are counted in {lender.zone}."
    until = "" if pack.effective_to is None else f" to {dated(pack.effective_to)}"
    extends = "" if pack.extends is None else f", which extends {pack.extends},"
    yield f"The pack {pack.id} {pack.version} ({pack.title}){extends} stands in front of every send."
    yield f"Its authors call it {'a draft' if pack.status == 'draft' else 'reviewed'}; {approval_words(approved_by)}."
    yield f"It is in force from {dated(pack.effective_from)}{until or ' on'}."
    if pack.requires_overlay:
        yield "It sends only as part of a pack that extends it: under it alone nothing is sent."
    if pack.duties:
        yield f"What it asks of the lender elsewhere, in {count(len(pack.duties), 'point')}, is not enforced here."


def when(policy: Policy, pack: Pack) -> Iterator[str]:
    """The hours in words, the holidays, and what else bounds the moment."""
    hours, sending = policy.hours, policy.sending
    margin = sending.window_margin_minutes
    windows = [rule for rule in pack.rules if isinstance(rule, WindowRule)]
    yield f"The policy's hours: {hours.start} to {hours.end} by the borrower's own clock."
    yield from cited(pack, WindowRule)
    yield f"All in all: {week_words(hours, windows, margin)}."
    if margin:
        yield f"The last {count(margin, 'minute')} of each stretch are left out of it: the gateway's queue needs them."
    if all(window.holidays == "allow" for window in windows):
        yield "Public holidays are days like any other: no rule of the pack says otherwise."
    yield from cited(pack, ZoneRule, AgreedHoursRule)
    yield "What is due outside these hours waits for the next ones."
    fresh = count(sending.freshness_minutes, "minute")
    yield f"A message is valid for {fresh} at most, and the ledger's word is good for as long."
    yield from cited(pack, FreshnessRule)


def how_often(policy: Policy, pack: Pack) -> Iterator[str]:
    """The gap, the caps and the cool-downs."""
    sending = policy.sending
    yield f"The next message leaves {days(sending.minimum_gap_days)} after the last contact at the earliest."
    if sending.conversation_cool_down_days:
        yield f"After a conversation nothing leaves for {days(sending.conversation_cool_down_days)}."
    yield from cited(pack, CapRule, CoolDownRule)


def to_whom(policy: Policy, pack: Pack) -> Iterator[str]:
    """Whom nobody writes to, for how long, and by whose word."""
    replies = policy.replies
    yield from cited(pack, RoleRule, NumberCheckRule)
    if policy.languages:
        read = joined(f"{language} (the texts {name})" for language, name in sorted(policy.languages.items()))
        yield f"Nobody is written to but those who read {read}."
    if replies.opt_out:
        yield f"A reply of {joined(replies.opt_out, 'or')} ends all messages at once."
    yield from cited(pack, OptOutRule, HelpRule)
    if policy.notices.stop:
        yield "Who ends them is told once, by SMS, that no more messages come."
    if policy.notices.promise:
        yield "Who promises a payment by SMS is told once what was understood."
    if replies.paid:
        silence = days(replies.paid_days)
        yield f"A reply of {joined(replies.paid, 'or')} is silence for {silence}: the money may be on its way."
    yield "Any other reply goes to a person."
    yield from cited(pack, HoldRule)
    tolerated = {currency: minor for currency, minor in policy.tolerance_minor.items() if minor}
    if tolerated:
        yield f"A total overdue of up to {money(tolerated)} counts as paid."


def what_texts_need(policy: Policy, pack: Pack) -> Iterator[str]:
    """What every text must and must not hold, and its form."""
    yield f"A message has at most {count(policy.sending.max_sms_parts, 'part')}, the signature counted."
    if policy.amounts.upper_minor:
        yield f"No message states more than {money(policy.amounts.upper_minor)}: a person looks first."
    if policy.amounts.jump_times is not None:
        yield f"Nor more than {policy.amounts.jump_times} times what is due of an instalment by any word on it."
    yield from cited(pack, FormatRule, RequireRule, ForbidRule, ProviderRule)


def cited(pack: Pack, *kinds: type[Rule]) -> Iterator[str]:
    """The pack's rules of these kinds in words, in the order of the kinds, each with its id."""
    for kind in kinds:
        for rule in pack.rules:
            if isinstance(rule, kind):
                yield f"{says(rule).rstrip('.')} ({cite(rule)})."


def cite(rule: Rule) -> str:
    """The id, and what weakens it."""
    weak = [rule.id]
    weak += ["recommended"] if rule.strength == "should" else []
    weak += ["project policy"] if rule.basis == "policy" else []
    return ", ".join(weak)
