"""The lexicon: what a reminder must not do to its reader, by category and idea, in Chinese and English.

One module per category of regulation.md section 8. The phrases are the project's own (confidence P), but for a few
words that stand in the ban lists of SMS providers. A word or a way to say it is added here, and nowhere else.
"""

from typing import Final

from agents.decisions.text.linter.ideas import Idea
from agents.decisions.text.linter.lexicon import (
    authority,
    credit,
    decept,
    expose,
    false_legal,
    fees,
    insult,
    mentions,
    pressure,
    promo,
    sensitive,
    third_party,
    threat,
    tone,
    violence,
    visit,
)
from agents.decisions.text.linter.lexicon.clean import CLEAN_EN, CLEAN_ZH

IDEAS: Final[tuple[Idea, ...]] = (
    *threat.IDEAS,
    *violence.IDEAS,
    *insult.IDEAS,
    *expose.IDEAS,
    *authority.IDEAS,
    *false_legal.IDEAS,
    *credit.IDEAS,
    *third_party.IDEAS,
    *pressure.IDEAS,
    *fees.IDEAS,
    *visit.IDEAS,
    *promo.IDEAS,
    *sensitive.IDEAS,
    *decept.IDEAS,
    *tone.IDEAS,
    *mentions.IDEAS,
)
__all__ = ["CLEAN_EN", "CLEAN_ZH", "IDEAS"]
