import io
import logging

import pytest
from faust.utils.terminal import Spinner, SpinnerHandler

from streams.transport.outages.logs import RepeatFilter, quieten


def line(text: str) -> logging.LogRecord:
    return logging.LogRecord("aiokafka.conn", logging.ERROR, "", 0, text, None, None)


def test_the_same_line_is_let_through_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 100.0
    monkeypatch.setattr("streams.transport.outages.logs.time.monotonic", lambda: now_s)
    repeats = RepeatFilter()
    assert [repeats.filter(line(text)) for text in ("a", "a", "b", "a")] == [True, False, True, False]
    now_s += 11
    assert repeats.filter(line("a"))


def test_the_spinner_and_its_debug_level_are_taken_back() -> None:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    console = logging.NullHandler(logging.WARNING)
    try:
        root.handlers = [console, SpinnerHandler(Spinner(io.StringIO()))]
        root.setLevel(logging.DEBUG)
        quieten()
        assert root.handlers == [console]
        assert root.level == logging.WARNING
        assert not logging.getLogger("aiokafka").isEnabledFor(logging.DEBUG)
    finally:
        root.handlers = handlers
        root.setLevel(level)
