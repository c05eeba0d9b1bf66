"""`tactful reply`: what the rules and the model make of a borrower's reply."""

import sys
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from agents.replies.following import follows
from agents.replies.intents import FoundIntent, NoClassifier, Understood
from agents.replies.model.scoring import shipped_model
from agents.replies.rule_files import shipped_rules
from agents.replies.understanding import read_by, understand
from agents.terminal.console import Output, instant, say, write_json_line
from schemas.printable import printable
from schemas.values.instants import to_utc
from schemas.values.money import plain
from streams.clock import SystemClock

_LINE_BYTES_MAX: Final = 65_536

commands = typer.Typer(no_args_is_help=True, help="What borrowers reply, read by rules.")


def register(app: typer.Typer) -> None:
    """Put the commands on the program."""
    app.add_typer(commands, name="reply")


@commands.command("check")
def check(
    text: Annotated[str | None, typer.Argument(help="the reply; default: each line of standard input")] = None,
    file: Annotated[Path | None, typer.Option(help="a file with one reply on each line")] = None,
    ours: Annotated[list[str] | None, typer.Option(help="what we had written to the number; may be repeated")] = None,
    zone: Annotated[str, typer.Option(help="the borrower's time zone")] = "UTC",
    now: Annotated[str | None, typer.Option(help="when the reply came, ISO 8601; default: now")] = None,
    model: Annotated[bool, typer.Option(help="let the model that ships add to the rules and doubt them")] = True,
    output: Annotated[Output, typer.Option()] = Output.text,
) -> None:
    """Say which rule sees what in a reply, what would follow, and what a person should look at. Writes nothing."""
    if text is not None and file is not None:
        raise typer.BadParameter("a reply and --file exclude each other")
    _known(zone)
    came = to_utc(SystemClock().now_ms() if now is None else instant(now)).astimezone(UTC)
    classifier = shipped_model() if model else NoClassifier()
    for reply in [text] if text is not None else _lines(file):
        understood = understand(reply, came, zone, our_texts=ours or (), classifier=classifier)
        if output is Output.json:
            write_json_line(_as_json(reply, understood))
        else:
            for line in _told(reply, understood):
                say(line)


@commands.command("hashes")
def hashes() -> None:
    """Say what an approval of how replies are read has to name: each language's rules and the model, by hash."""
    for line in read_by(shipped_rules(), shipped_model()):
        say(line)


def _known(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise typer.BadParameter(f"{zone!r} is not a time zone of the IANA database") from error


def _lines(file: Path | None) -> Iterator[str]:
    """Each reply; bytes that are no UTF-8 are shown as such and read as nothing."""
    source = sys.stdin.buffer if file is None else file.open("rb")
    with source:
        while line := source.readline(_LINE_BYTES_MAX):
            reply = line.decode("utf-8", "replace").strip("\r\n\ufeff")
            if reply.strip():
                yield reply


def _told(reply: str, understood: Understood) -> Iterator[str]:
    yield printable(reply)
    for finding in understood.findings:
        doubt = f" ({finding.doubt})" if finding.doubt else ""
        yield f"  {finding.intent} {finding.sureness}, rule {finding.rule}{doubt}{''.join(_slots(finding))}"
    for following in follows(understood):
        yield f"  -> {following.consequence} ({following.because})"
    yield from (f"  look at: {reason}" for reason in understood.look_at)


def _slots(finding: FoundIntent) -> Iterator[str]:
    if finding.day is not None:
        day = "no day" if finding.day.day is None else finding.day.day.isoformat()
        yield f", {day}" + (f" ({finding.day.doubt})" if finding.day.doubt else "")
    if finding.amount is not None:
        amount = plain(finding.amount.minor, finding.amount.currency or "EUR")
        yield f", {amount} {finding.amount.currency or 'in an unnamed currency'}"
        yield f" ({finding.amount.doubt})" if finding.amount.doubt else ""


def _as_json(reply: str, understood: Understood) -> dict[str, Any]:
    return {
        "reply": reply,
        "intents": [
            {
                "intent": finding.intent,
                "rule": finding.rule,
                "sureness": finding.sureness,
                "doubt": finding.doubt,
                "day": None if finding.day is None else {"day": finding.day.day, "doubt": finding.day.doubt},
                "amount": None
                if finding.amount is None
                else {
                    "minor": finding.amount.minor,
                    "currency": finding.amount.currency,
                    "doubt": finding.amount.doubt,
                },
            }
            for finding in understood.findings
        ],
        "follows": [following._asdict() for following in follows(understood)],
        "look_at": understood.look_at,
        "abstained": understood.abstained,
    }
