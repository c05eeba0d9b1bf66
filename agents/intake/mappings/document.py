"""One source record as a tree that paths lead through; what no path asks for is not decoded."""

from collections.abc import Mapping as Lookup
from typing import NamedTuple

from agents.intake.mappings.formats import Reader
from agents.intake.mappings.mapping import DottedPath


class SourceRecord(NamedTuple):
    """A record of the bank's topic."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


class Document:
    """`at(path)` is what lies there, None where nothing does: a bank's null and its absence mean the same."""

    def __init__(self, record: SourceRecord, reader: Reader, roots: Lookup[str, object] | None = None) -> None:
        self._record, self._reader = record, reader
        self._roots = dict(roots or {})
        self._wrapped: DottedPath | None = None

    def at(self, path: DottedPath) -> object:
        """Raises UnusableInput where something must be decoded that cannot be, or SchemaMissing."""
        root, *steps = path.split(".")
        if root not in self._roots:
            self._roots[root] = self._decoded(root)
        node = self._roots[root]
        for step in steps:
            if isinstance(node, dict):
                node = node.get(step)
            elif isinstance(node, list) and step.isdecimal() and int(step) < len(node):
                node = node[int(step)]
            else:
                return None
        return node

    def unwrapping(self, path: DottedPath | None) -> "Document":
        """The same record with ``payload`` at this place."""
        document = Document(self._record, self._reader, self._roots)
        document._wrapped = path
        return document

    def within(self, root: str, node: object) -> "Document":
        """The same record with ``root`` standing for ``node``."""
        document = Document(self._record, self._reader, {**self._roots, root: node})
        document._wrapped = self._wrapped
        return document

    def _decoded(self, root: str) -> object:
        record = self._record
        match root:
            case "value":
                return None if record.value is None else self._reader.value(record.value)
            case "key":
                return None if record.key is None else self._reader.key(record.key)
            case "payload":
                wrapped = None if self._wrapped is None else self.at(self._wrapped)
                return None if wrapped is None else self._reader.payload(wrapped)
            case "headers":
                return {name: text.decode(errors="replace") for name, text in record.headers if text is not None}
            case "record":
                coordinates = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
                return {"timestamp": record.timestamp_ms, **coordinates}
        return None
