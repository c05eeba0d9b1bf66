"""THIRD_PARTY: what somebody owes, told to somebody else."""

from typing import Final

from agents.decisions.text.linter.ideas import Idea

IDEAS: Final = (
    Idea(
        "THIRD_PARTY",
        "tells the reader what somebody else owes",
        zh=(
            "你[的|家|们|公司的|单位的|公司|单位|这位|那位]{people}……{owes}",
            "[x*|王某|李某|张某](是你|系你|为你|作为你)…{people}……{owes}",
            (
                "(他|其|对方|该人|此人|机主)[已经|已|还|一直|长期|目前|现在|恶意|在我|在我们|在我司|在平台|在本平台|"
                "在我平台|的|名下|名下的|所]…(欠款|欠债|欠我|欠了|欠下|拖欠|借款逾期|贷款逾期|逾期|不还钱|没还钱|"
                "的债务|赖账|借钱)"
            ),
            (
                "(先生|女士|小姐)[已|在我司|在我们|在我平台|在我行|在本平台|的|向我司|从我司]…(欠|拖欠|逾期|借)…"
                "(请|麻烦|烦请|帮忙|望)[你|你们]…(转告|转达|代为|通知他|告诉他|告知他|提醒他|督促|劝|联系他|协助|"
                "让他|叫他|帮他|替他)"
            ),
        ),
        en=(
            "(collect|recover*|collecting) [a|the|this] (debt|money|payment|loan) (from|owed by) [mr|mrs|ms|your] …",
            (
                "(your|the) (neighbor|neighbour|friend|colleague|brother|son|daughter|sister|relative|"
                "tenant|"
                "employee|husband|wife|father|mother) … (debt|loan|owe*|not paid|has not paid|hasnt paid|"
                "unpaid|"
                "payment*|pay)"
            ),
            (
                "(named|listed|gave|put) (you|your name|your number) [down] as [a|his|her|their|the|"
                "an] (reference|"
                "contact|guarantor|referee|emergency|next of kin)"
            ),
            "(months|weeks|payments|days) behind on (his|her|their)",
            (
                "(as|being) (his|her|their) (father|mother|brother|sister|wife|husband|parent|boss|employer|"
                "friend|"
                "son|daughter) [you]"
            ),
            "(make|have|get) your {family} [to] (pay|repay|settle|clear)",
            "what (he|she|they) (borrowed|owe*|took)",
            "(next of kin|relative|guardian|friend|spouse|parent) (of|to|for) … who (owe*|borrowed|took|default*)",
            (
                "your (friend|brother|sister|son|daughter|husband|wife|spouse|colleague|coworker|co worker|"
                "employee|"
                "neighbour|neighbor|tenant|roommate|mother|father|mom|dad|cousin|boyfriend|girlfriend|"
                "relative|"
                "nephew|niece|uncle|aunt|staff|ex|classmate|flatmate|fiance|fiancee|staff member|pastor|"
                "grandson|"
                "teammate) …… (owe*|debt|debts|loan|overdue|behind|borrow*|default*|not paid|unpaid|arrears|"
                ""
                "delinquent|pay us|repay|our money|refuses to pay|has not paid|outstanding|late on)"
            ),
            (
                "(he|she|they) [still|also|currently|now] (owe*|borrowed|defaulted|has not paid|"
                "have not paid|is "
                "behind|are behind|refuses to pay|is overdue|has an unpaid|has a debt|took a loan|ran away|"
                "has "
                "unpaid|has an overdue|has defaulted|has outstanding)"
            ),
            "(his|her) (debt|loan|arrears|overdue|unpaid|default|outstanding|balance|repayment*|loans)",
            (
                "(listed|gave|named|put|provided|given) (you|u|your number|your name|"
                "your contact) … (reference|"
                "referee|contact|guarantor|emergency|next of kin|person) …… (loan|owe*|debt|pay|overdue|"
                "default*|"
                "borrow*)"
            ),
        ),
    ),
    Idea(
        "THIRD_PARTY",
        "asks the reader to have somebody else pay, or to pay for them",
        zh=(
            "(你|家属|家人)[也|都](要负责|要承担|脱不了|逃不了|跑不了|有份|得管|要管|不能不管|有责任)",
            "他的(债|钱|账|贷款|欠款)…你",
            "(他|她|其)(贷款|借款|欠款|借了|欠了|欠|逾期)[逾期]了",
            (
                "(是你|是您)(弟|哥|姐|妹|爸|妈|老公|老婆|儿子|女儿|朋友|同事|亲戚|邻居|父亲|母亲|丈夫|妻子)…(吧|吗|"
                "？|么)"
            ),
            "帮忙还|帮他还|替他还|替其还",
            (
                "(转告|转达|代为通知|告诉|告知|通知|劝|劝说|叫|让|督促|催促|催|提醒|要求|协助|敦促|动员)[一下|下](他|"
                "其|对方|机主|借款人|欠款人|当事人|债务人|亲人|你的亲)……(还钱|还款|还清|欠款|债务|逾期|结清|还债|"
                "借款|贷款|处理|还上|付款)"
            ),
            "(劝|叫|让|督促|催|催促|提醒|转告|告诉|通知)[一下|下]你[的|家|们]{people}……{owes}",
            (
                "(替|帮|代|为)(他|其|王某|对方|儿子|女儿|父母|丈夫|妻子|老公|老婆|孩子|家人|朋友|你儿|你女|你爸|你妈|"
                "你老|你朋|你哥|你弟)…(还|偿还|偿|垫付|垫|清偿|承担|结清|付)"
            ),
            (
                "(你|家属|家人|亲属|父母|联系人)[也|都|同样|必须|应当|应该|需要|将|要]…(有义务|有责任|有连带|负连带|"
                "连带责任|承担连带|共同承担|共同偿还|代为偿还|代偿)"
            ),
            "(因为|由于|既然)…(紧急联系人|联系人)……(还|承担|责任|骚扰|负责)",
        ),
        en=(
            "(pay|settle|clear|cover|repay) …… (for|instead of) (her|him|them) !",
            "(stopped|not|quit) (paying|paid|pay) (his|her|their) …",
            (
                "(tell|ask|remind|get|make|urge|persuade|convince|advise|encourage|inform|force|push|beg|"
                "warn) [mr|"
                "mrs|ms] (him|her|them|your {family}|your friend|your colleague|your employee|your coworker|"
                "your "
                "roommate|your neighbour|your neighbor|john|jane|peter|mary|x|a|b|c) [to|that|"
                "about] …… (pay|repay|"
                "settle|clear|debt|loan|owe*|payment|overdue|money back)"
            ),
            (
                "(tell|ask|remind|urge|persuade|convince|advise|force|push|warn) (mr|mrs|ms) …… (pay|repay|"
                "settle|"
                "clear|debt|loan|owe*|payment|overdue)"
            ),
            (
                "(pay|settle|clear|cover|repay) [off] (his|her|their|your {family} s|your friend s|"
                "your brothers|"
                "your sisters|your sons|your husbands|your wifes) …"
            ),
            "(on|for) (his|her|their) behalf … (pay|settle|debt|loan)",
            "(pay|settle|clear) … on (his|her|their) behalf",
            "(responsible|liable) for (his|her|their|your {family})",
        ),
    ),
    Idea(
        "THIRD_PARTY",
        "tells a third person about a debt",
        zh=(
            "#元",
            (
                "欠款|欠钱|欠债|欠我|欠了|欠费|债务|债权|贷款|借款|借钱|逾期|还款|还钱|还债|催收|账单|应还|待还|未还|"
                "不还|分期|征信|失信|诉讼|违约|拖欠|偿还|信用卡|网贷|结清|起诉|担保|还清|欠下|额度|本金|利息"
            ),
        ),
        en=(
            (
                "debt|debts|debtor|loan|loans|owe|owes|owed|owing|overdue|payment|payments|balance|arrears|"
                "repay|"
                "repays|repayment|repayments|borrowed|borrower|borrow|outstanding|instalment|instalments|"
                "installment|"
                "installments|unpaid|lender|collection|collections|collector|collect|delinquent|default|"
                "defaulted|"
                "money|pay|paying|credit|due|bill|dues"
            ),
        ),
        negatable=False,
        third_only=True,
    ),
    Idea(
        "THIRD_PARTY",
        "asks a third person to pass something on",
        zh=(
            "他的(新|联系|电话|号码)",
            "本人(联系|回电|沟通)",
            "转告|转达|代为通知|代为联系|让他|叫他|请他|帮忙联系|提供他|联系上他|回电|家人|同事|联系人|朋友|认识",
        ),
        en=(
            "(ask|tell|have|let|get|inform) [mr|mrs|ms|him|her|them|your] …",
            "pass (on|this|the)",
            "message (to|for)",
            "(how|where) [can we|to|we can] (reach|contact|find)",
            "(reach|contact|locate) (him|her|them|mr|ms|mrs)",
            "speak (to|with)",
            "relay|do you know|call us|call back|return our call|personal matter|private matter|important matter",
        ),
        severity="warn",
        negatable=False,
        third_only=True,
    ),
    Idea(
        "THIRD_PARTY",
        "looks for somebody through the reader",
        zh=(
            "(联系不上|无法联系|找不到|联系不到|失联)[到|上]…(他|其|机主|王某|你[的](朋友|家人|同事|亲戚))",
            "请问[你]是…的(家人|同事|朋友|家属|亲戚|联系人)",
            "(转告|叫|让|请)(他|其)[本人|尽快|及时|马上]…(联系|回电|回复|电话)",
            "转告他|转达给",
        ),
        en=(
            "are you (a|the|his|her) (relative|friend|family|colleague|brother|sister|employer) of",
            (
                "(can not|cannot|unable to|trying to|need to) (reach|locate|find|contact) (him|her|"
                "your friend|your "
                "relative|your colleague)"
            ),
            "(ask|tell|have) (him|her) to (call|contact|ring|phone|get in touch)",
        ),
        severity="warn",
        negatable=False,
    ),
    Idea(
        "THIRD_PARTY",
        "speaks of somebody else who is to be reached, or to be told",
        zh=(
            "(带|捎|传|递)[个|句|一句|一声|一下|下](话|口信|信给)|说一声|提个醒|知会一声|劝劝",
            "(转告|转达|转给|转发给|转交|互相转告|代为|代我们)…",
            "(告诉|告知|通知|提醒|联系|催促|劝)[一下|下](他|其|对方|机主|本人|当事人|这位|那位|先生|某|小姐)",
            "(让|叫|请|劝|喊)(他|其|对方|机主|当事人|这位|那位)…(回|联系|来电|与我|跟我|到我|处理|办)",
            "(见到|碰到|遇到|碰见|遇见|联系上|看到)(他|其|对方|机主|[x*|王|李|张|刘|陈|赵|周]某|[x*|王|李|"
            "张|刘|陈|赵|周][先生|女士])",
            "(他|其|对方|先生|女士|某|{people})…(把|将|留|填|写)…(你|你的)(号码|电话|联系方式|名字)",
            "你(认识|身边|熟悉|家里|家中|单位|公司|公寓|隔壁)[的|有|那位|某位]…(朋友|人|先生|女士|同事|亲戚|邻居|位)",
            "你[的|家|们]{people}……(没有回应|没回应|不回|没回|不接|没接|联系不上|失联|找不到|没有结|未结|"
            "没办完|没有办|没处理|未处理|手续)",
            "你[的|家|家的]{people}…(在|于)(我司|我行|我们|本行|本平台|平台|公司)",
            "(麻烦|请|劳烦|帮忙)[你]…(管管|管一管|管一下|劝一劝|说说他|催催|找找)",
            "(帮|协助|配合)[我们|我司]…(联系|找到|寻找|找一下|找下)…(他|同事|朋友|亲戚|机主|某|先生|女士|家人|租客)",
            "(联系不上|找不到|打不通|找不着|寻找)(他|其|对方|机主|当事人|你的|本人|借款人)",
            "(他|先生|女士|某)名下…(款|账|债|贷)",
            "(作为|身为)[他|其|对方][的](亲人|亲属|亲友|家人|朋友|同事|联系人|家属)",
        ),
        en=(
            "pass (this|it|that|the message|the word|word|our message|these details) (on|along|to) …",
            "forward (this|it|our|the) [message|text|note] to …",
            "(let|have|get|make|help) (him|her|them|mr …|mrs …|ms …) [to] (know|ring|call|contact|reach|"
            "write|reply|come|get in)",
            "(ask|tell|remind|urge|nudge|encourage|persuade) (him|her|them) [to|that|about] …",
            "(if|when|next time|should) you (see|meet|speak to|talk to|hear from|run into|are in touch with) …",
            "(asking|telling|reminding|urging|getting|having) (him|her|them) [to] …",
            "(hand|give|show|bring|deliver|read|relay|convey) (this|the|our) [note|message|letter|text|"
            "notice] to (mr|mrs|ms|him|"
            "her|them|the|your|whoever) …",
            "(family member|relative|friend|acquaintance|colleague|neighbour|neighbor|someone|somebody|"
            "person) (of yours|you know|"
            "known to you|close to you|near you) …",
            "your {family} s (account|file|loan|matter|balance|card|case) …",
            "in touch with (him|her|them|mr|mrs|ms|your|peter|john|maria) …",
            "(where|how) … (he|she|they|mr|mrs|ms) … (lives|live|works|work|stays|stay|be reached|reach) …",
            "(you are|youre|you were) [still] [a|the|his|her|their] [good|close] (friend*|cousin*|relative*|"
            "neighbour*|neighbor*|"
            "classmate*|colleague*|married|related) (with|of|to) …",
            "your {family} (ignore*|avoid*|hides|hide|refuse*|left|has|have|does not|do not|did not|will not) …",
            "(your uncle|your aunt|your cousin|your nephew|your niece|your friend|your colleague|"
            "your neighbour|your neighbor|"
            "your tenant|your flatmate|your roommate) (ignore*|avoid*|hides|refuse*|left|has|have|does not|"
            "did not|will not) …",
            "(he|she|they) (left|has to|have to|must|should|needs to|need to) (some|answer|pay|settle|call|"
            "come|get|a|an|his|her)",
            "help us (find|reach|contact|locate|trace|get hold of|get in touch with|speak to) (him|her|them|"
            "the|your|mr|mrs|ms|this)",
            "(not heard from|unable to reach|could not reach|cannot reach|trying to reach|want to reach|"
            "looking for|searching for|"
            "trying to find|trying to contact|lost contact with) (him|her|them|the person|the holder|"
            "the owner|your|mr|mrs|ms|"
            "somebody|someone|a person|a man|a woman)",
            "(someone|somebody|anyone|a person|a member|one|a relative) (in|of|from|at) your (household|"
            "home|family|house|office|"
            "workplace|team|building|address|circle)",
            "(waiting|looking|asking|searching) for (him|her|them)",
            "(close|closest|related|nearest|known) to (him|her|them)",
            "(he|she|they) (stopped|has stopped|have stopped|is not|are not|does not|do not|will not|keeps|"
            "keep) (answer*|reply*|"
            "respond*|pick*|ignor*|avoid*)",
            "your (friend|brother|sister|son|daughter|husband|wife|spouse|colleague|coworker|employee|"
            "neighbour|neighbor|tenant|"
            "roommate|mother|father|cousin|boyfriend|girlfriend|relative|nephew|niece|uncle|aunt|flatmate|"
            "housemate|lodger|"
            "partner) …… (gave|matter|account|settled|unsettled|answer*|reply*|respond*|reach|find|ring us|"
            "call us|contact us)",
            "(number|contact|name) (that|which) … (named|gave|listed|left)",
            "(money|something|matter|balance) (he|she|they) [still] (has|have|had|left)",
        ),
        severity="warn",
        negatable=False,
    ),
)
