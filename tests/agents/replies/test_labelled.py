"""The rules on labelled replies: what they must find, and what they must never say."""

import pytest

from agents.replies.following import Consequence, follows
from agents.replies.intents import Intent
from agents.replies.model.training import SETS
from agents.replies.understanding import understand
from tests.agents.replies.labelled import NOW, ZONE, HitFigures, judged, read

ABSTAINED_MAX = 0.3
SURELY_FOUND = (Intent.WRONG_PERSON, Intent.SELF_HARM)
WITH_A_CONSEQUENCE = (Intent.PAID, Intent.PROMISE, Intent.DISPUTE, Intent.HARDSHIP)


@pytest.fixture(scope="module", params=SETS)
def figures(request: pytest.FixtureRequest) -> HitFigures:
    return judged(read(request.param))


def test_there_are_enough() -> None:
    assert sum(len(read(name)) for name in SETS) >= 3_200


def test_every_clear_wish_is_a_stop(figures: HitFigures) -> None:
    assert figures.recall(Intent.STOP) == 1, "\n".join(figures.notes)


@pytest.mark.parametrize("name", SETS)
def test_nobody_else_is_silenced_and_each_doubt_reaches_a_person(name: str) -> None:
    for reply in read(name):
        understood = understand(reply.text, NOW, ZONE)
        if Intent.STOP in reply.says:
            continue
        assert not understood.sure(Intent.STOP), reply.text
        if Intent.STOP in reply.may_say:
            assert Consequence.PERSON in {one.consequence for one in follows(understood)}, reply.text


def test_the_wrong_person_and_those_in_danger_are_found(figures: HitFigures) -> None:
    assert all(figures.recall(intent) >= 0.95 for intent in SURELY_FOUND), "\n".join(figures.lines())


def test_what_has_a_consequence_is_rarely_wrong_and_mostly_found(figures: HitFigures) -> None:
    assert all(figures.precision(intent) >= 0.95 for intent in WITH_A_CONSEQUENCE), "\n".join(figures.notes)
    assert all(figures.recall(intent) >= 0.7 for intent in WITH_A_CONSEQUENCE), "\n".join(figures.lines())


def test_few_are_left_to_a_person_whole(figures: HitFigures) -> None:
    assert figures.abstained <= ABSTAINED_MAX * figures.with_intent
