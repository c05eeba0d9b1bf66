"""A text within its parts, whatever the name: where its own letters take too many, it is spelled for the network."""

from typing import NamedTuple

from msgspec.structs import replace

from agents.decisions.text.names import in_gsm7, plain
from agents.decisions.text.sms import sms_parts
from agents.decisions.text.wording import Filling, Wording, word
from schemas.policy.policies import Policy
from schemas.policy.texts import TextBook
from schemas.stored.accounts import Profile


class Fitted(NamedTuple):
    """A rendered text and the parts of an SMS that it takes."""

    wording: Wording
    parts: int


def fitted(texts: TextBook, name: str, tone: str, policy: Policy, filling: Filling) -> Fitted:
    """The text with the name's own letters, or spelled where that saves parts that it does not have."""
    wording = word(texts, name, tone, policy.lender, filling)
    parts = sms_parts(wording.text)
    if parts > policy.sending.max_sms_parts:
        spelled = word(texts, name, tone, policy.lender, filling._replace(profile=_spelled(filling.profile)))
        if (fewer := sms_parts(spelled.text)) < parts:
            return Fitted(spelled, fewer)
    return Fitted(wording, parts)


def _spelled(profile: Profile) -> Profile:
    """The profile whose name takes the fewest parts."""
    given_name = None if profile.given_name is None else in_gsm7(plain(profile.given_name))
    return replace(profile, surname=in_gsm7(plain(profile.surname)), given_name=given_name)
