"""The generated portfolio is repeatable, usable, invented, and makes every kind of message leave."""

import base64
import json
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import phonenumbers
import pytest

from agents.offline.fact_files import read_lines
from agents.offline.generator import START, generate
from agents.offline.generator.broken import kinds
from agents.offline.simulation import Simulation
from agents.policy.files.policy import load_rulebook
from schemas.reading import MODELS, UnusableInput, read
from schemas.values.instants import to_ms
from streams.clock import Grid
from tests.places import PLACES

LIMIT_BYTES = 65_536
ROLE_OF = {kind: role for role, models in MODELS.items() for kind in models}


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    return list(generate(seed=7, accounts=2_000, days=75))


@pytest.fixture(scope="module")
def bodies(lines: list[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines]


def test_the_same_seed_tells_the_same_and_another_does_not(lines: list[bytes]) -> None:
    assert list(generate(seed=7, accounts=2_000, days=75)) == lines
    assert list(generate(seed=8, accounts=2_000, days=75)) != lines


def test_an_account_does_not_depend_on_how_many_there_are() -> None:
    def of_first(accounts: int) -> list[bytes]:
        told = generate(seed=3, accounts=accounts, days=60, broken=False)
        return [line for line in told if b'"A0000001"' in line]

    assert of_first(1) == of_first(50)


def test_all_is_said_in_order_and_within_the_days(bodies: list[dict[str, Any]]) -> None:
    times = [datetime.fromisoformat(body["time"]) for body in bodies]
    assert times == sorted(times)
    assert times[0].date() == START
    assert times[-1].date() < START + timedelta(days=75)


def test_every_fact_is_usable(bodies: list[dict[str, Any]]) -> None:
    facts = [body for body in bodies if body["type"] != "raw"]
    for body in facts:
        read(ROLE_OF[body["type"]], body["account_id"].encode(), json.dumps(body).encode(), LIMIT_BYTES)
    assert len({body["event_id"] for body in facts}) == len(facts)


def test_the_profile_comes_first(bodies: list[dict[str, Any]]) -> None:
    first: dict[str, str] = {}
    for body in bodies:
        if body["type"] != "raw":
            first.setdefault(body["account_id"], body["type"])
    assert set(first.values()) == {"profile.updated"}
    assert len(first) == 2_000


def test_no_telephone_can_ring(bodies: list[dict[str, Any]]) -> None:
    numbers = {body["phone"] for body in bodies if body.get("phone")}
    assert len(numbers) > 1_900
    assert not any(phonenumbers.is_valid_number(phonenumbers.parse(number, None)) for number in numbers)


def test_it_is_as_untidy_as_a_bank(bodies: list[dict[str, Any]]) -> None:
    kinds_told = Counter(body["type"] for body in bodies)
    assert set(kinds_told) >= {
        "instalment.amended",
        "instalment.withdrawn",
        "payment.returned",
        "hold.placed",
        "hold.lifted",
        "account.ended",
    }
    payments = [body for body in bodies if body["type"] == "payment.booked"]
    assert {"allocations" in body for body in payments} == {True, False}
    assert len({body["payment_id"] for body in payments}) < len(payments), "some are told twice"
    misses = [body for body in bodies if body["type"] == "repayment.missed"]
    snapshots = {(b["account_id"], b["loan_id"], b["instalment_id"], b["as_of"]) for b in misses}
    assert len(snapshots) < len(misses), "some nights run twice"
    assert any(body["outstanding_minor"] == 0 for body in misses), "a corrected snapshot"


@pytest.mark.parametrize("index", range(len(list(kinds("A1", START)))))
def test_each_broken_record_is_refused_for_its_own_reason(index: int) -> None:
    broken = list(kinds("A1", date(2026, 1, 5)))[index]
    with pytest.raises(UnusableInput) as fault:
        read(broken.role, broken.key, broken.value, LIMIT_BYTES)
    assert fault.value.reason == broken.reason


def test_the_broken_records_stand_in_the_file_byte_for_byte(bodies: list[dict[str, Any]]) -> None:
    raw = [body for body in bodies if body["type"] == "raw"]
    expected = list(kinds("A1", START))
    assert [body["topic"] for body in raw] == [record.role for record in expected]
    for body, record in zip(raw, expected, strict=True):
        assert (body["key_b64"] is None) == (record.key is None)
        assert (body["value_b64"] is None) == (record.value is None)
    assert base64.b64decode(raw[0]["value_b64"]) == expected[0].value


def test_every_type_and_stage_leaves_under_the_shipped_policy(lines: list[bytes], tmp_path: Path) -> None:
    path = tmp_path / "facts.jsonl"
    path.write_bytes(b"".join(lines))
    simulation = Simulation(load_rulebook(PLACES, "test"), Grid(3_600), LIMIT_BYTES)
    until = datetime.fromisoformat("2026-03-17T00:00:00+00:00")
    for _ in simulation.run(read_lines([str(path)]), to_ms(until)):
        pass
    told = {name: count for (group, name), count in simulation.counts.items() if group == "messages"}
    assert sum(count for name, count in told.items() if name.startswith("reminder.issued")) >= 1_000
    for name in (
        "reminder.issued PRE_DUE",
        "reminder.issued FRIENDLY",
        "reminder.escalated FIRM",
        "reminder.escalated LAST",
        "reminder.cancelled PRE_DUE",
        "reminder.cancelled FRIENDLY",
        "reminder.cancelled FIRM",
        "reminder.cancelled LAST",
        "case.handed-off HAND_OFF",
        "case.withdrawn",
        "cycle.opened",
        "cycle.closed",
    ):
        assert told[name] > 20, name
    refused = {str(name): count for (group, name), count in simulation.counts.items() if group == "dead letters"}
    assert refused == Counter(record.reason for record in kinds("A1", START))


def test_a_portfolio_has_a_limit() -> None:
    with pytest.raises(ValueError, match="accounts"):
        generate(seed=1, accounts=10_000_000, days=60)
