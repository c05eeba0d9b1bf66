"""The pages about the hand-over say what the code does."""

from typing import Final, get_args

from agents.delivery.providers.settings import HandOver
from agents.delivery.rules.receipts import ReceiptStatus
from tests.docs.pages import OPERATIONS, ROOT, table_after

CONTRACT: Final = ROOT / "docs" / "gateway-contract.md"


def test_the_settings_of_the_hand_over_are_those_of_the_code() -> None:
    assert table_after(OPERATIONS, "## The hand-over to the gateway") == [
        {
            "setting": f"`{name}`",
            "default": f"`{field.default}`",
            "meaning": " ".join((field.description or "").split()),
        }
        for name, field in HandOver.model_fields.items()
    ]


def test_the_contract_names_every_receipt_and_the_limits_that_are_kept() -> None:
    told = {row["status"].strip("`"): row for row in table_after(CONTRACT, "## Answering")}
    assert set(told) == set(get_args(ReceiptStatus))
    limits = HandOver()
    assert f"submit: {limits.submit_timeout_s:g} s" in told["unknown"]["at the latest"]
    assert f"plus {limits.receipt_grace_hours:g} h" in told["unknown"]["when"]
