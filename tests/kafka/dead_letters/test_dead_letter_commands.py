"""`tactful dead-letters` on a real Kafka: what is listed, and the exact records that a person's word becomes."""

import asyncio
import json
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from agents.deadletters.record_format import dead_letter
from agents.offline.workers import settings_of
from schemas.partitions import UnownedDismissed, read_note
from schemas.reading import Reason, UnusableInput
from schemas.values.instants import to_utc
from streams import roles
from streams.broker.broker import Broker
from streams.cluster import admin
from streams.cluster.whole_logs import LoggedRecord, read_topics
from streams.settings import Settings
from streams.transport.events import InputRecord
from tests.kafka.command import tactful
from tests.kafka.live import account_in
from tests.places import OWN_POLICY

pytestmark = pytest.mark.kafka

PARTITION = 2
ACCOUNT = account_in(PARTITION, 4, "owner")
HEADERS: list[tuple[str, Any]] = [
    ("traceparent", b"00-ab"),
    ("bytes", b"\x00\xff"),
    ("null", None),
    ("twice", b"1"),
    ("twice", b"2"),
]
BODY = '{"surname":"王","phone":"010 1234"}'.encode()
WHO = ("--by", "u-7", "--reason", "the source is repaired")


class Room:
    """Topics of one test, with bad records on their inputs and the dead letters that a worker makes of them."""

    def __init__(self, broker: Broker, namespace: str) -> None:
        self.variables = {
            **OWN_POLICY,
            "TACTFUL_BOOTSTRAP_SERVERS": broker.bootstrap_servers,
            "TACTFUL_NAMESPACE": namespace,
            "TACTFUL_TOPIC_PREFIX": f"{namespace}-",
        }
        self.settings: Settings = settings_of(self.variables)

    async def put_aside(self, *given: tuple[str, bytes | None, bytes | None, Reason], limit: int = 10_000) -> list[str]:
        """Role, key, value and reason of each; their coordinates. The letters come in a transaction, as a worker's."""
        options: dict[str, Any] = {
            "bootstrap_servers": self.settings.bootstrap_servers,
            "compression_type": "gzip",
            "max_request_size": 2_000_000,
        }
        places = []
        letters = AIOKafkaProducer(transactional_id=self.settings.namespace, **options)
        async with AIOKafkaProducer(**options) as inputs, letters, letters.transaction():
            for role, key, value, reason in given:
                topic = self.settings.topics[role]
                sent = await inputs.send_and_wait(topic, value, key=key, partition=PARTITION, headers=HEADERS)
                fact = InputRecord(
                    topic, PARTITION, sent.offset, sent.timestamp, key, value, tuple(HEADERS), to_utc(0), {}
                )
                letter = dead_letter(fact, UnusableInput(reason, "a field"), "group", limit)
                await letters.send(
                    self.settings.topics[roles.REMINDER_DEAD_LETTERS],
                    letter.value,
                    key=letter.key,
                    partition=PARTITION,
                    headers=list(letter.headers),
                )
                places.append(f"{role}/{PARTITION}/{sent.offset}")
        return places

    async def kept(self, role: str) -> list[LoggedRecord]:
        return await read_topics(self.settings, (role,))

    async def command(self, *arguments: str, **more: str) -> tuple[int, list[str], str]:
        """Exit code, lines and complaints of `tactful dead-letters …`."""
        run = await tactful({**self.variables, **more}, "dead-letters", *arguments)
        assert "Traceback" not in run.stderr
        return run.returncode, run.stdout.splitlines(), run.stderr


@pytest.fixture
def room(broker: Broker, namespace: str) -> Room:
    room = Room(broker, namespace)
    asyncio.run(admin.create(room.settings))
    return room


async def test_letters_are_listed_and_shown(room: Room) -> None:
    nothing = await room.command("list")
    assert nothing == (1, [], "tactful: no dead letters\n")
    phone, keyless, large = await room.put_aside(
        (roles.PROFILE_UPDATED, ACCOUNT.encode(), BODY, Reason.BAD_PHONE),
        (roles.PAYMENT_RECEIVED, None, b"{}", Reason.NULL_KEY),
        (roles.CASE_UPDATED, b"\xff", b"x" * 20_000, Reason.TOO_LARGE),
    )
    code, lines, _ = await room.command("list", "--output", "json")
    told = [json.loads(line) for line in lines]
    assert code == 0
    assert [(letter["coordinates"], letter["reason"]) for letter in told] == [
        (phone, "BAD_PHONE"),
        (keyless, "NULL_KEY"),
        (large, "TOO_LARGE"),
    ]
    assert [(letter["size_bytes"], letter["left_out"], letter["key"]) for letter in told] == [
        (len(BODY), False, "***"),
        (2, False, None),
        (20_000, True, "***"),
    ]
    for arguments, expected in (
        (("--reason", "NULL_KEY"), [keyless]),
        (("--topic", "case-updated", "--partition", str(PARTITION)), [large]),
        (("--account", ACCOUNT, "--since", "2020-01-01"), [phone]),
        (("--limit", "2"), [phone, keyless]),
    ):
        _, lines, _ = await room.command("list", *arguments)
        assert [line.split("  ")[1] for line in lines] == expected
    assert (await room.command("list", "--since", "2199-01-01"))[0] == 1
    code, lines, _ = await room.command("show", phone)
    assert code == 0
    assert '  "surname": <text>,' in lines
    assert not any("王" in line or ACCOUNT in line or "00-ab" in line for line in lines)
    _, lines, _ = await room.command("show", phone, "--reveal")
    assert lines[-1] == BODY.decode()
    assert {f"key: {ACCOUNT}", "  traceparent: 00-ab", "  bytes: 00 ff"} <= set(lines)


async def test_a_replay_is_the_same_bytes_and_a_dry_run_writes_nothing(room: Room) -> None:
    given = (
        (roles.PROFILE_UPDATED, ACCOUNT.encode(), BODY),
        (roles.PAYMENT_RECEIVED, b"\xff", None),
        # More than its topic takes, unless it is compressed, as it was when it came.
        (roles.REPAYMENT_MISSED, b"", b"x" * 1_150_000),
    )
    places = await room.put_aside(*((*record, Reason.BAD_VALUE) for record in given), limit=1_200_000)
    before = [await room.kept(role) for role in roles.INPUTS]
    code, lines, _ = await room.command("replay", "--all", "--dry-run", *WHO)
    assert (code, lines[-1]) == (0, "would replay: 3, refused: 0")
    assert [await room.kept(role) for role in roles.INPUTS] == before

    for _ in range(2):
        code, lines, _ = await room.command("replay", *places, "--rate", "50", *WHO)
        assert (code, lines[-1]) == (0, "replayed: 3, refused: 0")
    for (role, key, value), place in zip(given, places, strict=True):
        original, *replays = await room.kept(role)
        assert len(replays) == 2
        for record in replays:
            assert (record.partition, record.key, record.value) == (PARTITION, key, value)
            assert record.headers == (
                *HEADERS,
                ("tactful.replay-of", place.encode()),
                ("tactful.replayed-by", b"u-7"),
                ("tactful.replayed-reason", b"the source is repaired"),
            )
            assert record.timestamp_ms > original.timestamp_ms


async def test_what_is_settled_is_open_no_more(room: Room) -> None:
    owned, unowned, again, left = await room.put_aside(
        (roles.PAYMENT_RECEIVED, ACCOUNT.encode(), b"[", Reason.NOT_JSON),
        (roles.CASE_UPDATED, None, b"[", Reason.NULL_KEY),
        (roles.CASE_UPDATED, ACCOUNT.encode(), b"[", Reason.NOT_JSON),
        (roles.CASE_UPDATED, ACCOUNT.encode(), b"x" * 20_000, Reason.TOO_LARGE),
    )
    there = len(await room.kept(roles.CASE_UPDATED))
    code, lines, _ = await room.command("dismiss", owned, unowned, *WHO, "--output", "json")
    assert code == 0
    assert {told["dismissed"]: told["held_an_account"] for told in map(json.loads, lines)} == {
        owned: True,
        unowned: False,
    }
    note, fact = (await room.kept(roles.CASE_UPDATED))[there:]
    assert {note.partition, fact.partition} == {PARTITION}
    assert (note.key, fact.key) == (None, ACCOUNT.encode())
    assert isinstance(read_note(note.value), UnownedDismissed)
    assert {dict(record.headers)["ce_type"] for record in (note, fact)} == {b"dead-letter.dismissed"}
    body = fact.body()
    assert f"{body['role']}/{body['partition']}/{body['offset']}" == owned
    assert (body["account_id"], body["dismissed_by"], body["reason"]) == (ACCOUNT, "u-7", "the source is repaired")

    # What was left out cannot be said again; it is named, the others are replayed all the same.
    code, lines, complaint = await room.command("replay", "--open", *WHO)
    assert (code, lines[-1]) == (2, "replayed: 1, refused: 1")
    assert complaint.startswith(f"tactful: {left}: only named by its hash")
    _, lines, _ = await room.command("list", "--open")
    assert [line.split("  ")[1] for line in lines] == [left]
    _, lines, _ = await room.command("list", "--outcome", "--output", "json")
    outcomes = {told["coordinates"]: told["outcome"] for told in map(json.loads, lines)}
    assert outcomes.pop(again).startswith("replayed by u-7 as case-updated/2/")
    assert outcomes == {owned: "dismissed by u-7", unowned: "dismissed by u-7", left: "open"}


async def test_a_pause_ends_by_a_record_in_its_partition(room: Room) -> None:
    code, lines, _ = await room.command("resume", roles.PAYMENT_RECEIVED, "3", *WHO)
    assert (code, lines) == (0, ["resumed: payment-received/3, as: case-updated/3/0"])
    in_replay = {"TACTFUL_CLOCK": "replay"}
    assert (await room.command("resume", roles.PAYMENT_RECEIVED, "1", *WHO, **in_replay))[0] == 2
    at = ("--at", "2026-03-02T09:00:00+08:00")
    assert (await room.command("resume", roles.PAYMENT_RECEIVED, "1", *WHO, *at))[0] == 2
    assert (await room.command("resume", roles.PAYMENT_RECEIVED, "1", *WHO, *at, **in_replay))[0] == 0
    replayed, resumed = sorted(await room.kept(roles.CASE_UPDATED), key=lambda record: record.partition)
    assert (resumed.partition, resumed.key, resumed.body()["type"]) == (3, None, "input.resumed")
    assert (replayed.partition, to_utc(replayed.timestamp_ms).isoformat()) == (1, "2026-03-02T01:00:00+00:00")


async def test_what_cannot_be_done_is_one_clear_line(room: Room) -> None:
    (place,) = await room.put_aside((roles.PAYMENT_RECEIVED, ACCOUNT.encode(), b"[", Reason.NOT_JSON))
    gone = f"payment-received/{PARTITION}/999"
    for arguments, code, complaint in (
        (("show", gone), 1, f"no dead letter {gone}"),
        (("replay", place, gone, *WHO), 1, f"no dead letter {gone}"),
        (("dismiss", gone, *WHO), 1, f"no dead letter {gone}"),
        (("dismiss", gone, "--account", account_in(1, 4, "other"), *WHO), 2, "other-"),
        (("resume", roles.PAYMENT_RECEIVED, "4", *WHO), 2, "no input payment-received partition 4"),
    ):
        found, _, told = await room.command(*arguments)
        assert (found, told.count("\n")) == (code, 1), told
        assert told.startswith(f"tactful: {complaint}")
    # It is on its topic no longer, but whoever knows whose it was can still end its hold.
    assert (await room.command("dismiss", gone, "--account", ACCOUNT, *WHO))[0] == 0
    assert (await room.kept(roles.CASE_UPDATED))[-1].key == ACCOUNT.encode()
