"""The ladder day by day, and who takes over at its end."""

from collections.abc import Iterator

from agents.policy.stage_codes import ladders
from agents.policy.words.speech import Section, capital, coded, count, days, joined
from schemas.policy.packs import HoldRule, Pack
from schemas.policy.policies import Condition, Policy, Stage


def day_words(day: int) -> str:
    """A day counted from the effective due date: ``on day 7 after the due date``."""
    if day == 0:
        return "on the due date"
    return f"on day {day} after the due date" if day > 0 else f"{days(-day)} before the due date"


def starts_on(stage: Stage) -> int:
    """The first day on which a stage may leave."""
    return stage.delay_days if stage.kind == "pre_due" else max(stage.delay_days, stage.dpd_from or 1)


def until_words(stage: Stage) -> str:
    """How long a stage makes sense, the last day included."""
    if stage.kind == "overdue":
        return "valid for ever" if stage.dpd_to is None else f"valid until day {stage.dpd_to}; then it lapses"
    last = 0 if stage.dpd_to is None else min(stage.dpd_to, 0)
    return f"valid until {day_words(last).removeprefix('on ')}; then it lapses"


def stage_words(stage: Stage) -> str:
    """One step: when, what, and when it lapses."""
    what = "the notice" if stage.kind == "pre_due" else "the reminder"
    offer = "" if stage.offer is None else f" with the offer `{stage.offer}`"
    if stage.offer_text is not None:
        offer += f" in the text `{stage.offer_text}` where it fits the debt"
    text = f"{what} {stage.code} by {stage.channel}, text `{stage.text}`{offer}"
    return f"{day_words(starts_on(stage))}: {text}, {until_words(stage)}"


def ladder_sections(policy: Policy, pack: Pack) -> Iterator[Section]:
    """The policy's own ladder, each variant of it, and the hand-off."""
    for name, stages in ladders(policy).items():
        lines = [f"For {_climbers(policy, name)}."]
        lines += [f"{capital(stage_words(stage))}." for stage in sorted(stages, key=starts_on)]
        yield Section("The ladder, day by day" if name is None else f"The ladder `{name}`", tuple(lines))
    yield Section("How stages follow each other", tuple(_rules_of_the_ladder(policy)))
    yield Section("The hand-off to a person", tuple(_hand_off_lines(policy, pack)))


def _climbers(policy: Policy, name: str | None) -> str:
    """Whose ladder it is, with their tone."""
    segments = [f"the segment `{s.code}` in the tone `{s.tone}`" for s in policy.segments if s.ladder == name]
    arms = [
        f"the arm `{arm.code}` of `{experiment.code}`"
        for experiment in policy.experiments
        for arm in experiment.arms
        if arm.ladder == name and name is not None
    ]
    if name is None and all(segment.when != Condition() for segment in policy.segments):
        segments.append(f"everybody{' else' if policy.segments else ''} in the tone `neutral`")
    return joined([*segments, *arms]) or "nobody: no segment and no arm names it"


def _rules_of_the_ladder(policy: Policy) -> Iterator[str]:
    yield "Next comes the first stage that was neither sent nor has lapsed; no two leave together."
    yield "A text that lacks the tone of the account's segment is sent in the tone `neutral`."
    yield (
        f"A payment that came back: the text `{policy.returned.text}`, {days(policy.returned.grace_days)} after its "
        "return was booked, and never a higher stage than the last one sent."
    )
    yield (
        f"A promise to pay: silence until {days(policy.promises.grace_days)} after the promised day; then it counts as "
        "broken."
    )
    yield (
        f"A repayment plan: silence while each part is paid at most {days(policy.plans.grace_days)} after its day; "
        "then it counts as broken."
    )


def _hand_off_lines(policy: Policy, pack: Pack) -> Iterator[str]:
    hand_off = policy.hand_off
    if hand_off is None:
        yield "Nobody takes over by days; a borrower's question goes to a person all the same."
    else:
        blocked, failures = hand_off.blocked_days, policy.sending.failures_to_hand_off
        yield f"{capital(day_words(hand_off.dpd))}: a person takes over ({hand_off.code}), whatever was sent."
        yield f"Or {days(blocked)} after the first send that was blocked; silences that have an end do not count."
        yield f"Or after {count(failures, 'message')} in a row that failed at a number: nothing more is sent to it."
        yield "Or as soon as a borrower asks something."
    own = () if hand_off is None else hand_off.never_for
    law = [rule.hold.upper() for rule in pack.rules if isinstance(rule, HoldRule) and not rule.calls]
    never = list(dict.fromkeys((*own, *law)))
    if never:
        yield f"Nobody phones either under {joined(never, 'or')}; a case that was handed off is withdrawn."
    if policy.ladders:
        yield f"This counts for {coded(policy.ladders)}, too."
