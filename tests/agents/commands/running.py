"""A command run in the test's own process, and what it left behind."""

from typing import NamedTuple, Protocol

from tests.places import ROOT

REFUSED = 2
EXIT_FAULTS = 1
UNTIL = "2026-02-20"
EXAMPLE = ROOT / "examples" / "one-account.jsonl"


class Result(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


class Tactful(Protocol):
    """`tactful("topics", "plan")`."""

    def __call__(self, *arguments: str, **settings: str) -> Result: ...
