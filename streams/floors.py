"""What stands beside a committed offset: the replay floor there, and who set the offset by hand, and why."""

_FLOOR = "replay-floor"


def floor_text(floor_ms: int | None) -> str:
    """A replay floor as the metadata of a committed offset."""
    return "" if floor_ms is None else f"{_FLOOR}={floor_ms}"


def floor_of(metadata: str) -> int | None:
    """The replay floor in the metadata of a committed offset."""
    name, _, value = metadata.partition(";")[0].partition("=")
    return int(value) if name == _FLOOR and value.isdigit() else None


def reset_text(floor_ms: int | None, by: str, reason: str) -> str:
    """The metadata of an offset that a person has set; the first commit after it leaves the floor alone."""
    return ";".join(part for part in (floor_text(floor_ms), f"reset-by={by}", f"reason={reason}") if part)
