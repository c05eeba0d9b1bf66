"""Counts per experiment and arm, in bounded memory: an account's last messages, for as long as an answer counts.

An answer belongs to the arm of the last message before it, if that is no older than the attribution window. Times are
epoch milliseconds; events come sorted by time as `merging` sorts them.
"""

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Mapping
from typing import Final, NamedTuple

from agents.experiments.events import Complained, Cured, Event, OptedOut, Touched
from schemas.values.instants import DAY_MS

ATTRIBUTION_DAYS: Final = 30
ACCOUNTS_MAX: Final = 1_000_000
"""Accounts with a message in the attribution window. Beyond it whoever was written to longest ago is forgotten."""
TOUCHES_MAX: Final = 4
"""An account's last messages are remembered: an answer that is told late belongs to the one before it."""
ANSWERS_MAX: Final = 200_000
"""Complaints, replies and opt-outs that are known again when they come again; the oldest are forgotten first."""

ArmKey = tuple[str, str]
"""Experiment and arm."""


class ArmFigures(NamedTuple):
    """What is counted of one arm."""

    sent: int = 0
    withheld: int = 0
    """Messages that the hold-out would have got."""
    accounts: int = 0
    """One counts again that was not written to in this arm for an attribution window, or for its last messages."""
    complaints: int = 0
    opt_outs: int = 0
    cured: int = 0

    @property
    def exposed(self) -> int:
        """What the rates are of: messages, or in the hold-out those withheld."""
        return self.sent + self.withheld


class Figures(NamedTuple):
    """What is counted of everything that was read."""

    arms: Mapping[ArmKey, ArmFigures]
    remembered: int
    """Accounts."""
    forgotten: int
    """Accounts given up within their window because there were too many: their answers count nowhere."""

    def of(self, experiment: str) -> dict[str, ArmFigures]:
        """The arms of one experiment that were seen."""
        return {arm: counted for (code, arm), counted in sorted(self.arms.items()) if code == experiment}


class _Touch(NamedTuple):
    at_ms: int
    arm: ArmKey


class Counting:
    """Takes events in, and tells the figures at any time."""

    def __init__(
        self,
        *,
        counted_from_ms: int = 0,
        attribution_days: int = ATTRIBUTION_DAYS,
        accounts_max: int = ACCOUNTS_MAX,
        answers_max: int = ANSWERS_MAX,
    ) -> None:
        self.counted_from_ms = counted_from_ms
        """What is older is remembered, so that answers find it, and not counted."""
        self._window_ms = attribution_days * DAY_MS
        self._accounts_max = accounts_max
        self._answers_max = answers_max
        self._counts: defaultdict[ArmKey, Counter[str]] = defaultdict(Counter)
        # Whoever was written to last stands last. A plain dict looks through all that left its front to find the first.
        self._touches: OrderedDict[str, tuple[_Touch, ...]] = OrderedDict()
        self._answers: OrderedDict[tuple[str, ...], None] = OrderedDict()
        self._keys: dict[ArmKey, ArmKey] = {}
        self._forgotten = 0

    def add(self, event: Event) -> None:
        """Count one event."""
        match event:
            case Touched():
                self._touch(event)
            case Complained(at_ms, account_id, complaint_id):
                if self._is_new("complaint", account_id, complaint_id):
                    self._answer(at_ms, account_id, "complaints")
            case OptedOut():
                self._opt_out(event)
            case Cured(at_ms, account_id):
                self._answer(at_ms, account_id, "cured")

    def figures(self) -> Figures:
        """As of now."""
        arms = {key: ArmFigures(**counts) for key, counts in self._counts.items()}
        return Figures(arms, len(self._touches), self._forgotten)

    def _touch(self, event: Touched) -> None:
        arm = (event.experiment, event.arm)
        touch = _Touch(event.at_ms, self._keys.setdefault(arm, arm))
        earlier = self._touches.pop(event.account_id, ())
        if touch.at_ms >= self.counted_from_ms:
            counts = self._counts[arm]
            counts["withheld" if event.withheld else "sent"] += 1
            known = any(
                other.arm == arm and self.counted_from_ms <= other.at_ms >= touch.at_ms - self._window_ms
                for other in earlier
            )
            counts["accounts"] += not known
        self._touches[event.account_id] = tuple(sorted((*earlier, touch)))[-TOUCHES_MAX:]
        self._forget(touch.at_ms)

    def _forget(self, now_ms: int) -> None:
        while self._touches:
            oldest = next(iter(self._touches))
            over = self._touches[oldest][-1].at_ms < now_ms - self._window_ms
            if not over and len(self._touches) <= self._accounts_max:
                return
            del self._touches[oldest]
            self._forgotten += not over

    def _arm_at(self, account_id: str, at_ms: int) -> ArmKey | None:
        for touch in reversed(self._touches.get(account_id, ())):
            if touch.at_ms <= at_ms:
                return touch.arm if touch.at_ms >= at_ms - self._window_ms else None
        return None

    def _answer(self, at_ms: int, account_id: str, what: str) -> None:
        arm = self._arm_at(account_id, at_ms)
        if arm is not None and at_ms >= self.counted_from_ms:
            self._counts[arm][what] += 1

    def _opt_out(self, event: OptedOut) -> None:
        reply = event.reply_id
        if reply is not None and not self._is_new("reply", event.account_id, reply):
            return
        arm = self._arm_at(event.account_id, event.at_ms)
        # Whoever has opted out stays so: the reply, the lender's profile and each later version of it tell the same.
        if arm is not None and self._is_new("opt-out", event.account_id, arm[0]):
            self._answer(event.at_ms, event.account_id, "opt_outs")

    def _is_new(self, *answer: str) -> bool:
        if answer in self._answers:
            return False
        self._answers[answer] = None
        if len(self._answers) > self._answers_max:
            self._answers.popitem(last=False)
        return True
