"""How a request of an adapter to its provider may fail, and how long one may take.

This stays inside an adapter: through the port it tells outcomes.
"""

from typing import Annotated

from pydantic import Field

Milliseconds = Annotated[int, Field(gt=0, le=600_000)]
"""A time limit of an adapter, as a setting: ten minutes at most."""


class NotSent(Exception):
    """The request did not leave us, so the provider has nothing. The message is one word."""


class NoAnswer(Exception):
    """The request left, or may have left, and no answer came that can be read. The message is one word."""
