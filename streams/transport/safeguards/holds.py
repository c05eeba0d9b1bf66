"""The inputs of one partition that are not read for now, and why. While there is one, no tick of it comes.

A held input keeps its position. What was fetched beyond it is forgotten, so after its release the consumer has to be
set back before anything is taken in again: until then the input is astray. A lost one has nothing to go back to: it
stays closed until its offset is reset by a person and a worker begins anew. The same where the partition's table is
not whole: what is applied to it now would be lost with what is missing.
"""

from collections.abc import Iterable, Mapping

from streams.transport.safeguards.closures import Closed, Reason


class Holds:
    """Knows reasons and states; who reads the input does the rest."""

    def __init__(self, held: Mapping[str, Closed] | None = None) -> None:
        self._held = dict(held or {})
        self._astray: set[str] = set()

    def __contains__(self, topic: object) -> bool:
        """Whether nothing of `topic` may be taken in."""
        return topic in self._held or topic in self._astray

    def hold(self, topic: str, reason: str) -> bool:
        """False when the input is closed for good anyway. Once more is harmless; the last reason counts."""
        if self._for_good(topic):
            return False
        self._held[topic] = Closed(topic, reason)
        self._astray.discard(topic)
        return True

    def lose(self, topic: str, gap: str) -> None:
        """Its offset is not in the log."""
        self._held[topic] = Closed(topic, Reason.LOST_OFFSET, gap)
        self._astray.discard(topic)

    def lose_state(self, topics: Iterable[str], changelog: str, loss: str) -> None:
        """The table that they are applied to is not whole."""
        for topic in topics:
            if topic not in self.lost:
                self._held[topic] = Closed(changelog, Reason.LOST_STATE, loss)

    def release(self, topic: str) -> None:
        """What is lost or not held stays as it is."""
        if topic in self._held and not self._for_good(topic):
            del self._held[topic]
            self._astray.add(topic)

    def found(self, topic: str) -> None:
        """The consumer was set back; in vain if the input was held again meanwhile."""
        self._astray.discard(topic)

    def _for_good(self, topic: str) -> bool:
        return topic in self._held and self._held[topic].reason in (Reason.LOST_OFFSET, Reason.LOST_STATE)

    @property
    def held(self) -> Mapping[str, Closed]:
        """By input."""
        return dict(self._held)

    @property
    def lost(self) -> frozenset[str]:
        """Those whose offset is not in the log."""
        return frozenset(topic for topic, cause in self._held.items() if cause.reason == Reason.LOST_OFFSET)

    @property
    def astray(self) -> frozenset[str]:
        """Inputs that were released and are not yet read again."""
        return frozenset(self._astray)


def gap_of(position: int | None, start: int, end: int) -> str:
    """What is missing between a position and a log."""
    if position is None:
        return f"no committed offset, log {start} to {end}"
    return f"offset {position}, log {start} to {end}"
