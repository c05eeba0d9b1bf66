"""Which version of the policy decides on an account: the one that is active, or the one its open cycle began under.

What is activated is named by the hash of policy, pack and texts; an open cycle remembers its policy alone, so that a
text may be renewed meanwhile. What becomes of it when another version decides is told by that one (`in_flight`).
"""

from collections.abc import Iterable, Mapping
from typing import Final

from agents.decisions.policy.controls import ControlState
from agents.decisions.policy.rulebook import Rulebook
from schemas.stored.accounts import Account
from schemas.values.identity import fingerprint
from schemas.values.instants import local_date

_VARIANTS_MAX: Final = 64


class Versions:
    """The versions that a worker has. ``latest`` decides while no control has activated one of them."""

    def __init__(self, latest: Rulebook, earlier: Iterable[Rulebook] = ()) -> None:
        books = [*earlier, latest]
        known = frozenset(name for rulebook in books for name in (rulebook.hash, *rulebook.known))
        books = [rulebook._replace(known=known) for rulebook in books]
        self.latest = books[-1]
        self.books: Mapping[str, Rulebook] = {rulebook.hash: rulebook for rulebook in books}
        self._pins = {rulebook.pin: rulebook for rulebook in books}
        self._variants: dict[tuple[str, frozenset[tuple[str, str]]], Rulebook] = {}

    def missing(self, pinned: Iterable[str]) -> list[str]:
        """Pins of versions under which cycles are open and that this worker does not have."""
        return sorted(set(pinned) - self._pins.keys())

    def active(self, controls: ControlState, now_ms: int) -> Rulebook | None:
        """The version that decides on new cycles; None when the one that was activated is not here."""
        if controls.activations:
            policy = self.latest.policy
            told = controls.active(policy.id, local_date(policy.lender.zone, now_ms))
            if told is not None:
                return self.books.get(told.policy_hash)
        return self.latest

    def plan_name(self, controls: ControlState, now_ms: int) -> str:
        """What accounts are planned by: the active version, what was approved of it, and experiments that stopped."""
        rulebook = self.active(controls, now_ms)
        stopped = "".join(sorted(f"/{policy}/{code}" for policy, code in controls.stopped))
        return fingerprint(("" if rulebook is None else rulebook.terms) + stopped)

    def rulebook_for(self, account: Account | None, controls: ControlState, now_ms: int) -> Rulebook:
        """The version that decides on this account now, without the experiments that were stopped."""
        active = self.active(controls, now_ms)
        rulebook = active or self.latest
        pin = None if account is None or account.cycle is None else account.cycle.policy
        # Where the active version is not here nothing leaves, and nobody else's rules may take its place meanwhile.
        if pin is not None and (active is None or rulebook.policy.in_flight == "finish"):
            rulebook = self._pins.get(pin, rulebook)
        return self._without(rulebook, controls.stopped) if controls.stops and rulebook.experiments else rulebook

    def _without(self, rulebook: Rulebook, stopped: frozenset[tuple[str, str]]) -> Rulebook:
        key = rulebook.hash, stopped
        found = self._variants.get(key)
        if found is None:
            running = tuple(e for e in rulebook.experiments if (rulebook.policy.id, e.code) not in stopped)
            if len(self._variants) >= _VARIANTS_MAX:
                self._variants.clear()
            found = self._variants[key] = rulebook._replace(experiments=running)
        return found


def restarts(account: Account, rulebook: Rulebook) -> bool:
    """Whether the open cycle began under another version, and this one begins its ladder anew."""
    cycle = account.cycle
    other = cycle is not None and cycle.policy is not None and cycle.policy != rulebook.pin
    return other and rulebook.policy.in_flight == "restart"
