"""The inputs of one partition that are not read for now, and why. While there is one, no tick of it comes.

A held input keeps its position. What was fetched beyond it is forgotten, so after its release the consumer has to be
set back before anything is taken in again: until then the input is astray.
"""

from collections.abc import Mapping


class Holds:
    """Knows reasons and states; who reads the input does the rest."""

    def __init__(self) -> None:
        self._held: dict[str, str] = {}
        self._astray: set[str] = set()

    def __contains__(self, topic: object) -> bool:
        """Whether nothing of `topic` may be taken in."""
        return topic in self._held or topic in self._astray

    def hold(self, topic: str, reason: str) -> None:
        """Once more is harmless; the last reason counts."""
        self._held[topic] = reason
        self._astray.discard(topic)

    def release(self, topic: str) -> None:
        """What is not held stays as it is."""
        if self._held.pop(topic, None) is not None:
            self._astray.add(topic)

    def found(self, topic: str) -> None:
        """The consumer was set back; in vain if the input was held again meanwhile."""
        self._astray.discard(topic)

    @property
    def held(self) -> Mapping[str, str]:
        """Input -> reason."""
        return dict(self._held)

    @property
    def astray(self) -> frozenset[str]:
        """Inputs that were released and are not yet read again."""
        return frozenset(self._astray)
