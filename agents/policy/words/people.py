"""Who is treated differently: conditions, segments and experiments in words."""

from collections.abc import Iterator

from agents.policy.words.speech import count, dated, joined, money
from schemas.policy.policies import Arm, Condition, Experiment, Policy, Segment


def who(condition: Condition) -> str:
    """The people of a condition: ``people of grade C or D who have broken at least 1 promise to pay``."""
    has = joined(_verbs(condition))
    if not condition.grades and not has:
        return "everybody"
    grade = f" of grade {joined(condition.grades, 'or')}" if condition.grades else ""
    return f"people{grade}{f' who {has}' if has else ''}"


def _verbs(condition: Condition) -> Iterator[str]:
    c = condition
    if c.late_episodes_max == 0:
        yield "have never been late before"
    elif c.late_episodes_min is not None or c.late_episodes_max is not None:
        yield f"have been late {_between(c.late_episodes_min, c.late_episodes_max, 'time')} before"
    if c.days_to_cure_min is not None or c.days_to_cure_max is not None:
        yield f"last took {_between(c.days_to_cure_min, c.days_to_cure_max, 'day')} to pay after the first reminder"
    if c.on_time_streak_min is not None:
        yield f"have paid at least {count(c.on_time_streak_min, 'instalment')} in a row on time"
    if c.broken_promises_min is not None:
        yield f"have broken at least {count(c.broken_promises_min, 'promise')} to pay"
    if c.overdue_from_minor:
        yield f"owe at least {money(c.overdue_from_minor)} overdue"
    if c.overdue_to_minor:
        yield f"owe at most {money(c.overdue_to_minor)} overdue"


def _between(least: int | None, most: int | None, noun: str) -> str:
    if least is None:
        return f"at most {count(most or 0, noun)}"
    if most is None:
        return f"at least {count(least, noun)}"
    return count(least, noun) if least == most else f"{least} to {count(most, noun)}"


def treatment(segment: Segment) -> str:
    """What a segment gets."""
    ladder = "the policy's own ladder" if segment.ladder is None else f"ladder `{segment.ladder}`"
    parts = [ladder, f"tone `{segment.tone}`"]
    if segment.preferred_hours is not None:
        wish = segment.preferred_hours
        parts.append(f"preferably between {wish.start} and {wish.end} by their own clock")
    elif segment.hours_of_payments:
        parts.append("preferably at the hour at which they have paid before")
    return ", ".join(parts)


def segment_lines(policy: Policy) -> Iterator[str]:
    """The segments in their order, and everybody else."""
    if not policy.segments:
        yield "Everybody is treated alike: there are no segments."
        return
    yield "The first of these that fits counts, and a cycle keeps the one with which it was opened:"
    for place, segment in enumerate(policy.segments, 1):
        yield f"{place}. `{segment.code}`: {who(segment.when)}: {treatment(segment)}."
    if all(segment.when != Condition() for segment in policy.segments):
        yield "Everybody else: the policy's own ladder, tone `neutral`."
    wish = any(segment.preferred_hours or segment.hours_of_payments for segment in policy.segments)
    if wish:
        yield "A preferred hour is a wish: it is kept where the permitted hours of that day allow it."


def arm_words(arm: Arm) -> str:
    """What an arm does to its accounts."""
    if arm.silent:
        return "the hold-out: nothing is said to them, and they are handed off by their days as everybody is"
    parts = [f"ladder `{arm.ladder}`"] if arm.ladder is not None else []
    parts += [f"tone `{arm.tone}`"] if arm.tone is not None else []
    return ", ".join(parts) or "treated as without the experiment"


def span(experiment: Experiment) -> str:
    """The lender's days on which accounts are taken in."""
    return f"for notices and cycles that begin from {dated(experiment.first_day)} to {dated(experiment.last_day)}"


def stop_words(experiment: Experiment) -> str:
    """When it harms."""
    stop = experiment.stop
    complaints, opt_outs = (
        str(limit).removesuffix(".0") for limit in (stop.complaints_per_1000, stop.opt_outs_per_1000)
    )
    harm = f"{complaints} complaints or {opt_outs} opt-outs per 1,000 messages"
    least = count(stop.sent_min, "message")
    return f"it is to be stopped for everybody when an arm, after {least} or more, has over {harm}"


def experiment_lines(policy: Policy) -> Iterator[str]:
    """Each experiment: when, with whom, its arms with their shares, and its stop rule."""
    for experiment in policy.experiments:
        yield f"`{experiment.code}`, {span(experiment)}, with {who(experiment.when)}:"
        for arm in experiment.arms:
            yield f"  {arm.share} % of the accounts are `{arm.code}`: {arm_words(arm)}."
        yield f"  An account keeps its arm; {stop_words(experiment)}."
