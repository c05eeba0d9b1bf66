"""The command `tactful`. Errors are one clear line and an exit code; `--output json` where a machine may read."""

import asyncio
import sys

import typer
from aiokafka.errors import KafkaError

from agents.commands import controls, data, dead_letters, experiments, gateway, intake, proof, running, topics
from agents.commands.policy import commands, texts
from agents.deadletters.letters import DeadLetterFault
from agents.decisions.policy.rulebook import PolicyFault
from agents.intake.mappings.files import MappingFault
from agents.offline.fact_files import FactFileFault
from streams.broker import BrokerError
from streams.cluster import ClusterError
from streams.settings import SettingsError

EXIT_REFUSED = 2

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


def main() -> None:
    """Run a command; what a person can repair is told in one line, without a stack."""
    try:
        app()
    except (
        SettingsError,
        PolicyFault,
        FactFileFault,
        DeadLetterFault,
        MappingFault,
        ClusterError,
        BrokerError,
        KafkaError,
        OSError,
    ) as error:
        sys.stderr.write(f"tactful: {error}\n")
        raise SystemExit(EXIT_REFUSED) from None
    except asyncio.CancelledError:
        # Ctrl-C comes as KeyboardInterrupt: this one a client of Kafka has let through.
        sys.stderr.write("tactful: a connection to the cluster broke off in the middle; run the command again\n")
        raise SystemExit(EXIT_REFUSED) from None
