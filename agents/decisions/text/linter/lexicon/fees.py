"""FEES and FALSE_AMOUNT: charges outside the contract, private payees, amounts blown up."""

from typing import Final

from agents.decisions.text.linter.ideas import Idea

IDEAS: Final = (
    Idea(
        "FEES",
        "adds charges that nobody agreed to",
        zh=(
            "(加收|另收|再加|多收|收取|罚|扣)[你|管理费|费用|人工费|服务费]…#[元|块]…(费|一天|每天|每次|一次|罚)",
            "(每|逾期|拖|晚)(一天|一日|一次|天|次|小时|拖一天|多拖一天)…(加收|罚|多收|再加|收取|扣)",
            (
                "(人工费|诉前处理费|处理费|工本费|资料费|加急费|委外费|案件费|劳务费|委托费|公证费|交通费|油费|"
                "服务费)#[元|块]"
            ),
            "(支付|交|缴纳|付)#[元|块]…(费|金)[，|,|否则|才|就|后]",
            "(免|省)上门费",
            "另算",
            (
                "展期费|续期费|延期费|停催费|处置费|外包费|清收费|追讨费|法催费|解封费|宽限费|(违约|逾期)(服务|"
                "管理|处理|"
                "处置)费"
            ),
            (
                "(办理|申请|停止|暂停)(停催|停止催收|撤案|分期|减免|延期|销案|消案)[业务|手续]…(缴纳|交|付|支付|"
                "收取|缴)…(保证金|押金|定金|诚意金|手续费|服务费|工本费|解冻金)"
            ),
            "催收(费|服务费|成本|佣金)",
            "滞纳金(翻倍|高额)",
            (
                "催缴费|上门费|外访费|差旅费|跑腿费|车马费|辛苦费|茶水费|好处费|撤案费|销案费|撤诉费|解冻费|保全费|"
                "结案费|律师费|诉讼费|案件受理费|加急费|砍头息|罚金|罚款"
            ),
            "(消除|修复|删除|洗白|清除)[逾期|你的|不良]…(征信|记录)…(费|元|钱|付)",
            (
                "(手续费|服务费|管理费|保证金|押金|处理费|违约金|滞纳金|利息|罚息|担保费|咨询费)[需|要|将|会|须|请]…"
                "(另付|另收|另计|另外|额外|单独|私下|先交|先付|预付|翻倍|加倍|双倍|每小时|自理|现金)"
            ),
            (
                "(另付|另收|另加|额外(收取|支付|加收|缴纳|承担)|加收|多收|追加|收取高额|高额|巨额|天价|双倍|加倍)[的|"
                "一笔|收取|你|支付]…(手续费|服务费|管理费|保证金|费用|罚|违约金|滞纳金|利息|罚息|催收|罚金|费)"
            ),
            "(先|需先|必须先|请先)(交|付|缴|支付|缴纳|打|转)…(保证金|押金|手续费|定金|诚意金|费用|费|解冻)",
        ),
        en=(
            (
                "(call|calls|visit|visits|text|texts|letter|message|reminder|trip|email) … (costs|cost|adds|add|"
                "added|billed|charged|means) [you] [another|an extra|a|usd|gbp] #"
            ),
            "cost you [another|an extra|usd|gbp] #",
            "# on top",
            "on top of (that|what|your|the)",
            (
                "(collection|collections|recovery|visit|attorney|lawyer|legal|field|hidden|release|clearance|agent|"
                "solicitor|court|investigation|removal|processing|handling|admin|administration|convenience|"
                "facilitation|tracing|cancellation of case) (fee|fees|charge|charges|cost|costs|commission)"
            ),
            (
                "(heavy|huge|hefty|massive|steep|outrageous) [late|penalty|daily|interest|collection] (fee|fees|"
                "charge|charges|fine*|penalt*|interest|surcharge|costs)"
            ),
            (
                "(fee|fees|charge|charges|penalt*|fine|fines|interest) … (double*|triple*|per hour|every hour|each "
                "hour|skyrocket*|multiply|multiplied|each time we|every time we|for every|for each|our trouble|for "
                "this message|per call|per visit|in cash)"
            ),
            "(fine|fines|fined) (of|you)",
            "(upfront|up front|advance|deposit) (fee|payment to release|fees)",
            "pay for [each|every|our] (visit|call|reminder|agent|text)",
            "(bribe|tip) (for|to|the|our)",
            "small fee to",
            (
                "(charge|bill|add|adding|charging|billing) you (for|extra|double|triple|a fee|$|additional|the cost|"
                "our|$|for our|for every)"
            ),
        ),
    ),
    Idea(
        "FEES",
        "has the money go to a private payee",
        zh=(
            "(转|打|汇|付|发)[款|钱|账|个|红包|过来]…(给我|给王经理|给李经理|给专员|给经理|到我)",
            (
                "(打|转|汇|存)(到|进|给)…(经理|主任|主管|专员|先生|会计|老师|财务|个人|私人)[的|那|个人]…(卡|账|"
                "微信|支付宝)"
            ),
            "我给你(平|销|减|免|消)",
            "(直接|私下|单独)(转|打|付|微信|支付宝|给我)",
            "微信转|平账",
            (
                "(转|打|汇|付|还|存|扫|打款|转账|汇款|支付|还款|转款|存入|打钱|转钱|款项|钱)[款|账|钱|进|入]…(到|至|"
                "给|入|进|向|往)…(个人|私人|我的|我个|我微信|我支付宝|我卡|我账|他的|专员|经理|催收员|私|财务个人|"
                "我这|我本人|老板|业务员|客户经理)[的|微信|支付宝|银行]…(账户|账号|卡|银行卡|微信|支付宝|收款码|"
                "二维码|账|户|里|上)"
            ),
            "私人(账户|账号|卡|微信|收款)",
            "个人(收款|微信|支付宝|二维码|对私)",
            "私下(转|付|还|处理|解决|给|协商|打)",
            "私了(结|吧|算)",
            "私账|私户|对私|收款码|收款二维码",
            (
                "(加|添加|联系|扫)[我|我的|我们的|专员|经理|催收员|工作人员|法务|这个|下方|以下|本人|一下|个|"
                "个人](微信|wx|vx|v信|w信|wechat|qq|薇|威信|v号|扣扣|企鹅|微x|微)"
            ),
            "微信[号](:|,|是|同号|转账|红包|转我|支付给|同步)",
            "(电话|手机|手机号)微信同",
            "v(同号|信转)",
            "支付宝(转账|转给|转我|账号|扫码)",
            "扫码(转|加|还给)",
            "扫[这个|以下|下方|我|我的|我的收款](码|二维码)",
            "现金(交|给|付)[给](我|他|专员|外访|催收)",
        ),
        en=(
            "(agent*|officer*|collector*) s [own|personal|private] (number|account|wallet|phone|card|till|upi|gcash)",
            "(to|on|via|through) my (venmo|zelle|paypal|cashapp|cash app|account|phone|number|wallet|card)",
            "(zelle|venmo|cashapp|wire) (the|me|my|it|money|#|him|her|us)",
            "settle (this|it) (quietly|privately|between us|in cash|off)",
            "(quietly|privately) (pay|settle|send)",
            (
                "(pay|send|transfer|deposit|wire|remit|mpesa|forward|payment|money|cash) … (my|personal|private|"
                "agent*|his|her|collector*|mine|me|officer*) [own|personal|private|bank|mobile|m pesa|mpesa|zelle|"
                "paypal] (account|number|wallet|card|till|phone|line|mpesa|zelle|paypal|cashapp|venmo|upi|gpay)"
            ),
            (
                "(gift card*|itunes|bitcoin|btc|crypto*|usdt|western union|moneygram|cash app|cashapp|steam card*|"
                "prepaid card*|google play card*|money order to)"
            ),
            (
                "(zelle|venmo|paypal|mpesa|upi|gpay|paytm) (me|it to|the money|to this number|to my|this number|to "
                "me|to our agent)"
            ),
            "(pay|send) me",
            "send [it|the money|cash|money] to (me|this number|my)",
            (
                "(add|message|contact|text|reach|find|chat) [with] (me|our agent) (on|via|through|over) (whatsapp|"
                "wechat|telegram|signal|messenger|line|imo|viber)"
            ),
            "my (account|number)",
            "(my|personal) (whatsapp|wechat|telegram|mpesa|paypal|zelle)",
            "(to|into) [a|an|this|his|her|the agents|our agents|the collectors] (private|personal) account",
            "(pay|cash|hand) … (agent|collector|officer|representative) (in cash|directly|in person)",
            "cash (to|for) (our|the|my) (agent|collector|officer|representative|man)",
            "off the (books|record)",
            "under the table",
        ),
    ),
    Idea(
        "FEES",
        "speaks of charges",
        zh=(
            "逾期罚息[将|会]…(增|高)",
            "违约金[将|会]…(增|高|累)",
            "(费|费用|成本|开支)[均|将|会|全部|全|概|一律]由你(另行|自行|全额|单独|额外)",
            "滞纳金",
        ),
        en=(
            "(extra|additional|further) (fee|fees|charge|charges|interest|costs)",
            "late fees (will|continue)",
            (
                "(rollover|roll over|extension|activation|unlock*|reactivation|closure|file|delay|reminder|doorstep|"
                "renewal|clearing) (fee|fees|charge|charges)"
            ),
            "penalt*|surcharge*",
        ),
        severity="warn",
    ),
    Idea(
        "FALSE_AMOUNT",
        "blows the amount up",
        zh=(
            "(拖|晚|过)一天(涨|加|罚|多)",
            "(现在|今天|今日)[还|是|只要]#……(明天|后天|下周|下月|明日)[就|就是|是|变|涨到|要还]#",
            "(明天|后天|下周|今晚|下月|马上)[就|将|会|要]…(变成|涨成|翻成|变)#[万|千|倍]",
            "连本带利…(#|翻|还)",
            "(翻|滚)(#|三|几|两|一|十|好几)(番|倍)",
            "(本金|借#|欠#|借了#)…(还#倍|变成|要还你#|滚成|涨成|涨到|滚到)",
            "一分(不能少|不少|都不能少|钱都不能少|不能差)",
            "(越滚越|越来越多|越拖越)(多|大|贵)",
            "滚雪球",
            (
                "(利滚利|驴打滚|(金额|欠款|债务|本息|本金|欠的|费用|利息|罚息|总额|应还)[将|会|就|要|每天|每日|立即|"
                "自动|马上|今晚|明天|直接|全部|按]…(翻倍|翻番|翻#倍|翻几倍|加倍|双倍|#倍|翻一番|成倍|暴涨|翻))"
            ),
            "(翻倍|加倍|双倍|十倍|成倍|翻番)[地|来](偿还|还|计算|收|赔|罚|支付|追)",
            "按[每日|每天|日][百分之|百分|#]…复利",
            "(涨到|变成|滚到|滚成)#[万|千|倍]",
            "(不止|远不止|远超)[这个|这些|这点|你看到|账单|你借]",
            "(随便|任意|我们说|我说)…(多少|加)[就是|就|你就]…(多少|还)",
            "(想收多少|说多少就是多少|多少由我们)",
        ),
        en=(
            (
                "(grows|grow|increases|increase|rises|rise|goes up|climbs|growing|doubles|jumps) [by] [usd|gbp] # … "
                "(every|each|per|a) [single] (day|hour|week|minute)"
            ),
            (
                "(is now|has become|became|now stands at|grew to|grows|climbing|rising|increasing|growing|climbs|"
                "rises) [usd|by|to|at] … (by the hour|every hour|each hour|by the minute|every minute|every day you|"
                "daily until|and climbing|and rising|and growing|and counting)"
            ),
            "(and|keeps|keep) (climbing|rising|growing|counting|increasing) [by|every|each|until]",
            "(owe|owing|pay|paying) [us] [back] (triple|double|quadruple|twice|three times|# times)",
            (
                "(debt|balance|amount|loan|bill|total|what you owe|sum|it|principal|everything) … (double*|triple*|"
                "quadruple*|ten times|# times|multiply|multiplies|skyrocket|explode*|snowball*|balloon*)"
            ),
            "(double|triple|quadruple|ten times|# times) [of] (the|your|what|that|this|as much|more)",
            "(doubles|doubled|triples|tripled) (every|each|by|tonight|tomorrow|overnight|if)",
            "(amount|balance|debt) … (whatever we|we decide|we say|as we please)",
            "(owe|pay) … (whatever we|far more|much more than|way more)",
        ),
    ),
)
