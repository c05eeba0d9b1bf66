"""Where tests find packs, and who approved them: the examples that ship with the source."""

from pathlib import Path
from typing import Final

from agents.policy.files.policy import Places

ROOT: Final = Path(__file__).parents[1]
PACKS: Final = ROOT / "examples" / "packs"
APPROVALS: Final = ROOT / "examples" / "approvals.toml"
PLACES: Final = Places(packs=PACKS, approvals=APPROVALS)
"""The shipped policy, approved."""


def at(policy: Path | None = None, texts: Path | None = None) -> Places:
    """Another policy or other texts, with the same packs and approvals."""
    return PLACES._replace(policy=policy, texts=texts)


VARIABLES: Final = {"TACTFUL_PACKS": str(PACKS), "TACTFUL_APPROVALS": str(APPROVALS)}
"""The same, for a process."""
