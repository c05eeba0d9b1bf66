"""The port between the hand-over and whatever carries an SMS: submit, recall, query, reports.

An adapter knows its provider's protocol and nothing of Kafka or of reminders; the hand-over knows no protocol. Every
call ends within a limit of the adapter's own. An adapter never submits anything a second time by itself.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

Ending = Literal["delivered", "failed", "expired"]
"""How a message ended for its recipient."""
Recall = Literal["recalled", "too_late", "unknown"]
Standing = Literal["accepted", "delivered", "failed", "expired"]
"""What a gateway answers when it is asked about a message; ``accepted``: it has it, and no more is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One SMS to one person. What only that person should read is not shown by ``repr``."""

    reminder_id: str
    """The same for each attempt at the same reminder: 32 hexadecimal digits, safe as a provider's own reference."""
    phone: str = field(repr=False)
    """E.164, with its plus sign."""
    text: str = field(repr=False)
    """All of it; it begins with ``signature``."""
    signature: str
    template_id: str
    variables: Mapping[str, str] = field(repr=False)
    """The template's named slots, for providers that render registered templates themselves."""
    language: str
    issued_at: datetime
    """In UTC."""
    expires_at: datetime
    """In UTC; nothing may reach the recipient from this instant on."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway took it; ``gateway_ref`` is what it will call it by."""

    gateway_ref: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The gateway did not take it, for a reason of its own; ``throttled``: it may be offered again later.

    ``code`` is one word of letters, digits and ``_ . -``, 64 at most; it must hold no personal data.
    """

    code: str
    throttled: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """A time-out, or a connection lost after the submit: nobody knows whether the gateway took it.

    ``detail`` is one word as in ``Refused``.
    """

    detail: str


Outcome = Accepted | Refused | Unknown


@dataclass(frozen=True, slots=True)
class Report:
    """What the gateway tells of a message later; it may come late, twice, or never.

    ``reminder_id`` where the provider echoes our reference, else the hand-over finds it by ``gateway_ref``.
    """

    reminder_id: str | None
    gateway_ref: str
    status: Ending
    at: datetime
    """Aware; when the provider says it happened."""
    detail: str | None = None
    """The provider's own code, one word as in ``Refused``."""


class GatewayAdapter(Protocol):
    """An adapter. Whatever it raises stops the hand-over; what a provider may do is a return value."""

    def adopt(self, reminder_id: str, gateway_ref: str, since: datetime | None = None) -> None:
        """Before ``start``: an earlier run handed this over, at ``since``; it may be told of, asked for, recalled."""

    async def start(self) -> None:
        """Connect; raises OSError when the provider cannot be reached or refuses us."""

    async def stop(self) -> None:
        """Disconnect; submits in flight end as Unknown."""

    async def submit(self, submission: Submission) -> Outcome:
        """Offer one SMS, once."""

    async def recall(self, reminder_id: str, gateway_ref: str | None) -> Recall:
        """Take one SMS back; without ``gateway_ref`` by our own reference, where the provider can."""

    async def query(self, reminder_id: str, gateway_ref: str | None) -> Standing | None:
        """How a message stands; None when the gateway cannot tell."""

    def reports(self) -> AsyncIterator[Report]:
        """Reports as they come; ends when the adapter is stopped."""
