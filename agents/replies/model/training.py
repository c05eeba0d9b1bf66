"""Trains the model that ships: ``python -m agents.replies.model.training tests/agents/replies``.

The same sets give the same files; it takes about a minute. Thresholds come from scores of replies that the weights had
not seen: each set is left out with every fifth, and scored by what the others teach.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from agents.replies.intents import Intent
from agents.replies.model.features import bins_of
from agents.replies.model.learning import Example, exceeded_by, fitted, lowest_with, score
from agents.replies.model.scoring import CARD, SHIPPED_MODEL, WEIGHT_MAX, WEIGHTS, weights_hash
from agents.replies.model.sets import read_set, sets_hash, spelt_of
from agents.replies.rule_files import shipped_rules

VERSION: Final = 1
SETS: Final = (
    "first_hand.tsv",
    "second_hand.tsv",
    "third_hand.tsv",
    "fourth_hand.tsv",
    "fifth_hand.tsv",
    "sixth_hand.tsv",
    "seventh_hand.tsv",
    "eighth_hand.tsv",
    "ninth_hand.tsv",
    "tenth_hand.tsv",
    "eleventh_hand.tsv",
    "twelfth_hand.tsv",
    "thirteenth_hand.tsv",
    "fourteenth_hand.tsv",
    "fifteenth_hand.tsv",
    "sixteenth_hand.tsv",
    "seventeenth_hand.tsv",
    "eighteenth_hand.tsv",
)
_FOLDS: Final = 5
_NEVER: Final = 9.0
"""No reply has such a score."""


class Bar(NamedTuple):
    """From which precision on unseen replies the model may say something, and how many of those who say so it may
    doubt."""

    says: float | None = 0.97
    may_say: float = 0.8
    doubts: float = 0.0


BARS: Final = {
    Intent.STOP: Bar(says=None, may_say=0.7),
    Intent.WRONG_PERSON: Bar(may_say=0.7),
    Intent.SELF_HARM: Bar(says=0.9, may_say=0.6),
    Intent.VULNERABLE: Bar(),
    Intent.DISPUTE: Bar(doubts=0.05),
    Intent.HARDSHIP: Bar(doubts=0.05),
    Intent.PAID: Bar(doubts=0.05),
    Intent.PROMISE: Bar(doubts=0.05),
    Intent.ASKS_PLAN: Bar(),
}


class Lesson(NamedTuple):
    """A labelled reply as it is learnt."""

    fold: int
    spelt: str
    bins: Example
    says: frozenset[Intent]


def lessons(folder: Path, names: Sequence[str] = SETS) -> list[Lesson]:
    """All replies of the sets, in their order."""
    rules = shipped_rules()
    learnt = []
    for place, name in enumerate(names):
        for reply in read_set(folder / name):
            spelt = spelt_of(reply.text, rules)
            learnt.append(Lesson(place % _FOLDS, spelt, bins_of(spelt), reply.says))
    return learnt


def hash_of(learnt: Sequence[Lesson]) -> str:
    """What the card names."""
    return sets_hash((one.spelt, one.says) for one in learnt)


def train(learnt: Sequence[Lesson], names: Sequence[str], out: Path) -> None:
    """Write the card and the weights."""
    weights = bytearray()
    rows = []
    for intent, bar in BARS.items():
        table = fitted([one.bins for one in learnt], [intent in one.says for one in learnt])
        scale = max(map(abs, table)) / WEIGHT_MAX
        weights += bytes(round(weight / scale) & 0xFF for weight in table)
        rows.append(_threshold(intent, bar, scale, _unseen(learnt, intent)))
    (out / WEIGHTS).write_bytes(weights)
    head = [
        "# Written by `python -m agents.replies.model.training`; edit the sets or the bars there, not this file.",
        f"version = {VERSION}",
        f"trained_on = {json.dumps(list(names))}",
        f"replies = {len(learnt)}",
        f'sets_hash = "{hash_of(learnt)}"',
        f'weights_hash = "{weights_hash(bytes(weights))}"',
    ]
    (out / CARD).write_text("\n".join([*head, *rows, ""]), encoding="utf-8")


def _unseen(learnt: Sequence[Lesson], intent: Intent) -> list[tuple[float, bool]]:
    """Each reply's score by weights that never saw its set."""
    scored = []
    for fold in range(_FOLDS):
        seen = [one for one in learnt if one.fold != fold]
        table = fitted([one.bins for one in seen], [intent in one.says for one in seen])
        scored += [(score(table, one.bins), intent in one.says) for one in learnt if one.fold == fold]
    return scored


def _threshold(intent: Intent, bar: Bar, scale: float, scored: list[tuple[float, bool]]) -> str:
    says = _NEVER if bar.says is None else lowest_with(scored, bar.says)
    may_say = lowest_with(scored, bar.may_say)
    unlikely = exceeded_by(scored, 1 - bar.doubts) if bar.doubts else -_NEVER
    return "\n".join(
        [
            f"\n[intents.{intent}]",
            f"scale = {scale:.8f}",
            f"says = {min(says, _NEVER):.4f}",
            f"may_say = {min(may_say, says, _NEVER):.4f}",
            f"unlikely = {min(unlikely, says):.4f}",
        ]
    )


if __name__ == "__main__":
    train(lessons(Path(sys.argv[1])), SETS, SHIPPED_MODEL)
