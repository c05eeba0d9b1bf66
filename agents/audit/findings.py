"""What the audit may find: every rule with its code, how grave it is, and where it stands."""

from collections import Counter
from enum import StrEnum
from typing import Final, NamedTuple

from agents.audit.evidence import AuditedMessage, FoundRecord
from agents.audit.standards.zones import utc


class Code(StrEnum):
    """One rule each. A code keeps its meaning."""

    CLOSED_HOUR = "CLOSED_HOUR"
    CALENDAR = "CALENDAR"
    ABOVE_CAP = "ABOVE_CAP"
    GAP = "GAP"
    COOL_DOWN = "COOL_DOWN"
    UNDER_HOLD = "UNDER_HOLD"
    OPTED_OUT = "OPTED_OUT"
    DISOWNED = "DISOWNED"
    RECIPIENT = "RECIPIENT"
    ROLE = "ROLE"
    LANGUAGE = "LANGUAGE"
    NUMBER_UNCONFIRMED = "NUMBER_UNCONFIRMED"
    NUMBER_SHARED = "NUMBER_SHARED"
    ENDED = "ENDED"
    WITH_A_PERSON = "WITH_A_PERSON"
    PAID = "PAID"
    NOT_OWED = "NOT_OWED"
    AMOUNT = "AMOUNT"
    IN_DOUBT = "IN_DOUBT"
    DAYS = "DAYS"
    STAGE = "STAGE"
    UNREAD = "UNREAD"
    STALE = "STALE"
    WORDS = "WORDS"
    ELEMENT = "ELEMENT"
    FORM = "FORM"
    TWICE = "TWICE"
    PAUSED = "PAUSED"
    NOT_ALLOWED = "NOT_ALLOWED"
    VERSION = "VERSION"
    UNAPPROVED = "UNAPPROVED"
    CONTRACT = "CONTRACT"
    NO_DECISION = "NO_DECISION"
    NO_MESSAGE = "NO_MESSAGE"
    DIFFERS = "DIFFERS"
    MALFORMED = "MALFORMED"
    LIFE = "LIFE"
    NOT_RECALLED = "NOT_RECALLED"
    HANDED_OVER = "HANDED_OVER"
    FORGOTTEN = "FORGOTTEN"


class Says(NamedTuple):
    """What a rule asks for, and which page says so."""

    rule: str
    source: str
    grave: bool = True


RULES: Final[dict[Code, Says]] = {
    Code.CLOSED_HOUR: Says("within the hours of pack and policy, in each zone that counts", "rules.md, kind `window`"),
    Code.CALENDAR: Says("in a year whose holidays somebody confirmed", "policy.md, A pack"),
    Code.ABOVE_CAP: Says("below each cap of the pack, over all loans", "rules.md, kind `cap`"),
    Code.GAP: Says("not before the minimum gap after the last contact", "policy.md, Begin"),
    Code.COOL_DOWN: Says("not in the days after a conversation", "rules.md, kind `cool_down`; policy"),
    Code.UNDER_HOLD: Says("while no hold, complaint, promise, plan or word of staff stands", "facts.md; policy.md"),
    Code.OPTED_OUT: Says("not to somebody who opted out", "facts.md, STOP; profile"),
    Code.DISOWNED: Says("not to a number that is not the person's, or cannot be reached", "operations.md, Numbers"),
    Code.RECIPIENT: Says("to the name and number of the profile", "profile-updated"),
    Code.ROLE: Says("only to roles that the pack allows", "rules.md, kind `roles`"),
    Code.LANGUAGE: Says("in the language that the policy has for the person's", "policy.md, Begin"),
    Code.NUMBER_UNCONFIRMED: Says("to a number that was confirmed lately", "rules.md, kind `number_check`"),
    Code.NUMBER_SHARED: Says("in the turn of the account, where several have one number", "operations.md, Numbers"),
    Code.ENDED: Says("not after the account or the cycle has ended", "facts.md; gateway contract"),
    Code.WITH_A_PERSON: Says("not in a cycle that a person has", "messages: case.handed-off"),
    Code.PAID: Says("not with a payment known that settles the debt", "facts.md; README"),
    Code.NOT_OWED: Says("only about what the ledger says is due", "facts.md"),
    Code.AMOUNT: Says("the amount that the ledger allows", "facts.md, Money in doubt"),
    Code.IN_DOUBT: Says("not while money in doubt may have settled it", "facts.md, Money in doubt"),
    Code.DAYS: Says("with the due date and days past due of the ledger", "policy.md, slots"),
    Code.STAGE: Says("a stage within its days, in the order of the ladder", "policy.md, A ladder"),
    Code.UNREAD: Says("not while a record of the account cannot be read", "operations.md, Dead letters"),
    Code.STALE: Says("only while the ledger's word is fresh", "rules.md, kind `freshness`"),
    Code.WORDS: Says("in the approved words, with the slots filled as the patterns say", "policy.md, A text"),
    Code.ELEMENT: Says("with each element that the pack requires", "rules.md, kind `require`"),
    Code.FORM: Says("in the form that the pack asks for", "rules.md, kind `format`"),
    Code.TWICE: Says("each message and each stage of a cycle once", "gateway-contract.md; README"),
    Code.PAUSED: Says("nothing in the scope of a pause", "operations.md, The stop button"),
    Code.NOT_ALLOWED: Says("only to accounts on the allow-list", "operations.md, The stop button"),
    Code.VERSION: Says("by the policy version that was activated", "policy.md, The next version"),
    Code.UNAPPROVED: Says("by packs, texts, senders and calendars that two people approved", "policy.md, Approvals"),
    Code.CONTRACT: Says("only what the gateway's contract allows", "rules.md, kind `provider`"),
    Code.NO_DECISION: Says("each message has the decision that sent it", "README, schemas"),
    Code.NO_MESSAGE: Says("each decision that says so has its message", "README, schemas"),
    Code.DIFFERS: Says("message and decision say the same", "schemas"),
    Code.MALFORMED: Says("records of ours are those of the contract", "schemas"),
    Code.LIFE: Says("valid no longer than the hours and the ledger's word", "schemas, expires_at; policy.md"),
    Code.NOT_RECALLED: Says("recalled when something takes it back while it is on its way", "facts.md; README"),
    Code.HANDED_OVER: Says("handed over once, in its time, and not when recalled", "gateway-contract.md"),
    Code.FORGOTTEN: Says("nobody overdue without message, hand-off or standing reason", "README; docs/audit.md"),
}


class AuditFinding(NamedTuple):
    """One thing that must not be, with what shows it. Without personal data: ids, places, times, amounts."""

    code: Code
    account_id: str
    message_id: str
    at: str
    """In UTC."""
    evidence: tuple[str, ...]

    @property
    def severity(self) -> str:
        """`grave` where somebody was reached or forgotten, else `minor`."""
        return "grave" if RULES[self.code].grave else "minor"


EXAMPLES_MAX: Final = 10_000
"""So many findings are kept; all are counted."""


class AuditTally:
    """What was found and what was judged, over all accounts."""

    def __init__(self) -> None:
        self.findings: list[AuditFinding] = []
        self.found: Counter[Code] = Counter()
        self.judged: Counter[str] = Counter()
        self.not_judged: Counter[str] = Counter()
        """Why not, and how often."""

    def find(self, code: Code, account_id: str, message_id: str, at_ms: int, *evidence: str) -> None:
        """Note a finding."""
        self.found[code] += 1
        if len(self.findings) < EXAMPLES_MAX:
            self.findings.append(AuditFinding(code, account_id, message_id, utc(at_ms), evidence))

    def of(self, message: AuditedMessage, code: Code, *evidence: str) -> None:
        """Note a finding about a message."""
        body = message.body
        self.find(code, body.account_id, body.reminder_id, message.issued_ms, message.at.place, *evidence)

    def skip(self, why: str) -> None:
        """Something could not be judged."""
        self.not_judged[why] += 1

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.found


def seen(*records: FoundRecord) -> str:
    """Where the records lie, as evidence."""
    return ", ".join(record.place for record in records)
