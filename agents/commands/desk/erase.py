"""`tactful erase`: the person of an account goes, and the command says what stays, what goes when, and why."""

import asyncio
from typing import Annotated, Final, NoReturn

import typer
from pydantic import ValidationError

from agents.erasing.run import Erasure, NotKnown, as_json, erase
from agents.policy.files.policy import load_rulebook, places_of
from agents.terminal.console import Output, errors, say, show_table, write_json
from agents.terminal.options import Shown
from schemas.stored.accounts import UnreadableState
from schemas.values.phones import possible
from streams.clock import SystemClock
from streams.settings import Settings

STOP: Final = "STOP"
"""The keyword under which an opt-out goes on, where the policy or its pack know it."""
EXIT_UNFINISHED: Final = 1
EXIT_REFUSED: Final = 2
STAYS: Final = (
    "the account's id, in decisions and in the accounts table, as a pseudonym: the duty to keep records of what was "
    "decided",
    "what is owed and which stages were sent, under that id: nothing is said twice if the bank tells the account again",
    "opt-outs and holds, and what left within 32 days: nobody is written to because an erasure forgot a stop or a cap",
    "what was said of the number, under its keyed hash in the table of numbers",
    "who erased and why: on case-updated, and in the decision ERASED",
)


def register(app: typer.Typer) -> None:
    """Put the command on the program."""
    app.command("erase")(run)


def run(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="the account's id")],
    by: Annotated[str, typer.Option(help="who: a code that the lender knows, such as u-7")],
    reason: Annotated[str, typer.Option(help="why: a code, such as REQUEST-2026-118; no free text")],
    wait_s: Annotated[float, typer.Option(min=0, help="how long to wait for the workers to take it in")] = 60.0,
    output: Shown = Output.text,
) -> None:
    """Erase the person of an account: name, number and words go; opt-outs, holds and caps stay."""
    settings = Settings()
    if settings.clock != "system":
        raise typer.BadParameter("an erasure is by the time of day: TACTFUL_CLOCK is replay")
    if possible(account) is not None:
        _refuse("ACCOUNT is the account's id, not a phone number")
    words = load_rulebook(places_of(settings), settings.namespace).opt_out_words
    word = STOP if STOP in words else min(words, default=None)
    if word is None:
        _refuse("the policy and its pack know no keyword that opts out: an opt-out could not go on")
    now_ms = SystemClock().now_ms()
    try:
        done = asyncio.run(erase(settings, account, by, reason, word, now_ms=now_ms, patience_s=wait_s))
    except (NotKnown, UnreadableState) as error:
        _refuse(f"{error}; nothing was written")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise typer.BadParameter(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    _show(done, output)
    if done.waiting:
        raise typer.Exit(EXIT_UNFINISHED)


def _refuse(why: str) -> NoReturn:
    say(f"tactful: {why}", to=errors)
    raise typer.Exit(EXIT_REFUSED)


def _show(done: Erasure, output: Output) -> None:
    if output is Output.json:
        write_json(as_json(done))
        return
    rows = [
        (one.topic, one.what, "-" if one.gone_by is None else f"{one.gone_by:%Y-%m-%d %H:%MZ}", one.unless)
        for one in done.going
    ]
    show_table(f"{done.fact.account_id} erased, {done.fact.event_id}", ("topic", "done", "gone by", ""), rows)
    say("Stays:")
    for one in STAYS:
        say(f"- {one}")
    if not done.profile_deleted:
        say(
            "tactful: not finished: the profile was NOT deleted, as `tactful numbers` has not read the erasure; start "
            "it and say this again",
            to=errors,
        )
    elif done.waiting:
        say("tactful: not finished: the workers have not read it yet; they will when they run", to=errors)
