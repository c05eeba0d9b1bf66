"""Whether an account was due and nothing was done: the partition's time has passed it, and no record tells of it."""

from agents.decisions import OPEN, ControlState, Gate, Versions
from agents.decisions.guard.partition import CONTROL_CODES, REVISIT_MS
from agents.verifier.quiet import after_quiet, held_by, tick
from agents.verifier.terms import Terms
from schemas.stored.accounts import Account


def forgotten_since(
    account: Account, ticked_ms: int, versions: Versions, controls: ControlState, terms: Terms
) -> int | None:
    """The tick at which something should have been told of the account; None if there is none up to ``ticked_ms``.

    What the gate of its partition holds back is looked at every `REVISIT_MS` without a record. Whether the inputs
    became fresh and readable again meanwhile, the topics do not tell: an account that waits for that is never called
    forgotten. One that waits for the controls is, if by what stands now something would have left at two instants so
    far apart that a visit lies between them, and nobody has said anything on the controls for twice that time.
    """
    held = held_by(account)
    if held:
        return _held_too_long(account, ticked_ms, versions, controls, terms) if held in CONTROL_CODES else None
    left = after_quiet(account, ticked_ms + 1, OPEN, versions, controls, terms)
    tick_ms = None if left is None else terms.of_tick(left.next_due_at)
    return tick_ms if tick_ms is not None and tick_ms <= ticked_ms else None


def _held_too_long(
    account: Account, ticked_ms: int, versions: Versions, controls: ControlState, terms: Terms
) -> int | None:
    tick_ms = terms.last_tick(ticked_ms)
    if account.next_due_at > tick_ms or terms.control_history.changed_since(tick_ms - 2 * REVISIT_MS, tick_ms):
        return None
    gate = Gate(controls=terms.control_history.final(tick_ms))
    for instant_ms in (terms.last_tick(tick_ms - REVISIT_MS), tick_ms):
        if not tick(account, instant_ms, gate, versions, controls).messages:
            return None
    return tick_ms
