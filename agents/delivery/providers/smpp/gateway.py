"""The port over SMPP 3.4: one transceiver bind, kept up; receipts of parts become reports of messages."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

import smpp34

from agents.delivery.incoming.inbox import Inbox
from agents.delivery.providers.port import Accepted, Outcome, Recall, Refused, Report, Standing, Submission, Unknown
from agents.delivery.providers.requests import NoAnswer, NotSent
from agents.delivery.providers.smpp.correlation import Correlation, ending, part_ids
from agents.delivery.providers.smpp.messages import is_message, read_message
from agents.delivery.providers.smpp.offering import cancel, offer
from agents.delivery.providers.smpp.parts import code_text
from agents.delivery.providers.smpp.pdus import OK, TRY_AGAIN, Command, query_body, query_state
from agents.delivery.providers.smpp.receipts import STATES, State, is_receipt, read_receipt
from agents.delivery.providers.smpp.session import Acknowledge, BindRefused, Session
from agents.delivery.providers.smpp.settings import SmppSettings
from schemas.values.instants import to_utc
from streams.clock import SystemClock
from streams.tasks import end_task, endless

log = logging.getLogger(__name__)


class _Told(NamedTuple):
    report: Report
    acknowledge: Callable[[], None]


class SmppGateway:
    """A gateway of the port. A receipt that makes a report is acknowledged when the next report is asked for: one that
    nobody took comes again."""

    def __init__(self, settings: SmppSettings, clock: SystemClock, inbox: Inbox | None = None) -> None:
        """``inbox`` takes what people write; without one it is acknowledged and read past."""
        self._settings = settings
        self._inbox = inbox
        self._clock = clock
        self._correlation = Correlation(
            settings.id_forms, settings.messages_max, timedelta(seconds=settings.receipt_window_s)
        )
        self._told: asyncio.Queue[_Told | None] = asyncio.Queue()
        self._session: Session | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._given_up: BaseException | None = None

    def adopt(self, reminder_id: str, gateway_ref: str, since: datetime | None = None) -> None:
        """An earlier run handed this over; its receipts are awaited too."""
        self._correlation.accepted(reminder_id, gateway_ref, since=since)

    async def start(self) -> None:
        """Bind; raises OSError when the centre cannot be reached or refuses us."""
        self._session = await Session.bind(self._settings, self._delivered)
        self._keeper = asyncio.create_task(endless(partial(self._keep_bound, self._session), "the keeper of the bind"))
        self._keeper.add_done_callback(self._kept)

    async def stop(self) -> None:
        """Unbind; submits in flight end as Unknown, and the reports end."""
        if self._keeper is None:
            self._told.put_nowait(None)
        else:
            await end_task(self._keeper)
        if self._session is not None:
            await self._session.unbind()
        if self._correlation.unmatched:
            log.warning("%d receipts were nobody's since the start", self._correlation.unmatched)

    async def submit(self, submission: Submission) -> Outcome:
        """Offer one SMS, once: as many parts as it takes."""
        reference = hashlib.blake2b(submission.reminder_id.encode(), digest_size=1).digest()[0]
        coded = code_text(submission.text, reference)
        if coded is None:
            return Refused("TEXT_TOO_LONG")
        session = self._bound()
        if session is None:
            return Refused("NOT_BOUND", throttled=True)

        number = self._correlation.submitting(submission.phone, self._now())

        def taken(gateway_ref: str) -> None:
            self._correlation.accepted(submission.reminder_id, gateway_ref, number)

        outcome: Outcome | None = None
        try:
            outcome = await offer(session, self._settings, submission, coded, taken)
            if isinstance(outcome, Accepted):
                taken(outcome.gateway_ref)
        finally:
            lost = outcome is None or isinstance(outcome, Unknown)
            self._tell(self._correlation.settled(number, self._now(), lost=lost))
        return outcome

    async def recall(self, reminder_id: str, gateway_ref: str | None) -> Recall:
        """cancel_sm for every part; too late if the centre refuses one. Needs ``gateway_ref``."""
        session = self._bound()
        if session is None or gateway_ref is None or self._correlation.is_ambiguous(gateway_ref):
            return "unknown"
        answer: Recall = "unknown"
        self._correlation.recalling(reminder_id)
        try:
            cancelled = [await cancel(session, self._settings, one) for one in part_ids(gateway_ref)]
            if None not in cancelled:
                answer = "recalled" if all(cancelled) else "too_late"
        finally:
            self._tell(self._correlation.recall_ended(reminder_id, self._now(), taken_back=answer == "recalled"))
        return answer

    async def query(self, reminder_id: str, gateway_ref: str | None) -> Standing | None:
        """query_sm for every part. Needs ``gateway_ref``."""
        session = self._bound()
        if session is None or gateway_ref is None or self._correlation.is_ambiguous(gateway_ref):
            return None
        states = [await self._ask(session, one) for one in part_ids(gateway_ref)]
        known: list[State] = [state for state in states if state is not None]
        return None if len(known) < len(states) else ending(known) or "accepted"

    async def reports(self) -> AsyncIterator[Report]:
        """Reports as they come; ends when stopped, raises ConnectionError when the centre is given up."""
        while (told := await self._told.get()) is not None:
            yield told.report
            told.acknowledge()
        self._bound()

    def _bound(self) -> Session | None:
        """The session if there is one now."""
        if self._given_up is not None:
            raise self._given_up
        session = self._session
        return None if session is None or session.closed.is_set() else session

    async def _ask(self, session: Session, message_id: str) -> State | None:
        s = self._settings
        try:
            body = query_body(message_id, s.source, s.source_ton, s.source_npi)
            answer = await session.request(Command.QUERY_SM, body)
        except (NotSent, NoAnswer):
            return None
        state = query_state(answer.body) if answer.status == OK else 0
        # 0: no such message, or no answer to that; 7: the centre itself does not know.
        return None if state in {0, 7} else STATES.get(state, "pending")

    async def _keep_bound(self, session: Session) -> None:
        while True:
            await session.closed.wait()
            await session.close()
            self._session = session = await self._bind_again()

    def _kept(self, keeper: asyncio.Task[None]) -> None:
        self._given_up = None if keeper.cancelled() else keeper.exception()
        self._told.put_nowait(None)

    async def _bind_again(self) -> Session:
        pause_ms = self._settings.reconnect_first_ms
        for attempt in range(1, self._settings.reconnect_attempts_max + 1):
            await asyncio.sleep(pause_ms / 1000)
            pause_ms = min(2 * pause_ms, self._settings.reconnect_max_ms)
            try:
                session = await Session.bind(self._settings, self._delivered)
            except OSError as error:
                log.warning("bind %d of %d failed: %s", attempt, self._settings.reconnect_attempts_max, error)
                if isinstance(error, BindRefused) and error.is_final:
                    raise
            else:
                log.info("bound again to the message centre")
                return session
        raise ConnectionError(f"the message centre is given up after {self._settings.reconnect_attempts_max} attempts")

    def _delivered(self, pdu: smpp34.DeliverSm, acknowledge: Acknowledge) -> None:
        if not is_receipt(pdu.esm_class):
            self._heard(pdu, acknowledge)
            return
        if self._told.qsize() >= self._settings.reports_max:
            acknowledge(TRY_AGAIN)
            return
        s = self._settings
        has_number = s.receipt_number == "recipient"
        receipt = read_receipt(pdu, s.id_forms, s.zone, source=s.source, has_number=has_number)
        if receipt is None:
            log.warning("a receipt that names no message was read past")
            acknowledge(OK)
            return
        reports = self._correlation.received(receipt, self._now())
        if not reports:
            acknowledge(OK)
        self._tell(reports, lambda: acknowledge(OK))

    def _heard(self, pdu: smpp34.DeliverSm, acknowledge: Acknowledge) -> None:
        if self._inbox is None or not is_message(pdu.esm_class):
            log.info("a message of a person's, or a notice on the way, was read past")
            acknowledge(OK)
            return
        said = read_message(pdu, self._settings.reply_alphabet, self._settings.reply_region)
        if not self._inbox.put(replace(said, done=lambda: acknowledge(OK))):
            acknowledge(TRY_AGAIN)

    def _now(self) -> datetime:
        return to_utc(self._clock.now_ms())

    def _tell(self, reports: Sequence[Report], acknowledge: Callable[[], None] = lambda: None) -> None:
        for report in reports:
            self._told.put_nowait(_Told(report, acknowledge))
