"""Changes of segments, offers and experiments."""

from collections.abc import Iterable, Iterator

from agents.policy.changes.changes import Change, ChangeScope, by_name
from agents.policy.words.offering import offer_words
from agents.policy.words.people import arm_words, span, stop_words, treatment, who
from agents.policy.words.speech import dated
from schemas.policy.policies import Arm, Experiment, Offer, Policy, Segment


def segment_changes(earlier: Policy, later: Policy) -> Iterator[Change]:
    """An open cycle keeps its segment, if the later version has it, and gets what that segment gets now."""
    yield from by_name(
        {segment.code: segment for segment in earlier.segments},
        {segment.code: segment for segment in later.segments},
        lambda code, _: [Change("segments", f"the segment `{code}` is gone")],
        lambda code, new: [
            Change("segments", f"the segment `{code}` is new: {who(new.when)}: {treatment(new)}", ChangeScope.anew)
        ],
        _segment,
    )
    before, after = ([segment.code for segment in policy.segments] for policy in (earlier, later))
    if [code for code in before if code in after] != [code for code in after if code in before]:
        told = f"the segments are tried in the order {', '.join(after)} instead of {', '.join(before)}"
        yield Change("segments", told, ChangeScope.anew)


def _segment(code: str, before: Segment, after: Segment) -> Iterator[Change]:
    if before.when != after.when:
        told = f"`{code}` is now {who(after.when)}, instead of {who(before.when)}"
        yield Change("segments", told, ChangeScope.anew)
    if treatment(before) != treatment(after):
        yield Change("segments", f"`{code}` now gets {treatment(after)}, instead of {treatment(before)}")


def offer_changes(earlier: Policy, later: Policy) -> Iterator[Change]:
    """What was offered already stands; these count for the next message."""
    yield from by_name(
        earlier.offers,
        later.offers,
        lambda code, _: [Change("offers", f"the offer `{code}` is gone")],
        lambda code, new: [Change("offers", f"the offer `{code}` is new: {offer_words(new)}")],
        _offer,
    )


def _offer(code: str, before: Offer, after: Offer) -> Iterable[Change]:
    old, new = offer_words(before), offer_words(after)
    if old != new:
        yield Change("offers", f"the offer `{code}` is now {new}; it was {old}")


def experiment_changes(earlier: Policy, later: Policy) -> Iterator[Change]:
    """An open cycle keeps its arm only where the later version would give the account the same one."""
    yield from by_name(
        {experiment.code: experiment for experiment in earlier.experiments},
        {experiment.code: experiment for experiment in later.experiments},
        lambda code, _: [
            Change("experiments", f"the experiment `{code}` is gone: its accounts are treated as without it")
        ],
        _new_experiment,
        _experiment,
    )


def _new_experiment(code: str, new: Experiment) -> Iterator[Change]:
    yield Change("experiments", f"the experiment `{code}` is new, {span(new)}, with {who(new.when)}", ChangeScope.later)
    for arm in new.arms:
        told = f"`{code}`: {arm.share} % are `{arm.code}`: {arm_words(arm)}"
        yield Change("experiments", told, ChangeScope.later)
    yield Change("experiments", f"`{code}`: {stop_words(new)}", ChangeScope.later)


def _experiment(code: str, before: Experiment, after: Experiment) -> Iterator[Change]:
    if before.first_day != after.first_day:
        told = f"`{code}` begins on {dated(after.first_day)} instead of {dated(before.first_day)}"
        yield Change("experiments", told, ChangeScope.later)
    if before.last_day != after.last_day:
        told = f"`{code}` ends on {dated(after.last_day)} instead of {dated(before.last_day)}"
        yield Change("experiments", told, ChangeScope.later)
    if before.when != after.when:
        told = f"`{code}` is now with {who(after.when)}, instead of {who(before.when)}"
        yield Change("experiments", told, ChangeScope.later)
    yield from by_name(
        {arm.code: arm for arm in before.arms},
        {arm.code: arm for arm in after.arms},
        lambda arm, _: [Change("experiments", f"`{code}`: the arm `{arm}` is gone")],
        lambda arm, new: [
            Change("experiments", f"`{code}`: the arm `{arm}` is new: {arm_words(new)}", ChangeScope.later)
        ],
        lambda arm, old, new: _arm(f"`{code}`, arm `{arm}`", old, new),
    )
    if _shares(before) != _shares(after):
        told = (
            f"`{code}`: shares {_shares(after)} instead of {_shares(before)}: an open cycle that would move leaves it"
        )
        yield Change("experiments", told)
    if before.stop != after.stop:
        told = f"`{code}`: {stop_words(after)}; before, {stop_words(before)}"
        yield Change("experiments", told, ChangeScope.everybody)


def _arm(name: str, before: Arm, after: Arm) -> Iterator[Change]:
    if arm_words(before) != arm_words(after):
        yield Change("experiments", f"{name}: {arm_words(after)}; before, {arm_words(before)}")


def _shares(experiment: Experiment) -> str:
    """In the order of the file, which is the one in which accounts are dealt out."""
    return ", ".join(f"{arm.code} {arm.share} %" for arm in experiment.arms)
