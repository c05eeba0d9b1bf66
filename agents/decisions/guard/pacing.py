"""The agreed rate: each partition lets one message leave every interval, and gives what must wait a turn of its own.

A turn is given once, in the order in which accounts are due, so a wave is looked at twice at most. A tick may use the
turns since the tick before it. A turn that nobody came for in time is void: after an outage all of them would count at
once.
"""

from typing import Final

from agents.decisions.guard.partition import Defer, Gate
from schemas.stored.accounts import Account
from schemas.values.instants import MINUTE_MS

PACED: Final = "PACED"
_SECOND_US: Final = 1_000_000
_LATE_MS: Final = MINUTE_MS
"""So much later than the next tick a turn may still be used: a busy worker's ticks come late."""


def interval_us(messages_per_second: int, partitions: int) -> int:
    """Between two messages of one partition, in microseconds, rounded up: never faster than agreed."""
    return -(-_SECOND_US * partitions // messages_per_second)


def has_turn(account: Account, stage: str, gate: Gate, now_ms: int) -> bool:
    """Whether its last word was a turn for this very stage, and the turn is not void."""
    if account.turn_ms is None or account.reason != (stage, "deferred", PACED):
        return False
    return now_ms <= account.turn_ms + gate.tick_us // 1000 + _LATE_MS


def next_turn(gate: Gate, now_ms: int) -> tuple[int, int]:
    """When the next message may leave, in epoch milliseconds, and the pace of the partition after it."""
    now_us = now_ms * 1000
    # Of the turns since the last tick its own instant is not one: it was that tick's.
    turn_us = max(gate.pace_us, min(now_us, now_us - gate.tick_us + gate.interval_us))
    return -(-turn_us // 1000), turn_us + gate.interval_us


def wait(account: Account, stage: str, gate: Gate, now_ms: int) -> tuple[Defer | None, int]:
    """Whether a message must wait for its turn, and the pace of the partition after this answer."""
    if not gate.interval_us:
        return None, gate.pace_us
    if has_turn(account, stage, gate, now_ms):
        turn_ms = account.turn_ms or 0
        return (None if turn_ms <= now_ms else Defer(PACED, turn_ms)), gate.pace_us
    turn_ms, pace_us = next_turn(gate, now_ms)
    return (None if turn_ms <= now_ms else Defer(PACED, turn_ms)), pace_us
