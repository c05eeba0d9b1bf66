"""Each way to be treated otherwise is seen, and the rule behind it is named.

The version before is played by this one, which is told what that one made of the facts.
"""

from pathlib import Path

import msgspec
import pytest

from agents.offline.comparison.lines import Decided, Entered, Left, PutAside
from agents.offline.comparison.report import ACCOUNTS_MAX, SHOWN_MAX, document, sheets, verdict
from tests.agents.offline.comparison.runs import Fact, compared, fact, instant, missed, paid, profile, rows, run

KNOWN = [profile(), missed()]
FRIENDLY_AND_FIRM = 2
SWALLOWED = KNOWN
"""What was said of the payment led to nothing."""
ON_HOLD = fact("hold.placed", "h", "06T03:00", hold_id="H", kind="dispute")
REMINDER, HAND_OFF, OPENED, CLOSED = "reminder", "case.handed-off", "cycle.opened", "cycle.closed"
NO_LONGER, NOW = "no longer leaves", "leaves now"
ELSEWHERE = [{"loan_id": "L-7", "instalment_id": "003", "amount_minor": 123_450}]

CASES: dict[str, tuple[list[Fact], list[Fact], set[tuple[str, ...]]]] = {
    "money for an instalment that nobody was told of": (
        SWALLOWED,
        [*KNOWN, paid(allocations=ELSEWHERE)],
        {
            (OPENED, "another instant", "ISSUED", "UNMATCHED_MONEY"),
            (REMINDER, NO_LONGER, "", "UNMATCHED_MONEY"),
            (HAND_OFF, NOW, "", "UNMATCHED_MONEY"),
        },
    ),
    "money of the snapshot's own day": (
        SWALLOWED,
        [
            profile(),
            missed(as_of=instant("06T02:00")),
            paid(booked_at=instant("06T00:00"), booked_resolution="day", schema_version=2),
        ],
        {
            (OPENED, "another instant", "ISSUED", "SAME_UNIT_MONEY"),
            (REMINDER, NO_LONGER, "", "SAME_UNIT_MONEY"),
            (HAND_OFF, NOW, "", "SAME_UNIT_MONEY"),
        },
    ),
    "two numbers told at once": (
        SWALLOWED,
        [profile(), profile(phone="+8613800138001"), missed()],
        {(OPENED, NO_LONGER, "", "CONFLICTING_WORDS"), (REMINDER, NO_LONGER, "", "CONFLICTING_WORDS")},
    ),
    "a payment that can no longer be read": (
        SWALLOWED,
        [*KNOWN, paid(booked_at="2000-01-01T00:00:00+08:00")],
        {(OPENED, NO_LONGER, "", "OUT_OF_RANGE booked_at"), (REMINDER, NO_LONGER, "", "OUT_OF_RANGE booked_at")},
    ),
    "a word that lost, and with it the debt": (
        SWALLOWED,
        [profile(), missed(outstanding_minor=0), missed("06T03:00", "older", as_of=instant("05T23:00"))],
        {(OPENED, NO_LONGER, "", "IGNORED_OLDER"), (REMINDER, NO_LONGER, "", "IGNORED_OLDER")},
    ),
    "money that counts, and leaves nothing to be decided": (
        SWALLOWED,
        [*KNOWN, paid()],
        {(OPENED, NO_LONGER, "", "nothing due"), (REMINDER, NO_LONGER, "", "nothing due")},
    ),
    "a hold that no longer counts": (
        [*KNOWN, ON_HOLD],
        SWALLOWED,
        {
            (OPENED, NOW, "", "ISSUED"),
            (REMINDER, NOW, "HOLD_DISPUTE", "ISSUED"),
            (REMINDER, NOW, "HOLD_DISPUTE", "ESCALATED"),
        },
    ),
    "a part that came back": (
        SWALLOWED,
        [*KNOWN, paid(amount_minor=93_450)],
        {(REMINDER, "another amount", "ISSUED", "ISSUED"), (REMINDER, "another amount", "ESCALATED", "ESCALATED")},
    ),
    "another name in the text": (
        SWALLOWED,
        [profile(surname="李"), missed()],
        {(REMINDER, "another text", "ISSUED", "ISSUED"), (REMINDER, "another text", "ESCALATED", "ESCALATED")},
    ),
    "a hold for a day": (
        SWALLOWED,
        [*KNOWN, {**ON_HOLD, "until": instant("07T12:00")}],
        {
            (OPENED, "another instant", "ISSUED", "HOLD_DISPUTE"),
            (REMINDER, "another instant", "ISSUED", "HOLD_DISPUTE"),
        },
    ),
    "an end that takes back": (
        [*KNOWN, paid("06T10:00")],
        [*KNOWN, fact("account.ended", "e", "06T10:00", outcome="written_off", as_of=instant("06T10:00"))],
        {
            ("reminder.cancelled", "another reason", "PAID", "ACCOUNT_WRITTEN_OFF"),
            (CLOSED, "another reason", "CURED", "ACCOUNT_WRITTEN_OFF"),
        },
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_otherwise_has_its_rule(name: str, tmp_path: Path) -> None:
    before, now, expected = CASES[name]
    found = compared(run(before, tmp_path), run(now, tmp_path))
    assert set(rows(found)) == expected
    assert (found.accounts, found.otherwise, found.decided_otherwise) == (1, 1, 0)
    assert "1 of 1 accounts are treated otherwise" in verdict(found)


def test_the_amounts_are_told(tmp_path: Path) -> None:
    found = compared(run(SWALLOWED, tmp_path), run([*KNOWN, paid(amount_minor=93_450)], tmp_path))
    (account,) = document(found)["listed"]
    assert [one["detail"] for one in account["differences"]] == ["123450 -> 30000"] * FRIENDLY_AND_FIRM
    assert [one["stage"] for one in account["differences"]] == ["FRIENDLY", "FIRM"]


def told_by_core_1(entries: list[Entered]) -> list[Entered]:
    """Without what that core does not tell."""
    kept = []
    for one in entries:
        entry = one.entry
        if isinstance(entry, Decided):
            if entry.code == "PLANNED" or entry.code.startswith("IGNORED_"):
                continue
            entry = msgspec.structs.replace(entry, next=())
        kept.append(one._replace(entry=entry))
    return kept


def test_what_only_tells_more_is_no_other_treatment(tmp_path: Path) -> None:
    facts = [*KNOWN, missed("06T03:00", "older", as_of=instant("05T23:00"), outstanding_minor=9)]
    now = run(facts, tmp_path)
    codes = {one.entry.code for one in now if isinstance(one.entry, Decided)}
    assert {"PLANNED", "IGNORED_OLDER", "ISSUED"} <= codes, "this test would not see it"
    found = compared(told_by_core_1(now), now)
    assert (found.otherwise, found.decided_otherwise, found.accounts) == (0, 0, 1)
    assert list(sheets(found)) == []


def test_another_code_of_the_same_silence_is_counted_apart(tmp_path: Path) -> None:
    sold = {**ON_HOLD, "kind": "vulnerability"}
    found = compared(run([*KNOWN, ON_HOLD], tmp_path), run([*KNOWN, sold], tmp_path))
    assert (found.otherwise, found.decided_otherwise) == (0, 1)
    before, now = found.decisions
    assert {code for _, code in before} == {"HOLD_DISPUTE"}
    assert {code for _, code in now} == {"HOLD_VULNERABILITY"}


def test_the_order_of_accounts_in_an_output_does_not_matter(tmp_path: Path) -> None:
    one = run(KNOWN, tmp_path)
    other = [left._replace(account_id="A-2") for left in one]
    found = compared([*one, *other], [both for pair in zip(other, one, strict=True) for both in pair])
    assert (found.accounts, found.otherwise + found.decided_otherwise) == (2, 0)


def test_refused_facts_are_counted_by_field_also_without_an_account() -> None:
    refused = PutAside("payment-received", "00", "OUT_OF_RANGE", "booked_at")
    found = compared([], [Entered("", refused), Entered("", refused), Entered("A-1", refused)])
    assert found.refused[1] == {("OUT_OF_RANGE", "booked_at"): 3}
    assert (found.accounts, found.otherwise, found.decided_otherwise) == (1, 0, 1)


def test_the_list_of_accounts_is_bounded_and_the_counts_are_not() -> None:
    many = ACCOUNTS_MAX + 7
    left = Left(HAND_OFF, "L/1", "HAND_OFF", 0, 0, None, "DPD", "")
    found = compared([], [Entered(f"A-{number}", left) for number in range(many)])
    told = document(found)
    assert (told["treated_otherwise"], len(told["listed"])) == (many, ACCOUNTS_MAX)
    (row,) = told["messages"]
    assert (row["accounts"], len(row["examples"])) == (many, 3)
    shown = next(sheet for sheet in sheets(found) if sheet.title.startswith("Accounts"))
    assert len(shown.rows) == SHOWN_MAX
    assert f"of {many}" in shown.title
