"""The stored account: its bytes are a promise to ourselves, across versions and after a crash."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from schemas.stored.accounts import (
    NEVER_MS,
    STATE_VERSION,
    Account,
    Cycle,
    End,
    Item,
    Notice,
    Owed,
    Part,
    Payment,
    Profile,
    Return,
    Schedule,
    Sent,
    Snapshot,
    UnreadableState,
    decode,
    encode,
)
from schemas.stored.case_files import (
    CaseFile,
    Complaint,
    Consent,
    Contact,
    Imported,
    PlanEnd,
    Pledge,
    Pledged,
    Reply,
    StaffWord,
)
from schemas.stored.gates import GateState, decode_gate, encode_gate
from schemas.stored.heard import Heard, ReplyAnswer
from schemas.stored.holds import Hold, Lift, Placing
from schemas.stored.numbers import NumberState, NumberWord, ToldNumber, ToldProfile
from schemas.stored.structs import LastReason, Passed, Wait

GOLDEN = Path(__file__).with_name("account_v3.json")
OF_VERSION_1 = Path(__file__).with_name("account_v1.json")
GOLDEN_GATE = Path(__file__).with_name("gate_v1.json")
NOW_MS = 1_772_413_200_000

JUDGED = ToldProfile(NOW_MS, NOW_MS, 2)
OWED = Owed("instalment", date(2026, 3, 1), date(2026, 3, 2), 100_00, "CNY")
FULL = Account(
    next_due_at=NOW_MS,
    state_version=STATE_VERSION,
    account_id="A-1",
    currencies=("CNY",),
    items=(
        Item(
            "L",
            "1",
            missed=OWED,
            snapshots=(
                Snapshot(
                    0,
                    NOW_MS,
                    100_00,
                    "core",
                    NOW_MS,
                    NOW_MS,
                    739_676,
                    replace(OWED, amount_minor=90_00),
                    ((80_00, NOW_MS),),
                    True,
                ),
                Snapshot(1, NOW_MS + 1, 80_00),
            ),
            schedule=Schedule(1, NOW_MS, OWED, "core", NOW_MS, 739_676, (Schedule(2, NOW_MS, source="card"),), True, 9),
            notice=Notice("PRE_DUE", NOW_MS),
        ),
    ),
    payments=(
        Payment(
            "P",
            1,
            NOW_MS,
            20_00,
            "CNY",
            (Part("L", "1", 20_00),),
            NOW_MS + 2,
            "core",
            NOW_MS,
            NOW_MS,
            739_676,
            (Return("R", 1, NOW_MS + 2, NOW_MS + 2, "core", 10_00, (Return("R", 0, NOW_MS, NOW_MS),), True),),
            (Payment("P", source="card"),),
            True,
        ),
    ),
    holds=(
        Hold(
            "H",
            "dispute",
            1,
            NOW_MS,
            True,
            NOW_MS,
            "core",
            NOW_MS,
            (Placing(1, NOW_MS, "core"),),
            (Lift(1, NOW_MS, "desk"),),
            (Hold("H", "hardship", source="desk"),),
            True,
        ),
    ),
    profile=Profile(
        2,
        NOW_MS,
        "王",
        "小明",
        "mr",
        "+8613800138000",
        "zh-Hans",
        "Asia/Shanghai",
        "debtor",
        True,
        "low",
        ("America/New_York",),
        (1_080, 1_260),
        "consent-1",
        NOW_MS,
        "crm",
        NOW_MS,
        True,
        (Profile(1, NOW_MS, "王", None, "ms", None, "en", "UTC", "debtor"),),
        True,
    ),
    cycle=Cycle(
        "L/1",
        "L",
        "1",
        NOW_MS,
        (Passed("FRIENDLY", True, NOW_MS),),
        NOW_MS,
        None,
        NOW_MS,
        1,
        1,
        True,
        2,
        "DAYS_PAST_DUE",
        "0" * 32,
        "forgetters",
        "tone/warm",
    ),
    past=(Cycle("L/0", "L", "0", NOW_MS, closed_ms=NOW_MS),),
    sent=(
        Sent(
            "r1",
            "L/1",
            "FRIENDLY",
            1,
            NOW_MS,
            NOW_MS,
            100_00,
            7,
            "+8613800138000",
            True,
            date(2026, 3, 1),
            True,
            "PAID",
            "failed",
            True,
            date(2026, 3, 2),
            "plan",
        ),
    ),
    last_contact_ms=NOW_MS,
    blocked_since_ms=NOW_MS,
    deferred_ms=NOW_MS,
    blocked_message=True,
    turn_ms=NOW_MS,
    on_time=3,
    failed_number=("+8613800138000", 2),
    reason=LastReason("FIRM", "blocked", "HOLD_DISPUTE"),
    next=(Wait("FIRM", NOW_MS, "MINIMUM_GAP"), Wait("PRE_DUE", None, "DEBT_FIRST")),
    heard=(Heard("d1", "dispute", NOW_MS, "en-1", True, True, ReplyAnswer(True, "n1", NOW_MS, NOW_MS, "+8613", True)),),
    unsupported="SECOND_CURRENCY",
    ended="sold",
    end=End(1, NOW_MS, NOW_MS, "core", "sold", (End(2, NOW_MS, NOW_MS, "desk"),), True, True, True),
    case=CaseFile(
        promises=(Pledge("p1", 1, NOW_MS, NOW_MS, "CNY", (Pledged(date(2026, 3, 9), 50_00),), 10_00, "broken"),),
        plans=(
            Pledge(
                "p2",
                1,
                NOW_MS,
                NOW_MS,
                "CNY",
                (Pledged(date(2026, 4, 1), 20_00), Pledged(date(2026, 5, 1), 30_00)),
                mark="cancelled",
                source="core",
                ends=(PlanEnd(1, NOW_MS, "core", "cancelled"),),
                others=(Pledge("p2", source="desk"),),
                beat=True,
            ),
        ),
        complaints=(Complaint("c1", NOW_MS),),
        contacts=(Contact("c2", 1, NOW_MS, True, "voice", "desk", NOW_MS, (Contact("c2", 0, NOW_MS, False),), True),),
        replies=(
            Reply("r2", 1, NOW_MS, "HELP", True, "sms", NOW_MS, (("NO", 1),), (Reply("r2", 1, NOW_MS, "STOP"),), True),
        ),
        imports=(
            Imported(
                *("L", "1", 1, NOW_MS, (Passed("FRIENDLY", True, NOW_MS, True),), NOW_MS, NOW_MS, "old"),
                others=(Imported("L", "1", 0, NOW_MS),),
                beat=True,
            ),
        ),
        staff=StaffWord(
            "silent_until",
            1,
            NOW_MS,
            "u-7",
            NOW_MS,
            True,
            True,
            "desk",
            (StaffWord("send_now", 1, NOW_MS, "u-8"),),
            True,
        ),
        broken_promises=1,
        consents=(Consent("k1", 1, NOW_MS, NOW_MS, "crm", (Consent("k1", 0, NOW_MS, NOW_MS),), True),),
    ),
    erased_ms=NOW_MS,
    number=NumberState(
        NumberWord(0, NOW_MS, 2, 1, JUDGED, NOW_MS, "numbers", (NumberWord(1, NOW_MS, 1, 0, JUDGED),), True),
        (ToldNumber("+8613800138000", JUDGED), ToldNumber(None, JUDGED)),
        NOW_MS,
    ),
)

GATE = GateState(
    next_due_at=NOW_MS,
    now_ms=NOW_MS,
    complete_ms={"payment-received/core": NOW_MS},
    unread=(("payment-received/1/7", "A-1"), ("payment-received/1/8", "")),
    unread_more=2,
    paused=("profile-updated",),
    tolerated_to={"payment-received": 9},
    doubted=True,
    planned_by="0" * 32,
    pace_us=NOW_MS * 1000,
    recalled_to=3,
)


def _structs(value: object) -> Iterator[msgspec.Struct]:
    """Every part of a stored record, itself among them."""
    if isinstance(value, msgspec.Struct):
        yield value
        for name in value.__struct_fields__:
            yield from _structs(getattr(value, name))
    elif isinstance(value, tuple):
        for part in value:
            yield from _structs(part)


def test_the_stored_bytes_have_not_changed() -> None:
    # A change here is a new state version: accounts that were written before must still be read.
    assert encode(FULL) == GOLDEN.read_bytes().strip()
    assert decode(GOLDEN.read_bytes()) == FULL


def test_a_state_of_version_1_is_read_and_written_as_this_one() -> None:
    before = decode(OF_VERSION_1.read_bytes())
    assert before.state_version == STATE_VERSION
    assert before.payments[0].returns == (Return("", 0, NOW_MS + 2, NOW_MS + 2),)
    assert before.end == End(1, NOW_MS, NOW_MS, outcome="sold")
    assert decode(encode(before)) == before


def test_an_account_that_was_stored_before_these_fields_is_read() -> None:
    first = decode((GOLDEN.parent / "account_v1_first.json").read_bytes())
    assert (first.account_id, first.reason, first.sent[0].day) == (FULL.account_id, FULL.reason, None)


def test_every_field_stands_in_the_golden_account() -> None:
    used: dict[type[msgspec.Struct], set[str]] = {}
    for struct in _structs(FULL):
        left_out = {
            field.name for field in msgspec.structs.fields(struct) if getattr(struct, field.name) == field.default
        }
        used.setdefault(type(struct), set()).update({*struct.__struct_fields__} - left_out)
    unused = {kind.__name__: {*kind.__struct_fields__} - names for kind, names in used.items()}
    assert {kind: names for kind, names in unused.items() if names} == {
        "Account": {"carried", "ended_by"},
        "Pledge": {"ended", "ended_by"},
    }


def test_the_stored_bytes_of_a_partition_have_not_changed() -> None:
    assert encode_gate(GATE) == GOLDEN_GATE.read_bytes().strip()
    assert decode_gate(GOLDEN_GATE.read_bytes()) == GATE
    assert [f.name for f in msgspec.structs.fields(GATE) if getattr(GATE, f.name) == f.default] == ["state_version"]


@pytest.mark.parametrize("due_ms", [1_000_000_000_000, NOW_MS, NEVER_MS])
def test_the_due_time_has_a_fixed_place_and_width(due_ms: int) -> None:
    raw = encode(replace(FULL, next_due_at=due_ms))
    assert raw.startswith(b'{"next_due_at":')
    assert int(raw[15:28]) == due_ms
    assert raw[28:29] == b","


def test_a_due_time_of_another_width_is_our_own_fault() -> None:
    for due_ms in (0, 999_999_999_999, NEVER_MS + 1):
        with pytest.raises(AssertionError):
            encode(replace(FULL, next_due_at=due_ms))


def test_an_empty_account_is_small() -> None:
    assert encode(Account(NEVER_MS, STATE_VERSION, "A-1")) == (
        b'{"next_due_at":9999999999999,"state_version":3,"account_id":"A-1"}'
    )


def test_fields_of_the_next_version_are_carried_forward() -> None:
    newer = {**json.loads(GOLDEN.read_bytes()), "state_version": STATE_VERSION + 1, "caps": {"sms": [1, 2]}, "x": None}
    account = decode(json.dumps(newer).encode())
    assert account.carried == {"caps": {"sms": [1, 2]}, "x": None}
    raw = encode(replace(account, next_due_at=NEVER_MS))
    assert raw.startswith(b'{"next_due_at":9999999999999,')
    assert json.loads(raw) == {**newer, "next_due_at": NEVER_MS}
    assert decode(raw) == replace(account, next_due_at=NEVER_MS)


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"not json", b'{"next_due_at":"x"}'])
def test_bytes_that_are_no_account_are_refused(raw: bytes) -> None:
    with pytest.raises(UnreadableState):
        decode(raw)


def test_a_state_two_versions_on_is_refused() -> None:
    with pytest.raises(UnreadableState, match="state version 5"):
        decode(encode(replace(FULL, state_version=STATE_VERSION + 2)))
