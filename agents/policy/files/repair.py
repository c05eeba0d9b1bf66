"""Makes a faulty policy whole enough that the rest of it can be checked, so that all faults are told at once.

What is faulty is left out, or stands in for itself under a name that no file has. A fault that speaks of what was left
out is none of the file's: it is not told.
"""

import re
from copy import deepcopy
from datetime import date
from typing import Any, Final

from pydantic import ValidationError

from agents.policy.toml.reading import fault_lines
from schemas.policy.policies import Policy

ROUNDS_MAX: Final = 32
STAND_IN: Final = "X-unreadable"

_NEEDED: Final[dict[str, Any]] = {
    "id": STAND_IN,
    "version": STAND_IN,
    "pack": STAND_IN,
    "lender": {"name": "XX", "service_number": "00000", "zone": "UTC"},
    "hours": {"start": "00:00", "end": "24:00"},
    "name": "XX",
    "service_number": "00000",
    "zone": "UTC",
    "start": "00:00",
    "end": "24:00",
    "text": STAND_IN,
    "offer": STAND_IN,
    "ladder": STAND_IN,
    "first_day": date(2000, 1, 1),
    "last_day": date(2199, 1, 1),
    "complaints_per_1000": 1.0,
    "opt_outs_per_1000": 1.0,
    "stop": {"complaints_per_1000": 1.0, "opt_outs_per_1000": 1.0},
    "messages_per_second": 1,
    "share": 1,
    "delay_days": 1,
}
"""What stands in for a value that must be there and cannot be read."""

Step = int | str


class Repair:
    """A policy's data, mended step by step; ``faults`` are those of the file as it was."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._data = deepcopy(data)
        self._made = 0
        self._mended: set[str] = set()
        self._stages: set[str] = set()
        self.faults: list[str] = []
        self.lost: set[str] = {STAND_IN}
        """Names of what was left out."""

    def policy(self) -> Policy | None:
        """The policy as far as it goes; None where nothing of it can be used."""
        for _ in range(ROUNDS_MAX):
            try:
                return Policy.model_validate(self._data)
            except ValidationError as error:
                before = deepcopy(self._data)
                self.faults += [line for line in fault_lines(error, self._data, Policy) if self._is_own(line)]
                for fault in error.errors(include_url=False, include_context=False, include_input=False):
                    if fault["type"] != "extra_forbidden":
                        self._remember(fault["loc"])
                    self._mend(fault["loc"], fault["type"])
                if before == self._data:
                    return None
        return None

    def _is_own(self, line: str) -> bool:
        place, _, reason = line.partition(": ")
        if place.partition(" ")[0] in self._mended or (not reason and self._mended & {"hours", "sending"}):
            return False
        # A stage that was mended has days that nobody wrote.
        stands = "must rise" in reason and any(f" {code}" in reason.replace(":", " ") for code in self._stages)
        return line not in self.faults and not stands and not any(name in line for name in self.lost)

    def _remember(self, loc: tuple[Step, ...]) -> None:
        """The things around a place that was mended do not fit each other any more, or not by the file's fault."""
        for end in range(1, len(loc)):
            around = self._at(loc[:end])
            if isinstance(around, dict) and "text" in around:
                self._stages.add(str(around.get("code")))
            if loc[0] != "ladders" or end > 2:
                self._mended.add(".".join(map(str, loc[:end])))
        if loc:
            self._mended.discard("stages")

    def is_own(self, line: str) -> bool:
        """Whether a fault found later is one of the file's, and no consequence of what was left out."""
        return STAND_IN not in line and self.lost.isdisjoint(re.findall(r"[\w.-]+", line))

    def _mend(self, loc: tuple[Step, ...], kind: str) -> None:
        if not loc:
            self._data.update(hours={"start": "00:00", "end": "24:00"})
            self._data.pop("sending", None)
            return
        parent = self._at(loc[:-1])
        key = loc[-1]
        if isinstance(parent, dict) and key not in _NEEDED and key != "code" and self._mend_whole(parent, key):
            return
        if isinstance(parent, dict) and isinstance(key, str):
            if key == "code":
                self._rename(parent)
            elif kind != "extra_forbidden" and key in _NEEDED and not self._may_go(loc):
                parent[key] = deepcopy(_NEEDED[key])
            elif key in parent:
                self.lost |= {key} if loc[:-1] in {("offers",), ("ladders",)} else set()
                del parent[key]
        elif isinstance(parent, list) and isinstance(key, int) and key < len(parent):
            self._mend_item(parent, key)
        elif len(loc) > 1:
            self._mend(loc[:-1], kind)

    def _may_go(self, loc: tuple[Step, ...]) -> bool:
        """Whether the policy can do without it: a stage's text cannot go, the one of a returned payment can."""
        return loc[0] in {"returned", "gateway", "replies", "sending", "plans", "promises"}

    def _mend_whole(self, parent: dict[str, Any], key: Step) -> bool:
        """A ladder whose stages do not fit each other: each alone is right."""
        value = parent.get(str(key))
        if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
            return False
        if not all("text" in item for item in value):
            return False
        seen: set[Any] = set()
        early = False
        for place, item in enumerate(value):
            if item.get("code") in seen:
                self._rename(item)
            seen.add(item.get("code"))
            if item.get("kind") == "pre_due" and early:
                item.pop("kind")
            early = early or item.get("kind") == "pre_due"
            _loosen(item, place)
        return True

    def _rename(self, item: dict[str, Any]) -> None:
        self._made += 1
        item["code"] = f"{STAND_IN}{self._made}"
        self.lost.add(item["code"])

    def _mend_item(self, items: list[Any], place: int) -> None:
        item = items[place]
        if not isinstance(item, dict):
            items[place] = None
            items[:] = [kept for kept in items if kept is not None]
        elif "arms" in item:
            self._mend_experiment(item)
        elif "text" in item:
            self._stages.add(str(item.get("code")))
            _loosen(item, place)
        else:
            self.lost |= {str(item["code"])} if "code" in item else set()
            del items[place]

    def _mend_experiment(self, item: dict[str, Any]) -> None:
        item["first_day"], item["last_day"] = date(2000, 1, 1), date(2199, 1, 1)
        arms = item["arms"]
        codes: set[Any] = set()
        for arm in arms:
            if arm.get("code") in codes:
                self._rename(arm)
            codes.add(arm.get("code"))
            arm["share"] = 1
        arms[0]["share"] = 101 - len(arms)

    def _at(self, loc: tuple[Step, ...]) -> Any:
        value: Any = self._data
        for step in loc:
            try:
                value = value[step]
            except (LookupError, TypeError):
                return None
        return value


def _loosen(item: dict[str, Any], place: int) -> None:
    """A stage with its code, text and offer, and nothing of its days."""
    item.pop("dpd_from", None)
    item.pop("dpd_to", None)
    if "offer" not in item:
        item.pop("offer_text", None)
    item["delay_days"] = -1 if item.get("kind") == "pre_due" else place + 1
