"""One plain clause for every code that a decision, a message or a dead letter carries."""

from typing import Final

CLAUSES: Final = {
    "ACCOUNT_TOO_LARGE": "more is known of the account than rules can decide on, so a person looks",
    "AMOUNT_CHANGED": "the amount that the text states was no longer right",
    "AMOUNT_CORRECTED": "the bank corrected an amount that had been stated",
    "AMOUNT_IMPLAUSIBLE": "the amount told by the ledger is not plausible, so a person looks first",
    "AMOUNT_TOO_LARGE": "the amount is larger than any that a text may state",
    "BLOCKED_TOO_LONG": "a message had been held back for longer than the policy bears",
    "CALENDAR_UNCONFIRMED": "the holiday calendar of that day is not confirmed",
    "CAP_REACHED": "as many messages as the rules allow had left already",
    "CLAIMS_PAID": "the borrower says that it is paid, and is believed for some days",
    "COMPLAINT": "a complaint of the borrower stands",
    "CONFLICTING_WORDS": "two words of the bank that were told at once disagree",
    "CONTROL_UNREADABLE": "a control could not be read, and doubt is silence",
    "CONVERSATION_COOL_DOWN": "somebody had spoken with the borrower, and the policy gives them quiet days",
    "COOL_DOWN": "somebody had spoken with the borrower, and the rules give them quiet days",
    "CURED": "nothing is overdue any more",
    "DAYS_PAST_DUE": "it was overdue for as many days as the policy leaves to messages",
    "DEBT_FIRST": "a notice of what falls due waits while something else is overdue",
    "DUE_DATE_CHANGED": "the due date that the text states was no longer right",
    "ENDED": "the account has ended",
    "ENDED_BUT_CLAIMED": "the account has ended, and the ledger still claims money",
    "ERASED": "the person of the account was erased",
    "ESCALATED": "it was due, and nothing spoke against it",
    "FALSE_AMOUNT": "the text names an amount that the ledger did not give",
    "FIXED_LINE": "the number is a fixed line, which takes no SMS",
    "GRACE": "a payment had come back, and the borrower has some days of grace",
    "HOLD_OUT": "the account is in the part of an experiment to which nothing is said",
    "IGNORED_ENDED": "what the ledger said did not count, because the account has ended",
    "IGNORED_KINDER": "a word of the bank did not count: another one, told at once, asks for less",
    "IGNORED_OLDER": "a word of the bank did not count: a newer one stands",
    "IGNORED_VERSION": "a word of the bank did not count: its source has told a higher version",
    "INSTALMENT_WITHDRAWN": "the instalment is no longer owed",
    "ISSUED": "it was due, and nothing spoke against it",
    "LADDER_RESTARTED": "another version of the policy decides now and begins its stages anew",
    "LAPSED": "the days of its stage were over before it could leave",
    "LEDGER_STALE": "the ledger had not spoken for too long, and doubt is silence",
    "LIFTED": "a named person took back a hold or a reply, with evidence",
    "LINK_IN_VARIABLE": "what would be filled into the text carries a link",
    "MAY_BE_PAID": "money that nobody allocated may be meant for what falls due",
    "MINIMUM_GAP": "the last contact was too near, and the policy leaves some days between two",
    "NOTHING_OWED": "there was nothing to ask for",
    "NOTHING_TO_SEND": "a named person wanted the next stage sent, and there is none",
    "NOTICE_EXPIRED": "an answer to the borrower's reply would have come too late",
    "NOTICE_ISSUED": "the borrower's reply was answered",
    "NOT_DUE": "its day had not come",
    "NOT_ON_ALLOW_LIST": "only accounts on a list were written to, and this one is not on it",
    "NOT_OPTED_OUT": "the opt-out that it would confirm does not stand",
    "NO_PERMITTED_HOURS": "no hour is permitted at which it could leave",
    "NO_PHONE": "no phone number is known",
    "NO_TEXT_IN_LANGUAGE": "there is no text in the borrower's language",
    "NUMBER_FAILED": "messages to the number have failed too often",
    "NUMBER_NOT_CONFIRMED": "it was too long ago that the number was known to be the borrower's",
    "NUMBER_SHARED": "another account of the same number has its turn",
    "NUMBER_UNCHECKED": "nobody has said yet which accounts carry the number",
    "OPERATOR_RECALL": "a named person of the lender took it back",
    "OPTED_OUT": "the borrower wants no messages",
    "OUTSIDE_HOURS": "it was outside the permitted hours (quiet hours)",
    "PACED": "messages leave spread out, and its turn had not come",
    "PACK_INCOMPLETE": "the pack of rules is not complete",
    "PACK_NOT_APPROVED": "two people have not approved the pack of rules",
    "PACK_NOT_IN_FORCE": "the pack of rules is not in force on that day",
    "PAID": "it was paid",
    "PAUSED": "somebody had paused sending",
    "PAYMENT_RETURNED": "a payment came back",
    "PLAN": "an agreed repayment plan stands",
    "PLANNED": "a fact changed what comes next",
    "PLAN_BROKEN": "an agreed repayment plan was broken",
    "PLAN_CANCELLED": "an agreed repayment plan was cancelled",
    "PLAN_FULFILLED": "an agreed repayment plan was fulfilled",
    "PLAN_RESUMED": "money came after all that mends a broken repayment plan",
    "POLICY_NOT_ACTIVE": "the policy that the lender activated is another one than the worker has",
    "PREFERRED_HOURS": "it waits for the hours that suit the borrower",
    "PROMISE": "the borrower promised to pay, and the day of it has not passed",
    "PROMISE_BROKEN": "the day of a promise to pay passed without the money",
    "PROMISE_KEPT": "a promise to pay was kept",
    "PROVIDER_NOT_ALLOWED": "the contract with the SMS provider does not allow it",
    "RECIPIENT_CHANGED": "the person or the number to which it went is no longer the account's",
    "RECIPIENT_UNKNOWN": "nobody is known to write to",
    "REPLY_RECEIVED": "the borrower's reply asks for a person",
    "ROLE_NOT_ALLOWED": "the rules allow no message to a person in this role",
    "ROLE_UNKNOWN": "the pack of rules allows no role",
    "SAME_UNIT_MONEY": "money of the same day or second may be in the ledger's figure or not",
    "SECOND_CURRENCY": "the account has a second currency, so a person looks",
    "SIGNATURE_MALFORMED": "the sender's signature does not have the required form",
    "STAFF": "a named person decided to be silent",
    "STAFF_SEND_NOW": "a named person decided that the next stage leaves now",
    "TEXT_FORMAT": "the text carries a sign that the channel does not take",
    "TEXT_NOT_APPROVED": "two people have not approved the texts",
    "TEXT_TOO_LONG": "the text would be too long",
    "TOO_MANY_SOURCES": "too many sources speak of one thing, so a person looks",
    "UNMATCHED_MONEY": "money was booked that may have been meant for this debt",
    "UNREAD_FACT": "a record about the account could not be read, and it may be a payment",
    "UNREAD_FACTS": "records could not be read that may be about any account, and doubt is silence",
    "ZONE_UNKNOWN": "the time zone of the borrower is not known",
    "ACCOUNT_SOLD": "the account was sold",
    "ACCOUNT_CLOSED": "the account was closed",
    "ACCOUNT_WRITTEN_OFF": "the account was written off",
}
"""Each follows "because"; capitalised, it is a sentence of its own."""

FAMILIES: Final = {
    "HOLD_": "a hold stands of the kind {}",
    "TEXT_": "the text says what the rules forbid ({})",
    "NAME_CARRIES_": "the name on the profile carries what no text may repeat ({})",
}
"""Codes that packs extend: the beginning, and what is said with the rest of it."""


def clause(code: str) -> str:
    """What a code means; of one that nobody knows, that it is so."""
    known = CLAUSES.get(code)
    if known is not None:
        return known
    for start, words in FAMILIES.items():
        if code.startswith(start) and len(code) > len(start):
            return words.format(code.removeprefix(start).replace("_", " ").lower())
    return f"the code {code}, which this version does not know"


def is_known(code: str) -> bool:
    """Whether there is a clause for it."""
    return code in CLAUSES or any(code.startswith(start) and len(code) > len(start) for start in FAMILIES)
