"""The demo fails when a number of its recount is not what it must be, and says which."""

from typing import Any

import pytest

from agents.offline.demo import HEARD, LEAST_ISSUED, TYPES, Demo, find_faults
from agents.verifier.recount import Summary
from streams.settings import Settings

DEMO = Demo(accounts=2_000, days=75, seed=7, replay_s=75, summary=None)
MESSAGES = {
    **{f"{name} STAGE" if name == "reminder.cancelled" else name: 5 for name in TYPES},
    "reminder.issued FRIENDLY": LEAST_ISSUED,
}
GOOD = Summary(
    facts={"repayment-missed": 7, "payment-received": 3},
    messages=MESSAGES,
    cures=5,
    dead_letters={"NOT_JSON": 2},
    doubled=0,
    sent_with_payment_known=0,
    raced=0,
    receipts={"accepted": 4, "delivered": 4},
    unanswered=0,
    accepted_twice=0,
    replies=dict.fromkeys(HEARD, 1),
    of_numbers={"number.told": 9},
)


def faults(**changes: Any) -> list[str]:
    return find_faults(GOOD._replace(**changes), fed=10, broken=2)


def without(name: str) -> dict[str, int]:
    return {left: count for left, count in MESSAGES.items() if not f"{left} ".startswith(f"{name} ")}


def test_good_numbers_are_no_fault() -> None:
    assert faults() == []
    assert faults(raced=3) == [], "raced is counted and recalled, which the rules allow"


@pytest.mark.parametrize("name", TYPES)
def test_every_type_and_stage_must_have_left(name: str) -> None:
    assert f"no {name} left" in faults(messages=without(name))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"facts": {"repayment-missed": 9}}, "9 facts are on the topics, 10 were fed"),
        ({"dead_letters": {"NOT_JSON": 1}}, "1 dead letters, 2 broken inputs were fed"),
        ({"dead_letters": {"NOT_JSON": 2, "BAD_ZONE": 1}}, "3 dead letters, 2 broken inputs were fed"),
        ({"doubled": 1}, "1 messages were doubled"),
        ({"unanswered": 2}, "2 reminders have no receipt"),
        ({"accepted_twice": 1}, "1 reminders were handed to the gateway twice"),
        ({"replies": dict.fromkeys(HEARD[1:], 1)}, "nobody's STOP was heard"),
        ({"of_numbers": {"STOP": 1}}, "nobody was told of a number who carries it"),
        ({"sent_with_payment_known": 4}, "4 reminders were sent with the payment known"),
    ],
)
def test_a_wrong_number_is_told(changes: dict[str, Any], told: str) -> None:
    assert faults(**changes) == [told]


def test_enough_reminders_of_all_stages_together() -> None:
    few = {**MESSAGES, "reminder.issued FRIENDLY": LEAST_ISSUED - 6}
    assert few["reminder.issued PRE_DUE"] == 5
    told = f"only {LEAST_ISSUED - 1} reminders were issued, at least {LEAST_ISSUED} were expected"
    assert faults(messages=few) == [told]


def test_the_workers_get_settings_that_are_settings() -> None:
    variables = DEMO.environment("127.0.0.1:9092")
    fields: dict[str, Any] = {name.removeprefix("TACTFUL_").lower(): value for name, value in variables.items()}
    settings = Settings(_env_file=None, **fields)
    assert settings.clock == "replay"
    assert settings.replay_speed == pytest.approx(86_400)
