"""A person is erased while workers, `tactful replies` and `tactful numbers` run: after compaction nothing of them
stands anywhere but on the topics whose retention is told; their opt-out and what left hold for whoever comes next.
"""

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from agents.numbers.table import NumberKeys
from agents.offline.workers import settings_of
from schemas.stored.accounts import decode
from streams import roles
from streams.cluster.whole_logs import LoggedRecord, last_value, read_topics
from streams.topics.rights import Principal
from streams.topics.topology import plan
from streams.transport.partitioner import partition_of
from tests.kafka.command import tactful
from tests.kafka.delivery.test_privacy import KEY, HeardProcesses, dressed
from tests.kafka.guarded import OWNER, Guarded
from tests.kafka.live import Live, account_in, missed, now, profile
from tests.kafka.rig import until

pytestmark = pytest.mark.kafka
NAME, SPOKEN, NUMBER = "Quixotelli", "zebrafisch with my aunt", "13755500141"
SHORT: Final = frozenset({roles.BORROWER_REPLIES, roles.REMINDERS, roles.REMINDER_DEAD_LETTERS})
"""What cannot be deleted record by record: the command tells until when it is there."""
TINY: Final = {
    "segment.ms": "1000",
    "max.compaction.lag.ms": "1000",
    "min.cleanable.dirty.ratio": "0.01",
    "delete.retention.ms": "1000",
}


class Erasing:
    """The processes, an account with a life behind it, and a look at everything."""

    def __init__(self, heard: HeardProcesses, guarded: Guarded) -> None:
        self.heard, self.live, self._guarded = heard, heard.live, guarded
        self.owner = settings_of({**self.live.variables, **guarded.login(OWNER)})

    async def compacts_soon(self) -> None:
        """All that the plan says of the compacted topics but for how long they may take."""
        client = AIOKafkaAdminClient(
            bootstrap_servers=list(self.owner.bootstrap_servers), **self.owner.kafka_security_kwargs()
        )
        await client.start()
        try:
            for spec in plan(self.owner):
                if spec.cleanup_policy == "compact":
                    changed = {**spec.configs(), **TINY}
                    await client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, spec.name, changed)])
        finally:
            await client.close()

    async def erase(self, account: str, *options: str) -> tuple[int, str]:
        eraser = {**self.live.variables, **self._guarded.login(Principal.eraser)}
        done = await tactful(eraser, "erase", account, "--by", "u-7", *options)
        return done.returncode, done.stdout + done.stderr

    async def records(self) -> list[LoggedRecord]:
        wanted = [spec.role for spec in plan(self.owner) if spec.role != roles.REMINDER_CONTROLS]
        return await read_topics(self.owner, wanted)

    async def places(self, secret: str, key: str | None = None) -> set[str]:
        """Where something stands, in whatever dress; with ``key`` in its records and those of nobody."""
        looks = tuple(dressed(secret))
        found = set()
        for record in await self.records():
            whole = b"\n".join((record.key or b"", record.value or b"", *(value for _, value in record.headers)))
            of_them = key is None or record.key in (None, key.encode())
            if of_them and any(look in whole for look in looks):
                found.add(record.role)
        files = [path for path in self.live.folder.rglob("*") if path.is_file()]
        assert files
        found |= {str(path) for path in files if any(look in path.read_bytes() for look in looks)}
        return found

    async def told(self, account: str, kind: str) -> list[dict[str, Any]]:
        return [body for body in await self.live.said(account, roles.CASE_UPDATED) if body["type"] == kind]

    async def stored(self, account: str, wanted: Callable[[Any], bool]) -> Any:
        """The account's row, once it is as wanted."""
        key = account.encode()

        async def found() -> Any:
            row = await last_value(self.owner, roles.ACCOUNTS_CHANGELOG, partition_of(key, 2), key)
            read = None if row is None else decode(row)
            return read if read is not None and wanted(read) else None

        return await until(found)

    async def coded(self, account: str, code: str) -> dict[str, Any]:
        async def found() -> dict[str, Any] | None:
            decisions = await self.live.said(account, roles.REMINDER_DECISIONS)
            return next((body for body in decisions if body["code"] == code), None)

        decision: dict[str, Any] = await until(found)
        return decision


@pytest.fixture
def erasing(guarded: Guarded, namespace: str, tmp_path: Path) -> Iterator[Erasing]:
    extra = {
        "TACTFUL_NUMBERS": "required",
        "TACTFUL_PARTITIONS": "2",
        "TACTFUL_LOG_LEVEL": "INFO",
        "TACTFUL_DATA_DIR": str(tmp_path / "data"),
    }
    live = Live(guarded.bootstrap_servers, namespace, tmp_path, extra, guarded.login)
    asyncio.run(guarded.grant_planned(live.settings))
    with live:
        heard = HeardProcesses(live, guarded)
        yield Erasing(heard, guarded)
        heard.stop()


async def lived(erasing: Erasing, account: str, sharer: str) -> dict[str, Any]:
    """A message, a reply, an opt-out on the profile, a record that nobody can read, and another account of the number.

    Returns the message.
    """
    live, number = erasing.live, f"+86{NUMBER}"
    await live.tell(roles.PROFILE_UPDATED, profile(account, phone=number, surname=NAME))
    await live.tell(roles.REPAYMENT_MISSED, missed(account))
    left = await live.heard(account, "reminder.issued")
    await erasing.heard.written([(NUMBER, SPOKEN)])
    await erasing.heard.until_told({(account, "UNCLEAR")})
    out = [{"scope": "all"}]
    await live.tell(roles.PROFILE_UPDATED, profile(account, phone=number, surname=NAME, opt_outs=out))
    await live.heard(account, "reminder.cancelled")
    await live.tell(roles.PROFILE_UPDATED, profile(account, phone=f"call {NUMBER}", surname=NAME))

    async def put_aside() -> bool:
        return any(record.key == account.encode() for record in await live.kept(roles.REMINDER_DEAD_LETTERS))

    await until(put_aside)
    await live.tell(roles.PROFILE_UPDATED, profile(sharer, phone=number, surname="Bystander"))

    async def shares() -> bool:
        return bool(await erasing.told(sharer, "number.told"))

    await until(shares)
    return left


async def test_nothing_of_the_person_stands_anywhere_and_what_protects_them_holds(erasing: Erasing) -> None:
    live, number = erasing.live, f"+86{NUMBER}"
    await erasing.compacts_soon()
    account, sharer, next_one = (account_in(number, 2, name) for number, name in ((0, "a"), (1, "b"), (1, "c")))
    left = await lived(erasing, account, sharer)
    before = await erasing.places(NAME)
    assert {roles.PROFILE_UPDATED, roles.ACCOUNTS_CHANGELOG, *SHORT} - {roles.BORROWER_REPLIES} <= before
    assert roles.BORROWER_REPLIES in await erasing.places(SPOKEN)

    code, said = await erasing.erase("nobody-knows-it", "--reason", "R-118")
    assert code == 2, said
    assert "nothing was written" in said
    started = now()
    code, said = await erasing.erase(account, "--reason", "R-118", "--output", "json")
    assert code == 0, said
    done = json.loads(said)
    assert (done["opt_out_kept"], done["contacts_kept"], done["profile_deleted"]) == (True, 1, True)
    gone_by = {one["topic"]: one["gone_by"] for one in done["topics"]}
    days = datetime.fromisoformat(gone_by[live.topic(roles.REMINDERS)]) - started
    assert timedelta(days=3) <= days <= timedelta(days=11), "the retention and a segment"
    noted = await erasing.coded(account, "ERASED")
    assert noted["erased"] == {"event_id": done["event_id"], "by": "u-7", "reason": "R-118"}

    async def compacted() -> bool:
        # A segment is closed, and with it cleaned, by a later record.
        fillers = (account_in(0, 2, f"filler-{now().timestamp()}"), account_in(1, 2, f"filler-{now().timestamp()}"))
        await live.introduce(*fillers)
        return await erasing.places(NAME) <= SHORT and await erasing.places(NUMBER, account) <= SHORT

    await until(compacted, step_s=1.0)
    assert await erasing.places(SPOKEN) == {roles.BORROWER_REPLIES}
    assert account.encode() in {r.key for r in await live.kept(roles.REMINDER_DECISIONS)}, "the pseudonym stays"
    hashed = NumberKeys(KEY).of(number).encode()
    assert {r.role for r in await erasing.records() if hashed in b"".join((r.key or b"", r.value or b""))} == {
        roles.NUMBERS
    }

    # The same person again, as another account and as the same one.
    await live.tell(roles.REPAYMENT_MISSED, missed(next_one))
    again = (profile(one, phone=number, surname="Again") for one in (next_one, account))
    await live.tell(roles.PROFILE_UPDATED, *again)
    await erasing.heard.until_told({(next_one, "STOP")})
    (contact,) = await erasing.told(next_one, "contact.made")
    assert datetime.fromisoformat(contact["made_at"]) == datetime.fromisoformat(left["issued_at"])
    assert not [body for body in await live.said(next_one) if body["type"] == "reminder.issued"]
    came = await erasing.stored(next_one, lambda one: one.case is not None and bool(one.case.replies))
    assert [(reply.reply_id, reply.keyword) for reply in came.case.replies] == [(done["event_id"], "STOP")]
    stored = await erasing.stored(account, lambda one: one.profile is not None)
    assert (done["event_id"], "STOP") in [(reply.reply_id, reply.keyword) for reply in stored.case.replies]
    assert [sent.phone for sent in stored.sent] == [""]
