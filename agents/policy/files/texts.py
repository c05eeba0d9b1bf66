"""Reads the approved texts from a folder of TOML files, one for each language."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from agents.policy.toml.reading import read_toml
from schemas.policy.approvals import content_hash
from schemas.policy.texts import TextBook

SHIPPED_TEXTS: Final = Path(__file__).parents[1] / "texts"


def load_texts(folder: Path, faults: list[str]) -> dict[str, TextBook]:
    """The texts of every language in the folder. What cannot be used is left out; each reason goes to ``faults``."""
    if not list(folder.glob("*.toml")):
        faults.append(f"{folder}: there is no text in any language")
    return _load(folder, faults)


def load_notices(folder: Path, faults: list[str]) -> dict[str, TextBook]:
    """The texts that answer replies, from the folder ``notices`` below that of the texts; none where there is none."""
    return _load(folder / "notices", faults)


def _load(folder: Path, faults: list[str]) -> dict[str, TextBook]:
    books: dict[str, TextBook] = {}
    files: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        book = read_toml(path, TextBook, faults)
        if book is None:
            continue
        if book.language in books:
            faults.append(f"{path.name}: language: {book.language} stands in {files[book.language]}, too")
            continue
        books[book.language], files[book.language] = book, path.name
    faults.extend(_doubled_ids(books, files))
    return books


def _doubled_ids(books: dict[str, TextBook], files: dict[str, str]) -> Iterator[str]:
    """A message names its text by id alone, so an id belongs to one language."""
    places: dict[str, str] = {}
    for language, book in books.items():
        for text in (text for tones in book.texts.values() for text in tones.values()):
            first = places.setdefault(text.id, files[language])
            if first != files[language]:
                yield f"{files[language]}: text {text.id}: its id stands in {first}, too"


def texts_hash(book: TextBook) -> str:
    """What an approval names: 32 hexadecimal digits that change with anything in the language's texts.

    Layout, comments and the order of tables in the file do not count.
    """
    return content_hash(book.model_dump(mode="json", exclude_defaults=True))
