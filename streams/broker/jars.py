"""The jars of one pinned Apache Kafka, fetched once with Maven into a cache folder.

A folder under its final name is always complete: jars are fetched beside it and renamed.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KAFKA_VERSION = "4.1.1"
SCALA_VERSION = "2.13"
SLF4J_VERSION = "1.7.36"
COPY_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
FETCH_TIMEOUT_S = 600.0

POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tactful</groupId><artifactId>broker</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_{SCALA_VERSION}</artifactId>
      <version>{KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>{SLF4J_VERSION}</version>
    </dependency>
  </dependencies>
</project>
"""


class BrokerError(RuntimeError):
    """The broker could not be provided; the message says why and what to do."""


def default_cache_dir() -> Path:
    """`TACTFUL_CACHE`, else the user's cache folder."""
    configured = os.environ.get("TACTFUL_CACHE")
    return Path(configured) if configured else Path.home() / ".cache" / "tactful"


def kafka_libs(cache_dir: Path | None = None) -> Path:
    """The folder of Kafka's jars, fetched on first use."""
    cache = cache_dir or default_cache_dir()
    libs = cache / f"kafka-{KAFKA_VERSION}"
    if libs.is_dir():
        return libs
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BrokerError(f"cannot use the cache folder {cache}: {error} (set TACTFUL_CACHE)") from error
    with _exclusive(cache / f"kafka-{KAFKA_VERSION}.lock"):
        if not libs.is_dir():
            _fetch(libs)
    return libs


@contextmanager
def _exclusive(lock_path: Path) -> Iterator[None]:
    """Hold a lock between processes; the kernel drops it when its holder dies."""
    deadline = time.monotonic() + FETCH_TIMEOUT_S
    with lock_path.open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise BrokerError(f"another process has been fetching Kafka for too long ({lock_path})") from None
                time.sleep(0.2)
        yield


def _fetch(libs: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise BrokerError(
            "Maven (mvn) is not on the PATH: it fetches Kafka once; install it, or use an existing cluster"
        )
    with tempfile.TemporaryDirectory(prefix="fetching-", dir=libs.parent) as scratch:
        pom = Path(scratch) / "pom.xml"
        pom.write_text(POM, encoding="utf-8")
        fetched = Path(scratch) / "libs"
        command = [maven, "-q", "-B", "-f", str(pom), COPY_GOAL, f"-DoutputDirectory={fetched}"]
        try:
            run = subprocess.run(command, capture_output=True, text=True, timeout=FETCH_TIMEOUT_S, check=False)
        except subprocess.TimeoutExpired:
            raise BrokerError(f"Maven did not fetch Kafka {KAFKA_VERSION} in {FETCH_TIMEOUT_S:.0f} s") from None
        if run.returncode != 0:
            tail = "\n".join((run.stdout + run.stderr).strip().splitlines()[-10:])
            raise BrokerError(f"Maven could not fetch Kafka {KAFKA_VERSION} (exit {run.returncode}):\n{tail}")
        if not (fetched / f"kafka_{SCALA_VERSION}-{KAFKA_VERSION}.jar").is_file():
            raise BrokerError(f"Maven ended well but did not bring kafka_{SCALA_VERSION}-{KAFKA_VERSION}.jar")
        fetched.rename(libs)
