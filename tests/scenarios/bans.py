"""What a text must not say: one sentence that each ban refuses, and one like it that leaves without a remark.

A worker does not start with such a text; and when one comes by another way, a name for instance, the guard keeps it.
"""

from functools import partial
from typing import Final

from agents.decisions.policy.rulebook import Rulebook
from tests.scenarios.language import covers, register
from tests.scenarios.saying import at_start, friendly, lets_pass, refuses, saying, worded

BANS: Final = {
    "CN-TEXT-THREAT": ("如不处理，我们会采取强硬手段。", "如您身体不适，请先保重。"),
    "CN-TEXT-INSULT": ("你这个老赖。", "老人家您好。"),
    "CN-TEXT-EXPOSE": ("我们会通知您单位的领导和同事。", "我们只与您本人联系。"),
    "CN-TEXT-AUTHORITY": ("公安机关已介入此事。", "法院路支行可为您办理。"),
    "CN-TEXT-FALSE-LEGAL": ("否则您将坐牢。", "办理无需到场。"),
    "CN-TEXT-THIRD-PARTY": ("请转告他尽快还款。", "本短信仅供您本人阅读。"),
    "CN-TEXT-PRESSURE": ("限您2小时内还清。", "客服2小时内回复您。"),
    "CN-TEXT-FEES": ("另收取催收费。", "查询免费。"),
    "CN-TEXT-FALSE-AMOUNT": ("另有300元待还。", "另有3期待还。"),
    "CN-TEXT-VISIT": ("明天我们会派人上门到您家中。", "欢迎您到网点咨询。"),
    "CN-TEXT-PROMO": ("现在办理可享优惠利率。", "感谢您选择我们。"),
    "CN-TEXT-SENSITIVE": ("您的卡号4111111111111111。", "您尾号1111的账户。"),
    "CN-TEXT-DECEPT": ("您有包裹待领取。", "请在官方App内操作。"),
    "US-TEXT-THREAT": ("We will hurt you.", "We hope that nothing hurts."),
    "US-TEXT-INSULT": ("You are a thief.", "You are a valued customer."),
    "US-TEXT-EXPOSE": ("We will tell your boss.", "Nobody else reads this."),
    "US-TEXT-AUTHORITY": ("The police are handling your case.", "Visit our Court Street branch."),
    "US-TEXT-FALSE-LEGAL": ("You will go to prison.", "You will get an answer."),
    "US-TEXT-THIRD-PARTY": ("Tell him to pay us.", "Tell us if this is wrong."),
    "US-TEXT-PRESSURE": ("Pay within 2 hours.", "We answer within 2 hours."),
    "US-TEXT-FEES": ("A collection fee will be added.", "The call is free."),
    "US-TEXT-FALSE-AMOUNT": ("That is $300.", "That is all."),
    "US-TEXT-VISIT": ("Our agents will visit your home.", "Our branches are open on Monday."),
    "US-TEXT-PROMO": ("Enjoy a special rate today.", "Enjoy your day."),
    "US-TEXT-SENSITIVE": ("Your card 4111 1111 1111 1111.", "Your card ending in 1111."),
    "US-TEXT-DECEPT": ("Your parcel is waiting.", "Your app is waiting."),
}
"""Each sentence is refused by its rule and by no other: without the rule it leaves."""
WARNINGS: Final = {
    "CN-TEXT-CREDIT": "逾期记录会报送征信系统。",
    "CN-TEXT-FORMAT": "谢谢您😊",
    "CN-TEXT-VISIT": "我们绝不会上门。",
    "US-TEXT-CREDIT": "This may be reported to the credit bureaus.",
    "US-TEXT-FORMAT": "Thank you :)",
    "US-TEXT-VISIT": "We will never visit your home.",
}
"""What leaves, and a person should look at: what may be true, what is only named to promise the opposite."""


def _is_refused(rulebook: Rulebook, rule: str, sentence: str) -> None:
    code = "TEXT_" + rule.split("-", 2)[2].replace("-", "_")
    said = saying(rulebook, sentence)
    assert at_start(said) == {f"{code} ({rule})"}
    refuses(said, code, rule)


def _leaves(rulebook: Rulebook, sentence: str, warnings: tuple[str, ...] = ()) -> None:
    said = saying(rulebook, sentence)
    assert at_start(said) == set()
    lets_pass(said, *warnings)


for _rule, (_bad, _good) in BANS.items():
    register(f"bans.refused {_rule}", partial(_is_refused, rule=_rule, sentence=_bad), _rule, pack=_rule[:2])
    register(f"bans.leaves {_rule}", partial(_leaves, sentence=_good), pack=_rule[:2])
for _rule, _odd in WARNINGS.items():
    register(f"bans.warns {_rule}", partial(_leaves, sentence=_odd, warnings=(_rule,)), _rule, pack=_rule[:2])


@covers("CN-TEXT-INSULT")
def a_name_that_insults_is_kept_back_though_its_text_was_approved(rulebook: Rulebook) -> None:
    refuses(worded(rulebook, friendly(rulebook)), "TEXT_INSULT", "CN-TEXT-INSULT", surname="老赖")


@covers("CN-TEXT-FORMAT")
def a_name_with_an_address_of_the_web_is_kept_back(rulebook: Rulebook) -> None:
    refuses(worded(rulebook, friendly(rulebook)), "TEXT_FORMAT", "CN-TEXT-FORMAT", surname="王 www.example.cn")


@covers("US-TEXT-FORMAT")
def in_america_a_sign_in_a_name_is_told(rulebook: Rulebook) -> None:
    lets_pass(worded(rulebook, friendly(rulebook)), "US-TEXT-FORMAT", surname="Lee ¥")
