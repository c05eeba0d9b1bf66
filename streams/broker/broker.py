"""A real single-node Apache Kafka (KRaft) for development and tests, without Docker.

It listens on loopback only, keeps its data in a temporary folder, and never outlives the process that
started it.
"""

import atexit
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from streams.broker.jars import BrokerError, kafka_libs

__all__ = ["Broker", "BrokerError"]

CLUSTER_ID = "dGFjdGZ1bC1icm9rZXIhIQ"
MIN_JAVA = 17
START_TIMEOUT_S = 240.0
STOP_TIMEOUT_S = 10.0
PORT_ATTEMPTS = 3
TAIL_LINES = 20
STARTED_LINE = "Kafka Server started"
CONTROLLER_LISTENER = "CONTROLLER"

# The shell becomes Java; its background half waits on a pipe that closes when our process ends, however.
SUPERVISED = """
exec 3<&0
(
  read -r _ <&3
  kill -9 $$ 2>/dev/null
  [ -z "$TACTFUL_BROKER_REMOVE" ] || rm -rf "$TACTFUL_BROKER_REMOVE"
) &
exec "$@" 3<&- </dev/null
"""


class Broker:
    """`with Broker() as broker: broker.bootstrap_servers`.

    `kill()` then `start()` is a crash and a restart on the same data and ports. `users` are names and passwords for
    SCRAM-SHA-512; what asks for them is up to `properties`.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        data_dir: Path | None = None,
        properties: Mapping[str, str] | None = None,
        users: Mapping[str, str] | None = None,
        cache_dir: Path | None = None,
        heap: str = "1g",
        jvm: Sequence[str] = (),
    ) -> None:
        self._wanted_port = port
        self._kept_dir = data_dir
        self._properties = dict(properties or {})
        self._users = dict(users or {})
        self._cache_dir = cache_dir
        self._jvm = ("-Xms256m", f"-Xmx{heap}", *jvm)
        self._dir: Path | None = None
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap_servers(self) -> str:
        if self._process is None:
            raise BrokerError("the broker is not running")
        return f"127.0.0.1:{self._port}"

    @property
    def pid(self) -> int:
        if self._process is None:
            raise BrokerError("the broker is not running")
        return self._process.pid

    @property
    def log_path(self) -> Path:
        if self._dir is None:
            raise BrokerError("the broker has not been started")
        return self._dir / "broker.log"

    def start(self) -> None:
        """Return when Kafka serves requests; BrokerError says why it does not."""
        if self._process is not None:
            raise BrokerError("the broker is already running")
        java = _find_java()
        libs = kafka_libs(self._cache_dir)
        if self._wanted_port and _in_use(self._wanted_port):
            raise BrokerError(f"port {self._wanted_port} on 127.0.0.1 is in use: choose another, or 0 for a free one")
        atexit.register(self.stop)
        try:
            self._start(java, libs)
        except BaseException:
            self.stop()
            raise

    def _start(self, java: str, libs: Path) -> None:
        if self._dir is not None:
            self._launch(java, libs, self._dir)
            return
        self._dir = folder = self._kept_dir or Path(tempfile.mkdtemp(prefix="tactful-broker-"))
        folder.mkdir(parents=True, exist_ok=True)
        for attempt in range(1, PORT_ATTEMPTS + 1):
            self._format(java, libs, folder)
            try:
                self._launch(java, libs, folder)
                return
            except BrokerError as error:
                # Between choosing a free port and using it somebody else may have taken it.
                lost_port = "Address already in use" in str(error)
                if not lost_port or self._wanted_port or attempt == PORT_ATTEMPTS:
                    raise
                self.kill()

    def _format(self, java: str, libs: Path, folder: Path) -> None:
        own, controller = free_ports(2)
        self._port = self._wanted_port or own
        config = folder / "server.properties"
        settings = _server_properties(self._port, controller, folder / "data") | self._properties
        config.write_text("".join(f"{name}={value}\n" for name, value in settings.items()), encoding="utf-8")
        command = [java, "-XX:TieredStopAtLevel=1", "-cp", f"{libs}/*", "kafka.tools.StorageTool", "format"]
        command += ["--ignore-formatted", "-t", CLUSTER_ID, "-c", str(config)]
        for name, password in self._users.items():
            command += ["--add-scram", f"SCRAM-SHA-512=[name={name},password={password}]"]
        run = subprocess.run(command, capture_output=True, text=True, timeout=START_TIMEOUT_S, check=False)
        if run.returncode != 0:
            raise BrokerError(f"Kafka could not format {folder}:\n{_tail(run.stdout + run.stderr)}")

    def _launch(self, java: str, libs: Path, folder: Path) -> None:
        command = [java, *self._jvm, "-cp", f"{libs}/*", "kafka.Kafka"]
        command.append(str(folder / "server.properties"))
        removed_at_end = "" if self._kept_dir else str(folder)
        with self.log_path.open("wb") as log:
            process = subprocess.Popen(
                ["/bin/sh", "-c", SUPERVISED, "tactful-broker", *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=folder,
                env=os.environ | {"TACTFUL_BROKER_REMOVE": removed_at_end},
            )
        self._process = process
        deadline = time.monotonic() + START_TIMEOUT_S
        while STARTED_LINE not in self._log():
            if process.poll() is not None:
                raise BrokerError(f"Kafka died while starting (exit {process.returncode}):\n{self.log_tail()}")
            if time.monotonic() > deadline:
                raise BrokerError(f"Kafka did not start in {START_TIMEOUT_S:.0f} s:\n{self.log_tail()}")
            time.sleep(0.05)

    def check_alive(self) -> None:
        """BrokerError in one line, with the last error that Kafka logged, if Kafka has died."""
        if self._process is None:
            raise BrokerError("the broker is not running")
        if self._process.poll() is not None:
            errors = [line for line in self._log().splitlines() if " ERROR " in line]
            said = f"its last error: {errors[-1]}" if errors else "it logged no error"
            raise BrokerError(f"Kafka has died (exit {self._process.returncode}); {said}")

    def kill(self) -> None:
        """End the process as a crash would; data and ports stay."""
        process, self._process = self._process, None
        if process is None:
            return
        _kill_group(process.pid)
        process.wait(STOP_TIMEOUT_S)
        if process.stdin is not None:
            process.stdin.close()

    def freeze(self) -> None:
        """Stop the process without ending it, as a machine under a live migration: connections stay open."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def stop(self) -> None:
        """End the broker and remove its temporary folder; safe to call again.

        Killed, not shut down: an orderly shutdown takes seconds, and Kafka recovers its log from a kill.
        """
        atexit.unregister(self.stop)
        self.kill()
        if self._dir is not None and self._kept_dir is None:
            shutil.rmtree(self._dir, ignore_errors=True)
        self._dir = None

    def log_tail(self) -> str:
        """What to read first: Kafka's own errors if it logged any (a shutdown buries them), else its last lines."""
        lines = self._log().splitlines()
        first_error = next((number for number, line in enumerate(lines) if " ERROR " in line), None)
        if first_error is None:
            return "\n".join(lines[-TAIL_LINES:])
        return "\n".join(lines[first_error : first_error + TAIL_LINES])

    def _log(self) -> str:
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def __enter__(self) -> "Broker":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _server_properties(port: int, controller_port: int, data: Path) -> dict[str, str]:
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "controller.listener.names": CONTROLLER_LISTENER,
        "listeners": f"PLAINTEXT://127.0.0.1:{port},{CONTROLLER_LISTENER}://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "log.dirs": str(data),
        "auto.create.topics.enable": "false",
        "group.initial.rebalance.delay.ms": "0",
        "offsets.topic.num.partitions": "4",
        "offsets.topic.replication.factor": "1",
        "transaction.state.log.num.partitions": "4",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.num.partitions": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
    }


def _find_java() -> str:
    home = os.environ.get("JAVA_HOME")
    in_home = Path(home) / "bin" / "java" if home else None
    java = str(in_home) if in_home and in_home.is_file() else shutil.which("java")
    if java is None:
        raise BrokerError(f"Java is not on the PATH: the embedded broker needs Java {MIN_JAVA} or newer")
    run = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=30, check=False)
    found = re.search(r'version "(\d+)', run.stderr + run.stdout)
    if found is None:
        raise BrokerError(f"cannot read the version of {java}: {_tail(run.stderr + run.stdout)}")
    if int(found[1]) < MIN_JAVA:
        raise BrokerError(f"{java} is Java {found[1]}: the embedded broker needs Java {MIN_JAVA} or newer")
    return java


def free_ports(count: int) -> list[int]:
    """Different free ports: all are held until all are known."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for held in sockets:
            held.bind(("127.0.0.1", 0))
        return [held.getsockname()[1] for held in sockets]
    finally:
        for held in sockets:
            held.close()


def _in_use(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _kill_group(pid: int) -> None:
    """The group is Java and its watcher; it may be gone already."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _tail(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-TAIL_LINES:])
