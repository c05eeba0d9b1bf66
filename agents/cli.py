"""The command `tactful`. Errors are one clear line and an exit code; `--output json` where a machine may read."""

import asyncio
import os
import sys
import traceback
from types import TracebackType

import typer
from aiokafka.errors import KafkaError

from agents.commands import controls, data, dead_letters, experiments, gateway, intake, proof, replies, running, topics
from agents.commands.policy import commands, texts
from agents.deadletters.letters import DeadLetterFault
from agents.decisions.policy.rulebook import PolicyFault
from agents.intake.mappings.files import MappingFault
from agents.offline.fact_files import FactFileFault
from agents.replies.rule_files import RuleFault
from schemas.printable import printable_lines
from streams.broker import BrokerError
from streams.cluster import ClusterError
from streams.settings import SettingsError
from streams.transport.logs import keep_printable

EXIT_REFUSED = 2
EXIT_UNREAD = 1
"""Whoever read the output closed it."""

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
topics.register(app)
running.register(app)
data.register(app)
commands.register(app)
proof.register(app)
controls.register(app)
experiments.register(app)
intake.register(app)
dead_letters.register(app)
gateway.register(app)
texts.register(app)
replies.register(app)


def main() -> None:
    """Run a command; what a person can repair is told in one line, without a stack."""
    keep_printable()
    sys.excepthook = _tell_own_fault
    try:
        try:
            app()
        finally:
            # Else a full disk under standard output shows after the last line of ours.
            sys.stdout.flush()
    except BrokenPipeError:
        _forget_output()
        raise SystemExit(EXIT_UNREAD) from None
    except (
        SettingsError,
        PolicyFault,
        FactFileFault,
        DeadLetterFault,
        MappingFault,
        RuleFault,
        ClusterError,
        BrokerError,
        KafkaError,
        OSError,
        UnicodeError,
        RecursionError,
    ) as error:
        sys.stderr.write(f"tactful: {printable_lines(str(error))}\n")
        _forget_output()
        raise SystemExit(EXIT_REFUSED) from None
    except asyncio.CancelledError:
        # Ctrl-C comes as KeyboardInterrupt: this one a client of Kafka has let through.
        sys.stderr.write("tactful: a connection to the cluster broke off in the middle; run the command again\n")
        raise SystemExit(EXIT_REFUSED) from None


def _forget_output() -> None:
    """Leave nothing in the buffer that could not be written: the interpreter tries once more at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell_own_fault(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A fault of ours shows its stack, and nothing in it steers the terminal."""
    sys.stderr.write(printable_lines("".join(traceback.format_exception(kind, error, trace))))
