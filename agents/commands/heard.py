"""`tactful replies` and `tactful numbers`: what people wrote becomes facts on `case-updated`, for all of a number."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Final, Protocol

import typer

from agents.delivery.kafka.positions import DeliveryRefused
from agents.numbers.run import keep_numbers
from agents.numbers.table import NumberKeys
from agents.policy.files.policy import load_rulebook, places_of
from agents.replies.intents import NoClassifier
from agents.replies.model.scoring import shipped_model
from agents.replies.process.bus import RepliesTakenOver
from agents.replies.process.run import WordsMissing, hear, hearing_by
from agents.replies.rule_files import SHIPPED_RULES, load_rules
from agents.replies.understanding import read_by
from agents.terminal.console import errors, say
from streams.health import HealthSite, ensure_free
from streams.metrics import Metrics
from streams.settings import Settings
from streams.tasks import TaskLost
from streams.text_files import read_secret
from streams.transport.observer import EngineStatus
from streams.transport.outages.logs import limit_repeats

log = logging.getLogger(__name__)

EXIT_STOPPED: Final = 1
EXIT_REFUSED: Final = 2
KEY_CHARACTERS_MIN: Final = 32
REPLAYED: Final = "replies are heard by the time of day: TACTFUL_CLOCK is replay, and its facts are past"
_STOPS: Final = (signal.SIGINT, signal.SIGTERM)


def register(app: typer.Typer) -> None:
    """Put the command on the program."""
    app.command()(replies)
    app.command()(numbers)


def replies(
    rules: Annotated[Path, typer.Option(help="folder of the rules of each language")] = SHIPPED_RULES,
    window_hours: Annotated[int, typer.Option(min=1, max=720, help="how long a reply may answer a message")] = 72,
    model: Annotated[bool, typer.Option(help="let the model that ships add to the rules and doubt them")] = True,
    step_over_gaps: Annotated[bool, typer.Option(help="go on although replies were deleted unread")] = False,
) -> None:
    """Read what people wrote, and write what follows for the answered account, until stopped."""
    settings = _by_the_time_of_day()
    try:
        rulebook = load_rulebook(places_of(settings), settings.namespace)
        spoken, classifier = load_rules(rules), shipped_model() if model else NoClassifier()
        log.info("replies are read by %s", ", ".join(read_by(spoken, classifier)))
        hearing = hearing_by(rulebook, spoken, classifier, timedelta(hours=window_hours))
        asyncio.run(_beside_a_site(settings, partial(hear, settings, hearing, step_over_gaps=step_over_gaps)))
    except (DeliveryRefused, WordsMissing) as error:
        say(f"tactful: {error}", to=errors)
        raise typer.Exit(EXIT_REFUSED) from None
    except (RepliesTakenOver, TaskLost) as error:
        say(f"tactful: the replies stop: {error}", to=errors)
        raise typer.Exit(EXIT_STOPPED) from None


def numbers(
    key_file: Annotated[Path, typer.Option(help="a mounted secret of 32 characters or more: the key of the table")],
    step_over_gaps: Annotated[bool, typer.Option(help="go on although facts were deleted unread")] = False,
) -> None:
    """Tell every account of a number what was said of the number, until stopped."""
    settings = _by_the_time_of_day()
    try:
        secret = read_secret(key_file)
        if len(secret) < KEY_CHARACTERS_MIN:
            raise typer.BadParameter(f"the key has fewer than {KEY_CHARACTERS_MIN} characters")
        stops = frozenset(load_rulebook(places_of(settings), settings.namespace).opt_out_words)
        work = partial(keep_numbers, settings, NumberKeys(secret), stops, step_over_gaps=step_over_gaps)
        asyncio.run(_beside_a_site(settings, work))
    except DeliveryRefused as error:
        say(f"tactful: {error}", to=errors)
        raise typer.Exit(EXIT_REFUSED) from None
    except (RepliesTakenOver, TaskLost) as error:
        say(f"tactful: the numbers stop: {error}", to=errors)
        raise typer.Exit(EXIT_STOPPED) from None


def _by_the_time_of_day() -> Settings:
    settings = Settings()
    if settings.clock != "system":
        raise typer.BadParameter(REPLAYED)
    ensure_free(settings)
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(message)s")
    limit_repeats()
    return settings


class _Work(Protocol):
    def __call__(
        self, counted: Callable[[str, int], None], stop: asyncio.Event, ready: Callable[[], None]
    ) -> Awaitable[None]: ...


async def _beside_a_site(settings: Settings, work: _Work) -> None:
    metrics, stop, restored = Metrics(), asyncio.Event(), asyncio.Event()

    def status() -> EngineStatus:
        return EngineStatus(tuple(range(settings.partitions)), restored=restored.is_set(), rebalancing=False)

    for number in _STOPS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    site = HealthSite(settings.health_host, settings.health_port, metrics, status) if settings.health_port else None
    if site is not None:
        await site.start()
    try:
        await work(metrics.reply_facts, stop, restored.set)
    finally:
        if site is not None:
            await site.stop()
