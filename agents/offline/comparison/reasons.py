"""Why a run said or did not say something at an instant: the code of the decision that counted then.

The last decision of an account counts until the next one. Where it said that something else comes next and that
instant has passed without a word, nothing was due any more: a debt that is open always leaves a reason. Then the
newest word of this run that the other one does not have is told, be it one that lost (`IGNORED_…`).
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from agents.offline.comparison.lines import Decided, Entry, PutAside

NOTHING_DUE: Final = "nothing due"
"""No code: nothing was owed above the tolerance, so nothing was decided."""
_SENT: Final = "sent"
_UNREAD: Final = "UNREAD_FACT"


def is_treatment(decided: Decided) -> bool:
    """False for what tells more of the same treatment: what comes next, and words that do not count."""
    return decided.code != "PLANNED" and not decided.code.startswith("IGNORED_")


class Reasons:
    """The decisions of one run about one account, and what only this run decided or put aside."""

    def __init__(self, own: Sequence[Entry], other: Sequence[Entry]) -> None:
        self._decided = [entry for entry in own if isinstance(entry, Decided)]
        elsewhere = Counter(_key(entry) for entry in other if isinstance(entry, Decided))
        self._own_only = []
        for decided in self._decided:
            if elsewhere[_key(decided)]:
                elsewhere[_key(decided)] -= 1
            elif decided.code != "PLANNED" and decided.outcome != _SENT:
                self._own_only.append(decided)
        known = {(entry.input, entry.digest) for entry in other if isinstance(entry, PutAside)}
        refused = (entry for entry in own if isinstance(entry, PutAside) and (entry.input, entry.digest) not in known)
        self._refused = sorted({f"{entry.reason} {entry.field}".rstrip() for entry in refused})

    def at(self, at_ms: int, stage: str) -> str:
        """The code that counted at an instant, or in plain words that nothing was due."""
        code = self._code(at_ms, stage)
        if code == _UNREAD and self._refused:
            return ", ".join(self._refused)
        if code:
            return code
        own = [decided.code for decided in self._own_only if decided.at_ms <= at_ms]
        return own[-1] if own else NOTHING_DUE

    def _code(self, at_ms: int, stage: str) -> str:
        until = [decided for decided in self._decided if decided.at_ms <= at_ms]
        then = [decided for decided in until if decided.at_ms == at_ms and is_treatment(decided)]
        of_stage = [decided for decided in then if decided.stage == stage]
        if of_stage or then:
            return (of_stage or then)[-1].code
        if not until:
            return ""
        last = until[-1]
        for planned in last.next:
            if planned.at_ms is None or planned.at_ms > at_ms:
                return planned.code
        return "" if last.next or not is_treatment(last) else last.code


def _key(decided: Decided) -> tuple[int, str, str, str]:
    return decided.at_ms, decided.outcome, decided.code, decided.stage
