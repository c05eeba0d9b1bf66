"""Reads a mapping file. Everything is checked at once: its form, and whether its rules can ever make a valid fact."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from agents.intake.mappings.faults import faults_of_rules, faults_of_whole
from agents.intake.mappings.mapping import Mapping
from streams.text_files import parse_toml


class MappingFault(ValueError):
    """A mapping that may not run; ``faults`` names each one."""

    def __init__(self, name: str, faults: list[str]) -> None:
        noun = "fault" if len(faults) == 1 else "faults"
        super().__init__(f"{name} has {len(faults)} {noun}:\n" + "\n".join(f"  - {fault}" for fault in faults))
        self.faults = faults


class LoadedMapping(NamedTuple):
    """A mapping, where its relative paths begin, and which edition of it this is."""

    mapping: Mapping
    folder: Path
    edition: str


def load_mapping(path: Path) -> LoadedMapping:
    """The mapping of a file. Raises MappingFault when it is no TOML or has faults, naming all of them."""
    try:
        raw = path.read_bytes()
        given = parse_toml(raw)
    except (OSError, ValueError) as error:
        raise MappingFault(path.name, [str(error)]) from None
    faults: list[str] = []
    mapping = None
    try:
        mapping = Mapping.model_validate(given)
    except ValidationError as error:
        faults.extend(_lines(error))
    faults.extend(faults_of_rules(given))
    if mapping is not None:
        faults.extend(faults_of_whole(mapping, path.parent))
    if faults or mapping is None:
        raise MappingFault(path.name, faults)
    return LoadedMapping(mapping, path.parent, hashlib.sha256(raw).hexdigest()[:12])


def _lines(error: ValidationError) -> Iterator[str]:
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        where = ".".join(str(step) for step in fault["loc"])
        yield f"{where}: {fault['msg']}" if where else fault["msg"]
