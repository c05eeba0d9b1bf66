"""Reads a policy and its texts from TOML. Everything is checked at start; every fault is named at once."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from agents.reminders.decisions.catalog import Book, PolicyFault, compile_book
from schemas.policies import Policy, TextBook

HERE = Path(__file__).parent
DEFAULT_POLICY = HERE / "policies" / "cn-consumer.toml"
DEFAULT_TEXTS = HERE / "texts"

_Model = TypeVar("_Model", bound=BaseModel)


def load_book(policy: Path | None, texts: Path | None, namespace: str) -> Book:
    """The policy file with every text of a folder, ready to decide.

    Raises PolicyFault when a file is missing, is not TOML, does not fit its model, or the two do not fit each other.
    """
    faults: list[str] = []
    loaded = _load(policy or DEFAULT_POLICY, Policy, faults)
    books: dict[str, TextBook] = {}
    for path in sorted((texts or DEFAULT_TEXTS).glob("*.toml")):
        book = _load(path, TextBook, faults)
        if book is not None:
            books[book.language] = book
    if faults or loaded is None:
        raise PolicyFault(faults)
    return compile_book(loaded, books, namespace)


def _load(path: Path, model: type[_Model], faults: list[str]) -> _Model | None:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        faults.append(f"{path.name}: {error}")
        return None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        faults.extend(f"{path.name}: {line}" for line in _lines(error))
        return None


def _lines(error: ValidationError) -> Iterator[str]:
    for fault in error.errors(include_url=False, include_context=False):
        where = ".".join(str(step) for step in fault["loc"])
        yield f"{where}: {fault['msg']}" if where else fault["msg"]
