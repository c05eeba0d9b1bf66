"""A ``deliver_sm`` that a person wrote: whose it is, and its octets, with the part that it is (SMPP 3.4, 3GPP 23.040).

Parts are told by a header before the text, with a reference of one or two octets, or by optional parameters.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import smpp34

from agents.delivery.incoming.coding import DefaultAlphabet, read_octets
from agents.delivery.incoming.inbox import Incoming, MessagePart
from agents.delivery.incoming.numbers import e164
from agents.delivery.providers.smpp.receipts import MESSAGE_PAYLOAD

SAR_REFERENCE: Final = 0x020C
SAR_TOTAL: Final = 0x020E
SAR_NUMBER: Final = 0x020F
_TYPE_MASK: Final = 0x3C
_HAS_HEADER: Final = 0x40
_INTERNATIONAL: Final = 1
_CONCATENATED: Final = {0x00: 1, 0x08: 2}
"""Element of the header -> octets of its reference."""


class _Place(NamedTuple):
    reference: int
    number: int
    of: int


def is_message(esm_class: int) -> bool:
    """Whether a person wrote it: neither a receipt nor any other notice."""
    return esm_class & _TYPE_MASK == 0


def read_message(pdu: smpp34.DeliverSm, default: DefaultAlphabet, region: str) -> Incoming:
    """What it says. ``default`` is the centre's own alphabet, ``region`` whose numbers stand without a country's
    code."""
    parameters = {tlv.tag: tlv.value for tlv in pdu.tlvs}
    octets = bytes(pdu.short_message or parameters.get(MESSAGE_PAYLOAD, b""))
    place = _by_parameters(parameters)
    if pdu.esm_class & _HAS_HEADER and octets:
        header, octets = octets[1 : 1 + octets[0]], octets[1 + octets[0] :]
        place = _by_header(header) or place
    sender = e164(str(pdu.source_addr), region, international=pdu.source_addr_ton == _INTERNATIONAL)
    recipient = str(pdu.destination_addr)
    if place is not None:
        part = MessagePart(place.reference, place.number, place.of, pdu.data_coding, octets)
        return Incoming(sender=sender, recipient=recipient, text="", part=part)
    text = read_octets(octets, pdu.data_coding, default)
    return Incoming(sender=sender, recipient=recipient, text=text or "", readable=text is not None)


def _by_header(header: bytes) -> _Place | None:
    for element, body in _elements(header):
        size = _CONCATENATED.get(element)
        if size is not None and len(body) == size + 2:
            return _place(int.from_bytes(body[:size], "big"), body[size + 1], body[size])
    return None


def _elements(header: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 2 <= len(header):
        size = header[at + 1]
        yield header[at], header[at + 2 : at + 2 + size]
        at += 2 + size


def _by_parameters(parameters: Mapping[int, bytes]) -> _Place | None:
    reference, total, number = (parameters.get(tag, b"") for tag in (SAR_REFERENCE, SAR_TOTAL, SAR_NUMBER))
    if not (reference and total and number):
        return None
    return _place(*(int.from_bytes(octets, "big") for octets in (reference, number, total)))


def _place(reference: int, number: int, of: int) -> _Place | None:
    """None for a message of one part, and for numbers that contradict each other: its text is read as it is."""
    return _Place(reference, number, of) if 1 < of <= 255 and 1 <= number <= of else None
