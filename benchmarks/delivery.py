"""How many SMS the SMPP adapter offers a second to jSMPP's stress server, and takes receipts of, over one bind.

Adapter and server share the machine. The server answers at once and sends one receipt for each part a second later, so
the figures are the adapter's and the server's own cost, not a provider's pace, which is far lower.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from agents.delivery.providers.port import Accepted, Submission
from agents.delivery.providers.smpp.gateway import SmppGateway
from agents.offline.workers import free_port
from streams.clock import SystemClock
from tests.agents.delivery.centre.process import centre_libs, settings

SERVER = "org.jsmpp.examples.StressServer"
START_TIMEOUT_S = 30.0
REPORTS_TIMEOUT_S = 120.0
ONE_PART = "【某某消金】张先生，您6月15日应还1280.50元。如已还款请忽略。"
THREE_PARTS = ONE_PART * 5


class DeliveryResult(NamedTuple):
    """Of one run."""

    messages_per_s: float
    submits_per_s: float
    reports_per_s: float
    """From the first submit to the last report, a second's wait of the server's included."""
    cpu_us_per_submit: float
    """Of the adapter's process, receipts included."""


def submissions(count: int, text: str) -> Iterator[Submission]:
    for number in range(count):
        yield Submission(
            reminder_id=f"{number:032x}",
            phone=f"+86138{number:08d}",
            text=text,
            signature="【某某消金】",
            template_id="t",
            variables={},
            language="zh-Hans",
            issued_at=datetime(2031, 6, 15, 1, 30, tzinfo=UTC),
            expires_at=datetime(2031, 6, 15, 13, 30, tzinfo=UTC),
        )


async def offer_all(gateway: SmppGateway, waiting: Iterator[Submission]) -> None:
    for submission in waiting:
        outcome = await gateway.submit(submission)
        assert isinstance(outcome, Accepted), outcome


async def take_reports(gateway: SmppGateway, count: int) -> None:
    reports = gateway.reports()
    for _ in range(count):
        report = await anext(reports)
        assert report.status == "delivered", report


async def measure(port: int, folder: Path, window: int, count: int, text: str) -> DeliveryResult:
    gateway = SmppGateway(settings(port, folder, {"window": window, "reports_max": 100_000}), SystemClock())
    await started(gateway)
    began, cpu_began, waiting = time.perf_counter(), time.process_time(), submissions(count, text)
    reported = asyncio.create_task(take_reports(gateway, count))
    await asyncio.gather(*(offer_all(gateway, waiting) for _ in range(window)))
    offered_s = time.perf_counter() - began
    await asyncio.wait_for(reported, REPORTS_TIMEOUT_S)
    reported_s, cpu_s = time.perf_counter() - began, time.process_time() - cpu_began
    await gateway.stop()
    submits = count * (1 if text == ONE_PART else 3)
    return DeliveryResult(count / offered_s, submits / offered_s, count / reported_s, cpu_s / submits * 1e6)


async def started(gateway: SmppGateway) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            return await gateway.start()
        except OSError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.1)


async def run(count: int, windows: list[int]) -> None:
    port = free_port()
    java = ["java", "-Dorg.slf4j.simpleLogger.log.org.jsmpp=error", f"-Djsmpp.server.port={port}"]
    null = asyncio.subprocess.DEVNULL
    server = await asyncio.create_subprocess_exec(
        *java, "-cp", f"{centre_libs()}/*", SERVER, stdout=null, stderr=null, env=os.environ.copy()
    )
    try:
        with tempfile.TemporaryDirectory() as folder:
            await measure(port, Path(folder), 16, count // 4, ONE_PART)
            print(
                f"{'window':>6} {'parts':>5} {'messages/s':>10} {'submits/s':>9} {'reports/s':>9} {'CPU us/submit':>13}"
            )
            for window in windows:
                for parts, text in ((1, ONE_PART), (3, THREE_PARTS)):
                    r = await measure(port, Path(folder), window, count // parts, text)
                    print(
                        f"{window:>6} {parts:>5} {r.messages_per_s:>10.0f} {r.submits_per_s:>9.0f}"
                        f" {r.reports_per_s:>9.0f} {r.cpu_us_per_submit:>13.0f}"
                    )
    finally:
        server.kill()
        await server.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submits", type=int, default=15_000, help="in each run")
    parser.add_argument("--windows", type=int, nargs="+", default=[1, 16, 64])
    arguments = parser.parse_args()
    asyncio.run(run(arguments.submits, arguments.windows))


if __name__ == "__main__":
    main()
