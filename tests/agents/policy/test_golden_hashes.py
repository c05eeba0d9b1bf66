"""What ships keeps its hashes: an upgrade alone silences nobody and changes nobody's rules.

The hash of a pack or of texts is what two people approved: with another one nothing is sent until they approve again.
The hash of a policy is what an activation names: with another one no worker finds the active version and nothing is
sent. The pin is what an open cycle remembers: with another one it is finished under a policy it did not begin with.
So a line changes only where the content of a file has changed, never by a change of the code.
"""

from tests.agents.policy.golden_hashes import GOLDEN, lines


def test_everything_that_ships_has_the_hash_that_it_had() -> None:
    assert list(lines()) == GOLDEN.read_text(encoding="utf-8").splitlines()
