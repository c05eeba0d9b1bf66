"""What a simulation comes to is what one counts in its own output; and the benchmark's checks find what is wrong."""

import json
import os
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from agents.commands import data
from agents.decisions.policy.rulebook import Rulebook
from agents.offline.fact_files import FactLine
from agents.offline.simulation import Emitted, Simulation
from agents.offline.tally import Deferrals, Tally, cost, nothing_leaves, sheets, summary
from agents.policy.approvals import Hashed, approval_lines
from agents.policy.files.packs import SHIPPED, all_packs, pack_hash
from agents.policy.files.policy import DEFAULT_POLICY
from benchmarks import morning_wave
from benchmarks.morning_wave import END_MS, OPENS_MS, PARTITIONS, Checks
from schemas.decisions import Decision
from schemas.policy.limits import Gateway
from schemas.stored.accounts import NEVER_MS, Account
from schemas.stored.structs import LastReason
from schemas.values.instants import to_ms
from streams import roles
from streams.clock import Grid
from streams.settings import Settings
from tests.agents.decisions.story import BOOK, rulebook
from tests.places import APPROVALS

ACCOUNTS = 60
PERSONAL = rulebook(
    pacing={"messages_per_second": 1},
    gateway={**BOOK.policy.gateway.model_dump(), "price_per_part": "0.045", "price_currency": "CNY"},
    segments=[{"code": "small", "when": {"overdue_to_minor": {"CNY": 500_000}}, "tone": "warm"}],
    experiments=[
        {
            "code": "tone",
            "first_day": "2026-01-01",
            "last_day": "2026-12-31",
            "arms": [{"code": "as-is", "share": 50}, {"code": "kind", "share": 50, "tone": "supportive"}],
            "stop": {"complaints_per_1000": 5, "opt_outs_per_1000": 5},
        }
    ],
)
"""One message a second over four partitions: one every four seconds of each."""


def simulated(
    under: Rulebook, until_ms: int = END_MS, *more: FactLine
) -> tuple[Simulation, list[dict[str, Any]], list[dict[str, Any]]]:
    """A small wave: the simulation, its reminders, and its decisions."""
    simulation = Simulation(under, Grid(1), 65_536, PARTITIONS)
    emitted = list(simulation.run([*morning_wave.lines(ACCOUNTS), *more], until_ms))
    return simulation, _bodies(emitted, roles.REMINDERS, "issued_at"), _bodies(emitted, roles.REMINDER_DECISIONS, "now")


def _bodies(emitted: Iterable[Emitted], role: str, having: str) -> list[dict[str, Any]]:
    bodies = [json.loads(record.value) for record in emitted if record.role == role]
    return [body for body in bodies if having in body]


def _ms(text: str) -> int:
    return to_ms(datetime.fromisoformat(text))


def test_the_summary_is_what_one_counts_in_the_output() -> None:
    simulation, reminders, _ = simulated(PERSONAL)
    told = summary(simulation.tally, PERSONAL, END_MS)
    said = told["reminders"]
    assert len(reminders) == said["total"] == ACCOUNTS
    for name in ("stage", "tone", "segment"):
        assert said[f"by_{name}"] == Counter(r[name] for r in reminders if r[name] is not None)
        assert len(said[f"by_{name}"]) > (name == "stage")
    assert said["by_arm"] == Counter(f"{r['experiment']}/{r['arm']}" for r in reminders)
    assert said["by_arm"].keys() == {"tone/as-is", "tone/kind"}
    assert said["per_minute"] == Counter(f"{r['issued_at'][:16]}Z" for r in reminders)
    assert said["per_account_max"] == 1
    parts = sum(r["parts"] for r in reminders)
    assert told["sms"] == {"parts": parts, "price": str(parts * Decimal("0.045")), "currency": "CNY"}
    assert told["warnings"] == []
    assert json.loads(json.dumps(told)) == told


def test_a_wait_is_from_the_first_deferral_to_what_ends_it() -> None:
    simulation, reminders, decisions = simulated(PERSONAL)
    paced = {d["account_id"]: _ms(d["now"]) for d in decisions if d["code"] == "PACED"}
    left = {r["account_id"]: _ms(r["issued_at"]) for r in reminders}
    assert len(paced) == ACCOUNTS - PARTITIONS  # the first of each partition waits for nobody
    longest = max(left[account] - since for account, since in paced.items())
    assert simulation.tally.waits(END_MS) == [Deferrals("PACED", len(paced), longest, 0)]


def test_a_tick_uses_the_turns_since_the_tick_before_it() -> None:
    hourly = Simulation(PERSONAL, Grid(3600), 65_536, PARTITIONS, tick_period_s=3600)
    emitted = list(hourly.run(morning_wave.lines(ACCOUNTS), OPENS_MS))
    assert len(_bodies(emitted, roles.REMINDERS, "issued_at")) == ACCOUNTS
    assert hourly.tally.waits(OPENS_MS) == []


def test_who_waits_still_is_told_with_the_time_until_the_end() -> None:
    end_ms = OPENS_MS + 10_000
    simulation, reminders, _ = simulated(PERSONAL, end_ms)
    (wait,) = simulation.tally.waits(end_ms)
    assert (wait.longest_ms, wait.waiting) == (10_000, ACCOUNTS - len(reminders))
    assert f"{wait.waiting}" in str(list(sheets(simulation.tally, PERSONAL, end_ms)))


def test_who_pays_in_the_queue_waits_no_more_and_gets_nothing() -> None:
    last = max(simulated(PERSONAL)[1], key=lambda reminder: str(reminder["issued_at"]))["account_id"]
    said = datetime.fromtimestamp(OPENS_MS / 1000 + 5, morning_wave.ZONE).isoformat()
    payment = {"type": "payment.booked", "event_id": "b", "payment_id": "P", "account_id": last, "currency": "CNY"}
    body = json.dumps({**payment, "amount_minor": 2_000_000, "time": said, "booked_at": said})
    line = FactLine(OPENS_MS + 5000, roles.PAYMENT_RECEIVED, last.encode(), body.encode())
    simulation, reminders, _ = simulated(PERSONAL, END_MS, line)
    assert last not in {reminder["account_id"] for reminder in reminders}
    (wait,) = simulation.tally.waits(END_MS)
    assert wait.waiting == 0
    assert wait.longest_ms < 4000 * ACCOUNTS  # not until the end of the day


DEFERRALS = [
    LastReason("A", "deferred", "PACED"),
    LastReason("B", "deferred", "PACED"),
    LastReason("A", "deferred", "COOL_DOWN"),
]
REASONS = st.sampled_from([None, LastReason("A", "blocked", "OPTED_OUT"), *DEFERRALS])


@settings(max_examples=60, derandomize=True, database=None)
@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), REASONS, st.integers(0, 9)), max_size=20))
def test_waits_are_those_of_a_naive_recount(story: list[tuple[str, LastReason | None, int]]) -> None:
    tally, now_ms = Tally(), 0
    books: dict[str, list[tuple[int, LastReason | None]]] = {"a": [(0, None)], "b": [(0, None)]}
    for name, reason, passed_ms in story:
        now_ms += passed_ms
        before = Account(NEVER_MS, 1, name, reason=books[name][-1][1])
        tally.moved(name.encode(), before, Account(NEVER_MS, 1, name, reason=reason), now_ms)
        if reason != before.reason:
            books[name].append((now_ms, reason))
    end_ms = now_ms + 1
    spans = [
        (name, reason.code, until_ms - since_ms, until_ms == end_ms)
        for name, told in books.items()
        for (since_ms, reason), (until_ms, _) in pairwise([*told, (end_ms, None)])
        if reason is not None and reason.outcome == "deferred"
    ]
    assert tally.waits(end_ms) == [
        Deferrals(
            code,
            len({name for name, of, _, _ in spans if of == code}),
            max(ms for _, of, ms, _ in spans if of == code),
            sum(still for _, of, _, still in spans if of == code),
        )
        for code in sorted({of for _, of, _, _ in spans})
    ]


def test_an_account_that_is_forgotten_waits_no_more() -> None:
    tally = Tally()
    account = Account(NEVER_MS, 1, "a", reason=LastReason("A", "deferred", "PACED"))
    tally.moved(b"a", None, account, 5)
    tally.moved(b"a", account, None, 12)
    assert tally.waits(99) == [Deferrals("PACED", 1, 7, 0)]


def test_a_cap_is_counted_by_its_rule() -> None:
    _, _, decisions = simulated(PERSONAL, OPENS_MS)
    sample = next(d for d in decisions if d["outcome"] == "deferred")
    tally = Tally()
    for code, rule in (("CAP_REACHED", "CN-CAP-1"), ("CAP_REACHED", "CN-CAP-2"), ("PACED", None)) * 2:
        tally.decision(msgspec.convert({**sample, "code": code, "rule": rule}, Decision))
    assert summary(tally, PERSONAL, END_MS)["caps_hit"] == {"CN-CAP-1": 2, "CN-CAP-2": 2}


def test_a_price_is_exact_and_absent_without_one() -> None:
    priced = Gateway(price_per_part="0.0451", price_currency="CNY")
    assert cost(1_000_003, priced) == (Decimal("45100.1353"), "CNY")
    assert cost(3, Gateway()) is None


def test_the_busiest_hour_is_shown_minute_by_minute_by_the_lenders_clock() -> None:
    tally = Tally()
    minute = OPENS_MS // 60_000
    tally.per_minute.update({minute: 10, minute + 3: 40, minute + 60: 49, minute - 1440: 30})
    busiest = next(s for s in sheets(tally, PERSONAL, END_MS) if s.title.startswith("Busiest"))
    assert [row[:2] for row in busiest.rows] == [("09:00", "10"), ("09:01", "0"), ("09:02", "0"), ("09:03", "40")]
    assert [len(row[2]) for row in busiest.rows] == [10, 0, 0, 40]
    assert "2026-11-30 09:00, 50 reminders; busiest day: 2026-11-30, 99" in busiest.title


def test_what_did_not_occur_is_not_shown() -> None:
    assert list(sheets(Tally(), PERSONAL, END_MS)) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"law": BOOK.law._replace(approved=False)}, ["approved pack CN 2026.12", "different people"]),
        ({"law": BOOK.law._replace(complete=False)}, ["part of one that extends it"]),
        ({"approved_texts": frozenset({"zh-Hans"})}, ["leaves in en, zh-Hant", "different people"]),
        ({}, []),
    ],
)
def test_why_nothing_leaves_is_told_with_what_to_do(changes: dict[str, Any], told: list[str]) -> None:
    found = nothing_leaves(BOOK._replace(**changes))
    assert len(found) == len(told)
    assert all(words in line for words, line in zip(told, found, strict=True))


def run_simulate(folder: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> Result:
    """`tactful simulate` on the small wave."""
    for name in [name for name in os.environ if name.startswith("TACTFUL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "300")
    facts = folder / "facts.jsonl"
    facts.write_bytes(b"\n".join(line.value or b"" for line in morning_wave.lines(5)))
    app = typer.Typer()
    data.register(app)
    arguments = ["simulate", "--facts", str(facts), "--until", "2026-11-30", "--output", str(folder / "out.jsonl")]
    return CliRunner().invoke(app, [*arguments, *options])


def test_whoever_has_no_approvals_is_told_why_nobody_is_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run_simulate(tmp_path, monkeypatch)
    assert result.exit_code == 0
    for words in ("no reminder leaves: nobody", "approved pack CN", "tactful policy hashes", "--approvals"):
        assert result.stderr.count(words) == 2, words  # before a long run, and below its summary
    summary = json.loads(run_simulate(tmp_path, monkeypatch, "--summary", "json").stdout)
    assert summary["reminders"]["total"] == 0
    assert len(summary["warnings"]) == 3


def test_what_is_wrong_with_the_options_is_told_before_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run_simulate(tmp_path, monkeypatch, "--until", "soon")
    assert "'soon' is not" in result.stderr
    assert "no reminder leaves" not in result.stderr


def test_approvals_are_an_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run_simulate(tmp_path, monkeypatch, "--approvals", str(APPROVALS))
    assert result.exit_code == 0
    assert "warning" not in result.stderr
    assert "Busiest hour (Asia/Shanghai): 2026-11-30 09:00, 5 reminders" in result.stdout


def test_a_pack_that_is_not_yet_in_force_is_told_with_its_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packs = tmp_path / "packs"
    packs.mkdir()
    text = (SHIPPED / "cn.toml").read_text(encoding="utf-8")
    later = text.replace("effective_from = 2025-02-28", "effective_from = 2027-01-01", 1)
    assert later != text
    (packs / "cn.toml").write_text(later, encoding="utf-8")
    pack = all_packs(packs, [])["CN"]
    approvals = tmp_path / "approvals.toml"
    hashed = Hashed("pack", "CN", pack.version, pack_hash(pack), ())
    told = [line for by in ("Ann", "Bea") for line in approval_lines([hashed], by, date(2026, 11, 30))]
    approvals.write_text(APPROVALS.read_text(encoding="utf-8") + "\n".join(told), encoding="utf-8")
    options = ("--packs", str(packs), "--approvals", str(approvals))
    result = run_simulate(tmp_path, monkeypatch, *options)
    assert "5 times nothing left because pack CN is in force from 2027-01-01 only" in result.stderr
    summary = json.loads(run_simulate(tmp_path, monkeypatch, *options, "--summary", "json").stdout)
    assert len(summary["warnings"]) == 1


def test_a_pace_by_the_second_and_ticks_by_the_hour_do_not_go_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = tmp_path / "paced.toml"
    paced = DEFAULT_POLICY.read_text(encoding="utf-8") + "\n[pacing]\nmessages_per_second = 5\n"
    policy.write_text(paced, encoding="utf-8")
    options = ("--policy", str(policy), "--approvals", str(APPROVALS))
    assert "warning" not in run_simulate(tmp_path, monkeypatch, *options).stderr
    with monkeypatch.context() as patch:
        patch.setattr(data, "Settings", lambda: Settings(tick_period_s=3600))
        result = run_simulate(tmp_path, monkeypatch, *options)
    assert "ticks are 3,600 s apart" in result.stderr


def test_a_pack_folder_is_an_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run_simulate(tmp_path, monkeypatch, "--packs", str(tmp_path / "nowhere"))
    assert "no such folder of packs" in str(result.exception)


# The benchmark


def test_a_wave_with_room_to_spare_passes_its_own_checks() -> None:
    done = morning_wave.wave(ACCOUNTS, 100, 1)
    assert done.faults == []
    assert sum(done.per_minute.values()) == ACCOUNTS
    assert set(done.stages) == {"FRIENDLY", "FIRM", "LAST"}
    assert done.in_a_second <= 25


def test_a_wave_that_must_queue_passes_its_own_checks() -> None:
    assert morning_wave.wave(ACCOUNTS, 8, 0).faults == []


def left(number: int, at_ms: int, valid_ms: int = 900_000) -> tuple[bytes, bytes]:
    """A message as the checks read it."""
    key = f"ACC{number:09d}"
    told = {
        "type": "reminder.issued",
        "account_id": key,
        "parts": 1,
        "issued_at": datetime.fromtimestamp(at_ms / 1000, morning_wave.ZONE).isoformat(),
        "expires_at": datetime.fromtimestamp((at_ms + valid_ms) / 1000, morning_wave.ZONE).isoformat(),
    }
    return key.encode(), json.dumps(told).encode()


def judged(*messages: tuple[bytes, bytes], accounts: int, rate: int = 4) -> list[str]:
    checks = Checks(accounts, rate)
    for key, value in messages:
        checks.see(key, value)
    return list(checks.faults())


def test_the_checks_find_nothing_where_nothing_is_wrong() -> None:
    assert judged(*(left(n, OPENS_MS + 2000 * n) for n in range(9)), accounts=9) == []


@pytest.mark.parametrize(
    ("messages", "accounts", "fault"),
    [
        ([left(0, OPENS_MS), left(0, OPENS_MS + 5000)], 2, "1 accounts without a message, 1 with more than one"),
        ([left(0, OPENS_MS - 1000)], 1, "1 messages outside"),
        ([left(0, morning_wave.CLOSES_MS - 1000)], 1, "1 messages outside"),
        ([left(n, OPENS_MS) for n in range(9)], 9, "times more than 1 of one partition in a second"),
        ([left(n, OPENS_MS + n, 900) for n in range(5)], 5, "1 messages expire in the queue"),
    ],
    ids=["once", "early", "late", "rate", "queue"],
)
def test_the_checks_find_what_is_wrong(messages: list[tuple[bytes, bytes]], accounts: int, fault: str) -> None:
    assert any(fault in told for told in judged(*messages, accounts=accounts))
