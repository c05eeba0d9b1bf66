"""One account through all rules, from its records alone. Pure: no clock, no cluster."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from agents.audit.accounts.person import profiles
from agents.audit.accounts.silences import CaseThen
from agents.audit.accounts.words import Known, moment_of
from agents.audit.checks import (
    afterwards,
    approved,
    contacts,
    controls,
    forgotten,
    hours,
    money,
    paperwork,
    people,
    wording,
)
from agents.audit.checks.asking import AuditQuestion
from agents.audit.checks.controls import ControlWords
from agents.audit.evidence import AccountRecords, AuditedDecision, AuditedMessage, Told
from agents.audit.findings import AuditTally, Code
from agents.audit.standards.packs import ApprovedRules
from agents.audit.standards.standard import Standard
from schemas.policy.policies import Policy


class Setting(NamedTuple):
    """What all accounts are judged by."""

    standard: Standard
    controls: ControlWords
    until_ms: int
    """How far the records go."""
    gone: Mapping[str, int] = {}
    """Role of a topic whose oldest records are deleted -> the time of the first one left, in epoch milliseconds."""
    roles: Mapping[str, str] = {}
    """Physical topic -> its role."""


def judge(records: AccountRecords, setting: Setting, tally: AuditTally) -> None:
    """Note everything that must not be."""
    tally.judged["accounts"] += 1
    tally.judged["decisions"] += len(records.decisions)
    decisions = paperwork.decision_of(records)
    zones: dict[str, str] = {}
    before: list[AuditedMessage] = []
    for message in records.messages:
        tally.judged["notices" if message.body.is_notice else "messages"] += 1
        question = _question(message, decisions.get(message.body.reminder_id), records, before, zones, setting, tally)
        if question is not None:
            _ask(question, setting)
            if question.profile is not None:
                zones[message.body.reminder_id] = question.person.zone
        before.append(message)
    paperwork.check_account(records, tally, setting.gone.get("reminders"), setting.gone.get("reminder-decisions"))
    policy, pack = _of_account(records, setting.standard)
    forgotten.check(records, policy, pack, setting.until_ms, frozenset(setting.gone), tally)


def _ask(question: AuditQuestion, setting: Setting) -> None:
    hours.check(question)
    contacts.check(question)
    people.check(question)
    money.check(question)
    wording.check(question)
    controls.check(question, setting.controls)
    approved.check(question)
    paperwork.check(question)
    afterwards.check(question, setting.controls, setting.until_ms)


def _question(
    message: AuditedMessage,
    decided: AuditedDecision | None,
    records: AccountRecords,
    before: list[AuditedMessage],
    zones: Mapping[str, str],
    setting: Setting,
    tally: AuditTally,
) -> AuditQuestion | None:
    body, standard = message.body, setting.standard
    policy = standard.policies.get((body.policy_id, body.policy_version))
    if policy is None:
        tally.of(message, Code.VERSION, f"no policy {body.policy_id} {body.policy_version} among the files")
        return None
    pack = _pack(body.pack_id, body.pack_version, decided, standard)
    if pack is None:
        tally.skip("rules of the pack: not among the files")
    if body.pack_id != policy.pack:
        tally.of(message, Code.UNAPPROVED, f"pack {body.pack_id}, the policy says {policy.pack}")
    known = Known(records, moment_of(message.issued_ms, decided, setting.roles))
    closed = [event.at_ms for event in records.events if event.body.type == "cycle.closed"]
    closed_ms = max((at for at in closed if at <= message.issued_ms), default=0)
    words = profiles(known)
    return AuditQuestion(
        message,
        decided,
        known,
        records,
        CaseThen(known, policy, pack, closed_ms),
        policy,
        pack,
        words[0] if _agree(words) else None,
        tuple(before),
        zones,
        standard,
        tally,
        setting.gone,
    )


def _agree(words: Sequence[Told]) -> bool:
    """Whether there is one profile; repeats of one say the same."""
    return len(words) == 1 or (len(words) > 1 and len({_content(word) for word in words}) == 1)


def _content(word: Told) -> str:
    return str(word.fact.model_dump_json(exclude={"event_id"}))


def _pack(name: str, version: str, decided: AuditedDecision | None, standard: Standard) -> ApprovedRules | None:
    """The pack by the hash that the decision names, else the approved one, else that of the version."""
    if decided is not None and (name, decided.body.pack_hash) in standard.packs:
        return standard.packs[name, decided.body.pack_hash]
    mine = [pack for (pack_id, _), pack in standard.packs.items() if pack_id == name]
    good = [pack for pack in mine if standard.signatures.approved("pack", name, pack.hash, None)]
    return next(iter([*good, *(pack for pack in mine if pack.version == version)]), None)


def _of_account(records: AccountRecords, standard: Standard) -> tuple[Policy, ApprovedRules | None]:
    """The policy of the account's last decision, else the first among the files."""
    for decided in reversed(records.decisions):
        policy = standard.policies.get((decided.body.policy_id, decided.body.policy_version))
        if policy is not None:
            return policy, _pack(decided.body.pack_id, decided.body.pack_version, decided, standard)
    policy = next(iter(standard.policies.values()))
    return policy, _pack(policy.pack, "", None, standard)
