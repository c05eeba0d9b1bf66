"""Who approved what a borrower reads: packs, texts, the sender, calendars, rules for replies, each by its hash."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from agents.decisions.time.calendars import Calendar
from agents.policy.toml.reading import read_toml
from schemas.policy.approvals import APPROVERS, Approval, Approvals, Approvers, content_hash, person
from schemas.policy.packs import Pack, WindowRule
from schemas.policy.policies import Policy
from streams.clock import SystemClock

_AHEAD: Final = timedelta(hours=14)
"""So far ahead of UTC is the day where it begins first: today anywhere counts as today."""
_CLAIMS: Final = {"collections_allowed", "signature_registered", "templates_registered", "callback_whitelisted"}


class Given(NamedTuple):
    """The approvals of a file: those that count, and sentences about the others."""

    approvals: Approvals
    left_out: tuple[str, ...] = ()


def load_approvals(
    path: Path | None, faults: list[str], approvers: Path | None = None, today: date | None = None
) -> Approvals:
    """All approvals of a file that count. Without one nobody has approved anything.

    ``approvers`` is the list of those who may approve; without it two spellings of one name, which would pass for two
    people, are a fault. ``today`` is the wall clock's day, also in a replay: an approval of a later one does not count.
    """
    return read_approvals(path, faults, approvers, today).approvals


def read_approvals(
    path: Path | None, faults: list[str], approvers: Path | None = None, today: date | None = None
) -> Given:
    """As `load_approvals`, and what does not count."""
    if path is None:
        return Given(Approvals())
    given = read_toml(path, Approvals, faults) or Approvals()
    if approvers is None:
        faults += [f"{path.name}: {line}" for line in _doubles(given)]
        listed = None
    else:
        known = read_toml(approvers, Approvers, faults)
        listed = frozenset() if known is None else frozenset(known.ids)
    last = today or (datetime.fromtimestamp(SystemClock().now_ms() / 1000, UTC) + _AHEAD).date()
    kept, left_out = [], []
    for approval in given.approvals:
        doubt = _doubt(approval, listed, last)
        if doubt is None:
            kept.append(approval)
        else:
            left_out.append(f"{approval.kind} {approval.id}: the approval by {approval.by!r} does not count: {doubt}")
    return Given(Approvals(approvals=tuple(kept)), tuple(dict.fromkeys(left_out)))


def _doubles(given: Approvals) -> Iterator[str]:
    spelt: dict[str, str] = {}
    for approval in given.approvals:
        first = spelt.setdefault(person(approval.by), approval.by)
        if first != approval.by:
            yield f"one person under two names: {first!r} and {approval.by!r}"


def _doubt(approval: Approval, listed: frozenset[str] | None, today: date) -> str | None:
    if listed is not None and approval.by not in listed:
        return "not in the list of approvers"
    return f"{approval.on} is still to come" if approval.on > today else None


def sender_hash(policy: Policy) -> str:
    """What an approval of a policy's sender names: who writes, what the contract allows, and what is offered."""
    return content_hash(
        {
            "lender": policy.lender.model_dump(mode="json", exclude_defaults=True),
            "gateway": policy.gateway.model_dump(mode="json", include=_CLAIMS),
            "offers": {code: offer.model_dump(mode="json") for code, offer in policy.offers.items()},
        }
    )


def calendar_hash(calendar: Calendar) -> str:
    """What an approval of a calendar names: its days and years, whichever library told them."""
    return content_hash(
        {
            "holidays": sorted(map(str, calendar.holidays)),
            "worked": sorted(map(str, calendar.worked)),
            "confirmed": sorted(calendar.confirmed),
        }
    )


def calendars_of(pack: Pack, calendars: Mapping[str, Calendar]) -> dict[str, Calendar]:
    """Those that the pack's windows count by."""
    asked = {rule.calendar for rule in pack.rules if isinstance(rule, WindowRule)}
    return {name: calendar for name, calendar in calendars.items() if name in asked}


def unapproved_around(
    policy: Policy, pack: Pack, calendars: Mapping[str, Calendar], given: Approvals
) -> tuple[str, ...]:
    """Codes of what stands around pack and texts and is not approved; none for a file that knows no senders."""
    if not given.names_senders:
        return ()
    found = []
    if len(given.people("sender", policy.id, sender_hash(policy))) < APPROVERS:
        found.append("SENDER_NOT_APPROVED")
    for name, calendar in calendars_of(pack, calendars).items():
        if len(given.people("calendar", name, calendar_hash(calendar))) < APPROVERS:
            found.append("CALENDAR_NOT_APPROVED")
    return tuple(dict.fromkeys(found))
