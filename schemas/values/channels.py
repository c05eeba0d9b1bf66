"""Ways to reach a person. A new one of ours begins here, then needs texts, a price and an adapter of the delivery."""

from typing import Annotated, Final, Literal

from pydantic import Field

Channel = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{1,15}$")]
"""Any, by its code: others reach the person as well, and their contacts count."""
SendingChannel = Literal["sms"]
"""Those that we write by."""
SMS: Final = "sms"
CHANNELS: Final = frozenset({SMS, "voice", "email", "wecom", "app", "letter", "visit"})
"""By name; a contact by any other counts for every cap, as nobody knows what it was."""
