"""The suite: given the policy and its pack, these facts on these days, exactly these messages and decisions."""

import pytest

from tests.scenarios.language import Scenario, book_of
from tests.scenarios.suite import SCENARIOS


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_scenario(scenario: Scenario) -> None:
    scenario.tell(book_of(scenario.pack))
