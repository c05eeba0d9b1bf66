"""Answers to replies: one notice for one reply, decided at the next tick, and good for five minutes after the reply.

An answer asks for nothing. It passes the hours, the caps and the ledger's freshness, for the borrower has just written
to us; it passes neither a pause, nor the allow-list, an unapproved text, a hold, or any opt-out but the one that it
confirms. What has left is recalled like a reminder, while it may still be on its way.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Final, Literal, NamedTuple

from msgspec.structs import replace

from agents.decisions.account.case.heard import set_aside
from agents.decisions.account.owed.ledger import Ledger
from agents.decisions.guard.partition import controls_say
from agents.decisions.guard.person import Block, answer_block, may_leave
from agents.decisions.policy.controls import Recall, Recallable, is_recalled
from agents.decisions.policy.rulebook import Rulebook
from agents.decisions.policy.segments import segments_of
from agents.decisions.recorder import Recorder
from agents.decisions.text.sms import sms_parts
from agents.decisions.text.wording import NEUTRAL, Filling, Wording, word
from schemas.decisions import Outcome
from schemas.messages import NoticeIssued, Recipient, ReminderCancelled
from schemas.policy.keywords import bare
from schemas.policy.replies import NOTICE_SLOTS, NoticeKind
from schemas.stored.accounts import NEVER_MS, Account
from schemas.stored.heard import Heard, ReplyAnswer
from schemas.values.channels import SMS
from schemas.values.identity import identify
from schemas.values.instants import MINUTE_MS, local_date, to_utc

LIFE_MS: Final = 5 * MINUTE_MS
"""From the reply on: a later answer is none."""
_STAGES: Final[dict[NoticeKind, Literal["NOTICE_STOP", "NOTICE_HELP", "NOTICE_PROMISE"]]] = {
    "stop": "NOTICE_STOP",
    "help": "NOTICE_HELP",
    "promise": "NOTICE_PROMISE",
}


class _Pending(NamedTuple):
    heard: Heard
    kind: NoticeKind

    @property
    def confirms(self) -> str:
        """The opt-out that it confirms."""
        return self.heard.word_id if self.kind == "stop" else ""


def _kind(account: Account, heard: Heard, rulebook: Rulebook) -> NoticeKind | None:
    """What answers a word; None where the policy and the pack ask for no answer."""
    asked = rulebook.policy.notices
    if heard.kind == "promise":
        return "promise" if asked.promise else None
    replies = () if account.case is None else account.case.replies
    keyword = next((bare(reply.keyword) for reply in replies if reply.reply_id == heard.word_id), "")
    if keyword in rulebook.opt_out_words:
        return "stop" if asked.stop else None
    return "help" if keyword in rulebook.help_words else None


def _pending(account: Account, rulebook: Rulebook) -> Iterator[_Pending]:
    for heard in account.heard:
        if heard.answer is not None and not heard.answer.decided:
            kind = _kind(account, heard, rulebook)
            # A promise that is not believed is not confirmed: a person decides.
            if kind is not None and (kind != "promise" or heard.word_id not in set_aside(account, "promise")):
                yield _Pending(heard, kind)


def with_answers_asked(account: Account, rulebook: Rulebook) -> Account:
    """The account without answers that nobody asks for: another policy must not give them later."""
    if all(heard.answer is None for heard in account.heard):
        return account
    return _with(
        account,
        lambda heard, answer: answer if answer.decided or _kind(account, heard, rulebook) is not None else None,
    )


def _with(account: Account, change: Callable[[Heard, ReplyAnswer], ReplyAnswer | None]) -> Account:
    heard = tuple(one if one.answer is None else replace(one, answer=change(one, one.answer)) for one in account.heard)
    return account if heard == account.heard else replace(account, heard=heard)


def next_answer(account: Account, rulebook: Rulebook, now_ms: int) -> int:
    """When `answer` will have something to do: at once, or never."""
    return now_ms if any(True for _ in _pending(account, rulebook)) else NEVER_MS


def answer(account: Account, owed: Ledger, rec: Recorder) -> Account:
    """The account after each reply that awaits an answer has got it, or a reason why not."""
    for pending in tuple(_pending(account, rec.rulebook)):
        decided = replace(pending.heard, answer=_decide(account, owed, pending, rec))
        account = replace(account, heard=tuple(decided if one is pending.heard else one for one in account.heard))
    return account


def _decide(account: Account, owed: Ledger, pending: _Pending, rec: Recorder) -> ReplyAnswer:
    stage = _STAGES[pending.kind]
    against = _against(account, pending, rec)
    if against is None:
        wording = _wording(account, pending, rec)
        parts = sms_parts(wording.text)
        screened = may_leave(wording, parts, account, rec.rulebook)
        if not isinstance(screened, Block):
            return _issue(account, owed, pending, wording, parts, rec)
        against = screened
    rec.decide(account, owed, Outcome.NOTED, against.code, stage=stage, rule=against.rule)
    return ReplyAnswer(decided=True)


def _against(account: Account, pending: _Pending, rec: Recorder) -> Block | None:
    rulebook, now_ms, stage = rec.rulebook, rec.now_ms, _STAGES[pending.kind]
    if now_ms >= pending.heard.said_ms + LIFE_MS:
        return Block("NOTICE_EXPIRED")
    held = controls_say(rec.gate, rulebook, account.account_id, stage, segments_of(account, None), now_ms)
    return Block(held.code) if held is not None else answer_block(account, rulebook, now_ms, pending.confirms)


class _Promised(NamedTuple):
    amount_minor: int
    currency: str
    due: date


def _promised(account: Account, pending: _Pending, rec: Recorder) -> _Promised:
    """What a text may state: of a promise its sum and day, and else nothing."""
    if pending.kind == "promise" and account.case is not None:
        pledge = next(one for one in account.case.promises if one.pledge_id == pending.heard.word_id)
        return _Promised(pledge.parts[-1].amount_minor, pledge.currency, pledge.parts[-1].due)
    return _Promised(0, "", local_date(rec.rulebook.policy.lender.zone, rec.now_ms))


def _wording(account: Account, pending: _Pending, rec: Recorder) -> Wording:
    profile = account.profile
    assert profile is not None
    book = rec.rulebook.notices[profile.language]
    filling = Filling(profile, *_promised(account, pending, rec), 0)
    wording = word(book, pending.kind, NEUTRAL, rec.rulebook.policy.lender, filling)
    known = NOTICE_SLOTS[pending.kind]
    return replace(wording, variables={slot: said for slot, said in wording.variables.items() if slot in known})


def _issue(
    account: Account, owed: Ledger, pending: _Pending, wording: Wording, parts: int, rec: Recorder
) -> ReplyAnswer:
    policy, profile, heard, stage = rec.rulebook.policy, account.profile, pending.heard, _STAGES[pending.kind]
    assert profile is not None
    assert profile.phone is not None
    reminder_id = identify(rec.rulebook.namespace, account.account_id, "answer", heard.word_id)
    expires_ms = heard.said_ms + LIFE_MS
    rec.say(
        NoticeIssued(
            account_id=account.account_id,
            reminder_id=reminder_id,
            stage=stage,
            answers=heard.word_id,
            channel=SMS,
            recipient=Recipient(name=wording.variables["name"], phone=profile.phone, role=profile.role),
            language=profile.language,
            text=wording.text,
            parts=parts,
            template_id=wording.template_id,
            variables=wording.variables,
            signature=wording.signature,
            service_number=policy.lender.service_number,
            decided_for=rec.now,
            issued_at=rec.now,
            not_before=rec.now,
            expires_at=to_utc(expires_ms),
            policy_id=policy.id,
            policy_version=policy.version,
            pack_id=rec.rulebook.law.pack.id,
            pack_version=rec.rulebook.law.pack.version,
        )
    )
    rec.decide(account, owed, Outcome.NOTED, "NOTICE_ISSUED", stage=stage, reminder_id=reminder_id, wording=wording)
    return ReplyAnswer(
        decided=True, reminder_id=reminder_id, issued_ms=rec.now_ms, expires_ms=expires_ms, phone=profile.phone
    )


def recall_answers(account: Account, owed: Ledger, rec: Recorder) -> Account:
    """A fact speaks against an answer that is on its way: another opt-out, a hold, another number."""

    def why(pending: _Pending, left: ReplyAnswer) -> Block | None:
        if account.profile is None or account.profile.phone != left.phone:
            return Block("RECIPIENT_CHANGED")
        return answer_block(account, rec.rulebook, rec.now_ms, pending.confirms)

    return _recall(account, owed, rec, why)


def recall_answers_asked(account: Account, owed: Ledger, rec: Recorder, recalls: Sequence[Recall]) -> Account:
    """A named person recalls what left in a scope."""

    def why(pending: _Pending, left: ReplyAnswer) -> Block | None:
        stage, segments = _STAGES[pending.kind], segments_of(account, None)
        meant = Recallable(account.account_id, left.reminder_id, stage, left.issued_ms, segments)
        recalled = is_recalled(recalls, rec.rulebook.policy, meant)
        return Block("OPERATOR_RECALL") if recalled else None

    return _recall(account, owed, rec, why)


def _recall(
    account: Account, owed: Ledger, rec: Recorder, why: Callable[[_Pending, ReplyAnswer], Block | None]
) -> Account:
    def taken_back(heard: Heard, left: ReplyAnswer) -> ReplyAnswer:
        kind = _kind(account, heard, rec.rulebook)
        if not left.reminder_id or left.recalled or rec.now_ms >= left.expires_ms or kind is None:
            return left
        reason = why(_Pending(heard, kind), left)
        if reason is None:
            return left
        recall = ReminderCancelled(
            account_id=account.account_id,
            reminder_id=left.reminder_id,
            cycle_id="" if account.cycle is None else account.cycle.cycle_id,
            stage=_STAGES[kind],
            reason=reason.code,
            cancelled_at=rec.now,
        )
        rec.recall(account, owed, recall, rule=reason.rule)
        return replace(left, recalled=True)

    return _with(account, taken_back)
