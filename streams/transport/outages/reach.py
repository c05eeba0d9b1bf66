"""Whether the cluster answers this worker, and what stands still although it does.

Whatever any broker answers counts. Silence is counted from look to look, so that a frozen process does not take its own
sleep for the cluster's.
"""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from streams.transport.outages.logs import hush_while_away

log = logging.getLogger(__name__)

LOOK_S: Final = 1.0
"""Between two looks."""
_LEADER_S: Final = 5.0
"""A leader that has answered nothing for longer is not to be counted on."""
STANDSTILL_S: Final = 60.0
"""So long may nothing new come from a broker that answers: what a client makes good by itself, it has by then."""
AWAY_S: Final = 3.0
"""Silence that is told, of brokers that are asked ten times a second."""

Place = tuple[str, int]  # topic, partition


class _Looks:
    """The time between looks, as far as we were awake."""

    def __init__(self) -> None:
        self._before_s: float | None = None

    def passed(self, now_s: float) -> float:
        before_s, self._before_s = self._before_s, now_s
        return 0.0 if before_s is None else min(now_s - before_s, 2 * LOOK_S)


class Reach:
    """One for each worker. Its consumers' thread writes, anybody reads. Instants are monotonic seconds."""

    def __init__(self) -> None:
        self._looks = _Looks()
        self._heard_s: dict[Any, float] = {}
        self._last_s: float | None = None
        self._news = False
        self._silent_s = 0.0
        self._away_since: float | None = None
        self._unled: frozenset[Place] = frozenset()

    @property
    def away(self) -> bool:
        """Nobody answers, and has not for some seconds."""
        return self._away_since is not None

    def answers(self, place: Place) -> bool:
        """Whether whoever leads a partition answers; where that is not known, whether anybody does."""
        return self._last_s is not None and not self.away and place not in self._unled

    def heard(self, node: Any, now_s: float) -> None:
        """A broker has answered something."""
        self._heard_s[node] = self._last_s = now_s
        self._news = True

    def look(self, now_s: float, leaders: Mapping[Place, int], patience_s: float | None) -> None:
        """Within `patience_s` an answer should have come; None where nobody asks. `leaders` are node ids."""
        passed_s, news = self._looks.passed(now_s), self._news
        self._news = False
        if self._last_s is None:
            return
        self._silent_s = 0.0 if news or patience_s is None else self._silent_s + passed_s
        if self._away_since is not None and news:
            log.warning("the cluster is back after %.0f s", now_s - self._away_since)
            self._away_since = None
            hush_while_away(away=False)
        elif self._away_since is None and patience_s is not None and self._silent_s >= patience_s:
            self._away_since = self._last_s
            log.error("the cluster is away: no broker has answered for %.0f s, nothing is sent", now_s - self._last_s)
            hush_while_away(away=True)
        answering = {node for node, at_s in self._heard_s.items() if now_s - at_s <= _LEADER_S}
        self._unled = frozenset(place for place, node in leaders.items() if node not in answering)


class Standstill:
    """What has brought nothing new for a minute although its broker answers: only a new process can help."""

    def __init__(self, answers: Callable[[Place], bool]) -> None:
        self._answers = answers
        self._looks = _Looks()
        self._seen: dict[Place, object] = {}
        self._still_s: dict[Place, float] = {}

    @property
    def told(self) -> tuple[str, ...]:
        """A sentence for each."""
        return tuple(
            f"nothing has been heard of {topic} partition {number} for {still_s:.0f} s although the cluster answers"
            for (topic, number), still_s in self._still_s.items()
            if still_s >= STANDSTILL_S
        )

    def look(self, now_s: float, stamps: Mapping[Place, object]) -> None:
        """`stamps`: what is to be read just now, and when it last brought something; the value only has to change."""
        passed_s = self._looks.passed(now_s)
        still = {place for place in stamps.keys() & self._seen.keys() if stamps[place] == self._seen[place]}
        self._still_s = {
            place: self._still_s.get(place, 0.0) + passed_s for place in sorted(still) if self._answers(place)
        }
        self._seen = dict(stamps)


def hear(client: Any, reach: Reach) -> None:
    """Have every answer that a client of aiokafka gets noted."""
    send = client.send

    async def heard(node: Any, request: Any, **options: Any) -> Any:
        answer = await send(node, request, **options)
        reach.heard(node, time.monotonic())
        return answer

    client.send = heard
