"""A normalised reply cut into clauses, with our own words left out and quotations marked."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from agents.replies.normalise import HAN, normalise

_OURS_WORDS_MIN: Final = 3
_OURS_HAN_MIN: Final = 6
_OUR_TEXTS_MAX: Final = 8
_OUR_CHARACTERS_MAX: Final = 1000
_SENTENCE = re.compile(r"(?<=[.?]) ")
_TOKEN = re.compile(f'[{HAN}]|[^{HAN}\\s,.?"]+')
_BEFORE_WORDS: Final = (
    r"but|because|why|although|however|just (?=(?:stop|do not)\b)"
    r"|(?<!you )please (?=(?:stop|do not|never|remove|take|quit|cease|unsubscribe|can|could|help)\b)"
    r"|(?:and|so|then|now|n) (?=(?:i|you|we|please|stop|just|do not|never|can you|if)\b)"
)
_CUT = re.compile(
    rf"[,]| (?<!is )(?<!reason )(?=(?:{_BEFORE_WORDS})\b)"
    r"|(?:(?<=yesterday)|(?<=already)|(?<=ago)) (?=and (?:will|the (?:rest|balance|other|remaining))\b)"
    r"|(?<!不)(?=但是|但我|因为|所以|可是|为什么|为啥|怎么[还又](?!款|钱|清)|如果|要是)"
)
_QUOTED = re.compile(r'"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence, and the sentence around it."""

    text: str
    sentence: str
    asks: bool
    """It ends in a question mark."""
    quoted: bool
    """It stands in quotation marks, beside words of the borrower's own."""


def clauses(spelt: str) -> Iterator[Clause]:
    """The clauses of a normalised reply, what is quoted last."""
    quotes = [quote for quote in _QUOTED.findall(spelt) if quote.strip(" ,.?")]
    own = _QUOTED.sub(" , ", spelt)
    if not own.strip(' ,.?"'):
        own, quotes = spelt.replace('"', " "), []
    yield from _cut(own, quoted=False)
    for quote in quotes:
        yield from _cut(quote, quoted=True)


def _cut(text: str, *, quoted: bool) -> Iterator[Clause]:
    for sentence in _SENTENCE.split(text):
        body = sentence.strip(' ,.?"')
        parts = [part for part in (piece.strip(' ,"') for piece in _CUT.split(body)) if part]
        for place, part in enumerate(parts):
            asks = place == len(parts) - 1 and sentence.rstrip(' ,"').endswith("?")
            yield Clause(part, body, asks, quoted)


def without_ours(normal: str, our_texts: Iterable[str]) -> str:
    """The reply less every run of words that stands in a text of ours: a keyword alone is never taken for ours."""
    for ours in list(our_texts)[:_OUR_TEXTS_MAX]:
        normal = _less(normal, [found[0] for found in _TOKEN.finditer(normalise(ours[:_OUR_CHARACTERS_MAX]))])
    return normal


def _less(normal: str, ours: list[str]) -> str:
    tokens = list(_TOKEN.finditer(normal))
    starts: dict[str, list[int]] = {}
    for place, token in enumerate(ours):
        starts.setdefault(token, []).append(place)
    kept, end, place = [], 0, 0
    while place < len(tokens):
        length = max((_run(tokens, place, ours, start) for start in starts.get(tokens[place][0], [])), default=0)
        run = [token[0] for token in tokens[place : place + length]]
        if len(run) >= (_OURS_HAN_MIN if _is_han(run) else _OURS_WORDS_MIN):
            kept.append(normal[end : tokens[place].start()] + ",")
            end = tokens[place + length - 1].end()
            place += length
        else:
            place += 1
    return ("".join(kept) + normal[end:]).strip(" ,.")


def _is_han(run: list[str]) -> bool:
    return sum("\u3400" <= token[0] <= "\u9fff" for token in run) * 2 > len(run)


def _run(tokens: list[re.Match[str]], place: int, ours: list[str], start: int) -> int:
    length = 0
    while (
        place + length < len(tokens)
        and start + length < len(ours)
        and tokens[place + length][0] == ours[start + length]
    ):
        length += 1
    return length
