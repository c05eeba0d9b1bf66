"""The command `tactful`. Errors are one clear line and an exit code; `--output json` where a machine may read."""

import asyncio
import os
import sys
import threading
import traceback
from types import TracebackType
from typing import Any, Final

import typer
from aiokafka.errors import KafkaError
from typer.rich_utils import rich_format_error

from agents.commands import controls, data, desk, experiments, gateway, heard, intake, proof, replies, running, topics
from agents.commands.dead_letters import commands as dead_letters
from agents.commands.policy import commands as policy
from agents.commands.policy import texts
from agents.deadletters.letters import DeadLetterFault
from agents.decisions.policy.rulebook import PolicyFault
from agents.intake.mappings.files import MappingFault
from agents.offline.fact_files import FactFileFault
from agents.replies.rule_files import RuleFault
from schemas.printable import printable, printable_lines
from streams.broker.broker import BrokerError
from streams.cluster.cluster import ClusterError
from streams.settings import SettingsError
from streams.transport.outages.logs import keep_printable

EXIT_REFUSED = 2
EXIT_UNREAD = 1
"""Whoever read the output closed it."""

UsageFault: Final[Any] = typer.BadParameter.__base__
"""An option or argument that cannot be; all that Typer exports of this family is its child."""

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
topics.register(app)
running.register(app)
data.register(app)
policy.register(app)
proof.register(app)
controls.register(app)
experiments.register(app)
intake.register(app)
dead_letters.register(app)
gateway.register(app)
texts.register(app)
replies.register(app)
heard.register(app)
desk.register(app)


def main() -> None:
    """Run a command; what a person can repair is told in one line, without a stack."""
    keep_printable()
    _hook_faults()
    try:
        try:
            raise SystemExit(app(standalone_mode=False) or 0)
        finally:
            # Typer puts its own hook in the place of whatever is there.
            sys.excepthook = _tell_own_fault
            # Else a full disk under standard output shows after the last line of ours.
            sys.stdout.flush()
    except UsageFault as error:
        error.message = printable(error.message)
        rich_format_error(error)
        raise SystemExit(error.exit_code) from None
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


def _hook_faults() -> None:
    threading.excepthook = lambda told: _tell_own_fault(told.exc_type, told.exc_value, told.exc_traceback)
    sys.unraisablehook = lambda told: _tell_own_fault(told.exc_type, told.exc_value, told.exc_traceback)


def _tell_own_fault(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """A fault of ours shows its stack, and nothing in it steers the terminal."""
    sys.stderr.write(printable_lines("".join(traceback.format_exception(kind, error, trace))))
