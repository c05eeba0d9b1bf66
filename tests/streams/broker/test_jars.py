"""The broker's refusals: each says what is missing, and nothing half-fetched is ever used."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from streams.broker.broker import Broker, BrokerError
from streams.broker.jars import KAFKA_VERSION, kafka_libs

ROOT = Path(__file__).parents[3]
JAR = f"kafka_2.13-{KAFKA_VERSION}.jar"


# What a test's Maven does before it does anything else.
MAKE_OUTPUT = """
for argument; do
  case "$argument" in -DoutputDirectory=*) output=${argument#*=}; mkdir -p "$output";; esac
done
"""


def put_command(folder: Path, name: str, script: str) -> None:
    command = folder / name
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o755)


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH that holds only what a test puts there (and the shell's own tools)."""
    folder = tmp_path / "commands"
    folder.mkdir()
    for tool in ("sh", "mkdir", "touch"):
        (folder / tool).symlink_to(f"/bin/{tool}")
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    return folder


def test_missing_java_is_named(commands: Path, tmp_path: Path) -> None:
    with pytest.raises(BrokerError, match="Java is not on the PATH"):
        Broker(cache_dir=tmp_path / "cache").start()


def test_old_java_is_named_with_its_version(commands: Path, tmp_path: Path) -> None:
    put_command(commands, "java", "echo 'openjdk version \"11.0.2\" 2019-01-15' >&2")
    with pytest.raises(BrokerError, match="is Java 11: the embedded broker needs Java 17"):
        Broker(cache_dir=tmp_path / "cache").start()


def test_missing_maven_is_named(commands: Path, tmp_path: Path) -> None:
    with pytest.raises(BrokerError, match="Maven"):
        kafka_libs(tmp_path / "cache")


def test_a_failed_fetch_shows_what_maven_said_and_leaves_no_folder(commands: Path, tmp_path: Path) -> None:
    put_command(commands, "mvn", MAKE_OUTPUT + "echo no route\nexit 1")
    with pytest.raises(BrokerError, match="no route"):
        kafka_libs(tmp_path / "cache")
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [f"kafka-{KAFKA_VERSION}.lock"]


def test_jars_are_fetched_once(commands: Path, tmp_path: Path) -> None:
    put_command(commands, "mvn", MAKE_OUTPUT + f'touch "$output/{JAR}"')
    libs = kafka_libs(tmp_path / "cache")
    assert (libs / JAR).is_file()
    os.remove(commands / "mvn")
    assert kafka_libs(tmp_path / "cache") == libs


def test_two_processes_do_not_fetch_at_once(commands: Path, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    put_command(commands, "mvn", MAKE_OUTPUT + f'echo called >> {calls}; sleep 0.3; touch "$output/{JAR}"')
    (commands / "sleep").symlink_to("/bin/sleep")
    cache = tmp_path / "cache"
    fetch = f"from pathlib import Path; from streams.broker.jars import kafka_libs; kafka_libs(Path({str(cache)!r}))"
    both = [subprocess.Popen([sys.executable, "-c", fetch], cwd=ROOT) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert calls.read_text().splitlines() == ["called"]


def test_a_taken_port_is_named_before_anything_is_started(commands: Path, tmp_path: Path) -> None:
    put_command(commands, "java", "echo 'openjdk version \"21\"' >&2")
    (tmp_path / "cache" / f"kafka-{KAFKA_VERSION}").mkdir(parents=True)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BrokerError, match=f"port {port} on 127.0.0.1 is in use"):
            Broker(port=port, cache_dir=tmp_path / "cache").start()


def test_a_kafka_that_dies_at_once_shows_the_end_of_its_log(commands: Path, tmp_path: Path) -> None:
    dying = 'case "$*" in *-version*) echo \'version "21"\' >&2;; *kafka.Kafka*) echo out of luck; exit 3;; esac'
    put_command(commands, "java", dying)
    (tmp_path / "cache" / f"kafka-{KAFKA_VERSION}").mkdir(parents=True)
    broker = Broker(cache_dir=tmp_path / "cache")
    with pytest.raises(BrokerError, match=r"(?s)exit 3.*out of luck"):
        broker.start()
    with pytest.raises(BrokerError, match="not running"):
        _ = broker.bootstrap_servers
