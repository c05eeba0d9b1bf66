"""`tactful simulate`: what it writes, and what it leaves behind when it is refused."""

import gzip
import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from streams import roles
from tests.agents.commands.running import EXAMPLE, REFUSED, UNTIL, Tactful
from tests.agents.reminders.fake_worker import NOW, Counter
from tests.agents.reminders.test_agent import missed, profile
from tests.places import APPROVALS


def test_simulate_writes_lines_and_a_summary(tactful: Tactful, facts: Path, tmp_path: Path) -> None:
    output = tmp_path / "said.jsonl"
    arguments = ("simulate", "--facts", str(facts), "--until", UNTIL, "--output", str(output))
    result = tactful(*arguments, "--summary", "json", tick_period_s="3600")
    assert result.code == 0
    summary = json.loads(result.out)
    lines = [json.loads(line) for line in output.read_text().splitlines()]
    by_topic = {topic: [line["body"] for line in lines if line["topic"] == topic] for topic in roles.OUTPUTS}
    assert sum(map(len, by_topic.values())) == len(lines)

    def counted(group: str) -> int:
        return sum(count for name, count in summary.items() if name.startswith(f"{group}: "))

    assert len(by_topic[roles.REMINDERS]) == counted("messages") > 0
    assert len(by_topic[roles.REMINDER_DECISIONS]) == counted("decisions") > 0
    assert len(by_topic[roles.REMINDER_DEAD_LETTERS]) == counted("dead letters") > 10
    assert all(body["issued_at"] <= f"{UNTIL}T23:59:59Z" for body in by_topic[roles.REMINDERS] if "issued_at" in body)
    assert summary["facts: repayment-missed"] > 0


def test_simulate_reads_and_writes_packed_files_and_says_the_same(
    tactful: Tactful, facts: Path, tmp_path: Path
) -> None:
    packed = tmp_path / "facts.jsonl.gz"
    packed.write_bytes(gzip.compress(facts.read_bytes()))
    plain, zipped = tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz"
    for source, output in ((facts, plain), (packed, zipped)):
        result = tactful(
            "simulate", "--facts", str(source), "--until", UNTIL, "--output", str(output), tick_period_s="86400"
        )
        assert "Simulation" in result.out
    assert gzip.decompress(zipped.read_bytes()) == plain.read_bytes()


@pytest.mark.parametrize("name", ["said.jsonl", "said.jsonl.gz"])
def test_what_simulate_cannot_finish_leaves_the_file_as_it_was(tactful: Tactful, tmp_path: Path, name: str) -> None:
    lines = EXAMPLE.read_text().splitlines()
    (tmp_path / "broken.jsonl").write_text("\n".join([*lines, "{"]))
    arguments = ("simulate", "--facts", "broken.jsonl", "--until", "2026-03-31", "--output", name)
    assert tactful(*arguments).code == REFUSED
    assert [path.name for path in tmp_path.iterdir()] == ["broken.jsonl"]
    (tmp_path / name).write_bytes(b"the last one")
    assert tactful(*arguments).code == REFUSED
    assert (tmp_path / name).read_bytes() == b"the last one"
    assert len(list(tmp_path.iterdir())) == 2


def test_simulate_follows_a_link_and_writes_into_a_pipe(tactful: Tactful, tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to(tmp_path / "said.jsonl")
    arguments = ("simulate", "--facts", str(EXAMPLE), "--until", "2026-03-31", "--output")
    assert tactful(*arguments, "linked").code == 0
    assert (tmp_path / "linked").is_symlink()
    whole = (tmp_path / "said.jsonl").read_bytes()
    os.mkfifo(tmp_path / "pipe")
    reading = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    assert tactful(*arguments, "pipe").code == 0
    assert os.read(reading, 1_000_000) == whole
    os.close(reading)


def test_simulate_takes_facts_out_of_order_as_a_replay_would(tactful: Tactful, tmp_path: Path) -> None:
    # By the day, what came late within one is applied at the same tick.
    told, missed_then, _ = EXAMPLE.read_text(encoding="utf-8").splitlines(keepends=True)
    lines = [told.replace("2026-03-01T08:00:00", "2026-03-06T01:00:00"), missed_then]
    said = {}
    for name, content in (("sorted", lines), ("turned", lines[::-1])):
        (tmp_path / name).write_text("".join(content), encoding="utf-8")
        arguments = ("--facts", name, "--approvals", str(APPROVALS), "--until", "2026-03-31", "--output", "-")
        said[name] = tactful("simulate", *arguments, tick_period_s="86400", tick_offset_s="3600")
    assert said["turned"].out == said["sorted"].out
    assert '"reminder.issued"' in said["turned"].out
    assert said["turned"].code == 0


@pytest.mark.parametrize(
    ("inputs", "held"), [("payment-received,repayment-missed", False), ("repayment-missed,reminder-receipts", True)]
)
def test_simulate_holds_whom_a_worker_holds(tactful: Tactful, tmp_path: Path, inputs: str, held: bool) -> None:
    broken = {
        "type": "raw",
        "topic": "reminder-receipts",
        "time": NOW.isoformat(),
        "key_b64": "QS0x",
        "value_b64": "ew==",
    }
    facts, worker = [*(body for _, body in (profile(), missed())), broken], Counter(silencing_inputs=inputs)
    worker.chunk(profile(), missed(), (roles.REMINDER_RECEIPTS, b"{"))
    worker.tick(NOW)
    (tmp_path / "facts").write_text("".join(f"{json.dumps(body)}\n" for body in facts))
    arguments = ("--facts", "facts", "--until", (NOW + timedelta(minutes=1)).isoformat(), "--output", "-")
    result = tactful("simulate", *arguments, silencing_inputs=inputs)
    said = [json.loads(line) for line in result.out.splitlines()]
    codes = [one["body"]["code"] for one in said if one["topic"] == roles.REMINDER_DECISIONS]
    assert codes == [body["code"] for body in worker.left(roles.REMINDER_DECISIONS).bodies]
    assert codes == ["UNREAD_FACT" if held else "ISSUED"]
