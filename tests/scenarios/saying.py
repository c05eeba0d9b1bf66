"""Other words: the example book with a notice and one stage left, and what start and guard say of their texts."""

from typing import Any, Final

from agents.decisions.policy.rulebook import Rulebook
from agents.policy.files.checks import faults
from schemas.policy.texts import TextBook
from tests.scenarios.language import Tale, in_america, in_china, with_policy

CHINESE: Final = "zh-Hans"
NAMES: Final = ("pre_due", "friendly", "returned")


def language_of(rulebook: Rulebook) -> str:
    """The language of the scenarios under this book's pack."""
    return CHINESE if CHINESE in rulebook.texts else "en"


def friendly(rulebook: Rulebook) -> str:
    """The body of the first text, as it ships."""
    return rulebook.texts[language_of(rulebook)].texts["friendly"]["neutral"].body


def worded(rulebook: Rulebook, body: str, **frame: Any) -> Rulebook:
    """The book whose every text has this body; ``frame`` are other values of the texts of its language."""
    language = language_of(rulebook)
    shipped = rulebook.texts[language]
    texts = {name: {"neutral": {"id": f"scenario-{name}", "body": body}} for name in NAMES}
    said = TextBook.model_validate({**shipped.model_dump(), "amount_by_currency": {}, "texts": texts, **frame})
    two = [stage.model_dump() for stage in rulebook.policy.stages if stage.text in NAMES]
    reworded = rulebook._replace(texts={language: said}, approved_texts=frozenset({language}))
    return with_policy(reworded, languages={language: language}, stages=tuple(two))


def saying(rulebook: Rulebook, sentence: str) -> Rulebook:
    """The book whose every text ends with this sentence."""
    space = "" if language_of(rulebook) == CHINESE else " "
    return worded(rulebook, f"{friendly(rulebook)}{space}{sentence}")


def at_start(rulebook: Rulebook) -> set[str]:
    """What is wrong with its texts when a worker starts, such as ``TEXT_THREAT (CN-TEXT-THREAT)``."""
    return {fault.rpartition(": ")[2] for fault in faults(rulebook)}


def at_fault(rulebook: Rulebook, reason: str) -> set[str]:
    """The texts of which that is said at start, by name."""
    return {fault.split(": ")[1].partition(" ")[0] for fault in faults(rulebook) if fault.endswith(f": {reason}")}


def at_home(rulebook: Rulebook, **person: Any) -> Tale:
    """The person of the book's own country."""
    return (in_china if language_of(rulebook) == CHINESE else in_america)(rulebook, **person)


def refuses(rulebook: Rulebook, code: str, rule: str, **person: Any) -> None:
    """The guard keeps the text back, and says by which rule."""
    tale = at_home(rulebook, **person).tick_until("2026-03-06 23:00").silent()
    assert [reason.partition(" blocked ")[2] for reason in tale.reasons()] == [f"{code} FRIENDLY by {rule}"]


def lets_pass(rulebook: Rulebook, *warnings: str, **person: Any) -> None:
    """The text leaves, and these rules warn of it."""
    tale = at_home(rulebook, **person).tick_until("2026-03-06 23:00")
    assert [message.stage for message in tale.reminders] == ["FRIENDLY"], tale.reasons()
    assert tale.decisions[-1].warnings == warnings
