"""What a named person's word becomes on the bus, and how it is found again there."""

from typing import Literal

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from agents.cli import app
from agents.deadletters.letters import Coordinates, DeadLetterFault, Letter
from agents.deadletters.outcomes import OPEN, Outcomes, Span
from agents.deadletters.saying import Person, Saying, again, dismissal, person, resumption
from agents.deadletters.writing import WriteRate
from schemas import reading
from schemas.cases import DeadLetterDismissed
from schemas.facts import Id
from schemas.partitions import InputResumed, PartitionNote, UnownedDismissed, read_note
from schemas.values.instants import to_utc
from streams.cluster.whole_logs import LoggedRecord
from tests.agents.deadletters.put_aside import HEADERS, LIMIT_BYTES, PUT_ASIDE_MS, letter_of

WHO = Person("u-7", "the source is repaired")
AT = Coordinates("payment-received", 2, 1041)
NOW_MS = PUT_ASIDE_MS + 3_600_000


def written(saying: Saying, offset: int = 2_000) -> LoggedRecord:
    """A saying as it lies on its topic."""
    return LoggedRecord(saying.role, saying.partition, offset, NOW_MS, saying.key, saying.value, saying.headers)


def test_a_replay_is_the_original_and_says_of_what_by_whom_and_why() -> None:
    said = again(letter_of(), WHO, None)
    assert said == Saying(
        role="payment-received",
        partition=2,
        key=b"A-1",
        value=b'{"amount_minor":"5"}',
        headers=(
            *HEADERS,
            ("tactful.replay-of", b"payment-received/2/1041"),
            ("tactful.replayed-by", b"u-7"),
            ("tactful.replayed-reason", b"the source is repaired"),
        ),
        timestamp_ms=None,
    )


@pytest.mark.parametrize(("key", "value"), [(None, b"{}"), (b"A-1", None), (b"", b""), (b"\xff", b"\x00")])
def test_a_replay_has_the_same_bytes(key: bytes | None, value: bytes | None) -> None:
    said = again(letter_of(key=key, value=value), WHO, 5)
    assert (said.key, said.value, said.timestamp_ms) == (key, value, 5)


def test_a_replay_of_a_replay_names_the_newest() -> None:
    first = again(letter_of(), WHO, None)
    second = again(letter_of(offset=2_000, headers=first.headers), Person("u-8", "once more"), None)
    assert second.headers == (
        *HEADERS,
        ("tactful.replay-of", b"payment-received/2/2000"),
        ("tactful.replayed-by", b"u-8"),
        ("tactful.replayed-reason", b"once more"),
    )


def test_what_is_not_here_or_not_ours_is_refused_by_name() -> None:
    with pytest.raises(DeadLetterFault, match="only named by its hash"):
        again(letter_of(value=b"x" * LIMIT_BYTES), WHO, None)
    foreign = letter_of(topic="loans")
    with pytest.raises(DeadLetterFault, match="lies on no input of ours"):
        again(foreign, WHO, None)
    with pytest.raises(DeadLetterFault, match="topic:loans/2/1041: lies on no input of ours"):
        dismissal(foreign.at, None, WHO, NOW_MS)


@pytest.mark.parametrize(("by", "why"), [("", "x"), (" ", "x"), ("u-7", ""), ("u" * 129, "x"), ("u", "a\nb")])
def test_nobody_and_no_reason_are_refused(by: str, why: str) -> None:
    with pytest.raises(DeadLetterFault, match="printable characters"):
        person(by, why)


def test_whoever_is_accepted_is_accepted_by_the_contract_too() -> None:
    for who in (person("王-7", "打错了"), person("u" * 128, "x" * 500)):
        for account in ("A-1", None):
            assert dismissal(AT, account, who, NOW_MS).value
        assert resumption(AT.role, AT.partition, who, NOW_MS).value
    with pytest.raises(ValidationError):
        dismissal(AT, "A-1", Person("", ""), NOW_MS)


def test_a_dismissal_is_a_fact_of_its_account() -> None:
    said = dismissal(AT, "A-1", WHO, NOW_MS)
    assert (said.role, said.partition, said.key, said.timestamp_ms) == ("case-updated", 2, b"A-1", NOW_MS)
    assert dict(said.headers)["ce_type"] == b"dead-letter.dismissed"
    fact = reading.read(said.role, said.key, said.value, 65_536)
    assert isinstance(fact, DeadLetterDismissed)
    assert (fact.account_id, fact.role, fact.partition, fact.offset) == ("A-1", *AT)
    assert (fact.dismissed_by, fact.reason, fact.time) == ("u-7", WHO.why, to_utc(NOW_MS))


def test_a_dismissal_without_an_account_is_a_note_on_its_partition() -> None:
    said = dismissal(AT, None, WHO, NOW_MS)
    assert (said.role, said.partition, said.key) == ("case-updated", 2, None)
    assert dict(said.headers)["ce_type"] == b"dead-letter.dismissed"
    note = read_note(said.value)
    assert isinstance(note, UnownedDismissed)
    assert (note.role, note.partition, note.offset, note.dismissed_by, note.reason) == (*AT, "u-7", WHO.why)


def test_a_resumption_is_a_note_on_its_partition() -> None:
    said = resumption("payment-received", 3, WHO, NOW_MS)
    assert (said.role, said.partition, said.key) == ("case-updated", 3, None)
    assert dict(said.headers)["ce_type"] == b"input.resumed"
    note = read_note(said.value)
    assert isinstance(note, InputResumed)
    assert (note.role, note.partition, note.resumed_by) == ("payment-received", 3, "u-7")


class ResumedBefore(PartitionNote):
    """The note as it was read before it could tolerate anything."""

    type: Literal["input.resumed"] = "input.resumed"
    resumed_by: Id


def test_a_resumption_that_tolerates_is_a_plain_one_to_an_older_worker_and_the_other_way_round() -> None:
    said = resumption("payment-received", 3, WHO, NOW_MS, tolerated_to=7)
    assert said.value is not None
    before = ResumedBefore.model_validate_json(said.value)
    assert (before.role, before.partition, before.resumed_by) == ("payment-received", 3, "u-7")
    note = read_note(before.model_dump_json().encode())
    assert isinstance(note, InputResumed)
    assert (note.tolerated_to, note.tolerated_records) == (None, None)


@pytest.mark.parametrize("value", [None, b"", b"{", b"[]", b'{"type":"input.resumed"}', b'{"type":"source.progress"}'])
def test_what_is_no_note_is_none(value: bytes | None) -> None:
    assert read_note(value) is None


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("list", "--topic", "payments"), "no input payments: inputs are repayment-missed, "),
        (("show", "payment-received"), "'payment-received' are no coordinates"),
        (("replay", "--by", "u-7", "--reason", "x"), "say which: "),
        (("replay", "--all", "--by", " ", "--reason", "x"), "--by takes 1 to 128"),
        (("dismiss", "payment-received/2/1", "--by", "u-7", "--reason", ""), "--reason takes 1 to 500"),
        (("resume", "payment-received", "0", "--by", "u-7", "--reason", "a\nb"), "--reason takes 1 to 500"),
        (
            ("resume", "payment-received", "0", "--records", "5", "--to-end", "--by", "u-7", "--reason", "x"),
            "say one of --records, --until and --to-end",
        ),
    ],
)
def test_what_was_meant_is_looked_at_before_any_cluster_is_asked(arguments: tuple[str, ...], complaint: str) -> None:
    ended = CliRunner().invoke(app, ["dead-letters", *arguments])
    assert isinstance(ended.exception, DeadLetterFault)
    assert str(ended.exception).startswith(complaint)


def looked_for(*letters: Letter) -> Outcomes:
    outcomes = Outcomes()
    for letter in letters:
        outcomes.expect(letter)
    return outcomes


def test_a_replay_and_a_dismissal_are_found_by_what_they_wrote() -> None:
    replayed, dismissed, unowned, left = (letter_of(offset=offset) for offset in range(4))
    outcomes = looked_for(replayed, dismissed, unowned, left)
    for saying in (
        again(replayed, WHO, None),
        dismissal(dismissed.at, "A-1", WHO, NOW_MS),
        dismissal(unowned.at, None, WHO, NOW_MS),
        resumption("payment-received", 2, WHO, NOW_MS),
    ):
        outcomes.see(written(saying))
    assert outcomes.of(replayed) == "replayed by u-7 as payment-received/2/2000"
    assert outcomes.of(dismissed) == outcomes.of(unowned) == "dismissed by u-7"
    assert outcomes.of(left) == OPEN
    assert not outcomes.all_settled
    outcomes.see(written(dismissal(left.at, None, WHO, NOW_MS)))
    assert outcomes.all_settled


def test_what_only_looks_like_an_outcome_settles_nothing() -> None:
    letter = letter_of()
    outcomes = looked_for(letter)
    other = dismissal(letter.at, "A-1", WHO, NOW_MS)
    said = again(letter, WHO, None)
    for record in (
        written(other)._replace(role="payment-received"),
        written(other)._replace(value=b'{"type":"hold.placed","note":"dead-letter.dismissed"}'),
        written(other)._replace(value=b'{"type":"dead-letter.dismissed","role":"payment-received","partition":2}'),
        written(said)._replace(headers=(("tactful.replay-of", b"\xff"),)),
        written(said)._replace(headers=(("tactful.replay-of", b"payment-received/2"),)),
        written(again(letter_of(offset=9), WHO, None)),
    ):
        outcomes.see(record)
    assert outcomes.of(letter) == OPEN


def test_outcomes_are_looked_for_where_they_may_lie() -> None:
    payment, later, case, elsewhere, foreign = (
        letter_of(offset=10),
        letter_of(offset=20)._replace(put_aside_ms=PUT_ASIDE_MS + 5),
        letter_of(topic="bank.case-updated", offset=30),
        letter_of(partition=0, offset=0),
        letter_of(topic="loans"),
    )
    assert looked_for(payment, later, case, elsewhere, foreign).spans() == [
        Span("case-updated", 0, None, PUT_ASIDE_MS),
        Span("case-updated", 2, 31, PUT_ASIDE_MS),
        Span("payment-received", 0, 1, None),
        Span("payment-received", 2, 11, None),
    ]


def test_too_many_letters_are_refused() -> None:
    outcomes = Outcomes(limit=2)
    for offset in range(2):
        outcomes.expect(letter_of(offset=offset))
    with pytest.raises(DeadLetterFault, match="more than 2 dead letters"):
        outcomes.expect(letter_of(offset=2))


def test_the_pace_is_even_and_never_makes_haste() -> None:
    pace = WriteRate(10)
    assert pace.wait_s(100.0) == 0
    assert pace.wait_s(100.0) == pytest.approx(0.1)
    assert pace.wait_s(100.1) == pytest.approx(0.1)
    assert pace.wait_s(105.0) == 0, "it was late"
    assert pace.wait_s(105.0) == pytest.approx(0.1), "and does not catch up"
