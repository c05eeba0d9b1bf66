"""A policy that uses everything a policy may say, and small ones with a ladder of one's own."""

import tomllib
from pathlib import Path
from typing import Any, Final

from schemas.packs import Pack
from schemas.policies import Policy, Stage

HERE: Final = Path(__file__).parent
RICH_FILE: Final = HERE / "rich.toml"
RICH: Final = Policy.model_validate(tomllib.loads(RICH_FILE.read_text(encoding="utf-8")))
PACK: Final = Pack.model_validate(tomllib.loads((HERE / "pack.toml").read_text(encoding="utf-8")))


def changed(policy: Policy, **fields: Any) -> Policy:
    """The policy with other fields, checked as a file would be."""
    return Policy.model_validate({**policy.model_dump(), **fields})


def with_stages(stages: tuple[Stage, ...], **variants: tuple[Stage, ...]) -> Policy:
    """A policy with this ladder and these variants, and nothing that speaks of stages besides."""
    return changed(RICH, stages=stages, ladders=variants, segments=(), experiments=(), offers={}, hand_off=None)
