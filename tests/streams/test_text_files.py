"""Files that people edit, as editors leave them."""

from pathlib import Path

import pytest
from dotenv import dotenv_values
from pydantic import BaseModel

from agents.delivery.providers.settings import DeliveryFault, load_delivery
from agents.intake.mappings.files import load_mapping
from agents.intake.mappings.samples import read_samples
from agents.offline.fact_files import read_lines
from agents.policy.toml.reading import read_toml
from streams.settings import Settings
from streams.text_files import parse_toml, read_secret, read_text
from tests.agents.intake.mappings.samples import PAYMENTS

MARK = "\ufeff"
FACT = '{"type": "instalment.withdrawn", "account_id": "A1", "time": "2026-03-06T09:00:00Z"}'


class LenderFile(BaseModel):
    name: str


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_bytes((MARK + text).encode())
    return path


def test_a_byte_order_mark_is_read_wherever_a_person_edits(tmp_path: Path) -> None:
    faults: list[str] = []
    assert read_toml(written(tmp_path, "p.toml", 'name = "L"'), LenderFile, faults) == LenderFile(name="L")
    assert faults == []
    assert load_mapping(written(tmp_path, "m.toml", PAYMENTS)).mapping.id == "payments"
    assert load_delivery(written(tmp_path, "d.toml", "[stand_in]\nseed = 4")).stand_in.seed == 4
    assert len(list(read_samples(written(tmp_path, "s.jsonl", '{"value": 1}\n{"value": 2}'), "t"))) == 2
    assert [line.key for line in read_lines([str(written(tmp_path, "f.jsonl", FACT))])] == [b"A1"]
    assert read_secret(written(tmp_path, "secret", "pass word\r\n")) == "pass word"
    env = written(tmp_path, ".env", "TACTFUL_NAMESPACE=bank\n")
    assert Settings.model_config.get("env_file_encoding") == "utf-8-sig"
    assert dotenv_values(env, encoding="utf-8-sig") == {"TACTFUL_NAMESPACE": "bank"}


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ("a = 1\n# Überfällig".encode("latin-1"), r"is not in UTF-8 \(line 2\)"),
        ('a = "x"'.encode("utf-16"), "is in UTF-16; save it as UTF-8"),
        (b"a = " + b"[" * 50_000, "is nested too deeply"),
        (b"a =", "Invalid value"),
    ],
)
def test_what_cannot_be_read_is_one_line(tmp_path: Path, raw: bytes, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        parse_toml(raw)
    (path := tmp_path / "d.toml").write_bytes(raw)
    with pytest.raises(DeliveryFault, match=fault):
        load_delivery(path)
    faults: list[str] = []
    assert read_toml(path, LenderFile, faults) is None
    assert len(faults) == 1


def test_a_mark_within_a_file_is_left_where_it_is(tmp_path: Path) -> None:
    assert read_text(written(tmp_path, "t", "a" + MARK)) == "a" + MARK
