"""Where in a TOML file something stands, as well as that can be told without a parser that keeps places.

A best effort: tables, keys and the lines of arrays over several lines are known; what stands inside a line is not.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

TomlPlace = tuple[str | int, ...]
"""Names of tables and keys, and numbers in arrays, from the file's top."""

_HEADER: Final = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY: Final = re.compile(r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=\s*(.*)$""")
_STEP: Final = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_QUOTES: Final = ('"""', "'''")


def lines_of(text: str) -> dict[TomlPlace, int]:
    """Each table, key and array element that begins on a line of its own, with the number of that line, from 1 on."""
    places: dict[TomlPlace, int] = {}
    for place, number in _places(text):
        places.setdefault(place, number)
    return places


def line_of(places: dict[TomlPlace, int], wanted: Sequence[str | int]) -> int | None:
    """The line of a place, or of the innermost thing around it that has one; None when nothing of it is there.

    Steps that the file does not have are passed over: pydantic names members of unions between those that it has.
    """
    first: dict[TomlPlace, int] = {}
    for place, line in places.items():
        for end in range(1, len(place) + 1):
            first[place[:end]] = min(line, first.get(place[:end], line))
    reached: TomlPlace = ()
    for step in wanted:
        if (*reached, step) in first:
            reached = (*reached, step)
    return first.get(reached)


def _places(text: str) -> Iterator[tuple[TomlPlace, int]]:
    table: TomlPlace = ()
    counts: dict[TomlPlace, int] = {}
    inside: TomlPlace | None = None
    quote = ""
    element = 0
    for number, line in enumerate(text.splitlines(), 1):
        if quote:
            quote = "" if quote in line else quote
            continue
        header, key = _HEADER.match(line), _KEY.match(line)
        if inside is not None:
            stripped = line.strip()
            if stripped.startswith("]"):
                inside = None
            elif stripped and not stripped.startswith("#"):
                yield (*inside, element), number
                element += 1
        elif header is not None:
            table = _table(_steps(header[2]), counts, is_array=header[1] == "[[")
            yield table, number
        elif key is not None:
            place = (*table, *_steps(key[1]))
            yield place, number
            quote = next((mark for mark in _QUOTES if line.count(mark) == 1), "")
            if key[2].partition("#")[0].strip() == "[":
                inside, element = place, 0


def _steps(dotted: str) -> TomlPlace:
    return tuple(step.strip("\"'") for step in _STEP.findall(dotted))


def _table(steps: TomlPlace, counts: dict[TomlPlace, int], *, is_array: bool) -> TomlPlace:
    """A header's table; the last one of each array of tables on the way is meant."""
    place: TomlPlace = ()
    for step in steps[:-1]:
        place = (*place, step)
        if place in counts:
            place = (*place, counts[place] - 1)
    place = (*place, steps[-1])
    if not is_array:
        return place
    counts[place] = counts.get(place, 0) + 1
    return (*place, counts[place] - 1)
