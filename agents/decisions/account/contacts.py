"""Contacts with the person, ours and everybody else's: when the last one was, and how long a conversation counts."""

from schemas.stored.accounts import Account
from schemas.values.instants import local_date, midnight_after


def last_contact(account: Account) -> int | None:
    """The last contact of any kind, epoch milliseconds; None when there was none."""
    last_ms, case = account.last_contact_ms, account.case
    if case is None:
        return last_ms
    theirs = [contact.made_ms for contact in case.contacts]
    theirs += [imported.contact_ms for imported in case.imports if imported.contact_ms is not None]
    if last_ms is not None:
        theirs.append(last_ms)
    return max(theirs, default=None)


def cool_down_end(account: Account, zone: str, days: int) -> int:
    """Until when a conversation speaks for itself, in the borrower's zone; 0 when there was none."""
    if account.case is None:
        return 0
    talked_ms = max((c.made_ms for c in account.case.contacts if c.conversation), default=None)
    return 0 if talked_ms is None else midnight_after(zone, local_date(zone, talked_ms), days)
