"""The value of one field of a fact, from its place in a record. Raises UnusableInput; tells the rule, never a value."""

from collections.abc import Mapping as Lookup
from uuid import UUID

from agents.intake.mappings import mapping as m
from agents.intake.mappings.document import Document
from agents.intake.mappings.units import day_of, instant, minor_units
from schemas.reading import Reason, UnusableInput


def fields_of(sources: Lookup[str, m.Source], document: Document) -> dict[str, object]:
    """The fields that are there; one that is missing and not optional is refused by its name."""
    found: dict[str, object] = {}
    for name, source in sources.items():
        try:
            value = value_of(source, document)
        except UnusableInput as fault:
            raise UnusableInput(fault.reason, f"{name}: {fault.detail}") from None
        if value is not None:
            found[name] = value
    return found


def value_of(source: m.Source, document: Document) -> object:
    """None where it is optional and not there."""
    if isinstance(source, m.ConstantSource):
        return source.constant
    given = document.at(source.path)
    if given is None:
        if source.optional:
            return None
        raise UnusableInput(Reason.MISSING_FIELD, f"nothing at {source.path}")
    return _converted(source, given, document)


def _converted(source: m.PlacedSource, given: object, document: Document) -> object:
    value: object
    match source:
        case m.TextSource():
            value = _coded(source, text_of(given))
        case m.WholeSource():
            value = _of_type(given, int)
        case m.TruthSource():
            value = _of_type(given, bool)
        case m.AmountSource():
            value = minor_units(given, source.format, _currency(source, document), source.scale)
        case m.InstantSource():
            value = instant(given, source.format, source.zone, source.ambiguous)
        case m.DateSource():
            value = day_of(given, source.format, source.zone)
        case m.ListSource():
            value = _listed(source, given, document)
    return value


def text_of(given: object) -> str:
    """A string; a whole number or a UUID as one. A fraction or a boolean is no name of anything."""
    if isinstance(given, str):
        return given
    if isinstance(given, UUID) or (isinstance(given, int) and not isinstance(given, bool)):
        return str(given)
    raise UnusableInput(Reason.WRONG_TYPE, "not text")


def _coded(source: m.TextSource, text: str) -> str:
    if source.codes:
        if text not in source.codes:
            raise UnusableInput(Reason.BAD_VALUE, "a code that the mapping does not name")
        text = source.codes[text]
    return source.prefix + text


def _currency(source: m.AmountSource, document: Document) -> str:
    if source.currency is None:
        return source.currency_code or ""
    given = document.at(source.currency)
    if not isinstance(given, str):
        raise UnusableInput(Reason.MISSING_FIELD, f"no currency at {source.currency}")
    return given


def _of_type(given: object, wanted: type[int] | type[bool]) -> object:
    if type(given) is not wanted:
        raise UnusableInput(Reason.WRONG_TYPE, f"not {'a whole number' if wanted is int else 'a truth value'}")
    return given


def _listed(source: m.ListSource, given: object, document: Document) -> list[object] | None:
    if not isinstance(given, list):
        raise UnusableInput(Reason.WRONG_TYPE, "not a list")
    if not given:
        return None  # some systems write an empty list for none; the contract has no word for it but absence
    if not source.fields:
        return [text_of(item) for item in given]
    return [fields_of(source.fields, document.within("item", item)) for item in given]
