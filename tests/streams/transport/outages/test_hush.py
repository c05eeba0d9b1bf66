"""What a library logs while we have told the same in one line is kept for whoever looks for DEBUG."""

import logging

import mode
import pytest

from streams.transport.outages.logs import Hush


def record(name: str, path: str = __file__) -> logging.LogRecord:
    return logging.LogRecord(name, logging.ERROR, path, 1, "said", (), None)


OURS = record("streams.transport.engine")
AIOKAFKA = record("aiokafka.conn")
ASYNCIO = record("asyncio")
MODE = record("streams.transport.consumer", mode.__file__)


@pytest.mark.parametrize(
    ("away", "stopping", "passed"),
    [
        (False, False, [OURS, AIOKAFKA, ASYNCIO, MODE]),
        (True, False, [OURS, ASYNCIO, MODE]),
        (False, True, [OURS]),
        (True, True, [OURS]),
    ],
)
def test_only_what_is_told_already_is_held_back(
    *, away: bool, stopping: bool, passed: list[logging.LogRecord], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    hush = Hush()
    hush.away, hush.stopping = away, stopping
    assert [one for one in (OURS, AIOKAFKA, ASYNCIO, MODE) if hush.filter(one)] == passed


def test_at_debug_nothing_is_held_back(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hush = Hush()
    hush.away = hush.stopping = True
    assert all(hush.filter(one) for one in (OURS, AIOKAFKA, ASYNCIO, MODE))
