"""The command line: what a person or a program gets back, and one clear line with an exit code when it is refused."""

import gzip
import json
import os
import sys
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest
import yaml

from agents.cli import main
from agents.offline.generator import generate
from agents.policy.files.policy import DEFAULT_POLICY
from agents.policy.files.texts import SHIPPED_TEXTS
from streams import roles
from tests.agents.reminders.fake_worker import NOW, Counter
from tests.agents.reminders.test_agent import missed, profile
from tests.places import ROOT, VARIABLES

REFUSED = 2
EXIT_FAULTS = 1
UNTIL = "2026-02-20"
EXAMPLE = ROOT / "examples" / "one-account.jsonl"


class Result(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


class Tactful(Protocol):
    """`tactful("topics", "plan")`."""

    def __call__(self, *arguments: str, **settings: str) -> Result: ...


@pytest.fixture
def tactful(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Tactful:
    """The command, run here, in an empty folder and with no settings but the example approvals and the given ones."""
    for name in [name for name in os.environ if name.startswith("TACTFUL_")]:
        monkeypatch.delenv(name)
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, **settings: str) -> Result:
        with monkeypatch.context() as patch:
            for name, value in settings.items():
                patch.setenv(f"TACTFUL_{name.upper()}", value)
            patch.setattr(sys, "argv", ["tactful", *arguments])
            try:
                main()
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 0
        sys.stdout.flush()
        return Result(code, *capfd.readouterr())

    return run


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty accounts over sixty days, with one broken record of each kind."""
    path = tmp_path_factory.mktemp("facts") / "facts.jsonl"
    path.write_bytes(b"".join(generate(seed=5, accounts=60, days=60)))
    return path


def test_topics_plan_for_people_and_for_programs(tactful: Tactful) -> None:
    text = tactful("topics", "plan", topic_prefix="bank.")
    assert text.code == 0
    for role in roles.ROLES:
        assert role in text.out
    plan = json.loads(tactful("topics", "plan", "--output", "json", topic_prefix="bank.", partitions="6").out)
    assert [topic["role"] for topic in plan] == list(roles.ROLES)
    by_role = {topic["role"]: topic for topic in plan}
    assert by_role["repayment-missed"]["topic"] == "bank.repayment-missed"
    assert by_role["repayment-missed"]["partitions"] == 6
    assert by_role["reminder-controls"]["partitions"] == 1
    assert by_role["accounts-changelog"]["configs"]["cleanup.policy"] == "compact"


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
    lines = EXAMPLE.read_text().splitlines(keepends=True)
    by_day = groupby(lines, key=lambda line: json.loads(line)["time"][:10])
    turned = [line for _, of_day in by_day for line in reversed(list(of_day))]
    assert turned != lines
    said = {}
    for name, content in (("sorted", lines), ("turned", turned)):
        (tmp_path / name).write_text("".join(content))
        arguments = ("--facts", name, "--until", "2026-03-31", "--output", "-")
        said[name] = tactful("simulate", *arguments, tick_period_s="86400")
    assert said["turned"].out == said["sorted"].out
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


def test_generate_is_the_same_for_the_same_seed(tactful: Tactful, tmp_path: Path) -> None:
    def told(seed: int, name: str) -> bytes:
        path = tmp_path / name
        result = tactful("generate", "--accounts", "20", "--days", "60", "--seed", str(seed), "--output", str(path))
        assert result.code == 0
        raw = path.read_bytes()
        return gzip.decompress(raw) if name.endswith(".gz") else raw

    first = told(1, "a.jsonl")
    assert told(1, "b.jsonl") == first
    assert told(1, "c.jsonl.gz") == first
    assert told(2, "d.jsonl") != first


def test_schemas_are_written(tactful: Tactful, tmp_path: Path) -> None:
    result = tactful("schema", "export", str(tmp_path / "schemas"))
    assert result.code == 0
    written = list((tmp_path / "schemas").rglob("*.json"))
    assert f"{len(written)} schemas in {tmp_path}" in result.out
    assert json.loads((tmp_path / "schemas/reminders/reminder.issued.json").read_text())["properties"]["type"]


def test_the_shipped_policy_passes(tactful: Tactful) -> None:
    result = tactful("policy", "check")
    assert result.code == 0
    assert result.out.startswith("cn-consumer ")


def test_every_fault_of_a_policy_and_its_texts_is_named(tactful: Tactful, tmp_path: Path) -> None:
    policy = tmp_path / "broken.toml"
    broken = DEFAULT_POLICY.read_text().replace('start = "09:00"', 'start = "9 o\'clock"')
    policy.write_text(broken.replace('zone = "Asia/Shanghai"', 'zone = "Peking"') + "\nsurprise = 1\n")
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "en.toml").write_text((SHIPPED_TEXTS / "en.toml").read_text().replace("{amount}", "{sum}"))
    result = tactful("policy", "check", str(policy), "--texts", str(texts))
    assert result.code == EXIT_FAULTS
    for fault in ("hours.start", "lender.zone", "surprise", "en.toml", "unknown slot 'sum'"):
        assert fault in result.out + result.err
    assert "Traceback" not in result.err


def test_secrets_are_not_shown(tactful: Tactful) -> None:
    secret = {
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "PLAIN",
        "sasl_username": "tactful",
        "sasl_password": "open sesame",
    }
    for output in ("text", "json"):
        result = tactful("config", "show", "--output", output, **secret)
        assert result.code == 0
        assert "TACTFUL_SASL_PASSWORD" in result.out
        assert "open sesame" not in result.out
    shown = {entry["variable"]: entry for entry in json.loads(result.out)}
    assert set(shown["TACTFUL_SASL_PASSWORD"]["value"]) == {"*"}
    assert shown["TACTFUL_SASL_USERNAME"]["origin"] == "set"
    assert shown["TACTFUL_PARTITIONS"]["origin"] == "default"


@pytest.mark.parametrize("command", [("config", "show"), ("worker",), ("topics", "plan"), ("watch",)])
def test_wrong_settings_are_told_together(tactful: Tactful, command: tuple[str, ...]) -> None:
    result = tactful(*command, partitions="none", clock="sundial", partitons="4")
    assert result.code == REFUSED
    assert result.out == ""
    assert result.err.startswith("tactful: 3 settings are wrong:\n")
    for told in ("TACTFUL_PARTITIONS", "TACTFUL_CLOCK", "did you mean TACTFUL_PARTITIONS?"):
        assert told in result.err


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('{"type":"repayment.missed"}', "no time with a zone"),
        ("nonsense", "not a JSON object"),
        ('{"type":"weather.changed","time":"2026-01-01T00:00:00Z"}', "no topic carries the type 'weather.changed'"),
    ],
)
def test_a_file_that_holds_no_facts_is_named_by_line(tactful: Tactful, tmp_path: Path, lines: str, told: str) -> None:
    (tmp_path / "facts.jsonl").write_text(f"\n{lines}\n")
    result = tactful("simulate", "--facts", "facts.jsonl", "--until", UNTIL, "--output", "-")
    assert result.code == REFUSED
    assert result.err.startswith("tactful: facts.jsonl:2: ")
    assert told in result.err


def test_a_file_that_is_not_there_is_one_line(tactful: Tactful) -> None:
    result = tactful("simulate", "--facts", "nowhere.jsonl", "--until", UNTIL, "--output", "-")
    assert result.code == REFUSED
    assert "nowhere.jsonl" in result.err
    assert result.err.count("\n") == 1


def test_a_date_that_is_none_is_told_with_its_option(tactful: Tactful, facts: Path) -> None:
    result = tactful("simulate", "--facts", str(facts), "--until", "soon", "--output", "-")
    assert result.code == REFUSED
    assert "'soon' is not an ISO 8601 date or time" in result.err


@pytest.mark.parametrize("command", [("topics", "check"), ("watch",), ("feed", "-")])
def test_a_cluster_that_does_not_answer_is_one_line(tactful: Tactful, command: tuple[str, ...]) -> None:
    result = tactful(*command, bootstrap_servers="127.0.0.1:1")
    assert result.code == REFUSED
    assert result.err.splitlines()[-1].startswith("tactful: no Kafka cluster answers at 127.0.0.1:1: ")
    assert "Traceback" not in result.err


def test_the_plan_for_acls_has_one_command_a_line_and_nothing_else(tactful: Tactful) -> None:
    result = tactful(
        *("topics", "plan", "--format", "acls", "--principal", "worker=User:w", "--principal", "source"),
        namespace="bank",
    )
    lines = result.out.splitlines()
    assert all(line.startswith("kafka-acls.sh ") for line in lines)
    assert {word for line in lines for word in line.split() if word.startswith("User:")} == {
        "User:w",
        "User:bank-source",
    }
    assert result.err == ""


def test_the_plan_for_strimzi_is_yaml(tactful: Tactful) -> None:
    result = tactful("topics", "plan", "--format", "strimzi", "--cluster", "bus", "--bank-topic", "core.loans")
    documents = list(yaml.safe_load_all(result.out))
    assert {document["kind"] for document in documents} == {"KafkaTopic", "KafkaUser"}
    assert {document["metadata"]["labels"]["strimzi.io/cluster"] for document in documents} == {"bus"}
    assert "core.loans" in result.out
    assert result.err == ""


def test_an_intake_without_the_banks_topics_is_told_beside_the_plan(tactful: Tactful) -> None:
    result = tactful("topics", "plan", "--format", "acls", "--principal", "intake")
    assert "--bank-topic" in result.err
    assert "--bank-topic" not in result.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--format", "acls", "--principal", "nobody"), "no principal 'nobody'"),
        (("--format", "strimzi", "--principal", "worker=CN=w"), "cannot be the name of a KafkaUser"),
        (("--format", "acls", "--output", "json"), "without --format"),
    ],
)
def test_a_plan_that_cannot_be_written_is_refused(tactful: Tactful, arguments: tuple[str, ...], told: str) -> None:
    result = tactful("topics", "plan", *arguments)
    assert result.code == REFUSED
    assert told in result.err
    assert result.out == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("reminders", "2", "--to", "earliest", "--by", "u-7", "--reason", "said again"), "not an input: reminders"),
        (("payment-received", "2", "--to", "latest", "--by", "u-7", "--reason", "said again"), "--to is earliest"),
        (("payment-received", "2", "--to", "7", "--by", " ", "--reason", "said again"), "--by and --reason"),
        (("payment-received", "2", "--to", "7", "--by", "u-7", "--reason", "x" * 501), "at most 500"),
    ],
)
def test_an_offset_is_not_reset_by_halves(tactful: Tactful, arguments: tuple[str, ...], told: str) -> None:
    result = tactful("topics", "reset", *arguments)
    assert result.code == REFUSED
    assert told in " ".join(result.err.replace("\u2502", " ").split())
