"""Changes of the ladders: stages that are new, gone or moved."""

from collections.abc import Iterator, Sequence

from agents.policy.changes.changes import Change, ChangeScope, by_name
from agents.policy.words.speech import days
from agents.policy.words.steps import day_words, stage_words, starts_on, until_words
from schemas.policy.policies import Policy, Stage


def ladder_changes(earlier: Policy, later: Policy) -> Iterator[Change]:
    """What the policy's own ladder and its variants differ in."""
    yield from _stages("", earlier.stages, later.stages)
    yield from by_name(
        earlier.ladders,
        later.ladders,
        lambda name, _: [Change("ladder", f"the ladder `{name}` is gone")],
        _new_ladder,
        lambda name, old, new: _stages(f" of the ladder `{name}`", old, new),
    )


def _new_ladder(name: str, stages: Sequence[Stage]) -> Iterator[Change]:
    yield Change("ladder", f"the ladder `{name}` is new", ChangeScope.later)
    for stage in stages:
        yield Change("ladder", f"the ladder `{name}`: {stage_words(stage)}", ChangeScope.later)


def _stages(where: str, before: Sequence[Stage], after: Sequence[Stage]) -> Iterator[Change]:
    yield from by_name(
        {stage.code: stage for stage in before},
        {stage.code: stage for stage in after},
        lambda code, stage: [Change("ladder", f"the stage {code}{where} is gone", _reach(stage))],
        lambda code, stage: [Change("ladder", f"the stage {code}{where} is new: {stage_words(stage)}", _reach(stage))],
        lambda code, old, new: _stage(f"{code}{where}", old, new),
    )


def _reach(*stages: Stage) -> ChangeScope:
    """A notice belongs to an instalment that is not due yet: no open cycle has one before it."""
    return ChangeScope.later if all(stage.kind == "pre_due" for stage in stages) else ChangeScope.cycles


def _stage(name: str, before: Stage, after: Stage) -> Iterator[Change]:
    for told in _differences(before, after):
        yield Change("ladder", f"{name} {told}", _reach(before, after))


def _differences(before: Stage, after: Stage) -> Iterator[str]:
    if before.kind != after.kind:
        yield f"is of the kind {after.kind} instead of {before.kind}"
    if starts_on(before) != starts_on(after):
        yield f"now leaves {_moved(starts_on(before), starts_on(after))}"
    elif (before.delay_days, before.dpd_from) != (after.delay_days, after.dpd_from):
        yield f"has a delay of {_bounds(after)} instead of {_bounds(before)}; it leaves on the same day"
    if before.dpd_to != after.dpd_to:
        yield f"is valid {_until(after)} instead of {_until(before)}"
    if before.text != after.text:
        yield f"uses the text `{after.text}` instead of `{before.text}`"
    if before.offer != after.offer:
        yield f"makes {_offer(after.offer)} instead of {_offer(before.offer)}"
    if before.offer_text != after.offer_text:
        yield f"speaks of its offer with {_text(after.offer_text)} instead of {_text(before.offer_text)}"


def _moved(before: int, after: int) -> str:
    if before > 0 and after > 0:
        return f"on day {after} instead of day {before}"
    return f"{day_words(after)} instead of {day_words(before)}"


def _bounds(stage: Stage) -> str:
    return days(stage.delay_days) + (f" from day {stage.dpd_from} on" if stage.dpd_from is not None else "")


def _until(stage: Stage) -> str:
    return until_words(stage).removeprefix("valid ").partition(";")[0]


def _offer(code: str | None) -> str:
    return "no offer" if code is None else f"the offer `{code}`"


def _text(name: str | None) -> str:
    return "no text of its own" if name is None else f"the text `{name}`"
