"""What the policy commands read: a policy with everything that stands around it, and where its faults are."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from agents.decisions import Rulebook
from agents.policy.approvals import Hashed
from agents.policy.changes.comparing import Side
from agents.policy.files import calendars
from agents.policy.files.checks import chosen_texts
from agents.policy.files.fault_lines import Located, locate, separate
from agents.policy.files.packs import SHIPPED as SHIPPED_PACKS
from agents.policy.files.packs import all_packs, load_approvals, load_pack, pack_hash
from agents.policy.files.policy import DEFAULT_POLICY, Places
from agents.policy.files.texts import SHIPPED_TEXTS, load_texts, texts_hash
from agents.policy.files.toml import read_toml
from agents.policy.warnings import Facts
from schemas.policy.packs import Approvals
from schemas.policy.policies import Policy


def facts(rulebook: Rulebook, places: Places) -> Facts:
    """The policy with who approved what of it. The files have just been read without a fault."""
    given, pack = load_approvals(places.approvals, []), rulebook.law.pack
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
        calendars=calendars.load_calendars(None, []),
        approved_other={what: _approved_other(given, *what, digest) for what, digest in current.items()},
    )


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
    given = load_approvals(places.approvals, [])
    known = all_packs(places.packs, []) if everything else {rulebook.law.pack.id: rulebook.law.pack}
    for pack in known.values():
        digest = pack_hash(pack)
        yield Hashed("pack", pack.id, pack.version, digest, given.people("pack", pack.id, digest))
    for texts in {texts.language: texts for texts in rulebook.texts.values()}.values():
        digest = texts_hash(texts)
        yield Hashed("texts", texts.language, None, digest, given.people("texts", texts.language, digest))
    for texts in {texts.language: texts for texts in rulebook.notices.values()}.values():
        digest = texts_hash(texts)
        yield Hashed("notices", texts.language, None, digest, given.people("notices", texts.language, digest))


def _files(places: Places) -> Iterator[Path]:
    """Every file that a fault may speak of."""
    yield from (path for path in (places.policy or DEFAULT_POLICY, places.approvals) if path and path.is_file())
    folders = (SHIPPED_PACKS, calendars.SHIPPED, places.texts or SHIPPED_TEXTS, places.packs, places.earlier)
    for folder in folders:
        if folder is not None:
            yield from folder.glob("*.toml")
