"""One message offered part by part over one session. In order, and each part once: a refused first part has then taken
nothing, and what is left of a message that breaks off is taken back.
"""

import asyncio
from collections.abc import Callable, Sequence

import smpp34

from agents.delivery.providers.port import Accepted, Outcome, Refused, Submission, Unknown
from agents.delivery.providers.requests import NoAnswer, NotSent
from agents.delivery.providers.smpp.correlation import joined
from agents.delivery.providers.smpp.parts import CodedText
from agents.delivery.providers.smpp.pdus import (
    OK,
    THROTTLED,
    Command,
    Pdu,
    cancel_body,
    status_name,
    strings,
    submit_body,
)
from agents.delivery.providers.smpp.receipts import is_message_id
from agents.delivery.providers.smpp.session import Session
from agents.delivery.providers.smpp.settings import SmppSettings

INTERNATIONAL_TON = 1
ISDN_NPI = 1
HAS_HEADER = 0x40
FINAL_RECEIPT = 1
"""registered_delivery: one receipt at the end, however it ends."""


def message_id_of(body: bytes) -> str:
    """The id in a submit_sm_resp."""
    return strings(body, 1)[0]


async def offer(
    session: Session,
    settings: SmppSettings,
    submission: Submission,
    coded: CodedText,
    taken_late: Callable[[str], None],
) -> Outcome:
    """Offer all parts. ``taken_late`` is told the gateway_ref of a message that was given up as unknown too early."""

    def late(answer: Pdu) -> None:
        if answer.status == OK and len(coded.parts) == 1 and is_message_id(message_id := message_id_of(answer.body)):
            taken_late(message_id)

    ids: list[str] = []
    for part in coded.parts:
        body = submit_body(_part_pdu(settings, submission, coded, part))
        # Only the first part may be given back to be offered again: the others belong to one that was taken.
        attempts = settings.part_attempts_max if ids else 1
        answer = await _offer_part(session, settings, body, attempts, late)
        if not isinstance(answer, str):
            return await _broken_off(session, settings, ids, answer)
        ids.append(answer)
    return Accepted(joined(ids))


async def cancel(session: Session, settings: SmppSettings, message_id: str) -> bool | None:
    """Take one part back: done, refused, or None when no answer came."""
    body = cancel_body(message_id, settings.source, settings.source_ton, settings.source_npi)
    try:
        answer = await session.request(Command.CANCEL_SM, body)
    except (NotSent, NoAnswer):
        return None
    return answer.status == OK


async def _offer_part(
    session: Session, settings: SmppSettings, body: bytes, attempts: int, late: Callable[[Pdu], None]
) -> str | Refused | Unknown:
    for attempt in range(1, attempts + 1):
        try:
            answer = await session.request(Command.SUBMIT_SM, body, late)
        except NotSent as error:
            return Refused(str(error), throttled=True)
        except NoAnswer as error:
            return Unknown(str(error))
        if answer.status == OK:
            message_id = message_id_of(answer.body)
            return message_id if is_message_id(message_id) else Unknown("NO_MESSAGE_ID")
        if answer.status not in THROTTLED or attempt == attempts:
            break
        await asyncio.sleep(settings.part_pause_ms / 1000)
    return Refused(status_name(answer.status), throttled=answer.status in THROTTLED)


async def _broken_off(
    session: Session, settings: SmppSettings, ids: Sequence[str], outcome: Refused | Unknown
) -> Refused | Unknown:
    """Half a text must not arrive; whether the first half could be taken back decides what is known."""
    cancelled = [await cancel(session, settings, one) for one in ids]
    return outcome if all(cancelled) else Unknown("PARTLY_TAKEN")


def _part_pdu(settings: SmppSettings, submission: Submission, coded: CodedText, part: bytes) -> smpp34.SubmitSm:
    return smpp34.SubmitSm(
        settings.source,
        submission.phone.removeprefix("+"),
        part,
        source_addr_ton=settings.source_ton,
        source_addr_npi=settings.source_npi,
        dest_addr_ton=INTERNATIONAL_TON,
        dest_addr_npi=ISDN_NPI,
        esm_class=HAS_HEADER if coded.has_headers else 0,
        validity_period=f"{submission.expires_at:%y%m%d%H%M%S}000+",
        registered_delivery=FINAL_RECEIPT,
        data_coding=coded.data_coding,
    )
