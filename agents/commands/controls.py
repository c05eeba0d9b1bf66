"""The stop button: pause, resume, recall, allow, controls. Each says who and why, and asks nothing."""

import asyncio
import secrets
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from pydantic import ValidationError

from agents.commands.policy.reading import missing_for_activation
from agents.controls import preview
from agents.controls import topic as controls_topic
from agents.controls.words import as_json, is_number, others, recall_words, rows, unknown_names, words
from agents.decisions.policy.rulebook import PolicyFault
from agents.policy.files.policy import load_rulebook, places_of
from agents.terminal.console import Output, errors, instant, say, show_table, write_json
from agents.terminal.options import At, By, Shown, Why
from schemas.controls import (
    AllowListSet,
    AnyControl,
    Control,
    ControlDismissed,
    PolicyActivated,
    RemindersRecalled,
    Scope,
    SendingPaused,
    SendingResumed,
    version_of,
)
from schemas.policy.approvals import APPROVERS
from schemas.stored.accounts import Account
from schemas.values.instants import to_ms, to_utc
from streams.clock import SystemClock
from streams.settings import Settings
from streams.text_files import read_text

EXIT_REFUSED = 2

Pack = Annotated[str | None, typer.Option(help="only of this pack; several of these narrow it together")]
Policy = Annotated[str | None, typer.Option(help="only of this policy")]
Stage = Annotated[str | None, typer.Option(help="only of this stage")]
Segment = Annotated[str | None, typer.Option(help="only to this risk segment, or the policy's segment")]

OneAccount = Annotated[str | None, typer.Option(help="only this account")]

_Said = TypeVar("_Said", bound=Control)

controls = typer.Typer(help="What the controls read so far amount to.", invoke_without_command=True)


def register(app: typer.Typer) -> None:
    """Put the commands on the program."""
    app.command()(pause)
    app.command()(resume)
    app.command()(recall)
    app.command()(allow)
    app.command()(activate)
    app.add_typer(controls, name="controls")


def pause(
    by: By,
    why: Why,
    pack: Pack = None,
    policy: Policy = None,
    stage: Stage = None,
    segment: Segment = None,
    account: OneAccount = None,
    at: At = None,
    output: Shown = Output.text,
) -> None:
    """Stop sending: everything, or what matches all that is named. Facts go on, and what they take back leaves."""
    settings = Settings()
    scope = _scope(settings, pack=pack, policy=policy, stage=stage, segment=segment, account=account)
    control = _control(SendingPaused, "pause", settings, at, by, why, scope=scope)
    if scope.account is not None:
        _seen(settings, scope.account)
    place = asyncio.run(controls_topic.say(settings, control))
    _tell(output, control, place, f"paused: {words(scope)}; `tactful resume {control.control_id}` ends it")


def resume(
    pause_id: Annotated[str, typer.Argument(metavar="PAUSE_ID", help="as `tactful pause` and `controls` tell it")],
    by: By,
    why: Why,
    at: At = None,
    output: Shown = Output.text,
) -> None:
    """End one pause; others go on."""
    settings = Settings()
    control = _control(SendingResumed, "resume", settings, at, by, why, pause_id=pause_id)

    async def run() -> controls_topic.Place:
        ids = [paused.control_id for paused in (await controls_topic.what_stands(settings)).pauses]
        if pause_id not in ids:
            _refuse(f"no pause {pause_id} is in force; there are: {', '.join(ids) or 'none'}")
        return await controls_topic.say(settings, control)

    _tell(output, control, asyncio.run(run()), f"resumed: {pause_id}")


def recall(
    by: By,
    why: Why,
    pack: Pack = None,
    policy: Policy = None,
    stage: Stage = None,
    segment: Segment = None,
    account: OneAccount = None,
    reminder: Annotated[
        str | None, typer.Option(metavar="REMINDER_ID", help="only this message, as `reminders` names it")
    ] = None,
    since: Annotated[str | None, typer.Option(help="issued at or after this; a bare date means its beginning")] = None,
    at: At = None,
    output: Shown = Output.text,
) -> None:
    """Take back what left and may still be on its way. It pauses nothing: what is due next leaves all the same."""
    settings = Settings()
    scope = _scope(settings, pack=pack, policy=policy, stage=stage, segment=segment, account=account)
    from_ms = None if since is None else instant(f"{since}T00:00:00" if len(since) == len("2026-01-31") else since)
    issued_from = None if from_ms is None else to_utc(from_ms)
    named = {"scope": scope, "issued_from": issued_from, "reminder_id": reminder}
    control = _control(RemindersRecalled, "recall", settings, at, by, why, **named)
    if scope.account is not None:
        _foresee(settings, scope.account, control)
    place = asyncio.run(controls_topic.say(settings, control))
    _tell(output, control, place, f"recalled: {recall_words(control)}")


def allow(
    by: By,
    why: Why,
    file: Annotated[Path | None, typer.Argument(help="account ids, one a line, or - for standard input")] = None,
    accounts: Annotated[str | None, typer.Option(help="account ids, with commas between them")] = None,
    end: Annotated[bool, typer.Option("--end", help="end the mode: everybody may be written to again")] = False,
    others_over_minutes: Annotated[
        int | None, typer.Option(min=1, help="let all others in evenly over so long, each at an instant of its own")
    ] = None,
    at: At = None,
    output: Shown = Output.text,
) -> None:
    """Write to the listed accounts only, in place of an earlier list."""
    if sum((file is not None, accounts is not None, end)) > 1 or (end and others_over_minutes is not None):
        raise typer.BadParameter("a file, --accounts and --end exclude each other, and --end is at once")
    if file is None and accounts is None and not end and others_over_minutes is None:
        raise typer.BadParameter("say which accounts: a file or --accounts; or --end, or --others-over-minutes")
    listed = None if end else _account_ids(file, accounts)
    settings = Settings()
    control = _control(
        AllowListSet, "allow", settings, at, by, why, accounts=listed, others_over_minutes=others_over_minutes
    )
    place = asyncio.run(controls_topic.say(settings, control))
    who = "everybody" if listed is None else f"{len(listed)} accounts"
    _tell(output, control, place, f"allowed: {who}{others(control)}")


def activate(
    by: By,
    why: Why,
    effective_from: Annotated[str, typer.Option("--from", metavar="DATE", help="the lender's day it decides from")],
    policy: Annotated[Path | None, typer.Argument(help="policy file; default: the one in the settings")] = None,
    at: At = None,
    output: Shown = Output.text,
) -> None:
    """Say which version of a policy decides from a day on, by its hash. A worker with another one sends nothing."""
    settings = Settings()
    places = places_of(settings, policy)
    rulebook = load_rulebook(places, settings.namespace)
    if missing := missing_for_activation(rulebook, places):
        _refuse(
            f"not approved by {APPROVERS} people: {', '.join(missing)}; `tactful policy hashes` prints what they sign"
        )
    try:
        day = date.fromisoformat(effective_from)
    except ValueError:
        raise typer.BadParameter(f"--from takes a date such as 2026-03-31, not {effective_from!r}") from None
    named = {"policy": rulebook.policy.id, "version": rulebook.policy.version, "policy_hash": rulebook.hash}
    control = _control(PolicyActivated, "activate", settings, at, by, why, effective_from=day, **named)
    place = asyncio.run(controls_topic.say(settings, control))
    _tell(
        output,
        control,
        place,
        f"active: {rulebook.policy.id} {rulebook.policy.version} from {day}, hash {rulebook.hash}",
    )


@controls.callback()
def show(context: typer.Context, output: Shown = Output.text) -> None:
    """What stands now, by all that was read: pauses, allow-list, recalls, active policies."""
    if context.invoked_subcommand is not None:
        return
    stands = asyncio.run(controls_topic.what_stands(Settings()))
    if output is Output.json:
        write_json(as_json(stands))
        return
    if table := list(rows(stands)):
        head = ("what", "id", "of what", "since", "by", "why")
        show_table(f"Controls, read up to offset {stands.offset}", head, table)
    else:
        say(f"nothing is paused or restricted; controls read up to offset {stands.offset}")


@controls.command()
def dismiss(
    offset: Annotated[int, typer.Argument(min=0, help="of the control that cannot be read")],
    by: By,
    why: Why,
    at: At = None,
    output: Shown = Output.text,
) -> None:
    """Give up a control that cannot be read: until then nothing is sent."""
    settings = Settings()
    control = _control(ControlDismissed, "dismiss", settings, at, by, why, offset=offset)

    async def run() -> controls_topic.Place:
        unreadable = (await controls_topic.what_stands(settings)).unreadable
        if offset not in unreadable:
            _refuse(f"no unreadable control at offset {offset}; there are: {', '.join(map(str, unreadable)) or 'none'}")
        return await controls_topic.say(settings, control)

    _tell(output, control, asyncio.run(run()), f"dismissed: the control at offset {offset}")


def _refuse(why: str) -> NoReturn:
    say(f"tactful: {why}", to=errors)
    raise typer.Exit(EXIT_REFUSED)


def _control(
    kind: type[_Said], prefix: str, settings: Settings, at: str | None, by: str, why: str, **fields: Any
) -> _Said:
    try:
        return kind(
            schema_version=version_of(fields),
            control_id=f"{prefix}-{secrets.token_hex(6)}",
            time=_time(settings, at),
            by=by,
            reason=why,
            **fields,
        )
    except ValidationError as error:
        raise _bad(error) from None


def _bad(error: ValidationError) -> typer.BadParameter:
    first = error.errors(include_url=False, include_input=False)[0]
    return typer.BadParameter(f"{'.'.join(str(step) for step in first['loc'])}: {first['msg']}")


def _time(settings: Settings, at: str | None) -> datetime:
    """Now; in a replay, where now says nothing, a time of the facts."""
    if settings.clock == "system":
        if at is not None:
            raise typer.BadParameter("--at is for a replay only")
        return to_utc(SystemClock().now_ms())
    if at is None:
        raise typer.BadParameter("a replay goes by the facts' time: say with --at when it is")
    return to_utc(instant(at))


def _scope(settings: Settings, **named: str | None) -> Scope:
    try:
        scope = Scope(**named)
    except ValidationError as error:
        raise _bad(error) from None
    if scope.account is not None and is_number(scope.account):
        _refuse("--account takes the account's id, not a phone number: what a control names stays on its topic")
    for unknown in unknown_names(settings, scope):
        # It may be another worker's: a stop must not be refused for what only this machine does not know.
        say(f"tactful: note: {unknown}", to=errors)
    return scope


def _seen(settings: Settings, account_id: str) -> Account | None:
    """The account, where it is known; what is not known is told, and a name is refused."""
    try:
        account = asyncio.run(preview.stored(settings, account_id))
    except preview.NotSeen as error:
        say(f"tactful: note: what it touches is not known: {error}", to=errors)
        return None
    if account is None and not any(sign.isdigit() for sign in account_id):
        _refuse(f"no account {account_id} is known, and it has no digit: a name would stay on the controls")
    if account is None:
        say(f"tactful: note: no account {account_id} is known", to=errors)
    return account


def _foresee(settings: Settings, account_id: str, control: RemindersRecalled) -> None:
    """Tell what a recall takes back; one of a message that is final is refused."""
    account = _seen(settings, account_id)
    if account is None:
        return
    try:
        policy = load_rulebook(places_of(settings), settings.namespace).policy
    except PolicyFault:
        return  # it was told already that the policy cannot be read
    found = preview.touched(account, control, policy, to_ms(control.time))
    if control.reminder_id is not None and found.final:
        _refuse(f"{preview.told(account_id, found)}; nothing was written")
    say(f"tactful: {preview.told(account_id, found)}", to=errors)


def _account_ids(file: Path | None, accounts: str | None) -> tuple[str, ...]:
    if accounts is not None:
        return tuple(part.strip() for part in accounts.split(",") if part.strip())
    if file is None:
        return ()
    text = read_text(file)
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _tell(output: Output, control: AnyControl, place: controls_topic.Place, told: str) -> None:
    if output is Output.json:
        write_json({**control.model_dump(mode="json"), "topic": place.topic, "offset": place.offset})
    else:
        say(f"{control.control_id} written to {place.topic} at offset {place.offset}. {told}")
