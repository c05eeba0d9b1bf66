"""Keeps the logs of Faust and aiokafka readable and cheap."""

import logging
import time

_REPEAT_S = 10.0
_REMEMBERED = 256


class RepeatFilter(logging.Filter):
    """Lets the same line through once in a while: aiokafka says ten times a second that a broker is away."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[tuple[int, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is logged."""
        line = (record.levelno, record.getMessage())
        now = time.monotonic()
        if now - self._seen.get(line, -_REPEAT_S) < _REPEAT_S:
            return False
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
        self._seen[line] = now
        return True


_LOUD = (
    "aiokafka",
    "aiokafka.cluster",
    "aiokafka.conn",
    "aiokafka.consumer.fetcher",
    "aiokafka.consumer.group_coordinator",
)
_repeats = RepeatFilter()


def limit_repeats() -> None:
    """Filter the loggers of aiokafka that repeat themselves."""
    for name in _LOUD:
        logging.getLogger(name).addFilter(_repeats)


def quieten() -> None:
    """Faust's start-up spinner sets the root logger to DEBUG and leaves it there: every debug record of aiokafka
    would be built and thrown away."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        if type(handler).__name__ == "SpinnerHandler":
            root.removeHandler(handler)
            root.setLevel(min((other.level for other in root.handlers), default=logging.WARNING) or logging.WARNING)
    for name in ("aiokafka", "faust", "mode"):
        logger = logging.getLogger(name)
        if logger.getEffectiveLevel() < logging.WARNING:
            logger.setLevel(logging.WARNING)
