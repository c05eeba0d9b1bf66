"""What a clean reminder hardly ever mentions: people around the reader, authorities, places, health.

The second net, for wordings that no pattern of the other modules knows: no proof of anything, so all of it only warns.
"""

from typing import Final

from agents.decisions.text.linter.ideas import Idea

IDEAS: Final = (
    Idea(
        "EXPOSE",
        "mentions the people around the reader",
        zh=(
            (
                "家人|父母|爸妈|你妈|你爸|老妈|老爸|母亲|父亲|老婆|老公|妻子|丈夫|配偶|儿子|女儿|小孩|孩子|子女|亲友|"
                "亲戚|亲朋|亲属|家属|同事|同学|领导|老板|邻居|街坊|通讯录|联系人|朋友圈|业主群|家长群|微信群|群里|"
                "全公司|全村|村里|老家|老师|学校|班主任|公司前台|前台|人事|单位|所有人|大家都|身边|曝光|公开|公布|"
                "照片|个人信息发|脸面|名声|面子|抬头|做人"
            ),
        ),
        en=(
            (
                "your (mother|mom|mum|father|dad|wife|husband|spouse|kids|children|family|relatives|sister|brother|"
                "friends|contacts|references|girlfriend|boyfriend|partner|church|school|community|village|workplace|"
                "company|followers|manager at work|hr|parents|grandmother)"
            ),
            "public (shame|notice|list)",
            "people you (know|love|work with)",
            (
                "coworker*|co workers|colleague*|your boss|the boss|neighbour*|neighbor*|front desk|receptionist|"
                "photo*|picture*|facebook|instagram|tiktok|social media|everyone|everybody|in public|publicly|go "
                "public|reputation|gossip|group chat|local group|post your|embarrass you|expose*|your contact list|"
                "phone contacts|those around you|the whole"
            ),
        ),
        severity="warn",
    ),
    Idea(
        "AUTHORITY",
        "mentions police, court or lawyer",
        zh=(
            "{police}",
            "{court}",
            "案件(移交|提交|升级|处理部|组|号|负责)",
            (
                "司法|律师|法务|执法|公检法|公证|报警|报案|备案|立案|最高院|高院|中院|案号|民初|执字|政法|纪检|信访|"
                "专案|调查|协查|官方查|传唤|文书|属地"
            ),
        ),
        en=(
            "{police}",
            "{court}",
            "{lawyer}",
            (
                "sheriff*|bailiff*|marshal|warrant*|officers|legal|law|authorities|government|federal|agency will|"
                "official notice|case number|case file|case no|docket|enforcement|compliance officer|badge|inspector|"
                "detective|summon*|subpoena|judgment|judgement|proceedings|tribunal|notary|court order"
            ),
        ),
        severity="warn",
    ),
    Idea(
        "FALSE_LEGAL",
        "mentions crime, punishment or seizure",
        zh=(
            "影响[到]你[的]…(孩子|工作|生活|家庭|一生|后半|名誉|出行)",
            "#年起步",
            (
                "诈骗|骗贷|骗取|违法|犯法|犯罪|罪|判刑|判决|刑|牢|狱|抓|拘|强制|冻结|冻住|封掉|封住|封你|查封|扣押|"
                "没收|拍卖|拍掉|执行名单|失信|黑名单|起诉|诉讼|官司|法律|法办|依法处|惩|处罚|制裁|一辈子|终身|上不了|"
                "坐不了|考不了|出不了|当不了|限制|案底|留底|三年起|清算|资产"
            ),
        ),
        en=(
            "(account|accounts|wages|card|assets) … frozen",
            "take your (house|home|car|furniture|things|wages|salary|money|belongings)",
            "charges (against|will|filed)",
            "unable to (rent|travel|work|borrow)",
            "your (wages|salary|paycheck|assets|belongings|furniture|property)",
            (
                "prison|jail*|arrest*|crime|criminal*|fraud*|theft|felony|illegal*|unlawful|seize*|seizure|"
                "confiscat*|repossess*|garnish*|auction*|foreclos*|freeze your|empty your account|lawsuit|sue|sued|"
                "prosecut*|guilty|punish*|penal*|ever again|never again|never be able|will not be able to|blacklist*|"
                "banned|ban you|lifetime|forever|permanent*|lose your|lose everything|deport*|immigration|visa|"
                "passport"
            ),
        ),
        severity="warn",
    ),
    Idea(
        "FEES",
        "mentions other payees or charges",
        zh=(
            "每(天|拖|小时)…(加收|收|罚|元)",
            "微信(转|收|付|给)",
            "加[个|我|他|一下]微",
            "我的(卡|微信|支付宝|账户)",
            "个人(账|卡|微|收款)",
            "罚(金|款|钱|你)",
            "翻(倍|番|几|三|两|十)",
            "#倍",
            (
                "转我|平账|私下|处理费|人工费|工本费|材料费|加收|另付|额外收|收款码|扫码|红包给|利滚|涨到|加倍|双倍|"
                "无法撤|撤销|销案|消案|佣金|好处"
            ),
        ),
        en=(
            "(grows|climbs|rises|climbing|rising) (by|every|each|daily)",
            "every single (day|hour)",
            "charge you (for|extra|more|double)",
            "extra #",
            "twice (what|the|as)",
            "growing (daily|every)",
            "(adds|adding) #",
            (
                "zelle|venmo|cash app|cashapp|gift card*|bitcoin|crypto*|western union|cost you|on top|surcharge*|"
                "penalt*|fine|fines|double|doubles|doubled|triple*|quadruple*|times what|keeps growing|keep growing|"
                "piling up|to my|my account|my number|privately|off the record|under the table|per visit|each visit|"
                "each call|our trouble"
            ),
        ),
        severity="warn",
    ),
    Idea(
        "VISIT",
        "mentions where the reader lives or works",
        zh=(
            "(找你|跟你|和你|好好)聊",
            (
                "你家|你们家|家门|家里|门口|楼下|住处|住址|住所|小区|公司找|单位找|你单位|你公司|上班|下班|外勤|外访|"
                "面谈|见面|当面|抵达|出发|在路上|到访|拜访|走访|登门|上门|现场|实地|等你|堵|守着|一会就到|马上到|"
                "亲自|带人|派人|人马|车停|老家|户籍|敲门|坐一坐|喝茶"
            ),
        ),
        en=(
            (
                "your (place|house|home|door|doorstep|doorway|office|workplace|street|gate|apartment|flat|building|"
                "neighborhood|neighbourhood|front yard|driveway|porch|shop|hometown|shift)"
            ),
            "visit (you|your)",
            "see you (soon|there|at|tomorrow|tonight)",
            "our (men|guys|boys|people|field)",
            (
                "visitor*|in person|en route|on our way|on the way|on my way|parked|outside|stop by|come by|drop by|"
                "swing by|show up|turn up|knock*|doorbell|face to face|pay you a|come over|coming over|waiting for "
                "you|home address|we have your address|come and|come to|field|your mom s|your parents house|"
                "dispatch*|driver is"
            ),
        ),
        severity="warn",
    ),
    Idea(
        "SENSITIVE",
        "mentions health, job or income",
        zh=(
            (
                "化疗|癌|肿瘤|患病|得病|重病|有病|发病|抑郁|艾滋|怀孕|流产|产假|残疾|手术|住院|月薪|工资|薪水|月收入|"
                "每月收入|年收入|余额宝|存款|送外卖|跑滴滴|打工|上班|工地|学历|婚|离异|吸毒|赌博"
            ),
        ),
        en=(
            (
                "sick leave|hiv|aids|cancer|chemo*|diagnos*|pregnan*|depress*|mental*|disab*|disease|illness|surgery|"
                "hospital*|medical|rehab|addict*|therapy|salary|wages|paycheck|payslip|pay slip|you earn|your income "
                "is|job title|your shift|unemploy*|divorce*|affair|gambl*|drunk|drinking|religio*|cvv"
            ),
        ),
        severity="warn",
    ),
    Idea(
        "DECEPT",
        "comes under another name",
        zh=(
            (
                "快递|快件|包裹|签收|派件|取件|班主任|幼儿园|医院|派出所|居委会|物业|中奖|领奖|中了|奖品|领取|验证码|"
                "登录链接|短链|点击|速回电|速回|机票|航班|社保|医保|退税|补贴|老同学|老朋友|猜猜|面试|招聘|兼职|刷单|"
                "相亲|解冻|认证|激活你"
            ),
        ),
        en=(
            (
                "parcel*|package|courier|delivery|shipment|customs|hospital|school|teacher|doctor|clinic|emergency|"
                "relative|lottery|prize|winner|congratulations you|tax|refund is|interview|job offer|click|tap here|"
                "verify|suspended|locked|hacked|unusual activity|old friend|guess who|remember me|lost my phone|"
                "donat*|census|jury|electricity|package|your account will be|call back about|call me|text me"
            ),
        ),
        severity="warn",
    ),
    Idea(
        "THIRD_PARTY",
        "mentions somebody else's debt",
        zh=(
            "你是…(老婆|老公|父亲|母亲|家人|朋友|同事|亲戚|妻子|丈夫|儿子|女儿)",
            "你的(亲戚|朋友|同事)",
            "他的债|他欠|他借|他逾期|替他|代他|帮他|劝他|转告|担保人|父债|夫妻共同",
        ),
        en=(
            "(balance|loan|debt|payment|overdue|owe*|bill) … (for|of) (her|him|them)",
            "(his|her) (balance|debts|bill|money)",
            "he is # months",
            "(he|she) (is|has|owes|named|gave|borrowed|took|listed)",
            "what (he|she) borrowed",
            "(his|her) (loan|debt|account|payment)",
            "your (daughter|son|brother|sister|friend|cousin|colleague|employee|husband|wife)",
            "named you|gave us your|listed you|as a reference|do you know",
        ),
        severity="warn",
    ),
    Idea(
        "AUTHORITY",
        "mentions offices that carry something out",
        zh=("执行(部门|程序|阶段|人员|通知)|流转至|调解员|仲裁庭|仲裁委|立案庭|出警|辖区|拘传|协助执行",),
        en=(
            "affidavit*|precinct|mugshot*|mug shot|dispatch*",
            "(recovery|field) (agent*|team|officer*)",
        ),
        severity="warn",
    ),
    Idea(
        "THREAT",
        "speaks of fate, regret or retribution",
        zh=(
            "天在看|人在做|吐出来|报应|良心|良知|做人要|走着瞧|等着瞧|好自为之|别后悔|会后悔|不客气|够你受|吃不了|自求多福",
        ),
        en=(
            "karma|regret*|consequences|you were warned|been warned|brace yourself",
            "send (the|our|a|my) (van|boys|team|guys|men|people)",
            "(come|coming) (for|after) you",
        ),
        severity="warn",
    ),
    Idea(
        "PRESSURE",
        "tells where else to take the money from",
        zh=("视为(放弃|拒绝|自动)|放弃(协商|和解|机会)|刷出来|借呗|花呗|微粒贷|网贷|变卖|典当|周转一下|拆东墙",),
        en=("pawn*|max out|remove your (vehicle|car)|repossess*|sell (your|something|anything)|deactivat*",),
        severity="warn",
    ),
)
