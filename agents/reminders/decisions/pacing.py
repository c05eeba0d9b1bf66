"""The agreed rate: each partition lets one message leave every interval, and gives what must wait a turn of its own.

A turn is given once, in the order in which accounts are due, so a wave is looked at twice at most. A tick may use the
turns of the second before it, as ticks come once a second.
"""

from typing import Final

from agents.reminders.decisions.gate import Defer, Gate
from schemas.accounts import Account

PACED: Final = "PACED"
_TICK_US: Final = 1_000_000


def interval_us(messages_per_second: int, partitions: int) -> int:
    """Between two messages of one partition, in microseconds."""
    return _TICK_US * partitions // messages_per_second


def has_turn(account: Account, stage: str) -> bool:
    """Whether its last word was a turn for this very stage."""
    return account.turn_ms is not None and account.reason == (stage, "deferred", PACED)


def next_turn(gate: Gate, now_ms: int) -> tuple[int, int]:
    """When the next message may leave, in epoch milliseconds, and the pace of the partition after it."""
    turn_us = max(gate.pace_us, now_ms * 1000 - _TICK_US)
    return -(-turn_us // 1000), turn_us + gate.interval_us


def wait(account: Account, stage: str, gate: Gate, now_ms: int) -> tuple[Defer | None, int]:
    """Whether a message must wait for its turn, and the pace of the partition after this answer."""
    if not gate.interval_us:
        return None, gate.pace_us
    if has_turn(account, stage):
        turn_ms = account.turn_ms or 0
        return (None if turn_ms <= now_ms else Defer(PACED, turn_ms)), gate.pace_us
    turn_ms, pace_us = next_turn(gate, now_ms)
    return (None if turn_ms <= now_ms else Defer(PACED, turn_ms)), pace_us
