"""One look after the other at the experiments of a policy: read on, count, judge, and stop what harms if asked to."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from agents.experiments.figures import Counting, Figures
from agents.experiments.judging import Conclusion, judge
from schemas.policy.policies import Experiment, Policy


class Rounds(Protocol):
    """Where events come from."""

    async def round(self, counting: Counting) -> None:
        """Count everything up to the present ends."""


class StopRegister(Protocol):
    """Where it is known what was stopped."""

    async def stopped(self, policy: str) -> frozenset[str]:
        """The experiments of a policy that were stopped."""

    async def stop(self, policy: str, experiment: str, reason: str) -> None:
        """Stop one for everybody."""


class WatchState(NamedTuple):
    """What is so now."""

    policy: str
    experiments: tuple[Experiment, ...]
    figures: Figures
    verdicts: tuple[Conclusion, ...]
    """In the order of the experiments."""
    stopped: frozenset[str]
    """By this look or before it."""
    acted: tuple[str, ...]
    """Stopped by this look."""
    counted_from_ms: int

    @property
    def harmful(self) -> tuple[Conclusion, ...]:
        """Experiments whose rule is broken and that nobody has stopped."""
        return tuple(v for v in self.verdicts if v.broken and v.experiment not in self.stopped)


class Watch:
    """Looks at all experiments of a policy. With ``act`` it stops each that harms, once."""

    def __init__(
        self, policy: Policy, rounds: Rounds, counting: Counting, register: StopRegister, *, act: bool
    ) -> None:
        self._policy = policy
        self._rounds = rounds
        self._counting = counting
        self._register = register
        self._act = act

    async def look(self) -> WatchState:
        """Read up to now and judge. What was stopped before, by whomever, is not stopped again."""
        await self._rounds.round(self._counting)
        policy, figures = self._policy, self._counting.figures()
        verdicts = tuple(judge(experiment, figures) for experiment in policy.experiments)
        stopped = await self._register.stopped(policy.id)
        acted = await self._stop(v for v in verdicts if v.broken and v.experiment not in stopped)
        since_ms = self._counting.counted_from_ms
        return WatchState(policy.id, policy.experiments, figures, verdicts, stopped | set(acted), acted, since_ms)

    async def _stop(self, harmful: Iterable[Conclusion]) -> tuple[str, ...]:
        if not self._act:
            return ()
        acted: list[str] = []
        for verdict in harmful:
            await self._register.stop(self._policy.id, verdict.experiment, verdict.reason())
            acted.append(verdict.experiment)
        return tuple(acted)
