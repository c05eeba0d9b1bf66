"""What a reminder may offer, sized to the debt: a plan in equal parts, an extension, somebody to talk to."""

from datetime import date, timedelta

from schemas.policy.offers import Offered
from schemas.policy.policies import Offer
from schemas.values.money import units


def offered(offer: Offer, amount_minor: int, currency: str, due: date, today: date) -> Offered | None:
    """The offer for this debt, on a day of the lender; None when it does not fit.

    The parts of a plan are whole units of the currency, so that a text can say "3 times 400"; the last one takes what
    is left.
    """
    if offer.kind == "plan":
        return _plan(offer, amount_minor, currency, today)
    if offer.kind == "extension":
        return Offered(kind="extension", until=due + timedelta(days=offer.extension_days)) if today < due else None
    return Offered(kind=offer.kind)


def _plan(offer: Offer, amount_minor: int, currency: str, today: date) -> Offered | None:
    least = max(offer.part_min_minor.get(currency, 1), 1)
    unit, parts = units(currency), min(offer.parts_max, amount_minor // least)
    while parts >= 2:
        part_minor = -(-amount_minor // (parts * unit)) * unit
        last_minor = amount_minor - part_minor * (parts - 1)
        if last_minor >= least:
            break
        parts -= 1
    else:
        return None
    first = today + timedelta(days=offer.first_after_days)
    return Offered(
        kind="plan",
        parts=parts,
        part_minor=part_minor,
        last_part_minor=last_minor,
        first_date=first,
        every_days=offer.every_days,
    )
