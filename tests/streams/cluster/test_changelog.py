"""What counts as a lost state, and how far a commit says that the changelog had come."""

import msgspec
import pytest

from schemas.stored.accounts import NEVER_MS
from streams.cluster.changelog import AcceptedLoss, Extent, loss_of
from streams.cluster.floors import claim_of, claim_text, floor_of, floor_text, reset_text
from streams.transport.sources.due import DUE_PREFIX, due_of


def accepted(start: int, claimed: int) -> bytes:
    return msgspec.json.encode(AcceptedLoss(NEVER_MS, start, claimed, "u-7", 'said "again"'))


@pytest.mark.parametrize("extent", [Extent(0, 0), Extent(0, 9, 9), Extent(0, 12, 9)])
def test_a_log_from_its_first_record_to_what_was_committed_is_whole(extent: Extent) -> None:
    assert loss_of(extent) is None


@pytest.mark.parametrize(
    ("extent", "words"),
    [
        (Extent(1, 9, 9), "the log starts at 1"),
        (Extent(9, 9, 0), "the log starts at 9"),
        (Extent(0, 8, 9), "the log ends at 8, but 9 was committed"),
        (Extent(0, 0, 1), "was the topic made anew?"),
    ],
)
def test_a_log_that_lacks_its_start_or_its_end_is_not(extent: Extent, words: str) -> None:
    loss = loss_of(extent)
    assert loss is not None
    assert words in loss


def test_what_a_person_has_accepted_is_no_loss_and_more_of_it_is() -> None:
    assert loss_of(Extent(5, 9, 0), accepted(5, 0)) is None
    assert loss_of(Extent(6, 9, 0), accepted(5, 0)) is not None
    assert loss_of(Extent(0, 3, 9), accepted(0, 9)) is None
    assert loss_of(Extent(0, 3, 10), accepted(0, 9)) is not None
    assert loss_of(Extent(0, 3, 9), accepted(5, 0)) is not None


def test_the_persons_word_is_stored_as_every_value_is() -> None:
    value = accepted(5, 9)
    assert value.startswith(DUE_PREFIX)
    assert due_of(value) == NEVER_MS


@pytest.mark.parametrize("floor", [None, 0, 1_112_313_600_000])
@pytest.mark.parametrize("end", [None, 1, 42])
def test_floor_and_claim_stand_beside_the_offset_and_are_read_back(floor: int | None, end: int | None) -> None:
    metadata = claim_text(floor_text(floor), end)
    assert (floor_of(metadata), claim_of(metadata)) == (floor, end or 0)


@pytest.mark.parametrize(
    "metadata", ["", "replay-floor=5", "changelog=", "changelog=x", "reset-by=u-7;reason=;changelog=9"]
)
def test_what_claims_nothing_claims_nothing(metadata: str) -> None:
    assert claim_of(metadata) == 0


def test_a_persons_reason_claims_nothing() -> None:
    assert claim_of(reset_text(5, "u-7", "x;changelog=9")) == 0
