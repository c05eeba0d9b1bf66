"""An idea of the lexicon: one thing that a text may do to its reader, with the ways to say it."""

from typing import Literal, NamedTuple

from schemas.policy.packs import Category

Severity = Literal["block", "warn"]


class Idea(NamedTuple):
    """``does`` says what such a text does; ``zh`` and ``en`` are patterns in the notation of `patterns`."""

    category: Category
    does: str
    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()
    severity: Severity = "block"
    negatable: bool = True
    """A promise not to do it is no fault, only worth a look: ``block`` becomes ``warn``."""
    third_only: bool = False
    """It matters only when the reader is not the one who owes."""
