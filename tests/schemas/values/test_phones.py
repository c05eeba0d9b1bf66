"""Ids that may be somebody's number."""

import pytest

from schemas.values.phones import looks_like_phone


@pytest.mark.parametrize("name", ["+8613800138000", "8613800138000", "13800138000", "07400123456", "9876543210"])
def test_an_id_that_is_a_mobile_number_is_seen(name: str) -> None:
    assert looks_like_phone(name)


@pytest.mark.parametrize(
    "name", ["A-1", "1309305", "hc-1309305", "2026113012345678", "L1", "00000000001", "", "１３８００１３８０００"]
)
def test_an_id_that_is_none_is_left_alone(name: str) -> None:
    assert not looks_like_phone(name)
