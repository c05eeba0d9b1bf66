"""The intake process as others see it: its names and its readiness."""

from pathlib import Path

from agents.intake.process import Intake, settings_for
from streams.health import not_ready
from streams.metrics import Metrics
from streams.settings import Settings
from streams.topics.rights import intake_ids
from streams.transport.observer import EngineStatus
from tests.agents.intake.mappings.samples import loaded

SETTINGS = Settings(_env_file=None, namespace="bank")


def test_a_mapping_has_a_group_and_ids_of_its_own_within_the_rights_of_an_intake() -> None:
    own, other = settings_for(SETTINGS, "payments"), settings_for(SETTINGS, "profiles")
    assert (own.group_id, own.subtopology) == ("bank-intake-payments", "intake-payments")
    assert own.group_id != other.group_id
    for name in (own.group_id, f"{own.namespace}-{own.subtopology}-0"):
        assert name.startswith(intake_ids(SETTINGS))


async def test_it_is_not_ready_before_it_has_partitions(tmp_path: Path) -> None:
    intake = Intake(SETTINGS, loaded(tmp_path), Metrics())
    assert not_ready(intake.status()) == ["the group is rebalancing", "no partition is assigned"]


def test_readiness_says_what_it_waits_for() -> None:
    waits = ("partition 0: the schema registry answers 503",)
    assert not_ready(EngineStatus(assigned=(0,), restored=True, rebalancing=False, hindered=waits)) == list(waits)
