"""Controls in words and as JSON, and a second look at the names that a person has typed."""

from collections.abc import Iterator
from typing import Any

from agents.decisions import ControlState
from agents.decisions.policy.rulebook import PolicyFault
from agents.policy.files.policy import load_rulebook, places_of
from schemas.controls import AllowListSet, Control, RemindersRecalled, Scope
from schemas.values.phones import looks_like_phone, possible
from streams.settings import Settings


def words(scope: Scope) -> str:
    """A scope as one reads it."""
    named = [f"{name} {code}" for name, code in scope.model_dump().items() if code is not None]
    return ", ".join(named) or "everything"


def recall_words(recall: RemindersRecalled) -> str:
    """What a recall means, as one reads it."""
    named = [f"message {recall.reminder_id}"] if recall.reminder_id else []
    if recall.scope != Scope() or not named:
        named.append(words(recall.scope))
    return ", ".join((*named, "ever" if recall.issued_from is None else f"since {recall.issued_from}"))


def others(control: AllowListSet) -> str:
    """What is with those who are not listed."""
    minutes = control.others_over_minutes
    if control.accounts is None and minutes is None:
        return ""
    return ", nobody else" if minutes is None else f", all others over {minutes} minutes"


def rows(stands: ControlState) -> Iterator[tuple[str, ...]]:
    """What stands, for a table: what, id, of what, since, by, why; what closes everything first."""
    for offset in stands.unreadable:
        yield ("UNREADABLE", "", f"offset {offset}: nothing is sent", "", "", "")
    for pause in stands.pauses:
        yield _row("paused", pause, words(pause.scope))
    if (listed := stands.allow_list) is not None:
        yield _row("allowed", listed, f"{len(listed.accounts or ())} accounts{others(listed)}")
    for offset, recall in ((found.offset, found.control) for found in stands.recalls):
        yield _row("recalled", recall, f"{recall_words(recall)} (offset {offset})")
    for activation in stands.activations:
        yield _row("active", activation, f"{activation.policy} {activation.version} from {activation.effective_from}")
    for stop in stands.stops:
        yield _row("stopped", stop, f"experiment {stop.experiment} of {stop.policy}")


def _row(what: str, control: Control, of_what: str) -> tuple[str, ...]:
    return (what, control.control_id, of_what, str(control.time), control.by, control.reason)


def as_json(stands: ControlState) -> dict[str, Any]:
    """What stands, for programs."""

    def plain(control: Control) -> dict[str, Any]:
        return control.model_dump(mode="json")

    return {
        "offset": stands.offset,
        "pauses": [plain(control) for control in stands.pauses],
        "allow_list": None if stands.allow_list is None else plain(stands.allow_list),
        "recalls": [{"offset": recall.offset, **plain(recall.control)} for recall in stands.recalls],
        "activations": [plain(control) for control in stands.activations],
        "stopped": [plain(control) for control in stands.stops],
        "unreadable": list(stands.unreadable),
    }


def is_number(account_id: str) -> bool:
    """Whether somebody's number was typed for an account: a control holds what it names for good."""
    return possible(account_id) is not None


def unknown_names(settings: Settings, scope: Scope) -> list[str]:
    """Names that the policy of these settings does not have: a misspelt one would pause nothing."""
    if scope == Scope():
        return []
    if scope.account is not None and looks_like_phone(scope.account):
        return ["the account looks like a phone number, and controls stay"]
    if scope == Scope(account=scope.account):
        return []
    try:
        policy = load_rulebook(places_of(settings), settings.namespace).policy
    except PolicyFault:
        return ["the policy of these settings cannot be read, so the names are not checked"]
    stages = {stage.code for stage in policy.stages} | ({policy.hand_off.code} if policy.hand_off else set())
    found = []
    if scope.policy not in (None, policy.id):
        found.append(f"the policy here is {policy.id}, not {scope.policy}")
    elif scope.stage is not None and scope.stage not in stages:
        found.append(f"policy {policy.id} has no stage {scope.stage}, it has {', '.join(sorted(stages))}")
    if scope.pack is not None and policy.pack not in (None, scope.pack):
        found.append(f"the pack of policy {policy.id} is {policy.pack}, not {scope.pack}")
    return found
