"""What a text must say, and its form: the elements of each pack, its signature, its length.

Elements are looked for at start, where the worker tells what is missing and does not run.
"""

from functools import partial
from typing import Final

from agents.decisions.policy.rulebook import Book
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


def _is_missed(book: Book, rule: str, element: Element, texts: frozenset[str]) -> None:
    slot, other = INSTEAD[language_of(book)][element]
    said = worded(book, friendly(book).replace(slot, other))
    missing = f"{element} is missing ({rule})"
    assert at_start(said) == {missing}
    assert at_fault(said, missing) == texts


for _needs, _texts in ((ALWAYS, EVERY), (OVERDUE, EVERY - {"pre_due"})):
    for _rule, _element in _needs.items():
        _tell = partial(_is_missed, rule=_rule, element=_element, texts=_texts)
        register(f"texts_and_format.needs {_rule}", _tell, _rule, pack=_rule[:2])


def _unsigned_is_refused(book: Book, rule: str) -> None:
    unsigned = worded(book, friendly(book), signature="")
    assert at_fault(unsigned, f"signature is missing ({rule})") == EVERY


def _a_number_is_asked_for(book: Book, rule: str) -> None:
    phrases = {**book.texts[language_of(book)].phrases, "help_offer": "App"}
    unreachable, missing = worded(book, friendly(book), phrases=phrases), f"service_number is missing ({rule})"
    assert at_start(unreachable) == {missing}
    assert at_fault(unreachable, missing) == EVERY


def _an_agency_says_so(book: Book, rule: str) -> None:
    shipped = worded(book, friendly(book))
    assert at_start(shipped) == set()
    asked = {f"collector_disclosure is missing ({rule})"}
    assert at_start(with_policy(shipped, lender={"role": "agency"})) == asked
    assert at_start(with_policy(shipped, lender={"role": "purchaser"})) == asked


@covers("CN-NEED-1")
def an_unsigned_text_is_refused(book: Book) -> None:
    _unsigned_is_refused(book, "CN-NEED-1")


@covers("US-NEED-1")
def in_america_an_unsigned_text_is_refused(book: Book) -> None:
    _unsigned_is_refused(book, "US-NEED-1")


@covers("CN-NEED-7")
def an_offer_of_help_without_a_number_is_refused(book: Book) -> None:
    _a_number_is_asked_for(book, "CN-NEED-7")


@covers("US-NEED-7")
def in_america_an_offer_of_help_without_a_number_is_refused(book: Book) -> None:
    _a_number_is_asked_for(book, "US-NEED-7")


@covers("CN-NEED-10")
def an_agency_says_that_it_is_one(book: Book) -> None:
    _an_agency_says_so(book, "CN-NEED-10")


@covers("US-NEED-12")
def in_america_an_agency_says_that_it_is_one(book: Book) -> None:
    _an_agency_says_so(book, "US-NEED-12")


@covers(pack="CN")
def the_shipped_texts_have_everything(book: Book) -> None:
    assert at_start(book) == set()
    lets_pass(book)


@covers(pack="US")
def in_america_the_shipped_texts_have_everything(book: Book) -> None:
    assert at_start(book) == set()
    lets_pass(book)


@covers("CN-FMT-1")
def a_signature_of_thirteen_characters_is_refused(book: Book) -> None:
    said = with_policy(worded(book, friendly(book)), lender={"name": "安和消费金融股份有限公司北"})
    assert at_start(said) == {"SIGNATURE_MALFORMED (CN-FMT-1)"}
    refuses(said, "SIGNATURE_MALFORMED", "CN-FMT-1")


@covers("CN-FMT-1")
def a_signature_in_other_brackets_is_refused(book: Book) -> None:
    assert at_start(worded(book, friendly(book), signature="[{lender}]")) == {"SIGNATURE_MALFORMED (CN-FMT-1)"}


@covers(pack="CN")
def a_signature_of_twelve_characters_leaves(book: Book) -> None:
    lets_pass(with_policy(worded(book, friendly(book)), lender={"name": "安和消费金融股份有限公司"}))


def _of_length(book: Book, characters: int) -> Book:
    """Texts of at least so many characters, the signature counted: the due day of the story has the shortest date."""
    phrases = book.texts[language_of(book)].phrases
    short = worded(book, friendly(book))
    length = len(at_home(short).tick_until("2026-03-02 09:00").reminders[0].text)
    filler = "谢" * (characters - length)
    return worded(
        book, friendly(book) + filler[:300], phrases={**phrases, "help_offer": f"{phrases['help_offer']}{filler[300:]}"}
    )


@covers("CN-FMT-2")
def more_than_five_hundred_characters_are_refused(book: Book) -> None:
    said = _of_length(book, 501)
    assert at_start(said) == {"TEXT_TOO_LONG (CN-FMT-2)"}
    refuses(said, "TEXT_TOO_LONG", "CN-FMT-2")


@covers(pack="CN")
def five_hundred_characters_are_refused_for_their_parts_alone(book: Book) -> None:
    refuses(_of_length(book, 500), "TEXT_TOO_LONG", "CN-FMT-3")


def _three_parts(book: Book, rule: str, filler: str) -> None:
    said = with_policy(worded(book, friendly(book) + filler), sending={"max_sms_parts": 6})
    assert at_start(said) == {f"TEXT_TOO_LONG ({rule})"}
    refuses(said, "TEXT_TOO_LONG", rule)


@covers("CN-FMT-3")
def three_parts_are_refused_even_where_the_policy_would_pay_for_six(book: Book) -> None:
    _three_parts(book, "CN-FMT-3", "谢谢您。" * 30)


@covers("US-FMT-1")
def in_america_three_parts_are_refused_too(book: Book) -> None:
    _three_parts(book, "US-FMT-1", " Thank you." * 20)


@covers(pack="CN")
def two_parts_leave(book: Book) -> None:
    said = worded(book, friendly(book) + "谢谢您。" * 10)
    lets_pass(said)
    assert at_home(said).tick_until("2026-03-02 09:00").reminders[0].parts == 2


@covers("CN-FMT-4")
def signs_that_carriers_drop_are_refused(book: Book) -> None:
    for sign in "【】¥￥★☆":
        said = worded(book, f"{friendly(book)}谢谢{sign}")
        assert at_start(said) == {"TEXT_FORMAT (CN-FMT-4)"}
        refuses(said, "TEXT_FORMAT", "CN-FMT-4")


@covers("CN-FMT-5")
def a_name_with_a_phone_number_in_it_is_kept_back(book: Book) -> None:
    refuses(worded(book, friendly(book)), "LINK_IN_VARIABLE", "CN-FMT-5", surname="王5551234")


@covers(pack="CN")
def the_number_of_the_service_may_stand_in_the_text(book: Book) -> None:
    lets_pass(worded(book, friendly(book)))
