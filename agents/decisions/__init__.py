"""The core: what a happening makes of an account, what leaves, and why. Pure; it knows no bus, no clock, no chance.

*Inputs change the ACCOUNT; by the POLICY the LADDER says what comes next; the GUARD says what speaks against it;
STEP puts it together and the RECORDER writes it down.*

Rooms import downwards only: account, time, text < policy < guard < recorder < ladder < step, with inputs beside it.
Before every send stand, in this order: controls (`guard/partition.py`); pack, recipient, role, silences, opt-out,
number, approved texts, provider (`guard/person.py`); then the amount, how fresh the ledger is, hours, caps and pace;
then the text itself (`guard/text.py`). Doubt is silence, and leaves a decision.

What is imported here is the face: other packages import it, the readings of `inputs.py`, and little else, which
`tests/house/test_face.py` lists with its reasons.
"""

from agents.decisions.guard.partition import OPEN, Gate
from agents.decisions.policy.controls import ControlState, Recall
from agents.decisions.policy.rulebook import Rulebook
from agents.decisions.policy.versions import Versions
from agents.decisions.recorder import CORE_REVISION, NOWHERE, Seen, Verdict
from agents.decisions.step import Occasion, step

__all__ = [
    "CORE_REVISION",
    "NOWHERE",
    "OPEN",
    "ControlState",
    "Gate",
    "Occasion",
    "Recall",
    "Rulebook",
    "Seen",
    "Verdict",
    "Versions",
    "step",
]
