"""A policy that uses everything a policy may say, small ones with a ladder of one's own, and every small change."""

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from schemas.policy.packs import Pack
from schemas.policy.policies import Policy, Stage

HERE: Final = Path(__file__).parent
RICH_FILE: Final = HERE / "rich.toml"
RICH: Final = Policy.model_validate(tomllib.loads(RICH_FILE.read_text(encoding="utf-8")))
PACK: Final = Pack.model_validate(tomllib.loads((HERE / "pack.toml").read_text(encoding="utf-8")))

_Model = TypeVar("_Model", bound=BaseModel)
_WORDS: Final = (
    "other", "08:15", "19:15", "Europe/Berlin", "agency", "finish", "restart", "0.05", "USD", "pre_due", "overdue",
    "hardship", "should", "law", "policy", "V2", "P", "THREAT", "INSULT", "amount", "rolling", "voice", "contacts",
    "attempts", "calls", "warn", "allow", "reviewed", "agreed_hours",
)  # fmt: skip


def changed(model: _Model, **fields: Any) -> _Model:
    """The policy or pack with other fields, checked as a file would be."""
    return type(model).model_validate({**model.model_dump(), **fields})


def with_stages(stages: tuple[Stage, ...], **variants: tuple[Stage, ...]) -> Policy:
    """A policy with this ladder and these variants, and nothing that speaks of stages besides."""
    return changed(RICH, stages=stages, ladders=variants, segments=(), experiments=(), offers={}, hand_off=None)


def mutants(model: _Model, *, without: frozenset[str] = frozenset()) -> Iterator[tuple[str, _Model]]:
    """For each value in it the first other one that its model takes, as ``path=value`` with the changed whole."""
    data = model.model_dump()
    for path, value in _leaves(data, ()):
        for other in _others(value) if path[0] not in without else ():
            try:
                made = type(model).model_validate(_put(data, path, other))
            except ValidationError:
                continue
            if made != model:
                yield f"{'.'.join(map(str, path))}={other}", made
                break


def _leaves(data: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(data, dict) and data:
        for name, value in data.items():
            yield from _leaves(value, (*path, name))
    elif isinstance(data, tuple | list) and data and not isinstance(data[0], str):
        for place, value in enumerate(data):
            yield from _leaves(value, (*path, place))
    else:
        yield path, data


def _others(value: Any) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 1, value - 1, value + 2)
    elif isinstance(value, date):
        yield value + timedelta(days=1)
    elif isinstance(value, str):
        yield from (word for word in (*_WORDS, f"{value}2") if word != value)
    elif isinstance(value, dict):
        yield from ({"CNY": 5}, {"en": "other"})
    elif isinstance(value, tuple | list):
        yield from ((*value, "OTHER"), (*value, "mon"), value[1:])
    else:
        yield from (2, 20, *_WORDS, date(2030, 1, 1))


def _put(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    step, *rest = path
    if isinstance(data, dict):
        return {**data, step: _put(data[step], tuple(rest), value)}
    return tuple(_put(v, tuple(rest), value) if place == step else v for place, v in enumerate(data))
