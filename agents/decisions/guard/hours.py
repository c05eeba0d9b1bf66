"""When a message may leave, and when it is meant to: permitted hours first, then the person's own, then the pace.

The permitted hours are law and nothing else comes in their place. Within them a message is planned for the hour that
suits the person, and what falls due at an opening is spread, so that a million do not leave in one second.
"""

from typing import Final, NamedTuple

import phonenumbers
from phonenumbers import timezone as number_zones

from agents.decisions.guard.pacing import PACED
from agents.decisions.policy.rulebook import Rulebook
from agents.decisions.policy.segments import Treatment
from agents.decisions.time import windows
from agents.decisions.time.wall_clock import is_zone
from agents.decisions.time.windows import Closed, Open
from schemas.stored.accounts import Account, Profile
from schemas.values.identity import share
from schemas.values.instants import MINUTE_MS, local_minute

PREFERRED: Final = "PREFERRED_HOURS"
_HOUR: Final = 60
_NUMBER_ZONES_MAX: Final = 4
"""A number that may be in more zones says nothing of where the person is."""
_FIRST: Final = ((30, 0.25), (15, 0.5), (7, 0.75), (1, 1.0))
"""From so many days past due on, a message leaves within this part of the spread."""
_RANK_MS: Final = 160
"""Within the second before an instant those of a rank come before those of the next: the instant's tick takes them in
that order. All ranks together are shorter than a second."""
_SECOND_MS: Final = 1_000


class Plan(NamedTuple):
    """When a message is meant to leave, and why not before."""

    at_ms: int
    why: str = PACED


def borrower_zone(account: Account, rulebook: Rulebook) -> str:
    """The zone in which days and gaps count; the lender's while the borrower's is unknown (and nothing is sent)."""
    profile = account.profile
    return profile.zone if profile is not None and is_zone(profile.zone) else rulebook.policy.lender.zone


def _zones(account: Account, rulebook: Rulebook) -> tuple[str, ...]:
    """The zones in which the hours must be permitted, the borrower's own first."""
    own = account.profile.zone if account.profile is not None else rulebook.policy.lender.zone
    if not rulebook.rules.zones:
        return (own,)
    found = [own]
    for rule in rulebook.rules.zones:
        found += rule.also
        if rule.all_known and account.profile is not None:
            found += (*account.profile.other_zones, *_zones_of_number(account.profile))
    return tuple(dict.fromkeys(found))


def _zones_of_number(profile: Profile) -> tuple[str, ...]:
    """Where the number's area is, as far as its digits tell."""
    if profile.phone is None:
        return ()
    known = number_zones.time_zones_for_number(phonenumbers.parse(profile.phone))
    return known if len(known) <= _NUMBER_ZONES_MAX and "Etc/Unknown" not in known else ()


def _agreed(account: Account) -> tuple[int, int] | None:
    """Hours that may stand in a rule's place: agreed to, with evidence."""
    profile = account.profile
    return profile.agreed if profile is not None and profile.agreed_with is not None else None


def _narrow(account: Account, rulebook: Rulebook) -> tuple[int, int] | None:
    """Hours that the person asked for, where the pack keeps them."""
    return account.profile.agreed if rulebook.rules.agreed_hours and account.profile is not None else None


def open_at(account: Account, rulebook: Rulebook, instant_ms: int) -> Open | Closed:
    """The permitted stretch that is open at the instant, or the next one."""
    zones = _zones(account, rulebook)
    return windows.next_open(rulebook.hours, zones, instant_ms, _agreed(account), _narrow(account, rulebook))


def closed_by(account: Account, rulebook: Rulebook, instant_ms: int) -> str | None:
    """The rule of the pack that closes this instant; None where the policy's own hours do."""
    zones, narrow = _zones(account, rulebook), _narrow(account, rulebook)
    found = windows.closed_by(rulebook.hours, zones, instant_ms, _agreed(account), narrow)
    if found or narrow is None:
        return found or None
    # Its own hours, or the ones that the person asked for: those are told by being open without them.
    alone = windows.closed_by(rulebook.hours, zones, instant_ms, _agreed(account), None)
    return rulebook.rules.agreed_hours[0].id if alone is None else None


def _preferred(account: Account, rulebook: Rulebook, treatment: Treatment) -> tuple[int, int] | None:
    segment = treatment.segment
    if segment is None or _narrow(account, rulebook) is not None:
        return None
    if segment.preferred_hours is not None:
        return segment.preferred_hours.start_minute, segment.preferred_hours.end_minute
    if not segment.hours_of_payments:
        return None
    zone = borrower_zone(account, rulebook)
    minutes = sorted(local_minute(zone, payment.booked_ms) for payment in account.payments if payment.booked_ms)
    if not minutes:
        return None
    start = minutes[len(minutes) // 2] // _HOUR * _HOUR
    return start, start + _HOUR


def plan(account: Account, rulebook: Rulebook, treatment: Treatment, from_ms: int, dpd: int) -> Plan:
    """When a message that is due from an instant on is meant to leave, as the hours are known now."""
    opening = open_at(account, rulebook, from_ms)
    if isinstance(opening, Closed):
        return Plan(from_ms)
    start_ms, why = opening.start_ms, PACED
    wanted = _preferred(account, rulebook, treatment)
    if wanted is not None:
        zones = _zones(account, rulebook)
        better = windows.next_open(rulebook.hours, zones, from_ms, _agreed(account), wanted)
        # A wish is kept where the same stretch of permitted hours allows it, and never costs a day.
        if isinstance(better, Open) and better.start_ms < opening.end_ms:
            start_ms, why = better.start_ms, PREFERRED
    if rulebook.policy.pacing is None or start_ms <= from_ms:
        return Plan(start_ms, why)
    room_ms = max(0, opening.end_ms - start_ms - 2 * _SECOND_MS)
    return Plan(max(from_ms, start_ms + _spread_ms(account, rulebook.policy.pacing.spread_minutes, dpd, room_ms)), why)


def _spread_ms(account: Account, spread_minutes: int, dpd: int, room_ms: int) -> int:
    """The account's own place after an opening: earlier for what waited already and for older debts."""
    waited = account.reason is not None and account.reason[1] == "deferred"
    older = next((rank for rank, (days, _) in enumerate(_FIRST) if dpd >= days), len(_FIRST))
    rank, part = (0, _FIRST[0][1]) if waited else (older + 1, _FIRST[min(older, len(_FIRST) - 1)][1])
    span_ms = int(min(spread_minutes * MINUTE_MS, room_ms) * part) + _RANK_MS
    return rank * _RANK_MS - _SECOND_MS + share(account.account_id, span_ms)
