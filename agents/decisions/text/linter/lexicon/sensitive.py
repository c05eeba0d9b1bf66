"""SENSITIVE: health, job and access data in words; numbers are found by `linting.numbers`."""

from typing import Final

from agents.decisions.text.linter.ideas import Idea

IDEAS: Final = (
    Idea(
        "SENSITIVE",
        "states health data",
        zh=(
            "(刚|正|在|还在)(生完孩子|坐月子|分娩|生产|小产|怀孕)",
            (
                "(你|你上个月|你最近|你刚|你在|你的|你家)…(做完|刚做|正在|在做|接受|住进|住院|出院)[了|过]…(化疗|"
                "手术|透析|放疗|医院|人工流产|试管|#天)"
            ),
            "你…在…医院…(住院|看病|治疗|手术)",
            "(抗抑郁|精神科|心理医生)",
            (
                "(你|知道你|得知你|了解到你|鉴于你|因你|你的|你在|查到你)…(癌|肿瘤|艾滋|hiv|抑郁症|精神病|精神分裂|"
                "流产|堕胎|性病|梅毒|乙肝|肝炎|白血病|尿毒症|糖尿病|癫痫|残疾证|化疗|透析|吸毒|戒毒|心脏病|不孕|"
                "焦虑症|躁郁|整形|自杀|产检)"
            ),
            "(患有|确诊|身患|罹患|感染了)…(癌|艾滋|抑郁|病|症|炎|瘤)",
        ),
        en=(
            (
                "your (antidepressant*|medication|meds|insulin|pills|prescription|doctor said|doctors|psychiatrist|"
                "therapist|rehab|disability benefits|welfare|sick leave|maternity leave|diagnosed)"
            ),
            "on (sick leave|maternity leave|disability|medication|benefits for)",
            "hiv|aids positive",
            (
                "(your|the|about) [recent|ongoing|medical|chronic|current|breast|history of] (diagnosis|cancer|hiv|"
                "aids|pregnancy|miscarriage|abortion|disability|depression|mental health|mental illness|surgery|"
                "addiction|diabetes|epilepsy|medical (condition|records|record|history|treatment|file)|therapy|"
                "chemotherapy|hospital records|psychiatric|rehab|std|hepatitis|schizophrenia|bipolar|dialysis|kidney "
                "failure|heart condition|suicide)"
            ),
            (
                "(you have|you are|diagnosed with|suffering from|suffer from|treated for|positive for) [been] … "
                "(cancer|hiv|aids|diabetic|pregnant|depression|depressed|hepatitis|schizophrenia|bipolar|epilepsy|"
                "tuberculosis|addict*|disabled|kidney|mental illness|anxiety disorder)"
            ),
        ),
        negatable=False,
    ),
    Idea(
        "SENSITIVE",
        "states job, income or family data",
        zh=(
            "(每个月|每月|一个月|月)(工资|收入|薪水|挣|赚)[能|有|大概|约]#",
            "(显示|知道|查到|得知)你…(送外卖|跑滴滴|网约车|快递|保安|上班|做生意|收入|工资|任职|离婚|再婚)",
            (
                "(你|得知你|知道你|查到你|显示你|系统显示|获悉你|据悉你|你目前|你现)[现|目前|现在|仍]…(就职于|"
                "任职于|在职于|受雇于|供职|上班的公司|工作单位[是|为|在|:|,]|在…(公司|厂|学校|医院|集团|大学|局|店|"
                "工地|机关)[…](上班|工作|任职|就职|担任|教书|打工|当))"
            ),
            (
                "(你|你的|你每月|每月|你在)…(月薪|月收入|年薪|工资|薪水|收入|存款余额|公积金|社保缴|年终奖)[是|为|"
                "有|约|达|到账|:|,|收入|共|余额|基数|发放]#"
            ),
            "(银行卡|卡号|信用卡|储蓄卡|借记卡)[号|号码][是|为|,]#######",
            "(密码|验证码|cvv|支付密码)[是|为|:|,|:]#",
            "工号[是|为|:|,]#",
            "(婚姻状况|政治面貌|宗教信仰|离异|离婚|性取向|出轨|婚外情)",
        ),
        en=(
            (
                "(salary|income|wage|wages|earnings|payslip|paycheck) [of|is|was|at|amount*|this month|per month] "
                "[is|of|at|was|$|usd|kes|rs|gbp] #"
            ),
            "(you|u) (earn|earned) [about|around|usd|kes|rs|only|over] #",
            "(you|u) make [about|around] # (a|per) (month|year|week)",
            (
                "(you|u) [still|now|currently|also] (work|works|are employed|are working|working|employed) [full "
                "time|part time|as …] (at|for|by|in the|as a|as an) …"
            ),
            "your (job|position|role|shift) (at|as|in|with|starts|ends)",
            (
                "(employee|staff|badge|payroll|passport|driver license|tax|national|voter|national insurance) (id|"
                "number|no) [is|number|no] [#]"
            ),
            (
                "(social security number|ssn|mothers maiden|maiden name|cvv|pin code|atm pin|your pin|your password|"
                "password is|passcode|otp is|religion|ethnicity|immigration status|sexual orientation|your divorce|"
                "your affair|union membership|criminal history)"
            ),
        ),
    ),
    Idea(
        "SENSITIVE",
        "touches on health or job",
        zh=("失业|下岗|被裁|裁员|住院|病情|生病|怀孕|手术|残疾|低保户|离职|工作单位|收入证明",),
        en=("unemploy*|laid off|redundan*|illness|hospital*|pregnan*|disab*|medical|date of birth|bereave*",),
        severity="warn",
    ),
)
