"""Did a reminder leave although its payment was there? Design rule 4d.

*Known*: the payment lay below the offset up to which payments had been read when the reminder left. It must never
be, and stops the worker. *Raced*: the payment was on the bus, but not yet readable; it is counted and recalled.
"""

from typing import Literal

from schemas.stored.accounts import Account


def judge(account: Account, payment_id: str, offset: int, on_bus_ms: int) -> Literal["known", "raced"] | None:
    """Compare a payment that arrives with the reminders that left before it.

    An offset alone accuses nobody: on a topic that was made anew offsets begin again, and every payment would lie
    below those of the old one. What was on the bus only after the reminder left was not known.
    """
    if any(p.payment_id == payment_id and p.amount_minor for p in account.payments):
        return None
    for sent in reversed(account.sent):
        if on_bus_ms <= sent.issued_ms:
            if offset < sent.payments_seen:
                return "known"
            if not sent.final:
                return "raced"
    return None
