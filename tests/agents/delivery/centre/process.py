"""A message centre as a process: jSMPP's own simulator, or ``Centre.java`` on jSMPP, which does what a number says."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from agents.delivery.providers.smpp.settings import SmppSettings
from agents.offline.workers import free_port
from streams.broker.broker import SUPERVISED
from streams.broker.jars import COPY_GOAL, default_cache_dir

VERSION: Final = "3.0.1"
SIMULATOR: Final = "org.jsmpp.examples.SMPPServerSimulator"
CENTRE: Final = str(Path(__file__).with_name("Centre.java"))
START_TIMEOUT_S: Final = 300.0
LINE_TIMEOUT_S: Final = 300.0
POM: Final = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tactful</groupId><artifactId>centre</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.jsmpp</groupId><artifactId>jsmpp-examples</artifactId><version>{VERSION}</version></dependency>
  </dependencies>
</project>
"""


def centre_libs() -> Path:
    """jSMPP's jars, fetched once with Maven; a folder under its final name is complete."""
    libs = default_cache_dir() / f"jsmpp-{VERSION}"
    if libs.is_dir():
        return libs
    maven = shutil.which("mvn")
    assert maven, "Maven (mvn) is not on the PATH"
    libs.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fetching-", dir=libs.parent) as scratch:
        (pom := Path(scratch) / "pom.xml").write_text(POM, encoding="utf-8")
        fetched = Path(scratch) / "libs"
        command = [maven, "-q", "-B", "-f", str(pom), COPY_GOAL, f"-DoutputDirectory={fetched}"]
        subprocess.run(command, check=True, timeout=300, capture_output=True)
        try:
            fetched.rename(libs)
        except OSError:
            # Another process of the same test run was first.
            assert libs.is_dir()
    return libs


class CentreProcess:
    """`kill()` then `start()` is a crash and a restart on the same port. Never outlives this process."""

    def __init__(self, program: str = CENTRE) -> None:
        self.port = free_port()
        self._program = program
        self._process: asyncio.subprocess.Process | None = None
        self.lines: list[str] = []

    async def start(self) -> None:
        libs = f"{await asyncio.to_thread(centre_libs)}/*"
        # jSMPP's examples log every octet, into a pipe that nobody reads while nothing is waited for.
        java = ["java", "-XX:TieredStopAtLevel=1", "-Xmx128m", "-Dorg.slf4j.simpleLogger.log.org.jsmpp=info"]
        java += ["-cp", libs, f"-Djsmpp.simulator.port={self.port}"]
        arguments = [str(self.port)] if self._program == CENTRE else []
        self._process = await asyncio.create_subprocess_exec(
            "/bin/sh", "-c", SUPERVISED, "centre", *java, self._program, *arguments,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            start_new_session=True, env=os.environ | {"TACTFUL_BROKER_REMOVE": ""},
        )  # fmt: skip
        await self.line("LISTENING|Listening on port", START_TIMEOUT_S)

    async def line(self, pattern: str, timeout_s: float = LINE_TIMEOUT_S) -> str:
        """The next line that has the pattern; those before it are read past, and kept in ``lines``."""
        assert self._process is not None
        assert self._process.stdout is not None
        async with asyncio.timeout(timeout_s):
            while raw := await self._process.stdout.readline():
                self.lines.append(raw.decode(errors="replace").rstrip())
                if re.search(pattern, self.lines[-1]):
                    return self.lines[-1]
        raise AssertionError("the centre has ended:\n" + "\n".join(self.lines[-20:]))

    async def kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

    async def __aenter__(self) -> "CentreProcess":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()


def settings(port: int, folder: Path, changed: Mapping[str, object] | None = None) -> SmppSettings:
    """Settings that reach a centre of the tests, with short limits."""
    (secret := folder / "smpp-password").write_text("jpwd\n", encoding="utf-8")
    values: dict[str, object] = {
        "host": "127.0.0.1", "port": port, "system_id": "j", "password_file": secret, "source": "10690",
        "response_id": "hex", "receipt_id": "decimal", "response_timeout_ms": 3000, "reconnect_first_ms": 50,
        "reconnect_max_ms": 200, "part_pause_ms": 20,
    }  # fmt: skip
    return SmppSettings.model_validate(values | dict(changed or {}))
