"""What may be offered, and how fast and at what price messages leave."""

from collections.abc import Iterator

from agents.policy.stage_codes import ladders
from agents.policy.words.speech import coded, count, days, money
from schemas.policy.policies import Offer, Policy


def offer_words(offer: Offer) -> str:
    """One offer with its sizes."""
    if offer.kind == "plan":
        least = f", none below {money(offer.part_min_minor)}" if offer.part_min_minor else ""
        return (
            f"a plan of at most {offer.parts_max} equal parts{least}; the first is due {days(offer.first_after_days)} "
            f"after the message, each further one {days(offer.every_days)} later"
        )
    if offer.kind == "extension":
        return f"{count(offer.extension_days, 'more day')} to pay, as long as the due date has not passed"
    return "somebody to talk to in hardship" if offer.kind == "hardship" else "a pointer to advice on debts"


def offer_lines(policy: Policy) -> Iterator[str]:
    """Each offer, and which stages make it."""
    for code, offer in sorted(policy.offers.items()):
        stages = dict.fromkeys(s.code for ladder in ladders(policy).values() for s in ladder if s.offer == code)
        made = f"Made with {coded(stages)}." if stages else "No stage makes it."
        yield f"`{code}`: {offer_words(offer)}. {made}"
    if any(offer.kind == "plan" for offer in policy.offers.values()):
        yield "A plan that would have fewer than two parts is not offered."


def pacing_lines(policy: Policy) -> Iterator[str]:
    """The agreed rate, the gateway's contract and the price."""
    pacing, gateway = policy.pacing, policy.gateway
    if pacing is None:
        yield "As fast as they can: no rate is agreed with the gateway."
    else:
        yield f"At most {count(pacing.messages_per_second, 'message')} a second over all partitions."
        if pacing.spread_minutes:
            spread = count(pacing.spread_minutes, "minute")
            yield f"What falls due at the opening of the hours leaves within {spread} of it."
            yield "Within that time what waited already, and older debts, come earlier."
    may = {
        "messages about collections": gateway.collections_allowed,
        "the registered signature": gateway.signature_registered,
        "registered templates": gateway.templates_registered,
        "whitelisted numbers in texts": gateway.callback_whitelisted,
    }
    for what, allowed in may.items():
        yield f"The gateway's contract {'covers' if allowed else 'does not cover'} {what}."
    if gateway.price_per_part is not None:
        yield f"A part of an SMS costs {gateway.price_per_part} {gateway.price_currency}."
    wait = count(policy.sending.receipt_grace_hours, "hour")
    yield f"When no last receipt has come {wait} after a message expired, its outcome is unknown for good."
