"""What goes on of an erased person stays with the number, and reaches whatever other account comes to carry it."""

from typing import Any

from agents.decisions.account.retention import CAP_KEPT_DAYS
from agents.numbers.spreading import NumberLedger, NumberProfile
from agents.numbers.table import CONTACTS_KEPT_MS, Number, NumberKeys, decode
from schemas.cases import AccountErased, ContactMade, HoldPlaced, ReplyReceived
from schemas.values.instants import DAY_MS, to_ms, to_utc

NUMBER, OTHER = "+8613800138000", "+8613800138001"
KEYS = NumberKeys("k" * 32)
NOW_MS = 1_930_000_000_000


class Table:
    """The ledger and what lies on the topic."""

    def __init__(self) -> None:
        self.entries: dict[str, bytes] = {}
        self.ledger = NumberLedger(KEYS, "t")

    def carries(self, account_id: str, phone: str | None, at_ms: int = NOW_MS) -> "Table":
        source = "" if phone is None else "core"
        self.ledger.profile(NumberProfile(account_id, phone, at_ms, None, 0, at_ms, source, at_ms))
        return self

    def erased(self, account_id: str, **fields: Any) -> "Table":
        told = to_utc(NOW_MS + 1)
        fact = AccountErased(event_id="e", account_id=account_id, time=told, by="u-7", reason="asked", **fields)
        self.ledger.erased(fact, NOW_MS + 1)
        return self.carries(account_id, None, NOW_MS + 2)

    def told(self) -> list[Any]:
        changes = self.ledger.flush()
        for key, value in changes.entries.items():
            if value is None:
                del self.entries[key]
            else:
                self.entries[key] = value
        return [fact for fact in changes.facts if isinstance(fact, ContactMade | ReplyReceived)]

    def restarted(self) -> "Table":
        self.told()
        self.ledger = NumberLedger(KEYS, "t")
        self.ledger.restore({key: decode(value) for key, value in self.entries.items()})
        return self


def contacts(*days_ago: int) -> tuple[Any, ...]:
    return tuple(to_utc(NOW_MS - days * DAY_MS) for days in days_ago)


def test_contacts_count_for_the_next_account_of_the_number_also_after_a_restart() -> None:
    table = Table().carries("A-1", NUMBER).erased("A-1", contacts=contacts(1, 3)).restarted()
    told = table.carries("B-1", NUMBER, NOW_MS + 10).told()
    assert [(fact.account_id, fact.channel, to_ms(fact.made_at)) for fact in told] == [
        ("B-1", "sms", NOW_MS - 3 * DAY_MS),
        ("B-1", "sms", NOW_MS - DAY_MS),
    ]
    assert len({fact.contact_id for fact in told}) == 2
    assert table.carries("C-1", OTHER, NOW_MS + 10).told() == []


def test_an_opt_out_of_the_profile_reaches_the_next_account_and_none_that_was_there() -> None:
    table = Table().carries("A-1", NUMBER).carries("B-1", NUMBER).erased("A-1", opt_out="STOP")
    assert table.told() == []
    (stop,) = table.carries("C-1", NUMBER, NOW_MS + 10).told()
    assert (stop.account_id, stop.keyword, stop.reply_id) == ("C-1", "STOP", "e")


def test_the_erased_accounts_own_row_knows_it_already() -> None:
    table = Table().carries("A-1", NUMBER).erased("A-1", contacts=contacts(1), opt_out="STOP")
    assert table.carries("A-1", NUMBER, NOW_MS + 10).told() == []


def test_contacts_are_forgotten_once_no_cap_counts_them_and_an_opt_out_is_not() -> None:
    table = Table().carries("A-1", NUMBER).erased("A-1", contacts=contacts(1))
    table.carries("B-1", OTHER).erased("B-1", contacts=contacts(1), opt_out="STOP").restarted()
    table.ledger.forget(NOW_MS - DAY_MS + CONTACTS_KEPT_MS - 1)
    table.told()
    assert set(table.entries) == {KEYS.of(NUMBER), KEYS.of(OTHER)}
    table.ledger.forget(NOW_MS - DAY_MS + CONTACTS_KEPT_MS)
    table.told()
    assert set(table.entries) == {KEYS.of(OTHER)}
    assert CONTACTS_KEPT_MS == CAP_KEPT_DAYS * DAY_MS


def test_a_disowned_number_is_held_again_for_whoever_carries_it_next() -> None:
    table = Table().carries("A-1", NUMBER)
    disowned = HoldPlaced(event_id="h", account_id="A-1", time=to_utc(NOW_MS), hold_id="h", kind="wrong_number")
    table.ledger.disowned(disowned, NOW_MS)
    table.erased("A-1").restarted()
    for account_id in ("A-1", "B-1"):
        table.carries(account_id, NUMBER, NOW_MS + 10)
    facts = table.ledger.flush().facts
    assert [(fact.account_id, fact.kind) for fact in facts if isinstance(fact, HoldPlaced)] == [
        ("A-1", "wrong_number"),
        ("B-1", "wrong_number"),
    ]


def test_no_number_stands_in_the_table() -> None:
    table = Table().carries("A-1", NUMBER).erased("A-1", contacts=contacts(1), opt_out="STOP")
    table.told()
    assert table.entries
    for key, value in table.entries.items():
        assert NUMBER[1:] not in key + value.decode()
        assert isinstance(decode(value), Number)
