"""`tactful gateway`: hand reminders over to a provider, or to one that stands in for it, and bring receipts back."""

import asyncio
import signal
from pathlib import Path
from typing import Annotated

import typer

from agents.delivery.incoming.callback import Callback
from agents.delivery.incoming.coding import DefaultAlphabet
from agents.delivery.incoming.listening import People, new_people
from agents.delivery.kafka.bus import TakenOver
from agents.delivery.kafka.positions import DeliveryRefused
from agents.delivery.kafka.reading import UnreadableMessage
from agents.delivery.process import DeliveryEvent
from agents.delivery.providers.choice import check_clock, provider
from agents.delivery.providers.settings import DeliveryFault, DeliverySettings, load_delivery
from agents.delivery.rules.recalls_ahead import TooManyTakenBack
from agents.delivery.run import deliver
from agents.terminal.console import Output, errors, say, write_json_line
from schemas.printable import printable
from streams.settings import Settings
from streams.tasks import TaskLost

EXIT_STOPPED = 1
EXIT_REFUSED = 2
NO_PROVIDER = "no provider: name one in --config, or give --seed for a stand-in, which only answers as if it had sent"
NO_REPLIES = (
    "tactful: warning: the delivery file does not say who takes what people write, so whoever answers STOP is not "
    'heard: write replies = "here", or replies = "elsewhere" where another system takes it'
)
_STOPS = (signal.SIGINT, signal.SIGTERM)
_MARKS = {
    "offered": "→",
    "accepted": "·",
    "delivered": "✓",
    "failed": "✗",
    "expired": "⌛",
    "recalled": "↩",
    "too_late": "!",
    "unknown": "?",
}


def register(app: typer.Typer) -> None:
    """Put the command on the program."""
    app.command()(gateway)


def gateway(
    config: Annotated[
        Path | None, typer.Option(help="TOML with the sections hand_over, and smpp, http or stand_in")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="of the fates of a stand-in; instead of the file's")] = None,
    step_over_gaps: Annotated[bool, typer.Option(help="go on although records were lost; tell the business")] = False,
    output: Annotated[Output, typer.Option()] = Output.text,
) -> None:
    """Hand reminders over until stopped, to the file's provider or a stand-in: one line for each thing that happens."""
    settings = Settings()

    def tell(told: DeliveryEvent) -> None:
        if output is Output.json:
            write_json_line(told._asdict())
        else:
            say(described(told))

    async def run() -> None:
        delivery, stop = chosen(config, seed, settings.clock), asyncio.Event()
        said = "a stand-in, nothing reaches a phone" if delivery.provider == "stand_in" else delivery.provider
        say(f"tactful: handing over to {said} (Ctrl-C stops it)", to=errors)
        for number in _STOPS:
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        people = heard_here(delivery, settings)
        site = None if people is None or delivery.callback is None else Callback(delivery.callback, people.inbox)
        try:
            if site is not None:
                await site.start()
            await deliver(
                settings,
                delivery.hand_over,
                lambda time: provider(delivery, time, people and people.inbox),
                tell,
                stop,
                step_over_gaps=step_over_gaps,
                people=people,
            )
        finally:
            if site is not None:
                await site.stop()

    try:
        asyncio.run(run())
    except (DeliveryFault, DeliveryRefused) as error:
        say(f"tactful: {error}", to=errors)
        raise typer.Exit(EXIT_REFUSED) from None
    except (TakenOver, TaskLost, TooManyTakenBack, UnreadableMessage) as error:
        say(f"tactful: the hand-over stops: {error}", to=errors)
        raise typer.Exit(EXIT_STOPPED) from None


def chosen(config: Path | None, seed: int | None, clock: str) -> DeliverySettings:
    """What was asked for. Where reminders are for real people, a stand-in is never taken by default."""
    delivery = load_delivery(config)
    check_clock(delivery, clock)
    if seed is not None and delivery.provider not in {None, "stand_in"}:
        raise DeliveryFault(f"--seed is for a stand-in, and the file names {delivery.provider}")
    if seed is None and delivery.provider is None and clock == "system":
        raise DeliveryFault(NO_PROVIDER)
    if delivery.provider not in {None, "stand_in"}:
        return delivery
    stand_in = delivery.stand_in.model_copy(update={} if seed is None else {"seed": seed})
    return delivery.model_copy(update={"stand_in": stand_in})


def heard_here(delivery: DeliverySettings, settings: Settings) -> People | None:
    """Where people's messages are taken, if they are; who has not decided is told what is lost."""
    if delivery.replies is None and delivery.provider not in {None, "stand_in"}:
        say(NO_REPLIES, to=errors)
    alphabet: DefaultAlphabet = "gsm7" if delivery.smpp is None else delivery.smpp.reply_alphabet
    return new_people(settings, alphabet) if delivery.hears else None


def described(told: DeliveryEvent) -> str:
    """One line for a terminal."""
    instant = told.at.isoformat(timespec="milliseconds")
    parts = (_MARKS[told.what], instant, told.account_id, f"{told.what:<9}", told.reminder_id[:12], told.detail or "")
    return printable("  ".join(parts).rstrip())
