"""Worker processes and how far they have come: what the demo and the Kafka tests share.

Each worker is `tactful worker` in a process of its own, so that it can be killed as a machine would kill it.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final
from urllib.error import URLError
from urllib.request import urlopen

from streams.settings import Settings
from streams.settings_faults import PREFIX

_NEXT_TICK = re.compile(r'^tactful_next_tick_seconds\{partition="(\d+)"\} (\S+)$', re.MULTILINE)
_COMMAND: Final = (sys.executable, "-c", "from agents.cli import main; main()", "worker")
_STOP_TIMEOUT_S: Final = 20.0
_POLL_S: Final = 0.2


class WorkersFailed(RuntimeError):
    """A worker died by itself, or the replay did not come as far as it should in time."""


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with its own settings left out and the given ones in."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return {**clean, **settings}


def settings_of(variables: Mapping[str, str]) -> Settings:
    """The settings that a process with these variables has.

    Raises SettingsError.
    """
    fields: dict[str, Any] = {name.removeprefix(PREFIX).lower(): value for name, value in variables.items()}
    return Settings(**fields, _env_file=None)


def free_port() -> int:
    """A port on loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Workers:
    """`with Workers(2, settings, logs) as workers`: they are stopped at the end, however it comes."""

    def __init__(self, count: int, settings: Mapping[str, str], logs: Path) -> None:
        self._settings = dict(settings)
        self._logs = logs
        self._ports = [free_port() for _ in range(count)]
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self._outputs: list[IO[bytes]] = []

    def __enter__(self) -> "Workers":
        try:
            for number in range(len(self._ports)):
                self.restart(number)
        except BaseException:
            self._stop_all()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_all()

    def _stop_all(self) -> None:
        for process in self._processes.values():
            process.terminate()
            process.send_signal(signal.SIGCONT)
        deadline = time.monotonic() + _STOP_TIMEOUT_S
        for process in self._processes.values():
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for output in self._outputs:
            output.close()

    def _spawn(self, number: int) -> subprocess.Popen[bytes]:
        own = {
            f"{PREFIX}INSTANCE_ID": f"worker-{number}",
            f"{PREFIX}HEALTH_PORT": str(self._ports[number]),
        }
        output = (self._logs / f"worker-{number}.log").open("ab")
        self._outputs.append(output)
        env = environment({**self._settings, **own})
        return subprocess.Popen(_COMMAND, env=env, stdout=output, stderr=subprocess.STDOUT)  # noqa: S603 - our own

    def kill(self, number: int) -> None:
        """kill -9, as an out-of-memory killer would."""
        self._processes[number].send_signal(signal.SIGKILL)
        self._processes[number].wait()

    def restart(self, number: int) -> None:
        """Start a worker that was killed, under its old name."""
        self._processes[number] = self._spawn(number)

    def add(self) -> int:
        """Start one more; returns its number."""
        self._ports.append(free_port())
        number = len(self._ports) - 1
        self.restart(number)
        return number

    def stop(self, number: int) -> int:
        """Ask a worker to end; returns its exit code."""
        self._processes[number].terminate()
        return self.ended(number, _STOP_TIMEOUT_S)

    def ended(self, number: int, timeout_s: float) -> int:
        """The exit code of a worker that ends by itself in time; nobody minds any more that it is gone."""
        code = self._processes[number].wait(timeout_s)
        del self._processes[number]
        return code

    def pause(self, number: int) -> None:
        """Freeze a worker in the middle of whatever it does, as a stalled machine would."""
        self._processes[number].send_signal(signal.SIGSTOP)

    def resume(self, number: int) -> None:
        """Let a frozen worker go on, as if no time had passed."""
        self._processes[number].send_signal(signal.SIGCONT)

    def log_of(self, number: int) -> str:
        """What a worker has written."""
        return (self._logs / f"worker-{number}.log").read_text(errors="replace")

    def pages(self) -> Iterator[str]:
        """The metrics of every worker that answers."""
        for number in self._processes:
            yield self._page_of(number)

    def next_ticks(self) -> dict[int, int]:
        """Partition -> the instant, in epoch milliseconds, before which its ticks have all been handled."""
        return {partition: ms for page in self.pages() for partition, ms in _ticks_on(page).items()}

    def owned(self, number: int) -> set[int]:
        """The partitions that a worker works on now."""
        return set(_ticks_on(self._page_of(number)))

    def _page_of(self, number: int) -> str:
        try:
            with urlopen(f"http://127.0.0.1:{self._ports[number]}/metrics", timeout=5) as page:
                text: str = page.read().decode()
        except (URLError, OSError):
            return ""
        return text

    def check_alive(self) -> None:
        """Raises WorkersFailed, with the end of its log, when a worker has ended by itself."""
        for number, process in self._processes.items():
            if process.poll() is not None:
                raise WorkersFailed(f"worker {number} ended with {process.returncode}:\n{self.log_of(number)[-2_000:]}")

    def wait_until(self, instant_ms: int, partitions: int, timeout_s: float) -> None:
        """Return when every tick up to and including ``instant_ms`` is handled in each partition."""
        deadline = time.monotonic() + timeout_s
        while True:
            self.check_alive()
            reached = self.next_ticks()
            if len(reached) == partitions and min(reached.values()) > instant_ms:
                return
            if time.monotonic() > deadline:
                raise WorkersFailed(f"after {timeout_s:.0f} s the partitions stand at {reached}, not past {instant_ms}")
            time.sleep(_POLL_S)


def _ticks_on(page: str) -> dict[int, int]:
    return {int(partition): int(float(seconds) * 1000) for partition, seconds in _NEXT_TICK.findall(page)}
