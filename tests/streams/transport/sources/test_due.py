import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.stored.accounts import NEVER_MS
from streams.errors import InvariantBroken
from streams.transport.sources.due import DueIndex, due_of

KEYS = st.sampled_from([b"a", b"b", b"c", b"d"])
DUES = st.one_of(st.integers(1_000_000_000_000, 1_000_000_000_020), st.just(NEVER_MS))


def value(due_ms: int) -> bytes:
    return b'{"next_due_at":%013d,"rest":1}' % due_ms


def test_due_time_is_read_from_its_fixed_place() -> None:
    assert due_of(value(1_700_000_000_123)) == 1_700_000_000_123
    with pytest.raises(InvariantBroken):
        due_of(b'{"rest":1,"next_due_at":1700000000123}')


@given(st.lists(st.tuples(KEYS, st.one_of(DUES, st.none()))), st.integers(1, 3))
def test_pops_what_a_scan_would_find(writes: list[tuple[bytes, int | None]], limit: int) -> None:
    state: dict[bytes, bytes] = {}
    index = DueIndex(state)
    for key, due in writes:
        old = state.get(key)
        if due is None:
            state.pop(key, None)
        else:
            state[key] = value(due)
            index.written(key, old, state[key])
    now_ms = 1_000_000_000_010
    expected = sorted((due_of(v), k) for k, v in state.items() if due_of(v) <= now_ms)
    popped: list[bytes] = []
    while keys := index.pop(now_ms, limit):
        assert len(keys) <= limit
        popped.extend(keys)
        for key in keys:
            old, state[key] = state[key], value(NEVER_MS)
            index.written(key, old, state[key])
    assert popped == [key for _, key in expected]
    later = [due_of(v) for v in state.values() if due_of(v) != NEVER_MS]
    assert index.peek() == (min(later) if later else None)


def test_rewriting_one_account_for_ever_does_not_grow_the_heap() -> None:
    state = {b"a": value(1_000_000_000_000)}
    index = DueIndex(state)
    for n in range(10_000):
        old, state[b"a"] = state[b"a"], value(1_000_000_000_000 + n % 7)
        index.written(b"a", old, state[b"a"])
    assert len(index) < 2000


def test_rebuild_finds_every_due_account() -> None:
    state = {b"%d" % n: value(NEVER_MS if n % 2 else 1_000_000_000_000 + n) for n in range(100)}
    index = DueIndex(state)
    index.rebuild()
    assert len(index.pop(NEVER_MS - 1, 1000)) == 50
