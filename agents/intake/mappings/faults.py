"""What is wrong with a mapping whose form is right: fields no fact has, paths that lead nowhere, missing parts."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from agents.intake.mappings import mapping as m
from schemas.reading import MODELS, ROLE_OF

_GIVEN: Final = frozenset({"type", "event_id", "account_id", "source", "schema_version"})
"""What every fact has from elsewhere than a rule's fields."""
_FITS: Final[dict[str, tuple[type[m.PlacedSource], ...]]] = {
    "date-time": (m.InstantSource,),
    "date": (m.DateSource,),
    "integer": (m.AmountSource, m.WholeSource),
    "boolean": (m.TruthSource,),
    "array": (m.ListSource,),
    "string": (m.TextSource,),
}
"""Which kinds of source a field takes, by its type or format in the published schema; constants fit anywhere."""
_RECORD: Final = frozenset({"value", "headers", "record"})


class _Use(NamedTuple):
    """A path, where in the file it stands, and the roots known there."""

    where: str
    path: m.DottedPath
    known: frozenset[str]


def faults_of_rules(given: dict[str, Any]) -> Iterator[str]:
    """Of each rule that can be read by itself, whatever is wrong with the rest of the file."""
    rules, source = given.get("facts"), given.get("input")
    known = _RECORD | ({"key"} if isinstance(source, dict) and source.get("key_format") else set())
    for place, raw in enumerate(rules if isinstance(rules, list) else ()):
        try:
            rule = m.FactRule.model_validate(raw)
        except ValidationError:
            continue  # named already, with the whole mapping
        yield from (f"facts.{place}.{fault}" for fault in _faults_of_rule(rule, known))


def faults_of_whole(mapping: m.Mapping, folder: Path) -> Iterator[str]:
    """What one part of the file asks of another."""
    known = _RECORD | ({"key"} if mapping.input.key_format else set())
    # An account may be the one of an element: then each rule is asked for its own `each`.
    uses = [_Use("account.path", mapping.account.path, known | {"each"})]
    if mapping.progress.time is not None:
        uses.append(_Use("progress.time", mapping.progress.time.path, known))
    for place, skip in enumerate(mapping.skip):
        uses.extend(_Use(f"skip.{place}.when", condition.path, known) for condition in skip.when)
    yield from _lost(uses)
    if not mapping.facts:
        yield "facts: there is no rule"
    if mapping.account.path.startswith("each"):
        for place, rule in enumerate(mapping.facts):
            if rule.each is None and rule.account is None:
                yield f"facts.{place}: has no each, with which account.path begins"
    for place, rule in enumerate(mapping.facts):
        for name in () if mapping.resolution else rule.fields.keys() & {"as_of_resolution", "booked_resolution"}:
            yield f"facts.{place}.fields.{name}: needs resolution = true"
    yield from _faults_of_avro(mapping, folder)


def _faults_of_avro(mapping: m.Mapping, folder: Path) -> Iterator[str]:
    wanted = "avro" in {mapping.input.format, mapping.input.key_format}
    if mapping.avro is None:
        if wanted:
            yield "avro: is missing, and the input is read as Avro"
        return
    if not wanted:
        yield "avro: nothing is read as Avro"
    for name, path in (("schemas", mapping.avro.schemas), ("login_file", mapping.avro.login_file)):
        if path is not None and not (folder / path).exists():
            yield f"avro.{name}: there is no {folder / path}"


def _faults_of_rule(rule: m.FactRule, known: frozenset[str]) -> Iterator[str]:
    if rule.type in ROLE_OF:
        yield from _faults_of_fields(rule.fields, _schema(rule.type), "fields", _GIVEN)
    else:
        yield f"type: there is no fact {rule.type!r} (facts are {', '.join(sorted(ROLE_OF))})"
    yield from _lost(_uses(rule, known))


def _lost(uses: list[_Use]) -> Iterator[str]:
    for use in uses:
        root = use.path.split(".")[0]
        if root not in use.known:
            yield f"{use.where}: {root} is not known here (known are {', '.join(sorted(use.known))})"


def _uses(rule: m.FactRule, record: frozenset[str]) -> list[_Use]:
    unwrapped = record | ({"payload"} if rule.payload else set())
    element = unwrapped | ({"each"} if rule.each else set())
    uses = [_Use("when", condition.path, unwrapped) for condition in rule.when]
    if rule.payload:
        uses.append(_Use("payload", rule.payload, record))
    if rule.each:
        uses.append(_Use("each", rule.each, unwrapped))
    if rule.account:
        uses.append(_Use("account", rule.account.path, element))
    if rule.event_id:
        uses.append(_Use("event_id", rule.event_id.path, element))
    return [*uses, *_uses_of_fields(rule.fields, "fields", element)]


def _uses_of_fields(sources: dict[str, m.Source], where: str, known: frozenset[str]) -> Iterator[_Use]:
    for name, source in sources.items():
        if isinstance(source, m.ConstantSource):
            continue
        yield _Use(f"{where}.{name}", source.path, known)
        if isinstance(source, m.AmountSource) and source.currency is not None:
            yield _Use(f"{where}.{name}.currency", source.currency, known)
        if isinstance(source, m.ListSource):
            yield from _uses_of_fields(source.fields, f"{where}.{name}.fields", known | {"item"})


def _faults_of_fields(
    sources: dict[str, m.Source], schema: dict[str, Any], where: str, given: frozenset[str]
) -> Iterator[str]:
    properties = schema["properties"]
    for name, source in sources.items():
        if name in given or name not in properties:
            yield f"{where}.{name}: not a field to be mapped (fields are {', '.join(sorted(set(properties) - given))})"
        elif not isinstance(source, m.ConstantSource):
            yield from _misfits(source, name, properties[name], schema, f"{where}.{name}")
    for name in schema.get("required", ()):
        if name not in sources and name not in given and name != "time":
            yield f"{where}.{name}: is missing"


def _misfits(
    source: m.PlacedSource, name: str, wanted: dict[str, Any], root: dict[str, Any], where: str
) -> Iterator[str]:
    kind, nested = _kind_of(wanted, root)
    if not isinstance(source, _FITS[kind]):
        fitting = " or ".join(cls.kind for cls in _FITS[kind])
        yield f"{where}: must come from {fitting} or constant"
    elif isinstance(source, m.ListSource) and nested is not None:
        yield from _faults_of_fields(source.fields, nested, f"{where}.fields", frozenset())
    elif isinstance(source, m.AmountSource) != name.endswith("_minor"):
        yield f"{where}: amounts, and only they, end in _minor"


def _kind_of(schema: dict[str, Any], root: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
    """The type or format of a property that may be null, and of a list's objects their schema."""
    choice = next(choice for choice in schema.get("anyOf", [schema]) if choice.get("type") != "null")
    if choice.get("type") == "array":
        definitions = root.get("$defs", {})
        nested = definitions.get(choice["items"].get("$ref", "").rpartition("/")[2])
        return "array", None if nested is None else {**nested, "$defs": definitions}
    kind = choice.get("format") or choice.get("type") or "string"
    return (kind if kind in _FITS else "string"), None


@cache
def _schema(fact_type: str) -> dict[str, Any]:
    return MODELS[ROLE_OF[fact_type]][fact_type].model_json_schema()
