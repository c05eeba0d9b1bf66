"""CLOSED_HOUR, CALENDAR, LIFE: the hours of pack and policy on the wall clocks that count."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

from phonenumbers import PhoneNumber
from phonenumbers import timezone as areas

from agents.audit.checks.asking import AuditQuestion
from agents.audit.findings import Code
from agents.audit.standards.zones import MINUTE_MS, shown, utc, wall_clock
from schemas.cases import PromiseMade, ReplyReceived
from schemas.policy.packs import DAYS, AgreedHoursRule, FreshnessRule, WindowRule, ZoneRule, minute_of
from schemas.values.phones import possible

_DAY: Final = 1440
ANSWER_MINUTES: Final = 5


def check(q: AuditQuestion) -> None:
    """The hour at which it left, and at which it expires."""
    if q.message.body.is_notice:
        _check_answer(q)
        return
    if q.profile is None:
        q.tally.skip("hours: no profile known")
    else:
        for fault in _closed(q, q.now_ms):
            q.tally.of(q.message, Code.CLOSED_HOUR, *fault, q.profile.at.place)
        _check_calendars(q)
    _check_life(q)


def zones_of(q: AuditQuestion) -> list[str]:
    """The zones in which the hours must be permitted, the borrower's own first."""
    found = [q.person.zone]
    for rule in () if q.pack is None else q.pack.of(ZoneRule):
        found += rule.also
        if rule.all_known:
            found += [*q.person.other_zones, *_area(q.message.body.recipient.phone)]
    return list(dict.fromkeys(found))


@lru_cache(maxsize=4_096)
def _area(phone: str) -> tuple[str, ...]:
    """The zone of a number's area, where it has one."""
    number: PhoneNumber | None = possible(phone)
    zones = () if number is None else areas.time_zones_for_number(number)
    return tuple(zones) if len(zones) == 1 and zones[0] != "Etc/Unknown" else ()


def _closed(q: AuditQuestion, instant_ms: int) -> Iterator[tuple[str, ...]]:
    hours = q.policy.hours
    agreed = q.person.agreed_hours
    windows = [] if q.pack is None else q.pack.of(WindowRule)
    for number, zone in enumerate(zones_of(q)):
        minute = minute_at(zone, instant_ms)
        if number == 0 and not hours.start_minute <= minute < hours.end_minute:
            yield ("policy.hours", shown(zone, instant_ms))
        for rule in windows:
            if rule.override is not None and agreed is not None and agreed.evidence_id is not None:
                if number == 0 and not _within(agreed, minute):
                    yield (rule.id, "hours that the person agreed to", shown(zone, instant_ms))
            elif not is_open(q, rule, zone, instant_ms):
                yield (rule.id, shown(zone, instant_ms))
        if number == 0 and agreed is not None and q.pack is not None:
            for keeps in q.pack.of(AgreedHoursRule):
                if not _within(agreed, minute):
                    yield (keeps.id, shown(zone, instant_ms))


def minute_at(zone: str, instant_ms: int) -> int:
    """Minutes after midnight on the wall clock."""
    local = wall_clock(zone, instant_ms)
    return local.hour * 60 + local.minute


def _within(agreed: Any, minute: int) -> bool:
    start, end = minute_of(agreed.start), minute_of(agreed.end)
    return start <= minute < end if start < end else minute >= start or minute < end


def is_open(q: AuditQuestion, rule: WindowRule, zone: str, instant_ms: int) -> bool:
    """Whether one of the rule's openings is open there; one that goes over midnight belongs to the day it starts on."""
    local = wall_clock(zone, instant_ms)
    minute, today = local.hour * 60 + local.minute, local.date()
    for opening in rule.openings:
        start, end = minute_of(opening.start), minute_of(opening.end)
        if start < end:
            if start <= minute < end and _weekday(q, rule, today) in opening.days:
                return True
        elif (minute >= start and _weekday(q, rule, today) in opening.days) or (
            minute < end and _weekday(q, rule, today - timedelta(days=1)) in opening.days
        ):
            return True
    return False


def _weekday(q: AuditQuestion, rule: WindowRule, day: date) -> str:
    calendar = q.standard.calendars.get(rule.calendar or "")
    if calendar is None:
        return DAYS[day.weekday()]
    if day in calendar.closed and rule.holidays == "deny":
        return "holiday"
    return "mon" if day in calendar.worked else DAYS[day.weekday()]


def _check_calendars(q: AuditQuestion) -> None:
    for rule in () if q.pack is None else q.pack.of(WindowRule):
        if rule.calendar is None:
            continue
        calendar = q.standard.calendars.get(rule.calendar)
        for zone in zones_of(q):
            year = wall_clock(zone, q.now_ms).year
            if calendar is None or year not in calendar.confirmed:
                q.tally.of(q.message, Code.CALENDAR, rule.id, f"{rule.calendar} {year}")


def _check_life(q: AuditQuestion) -> None:
    message, sending = q.message, q.policy.sending
    minutes = [sending.freshness_minutes]
    minutes += [] if q.pack is None else [rule.max_age_minutes for rule in q.pack.of(FreshnessRule)]
    life_ms = message.expires_ms - message.issued_ms
    if not 0 < life_ms <= min(minutes) * MINUTE_MS:
        q.tally.of(message, Code.LIFE, f"expires {utc(message.expires_ms)}", f"at most {min(minutes)} minutes")
    elif q.profile is not None and not any(_closed(q, q.now_ms)):
        end_ms = message.expires_ms + sending.window_margin_minutes * MINUTE_MS - 1
        for fault in _closed(q, end_ms):
            q.tally.of(message, Code.LIFE, f"expires {utc(message.expires_ms)}", *fault)
            break


def _check_answer(q: AuditQuestion) -> None:
    body = q.message.body
    said = [
        told
        for told in (*q.known.of(ReplyReceived), *q.known.of(PromiseMade))
        if body.answers in (getattr(told.fact, "reply_id", None), getattr(told.fact, "promise_id", None))
    ]
    if not any(told.fact.answer for told in said):
        q.tally.of(q.message, Code.NOT_OWED, f"no reply {body.answers} that awaits an answer")
        return
    heard_ms = max(told.at.time_ms for told in said)
    if q.message.expires_ms > heard_ms + ANSWER_MINUTES * MINUTE_MS:
        q.tally.of(q.message, Code.LIFE, f"expires {utc(q.message.expires_ms)}", f"heard {utc(heard_ms)}")
