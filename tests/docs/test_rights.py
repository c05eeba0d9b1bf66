"""docs/operations.md shows who needs which rights as `streams/topics/rights.py` has them."""

from typing import Final

from streams.settings import Settings
from streams.topics.rights import Grant, Principal, grants
from tests.docs.pages import OPERATIONS, table_after

SETTINGS: Final = Settings(_env_file=None)


def shown(principal: Principal, grant: Grant) -> dict[str, str]:
    """A grant as the page writes it."""
    names = ", ".join(f"`{name}`" for name in grant.names)
    return {
        "who": f"`{principal}`",
        "on": grant.kind,
        "names": "" if grant.kind == "cluster" else f"begin with {names}" if grant.prefixed else names,
        "rights": ", ".join(f"`{operation}`" for operation in grant.operations),
    }


def test_the_rights_are_those_of_the_code() -> None:
    expected = [shown(principal, grant) for principal in Principal for grant in grants(SETTINGS, principal)]
    assert table_after(OPERATIONS, "### Rights") == expected


def test_every_principal_is_explained() -> None:
    page = OPERATIONS.read_text(encoding="utf-8")
    assert all(f"\n- `{principal}`: " in page for principal in Principal)
