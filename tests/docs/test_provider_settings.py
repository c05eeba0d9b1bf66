"""docs/operations.md: the settings of the providers of SMS as the code has them."""

import pytest
from pydantic import BaseModel

from agents.delivery.incoming.settings import CallbackSettings
from agents.delivery.providers.http.settings import HttpSettings
from agents.delivery.providers.smpp.settings import SmppSettings
from tests.docs.pages import OPERATIONS, table_after


def rows(model: type[BaseModel]) -> list[dict[str, str]]:
    """The table of a section; a setting without a default is needed."""
    return [
        {
            "setting": f"`{name}`",
            "default": "needed" if field.is_required() else "" if field.default in {None, ""} else f"`{field.default}`",
            "meaning": field.description or "",
        }
        for name, field in model.model_fields.items()
    ]


@pytest.mark.parametrize(
    ("heading", "model"),
    [
        ("### What people write", CallbackSettings),
        ("### Over SMPP", SmppSettings),
        ("### Over HTTP", HttpSettings),
    ],
)
def test_the_settings_are_those_of_the_code(heading: str, model: type[BaseModel]) -> None:
    expected = rows(model)
    assert all(row["meaning"] for row in expected)
    assert table_after(OPERATIONS, heading) == expected
