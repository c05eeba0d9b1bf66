"""Labelled replies: what the model learns from and what rules and model are measured by.

A line is labels, a tab, the reply; ``INTENT?`` is what it may be taken for as long as that is unsure, ``NONE`` what a
person reads, ``#`` a comment.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from agents.replies.intents import Intent
from agents.replies.normalise import normalise
from agents.replies.rule_files import ReplyRules, respelt

_HASH_DIGITS: Final = 32


class Labelled(NamedTuple):
    """A reply, what it says, and what it may be taken for as long as that is unsure."""

    text: str
    says: frozenset[Intent]
    may_say: frozenset[Intent]


def read_set(path: Path) -> list[Labelled]:
    """One set. Raises ValueError for an intent that does not exist or a line without a tab."""
    replies = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line:
            continue
        labels, text = line.split("\t")
        told = [label for label in labels.split(",") if label != "NONE"]
        sure = frozenset(Intent(label) for label in told if not label.endswith("?"))
        replies.append(Labelled(text, sure, frozenset(Intent(label[:-1]) for label in told if label.endswith("?"))))
    return replies


def spelt_of(text: str, rules: ReplyRules) -> str:
    """A reply as the model reads it."""
    return respelt(normalise(text), rules)


def sets_hash(replies: Iterable[tuple[str, frozenset[Intent]]]) -> str:
    """Of what is learnt: the replies as the model reads them, so a changed spelling counts as well as a label."""
    lines = "".join(f"{','.join(sorted(says))}\t{spelt}\n" for spelt, says in replies)
    return hashlib.sha256(lines.encode()).hexdigest()[:_HASH_DIGITS]
