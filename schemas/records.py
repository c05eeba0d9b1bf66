"""What Tactful says is built as msgspec structs and published as the frozen pydantic models derived from them here.

A tick builds six of them: a validated model costs ten times a struct, to check what mypy has checked before. A test
puts every record of the stories through its model.
"""

import ast
import inspect
import textwrap
from functools import cache, partial
from operator import eq
from typing import Any, Final, get_type_hints

import msgspec
from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, create_model
from pydantic_core import CoreSchema

_STRICT: Final = ConfigDict(frozen=True, strict=True, extra="forbid")


class Outbound(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Base of what is said: immutable, its fields written in the order in which they stand."""

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Lets a record stand in another's model."""
        return handler.generate_schema(contract(cls))


@cache
def contract(record: type[Outbound]) -> type[BaseModel]:
    """The published model of a record: the same fields, defaults and descriptions, with every limit checked."""
    hints, told = get_type_hints(record, include_extras=True), _told(record)
    fields: dict[str, Any] = {}
    for field in msgspec.structs.fields(record):
        default = ... if field.required else field.default
        left_out = partial(eq, field.default) if record.__struct_config__.omit_defaults and not field.required else None
        fields[field.name] = (
            hints[field.name],
            Field(default, description=told.get(field.name), exclude_if=left_out),
        )
    model: type[BaseModel] = create_model(record.__name__, __config__=_STRICT, __doc__=record.__doc__, **fields)
    return model


def _told(record: type[Outbound]) -> dict[str, str]:
    """What the string below each field says of it."""
    found: dict[str, str] = {}
    for owner in record.__mro__:
        if not issubclass(owner, Outbound):
            break
        (body,) = ast.parse(textwrap.dedent(inspect.getsource(owner))).body
        assert isinstance(body, ast.ClassDef)
        for field, below in zip(body.body, body.body[1:], strict=False):
            match field, below:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                    found[name] = inspect.cleandoc(text)
    return found
