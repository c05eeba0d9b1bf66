"""Workers under a supervisor that starts again what ended by itself, as a platform would, and notes it."""

import asyncio
import os
import signal
import struct
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from agents.offline.workers import environment, free_port
from tests.kafka.command import TACTFUL
from tests.places import ROOT

RESTART_PAUSE_S: Final = 1.0
_LOOK_S: Final = 0.2
_STOP_TIMEOUT_S: Final = 30.0
_REASON_CHARACTERS: Final = 160


_CLOCK_SHIFT: Final = ROOT / "tests" / "kafka" / "faults" / "clock_shift"
_SHIFT: Final = struct.Struct("d")


def _instance(number: int) -> str:
    return f"w{number}"


class Exit(NamedTuple):
    """A worker that ended although nobody asked it to."""

    worker: int
    code: int
    why: str


class SupervisedWorkers:
    """`async with SupervisedWorkers(2, settings, folder) as workers`."""

    def __init__(self, count: int, settings: Mapping[str, str], folder: Path) -> None:
        self._settings, self._folder = dict(settings), folder
        self._ports = [free_port() for _ in range(count)]
        self._processes: list[subprocess.Popen[bytes]] = []
        self._supervisor: asyncio.Task[None] | None = None
        self.exits: list[Exit] = []

    @property
    def numbers(self) -> range:
        return range(len(self._ports))

    async def __aenter__(self) -> "SupervisedWorkers":
        self._processes = [self._spawn(number) for number in self.numbers]
        self._supervisor = asyncio.create_task(self._supervise())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._supervisor is not None:
            self._supervisor.cancel()
        await asyncio.to_thread(self._stop)

    def freeze(self, number: int) -> None:
        self._processes[number].send_signal(signal.SIGSTOP)

    def thaw(self, number: int) -> None:
        self._processes[number].send_signal(signal.SIGCONT)

    def kill(self, number: int) -> None:
        """kill -9; the supervisor starts it again and does not count it as an exit."""
        process = self._processes[number]
        process.kill()
        process.wait()
        self._processes[number] = self._spawn(number)

    def set_clock(self, number: int, ahead_s: float) -> None:
        """Put the worker's time of day ahead of the machine's, or behind."""
        with (self._folder / _instance(number)).open("r+b") as shift:
            shift.write(_SHIFT.pack(ahead_s))

    def log_of(self, number: int) -> str:
        """Of all its lives."""
        return self._log(number).read_text(errors="replace")

    def _log(self, number: int) -> Path:
        return self._folder / f"worker-{number}.log"

    def _spawn(self, number: int) -> subprocess.Popen[bytes]:
        own = {
            "TACTFUL_INSTANCE_ID": _instance(number),
            "TACTFUL_HEALTH_PORT": str(self._ports[number]),
            "PYTHONPATH": os.pathsep.join((str(_CLOCK_SHIFT), str(ROOT))),
            "CLOCK_SHIFT_FOLDER": str(self._folder),
        }
        with self._log(number).open("ab") as output:
            output.write(f"=== {time.monotonic():.1f}\n".encode())
            output.flush()
            return subprocess.Popen(
                (*TACTFUL, "worker"),
                env=environment({**self._settings, **own}),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    async def _supervise(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_S)
            for number, process in enumerate(self._processes):
                if (code := process.poll()) is not None:
                    self.exits.append(Exit(number, code, self._why(number)))
                    await asyncio.sleep(RESTART_PAUSE_S)
                    self._processes[number] = self._spawn(number)

    def _why(self, number: int) -> str:
        life = self.log_of(number).rpartition("\n=== ")[2].splitlines()
        told = (
            [line for line in life if "the worker stops" in line]
            or [line for line in life if "Error" in line or "CRITICAL" in line]
            or life
        )
        return told[-1][-_REASON_CHARACTERS:] if told else ""

    def _stop(self) -> None:
        for process in self._processes:
            process.send_signal(signal.SIGCONT)
            process.terminate()
        deadline = time.monotonic() + _STOP_TIMEOUT_S
        for process in self._processes:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
