"""AUTHORITY: courts, police, government or lawyers that are said to act."""

from typing import Final

from agents.decisions.text.linter.ideas import Idea

IDEAS: Final = (
    Idea(
        "AUTHORITY",
        "has the police act",
        zh=(
            "专项(行动|整治|打击)",
            "(上门|直接)带走",
            "(归案|到案)",
            "严打|带走调查|投案|拘票|传讯",
            "到案(说明|接受|配合)",
            "(侦查|刑侦|经侦)(科|队|支队|总队|大队|处|局|部门)",
            "属地(公安|派出所|司法|法院|警方)",
            "(到场|上门)(执法|拘传|传唤)",
            "联合{police}",
            "{police}…(上门|联合|核查)",
            "(通知|请|让){police}",
            "专案(组|处理|侦办)",
            "重点案件",
            (
                "{police}…(立案|侦查|抓|拘|逮|传唤|带走|上门|介入|处理|协查|调查|通缉|出警|出动|追逃|移交|找你|找上|"
                "备案|核实|控制|登门|约谈|请你|配合|办案|到你家|到场|敲门|强制|已经|已受理|受理|将会|会来|会去|会到|"
                "正在|很快|联系你|通知你|等你|等着)"
            ),
            (
                "(移交|移送|报|报送|提交|转交|交由|交给|联合|协同|会同|配合|上报|请|报告|递交|呈报|提请|向|带着|带|"
                "和|与|协助|同|委托|通知|联系|送|交|叫|call|找)[给|到|至|当地|属地|辖区|户籍地|户籍所在地|你户籍地|"
                "你当地|你所在地|本地|地方|相关|有关|了|你|地|市|县|区|所在地|户籍|我们]{police}"
            ),
            (
                "(已|已经|将|会|要|就|即将|准备|马上|立即|立刻|依法|正式|我们|我司|选择|正在|只能|只好|直接|不得不|"
                "去|现已|并|公司)[对你|向公安](报警|报案|报官)"
            ),
            "(报警|报案)(处理|抓你|立案|回执|材料|告你|抓人|追究|等)",
            "我[是|们是|乃]…({police}|警官)",
            (
                "(立案侦查|已立案|被立案|予以立案|立案(通知|调查|处理|审查|告知|号|成功|材料|标准|决定|程序|追诉|"
                "在即)|协查通|协查函|司法协查|拘捕|逮捕令|通缉令|搜查令|拘传|拘留证|传唤证|传唤你|网上追逃|专案组|"
                "办案民警|办案人员|办案单位|经侦大队|经侦支队|刑警队|警车|手铐|警棍|打击拒)"
            ),
        ),
        en=(
            "crime (unit|division|bureau|branch)",
            "fraud (squad|unit)",
            (
                "cyber crime|cybercrime|financial crimes|crimes division|you have been served|officer of the court|"
                "interpol"
            ),
            (
                "({police}|detective*) … (come|coming|came|visit*|arrest*|pick|knock*|collect|involve*|dispatch*|"
                "take you|take action|on the way|on their way|your door|at your|to your|looking for|track|complaint|"
                "report|case|custody|station|investigat*|get you|escort*|be there|waiting|file|summon*|raid*|warrant|"
                "will|notified|informed|alerted|contacted)"
            ),
            (
                "(call|calling|inform|informed|notify|notified|report|reported|hand|handed|refer|referred|forward*|"
                "alert*|contact|contacted|contacting|send|sent|sending|involve|involving|with|dispatch*|complaint|"
                "file|turn you|passed|escalate*|submitted|go|going|gone) … (to|the|by|with|local|your) [the|local|"
                "your|nearest] {police}"
            ),
            "{police} (report|case|complaint|action|matter|will|visit|station|warrant|escort)",
            (
                "{police} (have|has|are|is) [been|now|already] (informed|notified|alerted|opened|issued|involved|"
                "looking|coming|on|waiting|investigating|told|called|ready|aware)"
            ),
            (
                "(officer|officers) … (arrest*|your door|come to|pick you|take you|escort*|your home|your house|"
                "looking for)"
            ),
            "from the {police}",
            "(federal|special|criminal|field|police|court|enforcement|fraud) (agent*|investigator*|officer*)",
            "this is (officer|detective|sergeant|inspector|deputy|agent|captain|marshal|special agent|lieutenant)",
            "sheriff*|bailiff*|marshals|deputy sheriff|police officer*|law enforcement",
            "(bench|arrest|search|active|outstanding|court) warrant",
            "warrant … (arrest|issued|out|your name|name|against you|served|signed|executed)",
            "warrants (issued|out|for)",
            "(criminal|police|federal) investigation",
            "you are [now] under investigation",
            "(investigate|investigating) you !",
            "you are being investigated",
        ),
    ),
    Idea(
        "AUTHORITY",
        "has a court or prosecutor act",
        zh=(
            (
                "(案件|材料|你的案子|此案|卷宗|资料)[编号#|已|将|已经|现已|正式|现]…(转交|移交|提交|递交|报送|移送|"
                "呈交|上报)[给|到|至|了]…(属地|司法|法院|法庭|检察|仲裁|公安|派出所|律|执行|立案|诉讼|法务|街道|"
                "村委|居委|外访|委外)"
            ),
            "(裁决书|裁定书|判决书|起诉书|诉状|执行令|支付命令|开庭通知)…(送|寄|下|发|到)",
            "(最高院|最高法|高院|中院|执行平台|执行网|执行公开|裁判文书)",
            "民初#",
            "律[师]行",
            "(最后|正式)法律(通知|文件|警告)",
            "司法(通知|告知|短信|专线)",
            "执字|法律通知",
            (
                "{court}…(传票|传唤|受理|立案|开庭|查封|强制|冻结|拘传|拘留|执行|文书|送达|签发|下达|排期|传讯|"
                "通知你|找你|上门|抓|等着|介入|处理|已经|出具|公告|调取|划扣|扣划|走一趟|见|公诉|提起公诉)"
            ),
            "缺席(审理|判决|审判)",
            (
                "司法(程序|介入|处理|拘留|机关|部门|强制|执行|途径|文书|鉴定|系统|冻结|追缴|专案|专员|催收|协助|立案|"
                "诉讼|送达)"
            ),
            "诉讼(通知|编号|案号|告知|文书|保全|流程已|程序已|材料已|状)",
            "(承办|主办)(法官|检察官|人员|律师)",
            "诉前(通知|告知|调解|保全|催告|冻结|最后)",
            (
                "传票|拘传|起诉书|应诉|出庭|开庭|执行局|强制执行|执行通知|执行立案|申请执行|被执行|公检法|移送司法|"
                "卷宗|案号|支付令|执行法官|拒执|判决书|法律文书|法律函件|法律文件|法务函|司法函|公函|最高人民|律政"
            ),
            "(移交|移送|提交|转交|交由|上报|递交|呈报)[给|到|至|当地|户籍地|你当地]{court}",
            "我[是|们是]…(法院|法官|检察|司法|执行局|仲裁)",
            (
                "(这里是|我是|我们是|本院|本庭|本局|来自)[x*|市|县|区|某某|xx]…({court}|{police}|{office}|律所|"
                "律师事务所)"
            ),
        ),
        en=(
            (
                "(deput*|deputy|deputies|constable*|court officer*|magistrate s office|clerk s office|court clerk|"
                "legal officer*) … (notified|locate|en route|dispatch*|serve|will|on|at|calling|are|have)"
            ),
            "(magistrate|judge|court|prosecutor|sheriff|district attorney|county) s office",
            (
                "(department|bureau|office|division) of (legal|enforcement|justice|investigation|public prosecution|"
                "debt enforcement|fraud) [enforcement|services|affairs]"
            ),
            "lok adalat|adalat (notice|hearing|summons)",
            (
                "(notice|case|fir|petition|writ) … (issued|registered|lodged|filed|served|drafted) (in|against|"
                "under|on) your (name|"
                "id|aadhaar|bvn|pan)"
            ),
            "case (against you|has been forwarded)",
            "(respond|reply) to case",
            "contempt of court|complaint against you|from the county|county sheriff",
            (
                "court (summons|date|order|orders|papers|officer*|hearing|bailiff*|notice|judgment|judgement|"
                "appearance|documents|marshal|enforcement|warrant|clerk)"
            ),
            "(appear|appearance|date|stand|drag* you|see you|dragged) (in|to|into|before|with) [the|a] {court}",
            "summons*|summoned|subpoena*",
            (
                "{court} … (issued|signed|ordered|order|approve*|authori*|rule*|hear|hearing|decide*|will|summon*|"
                "served|papers|notified|seize*|warrant|grant*|granted|sentence*|jail)"
            ),
            "(default|court) (judgment|judgement)",
            "(judgment|judgement) (against|entered|order)",
            (
                "(district attorney|prosecutor*|attorney general|grand jury|state attorney|high court|supreme court|"
                "magistrate*|marshal|marshals|tribunal)"
            ),
            "(process server|served with|serve you|being served|be served|get served|served at)",
            (
                "(on behalf|order|authority|by order|decision|officers) of the (court|state|government|high court|"
                "police)"
            ),
        ),
    ),
    Idea(
        "AUTHORITY",
        "has a lawyer act",
        zh=(
            "律师(行|楼|职员|所职员|受托|受委托)",
            "本(律师|所律师|人系律师|人是律师)",
            "受(托|委托)…(律师|发出|追讨|处理你)",
            "(律师|律所)…(受托|受委托|代理我司|代表我司)",
            "律师(函|信|团队|团|所|事务所|联系|介入|起诉|处理|上门|接手|发|已|将|会|部|催告|正在|通知|事务|代表|楼)",
            (
                "(委托|移交|聘请|转交|交由|授权|指派|指定|通知|交给|安排|请)[给|了|合作|专业|公司|我司|当地|第三方|"
                "我们的|我们|外部|给专业]…(律师|律所)"
            ),
            "我是…律师",
            "合作律所|专业律所|存证信函",
        ),
        en=(
            (
                "(our|a|the|this|their|hired|retained|company|collection|debt|my|legal) [legal|senior|company|"
                "litigation] {lawyer}"
            ),
            (
                "(hand|handed|pass|passed|refer|referred|forward*|transfer*|turn|turned|sent|send|instruct*|"
                "assigned) … (to|over to|with) [the|a|our|an] ({lawyer}|legal team|legal department|legal dept)"
            ),
            "{lawyer} (will|have|has|is|are|office|offices|letter|fees|action|notice|demand)",
            "law (firm|office|offices) (of|will|has|have|is|acting|notice)",
            "(our|contact|call|through|senior|panel|this is) advocate|advocate notice",
            "this is {lawyer}",
            "from the law",
            "(letter|notice) (of|before) (claim|action)",
        ),
    ),
    Idea(
        "AUTHORITY",
        "has an authority of the state act",
        zh=(
            (
                "(执法|公职|警务|政府|官方)(人员|机关|部门|机构|单位|工作人员)…(协助|寻找|上门|介入|处理|联系你|"
                "到你|找你|配合|调查|查|带|抓|强制|通知)"
            ),
            (
                "(监管部门|国家机关|国家|政府部门|有关部门|国家部门|主管部门)…(列为|列入|监控|重点|盯|约谈|查处|"
                "立案|处理你|追责|问责|通缉)"
            ),
            "重点(监控|关注|打击|清收)(对象|名单|人员)",
            (
                "{office}…(要求你|责令|通知你|立案|通缉|查处|处罚|下令|督办|稽查|约谈|备案|核查|介入|调查|列为|纳入|"
                "请你|限你|黑名单|上门)"
            ),
            "(国家|政府|公证|工信部|人社局|纪委|监察委)…(追缴|专案|督办|严打|公证执行|强制公证|通缉|黑名单)",
            "(上报|报送|通报|移交|提交)[给|至|到|当地|国家]({office}|纪委|监察|组织部)",
        ),
        en=(
            (
                "(irs|federal government|state government|government agency|government agent*|government office*|"
                "government debt|department of justice|homeland security|immigration|tax authorities|tax authority|"
                "revenue agents|ministry of) … (notified|will|has|have|contacted|reported|action|case|involved|"
                "collect*|investigat*|enforce*|order*|recovery|seize|behalf|department)"
            ),
            (
                "(report*|refer*|notify|notified) … to [the] (irs|government|immigration|authorities|fbi|tax "
                "authority|ministry|department of justice)"
            ),
            "(legal|federal|government) enforcement",
            "enforcement (officer*|agent*|team|action|division)",
            "authorities (will|have|are|notified|informed)",
            "to the authorities",
            "case … (opened|filed|registered|lodged) (against|with the police|in court|at court)",
        ),
    ),
    Idea(
        "AUTHORITY",
        "has a legal department act",
        zh=("法务(部|专员|人员|中心|团队|组|处|科|经理|老师|已|将)",),
        en=("legal (department|dept|team|division|counsel|affairs)",),
        severity="warn",
    ),
)
