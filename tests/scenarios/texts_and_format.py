"""What a text must say, and its form: the elements of each pack, its signature, its length.

Elements are looked for at start, where the worker tells what is missing and does not run.
"""

from functools import partial
from typing import Final

from agents.decisions.policy.rulebook import Rulebook
from schemas.policy.packs import Element
from tests.scenarios.language import covers, register, with_policy
from tests.scenarios.saying import at_fault, at_home, at_start, friendly, language_of, lets_pass, refuses, worded

INSTEAD: Final[dict[str, dict[Element, tuple[str, str]]]] = {
    "zh-Hans": {
        "addressee": ("{name}", "您好"),
        "amount": ("{amount}", "一笔款项"),
        "due_date": ("{due_date}", "近日"),
        "days_past_due": ("{days_past_due}", "几"),
        "payment_route": ("{payment_route}", "随时办理"),
        "ignore_if_paid": ("{ignore_if_paid}", "谢谢"),
        "help_offer": ("{help_offer}", "热线{service_number}"),
    },
    "en": {
        "addressee": ("{name}", "Hello"),
        "amount": ("{amount}", "a payment"),
        "due_date": ("{due_date}", "lately"),
        "days_past_due": ("{days_past_due}", "some"),
        "payment_route": ("{payment_route}", "Pay"),
        "ignore_if_paid": ("{ignore_if_paid}", "thank you"),
        "help_offer": ("{help_offer}", "Call {service_number}"),
        "dispute_route": ("{dispute_route}", "at any time"),
        "opt_out": ("{opt_out}", "Thank you"),
    },
}
"""An element, by what the text says it, and something else in its place."""
ALWAYS: Final[dict[str, Element]] = {
    "CN-NEED-2": "addressee",
    "CN-NEED-3": "amount",
    "CN-NEED-4": "due_date",
    "CN-NEED-6": "payment_route",
    "CN-NEED-8": "ignore_if_paid",
    "US-NEED-2": "addressee",
    "US-NEED-3": "amount",
    "US-NEED-4": "due_date",
    "US-NEED-6": "payment_route",
    "US-NEED-8": "ignore_if_paid",
    "US-NEED-11": "opt_out",
}
OVERDUE: Final[dict[str, Element]] = {
    "CN-NEED-5": "days_past_due",
    "CN-NEED-9": "help_offer",
    "US-NEED-5": "days_past_due",
    "US-NEED-9": "help_offer",
    "US-NEED-10": "dispute_route",
}
"""What a notice before the due date need not say."""


EVERY: Final = frozenset({"pre_due", "friendly", "returned"})


def _is_missed(rulebook: Rulebook, rule: str, element: Element, texts: frozenset[str]) -> None:
    slot, other = INSTEAD[language_of(rulebook)][element]
    said = worded(rulebook, friendly(rulebook).replace(slot, other))
    missing = f"{element} is missing ({rule})"
    assert at_start(said) == {missing}
    assert at_fault(said, missing) == texts


for _needs, _texts in ((ALWAYS, EVERY), (OVERDUE, EVERY - {"pre_due"})):
    for _rule, _element in _needs.items():
        _tell = partial(_is_missed, rule=_rule, element=_element, texts=_texts)
        register(f"texts_and_format.needs {_rule}", _tell, _rule, pack=_rule[:2])


def _unsigned_is_refused(rulebook: Rulebook, rule: str) -> None:
    unsigned = worded(rulebook, friendly(rulebook), signature="")
    assert at_fault(unsigned, f"signature is missing ({rule})") == EVERY


def _a_number_is_asked_for(rulebook: Rulebook, rule: str) -> None:
    phrases = {**rulebook.texts[language_of(rulebook)].phrases, "help_offer": "App"}
    unreachable, missing = worded(rulebook, friendly(rulebook), phrases=phrases), f"service_number is missing ({rule})"
    assert at_start(unreachable) == {missing}
    assert at_fault(unreachable, missing) == EVERY


def _an_agency_says_so(rulebook: Rulebook, rule: str) -> None:
    shipped = worded(rulebook, friendly(rulebook))
    assert at_start(shipped) == set()
    asked = {f"collector_disclosure is missing ({rule})"}
    assert at_start(with_policy(shipped, lender={"role": "agency"})) == asked
    assert at_start(with_policy(shipped, lender={"role": "purchaser"})) == asked


@covers("CN-NEED-1")
def an_unsigned_text_is_refused(rulebook: Rulebook) -> None:
    _unsigned_is_refused(rulebook, "CN-NEED-1")


@covers("US-NEED-1")
def in_america_an_unsigned_text_is_refused(rulebook: Rulebook) -> None:
    _unsigned_is_refused(rulebook, "US-NEED-1")


@covers("CN-NEED-7")
def an_offer_of_help_without_a_number_is_refused(rulebook: Rulebook) -> None:
    _a_number_is_asked_for(rulebook, "CN-NEED-7")


@covers("US-NEED-7")
def in_america_an_offer_of_help_without_a_number_is_refused(rulebook: Rulebook) -> None:
    _a_number_is_asked_for(rulebook, "US-NEED-7")


@covers("CN-NEED-10")
def an_agency_says_that_it_is_one(rulebook: Rulebook) -> None:
    _an_agency_says_so(rulebook, "CN-NEED-10")


@covers("US-NEED-12")
def in_america_an_agency_says_that_it_is_one(rulebook: Rulebook) -> None:
    _an_agency_says_so(rulebook, "US-NEED-12")


@covers(pack="CN")
def the_shipped_texts_have_everything(rulebook: Rulebook) -> None:
    assert at_start(rulebook) == set()
    lets_pass(rulebook)


@covers(pack="US")
def in_america_the_shipped_texts_have_everything(rulebook: Rulebook) -> None:
    assert at_start(rulebook) == set()
    lets_pass(rulebook)


@covers("CN-FMT-1")
def a_signature_of_thirteen_characters_is_refused(rulebook: Rulebook) -> None:
    said = with_policy(worded(rulebook, friendly(rulebook)), lender={"name": "安和消费金融股份有限公司北"})
    assert at_start(said) == {"SIGNATURE_MALFORMED (CN-FMT-1)"}
    refuses(said, "SIGNATURE_MALFORMED", "CN-FMT-1")


@covers("CN-FMT-1")
def a_signature_in_other_brackets_is_refused(rulebook: Rulebook) -> None:
    assert at_start(worded(rulebook, friendly(rulebook), signature="[{lender}]")) == {"SIGNATURE_MALFORMED (CN-FMT-1)"}


@covers(pack="CN")
def a_signature_of_twelve_characters_leaves(rulebook: Rulebook) -> None:
    lets_pass(with_policy(worded(rulebook, friendly(rulebook)), lender={"name": "安和消费金融股份有限公司"}))


def _of_length(rulebook: Rulebook, characters: int) -> Rulebook:
    """Texts of at least so many characters, the signature counted: the due day of the story has the shortest date."""
    phrases = rulebook.texts[language_of(rulebook)].phrases
    short = worded(rulebook, friendly(rulebook))
    length = len(at_home(short).tick_until("2026-03-02 09:00").reminders[0].text)
    filler = "谢" * (characters - length)
    return worded(
        rulebook,
        friendly(rulebook) + filler[:300],
        phrases={**phrases, "help_offer": f"{phrases['help_offer']}{filler[300:]}"},
    )


@covers("CN-FMT-2")
def more_than_five_hundred_characters_are_refused(rulebook: Rulebook) -> None:
    said = _of_length(rulebook, 501)
    assert at_start(said) == {"TEXT_TOO_LONG (CN-FMT-2)"}
    refuses(said, "TEXT_TOO_LONG", "CN-FMT-2")


@covers(pack="CN")
def five_hundred_characters_are_refused_for_their_parts_alone(rulebook: Rulebook) -> None:
    refuses(_of_length(rulebook, 500), "TEXT_TOO_LONG", "CN-FMT-3")


def _three_parts(rulebook: Rulebook, rule: str, filler: str) -> None:
    said = with_policy(worded(rulebook, friendly(rulebook) + filler), sending={"max_sms_parts": 6})
    assert at_start(said) == {f"TEXT_TOO_LONG ({rule})"}
    refuses(said, "TEXT_TOO_LONG", rule)


@covers("CN-FMT-3")
def three_parts_are_refused_even_where_the_policy_would_pay_for_six(rulebook: Rulebook) -> None:
    _three_parts(rulebook, "CN-FMT-3", "谢谢您。" * 30)


@covers("US-FMT-1")
def in_america_three_parts_are_refused_too(rulebook: Rulebook) -> None:
    _three_parts(rulebook, "US-FMT-1", " Thank you." * 20)


@covers(pack="CN")
def two_parts_leave(rulebook: Rulebook) -> None:
    said = worded(rulebook, friendly(rulebook) + "谢谢您。" * 10)
    lets_pass(said)
    assert at_home(said).tick_until("2026-03-02 09:00").reminders[0].parts == 2


@covers("CN-FMT-4")
def signs_that_carriers_drop_are_refused(rulebook: Rulebook) -> None:
    for sign in "【】¥￥★☆":
        said = worded(rulebook, f"{friendly(rulebook)}谢谢{sign}")
        assert at_start(said) == {"TEXT_FORMAT (CN-FMT-4)"}
        refuses(said, "TEXT_FORMAT", "CN-FMT-4")


@covers("CN-FMT-5")
def a_name_with_a_phone_number_in_it_is_kept_back(rulebook: Rulebook) -> None:
    refuses(worded(rulebook, friendly(rulebook)), "LINK_IN_VARIABLE", "CN-FMT-5", surname="王5551234")


@covers(pack="CN")
def the_number_of_the_service_may_stand_in_the_text(rulebook: Rulebook) -> None:
    lets_pass(worded(rulebook, friendly(rulebook)))
