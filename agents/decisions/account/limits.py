"""What is more than can be decided by rule: a second currency, too many sources, too many records. A person looks."""

from typing import Final

from msgspec.structs import replace

from agents.decisions.account.words import SOURCES_MAX
from schemas.stored.accounts import Account
from schemas.stored.case_files import CaseFile

RECORDS_MAX: Final = 1_000
"""Records of one account; above it the account is handed to a person instead of growing (design rule 12).
Twenty unpaid instalments with a snapshot each day of the 45 that are remembered stay below it."""


def unsupported(account: Account, code: str) -> Account:
    """The account for a person. Of several reasons the first in the alphabet stays: their order must not matter."""
    if account.unsupported is not None and account.unsupported <= code:
        return account
    return replace(account, unsupported=code)


def in_currency(account: Account, currency: str) -> Account:
    """The account with a currency in which something was told."""
    if currency in account.currencies:
        return account
    account = replace(account, currencies=tuple(sorted((*account.currencies, currency))))
    return account if len(account.currencies) == 1 else unsupported(account, "SECOND_CURRENCY")


def with_sources(account: Account, count: int) -> Account:
    """The account after so many words were found to stand of one thing."""
    return account if count <= SOURCES_MAX else unsupported(account, "TOO_MANY_SOURCES")


def records(account: Account) -> int:
    """How many records an account holds."""
    snapshots = sum([len(item.snapshots) for item in account.items])
    in_case = 0 if account.case is None else _in_case(account.case)
    kept = len(account.payments) + len(account.holds) + len(account.items) + len(account.heard)
    return kept + snapshots + in_case


def _in_case(case: CaseFile) -> int:
    parts = sum([len(pledge.parts) or 1 for pledge in (*case.promises, *case.plans)])
    stages = sum([len(imported.stages) or 1 for imported in case.imports])
    return parts + stages + len(case.complaints) + len(case.contacts) + len(case.replies) + len(case.consents)
