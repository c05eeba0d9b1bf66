"""PRESSURE: deadlines of hours, countdowns, and being pushed to borrow or sell."""

from typing import Final

from agents.decisions.text.linter.ideas import Idea

IDEAS: Final = (
    Idea(
        "PRESSURE",
        "sets a deadline of hours or minutes",
        zh=(
            (
                "(今晚|今天|今日|今夜|中午|下午|上午|傍晚|明早|早上)[#]…点[钟|整|之|以]前……(不到账|没到账|看不到|"
                "见不到|没看到|不见|不还|还不|必须看到|必须见到|看到钱|见到钱|否则|后面的事|没得商量)"
            ),
            "(看|见)不到钱",
            "(必须|务必|要|得)(看到|见到|收到)(钱|款)",
            "#[个](小时|分钟|钟头)(后|内|之内|以内)…(不处理|出现|提交|自动|发送|公布|上门|曝光|执行)",
            "见不到(款|钱|还款|转账|汇款|到账|入账|进账)|(看|收)不到(款项|款!|钱|汇款)",
            "(流程|程序|后续|处理|结果)…(不可逆|无法逆转|不可撤|无法挽回)",
            "(超|晚|迟|过)(一|1|半)(分钟|秒|刻|分|小时)[钟]…(都不|也不|不行|不可|后果|就|直接|立即)",
            "没得商量|没商量|没有商量",
            (
                "#[个](小时|分钟|钟头|半小时)[之|以]内……(还|结清|处理|付|缴|联系[我|本|平台|专员|律师|法务|客服]|"
                "回电|转账|打款|入账|清|交|不|未|没|否则|协商|报|提交|上报|移交|起诉|上门|见到钱|到账为准)"
            ),
            (
                "(限|限你|限期|务必|必须|请于|请在|需在|须在|须于|你还有|还有|只有|仅有|剩|剩余|给你|最后|仅剩|只剩|"
                "还剩|倒计时|离|距)[你|最后|的|于|在|：]#[个](小时|分钟|钟头)"
            ),
            "(最后|倒计时|剩余|仅剩|只剩|还剩)#[个](小时|分钟|秒)",
            "倒计时",
        ),
        en=(
            "(have|got|you have) [got] until # [am|pm|noon|tonight|oclock]",
            "(in|within|inside) [the] [next] (half|half an|quarter of an|one|an) hour",
            "(in|within) the next # (hour|hours|minutes|mins|min)",
            "by # (am|pm|o clock) (today|tonight|sharp|or) …",
            "next half hour|no extension*",
            (
                "(pay|paid|payment|settle|clear|respond|reply|call|send|transfer|act|remit|deposit|comply|sort|"
                "resolve|money|balance|contact us|amount|full|deadline) … (within|in|inside|in the next|under) [the|"
                "next] [the] # (hour|hours|hrs|hr|minutes|minute|mins)"
            ),
            (
                "(within|in|inside|in the next) [the|next] # (hour|hours|hrs|hr|minutes|minute|mins) [or|to|and|of] "
                "… (or|pay|settle|or we|else|otherwise|not|police|legal|arrest|court|we will|unless)"
            ),
            "within the (hour|next hour)",
            (
                "(have|got|given|give you|only|just|last|final|remaining|your) [only|just|exactly] # (hour|hours|hrs|"
                "hr|minutes|minute|mins) [left|to|remaining|before|until|from]"
            ),
            (
                "# (hour|hours|hrs|minutes|mins) (left|remaining|to pay|to settle|to comply|before we|until we|"
                "notice|ultimatum|deadline)"
            ),
        ),
    ),
    Idea(
        "PRESSURE",
        "pushes to borrow, sell or give up necessities",
        zh=(
            "(去|找)[找]人(借|凑|要)",
            "(要|必须|得)(看到|见到)[转账|汇款|付款](截图|凭证|回单)",
            "(把|将)[家里|你|家中|身边][的|里]…(卖|当|抵押)(了|掉)",
            "(值钱|贵重)[的]…(卖|当|抵)",
            "取现[来|去|也]还",
            "跟家里(借|要|说)",
            "(跟|向|找|问)家里人(借|要|拿)",
            "筹齐|筹足|凑够|垫上|先垫|垫一下|信用卡取现|自己难做|必须进账",
            "(没钱|不够|凑不齐|还不上)[就|也|那就|的话]…(借|贷|卖|凑|抵押|想办法|找)",
            "(去借|去贷|去卖|去凑|去想办法|借出来|贷出来|套出来)",
            "(网贷|平台|银行|信用卡|花呗|白条|借呗)…(借出来|套出来|取出来|贷出来|借点|先借|随便哪个|那么多)",
            "(找|跟|向|问)你[的]({family}|对象|亲戚|朋友|同事|领导|老板)(要|借|拿|凑)",
            "(吃饭|房租|生活|看病|孩子学费|学费)[的|费]…(以后再说|先放|放一放|先不|往后|不管)",
            "工资…(先还|全部还|一分不留|都还)",
            "(勒紧裤腰带|省吃俭用|卖血|只要结果|我只要钱|只看结果)",
            (
                "(找|向|跟|问|去|从|让|叫|和|同|求)[你|你的|身边|身边的|家里|周围|几个|其他|别的]…(亲友|亲朋|亲戚|"
                "朋友|好友|家人|父母|同事|别人|他人|其他平台|别的平台|别家|网贷|同学|爸妈|家里|熟人|老板|老乡|兄弟|"
                "邻居|银行|机构|信用卡)…(借|凑|周转|拿钱|要钱|筹|垫|代偿|支援|挪)"
            ),
            (
                "(先|去|再|四处|到处|东拼西|哪怕|想办法|想尽办法|赶紧|马上|尽快|不行就|可以|自己)[去|先](借钱|凑钱|"
                "筹钱|筹款|凑齐|凑足|借点|借一点|借来还|周转|凑一凑|借一借|贷款来还|贷出来)"
            ),
            "借钱(还|来还|也要|都要)",
            "卖(房|车|肾|血|身|掉|家当|首饰|金|手机|电脑|东西|器官)",
            "(抵押|典当|当掉|处理掉)[你|你的|家里的](房|车|手机|首饰|物品|东西|家)",
            "刷信用卡[来]还",
            "(把|将)[你|你的|家里的|家里](车|房|首饰|手机|电脑|东西|房子)[子]…(抵押|典当|卖了|卖掉|当掉)",
            "别的平台(借|贷)",
            "其他平台(借|贷|周转)",
            "(生活费|学费|医药费|房租|伙食费|饭钱)…(先|拿来|来|用来|也要|挪)[拿|挪|来]还",
            "借新还旧|以贷养贷|拆东墙|以卡养卡|套现|砸锅卖铁|东拼西凑|借也要|凑也要|变卖",
            (
                "(不管|无论|不论)[你|你用]…(什么|何种|任何|如何|怎样|怎么)[办法|方法|方式|困难|理由|原因|借|筹]…"
                "(还|凑|借|必须|都要)"
            ),
            "(不管|不管你)(偷|抢|借|用什么)",
            "不接受任何(理由|借口)",
            "我不管|不要跟我说|没有借口|少找借口|少废话|别废话|废话少说",
        ),
        en=(
            (
                "(parents|mothers|fathers|wifes|husbands|parents s|mother s|family s) [s] (pension|savings|salary|"
                "money|account|card) … (cover|pay|can|will|could)"
            ),
            "ask a (friend|bank|relative|neighbour|neighbor|colleague|cousin) …",
            "just get (it|the money)",
            "sell (the|some|something|anything|everything|a) …",
            "(pay|paying) us (before|first|instead) [you|of] …",
            "(before|instead of) [you] (buy|buying|eat|eating|feed*) [food|groceries|your kids|medicine]",
            "(someone|somebody|anyone) in your (family|circle) (can|could|must|will) …",
            "(lend|loan) (it|you the money) [to you]",
            "pawn (something|it|your|the|some)",
            "(payday|title) loan",
            (
                "(take|get|apply for|borrow|taking|grab|request) [out] [a|an|another|some|any] [quick|small|new] (loan|"
                "credit|advance|money|cash) (there|elsewhere|somewhere|on another|with another|and (clear|pay|settle))"
            ),
            "(download|install|join) (another|other|a different|any other|some other) (app|apps|loan|lender)",
            "(try|use|open) (another|a different|any other|some other) (loan|lender|lending)",
            (
                "(have|got|given) until (close of business|cob|end of [the] (day|business)|noon|lunch*|midnight|"
                "sunset) "
                "[today|tonight|tomorrow] (or|before (we|i|your))"
            ),
            "do what (you have to|it takes)",
            "any way you can|no extensions",
            (
                "(borrow|loan|get|ask|beg|raise|find|source|obtain|take|collect) [it|the money|money|some|cash|the "
                "funds|funds|a loan|help] [money|cash] (from|off|of) [your|a|another|any|other|some] (family|friends|"
                "friend|relatives|parents|mother|father|brother|neighbour*|neighbor*|colleague*|boss|employer|"
                "someone|anyone|somebody|elsewhere|lender*|app|apps|bank|loan shark*|others|siblings|uncle|another|"
                "wife|husband|credit card*|church)"
            ),
            (
                "(ask|beg) [your] (friends|friend|family|relatives|parents|colleagues|neighbours|neighbors|mother|"
                "father|brother|boss|employer) [for|to] (for|to lend|for a loan|help you pay|the money|money|for the "
                "money|for money) [the|some] [money|cash|help]"
            ),
            "borrow (elsewhere|somewhere|it|the money|money to|from|if you have to|some money)",
            (
                "(take|get|apply for|taking) [out] (another|a new|a payday|a second|one more|a quick|a personal) "
                "(loan|advance|credit)"
            ),
            (
                "(sell|pawn|mortgage|hock|cash in|liquidate) (your|some|something|everything|anything|the|off|what|"
                "whatever|stuff|that|a)"
            ),
            "(use|with) [your|a|another] (credit card|rent money|food money|rent|savings|school fees|pension)",
            (
                "(skip|miss|forget|instead of|before) [paying|your|the|buying] (rent|groceries|meals|food|bills|"
                "medicine|school fees)"
            ),
            "max out|cash advance",
            "(find|get) the money",
            "(do not|dont|not) care (how|where|what|about|if|who)",
            "no [more] excuses",
            "excuses (will|are) not",
            "(we|i) (do not|dont) want (excuses|to hear)",
            "no matter (how|what) you",
            "not interested in your|at any cost|by hook or",
        ),
    ),
    Idea(
        "PRESSURE",
        "hurries the reader",
        zh=(
            "(务必|必须|限|限期|限你|勒令|责令|请于|请在|须于)…#[个](天|日|工作日|自然日)[之|以]内",
            "#[个](天|日|工作日|自然日)[之|以]内……(否则|务必|必须|不然|逾期不|将|拒不)",
            (
                "今(天|日)[之内|内|下班前|中午前|晚上|必|下午#点前|#点前|之前|前|就]…(必须|务必|不还|还不|一定要|"
                "还不上|再不|结清|给个|给我|立刻|马上)"
            ),
            (
                "(必须|务必|勒令|立即|立刻|马上|赶紧|赶快|火速|速速|速|速来|立马|现在就|即刻|马上就)[给我|把钱|"
                "一次性|全额|今天|今日|于今日|在今天|给|把]…(还钱|还清|结清|还上|转过来|打过来|全额|一次性|还款)"
            ),
            "(立即|立刻|马上|尽快|赶紧|今天|今日)……(否则|不然|要不然|要不|后果)",
            "拒不(还|处理|配合|履行)",
            (
                "速还|刻不容缓|十万火急|火烧眉毛|过时不候|逾期不候|最后期限|争分夺秒|时间不多|没有时间|没时间了|别拖|"
                "拖下去|不能再拖|再拖|一拖再拖|紧急通知|加急|特急|紧急处理|截止时间|最后一天|越拖越"
            ),
        ),
        en=(
            (
                "(must|need to|required to|have to|demand*|insist*) … (immediately|right now|right away|at once|"
                "today|in full|instantly|now|without delay|tonight|this instant)"
            ),
            (
                "(pay|settle|clear|respond|call|act|reply) [us|up|it|this|the full|your|your debt|in full|your "
                "balance|the balance|the full amount] (now|immediately|right now|at once|today|instantly|tonight|by "
                "tonight|by midnight|by noon|by # pm) [or|else|before|to avoid|if you]"
            ),
            "(only|just) # (day|days) [left|to|remaining|before|until]",
            "# (day|days) (left|remaining)",
            "(running|run|ran|out) out of time",
            "time is (running|almost|up|nearly)",
            "final (hours|hour|day|days)",
            "act (now|fast|immediately|quickly)",
            "immediate (payment|action|attention|settlement|response)",
            "no more (delays|time|extensions)",
            "failure to (pay|respond|comply|act|contact|settle)",
            (
                "clock is ticking|tick tock|countdown|last day|hurry|urgent*|before it is too late|too late|asap or|"
                "do not delay|demand*"
            ),
            (
                "(by|before) (midnight|noon|close of business|end of day|end of today|5pm|# pm|tonight|# today) … "
                "(or|otherwise|else|to avoid|failing)"
            ),
        ),
        severity="warn",
    ),
)
