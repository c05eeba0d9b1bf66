"""What a fact or a tick leads to, as data: the account after it, what leaves, and why."""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from msgspec.structs import replace

from agents.decisions.account.contacts import last_contact
from agents.decisions.account.owed.ledger import Ledger, Line
from agents.decisions.guard.partition import OPEN, Gate
from agents.decisions.policy.rulebook import Rulebook
from agents.decisions.policy.segments import Treatment, names_of
from agents.decisions.text.wording import Wording
from agents.decisions.time.wall_clock import is_zone
from schemas.decisions import Decision, Erased, Evidence, Ignored, LedgerLine, Lifted, Next, Outcome
from schemas.messages import AnyMessage, ReminderCancelled
from schemas.policy.offers import Offered
from schemas.policy.texts import PERSONAL_SLOTS
from schemas.stored.accounts import Account
from schemas.stored.structs import LastReason, Struct, Wait
from schemas.values.identity import fingerprint, identify
from schemas.values.instants import local_iso, to_utc

CORE_REVISION: Final = 3
"""Raised by hand with a change after which the same facts, policy and instants lead to other messages or decisions.

Each decision names it, so that the verifier does not call what another core decided a difference.
"""

NOT_DUE: Final = "NOT_DUE"
"""Why the next stage waits: its day has not come."""
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
    pace_us: int = 0
    """From when on the partition's next message may leave; 0 when this answer has not moved it."""


class WordNoted(NamedTuple):
    """What became of one word about the account, where a decision notes nothing else."""

    ignored: Ignored | None = None
    lifted: Lifted | None = None
    erased: Erased | None = None


NO_WORD: Final = WordNoted()


class Recorder:
    """Collects messages and decisions of one fact or tick; decisions get their evidence here.

    ``cause`` is the fact's event id: in a replay several facts of an account share an instant.
    """

    def __init__(self, rulebook: Rulebook, trigger: Trigger, now_ms: int, seen: Seen, cause: str = "") -> None:
        self.rulebook = rulebook
        self.now_ms = now_ms
        self.now = to_utc(now_ms)
        self.messages: list[AnyMessage] = []
        self.decisions: list[Decision] = []
        self.pace_us = 0
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

    def recall(
        self,
        account: Account,
        owed: Ledger,
        recall: ReminderCancelled,
        *,
        rule: str | None = None,
        cycle_id: str | None = None,
    ) -> None:
        """Take back what has left, and record why."""
        self.say(recall)
        self.decide(
            account,
            owed,
            Outcome.RECALLED,
            recall.reason,
            rule=rule,
            stage=recall.stage,
            cycle_id=cycle_id,
            reminder_id=recall.reminder_id,
        )

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
        parts: int | None = None,
        rule: str | None = None,
        treatment: Treatment | None = None,
        offer: Offered | None = None,
        counters: dict[str, int] | None = None,
        warnings: tuple[str, ...] = (),
        word: WordNoted = NO_WORD,
    ) -> None:
        """Record one reason with what it saw."""
        policy, law, names = self.rulebook.policy, self.rulebook.law, names_of(treatment, account.cycle)
        self.decisions.append(
            Decision(
                type="decision.recorded",
                schema_version=1,
                decision_id=self._name(account, outcome, code, stage),
                account_id=account.account_id,
                trigger=self._trigger,
                now=self.now,
                outcome=outcome,
                code=code,
                rule=rule,
                stage=stage,
                cycle_id=cycle_id,
                reminder_id=reminder_id,
                until=None if until_ms is None else to_utc(until_ms),
                policy_id=policy.id,
                policy_version=policy.version,
                policy_hash=self.rulebook.hash,
                pack_id=law.pack.id,
                pack_version=law.pack.version,
                pack_hash=law.hash,
                core=CORE_REVISION,
                segment=names.segment,
                experiment=names.experiment,
                arm=names.arm,
                offer=offer,
                warnings=warnings,
                template_id=None if wording is None else wording.template_id,
                variables=None if wording is None else _public(wording),
                text_hash=None if wording is None else fingerprint(wording.text),
                evidence=self._what_it_saw(account, owed, dpd, counters),
                parts=parts,
                lifted=word.lifted,
                erased=word.erased,
                ignored=word.ignored,
            )
        )

    def _name(self, account: Account, outcome: Outcome, code: str, stage: str | None) -> str:
        number = str(len(self.decisions))
        parts = (self._trigger, self._cause, str(self.now_ms), number, outcome, code, stage or "")
        return identify(self.rulebook.namespace, account.account_id, *parts)

    def _what_it_saw(
        self, account: Account, owed: Ledger, dpd: int | None, counters: dict[str, int] | None
    ) -> Evidence:
        """The evidence; the same object for two decisions that saw the same."""
        saw = (owed, account.cycle, account.profile, last_contact(account), dpd, counters)
        if self._evidence is None or saw != self._evidence_of:
            self._evidence, self._evidence_of = self._gather(account, owed, dpd, counters), saw
        return self._evidence

    def _gather(self, account: Account, owed: Ledger, dpd: int | None, counters: dict[str, int] | None) -> Evidence:
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
            counters=counters,
            pace_us=gate.pace_us if gate.interval_us else None,
            time_data=self.rulebook.time_data,
            last_contact_at=None if contact_ms is None else to_utc(contact_ms),
            local_time=local_iso(profile.zone, self.now_ms) if profile is not None and is_zone(profile.zone) else None,
            numbers_required=gate.numbers_required,
        )

    def foresee(self, account: Account, owed: Ledger, waits: tuple[Wait, ...]) -> Account:
        """The account after its last decision told what comes next.

        With none, a fact that changes what is to come leaves one of its own; a tick that leaves none changes nothing.
        """
        if not self.decisions:
            told = waits == account.next or (_is_reason(account.reason, waits) and not _is_later(account.next, waits))
            if told or self._trigger != "fact" or not (owed.lines or any(wait.code != NOT_DUE for wait in waits)):
                return account
            self.decide(account, owed, Outcome.NOTED, "PLANNED")
        self.decisions[-1] = replace(self.decisions[-1], next=tuple([_next(wait) for wait in waits]))
        return account if waits == account.next else replace(account, next=waits)

    def verdict(self, account: Account | None) -> Verdict:
        """Close the books."""
        return Verdict(account, tuple(self.messages), tuple(self.decisions), self.pace_us)


def _is_reason(reason: LastReason | None, waits: tuple[Wait, ...]) -> bool:
    """Whether the last decision about what to send says it already; an instant may move without a new reason."""
    return bool(waits) and reason is not None and (waits[0].stage, waits[0].code) == (reason.stage, reason.code)


def _is_later(told: tuple[Wait, ...], waits: tuple[Wait, ...]) -> bool:
    """Whether what was told would pass without a word: the same step has moved beyond the instant that was told."""
    if not told or told[0].at_ms is None or told[0].stage != waits[0].stage:
        return False
    return waits[0].at_ms is None or waits[0].at_ms > told[0].at_ms


def _next(wait: Wait) -> Next:
    return Next(stage=wait.stage, at=None if wait.at_ms is None else to_utc(wait.at_ms), code=wait.code)


def _public(wording: Wording) -> dict[str, str]:
    return {slot: value for slot, value in wording.variables.items() if slot not in PERSONAL_SLOTS}


def _as_told(line: Line) -> LedgerLine:
    return LedgerLine(
        loan_id=line.item.loan_id,
        instalment_id=line.item.instalment_id,
        due_date=line.since,
        overdue_minor=line.overdue_minor,
    )
