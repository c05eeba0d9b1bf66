"""What the comparison comes to: counts, and a bounded list of accounts, for people and for programs."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

from agents.offline.comparison.differences import AccountDifference, AccountDifferences, differences
from agents.offline.comparison.store import BothRuns
from agents.offline.tally import Sheet
from schemas.values.instants import to_utc

ACCOUNTS_MAX: Final = 100
"""Accounts that are listed; all are counted."""
DIFFERENCES_MAX: Final = 10
"""Of one listed account."""
EXAMPLES_MAX: Final = 3
SHOWN_MAX: Final = 20
"""Accounts that people are shown."""

_RUNS: Final = ("before", "now")
Row = tuple[str, str, str, str]


class CoreComparison:
    """The counters of one comparison. Kept are sums and the listed accounts, nothing for each of the others."""

    def __init__(self, runs: Iterable[BothRuns]) -> None:
        self.accounts = 0
        """In either run."""
        self.otherwise = 0
        """Accounts that hear something else, or at another time."""
        self.decided_otherwise = 0
        """Accounts that hear the same, decided by other codes or from other facts."""
        self.messages: Counter[Row] = Counter()
        """Kind, change, code before, code now -> messages."""
        self.per_row: Counter[Row] = Counter()
        """The same -> accounts."""
        self.examples: dict[Row, list[str]] = {}
        self.decisions: tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]] = (Counter(), Counter())
        """Outcome and code -> decisions that only the run before took, and only this one."""
        self.refused: tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]] = (Counter(), Counter())
        """Reason and field -> facts that only the run before could not use, and only this one."""
        self.listed: list[AccountDifferences] = []
        for both in runs:
            self._add(differences(both))

    def _add(self, found: AccountDifferences) -> None:
        # Records that nobody could read may tell no account: they are counted, and are none.
        self.accounts += found.account_id != ""
        if found.same:
            return
        if found.messages:
            self.otherwise += 1
        else:
            self.decided_otherwise += found.account_id != ""
        for row, count in Counter(map(_row, found.messages)).items():
            self.messages[row] += count
            self.per_row[row] += 1
            examples = self.examples.setdefault(row, [])
            if len(examples) < EXAMPLES_MAX:
                examples.append(found.account_id)
        for index in range(len(_RUNS)):
            self.decisions[index].update(found.decisions[index])
            self.refused[index].update(found.refused[index])
        if found.messages and len(self.listed) < ACCOUNTS_MAX:
            self.listed.append(found._replace(messages=found.messages[:DIFFERENCES_MAX]))


def _row(found: AccountDifference) -> Row:
    return found.kind, found.change, found.before, found.now


def document(found: CoreComparison) -> dict[str, Any]:
    """For programs. Instants are in UTC, amounts in minor units; accounts are in the order of their ids."""
    return {
        "accounts": found.accounts,
        "treated_otherwise": found.otherwise,
        "decided_otherwise": found.decided_otherwise,
        "messages": [
            {
                **dict(zip(("kind", "change", "code_before", "code_now"), row, strict=True)),
                "messages": count,
                "accounts": found.per_row[row],
                "examples": found.examples[row],
            }
            for row, count in found.messages.most_common()
        ],
        "decisions": _by_run(found.decisions, ("outcome", "code")),
        "refused": _by_run(found.refused, ("reason", "field")),
        "listed": [
            {"account_id": one.account_id, "differences": [_as_json(difference) for difference in one.messages]}
            for one in found.listed
        ],
    }


def _by_run(both: tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]], names: tuple[str, str]) -> list[Any]:
    return [
        {**dict(zip(names, key, strict=True)), "only_before": both[0][key], "only_now": both[1][key]}
        for key in sorted(both[0].keys() | both[1].keys())
    ]


def _as_json(found: AccountDifference) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "stage": found.stage or None,
        "change": found.change,
        "at": to_utc(found.at_ms),
        "code_before": found.before or None,
        "code_now": found.now,
        "detail": found.detail or None,
    }


def sheets(found: CoreComparison) -> Iterator[Sheet]:
    """For people; what did not occur is left out."""
    if found.messages:
        head = ("message", "change", "code before", "code now", "messages", "accounts", "for example")
        yield Sheet(
            "Treated otherwise than by the version before",
            head,
            [
                (*row, f"{count:,}", f"{found.per_row[row]:,}", ", ".join(found.examples[row]))
                for row, count in found.messages.most_common()
            ],
        )
    for title, names, both in (
        ("Decisions of one version only", ("outcome", "code"), found.decisions),
        ("Facts that one version only cannot use", ("reason", "field"), found.refused),
    ):
        if any(both):
            rows = [(*key, f"{both[0][key]:,}", f"{both[1][key]:,}") for key in sorted(both[0].keys() | both[1].keys())]
            yield Sheet(title, (*names, "only before", "only now"), rows)
    if found.listed:
        told = [
            (one.account_id, f"{to_utc(difference.at_ms):%Y-%m-%dT%H:%MZ}", _words(difference))
            for one in found.listed[:SHOWN_MAX]
            for difference in one.messages
        ]
        more = f" (the first {SHOWN_MAX} of {found.otherwise:,})" if found.otherwise > SHOWN_MAX else ""
        yield Sheet(f"Accounts{more}", ("account", "at", "what"), told)


def _words(found: AccountDifference) -> str:
    what = f"{found.kind} {found.stage}".rstrip()
    codes = f"{found.before} -> {found.now}" if found.before else found.now
    return f"{what} {found.change}: {codes}" + (f" ({found.detail})" if found.detail else "")


def verdict(found: CoreComparison) -> str:
    """One line."""
    return (
        f"{found.otherwise:,} of {found.accounts:,} accounts are treated otherwise than by the version before; "
        f"{found.decided_otherwise:,} hear the same by other decisions"
    )
