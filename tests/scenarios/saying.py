"""Other words: the example book with a notice and one stage left, and what start and guard say of their texts."""

from typing import Any, Final

from agents.decisions.policy.rulebook import Book
from agents.policy.checks import faults
from schemas.policy.texts import TextBook
from tests.scenarios.language import Tale, in_america, in_china, with_policy

CHINESE: Final = "zh-Hans"
NAMES: Final = ("pre_due", "friendly", "returned")


def language_of(book: Book) -> str:
    """The language of the scenarios under this book's pack."""
    return CHINESE if CHINESE in book.texts else "en"


def friendly(book: Book) -> str:
    """The body of the first text, as it ships."""
    return book.texts[language_of(book)].texts["friendly"]["neutral"].body


def worded(book: Book, body: str, **frame: Any) -> Book:
    """The book whose every text has this body; ``frame`` are other values of the texts of its language."""
    language = language_of(book)
    shipped = book.texts[language]
    texts = {name: {"neutral": {"id": f"scenario-{name}", "body": body}} for name in NAMES}
    said = TextBook.model_validate({**shipped.model_dump(), "amount_by_currency": {}, "texts": texts, **frame})
    two = [stage.model_dump() for stage in book.policy.stages if stage.text in NAMES]
    reworded = book._replace(texts={language: said}, approved_texts=frozenset({language}))
    return with_policy(reworded, languages={language: language}, stages=tuple(two))


def saying(book: Book, sentence: str) -> Book:
    """The book whose every text ends with this sentence."""
    space = "" if language_of(book) == CHINESE else " "
    return worded(book, f"{friendly(book)}{space}{sentence}")


def at_start(book: Book) -> set[str]:
    """What is wrong with its texts when a worker starts, such as ``TEXT_THREAT (CN-TEXT-THREAT)``."""
    return {fault.rpartition(": ")[2] for fault in faults(book)}


def at_fault(book: Book, reason: str) -> set[str]:
    """The texts of which that is said at start, by name."""
    return {fault.split(": ")[1].partition(" ")[0] for fault in faults(book) if fault.endswith(f": {reason}")}


def at_home(book: Book, **person: Any) -> Tale:
    """The person of the book's own country."""
    return (in_china if language_of(book) == CHINESE else in_america)(book, **person)


def refuses(book: Book, code: str, rule: str, **person: Any) -> None:
    """The guard keeps the text back, and says by which rule."""
    tale = at_home(book, **person).tick_until("2026-03-06 23:00").silent()
    assert [reason.partition(" blocked ")[2] for reason in tale.reasons()] == [f"{code} FRIENDLY by {rule}"]


def lets_pass(book: Book, *warnings: str, **person: Any) -> None:
    """The text leaves, and these rules warn of it."""
    tale = at_home(book, **person).tick_until("2026-03-06 23:00")
    assert [message.stage for message in tale.reminders] == ["FRIENDLY"], tale.reasons()
    assert tale.decisions[-1].warnings == warnings
