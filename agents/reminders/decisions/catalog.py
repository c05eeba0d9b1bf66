"""A policy with its texts, compiled for the hot loop and named by its hash. Built once, at start."""

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from schemas.policies import Policy, Stage, TextBook


class Book(NamedTuple):
    """What decides: the policy, its texts by language, and the hash of both."""

    policy: Policy
    texts: Mapping[str, TextBook]
    hash: str
    overdue_stages: tuple[Stage, ...]
    pre_due_stage: Stage | None
    namespace: str


class PolicyFault(ValueError):
    """A policy that may not run; ``faults`` names each one."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def compile_book(policy: Policy, texts: Mapping[str, TextBook], namespace: str) -> Book:
    """Check policy and texts against each other. Raises PolicyFault with every fault at once."""
    faults = [] if texts else ["there is no text in any language"]
    wanted = {stage.text for stage in policy.stages} | {policy.returned.text}
    for language, book in sorted(texts.items()):
        faults += [f"{language}: no text {name!r}" for name in sorted(wanted - set(book.texts))]
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
        overdue_stages=tuple(stage for stage in policy.stages if stage.kind == "overdue"),
        pre_due_stage=pre_due[0] if pre_due else None,
        namespace=namespace,
    )
