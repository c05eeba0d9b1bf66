"""Finds, reads and merges packs, and who approved them. Every fault is named at once, with its file and place.

A pack is found by the ``id`` inside its file, whatever the file is called: first in a lender's own folder, then
among the shipped ones. An overlay takes over every rule of the pack that it extends, unchanged, and adds its own.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import ValidationError

from agents.policy.toml.reading import fault_lines, hint, read_toml
from schemas.policy.approvals import APPROVERS, Approvals, content_hash
from schemas.policy.packs import Pack

SHIPPED: Final = Path(__file__).parents[1] / "packs"
SHIPPED_EARLIER: Final = SHIPPED / "earlier"
_HASHED: Final = {"id", "version", "effective_from", "effective_to", "requires_overlay", "rules", "duties"}


class LoadedPack(NamedTuple):
    """A pack as the guard uses it."""

    pack: Pack
    """Merged: the rules of its bases first; id, version, title and status are its own, and it is in force on the days
    on which all of them are."""
    hash: str
    approved_by: tuple[str, ...]
    """Who approved exactly this, in alphabetical order; `schemas.policy.approvals` says how many it takes."""
    complete: bool
    """False for a pack that may only be used as part of one that extends it."""


class Layer(NamedTuple):
    """One pack as it stands in its file."""

    file: str
    pack: Pack


def load_pack(pack_id: str, folder: Path | None, approvals: Approvals, faults: list[str]) -> LoadedPack | None:
    """The pack with everything that it extends; None when it cannot be used.

    While too few people have approved what ships, what shipped before and two people approved goes on: an upgrade by
    itself silences nobody. ``folder`` is the lender's own, searched before the shipped packs. Every file of both is
    read: what is wrong in any of them is added to ``faults``.
    """
    shelf = _shelf(folder, faults)
    if pack_id not in shelf:
        faults.append(f"pack {pack_id}: no file that can be used has this id{hint(pack_id, shelf)}")
        return None
    merged = _merged(pack_id, shelf, faults)
    if merged is None:
        return None
    newest = _loaded(merged, approvals)
    if len(newest.approved_by) < APPROVERS:
        before = _merged(pack_id, _shelf(folder, [], SHIPPED_EARLIER), [])
        known = None if before is None else _loaded(before, approvals)
        if known is not None and len(known.approved_by) >= APPROVERS:
            return known
    return newest


def _loaded(pack: Pack, approvals: Approvals) -> LoadedPack:
    digest = pack_hash(pack)
    return LoadedPack(pack, digest, approvals.people("pack", pack.id, digest), not pack.requires_overlay)


def pack_hash(pack: Pack) -> str:
    """What an approval stands for: 32 hex characters over all that has an effect, so not over title and status.

    For an overlay, hash the merged pack: a change in its base is a change of its own rules.
    """
    return content_hash(pack.model_dump(mode="json", include=_HASHED, exclude_defaults=True))


def all_packs(folder: Path | None, faults: list[str]) -> dict[str, Pack]:
    """Every usable pack of both folders, merged, by id in alphabetical order."""
    shelf = _shelf(folder, faults)
    merged = {pack_id: _merged(pack_id, shelf, faults) for pack_id in sorted(shelf)}
    return {pack_id: pack for pack_id, pack in merged.items() if pack is not None}


def _shelf(folder: Path | None, faults: list[str], *instead: Path) -> dict[str, Layer]:
    """What ships, or what is in its place: shipped before (``instead``), and the lender's own, which comes first."""
    folders = (SHIPPED, *instead, *(() if folder is None else (folder,)))
    return {name: layer for one in folders for name, layer in _read_folder(one, faults).items()}


def _read_folder(folder: Path, faults: list[str]) -> dict[str, Layer]:
    if not folder.is_dir():
        faults.append(f"{folder}: no such folder of packs")
        return {}
    found: dict[str, Layer] = {}
    for path in sorted(folder.glob("*.toml")):
        pack = read_toml(path, Pack, faults)
        if pack is None:
            continue
        first = found.setdefault(pack.id, Layer(path.name, pack))
        if first.file != path.name:
            faults.append(f"{path.name}: id: {pack.id} is the pack of {first.file} already")
    return found


def merge(layers: Sequence[Layer], faults: list[str]) -> Pack | None:
    """The last pack with the rules of all that it extends in front, the innermost base first.

    None, with the reasons in ``faults``, when they do not fit each other. Rules are only added, so it only tightens.
    """
    if not _only_adds(layers, faults):
        return None
    top = layers[-1]
    begins = max(layer.pack.effective_from for layer in layers)
    ends = min((day for layer in layers if (day := layer.pack.effective_to) is not None), default=None)
    if ends is not None and ends < begins:
        faults.append(f"{top.file}: effective_from: never in force together with what it extends")
        return None
    data = {
        **top.pack.model_dump(exclude={"rules", "duties"}),
        "effective_from": begins,
        "effective_to": ends,
        "rules": tuple(rule for layer in layers for rule in layer.pack.rules),
        "duties": tuple(duty for layer in layers for duty in layer.pack.duties),
    }
    try:
        return Pack.model_validate(data)
    except ValidationError as error:
        faults.extend(f"{top.file}: with what it extends: {line}" for line in fault_lines(error, data))
        return None


def _merged(pack_id: str, shelf: dict[str, Layer], faults: list[str]) -> Pack | None:
    layers = _layers(pack_id, shelf, faults)
    return None if layers is None else merge(layers, faults)


def _layers(pack_id: str, shelf: dict[str, Layer], faults: list[str]) -> list[Layer] | None:
    """The pack and what it extends, the innermost base first."""
    layers = [shelf[pack_id]]
    names = [pack_id]
    while (base := layers[0].pack.extends) is not None:
        file = layers[0].file
        if base in names:
            faults.append(f"{file}: extends: a pack cannot extend itself: {' -> '.join([*reversed(names), base])}")
            return None
        if base not in shelf:
            faults.append(f"{file}: extends: there is no pack {base} that can be used")
            return None
        layers.insert(0, shelf[base])
        names.insert(0, base)
    return layers


def _only_adds(layers: Sequence[Layer], faults: list[str]) -> bool:
    owners: dict[str, str] = {}
    clean = True
    for file, pack in layers:
        for entry in (*pack.rules, *pack.duties):
            owner = owners.setdefault(entry.id, pack.id)
            if owner != pack.id:
                faults.append(f"{file}: {entry.id} is a rule of {owner} already: an overlay adds rules")
                clean = False
    return clean
