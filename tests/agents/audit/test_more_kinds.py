"""Kinds of violations as a second author thought of them: each is found under its rule, what is allowed is not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from agents.audit.findings import Code
from schemas.values.identity import fingerprint
from tests.agents.audit.plantings import (
    AT_FIRM,
    BEFORE_FIRM,
    another_amount,
    closed,
    content,
    hold,
    paid,
    paused,
    profile,
    receipt,
    silenced_after_firm,
    states,
    turn,
)
from tests.agents.audit.tale import FACTS, JsonObject, PlantedTale, simulated


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[JsonObject]:
    return simulated(FACTS, tmp_path_factory.mktemp("simulated"))


@pytest.fixture
def tale(told: list[JsonObject]) -> PlantedTale:
    return PlantedTale(FACTS, told)


Planting = Callable[[PlantedTale], object]

PLANTED: dict[str, tuple[Code, Planting]] = {
    "before the hours": (Code.CLOSED_HOUR, lambda t: t.move(-2)),
    "in the night": (Code.CLOSED_HOUR, lambda t: t.move(14)),
    "at the hour of another zone": (Code.CLOSED_HOUR, lambda t: profile(t, zone="America/New_York")),
    "an hour off by summer time": (Code.CLOSED_HOUR, lambda t: (profile(t, zone="Europe/London"), t.move(6.99))),
    "outside agreed hours": (
        Code.CLOSED_HOUR, lambda t: profile(t, agreed_hours={"start": "18:00", "end": "20:00", "evidence_id": "E"}),
    ),
    "an SMS of somebody else's the same day": (
        Code.ABOVE_CAP, lambda t: t.tell(
            "contact.made", "2026-03-12T08:30:00+08:00", contact_id="C", channel="sms", conversation=False,
            made_at="2026-03-12T08:10:00+08:00",
        ),
    ),
    "a letter the day before": (
        Code.GAP, lambda t: t.tell(
            "contact.made", BEFORE_FIRM, contact_id="C", channel="mail", conversation=False, made_at=BEFORE_FIRM,
        ),
    ),
    "two days after the last one": (Code.GAP, lambda t: t.move(-4 * 24)),
    "two days after a conversation": (
        Code.COOL_DOWN, lambda t: t.tell(
            "contact.made", BEFORE_FIRM, contact_id="C", channel="voice", conversation=True, made_at=BEFORE_FIRM,
        ),
    ),
    "under a dispute": (Code.UNDER_HOLD, lambda t: hold(t, "dispute")),
    "to somebody who died": (Code.UNDER_HOLD, lambda t: hold(t, "deceased")),
    "under a request to cease": (Code.UNDER_HOLD, lambda t: hold(t, "cease_contact")),
    "under a hold that no pack knows": (Code.UNDER_HOLD, lambda t: hold(t, "of_our_own")),
    "under a hold placed again": (
        Code.UNDER_HOLD, lambda t: (
            hold(t, "dispute", source_version=3),
            t.tell("hold.lifted", "2026-03-11T13:00:00+08:00", hold_id="H-1", source_version=2),
        ),
    ),
    "under a complaint": (
        Code.UNDER_HOLD, lambda t: t.tell("complaint.received", BEFORE_FIRM, complaint_id="C-1", kind="service"),
    ),
    "before a promised day": (
        Code.UNDER_HOLD, lambda t: t.tell(
            "promise.made", BEFORE_FIRM, promise_id="P", amount_minor=123450, currency="CNY", pay_by="2026-03-13",
        ),
    ),
    "while a plan is kept": (
        Code.UNDER_HOLD, lambda t: t.tell(
            "plan.agreed", BEFORE_FIRM, plan_id="P", currency="CNY",
            parts=[{"due_date": "2026-03-20", "amount_minor": 123450}],
        ),
    ),
    "while staff asked for silence": (
        Code.UNDER_HOLD, lambda t: t.tell(
            "staff.decided", BEFORE_FIRM, decision="silent_until", until="2026-03-15T00:00:00+08:00", decided_by="u-1",
            reason="asked",
        ),
    ),
    "after STOP": (Code.OPTED_OUT, lambda t: t.tell("reply.received", BEFORE_FIRM, reply_id="R", keyword="STOP")),
    "after STOP and consent to another channel": (
        Code.OPTED_OUT, lambda t: (
            t.tell("reply.received", BEFORE_FIRM, reply_id="R", keyword="T"),
            t.tell(
                "consent.given", "2026-03-11T13:00:00+08:00", consent_id="C", scope="sms",
                given_at="2026-03-10T13:00:00+08:00", evidence_id="E", wording_id="W",
            ),
        ),
    ),
    "opted out in the profile": (
        Code.OPTED_OUT, lambda t: profile(t, opt_outs=[{"scope": "channel", "value": "sms"}]),
    ),
    "to a number that is somebody else's": (Code.DISOWNED, lambda t: hold(t, "wrong_number")),
    "to the number of before": (Code.RECIPIENT, lambda t: profile(t, phone="+8613900139000")),
    "to another number": (
        Code.RECIPIENT, lambda t: t.message()["recipient"].update({"phone": "+8613900139000"}),
    ),
    "under another name": (Code.RECIPIENT, lambda t: profile(t, surname="李")),
    "to an erased person": (
        Code.RECIPIENT, lambda t: t.tell("account.erased", BEFORE_FIRM, by="u-7", reason="REQUEST"),
    ),
    "to a third person": (Code.ROLE, lambda t: profile(t, role="third_unrelated")),
    "in another language": (Code.LANGUAGE, lambda t: profile(t, language="en")),
    "out of turn": (
        Code.NUMBER_SHARED, lambda t: t.tell(
            "number.told", BEFORE_FIRM, accounts=2, turn=(turn() + 1) % 2,
            profile={"as_of": FACTS[0]["as_of"], "time": FACTS[0]["time"]},
        ),
    ),
    "after the account was sold": (
        Code.ENDED, lambda t: t.tell("account.ended", BEFORE_FIRM, outcome="sold", as_of=BEFORE_FIRM),
    ),
    "after the cycle was closed": (Code.ENDED, closed),
    "in a case that a person has": (Code.WITH_A_PERSON, lambda t: t.move(24 * 18, "LAST")),
    "with everything paid": (Code.PAID, lambda t: paid(t, 123450)),
    "with all but a few cents paid": (Code.PAID, lambda t: paid(t, 123400)),
    "with a snapshot of nothing": (
        Code.NOT_OWED, lambda t: t.tell(
            "repayment.missed", BEFORE_FIRM, **{**content(FACTS[2]), "as_of": BEFORE_FIRM, "outstanding_minor": 0},
        ),
    ),
    "with the instalment withdrawn": (
        Code.NOT_OWED, lambda t: t.tell(
            "instalment.withdrawn", BEFORE_FIRM, loan_id="L-7", instalment_id="2026-03", as_of=BEFORE_FIRM,
        ),
    ),
    "the whole after a part was paid": (Code.AMOUNT, lambda t: paid(t, 50000)),
    "more than is owed, in every field": (Code.AMOUNT, another_amount),
    "in another currency": (Code.AMOUNT, lambda t: states(t, currency="USD")),
    "a total that is not the amount": (Code.AMOUNT, lambda t: states(t, total_overdue_minor=200000)),
    "with money of the same day": (
        Code.IN_DOUBT, lambda t: paid(
            t, 123450, booked_at="2026-03-06T00:00:00+08:00", booked_resolution="day", schema_version=2,
        ),
    ),
    "days that are not past due": (Code.DAYS, lambda t: states(t, days_past_due=9)),
    "another due date": (Code.DAYS, lambda t: states(t, oldest_due_date="2026-02-05")),
    "a stage too early": (Code.STAGE, lambda t: t.move(-24 * 2)),
    "a stage that no ladder has": (Code.STAGE, lambda t: states(t, stage="SUMMONS")),
    "while a payment cannot be read": (
        Code.UNREAD, lambda t: t.tell("payment.booked", BEFORE_FIRM, payment_id="P", amount_minor="much"),
    ),
    "when the ledger was silent": (
        Code.STALE, lambda t: t.decision()["evidence"].update({"complete_to": "2026-03-12T00:30:00Z"}),
    ),
    "edited words": (Code.WORDS, lambda t: t.reword("官方App", "本链接")),
    "a threat at the end": (Code.WORDS, lambda t: t.reword("4008800123", "4008800123，否则起诉")),
    "another service number": (
        Code.WORDS, lambda t: (t.reword("4008800123", "13900139000"), states(t, service_number="13900139000")),
    ),
    "another lender's signature": (Code.WORDS, lambda t: states(t, signature="【他行】")),
    "another text of the book": (Code.WORDS, lambda t: states(t, template_id="zh-Hans-last-neutral-1")),
    "a text that no book has": (Code.WORDS, lambda t: states(t, template_id="zh-Hans-own-1")),
    "parts miscounted": (Code.FORM, lambda t: states(t, parts=3)),
    "the same message twice": (Code.TWICE, lambda t: t.again(name=None, hours=0)),
    "a stage twice": (Code.TWICE, lambda t: t.again()),
    "a decision twice": (Code.TWICE, lambda t: t.outputs.append({"topic": "reminder-decisions", "body": t.decision()})),
    "while all is paused": (Code.PAUSED, lambda t: paused(t, {})),
    "while the stage is paused": (Code.PAUSED, lambda t: paused(t, {"stage": "FIRM"})),
    "while the lender's segment is paused": (Code.PAUSED, lambda t: paused(t, {"segment": "R4"})),
    "while the account is paused": (Code.PAUSED, lambda t: paused(t, {"account": "A-1"}, 2)),
    "outside the allow-list": (
        Code.NOT_ALLOWED, lambda t: t.control("allow-list.set", BEFORE_FIRM, accounts=["A-2"]),
    ),
    "by a version that nobody activated": (
        Code.VERSION, lambda t: t.control(
            "policy.activated", "2026-03-01T00:00:00+08:00", policy="cn-consumer", version="2027.01",
            policy_hash="0" * 32, effective_from="2026-03-01",
        ),
    ),
    "by another file of the version": (
        Code.VERSION, lambda t: t.control(
            "policy.activated", "2026-03-01T00:00:00+08:00", policy="cn-consumer", version="2026.12",
            policy_hash="0" * 32, effective_from="2026-03-01",
        ),
    ),
    "by a policy that nobody has": (Code.VERSION, lambda t: states(t, policy_version="1999.01")),
    "under a pack that nobody approved": (Code.UNAPPROVED, lambda t: t.decision().update({"pack_hash": "0" * 32})),
    "under another pack": (Code.UNAPPROVED, lambda t: states(t, pack_id="US")),
    "without a decision": (Code.NO_DECISION, lambda t: t.drop(t.decision())),
    "a hand-off without a decision": (
        Code.NO_DECISION, lambda t: t.drop(*(
            line["body"] for line in t.outputs if line["body"].get("outcome") == "handed_off"
        )),
    ),
    "a hand-off without a reason": (Code.MALFORMED, lambda t: t.event("case.handed-off").pop("reason")),
    "a hand-off for another reason": (
        Code.DIFFERS, lambda t: t.event("case.handed-off").update({"reason": "OPTED_OUT"}),
    ),
    "a decision without its message": (Code.NO_MESSAGE, lambda t: t.drop(t.message())),
    "another hash of the text": (
        Code.DIFFERS, lambda t: t.decision().update({"text_hash": fingerprint("something else")}),
    ),
    "another cycle in the decision": (Code.DIFFERS, lambda t: t.decision().update({"cycle_id": "L-8/2026-03"})),
    "a message without its recipient": (Code.MALFORMED, lambda t: t.message().pop("recipient")),
    "valid for a day": (Code.LIFE, lambda t: states(t, expires_at="2026-03-13T01:00:00Z")),
    "valid into the night": (
        Code.LIFE, lambda t: (t.move(10.95), states(t, expires_at="2026-03-12T12:08:00Z")),
    ),
    "paid while on its way, and no recall": (
        Code.NOT_RECALLED, lambda t: paid(t, 123450, "2026-03-12T09:05:00+08:00"),
    ),
    "on hold while on its way, and no recall": (
        Code.NOT_RECALLED, lambda t: t.tell(
            "hold.placed", "2026-03-12T09:05:00+08:00", hold_id="H", kind="deceased",
        ),
    ),
    "recalled by a person, and no recall": (
        Code.NOT_RECALLED, lambda t: t.control("reminders.recalled", "2026-03-12T09:05:00+08:00", scope={}),
    ),
    "handed over twice": (
        Code.HANDED_OVER, lambda t: (
            receipt(t, "accepted", AT_FIRM), receipt(t, "accepted", "2026-03-12T09:01:00+08:00"),
        ),
    ),
    "handed over past its life": (
        Code.HANDED_OVER, lambda t: receipt(t, "accepted", "2026-03-12T09:30:00+08:00"),
    ),
    "overdue, and never heard of again": (Code.FORGOTTEN, silenced_after_firm),
}  # fmt: skip


def test_an_honest_run_is_clean(tale: PlantedTale, tmp_path: Path) -> None:
    tally = tale.audited(tmp_path)
    assert not tally.findings
    assert tally.judged["messages"] == 4


@pytest.mark.parametrize("what", PLANTED)
def test_what_is_planted_is_found(what: str, tale: PlantedTale, tmp_path: Path) -> None:
    code, plant = PLANTED[what]
    plant(tale)
    found = tale.audited(tmp_path).findings
    assert code in {finding.code for finding in found}
    assert all(finding.account_id == "A-1" and finding.evidence for finding in found if finding.code == code)


ALLOWED: dict[str, Planting] = {
    "a hold that was lifted": lambda t: (
        hold(t, "dispute"), t.tell("hold.lifted", "2026-03-11T13:00:00+08:00", hold_id="H-1"),
    ),
    "STOP and then consent": lambda t: (
        t.tell("reply.received", "2026-03-09T12:00:00+08:00", reply_id="R", keyword="STOP"),
        t.tell(
            "consent.given", BEFORE_FIRM, consent_id="C", scope="sms", given_at=BEFORE_FIRM, evidence_id="E",
            wording_id="W",
        ),
    ),
    "a pause of another stage": lambda t: paused(t, {"stage": "VISIT"}),
    "a pause of another account": lambda t: paused(t, {"account": "A-2"}, 2),
    "a pause that was resumed": lambda t: (
        t.control("sending.paused", "2026-03-10T12:00:00+08:00", scope={}),
        t.control("sending.resumed", BEFORE_FIRM, pause_id=f"c{len(t.facts) - 1}"),
    ),
    "a place on the allow-list": lambda t: t.control("allow-list.set", BEFORE_FIRM, accounts=["A-1", "A-2"]),
    "a payment that came back": lambda t: (
        paid(t, 123450),
        t.tell(
            "payment.returned", "2026-03-11T14:00:00+08:00", payment_id="PAY-1", booked_at="2026-03-11T14:00:00+08:00",
        ),
    ),
    "handed over and delivered": lambda t: (
        receipt(t, "accepted", AT_FIRM), receipt(t, "delivered", "2026-03-12T09:02:00+08:00"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", ALLOWED)
def test_what_is_allowed_is_no_finding(what: str, tale: PlantedTale, tmp_path: Path) -> None:
    ALLOWED[what](tale)
    about_firm = tale.message()["reminder_id"]
    assert not [one for one in tale.audited(tmp_path).findings if one.message_id == about_firm]
