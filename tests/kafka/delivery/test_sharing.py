"""Two accounts of one number in two partitions, two workers and `tactful numbers`, by the time of day: one message at
one tick, and none before the number's word has come. All with the planned rights and no others.
"""

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.offline.workers import environment
from streams import roles
from streams.topics.rights import Principal
from tests.kafka.command import TACTFUL, tactful
from tests.kafka.guarded import Guarded
from tests.kafka.live import POLICY, Live, account_in, missed, now_ms, profile
from tests.kafka.rig import until

pytestmark = pytest.mark.kafka
GAP_DAYS = 60
"""Turns so long that none ends while a test runs, but on one day in sixty."""
LONG_AGO_MS = (GAP_DAYS + 2) * 86_400_000
SHARED, ALONE = "+8613700137001", "+8613700137002"


class Sharing:
    """Workers that require the word, and processes of `tactful numbers`."""

    def __init__(self, live: Live, folder: Path) -> None:
        (folder / "key").write_text("k" * 32)
        self.live = live
        self._command = (*TACTFUL, "numbers", "--key-file", str(folder / "key"))
        self._environment = environment(
            {**live.variables, **live._users(Principal.numbers), "TACTFUL_HEALTH_PORT": "0"}
        )
        self._log = (folder / "numbers.log").open("ab")
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        self._processes.append(
            subprocess.Popen(self._command, env=self._environment, stdout=self._log, stderr=subprocess.STDOUT)
        )

    def kill(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()

    async def words(self) -> dict[str, list[int]]:
        """Of each account, of how many accounts it was told."""
        found: dict[str, list[int]] = {}
        for record in await self.live.kept(roles.CASE_UPDATED):
            fact = record.body()
            if fact["type"] == "number.told":
                found.setdefault(fact["account_id"], []).append(fact["accounts"])
        return found

    async def decided(self, account: str, code: str) -> None:
        """Wait until a decision about it has that code, of its own or of what comes next."""

        async def found() -> bool:
            self.live.workers.check_alive()
            said = await self.live.said(account, roles.REMINDER_DECISIONS)
            return any(code in {body["code"], *(one["code"] for one in body.get("next", ()))} for body in said)

        await until(found, 300.0)

    async def told(self, *accounts: str, phone: str) -> None:
        """Profiles of so long ago that no change of the number's accounts is waited for."""
        bodies = [profile(account, phone=phone) for account in accounts]
        await self.live.tell(roles.PROFILE_UPDATED, *bodies, timestamp_ms=now_ms() - LONG_AGO_MS)


@pytest.fixture
def sharing(guarded: Guarded, namespace: str, tmp_path: Path) -> Iterator[Sharing]:
    policy = tmp_path / "turns.toml"
    policy.write_text(POLICY.replace("[sending]\n", f"[sending]\nminimum_gap_days = {GAP_DAYS}\n"))
    extra = {"TACTFUL_POLICY": str(policy), "TACTFUL_NUMBERS": "required", "TACTFUL_PARTITIONS": "2"}
    live = Live(guarded.bootstrap_servers, namespace, tmp_path, extra, guarded.login)
    asyncio.run(guarded.grant_planned(live.settings))
    with live:
        made = Sharing(live, tmp_path)
        yield made
        made.kill()


async def test_of_two_accounts_of_a_number_one_is_written_to_and_none_before_its_word(sharing: Sharing) -> None:
    live = sharing.live
    one, other = account_in(0, 2, "one"), account_in(1, 2, "other")
    await sharing.told("alone", phone=ALONE)
    await live.tell(roles.REPAYMENT_MISSED, missed("alone"))
    await sharing.decided("alone", "NUMBER_UNCHECKED")
    assert await live.said("alone") == []

    await sharing.told(one, other, phone=SHARED)
    sharing.start()
    await live.heard("alone", "reminder.issued")
    sharing.kill()
    await sharing.told("third", phone=ALONE)
    sharing.start()

    async def all_told() -> bool:
        return set(await sharing.words()) == {"alone", one, other, "third"}

    await until(all_told, 300.0)
    words = await sharing.words()
    assert (words[one], words[other]) == ([2], [2]), "each once"
    assert (words["alone"], words["third"]) == ([1, 2], [2])

    await live.tell(roles.REPAYMENT_MISSED, missed(one), missed(other))

    async def one_was_written_to() -> str | None:
        left = {account: [body["type"] for body in await live.said(account)] for account in (one, other)}
        return next((account for account, types in left.items() if "reminder.issued" in types), None)

    written = await until(one_was_written_to, 300.0)
    waits = other if written == one else one
    await sharing.decided(waits, "NUMBER_SHARED")
    assert await live.said(waits) == []
    proof = await tactful({**live.variables, **live._users(Principal.verifier)}, "verify")
    assert proof.returncode == 0, proof.stdout + proof.stderr
