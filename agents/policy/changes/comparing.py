"""What changed between two versions of a policy, in words, and what that does to open cycles."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from agents.policy.changes.changes import Change, touches_open_cycles
from agents.policy.changes.fields import field_changes
from agents.policy.changes.law import pack_changes
from agents.policy.changes.people import experiment_changes, offer_changes, segment_changes
from agents.policy.changes.steps import ladder_changes
from agents.policy.changes.texts import text_changes
from agents.policy.stage_codes import reused_codes
from agents.policy.words.speech import capital
from agents.policy.words.versions import IN_FLIGHT
from schemas.policy.packs import Pack
from schemas.policy.policies import Policy
from schemas.policy.texts import TextBook


class Side(NamedTuple):
    """A version with the law and the words under which it writes, as far as they are known."""

    policy: Policy
    pack: Pack | None = None
    """Merged with what it extends."""
    texts: Mapping[str, TextBook] | None = None


class Difference(NamedTuple):
    """What a later version changes."""

    touching: tuple[Change, ...]
    """Counts for open cycles, too, by what the later version says of them."""
    sparing: tuple[Change, ...]
    """Leaves open cycles as they are."""
    in_flight: str
    faults: tuple[str, ...]
    """Why the later version must not take over from the earlier one."""
    notes: tuple[str, ...]
    """What makes the comparison less telling than one with the version before."""


def diff(earlier: Side, later: Side) -> Difference:
    """Every change in words. Packs and texts are compared where both sides have them.

    Faults: a stage code with another meaning, and two contents under one version.
    """
    before, after = earlier.policy, later.policy
    sorted_out: dict[bool, list[Change]] = {True: [], False: []}
    for change in _changes(earlier, later):
        sorted_out[touches_open_cycles(change, after)].append(change)
    return Difference(
        touching=tuple(sorted_out[True]),
        sparing=tuple(sorted_out[False]),
        in_flight=f"{capital(IN_FLIGHT[after.in_flight])}.",
        faults=tuple(_faults(before, after)),
        notes=tuple(_notes(before, after)),
    )


def _changes(earlier: Side, later: Side) -> Iterator[Change]:
    before, after = earlier.policy, later.policy
    yield from field_changes(before, after)
    yield from ladder_changes(before, after)
    yield from segment_changes(before, after)
    yield from offer_changes(before, after)
    yield from experiment_changes(before, after)
    if earlier.pack is not None and later.pack is not None:
        yield from pack_changes(earlier.pack, later.pack)
    if earlier.texts is not None and later.texts is not None:
        yield from text_changes(earlier.texts, later.texts)


def _faults(before: Policy, after: Policy) -> Iterator[str]:
    if before.id != after.id:
        return  # codes of two policies have nothing to do with each other
    yield from reused_codes(before, after)
    if before.version == after.version and before != after:
        yield f"both are called {after.id} {after.version}: a version never changes; give the later one another"


def _notes(before: Policy, after: Policy) -> Iterator[str]:
    if before.id != after.id:
        yield f"these are two policies, {before.id} and {after.id}: one does not replace the other"
    elif before.version not in {after.version, after.replaces}:
        named = "no version" if after.replaces is None else f"version {after.replaces}"
        yield f"{after.version} says that it replaces {named}, not {before.version}"
