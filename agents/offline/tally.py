"""What a simulation comes to: how fast messages leave, who waits for what, what it costs, and why nothing leaves.

Counted as it goes. Kept are a number for each minute in which something leaves and a few words for each account that
was written to or had to wait, which the simulation holds in memory anyway; nothing is kept for each message.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from agents.decisions import Rulebook
from agents.decisions.text.sms import price
from schemas.decisions import Decision
from schemas.messages import AnyMessage, NoticeIssued, Reminder
from schemas.policy.approvals import APPROVERS
from schemas.policy.limits import Gateway
from schemas.stored.accounts import Account
from schemas.values.instants import MINUTE_MS, to_utc

_DEFERRED: Final = "deferred"
_CAP: Final = "CAP_REACHED"
_BAR: Final = 40


class Deferrals(NamedTuple):
    """All deferrals of one code. A wait ends when the account's reason changes: it is sent, blocked, cured …"""

    code: str
    accounts: int
    """How many different ones had to wait."""
    longest_ms: int
    """Of one who waits still: up to the end of the run."""
    waiting: int
    """How many wait still at the end of the run."""


class Tally:
    """The counters of one run."""

    def __init__(self) -> None:
        self.per_minute: Counter[int] = Counter()
        """Epoch minute -> reminders that left in it."""
        self.by: dict[str, Counter[str]] = {name: Counter() for name in ("stage", "tone", "segment", "arm")}
        """Reminders by what they carry; an arm as ``experiment/arm``."""
        self.parts = 0
        """SMS, all told."""
        self.notices: Counter[str] = Counter()
        """Answers to replies, by stage."""
        self.caps: Counter[str] = Counter()
        """Rule of the pack -> how often it made a message or a hand-off wait."""
        self._per_account: Counter[bytes] = Counter()
        self._waited: dict[str, set[bytes]] = {}
        self._longest_ms: Counter[str] = Counter()
        self._open: dict[bytes, tuple[str, int]] = {}

    def message(self, key: bytes, message: AnyMessage, now_ms: int) -> None:
        """One message has left."""
        if isinstance(message, NoticeIssued):
            self.notices[message.stage] += 1
            self.parts += message.parts
        if not isinstance(message, Reminder):
            return
        self.per_minute[now_ms // MINUTE_MS] += 1
        self._per_account[key] += 1
        self.parts += message.parts
        self.by["stage"][message.stage] += 1
        self.by["tone"][message.tone] += 1
        if message.segment is not None:
            self.by["segment"][message.segment] += 1
        if message.arm is not None:
            self.by["arm"][f"{message.experiment}/{message.arm}"] += 1

    def decision(self, decision: Decision) -> None:
        """One decision was taken."""
        if decision.code == _CAP:
            self.caps[decision.rule or _CAP] += 1

    def moved(self, key: bytes, before: Account | None, after: Account | None, now_ms: int) -> None:
        """An account has changed: a wait may begin or end."""
        was = None if before is None else before.reason
        reason = None if after is None else after.reason
        if was == reason:
            return
        if key in self._open:
            code, since_ms = self._open.pop(key)
            self._longest_ms[code] = max(self._longest_ms[code], now_ms - since_ms)
        if reason is not None and reason.outcome == _DEFERRED:
            self._open[key] = (reason.code, now_ms)
            self._waited.setdefault(reason.code, set()).add(key)

    @property
    def reminders(self) -> int:
        """How many left."""
        return self.per_minute.total()

    @property
    def per_account_max(self) -> int:
        """The most that one account got in the whole run."""
        return max(self._per_account.values(), default=0)

    def waits(self, end_ms: int) -> list[Deferrals]:
        """By code, in alphabetical order; the run ended at ``end_ms``."""
        longest_ms, waiting = self._longest_ms.copy(), Counter[str]()
        for code, since_ms in self._open.values():
            longest_ms[code] = max(longest_ms[code], end_ms - since_ms)
            waiting[code] += 1
        return [
            Deferrals(code, len(accounts), longest_ms[code], waiting[code])
            for code, accounts in sorted(self._waited.items())
        ]


def cost(parts: int, gateway: Gateway) -> tuple[Decimal, str] | None:
    """What so many SMS cost, exactly, and in which currency; None where the policy states no price."""
    if gateway.price_per_part is None or gateway.price_currency is None:
        return None
    return price(parts, Decimal(gateway.price_per_part)), gateway.price_currency


def nothing_leaves(rulebook: Rulebook) -> list[str]:
    """Why nobody, or nobody of some language, would be written to under this policy, and then what to do about it."""
    law, found = rulebook.law, []
    if not law.complete:
        found.append(
            f"no reminder leaves: pack {law.pack.id} sends only as part of one that extends it; name that in the policy"
        )
    silent = ", ".join(sorted(set(rulebook.texts) - rulebook.approved_texts))
    if not law.approved:
        found.append(f"no reminder leaves: nobody, or too few people, approved pack {law.pack.id} {law.pack.version}")
    if silent:
        found.append(f"no reminder leaves in {silent}: nobody, or too few people, approved these texts as they are")
    return [*found, _TO_DO] if silent or not law.approved else found


_TO_DO: Final = (
    f"{APPROVERS} different people approve a pack and each language's texts by their hashes, which "
    "`tactful policy hashes` prints; name the file with --approvals or TACTFUL_APPROVALS. "
    "For a trial of what ships, there is examples/approvals.toml in the source"
)


def summary(tally: Tally, rulebook: Rulebook, end_ms: int) -> dict[str, Any]:
    """Everything that was counted, for programs. Waits are in seconds, minutes in UTC, the price a decimal as text."""
    priced = cost(tally.parts, rulebook.policy.gateway)
    return {
        "reminders": {
            "total": tally.reminders,
            "per_account_max": tally.per_account_max,
            **{f"by_{name}": dict(sorted(counts.items())) for name, counts in tally.by.items()},
            "per_minute": {
                f"{to_utc(minute * MINUTE_MS):%Y-%m-%dT%H:%MZ}": n for minute, n in sorted(tally.per_minute.items())
            },
        },
        "notices": dict(sorted(tally.notices.items())),
        "sms": {
            "parts": tally.parts,
            "price": None if priced is None else str(priced[0]),
            "currency": None if priced is None else priced[1],
        },
        "deferred": {
            wait.code: {
                "accounts": wait.accounts,
                "longest_wait_s": wait.longest_ms / 1000,
                "still_waiting": wait.waiting,
            }
            for wait in tally.waits(end_ms)
        },
        "caps_hit": dict(sorted(tally.caps.items())),
        "warnings": nothing_leaves(rulebook),
    }


class Sheet(NamedTuple):
    """A table for people."""

    title: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def sheets(tally: Tally, rulebook: Rulebook, end_ms: int) -> Iterator[Sheet]:
    """Everything that was counted, for people; what did not occur is left out."""
    if tally.reminders or tally.notices:
        yield Sheet("Reminders", ("", "what", "count"), list(_reminders(tally, rulebook.policy.gateway)))
    if tally.reminders:
        yield _busiest(tally, rulebook.policy.lender.zone)
    waits = tally.waits(end_ms)
    if waits:
        rows = [(w.code, f"{w.accounts:,}", _span(w.longest_ms), f"{w.waiting:,}" if w.waiting else "") for w in waits]
        yield Sheet("Deferred", ("code", "accounts", "longest wait", "waiting still"), rows)
    if tally.caps:
        yield Sheet("Caps hit", ("rule", "times"), [(rule, f"{n:,}") for rule, n in sorted(tally.caps.items())])


def _reminders(tally: Tally, gateway: Gateway) -> Iterator[tuple[str, str, str]]:
    for name, counts in tally.by.items():
        for what, count in sorted(counts.items()):
            yield name, what, f"{count:,}"
    for stage, count in sorted(tally.notices.items()):
        yield "notice", stage, f"{count:,}"
    yield "account", "most messages to one", f"{tally.per_account_max:,}"
    yield "SMS", "parts", f"{tally.parts:,}"
    priced = cost(tally.parts, gateway)
    if priced is not None:
        yield "SMS", f"price, {priced[1]}", f"{priced[0]:,}"


def _busiest(tally: Tally, zone: str) -> Sheet:
    """The busiest hour, minute by minute, by the lender's clock."""
    hours: Counter[datetime] = Counter()
    days: Counter[str] = Counter()
    for minute, count in tally.per_minute.items():
        local = _local(minute, zone)
        hours[local.replace(minute=0)] += count
        days[f"{local:%Y-%m-%d}"] += count
    hour, of_hour = hours.most_common(1)[0]
    day, of_day = days.most_common(1)[0]
    minutes = {m: n for m, n in tally.per_minute.items() if _local(m, zone).replace(minute=0) == hour}
    most = max(minutes.values())
    rows = []
    for minute in range(min(minutes), max(minutes) + 1):
        count = minutes.get(minute, 0)
        rows.append((f"{_local(minute, zone):%H:%M}", f"{count:,}", "█" * -(-count * _BAR // most)))
    title = f"Busiest hour ({zone}): {hour:%Y-%m-%d %H}:00, {of_hour:,} reminders; busiest day: {day}, {of_day:,}"
    return Sheet(title, ("minute", "reminders", ""), rows)


def _local(minute: int, zone: str) -> datetime:
    return to_utc(minute * MINUTE_MS).astimezone(ZoneInfo(zone))


def _span(span_ms: int) -> str:
    """Hours, minutes and seconds; days where there are any."""
    minutes, seconds = divmod(span_ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"{f'{days} d ' if days else ''}{hours}:{minutes:02d}:{seconds:02d}"
