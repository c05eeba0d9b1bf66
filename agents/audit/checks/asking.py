"""What each check is given: one message, what was known then, and what it is held against."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from agents.audit.accounts.silences import CaseThen
from agents.audit.accounts.words import Known
from agents.audit.evidence import AccountRecords, AuditedDecision, AuditedMessage, Told
from agents.audit.findings import AuditTally
from agents.audit.standards.packs import ApprovedRules
from agents.audit.standards.standard import ApprovedTexts, Standard
from schemas.policy.policies import Policy


class AuditQuestion(NamedTuple):
    """Was this message allowed?"""

    message: AuditedMessage
    decided: AuditedDecision | None
    known: Known
    records: AccountRecords
    case: CaseThen
    policy: Policy
    pack: ApprovedRules | None
    """None where the message's pack is not among the files."""
    profile: Told | None
    """None where none was known, or several that disagree."""
    before: tuple[AuditedMessage, ...]
    """The account's earlier messages."""
    zones: Mapping[str, str]
    """Earlier message -> the borrower's zone when it left."""
    standard: Standard
    tally: AuditTally
    gone: Mapping[str, int]
    """Inputs whose oldest records are deleted -> the time of the first one left."""

    @property
    def now_ms(self) -> int:
        """When it left."""
        return self.message.issued_ms

    @property
    def person(self) -> Any:
        """The profile's fact."""
        return None if self.profile is None else self.profile.fact

    @property
    def texts(self) -> ApprovedTexts | None:
        """The texts that the policy has for the message's language."""
        body, languages = self.message.body, self.policy.languages
        named = languages.get(body.language) if languages else body.language
        return (self.standard.notices if body.is_notice else self.standard.texts).get(named or "")
