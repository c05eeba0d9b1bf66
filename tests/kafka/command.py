"""`tactful …` in a process of its own, as a person or a script would call it."""

import asyncio
import subprocess
import sys
from collections.abc import Mapping

from agents.offline.workers import environment

TACTFUL = (sys.executable, "-c", "from agents.cli import main; main()")
TIMEOUT_S = 600.0


async def tactful(
    variables: Mapping[str, str], *arguments: str, stdin: str | None = None, timeout_s: float = TIMEOUT_S
) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    return await asyncio.to_thread(
        subprocess.run,
        (*TACTFUL, *arguments),
        env=environment(variables),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
