"""Our own faults and refusals. Each of them stops the worker before anything commits; bad input never raises them."""


class EngineError(Exception):
    """Root of everything the engine raises by itself."""


class InvariantBroken(EngineError):
    """The program contradicts itself; going on could send something wrong."""


class RightMissing(EngineError):
    """The cluster refuses us; the message names the right that is missing and on what."""


class StartRefused(EngineError):
    """The topics or offsets are not what the worker may start from; the message says what to repair."""
