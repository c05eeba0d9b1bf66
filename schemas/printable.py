"""Text of others on a terminal or in a log: what might steer the terminal, or hide, is written out as an escape."""

import json
import logging
import re
from typing import Any, Final

HIDDEN: Final = (
    r"\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
)
"""Inside a class of a regular expression: controls, marks of direction, and what takes no place at all."""

_UNSAFE: Final = re.compile(rf"[{HIDDEN}\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]")


def printable(text: str) -> str:
    """The text on one line, with what a terminal might obey, or a reader not see, written out."""
    return _UNSAFE.sub(lambda found: ascii(found[0])[1:-1], text)


def printable_lines(text: str) -> str:
    """The same of each line of a text that has several."""
    return "\n".join(map(printable, text.split("\n")))


def printable_json(text: str) -> str:
    """One JSON document with the same content: JSON's own escapes in the place of what a terminal might obey."""
    return "\n".join(_UNSAFE.sub(lambda found: json.dumps(found[0])[1:-1], line) for line in text.split("\n"))


def to_json(value: Any, indent: int | None = None) -> str:
    """A value as JSON for a terminal, every other letter as it is."""
    return printable_json(json.dumps(value, ensure_ascii=False, indent=indent, default=str))


class PrintableRecord(logging.LogRecord):
    """A line of a log with nothing in it that steers a terminal or forges another line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.exc_info:
            # Formatters take the text that is there: messages of exceptions tell of records, too.
            self.exc_text = printable_lines(logging.Formatter().formatException(self.exc_info))

    def getMessage(self) -> str:  # noqa: N802 - logging's name
        """The text; only a line break of our own stays one."""
        text = super().getMessage()
        return printable_lines(text) if "\n" in str(self.msg) else printable(text)


def keep_printable() -> None:
    """Make every log record of this process from now on a printable one, whoever writes and formats it."""
    logging.setLogRecordFactory(PrintableRecord)
