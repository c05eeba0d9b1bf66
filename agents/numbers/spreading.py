"""What is said of a number is told to every account that carries it, each once. Pure.

Facts go to the other accounts with the id of the words themselves, so one lift by a person ends them everywhere. An
opt-out is dated by when it was said: an account's own consent, given later, opens the number for it. A disowned number
is free again when the bank confirms it anew; an account that gets another number is free of what was said of the old.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from agents.numbers.table import CARRIERS_MAX, ERASED_MAX, Carrier, Number, NumberKeys, Remainder, Word, encode
from schemas.cases import AccountErased, ContactMade, HoldLifted, HoldPlaced, JudgedProfile, NumberTold, ReplyReceived
from schemas.values.channels import SMS
from schemas.values.identity import identify
from schemas.values.instants import to_ms, to_utc

SOURCE: Final = "numbers"
WRONG_NUMBER: Final = "wrong_number"
CROWDED: Final = "number_implausible"
CROWDED_ID: Final = "number-implausible"
ACCOUNTS_MAX: Final = 4
"""More accounts than that on one number are no family: a person looks."""
TOLD_MAX: Final = 64
"""Accounts of one number that are told what was said of it; beyond it they are held as crowded anyway."""
BATCH: Final = 500
"""Numbers whose accounts are told in one transaction how many they are."""
_REPLY: Final = "reply/"

NumberFact = ReplyReceived | HoldPlaced | HoldLifted | NumberTold | ContactMade


class NumberProfile(NamedTuple):
    """What matters of a profile here."""

    account_id: str
    phone: str | None
    told_ms: int
    confirmed_ms: int | None
    version: int = 0
    as_of_ms: int = 0
    source: str = ""
    """With ``told_ms`` what decides between two profiles; the last is empty of one that was erased."""
    came_ms: int = 0
    """When it came to the bus: from then on the number may be written to for this account."""


class Changes(NamedTuple):
    """What has to be committed: facts, and entries of the table."""

    facts: list[NumberFact]
    entries: dict[str, bytes | None]


class NumberLedger:
    """All numbers. `flush` hands over what has to be committed."""

    def __init__(self, keys: NumberKeys, namespace: str, *, tells_all: bool = False) -> None:
        """``tells_all``: also an account that shares its number with nobody is told so."""
        self._keys = keys
        self._namespace = namespace
        self._tells_all = tells_all
        self._numbers: dict[str, Number] = {}
        self._key_of: dict[str, str] = {}
        self._facts: list[NumberFact] = []
        self._dirty: set[str] = set()
        self._changed: dict[str, None] = {}
        self._erased: dict[str, None] = {}

    def restore(self, entries: Mapping[str, Number]) -> None:
        """Begin with the table."""
        for key, number in entries.items():
            self._numbers[key] = number
            self._key_of.update(dict.fromkeys(number.accounts, key))
            if next(self._untold_of(key), None) is not None:
                self._changed[key] = None
            if number.erased:
                self._erased[key] = None

    def tell(self) -> None:
        """Tell the accounts of numbers that have changed how many they are, some at a time: once the profiles are read
        that are there, as one that is not read yet may tell of one more."""
        for key in list(islice(self._changed, BATCH)):
            del self._changed[key]
            for account_id, carrier, told in self._untold_of(key):
                at_ms = max(carrier.time_ms, told[2], carrier.said_ms + 1)
                self._facts.append(self._word(account_id, carrier, told, at_ms))
                number, knows = self._numbers[key], replace(carrier, told=told, said_ms=at_ms)
                self._put(key, replace(number, carriers={**number.carriers, account_id: knows}))

    def profile(self, profile: NumberProfile) -> None:
        """An account's number is told, or that it has none any more. A profile that is not the newest says nothing."""
        key = None if profile.phone is None else self._keys.of(profile.phone)
        old = self._key_of.get(profile.account_id)
        known = None if old is None else self._numbers[old].carriers.get(profile.account_id)
        if known is not None and profile.source and _rank(profile, known) < _rank(known, profile):
            return
        if old is not None and old != key:
            self._leave(old, profile)
        if key is None:
            return
        carrier = Carrier(
            version=profile.version, as_of_ms=profile.as_of_ms, time_ms=profile.told_ms, source=profile.source,
            told=None if known is None or old != key else known.told, said_ms=0 if known is None else known.said_ms,
        )  # fmt: skip
        if old != key:
            self._key_of[profile.account_id] = key
            self._join(key, profile)
            self._go_on(key, profile.account_id)
        if len(self._numbers[key].accounts) <= CARRIERS_MAX and carrier != known:
            number = self._numbers[key]
            self._put(key, replace(number, carriers={**number.carriers, profile.account_id: carrier}))
        number = self._numbers[key]
        word = number.disowned
        if word is not None and profile.confirmed_ms is not None and profile.confirmed_ms > word.at_ms:
            self._free(key, word, profile.told_ms)
        self._spread(key, profile.told_ms)
        self._changed[key] = None

    def _join(self, key: str, profile: NumberProfile) -> None:
        number = self._numbers.get(key, Number())
        first = not number.accounts and not number.changed_ms
        number = replace(
            number,
            accounts=tuple(sorted({*number.accounts, profile.account_id})),
            changed_ms=0 if first else max(number.changed_ms, profile.came_ms),
        )
        self._put(key, number if len(number.accounts) <= CARRIERS_MAX else replace(number, carriers={}))

    def _go_on(self, key: str, account_id: str) -> None:
        """Whoever comes to the number is told what goes on of others who had it. The erased one's own account knows."""
        for other, left in self._numbers[key].erased.items():
            if other == account_id:
                continue
            for at_ms in left.contacts:
                common = self._common(account_id, at_ms, "contact", other)
                contact_id = f"erased-{common['event_id']}"
                self._facts.append(
                    ContactMade(
                        **common, contact_id=contact_id, channel=SMS, conversation=False, made_at=common["time"]
                    )
                )
            if left.stopped_ms:
                common = self._common(account_id, left.stopped_ms, "stop", left.word_id)
                self._facts.append(ReplyReceived(**common, reply_id=left.word_id, keyword=left.keyword))

    def _leave(self, key: str, profile: NumberProfile) -> None:
        """What was said of the old number, and its crowd, no longer concern the account. That its owner wants no
        messages stays with the owner."""
        account_id, number = profile.account_id, self._numbers[key]
        del self._key_of[account_id]
        number = replace(
            number,
            accounts=tuple(one for one in number.accounts if one != account_id),
            carriers={one: carrier for one, carrier in number.carriers.items() if one != account_id},
            changed_ms=max(number.changed_ms, profile.came_ms),
        )
        self._put(key, number)
        if number.disowned is not None and account_id in number.disowned.told:
            self._lift(key, account_id, number.disowned.word_id, profile.told_ms)
            rest = tuple(one for one in number.disowned.told if one != account_id)
            self._put(key, replace(self._numbers[key], disowned=replace(number.disowned, told=rest)))
        if account_id in number.crowded:
            self._lift(key, account_id, CROWDED_ID, profile.told_ms)
            rest = tuple(one for one in number.crowded if one != account_id)
            self._put(key, replace(self._numbers[key], crowded=rest))
        self._spread(key, profile.told_ms)
        self._changed[key] = None

    def erased(self, fact: AccountErased, told_ms: int) -> None:
        """The person of an account is erased: what must not be forgotten with them stays with their number."""
        key = self._key_of.get(fact.account_id)
        if key is None:
            return
        remainder = Remainder(
            contacts=tuple(sorted(min(to_ms(made), told_ms) for made in fact.contacts)),
            stopped_ms=told_ms if fact.opt_out else 0,
            keyword=fact.opt_out or "",
            word_id=fact.event_id if fact.opt_out else "",
        )
        rest = {one: kept for one, kept in self._numbers[key].erased.items() if one != fact.account_id}
        last = dict([*rest.items(), (fact.account_id, remainder)][-ERASED_MAX:])
        self._put(key, replace(self._numbers[key], erased=last))
        self._erased[key] = None

    def forget(self, now_ms: int) -> None:
        """What went on of erased people and counts no more is forgotten with them."""
        for key in list(self._erased):
            number = self._numbers.get(key, Number())
            left = {one: kept for one, kept in number.erased.items() if not kept.is_over(now_ms)}
            if left != number.erased:
                self._put(key, replace(number, erased=left))
            if not left:
                del self._erased[key]

    def opted_out(self, fact: ReplyReceived, told_ms: int) -> None:
        """An account's person wants no more messages."""
        key = self._key_of.get(fact.account_id)
        if key is None or fact.source == SOURCE:
            return
        known = self._numbers[key].stopped
        if known is not None and known.at_ms >= told_ms:
            return
        word = Word(
            word_id=fact.reply_id, account_id=fact.account_id, at_ms=told_ms, told=(fact.account_id,),
            keyword=fact.keyword,
        )  # fmt: skip
        self._put(key, replace(self._numbers[key], stopped=word))
        self._spread(key, told_ms)

    def disowned(self, fact: HoldPlaced, told_ms: int) -> None:
        """Whoever has the number says that it is not the account's."""
        key = self._key_of.get(fact.account_id)
        if key is None or fact.source == SOURCE or fact.kind.lower() != WRONG_NUMBER:
            return
        known = self._numbers[key].disowned
        if known is not None:
            said = (fact.account_id, fact.hold_id)
            if said not in ((known.account_id, known.word_id), *known.also) and len(known.also) < TOLD_MAX:
                self._put(key, replace(self._numbers[key], disowned=replace(known, also=(*known.also, said))))
            return
        word = Word(word_id=fact.hold_id, account_id=fact.account_id, at_ms=told_ms, told=(fact.account_id,))
        self._put(key, replace(self._numbers[key], disowned=word))
        self._spread(key, told_ms)

    def lifted(self, fact: HoldLifted, told_ms: int) -> None:
        """A person takes back what was read wrongly: it is lifted wherever it was told."""
        key = self._key_of.get(fact.account_id)
        if key is None or fact.source == SOURCE:
            return
        number = self._numbers[key]
        if number.stopped is not None and fact.hold_id == _REPLY + number.stopped.word_id:
            for account_id in number.stopped.told:
                if account_id != fact.account_id:
                    self._lift(key, account_id, fact.hold_id, told_ms)
            self._put(key, replace(self._numbers[key], stopped=None))
        elif number.disowned is not None and fact.hold_id == number.disowned.word_id:
            self._free(key, number.disowned, told_ms, but=fact.account_id)

    def flush(self) -> Changes:
        """What has to be committed; from here on it is the caller's."""
        entries = {key: encode(self._numbers[key]) for key in self._dirty}
        for key in self._dirty:
            if self._numbers[key].is_over:
                del self._numbers[key]
        changes = Changes(self._facts, entries)
        self._facts, self._dirty = [], set()
        return changes

    def _free(self, key: str, word: Word, told_ms: int, but: str = "") -> None:
        placed = [*((account_id, word.word_id) for account_id in word.told if account_id != but), *word.also]
        for account_id, hold_id in placed:
            self._lift(key, account_id, hold_id, told_ms)
        self._put(key, replace(self._numbers[key], disowned=None))

    def _spread(self, key: str, told_ms: int) -> None:
        """Tell each account what it does not know yet."""
        number = self._numbers[key]
        self._crowd(key, told_ms)
        for account_id in _untold(number, number.stopped):
            assert number.stopped is not None
            self._opt_out(account_id, number.stopped)
        for account_id in _untold(number, number.disowned):
            assert number.disowned is not None
            self._place(key, account_id, number.disowned.word_id, WRONG_NUMBER, told_ms)
        stopped, disowned = (_told(number, word) for word in (number.stopped, number.disowned))
        if (stopped, disowned) != (number.stopped, number.disowned):
            self._put(key, replace(self._numbers[key], stopped=stopped, disowned=disowned))

    def _crowd(self, key: str, told_ms: int) -> None:
        number = self._numbers[key]
        held = number.accounts if len(number.accounts) > ACCOUNTS_MAX else ()
        for account_id in sorted({*held} - {*number.crowded}):
            self._place(key, account_id, CROWDED_ID, CROWDED, told_ms)
        for account_id in sorted({*number.crowded} - {*held}):
            self._lift(key, account_id, CROWDED_ID, told_ms)
        if held != number.crowded:
            self._put(key, replace(self._numbers[key], crowded=held))

    def _untold_of(self, key: str) -> Iterator[tuple[str, Carrier, tuple[int, int, int]]]:
        """The accounts of a number that were told otherwise than it is, and how it is."""
        number = self._numbers.get(key, Number())
        shared = len(number.accounts) > 1 or number.changed_ms
        if len(number.accounts) > ACCOUNTS_MAX or not (shared or self._tells_all):
            return
        for turn, account_id in enumerate(number.accounts):
            carrier, told = number.carriers.get(account_id), (len(number.accounts), turn, number.changed_ms)
            if carrier is not None and carrier.told != told:
                yield account_id, carrier, told

    def _word(self, account_id: str, carrier: Carrier, told: tuple[int, int, int], at_ms: int) -> NumberTold:
        accounts, turn, changed_ms = told
        return NumberTold(
            **self._common(account_id, at_ms, "told"),
            accounts=accounts,
            turn=turn,
            changed_at=to_utc(changed_ms) if changed_ms else None,
            profile=JudgedProfile(
                as_of=to_utc(carrier.as_of_ms), time=to_utc(carrier.time_ms), version=carrier.version
            ),
        )

    def _opt_out(self, account_id: str, word: Word) -> None:
        common = self._common(account_id, word.at_ms, "stop", word.word_id)
        self._facts.append(ReplyReceived(**common, reply_id=word.word_id, keyword=word.keyword))

    def _place(self, key: str, account_id: str, hold_id: str, kind: str, told_ms: int) -> None:
        common = self._common(account_id, self._next_ms(key, told_ms), "place", hold_id)
        self._facts.append(HoldPlaced(**common, hold_id=hold_id, kind=kind, placed_by="NUMBERS"))

    def _lift(self, key: str, account_id: str, hold_id: str, told_ms: int) -> None:
        common = self._common(account_id, self._next_ms(key, told_ms), "lift", hold_id)
        self._facts.append(HoldLifted(**common, hold_id=hold_id, lifted_by="NUMBERS"))

    def _common(self, account_id: str, at_ms: int, *what: str) -> dict[str, Any]:
        event_id = identify(self._namespace, "number", account_id, str(at_ms), *what)
        return {"event_id": event_id, "account_id": account_id, "time": to_utc(at_ms), "source": SOURCE}

    def _next_ms(self, key: str, told_ms: int) -> int:
        """Profiles of several partitions come in any order; what is said of one number later has the later time."""
        number = self._numbers[key]
        at_ms = max(told_ms, number.written_ms + 1)
        self._put(key, replace(number, written_ms=at_ms))
        return at_ms

    def _put(self, key: str, number: Number) -> None:
        self._numbers[key] = number
        self._dirty.add(key)


def _rank(one: Carrier | NumberProfile, other: Carrier | NumberProfile) -> tuple[int, int, int]:
    """What decides between two profiles of an account, as it does in the worker: versions of two sources do not."""
    told_ms = one.told_ms if isinstance(one, NumberProfile) else one.time_ms
    return (one.version if one.source == other.source else 0, one.as_of_ms, told_ms)


def _untold(number: Number, word: Word | None) -> Iterable[str]:
    return () if word is None else [one for one in number.accounts[:TOLD_MAX] if one not in word.told]


def _told(number: Number, word: Word | None) -> Word | None:
    if word is None:
        return None
    return replace(word, told=(*word.told, *_untold(number, word)))
