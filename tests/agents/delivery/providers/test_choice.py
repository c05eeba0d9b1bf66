"""The delivery file names who carries the SMS."""

from pathlib import Path

import pytest

from agents.delivery.providers.choice import check_clock, provider
from agents.delivery.providers.http.template import HttpGateway
from agents.delivery.providers.settings import DeliveryFault, load_delivery
from agents.delivery.providers.smpp.gateway import SmppGateway
from agents.delivery.providers.stand_in import StandIn
from agents.delivery.timing import SystemTime

SMPP = """
[smpp]
host = "smsc.example.com"
tls = true
system_id = "lender"
password_file = "{secret}"
"""
HTTP = """
[http]
url = "https://sms.example.com"
app_id = "1400"
secret_id = "id"
secret_key_file = "{secret}"
[http.templates.zh-friendly-1]
id = "449739"
variables = ["name", "amount"]
"""


def write(folder: Path, text: str) -> Path:
    (secret := folder / "secret").write_text("s3cret\n", encoding="utf-8")
    (path := folder / "delivery.toml").write_text(text.replace("{secret}", str(secret)), encoding="utf-8")
    return path


@pytest.mark.parametrize(("text", "kind"), [("", StandIn), (SMPP, SmppGateway), (HTTP, HttpGateway)])
async def test_the_file_chooses(text: str, kind: type, tmp_path: Path) -> None:
    assert isinstance(provider(load_delivery(write(tmp_path, text)), SystemTime()), kind)


def test_there_is_one_provider(tmp_path: Path) -> None:
    with pytest.raises(DeliveryFault, match=r"the file: .*either \[smpp\] or \[http\]"):
        load_delivery(write(tmp_path, SMPP + HTTP))


def test_a_misspelt_setting_and_a_missing_secret_are_told_together(tmp_path: Path) -> None:
    path = write(tmp_path, SMPP.replace("{secret}", "/nowhere/at/all") + "windows = 3\n")
    with pytest.raises(DeliveryFault, match=r"(?s)smpp\.password_file: .*smpp\.windows: "):
        load_delivery(path)


@pytest.mark.parametrize("text", [SMPP, HTTP])
def test_a_replay_never_writes_to_real_people(text: str, tmp_path: Path) -> None:
    delivery = load_delivery(write(tmp_path, text))
    with pytest.raises(DeliveryFault, match="TACTFUL_CLOCK"):
        check_clock(delivery, "replay")
    check_clock(delivery, "system")
    check_clock(load_delivery(None), "replay")


@pytest.mark.parametrize("host", ["smsc.example.com", "10.1.2.3", "0.0.0.0", "localhost.example.com"])
@pytest.mark.parametrize("tls", ["", "tls = false\n"])
def test_in_the_clear_only_by_the_word(host: str, tls: str, tmp_path: Path) -> None:
    text = SMPP.replace("smsc.example.com", host).replace("tls = true\n", tls)
    with pytest.raises(DeliveryFault, match=r'smpp: .*in the clear: .*tls = "off-because-private-network"'):
        load_delivery(write(tmp_path, text))
    said = SMPP.replace("smsc.example.com", host).replace("true", '"off-because-private-network"')
    assert load_delivery(write(tmp_path, said)).smpp is not None


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "localhost", "::1"])
def test_to_this_machine_it_may_be_in_the_clear(host: str, tmp_path: Path) -> None:
    text = SMPP.replace("smsc.example.com", host).replace("tls = true\n", "")
    assert load_delivery(write(tmp_path, text)).smpp is not None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (SMPP + "receipt_zone = true\n", "not a time zone"),
        (SMPP + "receipt_zone = 7\n", "not a time zone"),
        (f"a = {'[' * 10_000}", "nested too deeply"),
    ],
)
def test_a_wrong_type_and_a_deep_nest_are_told_in_one_line(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(DeliveryFault, match=told):
        load_delivery(write(tmp_path, text))
