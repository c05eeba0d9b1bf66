"""Settings: sensible without any, strict about each, and every fault told at once."""

import os
from pathlib import Path

import pytest

from streams.roles import ACCOUNTS_CHANGELOG, REPAYMENT_MISSED, ROLES
from streams.settings import Settings, SettingsError


@pytest.fixture(autouse=True)
def no_outside_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the variables of whoever runs the tests nor a .env where they stand."""
    for name in list(os.environ):
        if name.upper().startswith("TACTFUL_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def faults_of(**values: object) -> str:
    with pytest.raises(SettingsError) as refused:
        Settings(**values)
    return str(refused.value)


def test_the_defaults_are_a_worker_on_a_local_cluster() -> None:
    settings = Settings()
    assert settings.group_id == "tactful-reminders"
    assert settings.topics[REPAYMENT_MISSED] == "repayment-missed"
    assert settings.topics[ACCOUNTS_CHANGELOG] == "tactful-accounts-changelog"
    assert set(settings.topics) == set(ROLES)
    assert settings.kafka_security_kwargs() == {}


def test_names_follow_the_namespace_and_the_prefix() -> None:
    settings = Settings(namespace="north", topic_prefix="bank.", topics={REPAYMENT_MISSED: "core.missed"})
    assert settings.group_id == "north-reminders"
    assert settings.topics[REPAYMENT_MISSED] == "core.missed"
    assert settings.topics["reminders"] == "bank.reminders"
    assert settings.topics[ACCOUNTS_CHANGELOG] == "bank.north-accounts-changelog"


def test_lists_and_pairs_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACTFUL_BOOTSTRAP_SERVERS", "one:9092, two:9092")
    monkeypatch.setenv("TACTFUL_TOPICS", "repayment-missed=core.missed, reminders=out.reminders")
    monkeypatch.setenv("TACTFUL_SILENCING_INPUTS", "payment-received,case-updated")
    settings = Settings()
    assert settings.bootstrap_servers == ("one:9092", "two:9092")
    assert (settings.topics["repayment-missed"], settings.topics["reminders"]) == (
        "core.missed",
        "out.reminders",
    )
    assert settings.silencing_inputs == ("payment-received", "case-updated")


def test_a_file_of_settings_may_hold_the_settings_of_others(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("COMPOSE_PROJECT_NAME=x\nTACTFUL_NAMESPACE=south\n")
    assert Settings().namespace == "south"


def test_every_fault_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("TACTFUL_NAMESPCE=south\n")
    monkeypatch.setenv("TACTFUL_PARTITION", "8")
    monkeypatch.setenv("TACTFUL_COMMIT_INTERVAL_MS", "soon")
    monkeypatch.setenv("TACTFUL_TICK_ZONE", "Mars/Olympus")
    told = faults_of(tick_period_s=7, cloc="replay")
    assert told.startswith("6 settings are wrong:")
    assert "TACTFUL_NAMESPCE (in .env) is not a setting; did you mean TACTFUL_NAMESPACE?" in told
    assert "TACTFUL_PARTITION (in the environment) is not a setting; did you mean TACTFUL_PARTITIONS?" in told
    assert "TACTFUL_COMMIT_INTERVAL_MS: input should be a valid integer" in told
    assert "TACTFUL_TICK_ZONE: not a time zone of the IANA database" in told
    assert "TACTFUL_TICK_PERIOD_S: must divide a day" in told
    assert "cloc is not a setting; did you mean clock?" in told


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"bootstrap_servers": "here"}, "not host:port"),
        ({"bootstrap_servers": ""}, "at least 1 item"),
        ({"topics": {"missed": "x"}}, "no such role"),
        ({"topics": {"reminders": "repayment-missed"}}, "two roles have the same topic name"),
        ({"topics": "reminders"}, "expected role=name"),
        ({"security_protocol": "SASL_SSL", "sasl_mechanism": "PLAIN"}, "SASL needs a mechanism"),
        ({"security_protocol": "SASL_SSL"}, "SASL needs a mechanism"),
        ({"sasl_mechanism": "PLAIN"}, "has no effect unless TACTFUL_SECURITY_PROTOCOL is SASL_"),
        ({"ssl_keyfile": __file__}, "needs both its certificate file and its key file"),
        ({"ssl_cafile": "/no/such/file.pem"}, "does not point to a file"),
        ({"transaction_timeout_ms": 5000}, "must be longer than TACTFUL_PRODUCER_REQUEST_TIMEOUT_MS"),
        ({"session_timeout_ms": 5000}, "at least three times TACTFUL_HEARTBEAT_INTERVAL_MS"),
        ({"tick_offset_s": 1}, "must be less than TACTFUL_TICK_PERIOD_S"),
        ({"silencing_inputs": "reminders"}, "not an input (inputs are"),
        ({"namespace": "a b"}, "TACTFUL_NAMESPACE"),
        ({"replay_speed": 0}, "greater than 0"),
    ],
)
def test_a_wrong_setting_is_refused(values: dict[str, object], told: str) -> None:
    assert told in faults_of(**values)


def test_days_may_start_at_nine() -> None:
    settings = Settings(clock="replay", tick_period_s=86_400, tick_offset_s=9 * 3600, tick_zone="Asia/Shanghai")
    assert settings.tick_offset_s == 32_400


def test_sasl_comes_from_a_mounted_secret(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("open sesame\n")
    settings = Settings(
        security_protocol="SASL_SSL",
        sasl_mechanism="SCRAM-SHA-512",
        sasl_username="us",
        sasl_password_file=secret,
    )
    kwargs = settings.kafka_security_kwargs()
    assert kwargs.pop("ssl_context").check_hostname
    assert kwargs == {
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "us",
        "sasl_plain_password": "open sesame",
    }


def test_no_secret_is_ever_shown() -> None:
    settings = Settings(
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="PLAIN",
        sasl_username="us",
        sasl_password="open sesame",
    )
    described = {row["variable"]: row for row in settings.describe()}
    assert described["TACTFUL_SASL_PASSWORD"]["value"] == "**********"
    assert described["TACTFUL_SASL_USERNAME"]["origin"] == "set"
    assert described["TACTFUL_PARTITIONS"] == {
        "variable": "TACTFUL_PARTITIONS",
        "value": 4,
        "origin": "default",
        "meaning": "of every topic but the controls",
    }
    assert "sesame" not in repr(settings)
    assert "sesame" not in str(settings.describe())
    assert "9876" not in faults_of(sasl_password=9876)


@pytest.mark.parametrize(
    "name",
    [
        "bootstrap_servers",
        "health_port",
        "sasl_mechanism",
        "tick_zone",
        "topics",
        "marked_inputs",
        "ssl_cafile",
        "clock",
        "namespace",
        "topic_prefix",
        "group",
        "sasl_pasword",
    ],
)
def test_a_secret_in_the_wrong_setting_is_not_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "u:hun ter2@h" if name in {"namespace", "topic_prefix"} else "user:hunter2=x@kafka.example.com:9092"
    monkeypatch.setenv(f"TACTFUL_{name.upper()}", secret)
    told = faults_of()
    assert f"TACTFUL_{name.upper()}" in told
    assert "hunter2" not in told
    assert "hun ter2" not in told


def test_sasl_in_the_clear_leaves_this_machine_only_by_the_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACTFUL_SASL_PASSWORD", "open sesame")
    values = {"security_protocol": "SASL_PLAINTEXT", "sasl_username": "u", "sasl_mechanism": "PLAIN"}
    assert Settings(**values, bootstrap_servers="localhost:9092, [::1]:9092, 127.0.0.2:9092")
    for servers in ("kafka.example.com:9092", "127.0.0.1:9092, 10.0.0.7:9092"):
        told = faults_of(**values, bootstrap_servers=servers)
        assert "TACTFUL_SASL_IN_CLEAR=because-private-network" in told
        assert Settings(**values, bootstrap_servers=servers, sasl_in_clear="because-private-network")
    with_tls = {**values, "security_protocol": "SASL_SSL"}
    assert Settings(**with_tls, bootstrap_servers="kafka.example.com:9092")
