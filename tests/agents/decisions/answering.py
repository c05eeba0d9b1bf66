"""The shipped policy, answering replies."""

from typing import Any

from agents.decisions import Rulebook
from agents.policy.files.texts import SHIPPED_TEXTS, load_notices
from tests.agents.decisions.story import BOOK


def answering(**changes: Any) -> Rulebook:
    """The shipped policy that answers what it may."""
    books = load_notices(SHIPPED_TEXTS, [])
    notices = {language: books[book.language] for language, book in BOOK.texts.items()}
    asked = BOOK.policy.model_copy(
        update={"notices": BOOK.policy.notices.model_copy(update={"stop": True, "promise": True})}
    )
    return BOOK._replace(policy=asked, notices=notices, approved_notices=frozenset(notices))._replace(**changes)
