"""Labelled replies, and how many of them the rules read rightly."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from agents.replies.intents import Classifier, Intent, Understood
from agents.replies.model.sets import Labelled, read_set
from agents.replies.understanding import understand

HERE: Final = Path(__file__).parent
ZONE: Final = "Asia/Shanghai"
NOW: Final = datetime(2026, 3, 11, 10, 0, tzinfo=ZoneInfo(ZONE))


@dataclass
class HitFigures:
    """Counts for one set: of each intent, and of whole replies."""

    hits: Counter[Intent] = field(default_factory=Counter)
    unsure: Counter[Intent] = field(default_factory=Counter)
    misses: Counter[Intent] = field(default_factory=Counter)
    wrong: Counter[Intent] = field(default_factory=Counter)
    abstained: int = 0
    with_intent: int = 0
    notes: list[str] = field(default_factory=list)

    def recall(self, intent: Intent) -> float:
        """The share of those who say so that are surely found."""
        said = self.hits[intent] + self.unsure[intent] + self.misses[intent]
        return self.hits[intent] / said if said else 1.0

    def precision(self, intent: Intent) -> float:
        """The share of what is surely found that says so."""
        found = self.hits[intent] + self.wrong[intent]
        return self.hits[intent] / found if found else 1.0

    def lines(self) -> Iterator[str]:
        """A table for people."""
        yield f"{'':14}{'hits':>6}{'unsure':>8}{'misses':>8}{'wrong':>7}{'recall':>8}{'precision':>11}"
        for intent in Intent:
            counts = f"{self.hits[intent]:6}{self.unsure[intent]:8}{self.misses[intent]:8}{self.wrong[intent]:7}"
            said = self.hits[intent] + self.unsure[intent] + self.misses[intent]
            if said and self.hits[intent]:
                counts += f"{self.recall(intent):8.1%}{self.precision(intent):11.1%}"
            yield f"{intent:14}{counts}"
        yield f"abstained: {self.abstained} of {self.with_intent} that say something"


def read(name: str) -> list[Labelled]:
    """One set."""
    return read_set(HERE / name)


def judged(replies: list[Labelled], classifier: Classifier | None = None) -> HitFigures:
    """The rules, tried on a set, with the model that ships or another."""
    figures = HitFigures()
    for reply in replies:
        understood = understand(reply.text, NOW, ZONE, classifier=classifier)
        _count(figures, reply, understood)
    return figures


def _count(figures: HitFigures, reply: Labelled, understood: Understood) -> None:
    seen = {finding.intent for finding in understood.findings}
    sure = {intent for intent in seen if understood.sure(intent)}
    figures.with_intent += bool(reply.says)
    figures.abstained += bool(reply.says) and understood.abstained
    figures.hits.update(reply.says & sure)
    figures.unsure.update((reply.says & seen) - sure)
    figures.misses.update(reply.says - seen)
    figures.wrong.update(sure - reply.says)
    if sure != reply.says:
        found = " ".join(
            f"{one.intent}{'' if understood.sure(one.intent) else '?'}:{one.rule}" for one in understood.findings
        )
        figures.notes.append(f"{','.join(sorted(reply.says)) or 'NONE':24} {reply.text}  ->  {found}")
