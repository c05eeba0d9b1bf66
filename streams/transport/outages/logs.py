"""Keeps the logs of Faust and aiokafka readable and cheap."""

import logging
import sys
import threading
import time

import faust
import mode

log = logging.getLogger(__name__)

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


class Hush(logging.Filter):
    """While we have told by ourselves what is wrong, what a library says of it is for whoever looks for DEBUG."""

    def __init__(self) -> None:
        super().__init__()
        self.away = False
        self.stopping = False

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is logged."""
        library = record.name.partition(".")[0]
        if self.stopping:
            # Mode logs under the names of our own services.
            told = library in ("aiokafka", "asyncio") or record.pathname.startswith(_LIBRARIES)
        else:
            told = library == "aiokafka" and self.away
        return not told or logging.getLogger().isEnabledFor(logging.DEBUG)


_LIBRARIES = (faust.__path__[0], mode.__path__[0])
_LOUD = (
    "aiokafka",
    "aiokafka.cluster",
    "aiokafka.conn",
    "aiokafka.consumer.fetcher",
    "aiokafka.consumer.group_coordinator",
    "aiokafka.producer.sender",
)
_repeats = RepeatFilter()
_hush = Hush()


def limit_repeats() -> None:
    """Filter the loggers of aiokafka that repeat themselves."""
    for name in _LOUD:
        logging.getLogger(name).addFilter(_repeats)


def hush_while_away(*, away: bool) -> None:
    """aiokafka says of each connection and each request that the cluster is away."""
    _hush.away = away
    _hush_handlers()


def hush_while_stopping() -> None:
    """Faust and aiokafka show stacks of what we take down; from here on nothing of theirs is news."""
    _hush.stopping = True
    _hush_handlers()
    sys.unraisablehook = lambda left: log.debug("left over: %s", left.exc_value)
    threading.excepthook = lambda left: log.debug("left over: %s", left.exc_value)


def _hush_handlers() -> None:
    for handler in logging.getLogger().handlers:
        handler.addFilter(_hush)


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
