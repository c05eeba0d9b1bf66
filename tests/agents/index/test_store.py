"""The index keeps where records lie and what they are, forgets what was deleted, and is never taken for another's."""

import json
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from agents.index.rows import IndexRow, row_of
from agents.index.store import IndexStore, IndexUnusable, drop
from streams import roles
from streams.cluster.whole_logs import LoggedRecord

ABOUT: Final = {"cluster": "c-1", "topics": "t", "partitions": "4"}
ID: Final = "527f5e46d6abbf9f3f0218c993e0c860"


def logged(role: str, offset: int, account: str, body: dict[str, Any] | None) -> LoggedRecord:
    value = None if body is None else json.dumps({"account_id": account, **body}).encode()
    return LoggedRecord(role, 1, offset, 1_000 + offset, account.encode(), value, ())


def rows(*records: LoggedRecord) -> Iterator[IndexRow]:
    for record in records:
        row = row_of(record)
        assert row is not None
        yield row


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sub" / "index.sqlite"


def test_records_are_found_by_account_and_by_reminder(path: Path) -> None:
    with IndexStore(path, ABOUT) as store:
        sent = {"type": "reminder.issued", "reminder_id": ID, "stage": "FIRM"}
        why = {"type": "decision.recorded", "outcome": "sent", "code": "ISSUED", "reminder_id": ID, "stage": "FIRM"}
        told = {"type": "repayment.missed"}
        store.add(
            rows(
                logged(roles.REMINDERS, 3, "A-1", sent),
                logged(roles.REMINDER_DECISIONS, 4, "A-1", why),
                logged(roles.REPAYMENT_MISSED, 5, "A-2", told),
            ),
            {(roles.REMINDERS, 1): 4},
        )
    with IndexStore(path, ABOUT) as store:
        found = store.of_account("A-1")
        assert [(one.kind.role, one.partition, one.offset, one.at_ms) for one in found] == [
            (roles.REMINDER_DECISIONS, 1, 4, 1_004),
            (roles.REMINDERS, 1, 3, 1_003),
        ]
        assert found[0].kind[1:] == ("decision.recorded", "FIRM", "sent", "ISSUED")
        assert found[0].reminder_id == ID
        assert store.account_of_reminder(ID) == "A-1"
        assert [one.offset for one in store.of_reminder(ID)] == [4, 3]
        assert store.of_account("A-3") == []
        assert store.account_of_reminder("another") is None
        assert store.positions() == {(roles.REMINDERS, 1): 4}


def test_a_null_value_deletes_what_the_index_holds_of_its_key_on_that_topic(path: Path) -> None:
    with IndexStore(path, ABOUT) as store:
        profile = {"type": "profile.updated"}
        store.add(
            rows(
                logged(roles.PROFILE_UPDATED, 1, "A-1", profile),
                logged(roles.PROFILE_UPDATED, 2, "A-2", profile),
                logged(roles.CASE_UPDATED, 1, "A-1", {"type": "account.erased"}),
                logged(roles.PROFILE_UPDATED, 3, "A-1", None),
                logged(roles.PROFILE_UPDATED, 4, "A-1", profile),
            ),
            {},
        )
        kept = [(one.kind.role, one.offset, one.kind.type) for one in store.of_account("A-1")]
        assert kept == [
            (roles.CASE_UPDATED, 1, "account.erased"),
            (roles.PROFILE_UPDATED, 3, "erased"),
            (roles.PROFILE_UPDATED, 4, "profile.updated"),
        ]
        assert [one.offset for one in store.of_account("A-2")] == [2]


@pytest.mark.parametrize("other", [{"cluster": "c-2"}, {"topics": "u"}, {"partitions": "8"}])
def test_an_index_of_other_topics_is_begun_anew(path: Path, other: dict[str, str]) -> None:
    with IndexStore(path, ABOUT) as store:
        store.add(rows(logged(roles.REMINDERS, 3, "A-1", {"type": "reminder.issued"})), {(roles.REMINDERS, 1): 4})
    with IndexStore(path, {**ABOUT, **other}) as store:
        assert store.of_account("A-1") == []
        assert store.positions() == {}


def test_only_its_owner_reads_it_and_dropping_leaves_nothing(path: Path) -> None:
    with IndexStore(path, ABOUT) as store:
        store.add(rows(logged(roles.REMINDERS, 3, "A-1", {"type": "reminder.issued"})), {})
        for one in path.parent.iterdir():
            assert stat.S_IMODE(one.stat().st_mode) == 0o600, one
    assert drop(path)
    assert list(path.parent.iterdir()) == []
    assert not drop(path)


def test_a_file_that_is_no_index_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"somebody's notes, that are no database" * 100)
    before = path.read_bytes()
    with pytest.raises(IndexUnusable, match="is no index"):
        IndexStore(path, ABOUT)
    assert path.read_bytes() == before


def test_a_database_of_something_else_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE notes (text TEXT)")
    with pytest.raises(IndexUnusable, match="something else"):
        IndexStore(path, ABOUT)
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("notes",)]


def test_no_body_is_kept(path: Path) -> None:
    with IndexStore(path, ABOUT) as store:
        body = {"type": "profile.updated", "surname": "Wang-Secret", "phone": "+8613800138000"}
        store.add(rows(logged(roles.PROFILE_UPDATED, 1, "A-1", body)), {})
    kept = b"".join(one.read_bytes() for one in path.parent.iterdir())
    assert b"A-1" in kept
    assert b"Wang-Secret" not in kept
    assert b"13800138000" not in kept


def test_marks_and_strange_bodies_are_borne() -> None:
    mark = LoggedRecord(roles.REPAYMENT_MISSED, 0, 1, 0, None, b"{}", (("ce_type", b"source.progress"),))
    assert row_of(mark) is None
    for value in (b"", b"[1]", b"\xff", b'{"type": 7, "reminder_id": {}}', b"[" * 5_000):
        row = row_of(LoggedRecord(roles.REPAYMENT_MISSED, 0, 1, 0, b"A-1", value, ()))
        assert row is not None
        assert row.account == "A-1"
        assert row.reminder_id is None


def test_a_null_value_on_a_topic_of_events_takes_nothing_away(path: Path) -> None:
    with IndexStore(path, ABOUT) as store:
        paid = logged(roles.PAYMENT_RECEIVED, 1, "A-1", {"type": "payment.booked"})
        store.add(rows(paid, logged(roles.PAYMENT_RECEIVED, 2, "A-1", None)), {})
        assert [one.offset for one in store.of_account("A-1")] == [1, 2]


def test_a_record_that_is_read_twice_stands_once(path: Path) -> None:
    with IndexStore(path, ABOUT) as store:
        for _ in range(2):
            store.add(rows(logged(roles.PAYMENT_RECEIVED, 1, "A-1", {"type": "payment.booked"})), {})
        assert len(store.of_account("A-1")) == 1


def test_one_command_at_a_time_fills_it(path: Path) -> None:
    with IndexStore(path, ABOUT) as store, IndexStore(path, ABOUT) as other:
        with store.filling(), pytest.raises(IndexUnusable, match="another command is filling"), other.filling():
            pass
        with other.filling():
            pass


def test_it_is_for_its_owner_only_and_never_behind_a_link(path: Path) -> None:
    path.parent.mkdir()
    path.touch(0o644)
    with IndexStore(path, ABOUT):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    link = path.with_name("link")
    link.symlink_to(path)
    with pytest.raises(IndexUnusable, match="cannot be the index"):
        IndexStore(link, ABOUT)


@pytest.mark.parametrize("name", [ID, "a" * 15, "f" * 16, "R-1", "\x01" * 16])
def test_any_id_comes_back_as_it_was(path: Path, name: str) -> None:
    with IndexStore(path, ABOUT) as store:
        store.add(rows(logged(roles.REMINDERS, 1, "A-1", {"type": "reminder.issued", "reminder_id": name})), {})
        assert [one.reminder_id for one in store.of_account("A-1")] == [name]
