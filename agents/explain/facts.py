"""What each fact says, in one plain sentence and without a name, a number or a word of the borrower's."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from agents.explain.records import money

Body = Mapping[str, Any]

RECEIPTS: Final = {
    "accepted": "The gateway took the message over",
    "delivered": "The message was delivered to the phone",
    "failed": "The message could not be delivered",
    "expired": "The message expired before it was delivered",
    "recalled": "The message was stopped before it was sent",
    "too_late": "The recall came too late: the message had been sent",
    "unknown": "The gateway does not know what became of the message",
}


def _item(body: Body) -> str:
    return f"{body.get('loan_id')}/{body.get('instalment_id')}"


def _missed(body: Body) -> str:
    if body.get("outstanding_minor") == 0:
        return f"The ledger says that {_item(body)} is paid after all"
    owed = money(body, "outstanding_minor")
    return f"The ledger says that {owed} of {_item(body)}, due on {body.get('due_date')}, are not paid"


def _scheduled(body: Body) -> str:
    return f"{_item(body)} falls due on {body.get('due_date')}: {money(body, 'amount_due_minor')}"


def _amended(body: Body) -> str:
    return f"{_item(body)} was amended: {money(body, 'amount_due_minor')} due on {body.get('due_date')}"


def _returned(body: Body) -> str:
    what = "A payment" if body.get("amount_minor") is None else "A part of a payment"
    return f"{what} came back ({body.get('payment_id')})"


def _profile(body: Body) -> str:
    phone = "with a phone number" if body.get("phone") else "without a phone number"
    stopped = "; opted out" if body.get("opt_outs") else ""
    return f"The profile was told, {phone}, language {body.get('language')}, zone {body.get('zone')}{stopped}"


def _hold(body: Body) -> str:
    until = "until it is lifted" if body.get("until") is None else f"until {body['until']}"
    return f"A hold was placed: {str(body.get('kind')).replace('_', ' ')}, {until}"


def _promise(body: Body) -> str:
    return f"The borrower promised {money(body, 'amount_minor')} by {body.get('pay_by')}"


def _plan(body: Body) -> str:
    parts = body.get("parts")
    return f"A repayment plan of {len(parts) if isinstance(parts, list) else '?'} parts was agreed"


def _contact(body: Body) -> str:
    kind = "spoke with" if body.get("conversation") else "wrote to"
    return f"Somebody else of the lender {kind} the borrower ({body.get('channel')})"


def _reply(body: Body) -> str:
    doubt = ", not surely" if body.get("sure") is False else ""
    return f"The borrower replied, understood as {body.get('keyword')}{doubt}"


def _staff(body: Body) -> str:
    if body.get("decision") == "send_now":
        return "A named person decided that the next stage leaves now"
    return f"A named person decided to be silent until {body.get('until')}"


def _receipt(body: Body) -> str:
    detail = f" ({body['detail']})" if body.get("detail") else ""
    return f"{RECEIPTS.get(str(body.get('status')), 'The gateway said something unknown of the message')}{detail}"


FACTS: Final[Mapping[str, Callable[[Body], str]]] = {
    "repayment.missed": _missed,
    "instalment.scheduled": _scheduled,
    "instalment.amended": _amended,
    "instalment.withdrawn": lambda body: f"{_item(body)} is no longer owed",
    "payment.booked": lambda body: f"A payment of {money(body, 'amount_minor')} was booked ({body.get('payment_id')})",
    "payment.returned": _returned,
    "profile.updated": _profile,
    "hold.placed": _hold,
    "hold.lifted": lambda body: f"What was held was lifted ({body.get('hold_id')})",
    "promise.made": _promise,
    "plan.agreed": _plan,
    "plan.ended": lambda body: f"The repayment plan ended: {body.get('outcome')}",
    "complaint.received": lambda body: f"The borrower complained ({body.get('kind')})",
    "contact.made": _contact,
    "reply.received": _reply,
    "account.ended": lambda body: f"The account ended: {str(body.get('outcome')).replace('_', ' ')}",
    "account.reopened": lambda body: "The end of the account was undone",
    "account.erased": lambda body: "The person of the account was erased",
    "consent.given": lambda body: "The borrower agreed to be written to",
    "number.told": lambda body: f"The number was found to be carried by {body.get('accounts')} account(s)",
    "staff.decided": _staff,
    "case.imported": lambda body: f"The case {_item(body)} was taken over from another system",
    "dead-letter.dismissed": lambda body: "A named person gave up a record that could not be read",
    "reminder.receipt": _receipt,
}


def fact_words(body: Body) -> str:
    """What a fact says."""
    say = FACTS.get(str(body.get("type")))
    return "A record that this version cannot read" if say is None else say(body)
