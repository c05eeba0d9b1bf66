"""Reads one of our own TOML files into its model. Whatever is wrong is named with the file and the place in it."""

import difflib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from streams.text_files import parse_toml

SHOWN_MAX = 12
"""Names that a person reads to the end."""
_Model = TypeVar("_Model", bound=BaseModel)


def read_data(path: Path, faults: list[str]) -> dict[str, Any] | None:
    """What a file says; None, and the reason added to ``faults``, when it cannot be read."""
    try:
        return parse_toml(path.read_bytes())
    except (OSError, ValueError) as error:
        faults.append(f"{path.name}: {error}")
    return None


def read_toml(path: Path, model: type[_Model], faults: list[str]) -> _Model | None:
    """The file as its model; None, and every reason added to ``faults``, when it cannot be read or does not fit."""
    data = read_data(path, faults)
    if data is None:
        return None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        faults.extend(f"{path.name}: {line}" for line in fault_lines(error, data, model))
        return None


def fault_lines(error: ValidationError, data: Any, model: type[BaseModel] | None = None) -> Iterator[str]:
    """Each fault as ``place (id): reason``; the id is that of the innermost table around it that has one."""
    for fault in error.errors(include_url=False, include_context=False):
        reason = fault["msg"].removeprefix("Value error, ")
        where = ".".join(str(step) for step in fault["loc"])
        name = _innermost_id(data, fault["loc"])
        if name and name not in reason:
            where += f" ({name})"
        if fault["type"] == "extra_forbidden" and model is not None:
            reason += hint(str(fault["loc"][-1]), keys_at(model, fault["loc"][:-1]))
        for line in reason.split("\n"):
            yield f"{where}: {line}" if where else line


def _innermost_id(data: Any, place: tuple[int | str, ...]) -> str:
    name = ""
    for step in place:
        try:
            data = data[step]
        except (LookupError, TypeError):
            continue  # the step names the member of a union, or what is missing
        if isinstance(data, dict) and isinstance(data.get("id"), str):
            name = data["id"]
    return name


def hint(name: str, known: Iterable[str]) -> str:
    """What may have been meant, and otherwise what there is."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {near[0]}?"
    return f"; there are {', '.join(names)}" if 0 < len(names) <= SHOWN_MAX else ""


def keys_at(model: type[BaseModel], place: tuple[int | str, ...]) -> set[str]:
    """The keys that the table at a place of the model's file may have."""
    whole = model.model_json_schema()
    tables = [whole]
    for step in place:
        tables = [inner for table in tables for inner in _inside(table, step, whole)] or tables
    return {name for table in tables for name in table.get("properties", {})}


def _inside(table: dict[str, Any], step: int | str, whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    found = table.get("items") if isinstance(step, int) else table.get("properties", {}).get(step)
    if found is None and isinstance(step, str) and isinstance(table.get("additionalProperties"), dict):
        found = table["additionalProperties"]
    for choice in (found or {}).get("anyOf", (found or {}).get("oneOf", [found or {}])):
        name = choice.get("$ref", "").rpartition("/")[2]
        if choice:
            yield whole["$defs"][name] if name else choice
