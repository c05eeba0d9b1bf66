"""Where tests find packs, and who approved them: the examples that ship with the source."""

from pathlib import Path
from tempfile import TemporaryDirectory
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

_FOLDER: Final = TemporaryDirectory(prefix="tactful-tests-")
ANY_SENDER: Final = Path(_FOLDER.name) / "approvals.toml"
"""As it was before senders were approved: packs and texts are, whatever policy of its own a test has."""
_BLOCKS: Final = APPROVALS.read_text(encoding="utf-8").split("[[approvals]]")
ANY_SENDER.write_text("[[approvals]]".join(one for one in _BLOCKS if 'kind = "sender"' not in one), encoding="utf-8")
OWN_POLICY: Final = {**VARIABLES, "TACTFUL_APPROVALS": str(ANY_SENDER)}
"""For a process with such a policy."""
