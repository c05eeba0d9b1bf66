"""Worker, simulation and verifier read the same records in the same way, by whatever settings.

Each is asked what its records told the core, and whom they hold in the end. A release that releases nothing counts for
nothing: the worker forgets whom a record had held when that is over, the verifier knows it from the records for ever.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, composite

from agents.deadletters.letters import read_letter
from agents.decisions import step
from agents.decisions.account.case.holds import UNREAD_FACT
from agents.decisions.inputs import FactRead, ProfileErased, RecordFreed, RecordUnread
from agents.decisions.policy.versions import Versions
from agents.offline.fact_files import FactLine
from agents.offline.simulation import Simulation
from agents.verifier.compare import verify
from agents.verifier.said import InputReader
from schemas.envelope import MARK_TYPE, REPLAY_OF, TYPE_HEADER, Headers
from schemas.stored import accounts
from schemas.values.instants import to_ms
from streams import roles
from streams.clock import Grid
from streams.cluster.whole_logs import LoggedRecord
from streams.transport.partitioner import partition_of
from tests.agents.reminders.fake_worker import BOOK, KEY, NOW, PARTITION, Counter
from tests.schemas.samples import INPUTS

LIMIT_BYTES: Final = 1_024
OTHER: Final = next(f"B-{n}" for n in range(99) if partition_of(f"B-{n}".encode(), 4) == PARTITION)
FOREIGN: Final = next(f"B-{n}" for n in range(99) if partition_of(f"B-{n}".encode(), 4) != PARTITION)
ACCOUNTS: Final = (KEY.decode(), OTHER, FOREIGN)
FACTS: Final = [(role, body) for role, body in INPUTS if role in roles.INPUTS]
BODY_OF_A_MARK: Final = {"type": "source.progress", "source": "core", "complete_to": NOW.isoformat()}
BY: Final = {"reason": "noise", "dismissed_by": "an.officer", "time": NOW.isoformat()}

Told = tuple[str, str, str]
"""Account, what happened to it, and the coordinates or the type of the fact."""


class ReadingSaid(NamedTuple):
    """One record and the coordinates that it will have in partition ``partition``."""

    role: str
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers


@composite
def records(draw: DrawFn, partition: int) -> list[ReadingSaid]:
    """Good and broken, too large, with another's key, without one, brought back, given up, erased; marks and notes."""
    found: list[ReadingSaid] = []
    for _ in range(draw(st.integers(1, 14))):
        role, body = draw(st.sampled_from(FACTS))
        account_id = draw(st.sampled_from(ACCOUNTS))
        place = draw(st.sampled_from(_places(found, partition)))
        role, value = draw(st.sampled_from(list(_values(role, {**body, "account_id": account_id}, place))))
        key = draw(st.sampled_from((account_id.encode(),) * 6 + (KEY, None, None, b"", b"\xff")))
        mark, again = (TYPE_HEADER, MARK_TYPE), (REPLAY_OF, place.encode())
        headers = draw(st.sampled_from(((), (), (), (mark,), (again,), (again,), (("other", b"x"), again))))
        found.append(ReadingSaid(role, sum(one.role == role for one in found), key, value, headers))
    return found


def _places(found: Sequence[ReadingSaid], partition: int) -> list[str]:
    """Coordinates that a person may name: of what has come, of what has not, and of nothing."""
    return [*(f"{one.role}/{partition}/{one.offset}" for one in found), f"payment-received/{partition}/1", "nowhere"]


def _values(role: str, body: dict[str, Any], place: str) -> Iterator[tuple[str, bytes | None]]:
    good = json.dumps(body).encode()
    yield from ((role, good),) * 4
    yield role, b"{"
    yield role, json.dumps({"account_id": body["account_id"]}).encode()
    yield role, json.dumps({**body, "padding": "x" * LIMIT_BYTES}).encode()
    yield role, json.dumps(BODY_OF_A_MARK).encode()
    yield role, None
    yield roles.PROFILE_UPDATED, None
    if place != "nowhere":
        of_role, of_partition, offset = place.split("/")
        at = {"role": of_role, "partition": int(of_partition), "offset": int(offset), **BY}
        dismissal = {"type": "dead-letter.dismissed", "event_id": place, "account_id": body["account_id"], **at}
        yield from ((roles.CASE_UPDATED, json.dumps({"type": "unowned.dismissed", **at}).encode()),) * 2
        yield from ((roles.CASE_UPDATED, json.dumps(dismissal).encode()),) * 2
        resumed = {"type": "input.resumed", "role": of_role, "partition": int(of_partition), "resumed_by": "an.officer"}
        yield roles.CASE_UPDATED, json.dumps({"reason": "mended", "time": NOW.isoformat(), **resumed}).encode()


@contextmanager
def witnessed(module: str) -> Iterator[list[Told]]:
    """What a module tells the core, which answers as ever."""
    heard: list[Told] = []

    def listening(account: Any, account_id: str, happening: Any, occasion: Any) -> Any:
        heard.extend(_told(account_id, happening))
        return step(account, account_id, happening, occasion)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"{module}.step", listening)
        yield heard


def _told(account_id: str, happening: object) -> Iterator[Told]:
    match happening:
        case FactRead(fact):
            yield account_id, "fact", fact.event_id + fact.model_dump_json()
        case RecordUnread(at):
            yield account_id, "unread", at
        case RecordFreed(at):
            yield account_id, "freed", at
        case ProfileErased():
            yield account_id, "erased", ""


def by_account(heard: Sequence[Told]) -> dict[str, list[tuple[str, str]]]:
    """Account -> what happened to it, in order, without releases of what it was not held by."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    held: set[tuple[str, str]] = set()
    for account_id, kind, what in heard:
        if kind == "unread":
            held.add((account_id, what))
        elif kind == "freed":
            if (account_id, what) not in held:
                continue
            held.remove((account_id, what))
        found[account_id].append((kind, what))
    return dict(found)


def holds(found: dict[bytes, accounts.Account]) -> dict[str, set[str]]:
    """Account -> the records that hold it."""
    named = {
        account.account_id: {hold.hold_id for hold in account.holds if hold.kind == UNREAD_FACT}
        for account in found.values()
    }
    return {account_id: ids for account_id, ids in named.items() if ids}


class ReadingWorld(NamedTuple):
    """Settings and records of one partition of so many."""

    partitions: int
    partition: int
    silencing: tuple[str, ...] | None
    said: list[ReadingSaid]

    def instant_ms(self, number: int) -> int:
        return to_ms(NOW + timedelta(seconds=number))


@composite
def worlds(draw: DrawFn) -> ReadingWorld:
    partitions = draw(st.sampled_from((1, 4)))
    partition = 0 if partitions == 1 else PARTITION
    silencing = draw(st.none() | st.lists(st.sampled_from(roles.INPUTS), unique=True).map(tuple))
    return ReadingWorld(partitions, partition, silencing, draw(records(partition)))


def of_worker(world: ReadingWorld) -> tuple[Counter, list[Told]]:
    worker = Counter(
        partitions=world.partitions,
        silencing_inputs=world.silencing,
        input_max_bytes=LIMIT_BYTES,
        bad_share_max=1,
    )
    with witnessed("agents.reminders.agent") as heard:
        for number, one in enumerate(world.said):
            worker.chunk(
                (one.role, one.value),
                now=NOW + timedelta(seconds=number),
                key=one.key,
                headers=one.headers,
                partition=world.partition,
            )
    return worker, heard


def of_simulation(world: ReadingWorld) -> tuple[Simulation, list[Told]]:
    simulation = Simulation(BOOK, Grid(1, 0, "UTC"), LIMIT_BYTES, silencing=world.silencing or roles.INPUTS)
    lines = [
        FactLine(world.instant_ms(n), *(one.role, one.key, one.value, one.headers)) for n, one in enumerate(world.said)
    ]
    with witnessed("agents.offline.simulation") as heard:
        list(simulation.run(lines, world.instant_ms(len(lines)) - 1))
    return simulation, heard


def of_verifier(world: ReadingWorld, worker: Counter) -> list[Told]:
    inputs, letters = as_kept(world), written(world, worker, roles.REMINDER_DEAD_LETTERS)
    names = {role: role for role in roles.INPUTS}
    unusable = {letter.at for letter in (read_letter(record, names) for record in letters) if letter is not None}
    assert len(unusable) == len(letters)
    reader = InputReader(worker.settings, inputs, unusable)
    told = sorted(
        (said.bus_ms, key, said) for record in inputs if not record.is_mark for key, said in reader.said(record)
    )
    assert reader.open == []
    return [one for _, key, said in told for happening in said.happenings for one in _told(key.decode(), happening)]


def as_kept(world: ReadingWorld) -> list[LoggedRecord]:
    """As the topics are read: one input after the other."""
    found = [
        LoggedRecord(one.role, world.partition, one.offset, world.instant_ms(n), one.key, one.value, one.headers)
        for n, one in enumerate(world.said)
    ]
    return sorted(found, key=lambda record: roles.INPUTS.index(record.role))


def written(world: ReadingWorld, worker: Counter, role: str) -> list[LoggedRecord]:
    return [
        LoggedRecord(role, world.partition, offset, to_ms(NOW), sent["key"], sent["value"], tuple(sent["headers"]))
        for offset, sent in enumerate(worker.left(role).sent)
    ]


@settings(max_examples=300)
@given(worlds())
def test_all_read_the_same_records_in_the_same_way(world: ReadingWorld) -> None:
    worker, heard = of_worker(world)
    of_the_worker = by_account(heard)
    held = holds({key: accounts.decode(raw) for key, raw in worker.kept.items()})
    assert by_account(of_verifier(world, worker)) == of_the_worker
    outputs = [record for role in roles.OUTPUTS for record in written(world, worker, role)]
    applied, ticked = {world.partition: worker.positions}, {world.partition: 0}
    report = verify([*as_kept(world), *outputs], (), worker.settings, Versions(BOOK), applied, ticked)
    assert report.clean, report
    if world.partitions == 1:  # a file has no partitions: no line of it can lie in a wrong one
        simulation, heard = of_simulation(world)
        assert by_account(heard) == of_the_worker
        assert holds(simulation.accounts) == held
