"""The linter's confusion table, of every set that is there: `python -m tests.agents.decisions.text.linter.confusion`.

A set is a table with the columns `expected` and `text`; `\\u200b` in a text stands for that character.
"""

import csv
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple, cast

from agents.decisions.text.linter.lint import Finding, Verdict, lint, lint_parts, verdict
from schemas.facts import PersonRole

HERE: Final = Path(__file__).parent
OWN: Final = HERE / "own_texts.tsv"
HOLD_OUT: Final = HERE / "hold_out.tsv"
OTHER_STYLES: Final = HERE / "other_styles.tsv"
DATA: Final = Path(os.environ.get("TACTFUL_DATA", Path(__file__).parents[6] / "shared" / "data"))
COLLECTION: Final = DATA / "collection_texts" / "collection_texts.tsv"
WITHOUT_DATA: Final = "the real data sets are not there (TACTFUL_DATA, by default ../shared/data)"
VERDICTS: Final[tuple[Verdict, ...]] = ("ok", "warn", "block")
_ROLES: Final[dict[str, PersonRole]] = {"third_party": "third_unrelated"}
_ESCAPE: Final = re.compile(r"\\u([0-9a-f]{4})")


class LabelledText(NamedTuple):
    """A text and what it should be."""

    expected: Verdict
    category: str
    role: PersonRole
    text: str


class Judged(NamedTuple):
    """What the linter made of it."""

    labelled: LabelledText
    verdict: Verdict
    findings: tuple[Finding, ...]


def read(path: Path) -> Iterator[LabelledText]:
    """The texts of a set."""
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            role = row.get("recipient_role", "debtor")
            yield LabelledText(
                cast("Verdict", row["expected"]),
                row.get("category", ""),
                _ROLES.get(role, cast("PersonRole", role)),
                _ESCAPE.sub(lambda found: chr(int(found[1], 16)), row["text"]),
            )


def judge(texts: Iterable[LabelledText], *, with_form: bool = True) -> list[Judged]:
    """The linter on each; ``with_form`` false leaves FORMAT out, which the given data label apart."""
    judged = []
    for labelled in texts:
        parts = labelled.text.split(" | ")
        variables = {str(number): part for number, part in enumerate(parts)}
        findings = (
            lint(labelled.text, role=labelled.role)
            if len(parts) == 1
            else lint_parts(labelled.text, variables, role=labelled.role)
        )
        counted = [finding for finding in findings if with_form or finding.category != "FORMAT"]
        judged.append(Judged(labelled, verdict(counted), findings))
    return judged


def table(judged: Iterable[Judged]) -> str:
    """Rows: what it should be; columns: what it was said to be."""
    counts = Counter((one.labelled.expected, one.verdict) for one in judged)
    head = f"{'expected':<10}" + "".join(f"{said:>7}" for said in VERDICTS)
    rows = [f"{expected:<10}" + "".join(f"{counts[expected, said]:>7}" for said in VERDICTS) for expected in VERDICTS]
    return "\n".join([head, *rows])


def explained(judged: Iterable[Judged]) -> str:
    """The table, and each text that came out otherwise."""
    judged = list(judged)
    wrong = [one for one in judged if one.verdict != one.labelled.expected]
    lines = [
        f"{one.labelled.expected} -> {one.verdict} {one.labelled.category}: {one.labelled.text}  "
        + "; ".join(f"{f.category} {f.severity} {f.phrase!r}" for f in one.findings)
        for one in wrong
    ]
    return "\n".join([table(judged), *lines])


def main() -> None:
    """Print the tables."""
    for path, with_form in ((COLLECTION, False), (OWN, True), (HOLD_OUT, True), (OTHER_STYLES, True)):
        if path.is_file():
            print(f"{path.stem}\n{explained(judge(read(path), with_form=with_form))}\n")  # noqa: T201


if __name__ == "__main__":
    main()
