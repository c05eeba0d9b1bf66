"""Whatever a worker has lived through, the verifier finds it right: seeded stories with controls and broken records."""

from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from agents.decisions.guard.partition import CONTROL_CODES, INPUT_CODES
from agents.decisions.policy.controls import ControlState
from schemas.controls import AllowListSet, PolicyActivated, RemindersRecalled, Scope, SendingPaused, SendingResumed
from schemas.values.instants import to_ms
from streams import roles
from tests.agents.reminders.fake_worker import BOOK, KEY, NOW, PARTITION
from tests.agents.reminders.test_agent import fact, missed, paid, profile
from tests.agents.reminders.test_any_input import tell
from tests.agents.reminders.test_gates import LEDGER, dismissal, mark
from tests.agents.verifier.story import BY, VerifierStory

STORIES: Final = 200
BEFORE: Final = NOW - timedelta(days=1)
"""No tick has come: what these stories leave undone at their ends is not forgotten."""
SCOPES: Final = (Scope(), Scope(stage="FRIENDLY"), Scope(stage="FIRM"))
BODIES: Final = (b"{", b'{"account_id": "A-1"}')


class Troubled(VerifierStory):
    """A story in which people say something on the controls, records break, and some are brought back."""

    def __init__(self, seed: int) -> None:
        super().__init__(unread_max=0, marked_inputs=LEDGER if seed % 4 == 0 else ())
        self._chance = Random(seed)
        self._activates = seed % 10 == 9
        self._chunks = 0
        self._broken: list[tuple[str, bytes | None]] = []

    def chunk(
        self, *records: tuple[str, Any], now: datetime = NOW, controls: ControlState | None = None, **changes: Any
    ) -> None:
        self._chunks += 1
        moment = now + timedelta(milliseconds=self._chunks)
        super().chunk(*records, now=moment, controls=controls or self.controls, **changes)

    def tick(self, now: datetime = NOW, keys: tuple[bytes, ...] = (KEY,), controls: ControlState | None = None) -> None:
        trouble = self._chance.random()
        # What happens meanwhile has happened before the tick.
        before = now - timedelta(minutes=30)
        if trouble < 0.25:
            self._say(before)
        elif trouble < 0.4:
            self._break(before)
        elif trouble < 0.6 and self._broken:
            self._bring_back(before)
        elif trouble < 0.8 and self.settings.marked_inputs:
            for role in LEDGER:
                mark(self, role, now, now=before)
        if KEY in self.kept and self.account.next_due_at <= to_ms(now):
            super().tick(now, keys, self.controls)

    def _say(self, now: datetime) -> None:
        fields: dict[str, Any] = {**BY, "control_id": f"c{len(self.control_records)}", "time": now}
        if self._activates and self._chance.random() < 0.5:
            self.says(self._activation(now, fields), now)
            return
        self.says(
            self._chance.choice(
                (
                    SendingPaused(**fields, scope=self._chance.choice(SCOPES)),
                    SendingResumed(**fields, pause_id=f"c{max(0, len(self.control_records) - 1)}"),
                    RemindersRecalled(**fields, scope=self._chance.choice(SCOPES)),
                    AllowListSet(**fields, accounts=(), others_over_minutes=self._chance.choice((None, 60, 6_000))),
                    AllowListSet(**fields),
                )
            ),
            now,
        )

    def _activation(self, now: datetime, fields: dict[str, Any]) -> PolicyActivated:
        version = self._chance.choice((BOOK.hash, "0" * 32))
        policy: dict[str, Any] = {"policy": BOOK.policy.id, "version": "1", "policy_hash": version}
        return PolicyActivated(**fields, **policy, effective_from=now.date())

    def _break(self, now: datetime) -> None:
        role, key = self._chance.choice(LEDGER), self._chance.choice((KEY, None))
        self._broken.append((f"{role}/{PARTITION}/{self.positions[role]}", key))
        self.chunk((role, self._chance.choice(BODIES)), now=now, key=key)

    def _bring_back(self, now: datetime) -> None:
        at, key = self._broken.pop(self._chance.randrange(len(self._broken)))
        if self._chance.random() < 0.5:
            account_id = None if key is None else key.decode()
            self.chunk(dismissal(at, account_id=account_id, event_id=f"d{self._chunks}"), now=now, key=key)
        else:
            self._broken.append((f"{at.split('/')[0]}/{PARTITION}/{self.positions[at.split('/')[0]]}", key))
            again = (("tactful.replay-of", at.encode()),)
            self.chunk((at.split("/")[0], b"{"), now=now, key=key, headers=again)


def ordinary(seed: int) -> VerifierStory:
    """Instalments are missed and paid, holds come and go, and reminders leave."""
    chance, story, now = Random(seed), Troubled(seed), NOW
    story.chunk(profile(), missed())
    for number in range(10, chance.randint(15, 35)):
        turn = chance.random()
        if turn < 0.6:
            now += timedelta(hours=chance.choice((1, 6, 24, 24 * 7)))
            story.tick(now)
        elif turn < 0.75:
            fields = {"instalment_id": chance.choice("123"), "as_of": (now - timedelta(hours=1)).isoformat()}
            due = (now - timedelta(days=chance.choice((2, 5)))).date().isoformat()
            story.chunk(missed(number, due_date=due, **fields), now=now)
        elif turn < 0.9:
            amount_minor = chance.choice((1_000, 10_000, 30_000))
            story.chunk(
                paid(number, payment_id=f"P{number}", amount_minor=amount_minor, booked_at=now.isoformat()), now=now
            )
        else:
            body = fact(chance.choice(("hold.placed", "hold.lifted")), number, hold_id=f"H{number % 2}")
            story.chunk((roles.CASE_UPDATED, {**body, "kind": "dispute"}), now=now)
    return story


def awkward(seed: int) -> VerifierStory:
    """Values that no bank should say."""
    story = Troubled(seed)
    tell(seed, story)
    return story


def codes_of(story: VerifierStory) -> set[str]:
    return {body["code"] for body in story.left(roles.REMINDER_DECISIONS).bodies}


def test_no_ordinary_story_is_found_wrong() -> None:
    codes: set[str] = set()
    for seed in range(STORIES):
        story = ordinary(seed)
        codes |= codes_of(story)
        assert story.verified(BEFORE).faults == {}, seed
    gate = (CONTROL_CODES - {"CONTROL_UNREADABLE"}) | INPUT_CODES
    assert codes >= gate | {"ISSUED", "ESCALATED", "PAID", "CURED", "UNREAD_FACT", "OPERATOR_RECALL"}


def test_no_awkward_story_is_found_wrong() -> None:
    codes: set[str] = set()
    for seed in range(STORIES):
        story = awkward(seed)
        codes |= codes_of(story)
        assert story.verified(BEFORE).faults == {}, seed
    assert codes >= {"BLOCKED_TOO_LONG", "PLAN_BROKEN", "SECOND_CURRENCY"}


def test_no_message_of_a_story_can_be_taken_away() -> None:
    taken = 0
    for seed in range(STORIES // 4):
        story = ordinary(seed)
        messages = [record for record in story.records if record.role == roles.REMINDERS]
        if messages:
            gone = Random(seed).choice(messages)
            left = [record for record in story.records if record != gone]
            assert story.verified(BEFORE, lambda _, left=left: left).faults == {"missing": 1}, seed  # type: ignore[misc]  # a default
            taken += 1
    assert taken > STORIES // 8
