"""Whether a worker has every policy version under which a partition's cycles are open."""

import logging
import re
from collections.abc import Callable, Iterable
from typing import Final

from agents.decisions import Versions

log = logging.getLogger(__name__)

MISSING: Final = "POLICY_VERSION_MISSING"
_PIN: Final = re.compile(rb'"policy":"([0-9a-f]{32})"')
"""In a stored account only an open cycle has it. Found in the bytes: decoding a million accounts takes a minute."""


def admits(versions: Versions) -> Callable[[Iterable[bytes]], str | None]:
    """Asks the stored values of a partition; the answer is why this worker must leave it alone."""

    def ask(values: Iterable[bytes]) -> str | None:
        found = (_PIN.search(value) for value in values)
        missing = versions.missing({pin[1].decode() for pin in found if pin is not None})
        if not missing:
            return None
        log.error("cycles are open under versions of the policy that this worker lacks: %s", ", ".join(missing))
        return MISSING

    return ask
