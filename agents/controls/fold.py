"""From records of `reminder-controls` to what stands: what the engine folds them into, in every worker."""

import logging
from typing import Final

from agents.decisions.policy.controls import ControlState, follow
from schemas.controls import AnyControl
from schemas.reading import UnusableInput, read_control
from streams.transport.controls.controls import Folding, Headers

log = logging.getLogger(__name__)


def fold(
    controls: ControlState, offset: int, _key: bytes | None, value: bytes | None, _headers: Headers, _timestamp_ms: int
) -> ControlState:
    """What stands after one record; one that cannot be read closes all sends."""
    control: AnyControl | None = None
    try:
        control = read_control(value)
    except UnusableInput as fault:
        log.error("the control at offset %d cannot be read, nothing is sent until it is dismissed: %s", offset, fault)
    return follow(controls, offset, control)


CONTROLS: Final = Folding(ControlState(), fold)
