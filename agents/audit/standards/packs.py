"""Packs as they were approved: the files' rules, an overlay's together with those that it extends, under one hash."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any, TypeVar

from schemas.policy.approvals import content_hash
from schemas.policy.packs import Pack, Rule

R = TypeVar("R", bound=Rule)
_DEEPEST = 8


@dataclass(frozen=True, eq=False)
class ApprovedRules:
    """A pack with everything that it extends: what stands in front of every send."""

    id: str
    version: str
    hash: str
    effective_from: date
    effective_to: date | None
    complete: bool
    """False for a base that sends only as part of another one."""
    rules: tuple[Rule, ...]
    _by_kind: dict[type, list[Any]] = field(default_factory=dict)

    def of(self, kind: type[R]) -> list[R]:
        """Its rules of one kind."""
        found = self._by_kind.get(kind)
        if found is None:
            found = self._by_kind[kind] = [rule for rule in self.rules if isinstance(rule, kind)]
        return found


def read_packs(folders: Iterable[Path]) -> dict[tuple[str, str], ApprovedRules]:
    """By id and hash, every pack of the folders and of their `earlier`, put together with each base that it may have.

    The first folder's file of an id stands above those of later folders. Raises OSError or ValueError.
    """
    found: dict[str, list[Pack]] = {}
    for folder in folders:
        here: dict[str, list[Pack]] = {}
        for path in (*sorted(folder.glob("*.toml")), *sorted((folder / "earlier").glob("*.toml"))):
            pack = Pack.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
            here.setdefault(pack.id, []).append(pack)
        for name, packs in here.items():
            found.setdefault(name, []).extend(packs)
    return {(rules.id, rules.hash): rules for name in found for rules in _together(name, found, _DEEPEST)}


def _together(name: str, found: dict[str, list[Pack]], depth: int) -> Iterator[ApprovedRules]:
    for pack in found.get(name, ()):
        if pack.extends is None:
            yield _merged(pack, _plain(pack), pack.rules)
        elif depth:
            for base in _chains(pack.extends, found, depth - 1):
                yield _joined(pack, base)


def _chains(name: str, found: dict[str, list[Pack]], depth: int) -> Iterator[tuple[Pack, ...]]:
    """A base with what it extends itself, the innermost first."""
    for pack in found.get(name, ()):
        if pack.extends is None:
            yield (pack,)
        elif depth:
            yield from ((*base, pack) for base, pack in product(_chains(pack.extends, found, depth - 1), (pack,)))


def _joined(pack: Pack, bases: tuple[Pack, ...]) -> ApprovedRules:
    plain = _plain(pack)
    for part in ("rules", "duties"):
        whole = [entry for one in (*bases, pack) for entry in _plain(one).get(part, [])]
        if whole:
            plain[part] = whole
    # It is in force while all of it is.
    begins = max(one.effective_from for one in (*bases, pack))
    ends = min((one.effective_to for one in (*bases, pack) if one.effective_to is not None), default=None)
    plain["effective_from"] = begins.isoformat()
    if ends is not None:
        plain["effective_to"] = ends.isoformat()
    pack = pack.model_copy(update={"effective_from": begins, "effective_to": ends})
    return _merged(pack, plain, tuple(rule for one in (*bases, pack) for rule in one.rules))


def _plain(pack: Pack) -> dict[str, Any]:
    body = pack.model_dump(mode="json", exclude_defaults=True)
    return {name: body[name] for name in _HASHED if name in body}


_HASHED = ("id", "version", "effective_from", "effective_to", "rules", "duties")


def _merged(pack: Pack, plain: dict[str, Any], rules: tuple[Rule, ...]) -> ApprovedRules:
    return ApprovedRules(
        pack.id,
        pack.version,
        content_hash(plain),
        pack.effective_from,
        pack.effective_to,
        complete=not pack.requires_overlay,
        rules=rules,
    )
