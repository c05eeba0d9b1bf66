"""Writes `golden_hashes.tsv` anew: `python -m tests.agents.policy.golden_hashes`, when a change is meant."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from agents.policy.files.packs import SHIPPED, all_packs, pack_hash
from agents.policy.files.packs import SHIPPED_EARLIER as SHIPPED_EARLIER_PACKS
from agents.policy.files.policy import DEFAULT_POLICY, SHIPPED_EARLIER, load_rulebook
from agents.policy.files.texts import SHIPPED_TEXTS, load_notices, load_texts, texts_hash
from agents.policy.toml.reading import read_toml
from schemas.policy.packs import Pack
from tests.places import PACKS, ROOT, at

GOLDEN: Final = Path(__file__).with_suffix(".tsv")
POLICIES: Final = (
    DEFAULT_POLICY,
    *sorted(SHIPPED_EARLIER.glob("*.toml")),
    *sorted((ROOT / "examples" / "policies").glob("*.toml")),
)


def lines() -> Iterator[str]:
    """Kind, name and hash of everything that ships and is named by its hash somewhere."""
    faults: list[str] = []
    for pack_id, pack in sorted(all_packs(PACKS, faults).items()):
        yield f"pack\t{pack_id}\t{pack_hash(pack)}"
    for path in sorted(SHIPPED_EARLIER_PACKS.glob("*.toml")):
        earlier = read_toml(path, Pack, faults)
        assert earlier is not None
        yield f"pack\t{path.stem}\t{pack_hash(earlier)}"
    for language, book in sorted(load_texts(SHIPPED_TEXTS, faults).items()):
        yield f"texts\t{language}\t{texts_hash(book)}"
    for language, book in sorted(load_notices(SHIPPED_TEXTS, faults).items()):
        yield f"notices\t{language}\t{texts_hash(book)}"
    assert not faults
    assert list(SHIPPED.glob("*.toml"))
    for path in POLICIES:
        rulebook = load_rulebook(at(policy=path), "test")
        yield f"policy\t{path.stem}\t{rulebook.hash}"
        yield f"pin\t{path.stem}\t{rulebook.pin}"


if __name__ == "__main__":
    GOLDEN.write_text("".join(f"{line}\n" for line in lines()), encoding="utf-8")
