"""What a control of one account would touch, as the accounts table has the account now: told, and nothing asked."""

import asyncio
from collections.abc import Iterator
from typing import Final, NamedTuple

from agents.decisions import Recall
from agents.decisions.policy.controls import Recallable, is_recalled
from schemas.controls import RemindersRecalled
from schemas.policy.policies import Policy
from schemas.stored.accounts import Account, UnreadableState, decode
from schemas.values.instants import HOUR_MS
from streams import roles
from streams.cluster import admin
from streams.cluster.cluster import ClusterError
from streams.cluster.whole_logs import last_value
from streams.settings import Settings
from streams.transport.partitioner import partition_of

LOOK_S: Final = 10.0
"""How long a stop waits for a look at what it stops."""


class NotSeen(Exception):
    """The table could not be looked at; why is in the words."""


async def stored(settings: Settings, account_id: str) -> Account | None:
    """The account as the table has it; None when it has none of this id.

    Raises NotSeen: without the right to read the table, or when it does not answer in time.
    """
    key = account_id.encode()
    partition = partition_of(key, settings.partitions)
    try:
        async with asyncio.timeout(LOOK_S):
            await admin.require(settings, (roles.ACCOUNTS_CHANGELOG,))
            value = await last_value(settings, roles.ACCOUNTS_CHANGELOG, partition, key)
        return None if value is None else decode(value)
    except TimeoutError:
        raise NotSeen(f"the accounts table was not read within {LOOK_S:g} s") from None
    except (ClusterError, UnreadableState) as error:
        raise NotSeen(str(error)) from None


class WouldTouch(NamedTuple):
    """The messages of an account that a recall means."""

    open: tuple[str, ...] = ()
    """Ids of those that it takes back."""
    final: tuple[tuple[str, str], ...] = ()
    """Ids of those of which nothing can be taken back any more, and how they ended."""


class _MessageLeft(NamedTuple):
    reminder_id: str
    stage: str
    issued_ms: int
    ended: str
    """How it ended; empty while it may be taken back."""


def touched(account: Account, control: RemindersRecalled, policy: Policy, now_ms: int) -> WouldTouch:
    """What a recall would find now. Of a segment only the lender's own is known here."""
    segment = None if account.profile is None else account.profile.segment
    segments = () if segment is None else (segment,)
    meant = [
        message
        for message in _messages(account, policy.sending.receipt_grace_hours * HOUR_MS, now_ms)
        if is_recalled(
            (Recall(0, control),),
            policy,
            Recallable(account.account_id, message.reminder_id, message.stage, message.issued_ms, segments),
        )
    ]
    return WouldTouch(
        tuple(message.reminder_id for message in meant if not message.ended),
        tuple((message.reminder_id, message.ended) for message in meant if message.ended),
    )


def _messages(account: Account, grace_ms: int, now_ms: int) -> Iterator[_MessageLeft]:
    """Reminders, and answers to replies, which name no stage that could be told apart here."""
    for sent in account.sent:
        ended = sent.outcome or (f"recalled for {sent.recalled_for}" if sent.recalled_for else "superseded")
        over = "expired" if now_ms > sent.expires_ms + grace_ms else ""
        yield _MessageLeft(sent.reminder_id, sent.stage, sent.issued_ms, ended if sent.final else over)
    for left in (heard.answer for heard in account.heard if heard.answer is not None):
        if left.reminder_id:
            over = "expired" if now_ms >= left.expires_ms else ""
            yield _MessageLeft(left.reminder_id, "", left.issued_ms, "recalled" if left.recalled else over)


def told(account_id: str, found: WouldTouch) -> str:
    """The same in words."""
    ended = "".join(f"; {reminder_id} is final ({how})" for reminder_id, how in found.final)
    count = len(found.open)
    return f"account {account_id}: {count} message{'' if count == 1 else 's'} to take back{ended}"
