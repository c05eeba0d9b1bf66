"""Reads one of our own TOML files into its model. Whatever is wrong is named with the file and the place in it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from streams.text_files import parse_toml

_Model = TypeVar("_Model", bound=BaseModel)


def read_toml(path: Path, model: type[_Model], faults: list[str]) -> _Model | None:
    """The file as its model; None, and every reason added to ``faults``, when it cannot be read or does not fit."""
    try:
        data = parse_toml(path.read_bytes())
    except (OSError, ValueError) as error:
        faults.append(f"{path.name}: {error}")
        return None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        faults.extend(f"{path.name}: {line}" for line in fault_lines(error, data))
        return None


def fault_lines(error: ValidationError, data: Any) -> Iterator[str]:
    """Each fault as ``place (id): reason``; the id is that of the innermost table around it that has one."""
    for fault in error.errors(include_url=False, include_context=False):
        reason = fault["msg"].removeprefix("Value error, ")
        where = ".".join(str(step) for step in fault["loc"])
        name = _innermost_id(data, fault["loc"])
        if name and name not in reason:
            where += f" ({name})"
        yield f"{where}: {reason}" if where else reason


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
