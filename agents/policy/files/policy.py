"""Reads a policy with its pack, its texts, the calendars, and who approved them. Every fault is named at once."""

from pathlib import Path
from typing import NamedTuple

from agents.decisions.policy.rulebook import Jurisdiction, PolicyFault, Rulebook, compile_rulebook
from agents.decisions.policy.versions import Versions
from agents.decisions.time.calendars import Calendar
from agents.policy.files.approvals import calendars_of, load_approvals, unapproved_around
from agents.policy.files.calendars import data_versions, load_calendars
from agents.policy.files.checks import chosen_texts, faults, faults_of_names
from agents.policy.files.notices import asked_notices
from agents.policy.files.packs import load_pack
from agents.policy.files.repair import Repair
from agents.policy.files.texts import SHIPPED_TEXTS, load_notices, load_texts, texts_hash
from agents.policy.stage_codes import reused_codes
from agents.policy.toml.reading import read_data
from schemas.policy.approvals import APPROVERS, Approvals
from schemas.policy.policies import Policy
from schemas.policy.texts import TextBook
from streams.settings import Settings

_SAYS = {
    "SENDER_NOT_APPROVED": f"its sender is not approved by {APPROVERS} people",
    "CALENDAR_NOT_APPROVED": f"a calendar is not approved by {APPROVERS} people",
}
HERE = Path(__file__).parents[1]
_DOUBTFUL = ("no file that can be used", "there are no texts", "no text ", "hours: nothing is left")
DEFAULT_POLICY = HERE / "policies" / "cn-consumer.toml"
SHIPPED_EARLIER = DEFAULT_POLICY.parent / "earlier"
"""What shipped as the default before: cycles may be open under it, and an activation may name it."""


class Places(NamedTuple):
    """Where everything stands; what is absent is the one that ships, and nobody has approved anything."""

    policy: Path | None = None
    texts: Path | None = None
    packs: Path | None = None
    approvals: Path | None = None
    calendars: Path | None = None
    earlier: Path | None = None
    """A folder of earlier versions of the policy."""
    approvers: Path | None = None
    """The list of those who may approve."""


class Around(NamedTuple):
    """What every version of the policy is put together with, read once."""

    texts: dict[str, TextBook]
    calendars: dict[str, Calendar]
    approvals: Approvals
    packs: Path | None
    notices: dict[str, TextBook]


def load_rulebook(places: Places, namespace: str) -> Rulebook:
    """The policy, ready to decide.

    Raises PolicyFault when a file is missing, is not TOML, does not fit its model, or they do not fit each other.
    """
    return _latest(places, namespace)[0]


def lender_zone(places: Places) -> str:
    """The zone of the policy's lender, for who decides nothing: no pack and no text is read.

    Raises PolicyFault when the file cannot be read as a policy.
    """
    found: list[str] = []
    path = places.policy or DEFAULT_POLICY
    data = read_data(path, found)
    policy = None if data is None else Repair(data).policy()
    if policy is None:
        raise PolicyFault(found or [f"{path.name}: no policy; `tactful policy check` says why"])
    return policy.lender.zone


def load_versions(places: Places, namespace: str) -> Versions:
    """The policy and its earlier versions.

    Raises PolicyFault for what `load_rulebook` refuses, for a version of another policy, and for a stage code that
    has another meaning in a later version.
    """
    latest, around = _latest(places, namespace)
    found: list[str] = []
    if places.earlier is not None and not places.earlier.is_dir():
        raise PolicyFault([f"{places.earlier}: no such folder of earlier versions"])
    earlier: list[Rulebook | None] = []
    for path in _earlier_files(places):
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


def _earlier_files(places: Places) -> list[Path]:
    """Earlier versions: those that shipped, of the policy that ships, and those of the lender's folder."""
    shipped = (places.policy or DEFAULT_POLICY).resolve() == DEFAULT_POLICY
    folders = (SHIPPED_EARLIER if shipped else None, places.earlier)
    return [path for folder in folders if folder is not None for path in sorted(folder.glob("*.toml"))]


def _latest(places: Places, namespace: str) -> tuple[Rulebook, Around]:
    found: list[str] = []
    around = Around(
        load_texts(places.texts or SHIPPED_TEXTS, found),
        load_calendars(places.calendars, found),
        load_approvals(places.approvals, found, places.approvers),
        places.packs,
        load_notices(places.texts or SHIPPED_TEXTS, found),
    )
    rulebook = _read(places.policy or DEFAULT_POLICY, around, namespace, found)
    if found or rulebook is None:
        raise PolicyFault(found)
    return rulebook, around


def _read(path: Path, around: Around, namespace: str, found: list[str]) -> Rulebook | None:
    """One version, put together and checked; None, and every reason in ``found``, when it may not run.

    A faulty policy is mended as far as it goes, so that what is wrong with the rest of it is told, too.
    """
    others = len(found)
    data = read_data(path, found)
    if data is None:
        return None
    repair = Repair(data)
    policy = repair.policy()
    found += [f"{path.name}: {fault}" for fault in repair.faults]
    if policy is None:
        return None
    named: list[str] = []
    law = _law(policy, around.packs, around.approvals, named)
    found += [fault for fault in named if not fault.startswith("pack ")]
    own = [f"pack: {fault}" for fault in named if fault.startswith("pack ")]
    texts = chosen_texts(policy, around.texts, own)
    rulebook = None if law is None else _compiled(policy, law, texts, around, namespace)
    own += faults_of_names(policy, texts) if rulebook is None else faults(rulebook)
    # A file that could not be read may hold what is missing.
    doubtful = _DOUBTFUL if others or any(not fault.startswith("pack ") for fault in named) else ()
    own = [fault for fault in own if repair.is_own(fault) and not any(words in fault for words in doubtful)]
    found += [f"{path.name}: {fault}" for fault in own]
    return None if found else rulebook


def _compiled(
    policy: Policy, law: Jurisdiction, texts: dict[str, TextBook], around: Around, namespace: str
) -> Rulebook:
    approved = frozenset(language for language, book in texts.items() if _is_approved(book, around.approvals))
    answers = {
        language: around.notices[book.language] for language, book in texts.items() if book.language in around.notices
    }
    notices = answers if asked_notices(policy, law.pack) else {}
    agreed = frozenset(
        language for language, book in notices.items() if _is_approved(book, around.approvals, "notices")
    )
    versions = _as_line(data_versions(calendars_of(law.pack, around.calendars)))
    unapproved = unapproved_around(policy, law.pack, around.calendars, around.approvals)
    return compile_rulebook(
        policy, law, texts, approved, around.calendars, versions, namespace, notices, agreed, unapproved
    )


def _law(policy: Policy, packs: Path | None, approvals: Approvals, found: list[str]) -> Jurisdiction | None:
    loaded = load_pack(policy.pack, packs, approvals, found)
    if loaded is None:
        return None
    return Jurisdiction(loaded.pack, loaded.hash, len(loaded.approved_by) >= APPROVERS, loaded.complete)


def _is_approved(rulebook: TextBook, approvals: Approvals, kind: str = "texts") -> bool:
    return len(approvals.people(kind, rulebook.language, texts_hash(rulebook))) >= APPROVERS


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
        settings.approvers,
    )


def unapproved(rulebook: Rulebook) -> list[str]:
    """Why messages will be blocked although everything fits together: sentences for whoever starts it."""
    law, found = rulebook.law, []
    if not law.approved:
        found.append(f"pack {law.pack.id} {law.pack.version} is not approved by {APPROVERS} people: nothing is sent")
    elif not law.complete:
        found.append(f"pack {law.pack.id} sends only as part of a pack that extends it: nothing is sent")
    found += [f"policy {rulebook.policy.id}: {_SAYS[code]}: nothing is sent" for code in rulebook.unapproved]
    unread = sorted(set(rulebook.texts) - rulebook.approved_texts)
    if unread:
        found.append(f"texts that {APPROVERS} people have not approved are not sent: {', '.join(unread)}")
    unanswered = sorted(set(rulebook.notices) - rulebook.approved_notices)
    if unanswered:
        found.append(f"notices that {APPROVERS} people have not approved are not sent: {', '.join(unanswered)}")
    return found
