"""A `deliver_sm` of a person's: header, optional parameters, payload, number."""

import smpp34

from agents.delivery.incoming.inbox import MessagePart
from agents.delivery.providers.smpp.messages import is_message, read_message


def delivered(body: bytes, *tlvs: tuple[int, bytes], **fields: int) -> smpp34.DeliverSm:
    parameters = [smpp34.Tlv(tag, value) for tag, value in tlvs]
    sent = smpp34.DeliverSm("8613800138000", "10690", body, tlvs=parameters, **fields)  # type: ignore[arg-type]
    read = smpp34.decode(sent.encode())
    assert isinstance(read, smpp34.DeliverSm)
    return read


def test_a_plain_message() -> None:
    said = read_message(delivered("退订".encode("utf-16-be"), data_coding=8, source_addr_ton=1), "gsm7", "")
    assert (said.sender, said.recipient, said.text, said.part) == ("+8613800138000", "10690", "退订", None)


def test_a_long_text_lies_in_the_payload() -> None:
    said = read_message(delivered(b"", (0x0424, b"please stop")), "gsm7", "")
    assert said.text == "please stop"


def test_parts_by_header_of_either_size_and_by_parameters() -> None:
    short = bytes([5, 0, 3, 200, 3, 2])
    long = bytes([8, 0x24, 0, 8, 4, 1, 0, 3, 2])
    other = bytes([2, 0x24, 0])
    parameters = ((0x020C, b"\x01\x00"), (0x020E, b"\x03"), (0x020F, b"\x02"))
    assert read_message(delivered(short + b"b", esm_class=0x40), "gsm7", "").part == MessagePart(200, 2, 3, 0, b"b")
    assert read_message(delivered(long + b"b", esm_class=0x40), "gsm7", "").part == MessagePart(256, 2, 3, 0, b"b")
    assert read_message(delivered(b"b", *parameters), "gsm7", "").part == MessagePart(256, 2, 3, 0, b"b")
    assert read_message(delivered(other + b"b", esm_class=0x40), "gsm7", "").text == "b"


def test_numbers_that_contradict_each_other_are_no_part() -> None:
    for reference, count, number in ((1, 1, 1), (1, 2, 3), (1, 0, 0), (1, 2, 0)):
        header = bytes([5, 0, 3, reference, count, number])
        said = read_message(delivered(header + b"b", esm_class=0x40), "gsm7", "")
        assert (said.part, said.text) == (None, "b")


def test_broken_headers_are_read_without_an_error() -> None:
    for body in (b"\xff", b"\x05\x00\x03", b"\x01\x00", b"\x03\x00\x09\x01b"):
        read_message(delivered(body, esm_class=0x40), "gsm7", "")


def test_an_unknown_coding_is_marked() -> None:
    said = read_message(delivered(b"\x01\x02", data_coding=4), "gsm7", "")
    assert (said.text, said.readable) == ("", False)


def test_receipts_and_notices_are_no_messages() -> None:
    assert is_message(0)
    assert is_message(0x40)
    assert not any(is_message(kind) for kind in (0x04, 0x08, 0x10, 0x18, 0x20, 0x44))
