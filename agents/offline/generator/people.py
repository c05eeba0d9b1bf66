"""Invented people: names of no one, and telephone numbers that cannot ring."""

from datetime import date, timedelta
from typing import Any, Final

from agents.offline.generator.telling import Teller, midnight, written

_SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
_GIVEN_NAMES: Final = ("晓雯", "建国", "子涵", "丽华", "志强", "雨桐", "海燕", "文博", "春梅", "俊杰", "思远", "佳怡")
_ENGLISH: Final = (("Marlow", "Alex"), ("Finch", "Robin"), ("Hale", "Jordan"), ("Quill", "Sam"), ("Brandt", "Kim"))
_OTHER_ZONES: Final = (
    "Asia/Hong_Kong",
    "Asia/Hong_Kong",
    "Asia/Hong_Kong",
    "Asia/Urumqi",
    "Europe/London",
    "America/New_York",
    "Australia/Sydney",
)


def fictitious_phone(number: int) -> str:
    """One digit longer than any number in Beijing, and its subscriber part begins with 0, as no real one does."""
    return f"+8610{number % 100_000_000:09}"


def introduce(teller: Teller, number: int, days: int, phone_of: int) -> None:
    """Who is written to, first of all; a few change later. ``phone_of``: the account whose number it is."""
    rng = teller.rng
    profile = _profile(teller, phone_of)
    at = teller.between(teller.start, 0, 0.5)
    teller.say(at, "profile.updated", **profile, as_of=written(at))
    if profile.get("phone") and teller.chance(0.03):
        later = teller.between(teller.start + timedelta(days=rng.randrange(5, max(6, days))), 9, 21)
        if teller.chance(0.4):
            changed = {**profile, "opt_outs": [{"scope": "channel", "value": "sms"}]}
        else:
            changed = {**profile, "phone": fictitious_phone(number + 5_000_000)}
        teller.say(later, "profile.updated", **changed, source_version=1, as_of=written(later))


def _profile(teller: Teller, number: int) -> dict[str, Any]:
    rng = teller.rng
    english = teller.chance(0.05)
    if english:
        surname, given_name = rng.choice(_ENGLISH)
    else:
        surname, given_name = rng.choice(_SURNAMES), rng.choice(_GIVEN_NAMES)
    profile: dict[str, Any] = {
        "surname": surname,
        "given_name": given_name,
        "salutation": rng.choice(("mr", "ms", "mr", "ms", "none")),
        "language": "en" if english else "zh-Hans",
        "zone": rng.choice(_OTHER_ZONES) if teller.chance(0.06) else "Asia/Shanghai",
        "consents": ["sms"],
        "risk_segment": rng.choice(("low", "low", "medium", "high")),
    }
    if not teller.chance(0.01):
        profile["phone"] = fictitious_phone(number)
    if teller.chance(0.007):
        profile["opt_outs"] = [{"scope": "all"}]
    return profile


def hold(teller: Teller, day: date) -> None:
    """A reason to be silent: lifted after some days, ending by itself, or staying."""
    rng = teller.rng
    at = teller.between(day, 10, 17)
    fields: dict[str, Any] = {
        "hold_id": f"{teller.account_id}-H1",
        "kind": rng.choice(("dispute", "hardship", "vulnerable")),
        "placed_by": "call_centre",
    }
    how = rng.random()
    if how < 0.2:
        fields["until"] = written(midnight(day + timedelta(days=rng.randint(7, 20))))
    teller.say(at, "hold.placed", **fields)
    if 0.2 <= how < 0.9:
        lifted_at = teller.between(day + timedelta(days=rng.randint(6, 20)), 10, 17)
        teller.say(lifted_at, "hold.lifted", hold_id=fields["hold_id"], lifted_by="call_centre")
