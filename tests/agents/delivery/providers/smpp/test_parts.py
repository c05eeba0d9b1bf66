"""A text as SMS parts: whole again at the other end, and as many as the guard counted."""

from hypothesis import given
from hypothesis import strategies as st

from agents.decisions.text.sms import sms_parts
from agents.delivery.providers.smpp.parts import GSM7, UCS2, CodedText, code_text
from tests.agents.delivery.submissions import THREE_PARTS

GSM_TABLE = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)


def coded(text: str, reference: int = 7) -> CodedText:
    result = code_text(text, reference)
    assert result is not None
    return result


def bodies(result: CodedText) -> list[bytes]:
    """The parts without their headers, which must count them."""
    if len(result.parts) == 1:
        return list(result.parts)
    total = len(result.parts)
    assert [part[:6] for part in result.parts] == [bytes([5, 0, 3, 7, total, n + 1]) for n in range(total)]
    return [part[6:] for part in result.parts]


def read_gsm7(octets: bytes) -> str:
    extended = {0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|"}
    extended[0x65] = "€"
    codes = iter(octets)
    return "".join(extended[next(codes)] if code == 0x1B else GSM_TABLE[code] for code in codes)


@given(st.text(st.sampled_from(sorted((set(GSM_TABLE) - {"\x1b"}) | set("\f^{}\\[~]|€"))), min_size=1, max_size=700))
def test_gsm7_arrives_whole_and_no_character_is_cut(text: str) -> None:
    result = coded(text)
    assert result.data_coding == GSM7
    assert "".join(map(read_gsm7, bodies(result))) == text
    assert all(len(body) <= (160 if len(result.parts) == 1 else 153) for body in bodies(result))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400))
def test_any_text_arrives_whole_in_parts_that_each_can_be_read(text: str) -> None:
    result = coded(text + "，")
    assert result.data_coding == UCS2
    assert "".join(body.decode("utf-16-be") for body in bodies(result)) == text + "，"
    assert all(len(body) <= (140 if len(result.parts) == 1 else 134) for body in bodies(result))


@given(st.one_of([st.text(st.sampled_from(letters), min_size=1, max_size=700) for letters in ("abc€1", "a€，您😀")]))
def test_parts_are_as_many_as_the_guard_counted(text: str) -> None:
    assert len(coded(text).parts) == sms_parts(text)


def test_the_signature_is_part_of_the_text_and_chinese_takes_three_parts() -> None:
    result = coded(THREE_PARTS)
    assert sms_parts(THREE_PARTS) == len(result.parts) == 3
    assert bodies(result)[0].decode("utf-16-be").startswith("【某某消金】")


def test_a_text_that_no_header_can_count_is_not_coded() -> None:
    assert code_text("您" * 67 * 255, 0) is not None
    assert code_text("您" * (67 * 255 + 1), 0) is None


def test_what_is_shown_of_a_coded_text_does_not_hold_it() -> None:
    shown = repr(coded("您好"))
    assert not [octets for octets in ("您", "60a8", "\\xa8", "`") if octets in shown]
