"""WORDS, ELEMENT, FORM: the text as it must read, put together again from the approved words."""

import re
from typing import Final

from agents.audit.checks.asking import AuditQuestion
from agents.audit.findings import Code
from agents.audit.standards.standard import ApprovedText, ApprovedTexts, stages_of
from schemas.policy.packs import FormatRule, RequireRule
from schemas.policy.patterns import amount_text, date_text
from schemas.policy.texts import TextBook
from schemas.values.money import EXPONENTS

_SLOT: Final = re.compile(r"{([^{}]*)}")
_GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE: Final = frozenset("^{}\\[~]|€\f")


def check(q: AuditQuestion) -> None:
    """The words."""
    body = q.message.body
    texts = q.texts
    text = None if texts is None else texts.by_id.get(body.template_id)
    if texts is None or text is None:
        q.tally.of(q.message, Code.WORDS, f"no text {body.template_id} in {body.language}")
        return
    _check_text(q, texts, text)
    _check_slots(q, texts)
    if not body.is_notice:
        _check_name(q, text.name)
        _check_elements(q, text)
    _check_form(q)


def _check_text(q: AuditQuestion, texts: ApprovedTexts, text: ApprovedText) -> None:
    body = q.message.body
    signature = _filled(texts.book.signature, {"lender": q.policy.lender.name_in(texts.book.language)})
    if body.signature != signature:
        q.tally.of(q.message, Code.WORDS, "not the approved signature")
    wanted = signature + _filled(text.body, body.variables)
    if body.text != wanted:
        q.tally.of(q.message, Code.WORDS, f"not the words of {text.id}")
    missing = text.slots - set(body.variables)
    if missing:
        q.tally.of(q.message, Code.WORDS, f"slots without a value: {', '.join(sorted(missing))}")


def _filled(form: str, values: dict[str, str]) -> str:
    return _SLOT.sub(lambda slot: values.get(slot[1], slot[0]), form)


def _check_slots(q: AuditQuestion, texts: ApprovedTexts) -> None:
    """Each value that a text may state, from the message's own fields; these are held against the facts elsewhere."""
    body, book, lender = q.message.body, texts.book, q.policy.lender
    wanted = {"lender": lender.name_in(book.language), "service_number": lender.service_number}
    if not body.is_notice:
        wanted["name"] = body.recipient.name
        wanted["days_past_due"] = str(body.days_past_due)
        wanted["amount"] = _amount(body.amount_minor, body.currency, book)
        if body.oldest_due_date is not None:
            wanted["due_date"] = date_text(body.oldest_due_date, book.date, book.locale)
        wanted.update(_offered(q, book))
    for slot, value in wanted.items():
        if slot in body.variables and body.variables[slot] != value:
            q.tally.of(q.message, Code.WORDS, f"the slot {slot} says something else than the message")
    if body.service_number != lender.service_number:
        q.tally.of(q.message, Code.WORDS, "not the lender's service number")


def _amount(minor: int, currency: str, book: TextBook) -> str:
    if currency not in EXPONENTS:
        return ""
    return amount_text(minor, currency, book.amount_by_currency.get(currency, book.amount), book.locale)


def _offered(q: AuditQuestion, book: TextBook) -> dict[str, str]:
    body = q.message.body
    offer = body.offer
    if not offer:
        return {}
    found: dict[str, str] = {}
    if offer.get("kind") == "plan":
        parts, part, last = (int(offer.get(name, 0)) for name in ("parts", "part_minor", "last_part_minor"))
        if part * (parts - 1) + last != body.amount_minor:
            q.tally.of(q.message, Code.AMOUNT, f"{parts} parts of {part}, the last of {last}, are not the amount")
        found = {"plan_parts": str(parts), "plan_amount": _amount(max(part, last), body.currency, book)}
    return found


def _check_name(q: AuditQuestion, name: str) -> None:
    """Whether the stage may use this text."""
    stage = q.message.body.stage
    allowed = {q.policy.returned.text}
    for one in stages_of(q.policy):
        if one.code == stage:
            allowed |= {one.text, one.offer_text or one.text}
    if name not in allowed:
        q.tally.of(q.message, Code.WORDS, f"the text {name} is not one of {stage}")


def _check_elements(q: AuditQuestion, text: ApprovedText) -> None:
    stages = [stage for stage in stages_of(q.policy) if stage.code == q.message.body.stage]
    overdue = bool(stages) and stages[0].kind == "overdue"
    for rule in () if q.pack is None else q.pack.of(RequireRule):
        binds = {
            "always": True,
            "overdue": overdue and (rule.from_dpd is None or min(s.delay_days for s in stages) >= rule.from_dpd),
            "hardship": ".supportive" in text.id or q.message.body.tone == "supportive",
            "agency": q.policy.lender.role != "lender",
        }[rule.when]
        if binds and rule.element not in text.elements:
            q.tally.of(q.message, Code.ELEMENT, rule.id, rule.element)


def _check_form(q: AuditQuestion) -> None:
    body = q.message.body
    parts = parts_of(body.text)
    if parts != body.parts:
        q.tally.of(q.message, Code.FORM, f"says {body.parts} parts, it is {parts}")
    limits = [("policy.max_sms_parts", q.policy.sending.max_sms_parts)]
    for rule in () if q.pack is None else q.pack.of(FormatRule):
        if rule.max_parts is not None:
            limits.append((rule.id, rule.max_parts))
        if rule.max_chars is not None and len(body.text) > rule.max_chars:
            q.tally.of(q.message, Code.FORM, rule.id, f"{len(body.text)} characters")
        if rule.signature is not None and not re.fullmatch(rule.signature, body.signature):
            q.tally.of(q.message, Code.FORM, rule.id, "the signature")
        if set(rule.forbidden) & set(body.text.removeprefix(body.signature)):
            q.tally.of(q.message, Code.FORM, rule.id, "a forbidden character")
    for name, limit in limits:
        if parts > limit:
            q.tally.of(q.message, Code.FORM, name, f"{parts} parts")


def parts_of(text: str) -> int:
    """How many SMS a text is, by 3GPP TS 23.038: 160 or 153 septets of its alphabet, else 70 or 67 units of UCS-2."""
    used = set(text)
    if used <= _GSM:
        return 1 if len(text) <= 160 else -(-len(text) // 153)
    if used <= _GSM | _GSM_TWICE:
        return _parts([2 if char in _GSM_TWICE else 1 for char in text], 160, 153)
    if max(used) <= "\uffff":
        return 1 if len(text) <= 70 else -(-len(text) // 67)
    return _parts([2 if ord(char) > 0xFFFF else 1 for char in text], 70, 67)


def _parts(sizes: list[int], one: int, each: int) -> int:
    if sum(sizes) <= one:
        return 1
    parts, room = 1, each
    for size in sizes:
        if size > room:
            parts, room = parts + 1, each
        room -= size
    return parts
