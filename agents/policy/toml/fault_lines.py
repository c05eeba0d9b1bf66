"""Faults with the line of the file that they speak of, where it can be told from their words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from agents.policy.toml.places import TomlPlace, line_of, lines_of

_SYNTAX: Final = re.compile(r"\((?:at )?line (\d+)(?:, column \d+)?\)")
_FILE: Final = re.compile(r"^([^:]+\.toml): (.+)$", re.DOTALL)
_PLACE: Final = re.compile(r"^([A-Za-z_][\w.-]*)(?: \([^)]*\))?: ")
_TEXT: Final = re.compile(r"^([\w-]+): ([\w.-]+) \(([\w.-]+)\): ")
_BOOK: Final = re.compile(r"; (?=(?:text|phrase|salutation) [\w.-]+(?:: | is )|(?:signature|amount|date)[\w.]*: )")
"""Between the faults of a file of texts, which its model tells together."""
_QUOTED: Final = (
    (re.compile(r"^text ([\w-]+)\.([\w-]+): the id ([\w-]+) "), r"\[texts\.{0}\.{1}\]"),
    (re.compile(r"^text ([\w-]+): its tone"), r"\[texts\.{0}\."),
    (re.compile(r"^text ([\w-]+): "), r"""id\s*=\s*["']{0}["']"""),
    (re.compile(r"^phrase ([\w-]+): "), r"{0}\s*="),
    (re.compile(r"^([\w-]+) is a rule of "), r"""id\s*=\s*["']{0}["']"""),
    (re.compile(r"^tone ([\w-]+): "), r"""(?:.*[{{,]\s*)?tone\s*=\s*["']{0}["']"""),
    (re.compile(r"^one person under two names: .* and '(.*)'$"), r"""by\s*=\s*["']{0}["']"""),
)
"""Words of a fault, and how the line begins that they speak of."""
_NAMED: Final = re.compile(r"\b(ladder|stage|segment|experiment|arm) ([A-Za-z][\w.-]*)")


class Located(NamedTuple):
    """One fault."""

    file: str | None
    line: int | None
    reason: str

    def __str__(self) -> str:
        """As compilers write it: ``file:line: reason``."""
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        return f"{place}: {self.reason}" if place else self.reason


def separate(fault: str) -> list[str]:
    """One fault each: those of a file of texts come as one, separated by semicolons."""
    named = _FILE.match(fault)
    return [fault] if named is None else [f"{named[1]}: {reason}" for reason in _BOOK.split(named[2])]


def locate(fault: str, files: Mapping[str, Sequence[str]]) -> Located:
    """A fault that may begin with its file's name, ``name.toml: place: reason``, with its line.

    ``files`` holds what every file of a name says. Of several with one name no line is told: it could be another's.
    """
    named = _FILE.match(fault)
    if named is None:
        return Located(None, None, fault)
    file, reason = named[1], named[2]
    syntax = _SYNTAX.search(reason)
    if syntax is not None:
        return Located(file, int(syntax[1]), reason)
    text = _TEXT.match(reason)
    if text is not None and len(files.get(f"{text[1]}.toml", ())) == 1:
        file = f"{text[1]}.toml"
    contents = files.get(file, ())
    line = _line(contents[0], reason) if len(contents) == 1 else None
    return Located(file, line, reason)


def _line(content: str, reason: str) -> int | None:
    places = lines_of(content)
    for wanted in _wanted(content, places, reason):
        line = line_of(places, wanted)
        if line is not None:
            return line
    return _quoted(content, reason)


def _quoted(content: str, reason: str) -> int | None:
    for words, begins in _QUOTED:
        said = words.match(reason)
        if said is not None:
            line = re.compile(r"\s*" + begins.format(*map(re.escape, said.groups())))
            return next((n for n, written in enumerate(content.splitlines(), 1) if line.match(written)), None)
    return None


def _wanted(content: str, places: dict[TomlPlace, int], reason: str) -> Iterator[TomlPlace]:
    """Places that the reason may mean, the likeliest first."""
    text = _TEXT.match(reason)
    if text is not None:
        yield ("texts", text[2], text[3])
    place = _PLACE.match(reason)
    if place is not None:
        yield tuple(int(step) if step.isdigit() else step for step in place[1].split("."))
    names = dict(_NAMED.findall(reason))
    if names:
        yield from _by_code(content, places, names)


def _by_code(content: str, places: dict[TomlPlace, int], names: Mapping[str, str]) -> Iterator[TomlPlace]:
    """The table that has the code: of a stage in a ladder, where one is named."""
    lines = content.splitlines()
    table = {"stage": ("ladders", names["ladder"]) if "ladder" in names else ("stages",)}
    table |= {"segment": ("segments",), "experiment": ("experiments",)}
    for kind, where in table.items():
        if kind not in names:
            continue
        code = re.compile(rf"""\bcode\s*=\s*["']{re.escape(names[kind])}["']""")
        for place, line in places.items():
            if place[: len(where)] == where and code.search(lines[line - 1]):
                yield place
    if "stage" not in names and "ladder" in names:
        yield ("ladders", names["ladder"])
