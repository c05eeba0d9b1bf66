"""How long one reply takes, by the rules alone and with the model: ``python -m benchmarks.replies``."""

import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from agents.replies.intents import Classifier, NoClassifier
from agents.replies.model.scoring import shipped_model
from agents.replies.model.sets import read_set, spelt_of
from agents.replies.rule_files import shipped_rules
from agents.replies.understanding import understand

SETS = Path(__file__).parents[1] / "tests/agents/replies"
NOW = datetime(2031, 3, 5, 2, tzinfo=UTC)


def main() -> None:
    """Every reply of the seventh set once, in milliseconds of the processor."""
    texts = [reply.text for reply in read_set(SETS / "seventh_hand.tsv")]
    spelt = [spelt_of(text, shipped_rules()) for text in texts]
    model = shipped_model()
    model.views(spelt[0])
    _show("model alone", [_took(lambda one=one: model.views(one)) for one in spelt])
    readers: dict[str, Classifier] = {"rules alone": NoClassifier(), "rules and model": model}
    for name, reader in readers.items():
        _show(name, [_took(lambda one=one, by=reader: understand(one, NOW, "UTC", classifier=by)) for one in texts])


def _took(work: object) -> float:
    assert callable(work)
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def _show(name: str, took: list[float]) -> None:
    print(f"{name:16} median {median(took):6.2f} ms, p99 {sorted(took)[len(took) * 99 // 100]:6.2f} ms")


if __name__ == "__main__":
    main()
