"""What the tests of packs share: all packs, and a lender's own folder of them, made of TOML."""

from pathlib import Path
from typing import Final

from agents.policy.files.packs import all_packs, load_pack
from schemas.policy.approvals import Approvals

EXAMPLES: Final = Path(__file__).parents[4] / "examples"
PACKS: Final = EXAMPLES / "packs"
SHIPPED_IDS: Final = ["CN", "EU", "IN", "UK", "US"]
EXAMPLE_IDS: Final = ["CN-REST", "EU-DE", "EU-GR", "OPEN", "US-DC", "US-HELP", "US-MA", "US-NYC", "US-WA"]
NOBODY: Final = Approvals()
FAULTS: Final[list[str]] = []
EVERY_PACK: Final = all_packs(PACKS, FAULTS)
"""All shipped packs and examples, merged."""
HEAD: Final = 'id = "X"\nversion = "1"\ntitle = "A pack"\neffective_from = 2026-01-01\n'
SOURCED: Final = 'basis = "law"\nsource = "an act"\nconfidence = "V1"\n'


def rule(kind: str, more: str = "", name: str = "XX-RULE-1", sourced: str = SOURCED) -> str:
    """A rule as TOML."""
    return f'\n[[rules]]\nid = "{name}"\nkind = "{kind}"\n{sourced}{more}\n'


def shelved(folder: Path, **files: str) -> Path:
    """A lender's own folder with these files."""
    for name, content in files.items():
        (folder / f"{name}.toml").write_text(content, encoding="utf-8")
    return folder


def faults_of(folder: Path, pack_id: str = "X") -> list[str]:
    """What is wrong with a pack of that folder, which must not be usable."""
    faults: list[str] = []
    loaded = load_pack(pack_id, folder, NOBODY, faults)
    assert loaded is None
    assert faults
    return faults
