"""A second count, by looking at everything for each answer: what the watcher's bounded one must come to."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from agents.experiments.events import Complained, Cured, Event, OptedOut, Touched
from agents.experiments.figures import TOUCHES_MAX
from schemas.values.instants import DAY_MS

ORDER = (Touched, Complained, OptedOut, Cured)
Counts = dict[tuple[str, str], dict[str, int]]


def in_order(events: Iterable[Event]) -> list[Event]:
    """By time; what was sent before what answers it."""
    return sorted(events, key=lambda event: (event.at_ms, ORDER.index(type(event)) > 0))


def recount(events: Sequence[Event], days: int) -> Counts:
    """Each arm's counts that are not 0, of events that are in order."""
    counts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    touches = [event for event in events if isinstance(event, Touched)]
    for number, touch in enumerate(touches):
        arm = (touch.experiment, touch.arm)
        counts[arm]["withheld" if touch.withheld else "sent"] += 1
        seen = sorted((t.at_ms, t.experiment, t.arm) for t in touches[:number] if t.account_id == touch.account_id)
        since_ms = touch.at_ms - days * DAY_MS
        counts[arm]["accounts"] += not any(at >= since_ms and (x, a) == arm for at, x, a in seen[-TOUCHES_MAX:])
    told: set[tuple[str, ...]] = set()
    for event in events:
        if isinstance(event, Touched):
            continue
        name = _name(event)
        if name in told:
            continue
        told |= {name} if name else set()
        before = [t for t in touches if t.account_id == event.account_id and t.at_ms <= event.at_ms]
        last = max(before, key=lambda t: (t.at_ms, t.experiment, t.arm), default=None)
        if last is None or last.at_ms < event.at_ms - days * DAY_MS:
            continue
        if isinstance(event, OptedOut):
            person = ("gone", event.account_id, last.experiment)
            if person in told:
                continue
            told.add(person)
        counts[last.experiment, last.arm][_what(event)] += 1
    return {arm: {what: n for what, n in counted.items() if n} for arm, counted in counts.items()}


def _name(event: Event) -> tuple[str, ...]:
    if isinstance(event, Complained):
        return ("complaint", event.account_id, event.complaint_id)
    if isinstance(event, OptedOut) and event.reply_id is not None:
        return ("reply", event.account_id, event.reply_id)
    return ()


def _what(event: Event) -> str:
    if isinstance(event, Complained):
        return "complaints"
    return "opt_outs" if isinstance(event, OptedOut) else "cured"
