"""`tactful show`: what a message said, rebuilt from its decision long after the message is gone."""

import asyncio
from typing import Annotated, Any, NoReturn

import typer

from agents.commands.desk.explain import account_records, records_from_files
from agents.explain.reading import account_of_reminder
from agents.explain.records import AccountRecord
from agents.explain.words import RebuiltText, decision_of, rebuilt
from agents.policy.files.policy import load_versions, places_of
from agents.terminal.console import Output, errors, say, write_json
from agents.terminal.options import Shown
from streams.settings import Settings

EXIT_NOT_PROVED = 1
EXIT_REFUSED = 2


def register(app: typer.Typer) -> None:
    """Put the command on the program."""
    app.command("show")(run)


def run(
    reminder_id: Annotated[str, typer.Argument(metavar="REMINDER_ID", help="as it stands on the message")],
    account: Annotated[str | None, typer.Option(help="whose it is; without it every partition may be read")] = None,
    facts: Annotated[list[str] | None, typer.Option(help="file of facts, in the place of the topics")] = None,
    outputs: Annotated[list[str] | None, typer.Option(help="what `tactful simulate` wrote of them")] = None,
    output: Shown = Output.text,
) -> None:
    """The words of a message that is gone, rebuilt from its decision; exit code 1 where no hash proves them."""
    settings = Settings()
    books = load_versions(places_of(settings), settings.namespace).books.values()
    if facts or outputs:
        if account is None:
            raise typer.BadParameter("with files, --account says whose lines to read")
        records = records_from_files(facts or [], outputs or [], account)
    else:
        records = asyncio.run(_records(settings, reminder_id, account))
    decision = decision_of(records, reminder_id)
    if decision is None:
        _refuse("no decision by which this message left is known")
    told = rebuilt(decision.body(), records, books)
    _show(decision, told, output)
    if told.standing != "proved":
        raise typer.Exit(EXIT_NOT_PROVED)


async def _records(settings: Settings, reminder_id: str, account: str | None) -> list[AccountRecord]:
    owner = account or await account_of_reminder(settings, reminder_id)
    if owner is None:
        _refuse("no decision by which this message left is known")
    return (await account_records(settings, owner))[0]


def _show(decision: AccountRecord, told: RebuiltText, output: Output) -> None:
    body: dict[str, Any] = decision.body()
    if output is Output.json:
        names = ("account_id", "reminder_id", "stage", "now", "policy_id", "policy_version", "policy_hash")
        evidence = {"place": decision.place, "sha256": decision.sha256()}
        write_json({**{name: body.get(name) for name in names}, **told._asdict(), **evidence})
        return
    say(f"{body.get('stage')} to {body.get('account_id')}, decided {body.get('now')}, text {told.template_id}")
    say("")
    say(told.text or "(no words)")
    say("")
    say(f"{told.standing}: {told.why}.")
    say(f"{decision.place}  sha256 {decision.sha256()}  text_hash {told.text_hash}")


def _refuse(why: str) -> NoReturn:
    say(f"tactful: {why}", to=errors)
    raise typer.Exit(EXIT_REFUSED)
