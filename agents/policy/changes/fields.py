"""Changes of single values: hours, sending, grace days, replies, hand-off, lender, pacing, gateway."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

from agents.policy.changes.changes import LOOSER, STRICTER, Change, ChangeScope, tendency
from agents.policy.words.speech import count, days, joined, money
from schemas.policy.limits import Pacing
from schemas.policy.policies import HandOff, Policy


class _Field(NamedTuple):
    path: str
    """From the policy on; its first step is what the change is about."""
    says: str
    """``{new}`` and ``{old}`` are the values in words."""
    words: Callable[[Any], str] = str
    stricter: Literal["more", "less", ""] = ""
    reach: ChangeScope = ChangeScope.cycles


def _minutes(number: int) -> str:
    return count(number, "minute")


def _hours(number: int) -> str:
    return count(number, "hour")


def _parts(number: int) -> str:
    return count(number, "part")


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _given(value: object) -> str:
    return "none" if value is None else str(value)


_FIELDS: Final = (
    _Field("pack", "the pack is {new} instead of {old}"),
    _Field("lender.name", "the lender is called {new} instead of {old}"),
    _Field("lender.service_number", "the service number is {new} instead of {old}"),
    _Field("lender.zone", "the lender's days are counted in {new} instead of {old}"),
    _Field("lender.role", "who writes is the {new} instead of the {old}"),
    _Field("hours.start", "the hours start at {new} instead of {old}", str, "more"),
    _Field("hours.end", "the hours end at {new} instead of {old}", str, "less"),
    _Field("sending.minimum_gap_days", "between two messages lie {new} instead of {old}", days, "more"),
    _Field(
        "sending.conversation_cool_down_days",
        "after a conversation there is silence for {new} instead of {old}",
        days,
        "more",
    ),
    _Field(
        "sending.window_margin_minutes", "the margin before the hours end is {new} instead of {old}", _minutes, "more"
    ),
    _Field(
        "sending.freshness_minutes",
        "a message and the ledger's word are good for {new} instead of {old}",
        _minutes,
        "less",
    ),
    _Field("sending.receipt_grace_hours", "a receipt is waited for {new} instead of {old}", _hours),
    _Field("sending.max_sms_parts", "a message has at most {new} instead of {old}", _parts, "less"),
    _Field(
        "sending.failures_to_hand_off",
        "a number is given up after {new} in a row that failed instead of {old}",
        lambda number: count(number, "message"),
        "less",
    ),
    _Field(
        "amounts.jump_times",
        "an amount is implausible above {new} times what is due of its instalment instead of {old}",
        _given,
        "less",
    ),
    _Field("returned.text", "a returned payment is told with the text `{new}` instead of `{old}`"),
    _Field("returned.grace_days", "a returned payment is told {new} after it instead of {old}", days, "more"),
    _Field("promises.grace_days", "a promise counts as broken {new} after its day instead of {old}", days, "more"),
    _Field("plans.grace_days", "a plan counts as broken {new} after a part's day instead of {old}", days, "more"),
    _Field("replies.paid_days", "a reply that it is paid is silence for {new} instead of {old}", days, "more"),
    _Field("notices.stop", "an opt-out is confirmed by SMS: {new} instead of {old}", _yes),
    _Field("notices.promise", "a promise is confirmed by SMS: {new} instead of {old}", _yes),
    _Field(
        "gateway.collections_allowed", "the gateway's contract covers collections: {new} instead of {old}", _yes, "less"
    ),
    _Field("gateway.signature_registered", "the signature is registered: {new} instead of {old}", _yes, "less"),
    _Field("gateway.templates_registered", "the templates are registered: {new} instead of {old}", _yes, "less"),
    _Field("gateway.callback_whitelisted", "numbers in texts are whitelisted: {new} instead of {old}", _yes, "less"),
    _Field(
        "gateway.price_per_part", "the price of a part is {new} instead of {old}", _given, "", ChangeScope.everybody
    ),
    _Field("gateway.price_currency", "the price is in {new} instead of {old}", _given, "", ChangeScope.everybody),
)


def field_changes(earlier: Policy, later: Policy) -> Iterator[Change]:
    """What single values and small tables differ in."""
    for field in _FIELDS:
        before, after = _at(earlier, field.path), _at(later, field.path)
        if before != after:
            told = field.says.format(new=field.words(after), old=field.words(before))
            about = field.path.partition(".")[0]
            yield Change(about, told + tendency(before, after, field.stricter), field.reach)
    yield from _names(earlier.lender.names, later.lender.names)
    yield from _languages(earlier.languages, later.languages)
    yield from _keywords("stops all messages", earlier.replies.opt_out, later.replies.opt_out, STRICTER, LOOSER)
    yield from _keywords("says that it is paid", earlier.replies.paid, later.replies.paid, "", "")
    yield from _tolerance(earlier.tolerance_minor, later.tolerance_minor)
    yield from _upper(earlier.amounts.upper_minor, later.amounts.upper_minor)
    yield from _hand_off(earlier.hand_off, later.hand_off)
    yield from _pacing(earlier.pacing, later.pacing)


def _at(policy: Policy, path: str) -> Any:
    value: Any = policy
    for step in path.split("."):
        value = getattr(value, step)
    return value


def _names(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for language in sorted(before.keys() | after.keys()):
        old, new = before.get(language), after.get(language)
        if old != new:
            called = "by its own name" if new is None else new
            yield Change("lender", f"in {language} the lender is called {called} instead of {old or 'by its own name'}")


def _languages(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    """Without a table every language has its own texts; with one, a language that it does not name has none."""
    for language in sorted(before.keys() | after.keys()):
        old, new = (_texts_of(language, table) for table in (before, after))
        if old != new:
            yield Change("languages", f"borrowers who read {language} get {new} instead of {old}")
    if bool(before) != bool(after):
        told = "only languages that the policy names have texts" if after else "every language has its own texts"
        yield Change("languages", told)


def _texts_of(language: str, table: Mapping[str, str]) -> str:
    name = table.get(language) if table else language
    return "no texts" if name is None else f"the texts {name}"


def _keywords(does: str, before: Sequence[str], after: Sequence[str], more: str, fewer: str) -> Iterator[Change]:
    for word in sorted(set(after) - set(before)):
        yield Change("replies", f"the reply {word} now {does}{more}")
    for word in sorted(set(before) - set(after)):
        yield Change("replies", f"the reply {word} no longer {does}{fewer}")


def _tolerance(before: Mapping[str, int], after: Mapping[str, int]) -> Iterator[Change]:
    for currency in sorted(before.keys() | after.keys()):
        old, new = before.get(currency, 0), after.get(currency, 0)
        if old != new:
            told = (
                f"a total overdue of up to {money({currency: new})} instead of {money({currency: old})} counts as paid"
            )
            yield Change("tolerance_minor", told + tendency(old, new, "more"))


def _upper(before: Mapping[str, int], after: Mapping[str, int]) -> Iterator[Change]:
    for currency in sorted(before.keys() | after.keys()):
        old, new = before.get(currency), after.get(currency)
        if old != new:
            bounds = ("none" if bound is None else money({currency: bound}) for bound in (new, old))
            told = "the highest amount that a text states is {} instead of {}".format(*bounds)
            yield Change("amounts", told + tendency(old, new, "less"))


def _hand_off(before: HandOff | None, after: HandOff | None) -> Iterator[Change]:
    if before is None or after is None:
        if after is not None:
            yield Change("hand_off", f"a person takes over on day {after.dpd}: that is new")
        elif before is not None:
            yield Change("hand_off", "nobody takes over by days any more")
        return
    if before.code != after.code:
        yield Change("hand_off", f"the hand-off is called {after.code} instead of {before.code}")
    if before.dpd != after.dpd:
        yield Change("hand_off", f"a person takes over on day {after.dpd} instead of day {before.dpd}")
    if before.blocked_days != after.blocked_days:
        told = f"{days(after.blocked_days)} of being blocked instead of {days(before.blocked_days)}"
        yield Change("hand_off", f"a person takes over after {told}")
    if more := [kind for kind in after.never_for if kind not in before.never_for]:
        yield Change("hand_off", f"nobody phones under {joined(more, 'or')} any more{STRICTER}")
    if fewer := [kind for kind in before.never_for if kind not in after.never_for]:
        yield Change("hand_off", f"a person may phone under {joined(fewer, 'or')}{LOOSER}")


def _pacing(before: Pacing | None, after: Pacing | None) -> Iterator[Change]:
    old, new = _pace(before), _pace(after)
    if old != new:
        yield Change("pacing", f"messages leave {new} instead of {old}", ChangeScope.everybody)
    spread_before, spread_after = (0 if pacing is None else pacing.spread_minutes for pacing in (before, after))
    if spread_before != spread_after:
        told = f"the opening of the hours is spread over {_minutes(spread_after)} instead of {_minutes(spread_before)}"
        yield Change("pacing", told, ChangeScope.everybody)


def _pace(pacing: Pacing | None) -> str:
    return "as fast as they can" if pacing is None else f"at {pacing.messages_per_second:,} a second at most"
