"""The trained model as it ships: a table of weights for each intent, and from which score on it counts."""

import hashlib
import math
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from agents.policy.toml.reading import read_toml
from agents.replies.intents import Intent, Opinion
from agents.replies.model.features import BINS, bins_of
from schemas.values.file_data import FileData

SHIPPED_MODEL: Final = Path(__file__).parent
CARD: Final = "model.toml"
WEIGHTS: Final = "weights.bin"
WEIGHT_MAX: Final = 127
_HASH_DIGITS: Final = 32


class ModelFault(Exception):
    """The files of a model do not belong together; the text says why."""


class Threshold(FileData):
    """Scores of one intent; a reply's is about 1 where it surely says so, and -1 where it surely does not."""

    scale: Annotated[float, Field(gt=0)]
    """What one step of a stored weight is worth."""
    says: float
    """From here on it surely says so."""
    may_say: float
    """From here on a person should look whether it says so."""
    unlikely: float
    """Below this a rule alone is not believed."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.unlikely <= self.says >= self.may_say:
            raise ValueError("what is sure must be surer than what is unsure or unlikely")
        return self


class ModelCard(FileData):
    """What is known of a model besides its weights."""

    version: Annotated[int, Field(ge=1)]
    trained_on: tuple[str, ...]
    """The sets of labelled replies, in this order."""
    replies: Annotated[int, Field(ge=1)]
    sets_hash: str
    """Of what was learnt; see `agents.replies.model.sets`."""
    weights_hash: str
    intents: dict[Intent, Threshold]
    """In the order of their tables."""


@dataclass(frozen=True)
class ReplyModel:
    """Views of replies; a `Classifier`."""

    card: ModelCard
    weights: bytes

    @cached_property
    def name(self) -> str:
        """What stands in a fact where a rule's id would: the version, and enough of the hash to know it by."""
        return f"model-{self.card.version}-{self.hash[:8]}"

    @cached_property
    def hash(self) -> str:
        """Changes with anything on the card: the weights, the thresholds, the sets."""
        return hashlib.sha256(self.card.model_dump_json().encode()).hexdigest()[:_HASH_DIGITS]

    @cached_property
    def _tables(self) -> tuple[tuple[Intent, Threshold, Sequence[int]], ...]:
        whole = array("b", self.weights)
        return tuple(
            (intent, threshold, whole[place * BINS : (place + 1) * BINS])
            for place, (intent, threshold) in enumerate(self.card.intents.items())
        )

    def views(self, spelt: str) -> Mapping[Intent, Opinion]:
        """What a reply says, may say, and hardly says; nothing of an intent that lies between the last two."""
        bins = bins_of(spelt)
        return dict(self._seen(bins))

    def _seen(self, bins: tuple[int, ...]) -> Iterator[tuple[Intent, Opinion]]:
        length = math.sqrt(len(bins))
        for intent, threshold, table in self._tables:
            score = threshold.scale * sum(map(table.__getitem__, bins)) / length
            if score >= threshold.says:
                yield intent, Opinion.SAYS
            elif score >= threshold.may_say:
                yield intent, Opinion.MAY_SAY
            elif score < threshold.unlikely:
                yield intent, Opinion.UNLIKELY


def weights_hash(weights: bytes) -> str:
    """Stands on the card, so that a card never speaks for other weights."""
    return hashlib.sha256(weights).hexdigest()[:_HASH_DIGITS]


def load_model(folder: Path = SHIPPED_MODEL) -> ReplyModel:
    """The model of a folder. Raises ModelFault."""
    faults: list[str] = []
    card = read_toml(folder / CARD, ModelCard, faults)
    if card is None:
        raise ModelFault("\n".join(faults))
    weights = (folder / WEIGHTS).read_bytes()
    if len(weights) != BINS * len(card.intents) or weights_hash(weights) != card.weights_hash:
        raise ModelFault(f"{folder / WEIGHTS}: these are not the weights of {CARD}")
    return ReplyModel(card, weights)


@lru_cache(maxsize=1)
def shipped_model() -> ReplyModel:
    """The one that comes with the program."""
    return load_model()
