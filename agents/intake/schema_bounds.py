"""What a schema may ask of us before the first byte is decoded: so much depth, and values only for bytes.

fastavro follows a schema in C: a record that contains itself overruns the stack and ends the process, and an array
whose items take no bytes is as long as ten bytes say. Both are faults of the schema, so the schema is refused.
"""

from typing import Any, Final, NamedTuple

from schemas.reading import Reason, UnusableInput

DEPTH_MAX: Final = 64
"""Types within types. The deepest messages of banks have about twenty."""
FREE_VALUES_MAX: Final = 10_000
"""Values of one record that take no bytes: nulls, empty records, records themselves."""
FREE_VALUES_A_BYTE: Final = 16
"""The same within an array, a map or a union, whose bytes decide how often they come."""

_NO_BYTES: Final = {"null"}
_SOME_BYTES: Final = {"boolean", "int", "long", "float", "double", "bytes", "string"}


class _Cost(NamedTuple):
    """The fewest bytes that a value takes, the most values that it makes beyond them, and how deep it is."""

    octets: int
    free: int
    depth: int


def fault_of(schema: Any) -> UnusableInput | None:
    """Why a parsed schema is refused: its records could overrun the stack, or make values out of nothing."""
    try:
        cost = _Walk(schema).cost(schema, 0)
    except UnusableInput as fault:
        return fault
    return _refused(f"more than {FREE_VALUES_MAX} values without bytes") if cost.free > FREE_VALUES_MAX else None


def _refused(rule: str) -> UnusableInput:
    return UnusableInput(Reason.UNSAFE_SCHEMA, f"schema: {rule}")


class _Walk:
    def __init__(self, schema: Any) -> None:
        self._named: dict[str, Any] = {}
        self._costs: dict[str, _Cost] = {}
        self._within: set[str] = set()
        roots = schema if isinstance(schema, list) else [schema]
        for root in roots:
            if isinstance(root, dict):
                self._named.update(root.get("__named_schemas", {}))

    def cost(self, schema: Any, depth: int) -> _Cost:
        if depth > DEPTH_MAX:
            raise _refused(f"more than {DEPTH_MAX} types within each other")
        if isinstance(schema, list):
            return self._union(schema, depth)
        if isinstance(schema, str):
            return self._of_name(schema, depth)
        return self._of_dict(schema, depth)

    def _of_dict(self, schema: dict[str, Any], depth: int) -> _Cost:
        match schema["type"]:
            case "record" | "error":
                return self._record(schema, depth)
            case "array":
                item = self._paid(self.cost(schema["items"], depth + 1), 0)
                return _Cost(1, 0, item.depth + 1)
            case "map":
                value = self._paid(self.cost(schema["values"], depth + 1), 1)
                return _Cost(1, 0, value.depth + 1)
            case "fixed" | "enum":
                return self._leaf(schema)
        return self.cost(schema["type"], depth + 1)

    def _leaf(self, schema: dict[str, Any]) -> _Cost:
        size = schema.get("size", 1)
        if type(size) is not int or size < 0:
            raise _refused("a fixed of no size that a byte string can have")
        self._costs[schema["name"]] = cost = _Cost(size, 0 if size else 1, 1)
        return cost

    def _of_name(self, name: str, depth: int) -> _Cost:
        if name in _NO_BYTES:
            return _Cost(0, 1, 1)
        if name in _SOME_BYTES:
            return _Cost(1, 0, 1)
        known = self._costs.get(name)
        if name in self._within:
            raise _refused("a record that contains itself")
        if known is None:
            if name not in self._named:
                raise _refused("a type that it does not explain")
            return self.cost(self._named[name], depth)
        if depth + known.depth > DEPTH_MAX:
            raise _refused(f"more than {DEPTH_MAX} types within each other")
        return known

    def _record(self, schema: dict[str, Any], depth: int) -> _Cost:
        name = schema["name"]
        if name in self._within:
            raise _refused("a record that contains itself")
        self._named.setdefault(name, schema)
        if name in self._costs:
            return self._of_name(name, depth)
        self._within.add(name)
        costs = [self.cost(field["type"], depth + 1) for field in schema["fields"]]
        self._within.discard(name)
        self._costs[name] = cost = _Cost(
            sum(one.octets for one in costs),
            1 + sum(one.free for one in costs),
            1 + max((one.depth for one in costs), default=0),
        )
        return cost

    def _union(self, branches: list[Any], depth: int) -> _Cost:
        costs = [self._paid(self.cost(one, depth + 1), 1) for one in branches]
        fewest = min((one.octets for one in costs), default=0)
        return _Cost(1 + fewest, 0, 1 + max((one.depth for one in costs), default=0))

    def _paid(self, cost: _Cost, before: int) -> _Cost:
        """A value that comes as often as bytes say; ``before`` are those in front of it."""
        octets = cost.octets + before
        if not octets:
            raise _refused("items that take no bytes")
        if cost.free > FREE_VALUES_A_BYTE * octets:
            raise _refused(f"items of more than {FREE_VALUES_A_BYTE} values for each of their bytes")
        return cost
