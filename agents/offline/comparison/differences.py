"""What one account hears otherwise: messages of the two runs in pairs, and what is left over."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from agents.offline.comparison.lines import REMINDER, Decided, Entry, Left, PutAside
from agents.offline.comparison.reasons import Reasons, is_treatment
from agents.offline.comparison.store import BothRuns

LEAVES_NOW: Final = "leaves now"
NO_LONGER: Final = "no longer leaves"
ANOTHER_TEXT: Final = "another text"

Named: TypeAlias = Sequence[tuple[Hashable, tuple[str, str]]]
"""What is compared, each with the name under which it is counted."""


class AccountDifference(NamedTuple):
    """One message that one run has and the other has not, or not so."""

    kind: str
    stage: str
    change: str
    at_ms: int
    """When it leaves now; or left before, where it no longer does."""
    before: str
    """The code that counted before; empty where it says no more than that the message left."""
    now: str
    """The code that counts now."""
    detail: str = ""
    """The amount before and the amount now, where it is another one."""


class AccountDifferences(NamedTuple):
    """All that is otherwise about one account."""

    account_id: str
    messages: list[AccountDifference]
    decisions: tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]
    """Outcome and code of decisions that only one of the runs took: before, now."""
    refused: tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]
    """Reason and field of facts that only one of the runs could not use: before, now."""

    @property
    def same(self) -> bool:
        """Whether nothing is otherwise."""
        return not (self.messages or any(self.decisions) or any(self.refused))


def differences(runs: BothRuns) -> AccountDifferences:
    """Compare both runs of one account."""
    reasons = Reasons(runs.before, runs.now), Reasons(runs.now, runs.before)
    return AccountDifferences(
        runs.account_id,
        sorted(_messages(runs, *reasons), key=lambda found: found.at_ms),
        _only(_decided(runs.before), _decided(runs.now)),
        _only(_put_aside(runs.before), _put_aside(runs.now)),
    )


def _messages(runs: BothRuns, before: Reasons, now: Reasons) -> Iterator[AccountDifference]:
    earlier, later = _left(runs.before), _left(runs.now)
    counts = Counter(earlier), Counter(later)
    waiting: dict[tuple[str, str, str, int], list[Left]] = defaultdict(list)
    for left in _without(earlier, counts[1]):
        waiting[left.name].append(left)
    for left in _without(later, counts[0]):
        if waiting[left.name]:
            yield _changed(waiting[left.name].pop(0), left, before, now)
        else:
            was = before.at(left.at_ms, left.stage) if left.kind == REMINDER else ""
            yield AccountDifference(left.kind, left.stage, LEAVES_NOW, left.at_ms, was, _own_code(left, now))
    for left in (left for same_name in waiting.values() for left in same_name):
        yield AccountDifference(left.kind, left.stage, NO_LONGER, left.at_ms, "", now.at(left.at_ms, left.stage))


def _changed(was: Left, left: Left, before: Reasons, now: Reasons) -> AccountDifference:
    aspects = [
        (name, f"{old} -> {new}")
        for name, old, new in (
            ("amount", was.amount_minor, left.amount_minor),
            ("instant", was.at_ms, left.at_ms),
            ("reason", was.reason, left.reason),
        )
        if old != new
    ]
    change = f"another {' and '.join(name for name, _ in aspects)}" if aspects else ANOTHER_TEXT
    detail = next((text for name, text in aspects if name == "amount"), "")
    # What the account hears later or earlier is explained by what counted when it heard it before.
    code = now.at(min(was.at_ms, left.at_ms), left.stage)
    return AccountDifference(left.kind, left.stage, change, left.at_ms, _own_code(was, before), code, detail)


def _own_code(left: Left, reasons: Reasons) -> str:
    return left.reason or reasons.at(left.at_ms, left.stage)


def _left(entries: Sequence[Entry]) -> list[Left]:
    return [entry for entry in entries if isinstance(entry, Left)]


def _without(left: Iterable[Left], others: Counter[Left]) -> Iterator[Left]:
    remaining = others.copy()
    for one in left:
        if remaining[one]:
            remaining[one] -= 1
        else:
            yield one


def _decided(entries: Sequence[Entry]) -> Named:
    decided = (entry for entry in entries if isinstance(entry, Decided) and is_treatment(entry))
    return [((one.at_ms, one.outcome, one.code, one.stage), (one.outcome, one.code)) for one in decided]


def _put_aside(entries: Sequence[Entry]) -> Named:
    refused = (entry for entry in entries if isinstance(entry, PutAside))
    return [((one.input, one.digest), (one.reason, one.field)) for one in refused]


def _only(before: Named, now: Named) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """What has no equal in the other run, by its name."""
    return _lacking(before, now), _lacking(now, before)


def _lacking(these: Named, others: Named) -> Counter[tuple[str, str]]:
    remaining, found = Counter(key for key, _ in others), Counter[tuple[str, str]]()
    for key, name in these:
        if remaining[key]:
            remaining[key] -= 1
        else:
            found[name] += 1
    return found
