"""Is a ban only named to promise the opposite? "我们绝不会上门催收", "we will never contact your employer"."""

import re
from typing import Final

_ZH_NEGATOR = re.compile(
    "绝不会?|从不会?|永不|不会再?|不得|不能|不可|不准|不许|不再|不允许|禁止|严禁|杜绝|拒绝|没有|并非|并未|并没有|未曾|无须|无需|不用|不必|不需要?|"
    "请勿|切勿|勿|不要|不应|不收|不是|不等于|不代表|不意味着|不涉及|不存在|谨防|防止|防范|警惕|避免|打击|投诉|举报|如遇|如果遇到|冒充|不影响|免除|免收|免|"
    "任何人不得|无权|不另|不额外|不加收|不产生|未收"
)
_ZH_FALSE_FRIEND = re.compile(
    "不要以为|别以为|不要怪|不得不|不仅|不只|不光|不单|不会放过|不会罢休|不会善罢|不能怪|不要逼|不要等到|不要让我们|不要给脸|不是吓|不是开玩笑|"
    "不是只|不会只|没有开玩笑|"
    "避免被|避免遭|避免我|避免因|避免承担|避免产生|避免造成|避免面临|避免影响|避免上|不能保证|不会手软|免得|难免|未免|以免|免不了|不可避免|不会客气"
)
_ZH_OTHER_VERB = re.compile("[还付缴偿接回理配]|处理|联系|结清|合作|履行|面对|如果不|的话|就|否则|将|要被|会被|后")
_EN_NEGATOR = re.compile(
    r"\b(?:not|never|no|without|nobody|nor|neither|dont|doesnt|wont|cannot|isnt|arent|didnt|none|nothing|forbid\w*|"
    r"prohibit\w*|refus\w*|beware|avoid|report|illegal|anyone|if someone|instead of|rather than|free of|waive\w*)\b"
)
_EN_FALSE_FRIEND = re.compile(
    r"\b(?:not (?:you|want|only|just|hesitate|joking|bluffing|a joke|make|force|"
    r"push|think|escape|hide|ignore|wait|stop|let|test|try)|"
    r"no (?:choice|other|option|one will (?:save|protect|help)|longer|later|escape|way out)|never (?:stop|forget)|"
    r"nothing (?:will|can) (?:stop|save)|without (?:further|any further|more|delay|notice|warning)|"
    r"anyone (?:you know|close)|avoid (?:being|having|strict|further|an? |the |your |court|"
    r"legal|arrest|jail|prison|police|seizure|us)|"
    r"if (?:you|payment|the|we|this|it)[a-z ]{0,24} not|if not|or|unless|until|"
    r"dont (?:make|force|push|think|let|test|try|ignore))\b"
)
_EN_OTHER_VERB = re.compile(
    r"\b(?:pa(?:y|id|ying|yment)|repa\w*|settl\w*|repl\w*|respon\w*|answer\w*|cooperat\w*|compl\w*|clear\w*|"
    r"received?|hear\w*|honou?r\w*|then|or|before|because|so|ignor\w*|call us|contact us)\b"
)
_EN_ENDS_IN_VERB = re.compile(r"\b(?:will|is|are|has|have|do|does|can|may|would|should|was|were)[ ,]*\Z")
_EN_NOT_NEXT = re.compile(r" ?(?:not|never|no longer)\b(?! (?:stop|rest|hesitate|forget|let|give))")
_ZH_REACH: Final = 10
_EN_REACH: Final = 48


def negated(folded: str, start: int, end: int) -> bool:
    """Does a negation govern what stands at ``start`` to ``end``? It stands before it or in it, in the same clause."""
    if folded[start:end].isascii():
        return _negated_english(folded, start, end)
    before = _clause_before(folded, start, _ZH_REACH)
    if before.endswith(("不", "未", "没", "勿")):
        return True
    return _governs(before + folded[start:end], len(before), _ZH_NEGATOR, _ZH_FALSE_FRIEND, _ZH_OTHER_VERB)


def _negated_english(folded: str, start: int, end: int) -> bool:
    if _EN_ENDS_IN_VERB.search(folded, start, end) and _EN_NOT_NEXT.match(folded, end):
        return True
    before = _clause_before(folded, start, _EN_REACH)
    return _governs(before + folded[start:end], len(before), _EN_NEGATOR, _EN_FALSE_FRIEND, _EN_OTHER_VERB)


def _clause_before(folded: str, start: int, reach: int) -> str:
    part = folded[max(0, start - reach) : start]
    cut = max(part.rfind(","), part.rfind("\n"))
    return part[cut + 1 :]


def _governs(
    part: str, begin: int, negator: re.Pattern[str], false_friend: re.Pattern[str], other_verb: re.Pattern[str]
) -> bool:
    """The last negation before the match, or the first in it, with nothing between that it would belong to instead."""
    if false_friend.search(part):
        return False
    governing = None
    for found in negator.finditer(part):
        if found.start() > begin:
            return True
        if found.start() < begin:
            governing = found
    return governing is not None and other_verb.search(part, governing.end(), begin) is None
