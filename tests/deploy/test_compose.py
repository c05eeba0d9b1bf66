"""The compose file, without Docker: its commands are real, its settings are accepted, its order holds."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from streams.broker.jars import KAFKA_VERSION
from streams.settings import Settings

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = sorted(name for name, service in SERVICES.items() if "build" in service)
WORKERS = [name for name in OURS if name.startswith("worker")]
HEARD = ["numbers", "replies"]


def test_there_are_a_broker_a_one_shot_two_workers_and_who_hears_people() -> None:
    assert set(OURS) == {*HEARD, "topics", *WORKERS}
    assert len(WORKERS) == 2
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{KAFKA_VERSION}"


@pytest.mark.parametrize("name", OURS)
def test_every_command_exists(name: str) -> None:
    program, *words = SERVICES[name]["command"]
    assert program == "tactful"
    path = [word for word in words if not word.startswith("-")]
    call = [sys.executable, "-c", "from agents.cli import main; main()", *path, "--help"]
    run = subprocess.run(call, capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode == 0, run.stdout + run.stderr
    assert path[-1] in run.stdout


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in [variable for variable in os.environ if variable.startswith("TACTFUL_")]:
        monkeypatch.delenv(variable)
    for variable, value in SERVICES[name]["environment"].items():
        monkeypatch.setenv(variable, value)
    settings = Settings(_env_file=None)
    listeners = SERVICES["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"]
    assert f"INTERNAL://{settings.bootstrap_servers[0]}" in listeners.split(",")


def test_nobody_starts_before_what_it_needs() -> None:
    assert "healthcheck" in SERVICES["kafka"]
    assert SERVICES["topics"]["depends_on"] == {"kafka": {"condition": "service_healthy"}}
    for name in (*WORKERS, *HEARD):
        assert SERVICES[name]["depends_on"] == {"topics": {"condition": "service_completed_successfully"}}


def test_the_workers_are_two_static_members_with_a_site_each() -> None:
    assert len({SERVICES[name]["environment"]["TACTFUL_INSTANCE_ID"] for name in WORKERS}) == len(WORKERS)
    with_site = (*WORKERS, *HEARD)
    assert len({SERVICES[name]["ports"][0] for name in with_site}) == len(with_site)


def test_who_hears_people_comes_by_its_profile_and_the_key_is_a_mounted_secret() -> None:
    assert {name for name in OURS if SERVICES[name].get("profiles")} == set(HEARD)
    (key,) = SERVICES["numbers"]["secrets"]
    assert f"--key-file=/run/secrets/{key}" in SERVICES["numbers"]["command"]
    assert key in COMPOSE["secrets"]
    assert (ROOT / COMPOSE["secrets"][key]["file"]).name in (ROOT / ".gitignore").read_text().splitlines()


def test_nothing_is_reachable_from_outside_this_host() -> None:
    for service in SERVICES.values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))


def test_our_containers_may_do_little() -> None:
    for name in OURS:
        service = SERVICES[name]
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    dockerfile = (ROOT / "Dockerfile").read_text().splitlines()
    user = [line.split()[1] for line in dockerfile if line.startswith("USER")]
    assert user
    assert user[-1].split(":")[0] not in {"0", "root"}


def test_the_image_is_built_from_what_it_needs_only() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    copied = {
        source
        for line in (ROOT / "Dockerfile").read_text().splitlines()
        if line.startswith("COPY") and "--from" not in line
        for source in line.split()[1:-1]
    }
    assert "*" in ignored
    assert copied == let_in
    assert all((ROOT / source).exists() for source in copied)
