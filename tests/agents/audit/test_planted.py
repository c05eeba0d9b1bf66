"""Each kind of violation, planted into an honest run, is found by its rule; the honest run has nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from agents.audit.findings import Code
from tests.agents.audit.story import Body, Planted, simulated

PERSON: Body = {
    "type": "profile.updated", "event_id": "p1", "account_id": "A-1", "time": "2026-03-01T08:00:00+08:00",
    "surname": "王", "given_name": "芳", "salutation": "ms", "phone": "+8613800138000", "language": "zh-Hans",
    "zone": "Asia/Shanghai", "as_of": "2026-03-01T08:00:00+08:00",
}  # fmt: skip
MISSED: Body = {
    "type": "repayment.missed", "event_id": "m1", "account_id": "A-1", "time": "2026-03-06T02:00:00+08:00",
    "loan_id": "L-7", "instalment_id": "03", "due_date": "2026-03-05", "amount_due_minor": 123450,
    "outstanding_minor": 123450, "currency": "CNY", "as_of": "2026-03-06T00:00:00+08:00",
}  # fmt: skip
FACTS = [PERSON, MISSED]
EARLY = "2026-03-05T12:00:00+08:00"
"""Before the first message, which leaves on 6 March at nine."""
FIRM_AT = "2026-03-12T01:00:00Z"


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> list[Body]:
    return simulated(FACTS, tmp_path_factory.mktemp("honest"), "2026-04-20")


def payment(story: Planted, time: str, amount: int, **fields: object) -> None:
    story.fact("payment.booked", time, payment_id="P", amount_minor=amount, currency="CNY", booked_at=time, **fields)


def control(story: Planted, kind: str, time: str, **fields: object) -> None:
    story.facts.append({"type": kind, "control_id": f"c-{kind}", "time": time, "by": "u", "reason": "r", **fields})


def hold(kind: str, until: str | None = None) -> Callable[[Planted], None]:
    return lambda s: s.fact("hold.placed", EARLY, hold_id="H", kind=kind, until=until)


def lifted_and_placed_again(story: Planted) -> None:
    for kind, hour, version in (("placed", 1, 1), ("lifted", 2, 2), ("placed", 3, 3)):
        more = {"kind": "dispute"} if kind == "placed" else {}
        story.fact(f"hold.{kind}", f"2026-03-05T0{hour}:00:00Z", hold_id="H", source_version=version, **more)


def stopped(story: Planted) -> None:
    story.fact("reply.received", EARLY, reply_id="r1", keyword="Stop.")


def by_profile(**fields: object) -> Callable[[Planted], None]:
    return lambda s: s.facts.append({**PERSON, "event_id": "p2", "time": EARLY, "as_of": EARLY, **fields})


def states_more(story: Planted) -> None:
    payment(story, "2026-03-05T20:00:00Z", 50_000)


def cents(story: Planted) -> None:
    body = story.message("FRIENDLY")
    body["amount_minor"] = body["total_overdue_minor"] = 123_451
    body["variables"]["amount"] = "1,234.51元"
    story.sent("FRIENDLY")["variables"]["amount"] = "1,234.51元"
    story.sent("FRIENDLY")["evidence"]["total_overdue_minor"] = 123_451
    story.reword("FRIENDLY", "1,234.50", "1,234.51")


def in_dollars(story: Planted) -> None:
    story.message("FRIENDLY")["currency"] = "USD"


def doubled(story: Planted) -> None:
    story.outputs.append(next(line for line in story.outputs if line["body"] is story.message("FRIENDLY")))


def stage_again(story: Planted) -> None:
    body, decided = ({**one, "reminder_id": "again"} for one in (story.message("FRIENDLY"), story.sent("FRIENDLY")))
    for one, fields in ((body, ("issued_at", "decided_for", "not_before")), (decided, ("now",))):
        one.update(dict.fromkeys(fields, "2026-03-10T01:00:00Z"))
    body.update(expires_at="2026-03-10T01:10:00Z", attempt=2)
    decided["decision_id"] = "again"
    story.outputs += [{"topic": "reminders", "body": body}, {"topic": "reminder-decisions", "body": decided}]


def other_language(story: Planted) -> None:
    story.message("FRIENDLY")["language"] = "en"


def unread(story: Planted) -> None:
    body = {"topic": "payment-received", "time": EARLY, "key_b64": "QS0x", "value_b64": "ew=="}
    story.facts.append({"type": "raw", **body})


def paid_later(story: Planted) -> None:
    payment(story, "2026-03-06T09:30:00+08:00", 123_450)


def silent(story: Planted) -> None:
    story.drop(lambda one: one["type"] != "decision.recorded" or one["outcome"] != "noted")
    story.facts.append({**PERSON, "account_id": "B-1", "time": "2026-04-20T00:00:00Z"})


def receipts(*told: tuple[str, str]) -> Callable[[Planted], None]:
    def plant(story: Planted) -> None:
        name = story.message("FRIENDLY")["reminder_id"]
        for status, at in told:
            story.fact("reminder.receipt", at, reminder_id=name, status=status, at=at)

    return plant


def short_life(story: Planted) -> None:
    story.message("FRIENDLY")["expires_at"] = "2026-03-06T03:00:00Z"


def early(story: Planted) -> None:
    story.move("FIRM", "2026-03-10T01:00:00Z")


def handed_off_before(story: Planted) -> None:
    case = next(one for one in story.bodies() if one["type"] == "case.handed-off")
    case["handed_off_at"] = "2026-03-07T01:00:00Z"


def edit(stage: str = "FRIENDLY", **fields: object) -> Callable[[Planted], None]:
    return lambda s: s.message(stage).update(fields)


def decision(stage: str = "FRIENDLY", **fields: object) -> Callable[[Planted], None]:
    return lambda s: s.sent(stage).update(fields)


def to(**fields: object) -> Callable[[Planted], None]:
    return lambda s: s.message("FRIENDLY")["recipient"].update(fields)


PLANTED: list[tuple[str, Callable[[Planted], None], Code]] = [
    ("at night", lambda s: s.move("FRIENDLY", "2026-03-06T15:00:00Z"), Code.CLOSED_HOUR),
    ("a minute after the hours", lambda s: s.move("FRIENDLY", "2026-03-06T12:01:00Z"), Code.CLOSED_HOUR),
    ("night in the zone of who moved", by_profile(zone="Europe/Berlin", source_version=9), Code.CLOSED_HOUR),
    ("the second of a day", lambda s: s.move("FIRM", "2026-03-06T06:00:00Z"), Code.ABOVE_CAP),
    ("before the gap", lambda s: s.move("FIRM", "2026-03-08T01:00:00Z"), Code.GAP),
    ("after a letter by others", lambda s: s.fact("contact.made", EARLY, contact_id="c", channel="sms",
     conversation=False, made_at="2026-03-05T20:00:00Z"), Code.ABOVE_CAP),
    ("the day after a conversation", lambda s: s.fact("contact.made", EARLY, contact_id="c", channel="voice",
     conversation=True, made_at=EARLY), Code.COOL_DOWN),
    ("a dispute", hold("dispute"), Code.UNDER_HOLD),
    ("deceased", hold("deceased"), Code.UNDER_HOLD),
    ("cease contact", hold("cease_contact"), Code.UNDER_HOLD),
    ("a breathing space", hold("breathing_space", "2026-05-05T00:00:00+08:00"), Code.UNDER_HOLD),
    ("a hold that was lifted and placed again", lifted_and_placed_again, Code.UNDER_HOLD),
    ("a complaint", lambda s: s.fact("complaint.received", EARLY, complaint_id="C", kind="conduct"), Code.UNDER_HOLD),
    ("a promise", lambda s: s.fact("promise.made", EARLY, promise_id="Q", amount_minor=9, currency="CNY",
     pay_by="2026-03-09"), Code.UNDER_HOLD),
    ("a plan", lambda s: s.fact("plan.agreed", EARLY, plan_id="Q", currency="CNY",
     parts=[{"due_date": "2026-04-01", "amount_minor": 100}]), Code.UNDER_HOLD),
    ("staff asked for silence", lambda s: s.fact("staff.decided", EARLY, decision="silent_until",
     until="2026-03-20T00:00:00Z", decided_by="u", reason="r"), Code.UNDER_HOLD),
    ("a claim to have paid", lambda s: s.fact("reply.received", EARLY, reply_id="r", keyword="PAID"), Code.UNDER_HOLD),
    ("a STOP", stopped, Code.OPTED_OUT),
    ("opted out in the profile", by_profile(opt_outs=[{"scope": "channel", "value": "sms"}]), Code.OPTED_OUT),
    ("a number disowned", hold("wrong_number"), Code.DISOWNED),
    ("a number that failed", receipts(("failed", "2026-03-06T01:01:00Z")), Code.DISOWNED),
    ("another borrower's number", to(phone="+8613900139000"), Code.RECIPIENT),
    ("another name", to(name="李女士"), Code.RECIPIENT),
    ("another role", by_profile(role="third_related"), Code.ROLE),
    ("another language", other_language, Code.LANGUAGE),
    ("out of turn", lambda s: s.fact("number.told", EARLY, accounts=2, turn=0, profile={
     "as_of": PERSON["as_of"], "time": PERSON["time"]}), Code.NUMBER_SHARED),
    ("sold", lambda s: s.fact("account.ended", EARLY, outcome="sold", as_of=EARLY), Code.ENDED),
    ("a person has it", handed_off_before, Code.WITH_A_PERSON),
    ("paid before", lambda s: payment(s, "2026-03-05T20:00:00Z", 123_450), Code.PAID),
    ("the ledger took it back", lambda s: s.facts.append({**MISSED, "time": "2026-03-06T08:00:00+08:00",
     "as_of": "2026-03-06T08:00:00+08:00", "outstanding_minor": 0}), Code.NOT_OWED),
    ("more than is left of it", states_more, Code.AMOUNT),
    ("a cent more", cents, Code.AMOUNT),
    ("another currency", in_dollars, Code.AMOUNT),
    ("money of the same day", lambda s: s.fact("payment.booked", "2026-03-06T03:00:00+08:00", payment_id="P",
     amount_minor=123_450, currency="CNY", booked_at="2026-03-06T00:00:00+08:00", booked_resolution="day",
     schema_version=2), Code.IN_DOUBT),
    ("other days past due", edit(days_past_due=2), Code.DAYS),
    ("a stage too early", early, Code.STAGE),
    ("a record that nobody could read", unread, Code.UNREAD),
    ("a stale ledger", lambda s: s.sent("FRIENDLY")["evidence"].update(complete_to="2026-03-05T23:00:00Z"), Code.STALE),
    ("an edited text", lambda s: s.reword("FRIENDLY", "可在官方App还款", "请立即还款"), Code.WORDS),
    ("without its help", lambda s: s.reword("FRIENDLY", "有困难请致电4008800123", ""), Code.WORDS),
    ("a text of nobody", edit(template_id="zh-Hans-own-1"), Code.WORDS),
    ("wrong parts", edit(parts=2), Code.FORM),
    ("the same id twice", doubled, Code.TWICE),
    ("a stage twice", stage_again, Code.TWICE),
    ("all paused", lambda s: control(s, "sending.paused", EARLY), Code.PAUSED),
    ("its stage paused", lambda s: control(s, "sending.paused", EARLY, scope={"stage": "FIRM"}), Code.PAUSED),
    ("not on the list", lambda s: control(s, "allow-list.set", EARLY, accounts=["B"]), Code.NOT_ALLOWED),
    ("another version activated", lambda s: control(s, "policy.activated", EARLY, policy="cn-consumer",
     version="2027.01", policy_hash="0" * 32, effective_from="2026-03-01"), Code.VERSION),
    ("another hash activated", lambda s: control(s, "policy.activated", EARLY, policy="cn-consumer",
     version="2026.12", policy_hash="0" * 32, effective_from="2026-03-01"), Code.VERSION),
    ("a version of nobody", edit(policy_version="9"), Code.VERSION),
    ("a pack that nobody approved", decision(pack_hash="0" * 32), Code.UNAPPROVED),
    ("another pack", edit(pack_id="US"), Code.UNAPPROVED),
    ("no decision", lambda s: s.drop(lambda one: one.get("outcome") == "sent" and one["stage"] == "FRIENDLY"),
     Code.NO_DECISION),
    ("a hand-off without decision", lambda s: s.drop(lambda one: one.get("outcome") == "handed_off"), Code.NO_DECISION),
    ("no message", lambda s: s.drop(lambda one: bool(one.get("text")) and one["stage"] == "FRIENDLY"), Code.NO_MESSAGE),
    ("another text's hash", decision(text_hash="0" * 32), Code.DIFFERS),
    ("superseded what never left", edit("FIRM", supersedes="none"), Code.DIFFERS),
    ("half a message", lambda s: s.message("FRIENDLY").pop("recipient"), Code.MALFORMED),
    ("valid for two hours", short_life, Code.LIFE),
    ("paid while on its way", paid_later, Code.NOT_RECALLED),
    ("held while on its way", lambda s: s.fact("hold.placed", "2026-03-06T09:30:00+08:00", hold_id="H",
     kind="dispute"), Code.NOT_RECALLED),
    ("handed over too late", receipts(("accepted", "2026-03-06T02:00:00Z")), Code.HANDED_OVER),
    ("handed over twice", receipts(("accepted", "2026-03-06T01:01:00Z"), ("accepted", "2026-03-06T01:02:00Z")),
     Code.HANDED_OVER),
    ("forgotten", silent, Code.FORGOTTEN),
]  # fmt: skip


def test_what_was_learned_late_was_not_handed_over_late(honest: list[Body], tmp_path: Path) -> None:
    planted = Planted(FACTS, honest)
    receipts(("unknown", "2026-03-06T01:01:00Z"), ("accepted", "2026-03-06T09:00:00Z"))(planted)
    assert not planted.audit(tmp_path).findings


def test_the_honest_run_has_nothing(honest: list[Body], tmp_path: Path) -> None:
    tally = Planted(FACTS, honest).audit(tmp_path)
    assert not tally.findings
    assert tally.judged["messages"] == 3
    assert tally.judged["amount, exact"] == 3


@pytest.mark.parametrize(("plant", "code"), [pytest.param(*one[1:], id=one[0]) for one in PLANTED])
def test_what_is_planted_is_found(
    plant: Callable[[Planted], None], code: Code, honest: list[Body], tmp_path: Path
) -> None:
    story = Planted(FACTS, honest)
    plant(story)
    assert code in story.found(tmp_path)


def test_who_owes_and_of_whom_nothing_is_said_at_all_is_forgotten(tmp_path: Path) -> None:
    story = Planted([*FACTS, {**PERSON, "account_id": "B-1", "time": "2026-04-20T00:00:00Z"}], [])
    assert story.found(tmp_path) == {Code.FORGOTTEN}


def lifted(story: Planted) -> None:
    hold("dispute")(story)
    story.fact("hold.lifted", "2026-03-05T13:00:00+08:00", hold_id="H")


def consented(story: Planted) -> None:
    stopped(story)
    later = "2026-03-05T18:00:00+08:00"
    story.fact("consent.given", later, consent_id="c", scope="all", given_at=later, evidence_id="e", wording_id="w")


def resumed(story: Planted) -> None:
    control(story, "sending.paused", EARLY)
    control(story, "sending.resumed", "2026-03-05T18:00:00+08:00", pause_id="c-sending.paused")


ALLOWED: list[tuple[str, Callable[[Planted], None]]] = [
    ("a hold that was lifted", lifted),
    ("a STOP and a later consent", consented),
    ("a pause that was resumed", resumed),
    ("another stage's pause", lambda s: control(s, "sending.paused", EARLY, scope={"stage": "OTHER"})),
    ("on the list", lambda s: control(s, "allow-list.set", EARLY, accounts=["A-1"])),
    ("a payment that was in the ledger before", lambda s: payment(s, "2026-03-05T10:00:00Z", 9)),
]


@pytest.mark.parametrize("plant", [pytest.param(one[1], id=one[0]) for one in ALLOWED])
def test_what_is_allowed_is_not_found(plant: Callable[[Planted], None], honest: list[Body], tmp_path: Path) -> None:
    story = Planted(FACTS, honest)
    plant(story)
    assert not story.audit(tmp_path).findings


def test_what_was_erased_is_not_judged(honest: list[Body], tmp_path: Path) -> None:
    story = Planted(FACTS, honest)
    story.facts[0] = {
        "type": "raw", "topic": "profile-updated", "time": "2026-04-19T00:00:00Z", "key_b64": "QS0x", "value_b64": None,
    }  # fmt: skip
    tally = story.audit(tmp_path)
    assert not tally.findings
    assert tally.not_judged["recipient: profile erased"] == 3
    assert tally.not_judged["forgotten: profile erased"] == 1


def test_every_rule_has_something_planted() -> None:
    elsewhere = {Code.CALENDAR, Code.ELEMENT, Code.CONTRACT, Code.NUMBER_UNCONFIRMED}
    assert set(Code) - {code for _, _, code in PLANTED} == elsewhere
