"""Approvals: which people looked at exactly what a borrower reads, and at the rules that stand in front of it.

A person is told apart by a list outside of the file that they sign (`Approvers`): no comparison of spellings can do it.
Without such a list names are compared as far as they can be.
"""

import json
import unicodedata
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from schemas.facts import Code
from schemas.values.file_data import FileData

APPROVERS: Final = 2
"""So many different people must have approved a thing before anything leaves by it."""
Approvable = Literal["pack", "texts", "notices", "sender", "calendar", "replies"]
"""``sender``: a policy's lender, what the gateway's contract is said to allow, and the offers; ``calendar``: its days;
``replies``: the rules by which a language's replies are read."""


_HASH_CHARS: Final = 32


def content_hash(content: Mapping[str, Any], *, in_order: bool = False) -> str:
    """What an approval names: 32 hexadecimal digits over plain data, whatever its layout.

    ``in_order``: the order of its fields counts, too.
    """
    plain = json.dumps(content, sort_keys=not in_order, separators=(",", ":"), ensure_ascii=False)
    return sha256(plain.encode()).hexdigest()[:_HASH_CHARS]


def person(name: str) -> str:
    """A name without what tells nobody apart: case, spaces, compatibility forms and characters that are not seen."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in plain if unicodedata.category(char) not in {"Cf", "Zs", "Cc"})


class Approval(FileData):
    """A named person approves exactly what has this hash: a changed word needs a new approval."""

    kind: Approvable
    id: Code
    hash: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    by: Annotated[str, Field(max_length=80, pattern=r"^\S.*\S$")]
    on: date
    """A day to come does not count yet."""


class Approvals(FileData):
    """All approvals that a lender has given."""

    approvals: tuple[Approval, ...] = ()

    def people(self, kind: str, subject: str, digest: str) -> tuple[str, ...]:
        """Who approved it, each once however the name is spelt, in alphabetical order."""
        given = {person(a.by): a.by for a in self.approvals if (a.kind, a.id, a.hash) == (kind, subject, digest)}
        return tuple(sorted(given.values()))

    @property
    def names_senders(self) -> bool:
        """Whether it was written since senders and calendars are approved, too."""
        return any(approval.kind == "sender" for approval in self.approvals)


ApproverId = Annotated[str, Field(pattern=r"^[!-~]([ -~]{0,78}[!-~])$")]
"""Printable ASCII: two people whose ids differ are seen to differ."""


class Approvers(FileData):
    """Who may approve at all: a file that those who write approvals cannot write."""

    ids: Annotated[tuple[ApproverId, ...], Field(min_length=1, max_length=256)]

    @model_validator(mode="after")
    def _apart(self) -> Self:
        seen: dict[str, str] = {}
        for name in self.ids:
            first = seen.setdefault("".join(filter(str.isalnum, name.casefold())), name)
            if first is not name:
                raise ValueError(f"ids that are hardly told apart: {first!r} and {name!r}")
        return self
