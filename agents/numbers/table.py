"""One number in the table: which accounts carry it, and what was said of it."""

import hashlib
import hmac
from typing import Final, Literal

import msgspec

_KEY_DIGITS: Final = 32
CONTACTS_KEPT_MS: Final = 32 * 24 * 3_600_000
"""No cap of a pack counts for longer."""
ERASED_MAX: Final = 64
"""Erased accounts of one number whose remainders are kept, the last ones."""
CARRIERS_MAX: Final = 64
"""With more accounts a number is no person's but a filler, and only held."""


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody said of the number."""

    word_id: str
    """The id of the reply, or of the hold, by which it was said; a lift names it."""
    account_id: str
    """Whose words they were."""
    at_ms: int
    """When, epoch milliseconds."""
    told: tuple[str, ...]
    """Accounts that know: whose words they were, and those that were told."""
    also: tuple[tuple[str, str], ...] = ()
    """Account and id of whoever said the same again."""
    keyword: str = ""
    """The keyword that stops messages; only of an opt-out."""


class Carrier(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An account that carries the number: the profile that says so, and what the account was told of it."""

    version: int
    as_of_ms: int
    time_ms: int
    source: str
    told: tuple[int, int, int] | None = None
    """How many accounts, which turn, and when they changed; None while it was told nothing of this number."""
    said_ms: int = 0
    """The time of the last word to the account on any number: the next one must be newer."""


class Remainder(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What goes on of a person who was erased and had the number, for whatever account carries it next."""

    contacts: tuple[int, ...] = ()
    """When messages left to them that may still count for a cap, epoch milliseconds."""
    stopped_ms: int = 0
    """When an opt-out was carried on that had stood on their profile; 0 where none had."""
    keyword: str = ""
    """The keyword that says so."""
    word_id: str = ""

    def is_over(self, now_ms: int) -> bool:
        """Nothing of it counts any more."""
        return not self.stopped_ms and all(at_ms <= now_ms - CONTACTS_KEPT_MS for at_ms in self.contacts)


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """As it lies on the topic."""

    entry_version: Literal[1] = 1
    accounts: tuple[str, ...] = ()
    """In the order of their ids, which is that of their turns."""
    carriers: dict[str, Carrier] = {}
    """By account, while there are few enough to be told; those that an earlier version wrote down are not here."""
    changed_ms: int = 0
    """When other accounts came to carry it; 0 while only its first one does."""
    stopped: Word | None = None
    disowned: Word | None = None
    crowded: tuple[str, ...] = ()
    """Accounts that are held because too many carry the number."""
    erased: dict[str, Remainder] = {}
    """By account, of those who were erased while they carried it."""
    written_ms: int = 0
    """The latest time of a fact about it: a lift must be newer than its placing."""

    @property
    def is_over(self) -> bool:
        """Nothing has to be remembered of it."""
        return not (self.accounts or self.stopped or self.disowned or self.crowded or self.erased)

    @property
    def is_whole(self) -> bool:
        """Whether it is known by which profile each account carries it."""
        return len(self.accounts) > CARRIERS_MAX or len(self.carriers) == len(self.accounts)


class NumberKeys:
    """Numbers as keys of the table. A plain hash of a number is as good as the number: there are too few of them."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def of(self, number: str) -> str:
        """32 hexadecimal digits."""
        return hmac.new(self._secret, number.encode(), hashlib.sha256).hexdigest()[:_KEY_DIGITS]


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Number)


def encode(number: Number) -> bytes | None:
    """As it lies on the topic; None, a tombstone, when it is over."""
    return None if number.is_over else _encoder.encode(number)


def decode(value: bytes) -> Number:
    """Raises msgspec.MsgspecError for what is no entry of this version."""
    return _decoder.decode(value)
