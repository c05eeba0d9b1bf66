"""What `tactful numbers` takes for an opt-out is what the worker takes for one."""

import pytest
from pydantic_core import to_json

from agents.numbers.bus import Read
from agents.numbers.run import apply
from agents.numbers.spreading import NumberLedger, NumberProfile
from agents.numbers.table import NumberKeys
from schemas.cases import ReplyReceived
from schemas.values.instants import to_ms
from streams import roles
from tests.agents.decisions.story import BOOK, at

NUMBER = "+8613800138000"
NOW = at("2026-03-02 10:00")


@pytest.mark.parametrize(("keyword", "stops"), [("STOP", True), ("stop-all", True), ("Stop.", True), ("STOPS", False)])
def test_a_stop_is_spread_however_it_is_written(keyword: str, stops: bool) -> None:
    ledger = NumberLedger(NumberKeys("k" * 32), "test")
    for account_id in ("A-1", "A-2"):
        ledger.profile(NumberProfile(account_id, NUMBER, to_ms(NOW) - 1, None, source="core"))
    fact = ReplyReceived(event_id="s", account_id="A-1", time=NOW, source="phone", reply_id="r", keyword=keyword)
    read = Read(roles.CASE_UPDATED, 0, 0, to_ms(NOW), b"A-1", to_json(fact, exclude_none=True))
    apply(ledger, read, 65_536, frozenset(BOOK.opt_out_words))
    told = [fact.account_id for fact in ledger.flush().facts if isinstance(fact, ReplyReceived)]
    assert told == (["A-2"] if stops else [])
