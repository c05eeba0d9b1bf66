"""The verdict of the verifier: what is missing, extra, doubled, contradicting, forgotten, or was sent after paying."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from agents.deadletters.letters import read_letter
from agents.decisions import Versions
from agents.reminders.outgoing import Envelope
from agents.verifier.history import AccountHistory, histories, plain
from agents.verifier.recompute import Recomputed, Replayer
from agents.verifier.recount import recount
from agents.verifier.terms import Terms
from streams import roles
from streams.cluster.whole_logs import LoggedRecord
from streams.settings import Settings
from streams.transport.controls.controls import ControlRecord

_EXAMPLES = 5


class VerifierReport(NamedTuple):
    """Counts, each with some accounts as examples."""

    accounts: int
    messages: int
    decisions: int
    faults: dict[str, int]
    """missing, extra, doubled, contradicting, decisions that differ, forgotten, neither used nor put aside, not
    readable, sent with payment known, payment overlooked."""
    raced: int
    told_before: tuple[str, ...]
    """Accounts, of the raced: by the source's own time the payment was overlooked, but that may not be the bus's."""
    by_another_core: int
    """Accounts of which another revision of the rules has decided something: they are not recomputed."""
    erased: int
    """Accounts whose person was erased: what they were decided by is gone, so they are not recomputed either."""
    examples: dict[str, list[str]]

    @property
    def clean(self) -> bool:
        """True when nothing is wrong. A raced reminder is no fault: it was not knowable, and is recalled."""
        return not any(self.faults.values())


def verify(
    records: Iterable[LoggedRecord],
    controls: Iterable[ControlRecord],
    settings: Settings,
    versions: Versions,
    applied: Mapping[int, Mapping[str, int]],
    ticked_ms: Mapping[int, int],
) -> VerifierReport:
    """Recompute every account and compare.

    ``applied``: partition -> role -> how far the group has committed; ``ticked_ms``: partition -> the instant up to
    which its ticks are done.
    """
    topic_roles = {name: role for role, name in settings.topics.items()}
    kept = list(_of_ours(records, topic_roles))
    envelope, terms = Envelope(versions.latest.namespace), Terms(settings, controls)
    faults: Counter[str] = Counter()
    examples: dict[str, list[str]] = {}
    found = histories(kept, settings)
    for key, history in found.accounts.items():
        if history.by_another_core or history.erased:
            continue
        part, name = history.partition, key.decode(errors="replace")
        again = Replayer(name, versions, history, terms).run(applied.get(part, {}), ticked_ms.get(part, 0))
        for fault, count in _differences(history, again, envelope).items():
            faults[fault] += count
            examples.setdefault(fault, [])
            if len(examples[fault]) < _EXAMPLES:
                examples[fault].append(name)
    lost = [record for record in found.open if record.offset < applied.get(record.partition, {}).get(record.role, 0)]
    for fault, strange in (("neither used nor put aside", lost), ("not readable", found.unreadable)):
        if strange:
            faults[fault] = len(strange)
            examples[fault] = [f"{r.role}/{r.partition}/{r.offset}" for r in strange[:_EXAMPLES]]
    unread = {*found.open, *found.unreadable}
    max_age_ms = settings.barrier_sample_max_age_ms if settings.clock == "system" else None
    counted = recount((record for record in kept if record not in unread), topic_roles, max_age_ms)
    faults["sent with payment known"] = counted.sent_with_payment_known
    if counted.overlooked:
        faults["payment overlooked"] = len(counted.overlooked)
        examples["payment overlooked"] = list(counted.overlooked[:_EXAMPLES])
    accounts = found.accounts.values()
    return VerifierReport(
        accounts=len(accounts),
        messages=sum(len(history.messages) for history in accounts),
        decisions=sum(len(moment.decisions) for history in accounts for moment in history.moments),
        faults={name: faults[name] for name in sorted(faults) if faults[name]},
        raced=counted.raced,
        told_before=counted.told_before,
        by_another_core=sum(history.by_another_core for history in accounts),
        erased=sum(history.erased for history in accounts),
        examples=examples,
    )


def _of_ours(records: Iterable[LoggedRecord], topic_roles: Mapping[str, str]) -> Iterator[LoggedRecord]:
    """All but the dead letters of the intake: their originals lie on the bank's own topics."""
    for record in records:
        letter = read_letter(record, topic_roles) if record.role == roles.REMINDER_DEAD_LETTERS else None
        if letter is None or not letter.foreign:
            yield record


def _differences(history: AccountHistory, again: Recomputed, envelope: Envelope) -> Counter[str]:
    found: Counter[str] = Counter()
    expected = [envelope.message(message).value for message in again.messages]
    actual = [message.value or b"" for message in history.messages]
    if expected != actual:
        found += _compare_messages(expected, actual)
    recorded = [decision for moment in history.moments for decision in moment.decisions]
    if [plain(json.loads(envelope.decision(d).value)) for d in again.decisions] != recorded:
        found["decisions that differ"] += 1
    found["forgotten"] += again.forgotten_since_ms is not None
    return +found


def _compare_messages(expected: list[bytes], actual: list[bytes]) -> Counter[str]:
    found: Counter[str] = Counter()
    wanted, left = Counter(expected), Counter(actual)
    missing, extra = list((wanted - left).elements()), list((left - wanted).elements())
    by_name = Counter(_name(value) for value in missing)
    for value in extra:
        if wanted[value]:
            found["doubled"] += 1
        elif by_name[_name(value)]:
            by_name[_name(value)] -= 1
            found["contradicting"] += 1
        else:
            found["extra"] += 1
    found["missing"] += by_name.total()
    if not found:
        found["out of order"] += 1
    return found


def _name(value: bytes) -> tuple[Any, ...]:
    body = json.loads(value)
    return body["type"], body.get("reminder_id") or body["cycle_id"]
