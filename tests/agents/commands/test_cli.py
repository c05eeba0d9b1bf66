"""The command line: what a person or a program gets back, and one clear line with an exit code when it is refused."""

import gzip
import json
from pathlib import Path

import pytest
import yaml

from agents.policy.files.policy import DEFAULT_POLICY
from agents.policy.files.texts import SHIPPED_TEXTS
from streams import roles
from tests.agents.commands.running import EXIT_FAULTS, REFUSED, UNTIL, Tactful


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
