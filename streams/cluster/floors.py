"""What stands beside a committed offset: the replay floor there, how far the changelog had come, and who set the offset
by hand, and why."""

_FLOOR = "replay-floor"
_CHANGELOG = "changelog"


def floor_text(floor_ms: int | None) -> str:
    """A replay floor as the metadata of a committed offset."""
    return "" if floor_ms is None else f"{_FLOOR}={floor_ms}"


def floor_of(metadata: str) -> int | None:
    """The replay floor in the metadata of a committed offset."""
    name, _, value = metadata.partition(";")[0].partition("=")
    return int(value) if name == _FLOOR and value.isdigit() else None


def claim_text(floor: str, changelog_end: int | None) -> str:
    """A floor's text, and the end of the changelog by then."""
    claim = "" if changelog_end is None else f"{_CHANGELOG}={changelog_end}"
    return ";".join(part for part in (floor, claim) if part)


def claim_of(metadata: str) -> int:
    """How far the changelog had come at the commit; 0 where it does not tell."""
    for part in metadata.split(";")[:2]:
        name, _, value = part.partition("=")
        if name == _CHANGELOG and value.isdigit():
            return int(value)
    return 0


def reset_text(floor_ms: int | None, by: str, reason: str) -> str:
    """The metadata of an offset that a person has set; the first commit after it leaves the floor alone."""
    return ";".join(part for part in (floor_text(floor_ms), f"reset-by={by}", f"reason={reason}") if part)
