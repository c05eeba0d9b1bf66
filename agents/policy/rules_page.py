"""docs/rules.md: which rule is where, what it asks for, where it comes from, and how sure that is."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from agents.policy.words.rules import says
from schemas.policy.approvals import APPROVERS
from schemas.policy.packs import Duty, Pack, Rule

CONFIDENCE: Final = {
    "V1": "read in the official text or a mirror of it",
    "V2": "read second-hand",
    "G": "general knowledge, nobody verified it",
    "P": "proposed by this project",
}
BASIS: Final = {
    "law": "law",
    "standard": "standard",
    "self_regulation": "self-regulation",
    "provider": "SMS providers",
    "policy": "**project policy**",
}
PLACES: Final = {
    "window": ("decisions/time/windows.next_open",),
    "zone": ("decisions/guard/hours.open_at",),
    "agreed_hours": ("decisions/guard/hours.open_at",),
    "cap": ("decisions/guard/caps.contacts_say",),
    "cool_down": ("decisions/guard/caps.contacts_say",),
    "roles": ("decisions/guard/person.standing_block",),
    "opt_out": ("decisions/guard/silences.opted_out",),
    "help": ("decisions/ladder/answers.answer",),
    "hold": ("decisions/guard/silences.silence",),
    "number_check": ("decisions/guard/person.standing_block",),
    "freshness": ("decisions/guard/partition.inputs_say",),
    "require": ("policy/files/checks.faults",),
    "forbid": ("decisions/guard/text.screen",),
    "format": ("decisions/guard/text.screen",),
    "provider": ("decisions/guard/person.standing_block",),
}
"""Functions below `agents/` that enforce a kind of rule."""
_INTRO: Final = f"""# Rules, by jurisdiction

Written from the packs by `tactful policy rules`; a test fails when this page and the packs differ. No legal advice.

- A rule stands in front of every send. Its id is on every decision that it caused. Hours and days are those of the
  borrower's own zone unless a rule says otherwise.
- **Project policy** is what no verified source asks for: a proposal of this project, or general knowledge that nobody
  looked up. It is kept like every other rule.
- *must* or *should* is the strength of the source's wording; Tactful keeps both.
- The shipped packs are drafts. Nothing is sent under a pack until {APPROVERS} different people have approved its hash.
- "Enforced" names a function below `agents/`. What stands under "Not enforced here" is the lender's
  to see to.
"""


def page(packs: Mapping[str, Pack]) -> str:
    """The whole page as Markdown, from merged packs by id; an overlay shows only what it adds."""
    parts = [_INTRO]
    parts += [_section(pack, packs.get(pack.extends or "")) for pack in packs.values()]
    return "\n".join(parts)


def _section(pack: Pack, base: Pack | None) -> str:
    known = set() if base is None else {entry.id for entry in (*base.rules, *base.duties)}
    rules = [rule for rule in pack.rules if rule.id not in known]
    duties = [duty for duty in pack.duties if duty.id not in known]
    lines = [f"## {pack.id}: {pack.title}", "", _facts(pack), "", *_table(_HEAD, map(_row, rules))]
    if duties:
        lines += ["", f"### {pack.id}: not enforced here", "", *_table(_DUTY_HEAD, map(_duty_row, duties))]
    return "\n".join(lines) + "\n"


def _facts(pack: Pack) -> str:
    said = f"Version `{pack.version}`, {pack.status}, from {pack.effective_from}"
    said += "." if pack.effective_to is None else f" to {pack.effective_to}."
    if pack.extends is not None:
        said += f" It has every rule of {pack.extends} and adds:"
    if pack.requires_overlay:
        said += " It sends only as part of a pack that extends it."
    return said


_HEAD: Final = ("rule", "what it asks for", "strength", "basis", "source", "confidence", "enforced")
_DUTY_HEAD: Final = ("duty", "what it asks for", "basis", "source", "confidence")


def _row(rule: Rule) -> tuple[str, ...]:
    said = says(rule) + (f" {rule.note}" if rule.note else "")
    return (
        f"`{rule.id}`",
        said,
        rule.strength,
        BASIS[rule.basis],
        rule.source,
        CONFIDENCE[rule.confidence],
        ", ".join(f"`{place}`" for place in PLACES[rule.kind]),
    )


def _duty_row(duty: Duty) -> tuple[str, ...]:
    said = duty.duty + (f" {duty.note}" if duty.note else "")
    return f"`{duty.id}`", said, BASIS[duty.basis], duty.source, CONFIDENCE[duty.confidence]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        cells = (" ".join(cell.split()).replace("|", "\\|") for cell in row)
        yield f"| {' | '.join(cells)} |"
