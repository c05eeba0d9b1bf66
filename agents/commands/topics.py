"""`tactful topics`: the topics as they should be, as they are, and what is wrong."""

import asyncio
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Annotated, Literal

import typer

from agents.terminal.console import Output, errors, say, show_table, write_json
from streams.cluster import admin
from streams.cluster.changelog import accept_loss
from streams.cluster.resetting import REASON_MAX_CHARS, reset
from streams.roles import INPUTS
from streams.settings import Settings
from streams.topics import strimzi
from streams.topics.acl_commands import acl_commands
from streams.topics.rights import Principal
from streams.topics.topology import TopicSpec, plan

EXIT_FAULTS = 1


class Format(StrEnum):
    """For whom the plan is written."""

    acls = "acls"
    strimzi = "strimzi"


commands = typer.Typer(no_args_is_help=True, help="Plan, create and check the topics.")


def register(app: typer.Typer) -> None:
    """Put the commands on the program."""
    app.add_typer(commands, name="topics")


@commands.command("plan")
def show_plan(
    output: Annotated[Output, typer.Option()] = Output.text,
    form: Annotated[
        Format | None, typer.Option("--format", help="rights for kafka-acls.sh; or topics and users for Strimzi")
    ] = None,
    principal: Annotated[
        list[str] | None, typer.Option(help="WHO or WHO=NAME, several times; default: all, as NAMESPACE-WHO")
    ] = None,
    bank_topic: Annotated[
        list[str] | None, typer.Option(help="a topic that the intake reads, several times: as its mappings name them")
    ] = None,
    command_config: Annotated[str, typer.Option(help="acls: the file that lets kafka-acls.sh in")] = "admin.properties",
    cluster: Annotated[str, typer.Option(help="strimzi: the name of the Kafka resource")] = "kafka",
    authentication: Annotated[strimzi.Authentication, typer.Option(help="strimzi: of the users")] = "scram-sha-512",
) -> None:
    """What the topics have to be, and with --format who needs which rights on them. Asks no cluster."""
    if form and output is Output.json:
        raise typer.BadParameter("--output json is for the plan itself, without --format")
    settings = Settings()
    names = _names(settings, principal or list(Principal))
    if form and Principal.intake in names and not bank_topic:
        say("the intake needs the right to read the bank's topics, too: name them with --bank-topic", to=errors)
    if form is Format.acls:
        for line in acl_commands(settings, names, command_config, bank_topic or ()):
            say(line)
    elif form is Format.strimzi:
        try:
            say(strimzi.to_yaml(strimzi.resources(settings, names, cluster, authentication, bank_topic or ())))
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
    else:
        _show_topics(plan(settings), output)


def _names(settings: Settings, wanted: Iterable[str]) -> dict[Principal, str]:
    """Principal -> what it is called on the cluster, without `User:`."""
    names = {}
    for word in wanted:
        who, _, name = word.partition("=")
        if who not in set(Principal):
            raise typer.BadParameter(f"no principal {who!r} (there are {', '.join(Principal)})")
        names[Principal(who)] = name.removeprefix("User:") or f"{settings.namespace}-{who}"
    return names


def _show_topics(specs: Sequence[TopicSpec], output: Output) -> None:
    if output is Output.json:
        write_json(
            [{"topic": s.name, "role": s.role, "partitions": s.partitions, "configs": s.configs()} for s in specs]
        )
        return
    head = ("topic", "in/out", "partitions", "cleanup", "retention", "personal data", "carries")
    rows = (
        (
            s.name,
            s.direction,
            s.partitions,
            s.cleanup_policy,
            "-" if s.cleanup_policy == "compact" else _hours(s.retention_ms),
            "yes" if s.personal_data else "",
            s.meaning,
        )
        for s in specs
    )
    show_table("Topics", head, rows)


def _hours(retention_ms: int) -> str:
    return "for ever" if retention_ms < 0 else f"{retention_ms // 3_600_000} h"


@commands.command("create")
def create(
    start: Annotated[
        Literal["earliest", "latest"], typer.Option(help="where a NEW consumer group starts on the inputs")
    ] = "earliest",
) -> None:
    """Make what is missing and commit a new group's starting offsets. Changes nothing that is there."""
    made = asyncio.run(admin.create(Settings(), start=start))
    say(f"created {len(made.topics)} topics; starting offsets committed: {len(made.starts)}")


@commands.command("reset")
def reset_offset(
    role: Annotated[str, typer.Argument(help="the input, by its name in the contract")],
    partition: Annotated[int, typer.Argument(min=0)],
    to: Annotated[str, typer.Option(help="earliest, or an offset that is in the log")],
    by: Annotated[str, typer.Option(help="who decides this")],
    reason: Annotated[str, typer.Option(help="and why; kept beside the offset")],
    group: Annotated[str | None, typer.Option(help="default: the group of the settings")] = None,
) -> None:
    """Set the offset of one input partition; what is passed over is never read. Refused while the group has members."""
    if role not in INPUTS:
        raise typer.BadParameter(f"not an input: {role} (inputs are {', '.join(INPUTS)})")
    if to != "earliest" and not to.isdecimal():
        raise typer.BadParameter("--to is earliest or an offset")
    _named(by, reason)
    offset = None if to == "earliest" else int(to)
    done = asyncio.run(reset(Settings(), role, partition, offset, by, reason, group))
    before = "none" if done.before is None else done.before
    say(f"{done.topic} partition {partition}: offset {before} -> {done.after} (log {done.start} to {done.end})")


@commands.command("accept-loss")
def accept(
    partition: Annotated[int, typer.Argument(min=0)],
    by: Annotated[str, typer.Option(help="who decides this")],
    reason: Annotated[str, typer.Option(help="and why; kept in the changelog")],
) -> None:
    """Give up what a partition's changelog has lost. Workers read the partition again once they are restarted."""
    _named(by, reason)
    loss = asyncio.run(accept_loss(Settings(), partition, by, reason))
    say(f"partition {partition}: accepted that {loss}; restart the worker that has it")


def _named(by: str, reason: str) -> None:
    if not by.strip() or not 0 < len(reason.strip()) <= REASON_MAX_CHARS:
        raise typer.BadParameter(f"--by and --reason are needed, the reason in at most {REASON_MAX_CHARS} characters")


@commands.command("check")
def check(output: Annotated[Output, typer.Option()] = Output.text) -> None:
    """Name every fault of topics and offsets at once; exit code 1 if there is one."""
    faults = asyncio.run(admin.check(Settings()))
    if output is Output.json:
        write_json({"faults": faults})
    elif not faults:
        say("topics and offsets are as they should be")
    for fault in faults if output is Output.text else ():
        say(f"- {fault}", to=errors)
    if faults:
        raise typer.Exit(EXIT_FAULTS)
