"""Who approved what, by the hash of exactly that."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Final

from schemas.policy.approvals import APPROVERS, Approvals, Approvers, person

ANSWERS_MAX: Final = 10_000
"""Answers kept: what messages name may be anything."""


class Signatures:
    """The approvals of a lender, and who may give them at all."""

    def __init__(self, approvals: Path | None, approvers: Path | None) -> None:
        """Raises OSError or ValueError where a file is none."""
        given = Approvals() if approvals is None else Approvals.model_validate(_toml(approvals))
        self._may = None if approvers is None else frozenset(Approvers.model_validate(_toml(approvers)).ids)
        self._all = given.approvals
        self._asked: dict[tuple[str, str, str, date | None], bool] = {}
        self.of_senders = given.names_senders
        """Whether senders, calendars and the rules for replies need their own approvals, too."""

    def approved(self, kind: str, subject: str, digest: str, on: date | None) -> bool:
        """Whether two people had approved it, by that day where one is given."""
        asked = (kind, subject, digest, on)
        if asked not in self._asked:
            if len(self._asked) >= ANSWERS_MAX:
                self._asked.clear()
            self._asked[asked] = self._ask(kind, subject, digest, on)
        return self._asked[asked]

    def _ask(self, kind: str, subject: str, digest: str, on: date | None) -> bool:
        people = {
            person(given.by)
            for given in self._all
            if (given.kind, given.id, given.hash) == (kind, subject, digest)
            and (on is None or given.on <= on)
            and (self._may is None or given.by in self._may)
        }
        return len(people) >= APPROVERS


def _toml(path: Path) -> dict[str, object]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
