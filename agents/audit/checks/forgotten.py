"""FORGOTTEN: overdue above tolerance for longer than the gap, the longest delay and three days, and nothing said.

What speaks for silence is a message, a hand-off, a decision whose reason stands or whose `next` is still to come, or a
reason that the audit finds by itself. The days between count only while none of them does.
"""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Final, NamedTuple

from agents.audit.accounts.ledger import owed
from agents.audit.accounts.person import profiles
from agents.audit.accounts.silences import CaseThen, ended, opted_out, standing
from agents.audit.accounts.words import AuditMoment, Known
from agents.audit.checks.money import LEDGER
from agents.audit.evidence import AccountRecords, AuditedDecision
from agents.audit.findings import AuditTally, Code
from agents.audit.standards.packs import ApprovedRules
from agents.audit.standards.standard import stages_of
from agents.audit.standards.zones import DAY_MS, ms_of, utc
from schemas.cases import AccountReopened, ConsentGiven, DeadLetterDismissed, HoldLifted, PlanEnded
from schemas.facts import RepaymentMissed
from schemas.policy.policies import Policy
from schemas.values.phones import is_fixed_line

SLACK_DAYS: Final = 3
_FOR_EVER: Final = 2**62
_LIFTS: Final = (HoldLifted, ConsentGiven, AccountReopened, PlanEnded, DeadLetterDismissed)
_STANDS: Final = frozenset({"blocked", "handed_off"})


class _Cover(NamedTuple):
    """A time for which something speaks."""

    start_ms: int
    end_ms: int


def check(
    records: AccountRecords,
    policy: Policy,
    pack: ApprovedRules | None,
    until_ms: int,
    gone: frozenset[str],
    tally: AuditTally,
) -> None:
    """Whether the account was forgotten at any time up to ``until_ms``."""
    misses = [told for told in records.facts if isinstance(told.fact, RepaymentMissed)]
    if not misses:
        return
    if records.is_erased or any(role in gone for role in LEDGER):
        tally.skip("forgotten: profile erased" if records.is_erased else "forgotten: older facts are deleted")
        return
    delays = [stage.delay_days for stage in stages_of(policy) if stage.kind == "overdue"]
    days = policy.sending.minimum_gap_days + max(delays, default=0) + SLACK_DAYS
    first_ms = min(told.at.time_ms for told in misses)
    tally.judged["accounts with a debt, for being forgotten"] += 1
    for start_ms, end_ms in _gaps(list(_covers(records)), first_ms, until_ms):
        if end_ms - start_ms > days * DAY_MS:
            _check_gap(records, policy, pack, start_ms, end_ms, days, tally)


def _covers(records: AccountRecords) -> Iterator[_Cover]:
    for message in records.messages:
        yield _Cover(message.issued_ms, message.issued_ms)
    ends = [event.at_ms for event in records.events if event.body.type in ("case.withdrawn", "cycle.closed")]
    for event in records.events:
        if event.body.type == "case.handed-off":
            yield _Cover(event.at_ms, min((at for at in ends if at > event.at_ms), default=_FOR_EVER))
    lifted = [told.at.time_ms for told in records.facts if isinstance(told.fact, _LIFTS)]
    for decided, following in zip_longest(records.decisions, records.decisions[1:]):
        yield _of_decision(decided, following, lifted)


def _of_decision(decided: AuditedDecision, following: AuditedDecision | None, lifted: list[int]) -> _Cover:
    start_ms, body = decided.now_ms, decided.body
    ends = [start_ms]
    if body.until is not None:
        ends.append(ms_of(body.until))
    ends += [_FOR_EVER if plan.at is None else ms_of(plan.at) for plan in body.next]
    if body.outcome in _STANDS and not body.next and body.until is None:
        ends.append(_FOR_EVER)
    end_ms = max(ends)
    if end_ms == _FOR_EVER:
        end_ms = min((at for at in lifted if at > start_ms), default=_FOR_EVER)
    if following is not None and (following.body.next or following.body.outcome in _STANDS):
        end_ms = min(end_ms, following.now_ms)
    return _Cover(start_ms, end_ms)


def _gaps(covers: list[_Cover], first_ms: int, until_ms: int) -> Iterator[tuple[int, int]]:
    at = first_ms
    for cover in sorted(covers):
        if cover.start_ms > at:
            yield at, min(cover.start_ms, until_ms)
        at = max(at, cover.end_ms)
    if at < until_ms:
        yield at, until_ms


def _check_gap(
    records: AccountRecords,
    policy: Policy,
    pack: ApprovedRules | None,
    start_ms: int,
    end_ms: int,
    days: int,
    tally: AuditTally,
) -> None:
    """Whether something was owed for all of a time in which nothing spoke."""
    instants = sorted({start_ms, end_ms, *(told.at.time_ms for told in records.facts)})
    since: int | None = None
    for instant in instants:
        if not start_ms <= instant <= end_ms:
            continue
        reason = _reason(records, policy, pack, instant)
        if since is not None and instant - since > days * DAY_MS:
            tally.find(
                Code.FORGOTTEN, records.account_id, "", instant,
                f"overdue and silent since {utc(since)}, {(instant - since) // DAY_MS} days, {days} are borne",
            )  # fmt: skip
            return
        since = None if reason is not None else (since if since is not None else instant)


def _reason(records: AccountRecords, policy: Policy, pack: ApprovedRules | None, at_ms: int) -> str | None:
    """What speaks for silence at an instant; None where an overdue account waits for no reason."""
    known = Known(records, AuditMoment(at_ms))
    found = owed(known, policy.lender.zone)
    tolerance = min((policy.tolerance_minor.get(currency, 0) for currency in found.currencies), default=0)
    if found.low <= max(tolerance, 0):
        return "nothing owed"
    case = CaseThen(known, policy, pack, 0)
    person = profiles(known)
    if len(person) != 1:
        return "no profile" if not person else "profiles that disagree"
    phone = person[0].fact.phone
    if phone is None or is_fixed_line(phone):
        return "no number"
    if known.unread:
        return "unread"
    if ended(known) is not None or any(standing(case)) or any(opted_out(case, "sms", phone)):
        return "silent by the case file"
    return None
