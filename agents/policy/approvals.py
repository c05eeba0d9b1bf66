"""What people approve, as lines for the file of approvals."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from agents.policy.words.speech import joined
from schemas.policy.approvals import APPROVERS, Approvable


class Hashed(NamedTuple):
    """What is approved, named by what it holds."""

    kind: Approvable
    id: str
    version: str | None
    hash: str
    approved_by: tuple[str, ...]


def approval_lines(hashed: Iterable[Hashed], by: str, on: date) -> Iterator[str]:
    """One approval by one person for each, as TOML: text that `Approvals` reads, ready to be pasted.

    Without a name (``by`` is empty) it is refused until somebody has filled one in: a placeholder would count as a
    person.
    """
    yield f"# {APPROVERS} different people approve each of these, each of them under their own name."
    for one in hashed:
        version = "" if one.version is None else f" {one.version}"
        given = f"approved by {joined(one.approved_by)}" if one.approved_by else "approved by nobody so far"
        yield ""
        yield f"# {one.kind} {one.id}{version}: {given}"
        yield "[[approvals]]"
        yield from (f'{key} = "{value}"' for key, value in (("kind", one.kind), ("id", one.id), ("hash", one.hash)))
        yield f'by = "{_escaped(by)}"'
        yield f"on = {on.isoformat()}"


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')
