"""The core has one face; whoever imports behind it is listed here, with the reason."""

from collections.abc import Iterator
from typing import Final

from tests.house.sources import MODULES, imported_modules

CORE: Final = "agents.decisions"
FACE: Final = {
    CORE: "the face itself",
    f"{CORE}.step": "the one door, which the face opens",
    f"{CORE}.inputs": "what a raw record means: one reading for all who read records",
    f"{CORE}.policy.rulebook": "what the loaders of a policy make, and the fault that they raise",
}
_CHECKS: Final = "a policy is checked and shown by the code that will decide by it"
_SMS: Final = "one count of the parts of an SMS, for the text, the gateway and the bill"
_GATE: Final = "the verifier takes the gate from the evidence, and has to know its codes"
_MEASURED: Final = "the worker measures what only it sees: its share of the pace, payments that raced its reminders"
BEHIND: Final = {
    ("agents.policy", f"{CORE}.text.wording"): _CHECKS,
    ("agents.policy", f"{CORE}.text.sms"): _CHECKS,
    ("agents.policy", f"{CORE}.text.fitting"): _CHECKS,
    ("agents.policy", f"{CORE}.policy.pack_rules"): _CHECKS,
    ("agents.policy", f"{CORE}.text.linter.lint"): _CHECKS,
    ("agents.policy", f"{CORE}.time.calendars"): _CHECKS,
    ("agents.policy", f"{CORE}.time.windows"): _CHECKS,
    ("agents.policy", f"{CORE}.guard.text"): _CHECKS,
    ("agents.policy", f"{CORE}.policy.offers"): _CHECKS,
    ("agents.policy", f"{CORE}.policy.versions"): "the loader puts the versions of a policy together",
    ("agents.commands.policy", f"{CORE}.text.linter.lint"): _CHECKS,
    ("agents.delivery.providers.smpp", f"{CORE}.text.sms"): _SMS,
    (
        "agents.delivery.incoming.coding",
        f"{CORE}.text.sms",
    ): "one table of the GSM alphabet, for what is sent and what comes in",
    ("agents.offline.tally", f"{CORE}.text.sms"): _SMS,
    ("agents.controls", f"{CORE}.policy.controls"): "whoever reads the topic of the controls folds it",
    ("agents.erasing", f"{CORE}.guard.caps"): "what an erasure keeps of contacts is what caps count",
    ("agents.explain.words", f"{CORE}.text.names"): "a name is spelled as the message spelled it",
    ("agents.verifier", f"{CORE}.guard.partition"): _GATE,
    ("agents.reminders.agent", f"{CORE}.guard.pacing"): _MEASURED,
    ("agents.reminders.agent", f"{CORE}.ladder.races"): _MEASURED,
}
"""Who may import what behind the face."""


def _imports_of_the_core() -> Iterator[tuple[str, str]]:
    for module, path in MODULES.items():
        if module != CORE and not module.startswith(f"{CORE}."):
            yield from (
                (module, other)
                for other in set(imported_modules(path))
                if other == CORE or other.startswith(f"{CORE}.")
            )


def _is_within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def test_whoever_is_outside_imports_the_face() -> None:
    found = set(_imports_of_the_core())
    assert found, "this test would not see it"
    behind = {(module, other) for module, other in found if other not in FACE}
    assert not {
        (module, other)
        for module, other in behind
        if not any(_is_within(module, who) and other == what for who, what in BEHIND)
    }


def test_nobody_is_listed_who_no_longer_imports_behind_the_face() -> None:
    found = set(_imports_of_the_core())
    assert not [
        (who, what)
        for who, what in BEHIND
        if not any(_is_within(module, who) and other == what for module, other in found)
    ]
