"""Which version a policy is, and what becomes of what an earlier one began."""

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from agents.policy.words.speech import capital
from schemas.policy.policies import Policy

IN_FLIGHT: Final[Mapping[Literal["finish", "next_stage", "restart"], str]] = {
    "finish": (
        "a cycle that an earlier version opened ends on that version, with the packs and texts of today; only what "
        "begins later goes by this one"
    ),
    "next_stage": "a cycle that an earlier version opened goes on with this one at its next stage",
    "restart": (
        "a cycle that an earlier version opened begins the ladder of this one anew, in the segment that fits it then "
        "and in no experiment"
    ),
}
"""By ``Policy.in_flight``."""


def version_lines(policy: Policy) -> Iterator[str]:
    """The version, the one before it, and what becomes of open cycles."""
    yield f"This is {policy.id} {policy.version}."
    if policy.replaces is None:
        yield "It names no version that it replaces."
    else:
        yield f"It replaces version {policy.replaces}."
    yield f"{capital(IN_FLIGHT[policy.in_flight])}."
