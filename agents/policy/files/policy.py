"""Reads a policy with its pack, its texts, the calendars, and who approved them. Every fault is named at once."""

from pathlib import Path
from typing import NamedTuple

from agents.decisions.policy.rulebook import Jurisdiction, PolicyFault, Rulebook, compile_rulebook
from agents.decisions.policy.versions import Versions
from agents.decisions.time.calendars import Calendar
from agents.policy.checks import chosen_texts, faults
from agents.policy.files.calendars import data_versions, load_calendars
from agents.policy.files.packs import load_approvals, load_pack
from agents.policy.files.texts import SHIPPED_TEXTS, load_texts, texts_hash
from agents.policy.files.toml import read_toml
from agents.policy.stage_codes import reused_codes
from schemas.policy.packs import APPROVERS, Approvals, WindowRule
from schemas.policy.policies import Policy
from schemas.policy.texts import TextBook
from streams.settings import Settings

HERE = Path(__file__).parents[1]
DEFAULT_POLICY = HERE / "policies" / "cn-consumer.toml"


class Places(NamedTuple):
    """Where everything stands; what is absent is the one that ships, and nobody has approved anything."""

    policy: Path | None = None
    texts: Path | None = None
    packs: Path | None = None
    approvals: Path | None = None
    calendars: Path | None = None
    earlier: Path | None = None
    """A folder of earlier versions of the policy."""


class Around(NamedTuple):
    """What every version of the policy is put together with, read once."""

    texts: dict[str, TextBook]
    calendars: dict[str, Calendar]
    approvals: Approvals
    packs: Path | None


def load_rulebook(places: Places, namespace: str) -> Rulebook:
    """The policy, ready to decide.

    Raises PolicyFault when a file is missing, is not TOML, does not fit its model, or they do not fit each other.
    """
    return _latest(places, namespace)[0]


def load_versions(places: Places, namespace: str) -> Versions:
    """The policy and its earlier versions.

    Raises PolicyFault for what `load_book` refuses, for a version with another policy's id, and for a stage code that
    has another meaning in a later version.
    """
    latest, around = _latest(places, namespace)
    if places.earlier is None:
        return Versions(latest)
    found: list[str] = []
    if not places.earlier.is_dir():
        raise PolicyFault([f"{places.earlier}: no such folder of earlier versions"])
    earlier: list[Rulebook | None] = []
    for path in sorted(places.earlier.glob("*.toml")):
        wrong: list[str] = []
        earlier.append(_read(path, around, namespace, wrong))
        found += wrong
    known = [rulebook for rulebook in earlier if rulebook is not None and rulebook.hash != latest.hash]
    for rulebook in known:
        name = f"version {rulebook.policy.version}"
        if rulebook.policy.id != latest.policy.id:
            found.append(f"{name}: it is of policy {rulebook.policy.id}, not {latest.policy.id}")
        elif rulebook.policy.version == latest.policy.version:
            found.append(f"{name}: the version is the latest one's, and the content is not")
        found += [f"{name}: {fault}" for fault in reused_codes(rulebook.policy, latest.policy)]
    if found:
        raise PolicyFault(found)
    return Versions(latest, known)


def _latest(places: Places, namespace: str) -> tuple[Rulebook, Around]:
    found: list[str] = []
    around = Around(
        load_texts(places.texts or SHIPPED_TEXTS, found),
        load_calendars(places.calendars, found),
        load_approvals(places.approvals, found),
        places.packs,
    )
    rulebook = _read(places.policy or DEFAULT_POLICY, around, namespace, found)
    if found or rulebook is None:
        raise PolicyFault(found)
    return rulebook, around


def _read(path: Path, around: Around, namespace: str, found: list[str]) -> Rulebook | None:
    """One version, put together and checked; None, and every reason in ``found``, when it may not run.

    What is in ``found`` already stands against it, too: whether things fit is asked of whole things only.
    """
    policy = read_toml(path, Policy, found)
    if policy is None:
        return None
    approvals, calendars = around.approvals, around.calendars
    law = _law(policy, around.packs, approvals, found)
    texts = chosen_texts(policy, around.texts, found)
    if law is None or found:
        return None
    approved = frozenset(language for language, rulebook in texts.items() if _is_approved(rulebook, approvals))
    asked = {rule.calendar for rule in law.pack.rules if isinstance(rule, WindowRule)}
    versions = _as_line(data_versions({name: calendar for name, calendar in calendars.items() if name in asked}))
    rulebook = compile_rulebook(policy, law, texts, approved, calendars, versions, namespace)
    found += [f"{path.name}: {fault}" for fault in faults(rulebook)]
    return rulebook


def _law(policy: Policy, packs: Path | None, approvals: Approvals, found: list[str]) -> Jurisdiction | None:
    loaded = load_pack(policy.pack, packs, approvals, found)
    if loaded is None:
        return None
    return Jurisdiction(loaded.pack, loaded.hash, len(loaded.approved_by) >= APPROVERS, loaded.complete)


def _is_approved(rulebook: TextBook, approvals: Approvals) -> bool:
    return len(approvals.people("texts", rulebook.language, texts_hash(rulebook))) >= APPROVERS


def _as_line(versions: dict[str, str]) -> str:
    return "; ".join(f"{name} {version}" for name, version in sorted(versions.items()))


def places_of(settings: Settings, policy: Path | None = None, texts: Path | None = None) -> Places:
    """Where the settings say that everything stands, and what the command line says instead."""
    return Places(
        policy or settings.policy,
        texts or settings.texts,
        settings.packs,
        settings.approvals,
        settings.calendars,
        settings.earlier_policies,
    )


def unapproved(rulebook: Rulebook) -> list[str]:
    """Why messages will be blocked although everything fits together: sentences for whoever starts it."""
    law, found = rulebook.law, []
    if not law.approved:
        found.append(f"pack {law.pack.id} {law.pack.version} is not approved by {APPROVERS} people: nothing is sent")
    elif not law.complete:
        found.append(f"pack {law.pack.id} sends only as part of a pack that extends it: nothing is sent")
    unread = sorted(set(rulebook.texts) - rulebook.approved_texts)
    if unread:
        found.append(f"texts that {APPROVERS} people have not approved are not sent: {', '.join(unread)}")
    return found
