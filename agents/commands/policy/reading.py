"""What the policy commands read: a policy with everything that stands around it, and where its faults are."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from agents.decisions import Rulebook
from agents.policy.approvals import Hashed
from agents.policy.changes.comparing import Side
from agents.policy.files import calendars
from agents.policy.files.approvals import (
    calendar_hash,
    calendars_of,
    load_approvals,
    read_approvals,
    sender_hash,
)
from agents.policy.files.checks import chosen_texts
from agents.policy.files.packs import SHIPPED as SHIPPED_PACKS
from agents.policy.files.packs import all_packs, load_pack, pack_hash
from agents.policy.files.policy import DEFAULT_POLICY, Places
from agents.policy.files.texts import SHIPPED_TEXTS, load_texts, texts_hash
from agents.policy.toml.fault_lines import Located, locate, separate
from agents.policy.toml.reading import read_toml
from agents.policy.warnings import Facts
from agents.replies.model.scoring import shipped_model
from agents.replies.rule_files import rules_hash, shipped_rules
from schemas.policy.approvals import APPROVERS, Approvable, Approvals
from schemas.policy.policies import Policy


def facts(rulebook: Rulebook, places: Places) -> Facts:
    """The policy with who approved what of it. The files have just been read without a fault."""
    read, pack = read_approvals(places.approvals, [], places.approvers), rulebook.law.pack
    given = read.approvals
    current = {("pack", pack.id): rulebook.law.hash}
    current |= {("texts", texts.language): texts_hash(texts) for texts in rulebook.texts.values()}
    return Facts(
        policy=rulebook.policy,
        pack=pack,
        texts=rulebook.texts,
        approved_by=given.people("pack", pack.id, rulebook.law.hash),
        texts_approved_by={
            b.language: given.people("texts", b.language, texts_hash(b)) for b in rulebook.texts.values()
        },
        calendars=calendars.load_calendars(places.calendars, []),
        doubts=(*read.left_out, *_around(rulebook, places, given)),
        approved_other={what: _approved_other(given, *what, digest) for what, digest in current.items()},
    )


def _around(rulebook: Rulebook, places: Places, given: Approvals) -> Iterator[str]:
    """What is to be known of the approvals of sender, calendars and rules for replies, and of who may approve."""
    used, newest = rulebook.law.pack, all_packs(places.packs, [])[rulebook.law.pack.id]
    if used.version != newest.version:
        yield f"pack {used.id}: {used.version} goes on until {APPROVERS} people have approved {newest.version}"
    if places.approvals is None:
        return
    if places.approvers is None:
        yield "approvals: no list of approvers: whoever writes the file says who they are (TACTFUL_APPROVERS)"
    if not given.names_senders:
        yield "approvals: no `sender`: sender, calendars and rules for replies hold unseen until the next activation"
        return
    for one in hashed_around(rulebook, places, given):
        if len(one.approved_by) < APPROVERS:
            told = "" if one.kind == "replies" else ": nothing is sent"
            yield f"{one.kind} {one.id}: not approved by {APPROVERS} people{told}"


def hashed_around(rulebook: Rulebook, places: Places, given: Approvals) -> Iterator[Hashed]:
    """What is approved beside packs and texts."""
    policy, days = rulebook.policy, calendars.load_calendars(places.calendars, [])
    named: list[tuple[Approvable, str, str | None, str]] = [("sender", policy.id, policy.version, sender_hash(policy))]
    used = calendars_of(rulebook.law.pack, days).items()
    named += [("calendar", name, calendar.version, calendar_hash(calendar)) for name, calendar in used]
    named += [("replies", file.language, None, rules_hash(file)) for file in shipped_rules().files]
    named.append(("replies", "model", None, shipped_model().hash))
    for kind, name, version, digest in named:
        yield Hashed(kind, name, version, digest, given.people(kind, name, digest))


def missing_for_activation(rulebook: Rulebook, places: Places) -> list[str]:
    """What a new activation needs and too few people have approved: sender, calendars, rules for replies."""
    given = load_approvals(places.approvals, [], places.approvers)
    around = hashed_around(rulebook, places, given)
    return [f"{one.kind} {one.id}" for one in around if len(one.approved_by) < APPROVERS]


def _approved_other(given: Approvals, kind: str, subject: str, digest: str) -> tuple[str, ...]:
    people = {one.by for one in given.approvals if (one.kind, one.id) == (kind, subject) and one.hash != digest}
    return tuple(sorted(people.difference(given.people(kind, subject, digest))))


def side(policy: Path, packs: Path | None, texts: Path | None, faults: list[str]) -> Side | None:
    """One version as its files say it; whether its texts are complete is not asked."""
    read = read_toml(policy, Policy, faults)
    books = load_texts(texts or SHIPPED_TEXTS, faults)
    law = None if read is None else load_pack(read.pack, packs, Approvals(), faults)
    return None if read is None or law is None else Side(read, law.pack, chosen_texts(read, books, faults))


def located(faults: list[str], places: Places) -> list[Located]:
    """The faults, and those of packs that were not looked at because of them, each with its line."""
    others: list[str] = []
    all_packs(places.packs, others)
    contents: defaultdict[str, list[str]] = defaultdict(list)
    for path in _files(places):
        contents[path.name].append(path.read_text(encoding="utf-8-sig", errors="replace"))
    single = (one for fault in (*faults, *others) for one in separate(fault))
    return [locate(fault, contents) for fault in dict.fromkeys(single)]


def hashed(rulebook: Rulebook, places: Places, *, everything: bool) -> Iterator[Hashed]:
    given = load_approvals(places.approvals, [], places.approvers)
    packs, name = all_packs(places.packs, []), rulebook.law.pack.id
    known = packs if everything else {name: packs[name]}
    for pack in known.values():
        digest = pack_hash(pack)
        yield Hashed("pack", pack.id, pack.version, digest, given.people("pack", pack.id, digest))
    for texts in {texts.language: texts for texts in rulebook.texts.values()}.values():
        digest = texts_hash(texts)
        yield Hashed("texts", texts.language, None, digest, given.people("texts", texts.language, digest))
    for texts in {texts.language: texts for texts in rulebook.notices.values()}.values():
        digest = texts_hash(texts)
        yield Hashed("notices", texts.language, None, digest, given.people("notices", texts.language, digest))
    yield from hashed_around(rulebook, places, given)


def _files(places: Places) -> Iterator[Path]:
    """Every file that a fault may speak of."""
    yield from (
        path
        for path in (places.policy or DEFAULT_POLICY, places.approvals, places.approvers)
        if path and path.is_file()
    )
    folders = (SHIPPED_PACKS, calendars.SHIPPED, places.texts or SHIPPED_TEXTS, places.packs, places.earlier)
    for folder in folders:
        if folder is not None:
            yield from folder.glob("*.toml")
