"""What a fact or a tick leads to, as data: the account after it, what leaves, and why."""

from collections.abc import Mapping
from typing import Final, Literal

from agents.reminders.decisions.calendar import local_iso, to_utc
from agents.reminders.decisions.catalog import Book
from agents.reminders.decisions.contacts import last_contact
from agents.reminders.decisions.gate import OPEN, Gate
from agents.reminders.decisions.identity import fingerprint, identify
from agents.reminders.decisions.ledger import Ledger, Line
from agents.reminders.decisions.wording import Wording
from schemas.accounts import Account, Struct
from schemas.decisions import Decision, Evidence, LedgerLine, Outcome
from schemas.messages import AnyMessage
from schemas.policies import PERSONAL_SLOTS

Trigger = Literal["tick", "fact", "control"]


class Seen(Struct, frozen=True):
    """The coordinates of the input that a decision saw. They differ between runs; nothing else does."""

    inputs: Mapping[str, int]
    watermarks: Mapping[str, int]
    payments_seen: int
    """The offset up to which the partition's payments had been applied; -1 where there are no offsets."""
    gate: Gate = OPEN


NOWHERE: Final = Seen({}, {}, -1)
"""For a simulation, which has no offsets."""


class Verdict(Struct, frozen=True):
    """The answer of the core. ``account`` None means that the account can be forgotten (a tombstone)."""

    account: Account | None
    messages: tuple[AnyMessage, ...] = ()
    decisions: tuple[Decision, ...] = ()


class Recorder:
    """Collects messages and decisions of one fact or tick; decisions get their evidence here.

    ``cause`` is the fact's event id: in a replay several facts of an account share an instant.
    """

    def __init__(self, book: Book, trigger: Trigger, now_ms: int, seen: Seen, cause: str = "") -> None:
        self.book = book
        self.now_ms = now_ms
        self.now = to_utc(now_ms)
        self.messages: list[AnyMessage] = []
        self.decisions: list[Decision] = []
        self._trigger: Trigger = trigger
        self._cause = cause
        self._seen = seen
        self._evidence: Evidence | None = None
        self._evidence_of: tuple[object, ...] = ()

    @property
    def payments_seen(self) -> int:
        """See Seen."""
        return self._seen.payments_seen

    @property
    def gate(self) -> Gate:
        """What stands before every send."""
        return self._seen.gate

    def say(self, message: AnyMessage) -> None:
        """Let a message leave with this transaction."""
        self.messages.append(message)

    def decide(
        self,
        account: Account,
        owed: Ledger,
        outcome: Outcome,
        code: str,
        *,
        stage: str | None = None,
        cycle_id: str | None = None,
        reminder_id: str | None = None,
        until_ms: int | None = None,
        dpd: int | None = None,
        wording: Wording | None = None,
    ) -> None:
        """Record one reason with what it saw."""
        policy = self.book.policy
        number = len(self.decisions)
        public = None
        if wording is not None:
            public = wording.variables.copy()
            for slot in PERSONAL_SLOTS:
                del public[slot]
        self.decisions.append(
            Decision(
                decision_id=identify(
                    self.book.namespace,
                    account.account_id,
                    self._trigger,
                    self._cause,
                    str(self.now_ms),
                    str(number),
                    outcome,
                    code,
                    stage or "",
                ),
                account_id=account.account_id,
                trigger=self._trigger,
                now=self.now,
                outcome=outcome,
                code=code,
                stage=stage,
                cycle_id=cycle_id,
                reminder_id=reminder_id,
                until=None if until_ms is None else to_utc(until_ms),
                policy_id=policy.id,
                policy_version=policy.version,
                policy_hash=self.book.hash,
                template_id=None if wording is None else wording.template_id,
                variables=public,
                text_hash=None if wording is None else fingerprint(wording.text),
                evidence=self._what_it_saw(account, owed, dpd),
            )
        )

    def _what_it_saw(self, account: Account, owed: Ledger, dpd: int | None) -> Evidence:
        """The evidence; the same object for two decisions that saw the same."""
        saw = (owed, account.cycle, account.profile, last_contact(account), dpd)
        if self._evidence is None or saw != self._evidence_of:
            self._evidence, self._evidence_of = self._gather(account, owed, dpd), saw
        return self._evidence

    def _gather(self, account: Account, owed: Ledger, dpd: int | None) -> Evidence:
        profile, contact_ms, gate = account.profile, last_contact(account), self._seen.gate
        return Evidence(
            inputs=dict(self._seen.inputs),
            watermarks=dict(self._seen.watermarks),
            controls=gate.controls_offset if gate.controls_offset >= 0 else None,
            complete_to=to_utc(gate.complete_to_ms) if gate.judged else None,
            unmarked=gate.unmarked,
            unread=gate.unread,
            ledger=tuple([_as_told(line) for line in owed.lines]),
            total_overdue_minor=owed.total_minor,
            days_past_due=dpd,
            reminders_in_cycle=0 if account.cycle is None else account.cycle.reminders,
            last_contact_at=None if contact_ms is None else to_utc(contact_ms),
            local_time=None if profile is None else local_iso(profile.zone, self.now_ms),
        )

    def verdict(self, account: Account | None) -> Verdict:
        """Close the books."""
        return Verdict(account, tuple(self.messages), tuple(self.decisions))


def _as_told(line: Line) -> LedgerLine:
    return LedgerLine(
        loan_id=line.item.loan_id,
        instalment_id=line.item.instalment_id,
        due_date=line.since,
        overdue_minor=line.overdue_minor,
    )
