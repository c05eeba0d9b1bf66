"""`tactful gateway`: who carries the SMS, and what a line shows."""

from pathlib import Path

import pytest

from agents.commands.gateway import chosen, described
from agents.delivery.process import DeliveryEvent
from agents.delivery.providers.settings import DeliveryFault
from tests.agents.delivery.messages import NINE

SMPP = '[smpp]\nhost = "smsc.example.com"\ntls = true\nsystem_id = "lender"\npassword_file = "{file}"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "delivery.toml"
    path.write_text(text)
    return path


def test_a_stand_in_is_never_taken_by_default_where_people_wait_for_their_reminders() -> None:
    with pytest.raises(DeliveryFault, match="no provider: name one"):
        chosen(None, None, "system")
    assert chosen(None, None, "replay").provider == "stand_in"
    assert chosen(None, 5, "system").stand_in.seed == 5


def test_the_files_stand_in_may_get_another_seed_and_a_real_provider_none(tmp_path: Path) -> None:
    path = written(tmp_path, "[hand_over]\nin_flight_max = 3\n[stand_in]\nfailed = 1\nseed = 4\n")
    assert chosen(path, None, "system").stand_in.seed == 4
    reseeded = chosen(path, 5, "system")
    assert (reseeded.stand_in.seed, reseeded.stand_in.failed, reseeded.hand_over.in_flight_max) == (5, 1, 3)
    (secret := tmp_path / "secret").write_text("s3cret")
    path = written(tmp_path, SMPP.replace("{file}", str(secret)))
    assert chosen(path, None, "system").provider == "smpp"
    with pytest.raises(DeliveryFault, match="--seed is for a stand-in, and the file names smpp"):
        chosen(path, 5, "system")


def test_a_file_with_limits_only_names_no_provider(tmp_path: Path) -> None:
    with pytest.raises(DeliveryFault, match="no provider"):
        chosen(written(tmp_path, "[hand_over]\nin_flight_max = 3\n"), None, "system")


def test_one_line_for_each_thing_that_happens() -> None:
    told = DeliveryEvent("failed", NINE, "A1", "0123456789abcdef", "UNDELIV")
    assert described(told) == "✗  2026-03-02T09:00:00.000+00:00  A1  failed     0123456789ab  UNDELIV"
    assert described(told._replace(what="offered", detail=None)).startswith("→")
