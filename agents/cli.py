"""The command `tactful`. Errors are one clear line and an exit code; `--output json` where a machine may read."""

import os
import sys
import threading
import traceback
from importlib import import_module
from types import TracebackType
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from agents.commands import COMMANDS
from schemas.printable import keep_printable, printable, printable_lines

EXIT_REFUSED = 2
EXIT_UNREAD = 1
"""Whoever read the output closed it."""

UsageFault: Final[Any] = typer.BadParameter.__base__
"""An option or argument that cannot be; all that Typer exports of this family is its child."""


class LazyCommands(TyperGroup):
    """The program's commands, by name and help until one is asked for: its file takes longer to load than to run."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, place in COMMANDS.items():
            self.add_command(TyperCommand(name, help=place.help))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command itself in place of its name."""
        if args and args[0] in COMMANDS:
            self.add_command(load(args[0]))
        return super().resolve_command(ctx, args)


def load(name: str) -> Any:
    """The command of that name with its options. Raises KeyError for a name that is in no table."""
    own = typer.Typer()
    import_module(f"agents.commands.{COMMANDS[name].module}").register(own)
    return typer.main.get_group(own).commands[name]


app = typer.Typer(cls=LazyCommands, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)


def _tell_version(asked: bool) -> None:  # noqa: FBT001 - Typer hands an option's value over by place
    if asked:
        from importlib.metadata import version

        typer.echo(f"tactful {version('tactful')}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run a command; what a person can repair is told in one line, without a stack."""
    keep_printable()
    _hook_faults()
    try:
        try:
            code = app(standalone_mode=False) or 0
        finally:
            # Typer puts its own hook in the place of whatever is there.
            sys.excepthook = _tell_own_fault
            # Else a full disk under standard output shows after the last line of ours.
            sys.stdout.flush()
    except UsageFault as error:
        from typer.rich_utils import rich_format_error

        error.message = printable(error.message)
        rich_format_error(error)
        raise SystemExit(error.exit_code) from None
    except BrokenPipeError:
        _forget_output()
        raise SystemExit(EXIT_UNREAD) from None
    except Exception as error:
        if not isinstance(error, _repairable()):
            raise
        sys.stderr.write(f"tactful: {printable_lines(str(error))}\n")
        _forget_output()
        raise SystemExit(EXIT_REFUSED) from None
    except _cancelled():
        # Ctrl-C comes as KeyboardInterrupt: this one a client of Kafka has let through.
        sys.stderr.write("tactful: a connection to the cluster broke off in the middle; run the command again\n")
        raise SystemExit(EXIT_REFUSED) from None
    raise SystemExit(code)


def _cancelled() -> type[BaseException]:
    from asyncio import CancelledError

    return CancelledError


def _repairable() -> tuple[type[Exception], ...]:
    """What a person can repair. These files are loaded when something went wrong, and not by each command."""
    from aiokafka.errors import KafkaError

    from agents.deadletters.letters import DeadLetterFault
    from agents.decisions.policy.rulebook import PolicyFault
    from agents.intake.mappings.files import MappingFault
    from agents.offline.fact_files import FactFileFault
    from agents.replies.rule_files import RuleFault
    from streams.broker.broker import BrokerError
    from streams.cluster.cluster import ClusterError
    from streams.settings import SettingsError

    ours = (SettingsError, PolicyFault, FactFileFault, DeadLetterFault, MappingFault, RuleFault)
    return (*ours, ClusterError, BrokerError, KafkaError, OSError, UnicodeError, RecursionError)


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
