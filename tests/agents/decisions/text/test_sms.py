"""SMS are counted as the network counts them: an alphabet of seven bits or UTF-16, and no character cut in two."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.decisions.text.sms import is_gsm7, price, sms_parts, sms_split, sms_units

# From the tables of 3GPP TS 23.038, row by row.
ALPHABET = (
    "@£$¥èéùìòÇ\nØø\rÅå" "Δ_ΦΓΛΩΠΨΣΘΞÆæßÉ" " !\"#¤%&'()*+,-./" "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO" "PQRSTUVWXYZÄÖÑÜ§" "¿abcdefghijklmno" "pqrstuvwxyzäöñüà"
)  # fmt: skip
EXTENSION = "\f^{}\\[~]|€"
OUTSIDE = "`ç\x1b\t\u00a0áíóúâêîôûãõÀÈÁŒœÿ–—’“”…•łşğ·₹您，。元【】😀αβΑΒ"

MIXES = ("ab1 ", "ab€^", ALPHABET, ALPHABET + EXTENSION, "您，1元", "a€😀", "您😀👨\u200d👩\u200d👧e\u0301", "[王]~")
TEXTS = st.one_of(
    *(st.text(st.sampled_from(letters), max_size=500) for letters in MIXES),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=400),
)


def width(char: str, text: str) -> int:
    """What a character of the text costs, told by the tables alone."""
    if set(text) <= set(ALPHABET + EXTENSION):
        return 1 + (char in EXTENSION)
    return len(char.encode("utf-16-be")) // 2


def naively_packed(text: str) -> list[str]:
    """Fill each part to its end, one character after the other."""
    single, room = (160, 153) if set(text) <= set(ALPHABET + EXTENSION) else (70, 67)
    if sum(width(char, text) for char in text) <= single:
        return [text]
    parts, used = [""], 0
    for char in text:
        if used + width(char, text) > room:
            parts.append("")
            used = 0
        parts[-1] += char
        used += width(char, text)
    return parts


@given(TEXTS)
def test_parts_are_those_of_a_naive_packer(text: str) -> None:
    assert sms_split(text) == naively_packed(text)
    assert sms_parts(text) == len(naively_packed(text))
    assert sms_units(text, gsm7=is_gsm7(text)) == sum(width(char, text) for char in text)


@given(TEXTS, TEXTS)
def test_a_longer_text_never_takes_fewer_parts(text: str, more: str) -> None:
    assert sms_parts(text + more) >= sms_parts(text)


def test_the_alphabet_is_exactly_the_standards() -> None:
    assert len(ALPHABET) == 127
    assert len(EXTENSION) == 10
    inside = {char for char in map(chr, range(0x10000)) if is_gsm7(char)}
    assert inside == set(ALPHABET + EXTENSION)
    assert not [char for char in OUTSIDE if is_gsm7(char)]


@pytest.mark.parametrize(
    ("text", "units", "parts"),
    [
        ("", 0, 1),
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("ÄÖÑÜæøåΔΩÇ" * 16, 160, 1),
        ("€" * 80, 160, 1),
        ("€" * 81, 162, 2),
        ("王" * 70, 70, 1),
        ("王" * 71, 71, 2),
        ("王" * 134, 134, 2),
        ("王" * 135, 135, 3),
        ("a" * 70 + "王", 71, 2),
        ("a" * 69 + "`", 70, 1),
        ("a" * 70 + "ç", 71, 2),
        ("😀" * 35, 70, 1),
        ("😀" * 36, 72, 2),
        ("e\u0301" * 35, 70, 1),
    ],
)
def test_lengths(text: str, units: int, parts: int) -> None:
    assert (sms_units(text, gsm7=is_gsm7(text)), sms_parts(text)) == (units, parts)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        # 306 septets, and the 153rd would be the first half of a sign.
        ("a" * 152 + "€" + "a" * 152, 3),
        ("a" * 151 + "€" + "a" * 153, 2),
        # 134 units, and the 67th would be the first half of a face.
        ("王" * 66 + "😀" + "王" * 66, 3),
        ("王" * 65 + "😀" + "王" * 67, 2),
        # 76 septets of signs to a part, not 76 and a half.
        ("€" * 153, 3),
    ],
)
def test_no_character_is_cut_at_the_edge_of_a_part(text: str, parts: int) -> None:
    assert sms_units(text, gsm7=is_gsm7(text)) in {306, 134}
    assert sms_parts(text) == len(sms_split(text)) == parts
    assert "".join(sms_split(text)) == text


def test_half_a_character_is_counted_and_not_refused() -> None:
    assert sms_parts("\ud83d" * 71) == 2


def test_a_price_is_exact() -> None:
    assert price(3, Decimal("0.045")) == Decimal("0.135")
    assert price(1_000_000, Decimal("0.1")) == Decimal(100_000)
