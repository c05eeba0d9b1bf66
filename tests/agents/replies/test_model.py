"""The model beside the rules: what it adds, what it doubts, what it never touches, and that it belongs to its sets."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from agents.replies.following import Consequence, follows
from agents.replies.intents import RULES_ONLY, Intent, NamedDay, NoClassifier, Opinion, Sureness
from agents.replies.model.features import BINS, bins_of
from agents.replies.model.learning import exceeded_by, fitted, lowest_with, score
from agents.replies.model.scoring import CARD, SHIPPED_MODEL, WEIGHTS, ModelFault, load_model, shipped_model
from agents.replies.model.training import SETS, hash_of, lessons, train
from agents.replies.rule_files import shipped_rules
from agents.replies.understanding import read_by, understand
from tests.agents.replies.labelled import HERE, NOW, ZONE

NOTHING = "zxqv kjwp"
"""No rule speaks of it."""


class Thinks:
    """Has one opinion of every intent."""

    name = "model-0"
    hash = "0"

    def __init__(self, opinion: Opinion) -> None:
        self._opinion = opinion

    def views(self, spelt: str) -> Mapping[Intent, Opinion]:
        return dict.fromkeys(Intent, self._opinion)


def test_what_it_surely_sees_is_added_and_stop_is_for_a_person() -> None:
    found = {one.intent: one for one in understand(NOTHING, NOW, ZONE, classifier=Thinks(Opinion.SAYS)).findings}
    assert set(found) == set(Intent)
    unsure = {intent for intent, one in found.items() if one.sureness is Sureness.UNSURE}
    assert unsure == {Intent.STOP, Intent.PROMISE}, "a promise without a day is never sure"
    assert {one.rule for one in found.values()} == {"model-0"}


def test_what_it_may_see_is_for_a_person() -> None:
    understood = understand(NOTHING, NOW, ZONE, classifier=Thinks(Opinion.MAY_SAY))
    assert understood.abstained
    consequences = {one.consequence for one in follows(understood)}
    assert consequences == {Consequence.PERSON, Consequence.HOLD_VULNERABLE}, "who may be in danger is held at once"


@pytest.mark.parametrize("opinion", list(Opinion))
@pytest.mark.parametrize("text", ["STOP", "please stop texting me", "打错了，我不是张三", "我不想活了"])
def test_nothing_of_what_only_rules_may_say_is_taken_back(text: str, opinion: Opinion) -> None:
    plain, helped = (understand(text, NOW, ZONE, classifier=one) for one in (NoClassifier(), Thinks(opinion)))
    assert {one for one in plain.findings if one.intent in RULES_ONLY} <= set(helped.findings)


@pytest.mark.parametrize("text", ["我已经还了", "没钱", "I owe you nothing", "明天还"])
def test_a_rule_alone_is_doubted_where_it_is_unlikely(text: str) -> None:
    assert not understand(text, NOW, ZONE, classifier=NoClassifier()).abstained
    doubted = understand(text, NOW, ZONE, classifier=Thinks(Opinion.UNLIKELY))
    assert doubted.abstained
    assert "the model finds it unlikely" in doubted.look_at[0]


def test_an_unsure_rule_is_not_made_sure() -> None:
    text = "did i pay already?"
    plain, helped = (understand(text, NOW, ZONE, classifier=one) for one in (NoClassifier(), Thinks(Opinion.SAYS)))
    assert not plain.sure(Intent.PAID)
    assert set(plain.findings) <= set(helped.findings)


def test_a_promise_that_only_the_model_sees_has_its_day() -> None:
    found = understand("zxqv tomorrow", NOW, ZONE, classifier=Thinks(Opinion.SAYS)).findings
    (promise,) = [one for one in found if one.intent is Intent.PROMISE]
    assert promise.day == NamedDay(NOW.date().replace(day=12))


def test_it_was_trained_on_the_sets_that_are_here() -> None:
    card = shipped_model().card
    assert card.trained_on == SETS, "train anew: python -m agents.replies.model.training tests/agents/replies"
    assert card.sets_hash == hash_of(lessons(HERE)), (
        "train anew, the labelled replies or the spellings have changed: "
        "python -m agents.replies.model.training tests/agents/replies"
    )
    assert {path.name for path in HERE.glob("*.tsv")} == set(SETS)


def test_it_says_stop_surely_of_nothing_and_is_small() -> None:
    model = shipped_model()
    assert not [one for one in lessons(HERE, SETS[:2]) if model.views(one.spelt).get(Intent.STOP) is Opinion.SAYS]
    assert len(model.weights) < 600_000


def test_the_same_sets_give_the_same_files(tmp_path: Path) -> None:
    learnt = lessons(HERE, SETS[4:6])
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        train(learnt, SETS[4:6], tmp_path / name)
    for file in (CARD, WEIGHTS):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    assert load_model(tmp_path / "one").hash == load_model(tmp_path / "two").hash != shipped_model().hash


def test_weights_of_another_model_are_refused(tmp_path: Path) -> None:
    model = shipped_model()
    (tmp_path / CARD).write_bytes((SHIPPED_MODEL / CARD).read_bytes())
    (tmp_path / WEIGHTS).write_bytes(bytes(len(model.weights)))
    with pytest.raises(ModelFault, match="not the weights"):
        load_model(tmp_path)
    (tmp_path / CARD).write_text("version = 0")
    with pytest.raises(ModelFault, match="version"):
        load_model(tmp_path)


def test_an_approval_names_rules_and_model() -> None:
    lines = list(read_by(shipped_rules(), shipped_model()))
    assert [line.split()[0] for line in lines] == ["en", "zh", shipped_model().name]
    assert shipped_model().hash in lines[-1]
    assert list(read_by(shipped_rules(), NoClassifier()))[-1] == "no-model"


def test_a_line_is_learnt() -> None:
    said = [bins_of(text) for text in ("i paid it", "we paid you", "paid")]
    unsaid = [bins_of(text) for text in ("who is this", "no money", "wrong number")]
    weights = fitted([*said, *unsaid], [True] * 3 + [False] * 3)
    assert all(score(weights, one) > 0.5 for one in said)
    assert all(score(weights, one) < -0.5 for one in unsaid)
    assert score(weights, bins_of("it was paid")) > 0
    assert all(0 <= number < BINS for one in said for number in one)
    assert bins_of("")


def test_thresholds() -> None:
    scored = [(0.9, True), (0.8, True), (0.5, False), (0.4, True), (0.1, False)]
    assert lowest_with(scored, 1.0) == 0.8
    assert lowest_with(scored, 0.75) == 0.4
    assert exceeded_by(scored, 0.6) == 0.8
