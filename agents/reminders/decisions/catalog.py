"""A policy with its texts, compiled for the hot loop and named by its hash. Built once, at start."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from msgspec.structs import replace

from agents.reminders.decisions.wording import word
from schemas.accounts import Profile
from schemas.policies import Policy, Stage, TextBook


class Book(NamedTuple):
    """What decides: the policy, its texts by language, and the hash of both."""

    policy: Policy
    texts: Mapping[str, TextBook]
    hash: str
    window: tuple[int, int]
    """The local minutes between which a message may leave: the permitted hours without the margin at their end."""
    overdue_stages: tuple[Stage, ...]
    pre_due_stage: Stage | None
    namespace: str


class PolicyFault(ValueError):
    """A policy that may not run; ``faults`` names each one."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


_SAMPLE: Final = Profile(0, 0, "", "Li", None, "none", None, "", "UTC", "debtor")


def _unfit(book: TextBook, policy: Policy) -> list[str]:
    """What would fail at the moment of sending fails here: every form is filled once."""
    if len(book.month_names) not in {0, 12}:
        return [f"{book.language}: month_names must name twelve months or none"]
    faults = []
    for name in book.texts:
        for salutation in ("mr", "ms", "none"):
            for currency in ("CNY", *book.amount_by_currency):
                try:
                    profile = replace(_SAMPLE, salutation=salutation)
                    word(book, name, policy.lender, profile, 1, currency, date(2026, 12, 31), 1)
                except (KeyError, IndexError, ValueError, AttributeError) as error:
                    faults.append(f"{book.language}: {name}: a form cannot be filled: {error!r}")
    return sorted(set(faults))


def compile_book(policy: Policy, texts: Mapping[str, TextBook], namespace: str) -> Book:
    """Check policy and texts against each other. Raises PolicyFault with every fault at once."""
    faults = [] if texts else ["there is no text in any language"]
    wanted = {stage.text for stage in policy.stages} | {policy.returned.text}
    for language, book in sorted(texts.items()):
        faults += [f"{language}: no text {name!r}" for name in sorted(wanted - set(book.texts))]
        faults += _unfit(book, policy)
    pre_due = [stage for stage in policy.stages if stage.kind == "pre_due"]
    if len(pre_due) > 1:
        faults.append("more than one pre-due stage")
    if faults:
        raise PolicyFault(faults)
    digest = hashlib.sha256(policy.model_dump_json().encode())
    for language, book in sorted(texts.items()):
        digest.update(language.encode() + b"\0" + book.model_dump_json().encode())
    return Book(
        policy=policy,
        texts=texts,
        hash=digest.hexdigest()[:32],
        window=(policy.hours.start_minute, policy.hours.end_minute - policy.sending.window_margin_minutes),
        overdue_stages=tuple(stage for stage in policy.stages if stage.kind == "overdue"),
        pre_due_stage=pre_due[0] if pre_due else None,
        namespace=namespace,
    )
