"""English words in disguise: ``p0lice``, ``j*il``, ``p.o.l.i.c.e``, ``po-lice``, ``arrrest``.

A word is only written out when the result is one that the patterns know, so that product names and numbers stay as
they are.
"""

import re
from functools import lru_cache
from typing import Final

_SUSPECT = re.compile(r"[-|!_./+#\\0-9@$*](?:(?=[A-Za-z])(?<=[A-Za-z].)|(?<=[0-9@$*])(?:(?=[A-Za-z])|(?<=[A-Za-z].)))")
_SPELLED = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9](?:[-*_. |/~+]{1,3}[A-Za-z0-9@$]){1,40}(?![A-Za-z0-9])")
_SPACED = re.compile(r"[A-Za-z] [A-Za-z] [A-Za-z]\b")
_MIXED = re.compile(r"[A-Za-z0-9@$!|*_./+#\\-]{2,40}")
_REPEATED = re.compile(r"([A-Za-z])\1\1")
_WORD = re.compile("[A-Za-z]{3,}")
_RUN = re.compile(r"([a-z])\1+")
_INNER = re.compile(r"[-_./+#\\|*]")
_LEET: Final = (
    str.maketrans("0134578@$!|", "oieastbasil"),
    str.maketrans("0134578@$!|", "oleastbasli"),
)
_WORD_MAX: Final = 24


@lru_cache(maxsize=2)
def _starred(vocabulary: frozenset[str]) -> dict[str, str]:
    """Each word with one or two neighbouring letters hidden behind stars."""
    return {
        word[:at] + "*" * hidden + word[at + hidden :]: word
        for word in sorted(vocabulary)
        if len(word) > 3
        for hidden in (1, 2)
        for at in range(1, len(word) - hidden + 1)
    }


def may_hide_words(text: str) -> bool:
    """Whether letters stand beside digits or marks, or apart, as they do in a word in disguise."""
    return _SUSPECT.search(text) is not None or _SPACED.search(text) is not None


def undisguise(text: str, vocabulary: frozenset[str]) -> str:
    """The text with such words written out; everything else unchanged."""
    if may_hide_words(text):
        text = _SPELLED.sub(lambda found: _spelled(found.group(), vocabulary), text)
        text = _MIXED.sub(lambda found: _mixed(found.group(), vocabulary), text)
    if _REPEATED.search(text):
        text = _WORD.sub(lambda found: _stretched(found.group(), vocabulary), text)
    return text


def _spelled(run: str, vocabulary: frozenset[str]) -> str:
    """Letters with something between them: one word, or several without a border."""
    letters = re.sub("[^a-z0-9@$]", "", run.lower()).translate(_LEET[0])
    best: list[tuple[int, tuple[str, ...]]] = [(0, ())]
    for end in range(1, len(letters) + 1):
        score, words = best[-1]
        options = [(score, (*words, letters[end - 1]))]
        for start in range(max(0, end - _WORD_MAX), end - 1):
            if (word := letters[start:end]) in vocabulary:
                score, words = best[start]
                options.append((score + len(word) ** 2, (*words, word)))
        best.append(max(options))
    score, words = best[-1]
    return " ".join(words) if score else run


def _mixed(token: str, vocabulary: frozenset[str]) -> str:
    """Digits and signs in the place of letters."""
    core = token.rstrip("!.")
    lower = core.lower()
    if lower in vocabulary or lower.isalpha() or not any(map(str.isalpha, lower)):
        return token
    for candidate in (lower.translate(_LEET[0]), lower.translate(_LEET[1]), _INNER.sub("", lower)):
        if candidate in vocabulary:
            return candidate + token[len(core) :]
    return _starred(vocabulary).get(lower, core) + token[len(core) :] if "*" in lower else token


def _stretched(word: str, vocabulary: frozenset[str]) -> str:
    """Letters held down."""
    if _REPEATED.search(word) is None:
        return word
    lower = word.lower()
    for candidate in (_RUN.sub(r"\1", lower), _RUN.sub(r"\1\1", lower)):
        if candidate in vocabulary:
            return candidate
    return word
