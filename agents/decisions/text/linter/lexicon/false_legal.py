"""FALSE_LEGAL: legal effects that are untrue, exaggerated, or held over the reader as a lever."""

from typing import Final

from agents.decisions.text.linter.ideas import Idea

IDEAS: Final = (
    Idea(
        "FALSE_LEGAL",
        "threatens prison or arrest",
        zh=(
            "(最高可判|可判|判你|能判|要判|起步#年|#年起步|#年以上|#年以下)[处]…(年|刑|有期)",
            "注销[你|你的]…(身份证|户口|账户|银行|社保|驾照)",
            "三年起|金额够立案|够判|够立案",
            "判#年",
            (
                "坐牢|坐大牢|坐监|牢底|牢狱|吃牢饭|蹲监|蹲大牢|蹲局子|蹲号子|蹲几年|监狱|入狱|服刑|判刑|刑期|"
                "有期徒刑|判你|被判|拘役|拘留|刑拘|行拘|逮捕|抓捕|缉捕|追逃|在逃|通缉|看守所|留案底|案底|拷走|铐走|"
                "劳改|锒铛|把牢|牢里|进局子|关起来|捉拿|归案"
            ),
            "(把你|将你|被|来|会|要|就|去|等着|警车)(抓|逮|铐)[起来|进去|走|捕|去|了|你|人]",
            "抓(你|人|走|进|起来)",
            "进去(蹲|坐|吃|待|呆)",
            "限制人身|人身自由|失去自由",
        ),
        en=(
            "in a cell|a jail cell|cell block",
            (
                "jail*|prison*|imprison*|incarcerat*|behind bars|handcuff*|in cuffs|locked up|lock you up|put you "
                "away|arrest|arrested|arresting|arrests|detained|detention|prison sentence|sentenced|custody|felony|"
                "felon|misdemeanor|criminal record|doing time"
            ),
        ),
    ),
    Idea(
        "FALSE_LEGAL",
        "accuses of a crime",
        zh=(
            "(就是|等于|属于|算|构成|涉及|已构成)[典型的|严重的]…(诈骗|犯法|违法|犯罪|盗窃|骗)",
            "(欠钱|不还|欠款不还|贷款不还|逾期)[就|也|是|即|等于|属于]…(犯法|违法|犯罪|诈骗|坐|刑)",
            "刑事犯|犯法|拒不还贷",
            "诈骗(案|行为|嫌疑|立案|起诉|处理|金额|追究)",
            "构成(犯罪|诈骗|欺诈|违法|犯)",
            "(当|按|定性为|认定为|属于|视为|涉及|就是)…诈骗",
            (
                "刑事|刑责|刑法|涉嫌|犯罪|诈骗罪|合同诈骗|贷款诈骗|信用卡诈骗|金融诈骗|骗贷|非法占有|逃废债|逃债|"
                "罪名|触犯|违法犯罪|违法行为|以诈骗|老赖罪|经济犯罪|追究刑|提起公诉|公诉机关|被公诉"
            ),
            "恶意(拖欠|逃|透支|骗|欠|逾期|躲|失联|不还|违约|赖|贷)",
        ),
        en=(
            (
                "criminal [and civil] (charge*|case|record|offence|offense|complaint|prosecution|proceedings|"
                "liability|action|matter|investigation|act|activity|fraud|court|penalt*|behavior|behaviour|breach)"
            ),
            (
                "(commit*|committing|accused|guilty|charged|charge|charges|suspected|suspicion|for|of|as|with|is|act "
                "of|wire|bank|loan|cheque|check|mail|credit) [with|of|a|loan|bank|wire|credit|for|financial|serious] "
                "fraud [case|charge*|charges|report]"
            ),
            "non bailable|bailable (offence|offense|warrant)|cheating (case|charge*|offence|offense)",
            (
                "(amount|amounts|amounting|tantamount|equivalent|equals|constitutes|constitute|considered|treated|"
                "regarded|classed) [to|as] [an|a|the] … (cheating|theft|fraud|offence|offense|crime|stealing|"
                "swindling|estafa|deceit)"
            ),
            "fraud (charge*|charges|case|complaint|report|prosecution|conviction)",
            "theft (by|charge*|case|of)",
            "(larceny|embezzle*|intent to defraud|bad check*|bounced cheque case)",
            "defraud*|obtaining money by",
            "(crime|criminal|a felon|illegal to owe|theft) [not to|to|if|under|if you|and]",
            "charges (filed|against you|being filed|brought)",
            "prosecut*|press* charges|face charges|convict*|indict*|criminally",
        ),
    ),
    Idea(
        "FALSE_LEGAL",
        "says that a lawsuit is filed, or holds it over the reader",
        zh=(
            (
                "(已|已经|正式|现已|现|现正|正在|我司已|均已|准备|即将|马上|立即|今日|明天|明日|今天|下午|直接|"
                "马上就|这就|随时|即刻|立刻|将于#日)[依法|被|对你|将你|把你|向你|向法院|向人民法院|经|委托律师|进行|"
                "正式|就|会|将|要|安排|启动|进入|提交](起诉|发起诉讼|提起诉讼|诉讼|申请仲裁|提起仲裁|仲裁|走法律程序|"
                "法律程序|提告|立案|批量起诉|告你)"
            ),
            "(起诉|提告|告上|告到|告)你",
            "(把|将|对)你[依法|直接|提起|发起|进行|正式](起诉|诉讼|告|提告|立案)",
            "起诉(已|成功|材料|状|立案|流程|通知|名单|你|中|进行|在即|前)",
            "诉讼(已|成功|立案|中|进行|在即|前|进程|缴费|通知)",
            "仲裁(已|通知|裁决|立案|受理)",
            (
                "告上法|对簿公堂|法庭见|法院见|法庭上见|公堂|打官司|吃官司|官司|撤诉|撤案|撤销起诉|撤回起诉|销案|"
                "结案费|批量起诉"
            ),
            "(等|等着|准备|收)…(起诉|吃官司|法院|打官司)",
        ),
        en=(
            (
                "(already|have|has|has been|have been|hereby|is being|being|now|was|were|just|today|will be|is) "
                "[been|now|already|today] (sued|filed|filing|started|commenced|initiated|served|lodged|instituted|"
                "opened|begun|submitted) [a|the|your|for|our|against you|legal|new|civil|with] … (lawsuit|suit|"
                "legal action|legal proceedings|court|legal case|civil case|case against|litigation|proceedings|"
                "small claims)"
            ),
            (
                "(lawsuit|suit|legal action|legal case|civil case|litigation|legal proceedings|legal process|"
                "proceedings|court case) … (filed|started|commenced|begun|initiated|pending|against you|today|"
                "tomorrow|this week|immediately|now|within # hour*|served|opened|lodged|underway|in progress)"
            ),
            "(taken|going|go|drag*|haul*) [you] to court",
            "(bring|start|commence|file|filing|initiate) [a|an|the] (case|suit|claim) (against|in)",
            (
                "sue|sued|suing|sues|lawsuit|lawsuits|file suit|file a suit|take* you to court|see you in court|meet "
                "in court|court case|legal suit"
            ),
        ),
    ),
    Idea(
        "FALSE_LEGAL",
        "names legal steps",
        zh=(
            "法律(途径|手段|程序|责任|后果|行动|措施|追究|武器|渠道|规定追|诉讼|依据追|风险)",
            "追究…(责任|违约)",
            "影响[到]你…(工作|生活)",
            "提起诉讼|起诉|诉讼|仲裁|财产保全|诉诸|诉至|违约责任",
        ),
        en=(
            (
                "legal (action|proceedings|steps|measure*|route|consequences|remed*|process|options|recourse|"
                "recovery|notice|case|means|ramifications)"
            ),
            "court (action|proceedings|claim)",
            "litigation|ccj|county court|small claims",
        ),
        severity="warn",
    ),
    Idea(
        "FALSE_LEGAL",
        "threatens legal punishment",
        zh=(
            "法律[的|严厉]制裁",
            "法律…(饶|放过|严厉)",
            "(承担|追究)…一切…(法律|责任)",
            "法律严惩|严惩|依法严|法律不会|法网|绳之以法",
        ),
        en=(
            "full (force|extent|weight) of the law",
            "(breaking|broke|against|violat*) the law",
            "law will (catch|deal|take)",
        ),
    ),
    Idea(
        "FALSE_LEGAL",
        "threatens to take property, wages or freedom to travel",
        zh=(
            "(被|由)(法院|法庭|司法)…(划走|扣走|划扣|拿走|收走|冻)",
            "(余额|零钱|存款|工资)…(划走|扣走|清空|拿走)",
            "(冻住|封住|封了|封掉|冻了|锁死)",
            "给你(冻|封|停|锁)(住|掉|了)",
            "(房子|房产|车子|车|家产|家当)…(拍卖|收走|没收|拉走|抵债|拿走|贴封条)",
            "(飞机|高铁|动车)[和|都|跟|、]…(坐不|不能|别想|没法|无法|限)",
            "(别想|休想)(坐|出|买|贷|住)",
            "睡大街|扫地出门|流落街头|净身出户|封条",
            (
                "(冻结|查封|扣押|没收|拍卖|强制划扣|变卖|查扣|收走|收你|封掉|扣留|征收|拖走|清空|划走)[掉|了|你|你的|"
                "名下|你名下|你所有|所有|全部|你名下所有|其|一切|家庭|夫妻]…{property}"
            ),
            "{property}…(冻结|查封|扣押|没收|拍卖|被封|查扣|强制)",
            "强制(执行|划扣|扣款|扣划|还款|措施|收|划|结清|冻结|扣|拘)",
            "强行(扣|划)",
            "限制(高消费|消费|出行|出境|乘坐|高铁|坐|融资|子女|贷款|入住|离境)",
            "乘坐(飞机|高铁|动车)",
            "(飞机|高铁|动车)…(不能|坐不|无法|限制|买不)",
            "(户口|社保|低保|医保|退休金|养老金|身份证|微信|支付宝)…(冻结|取消|注销|锁定|封停|封掉|限制)",
            (
                "依法扣划|司法冻结|限高令|被限高|限高名单|失信|老赖名单|不能坐|坐不了|联合惩戒|惩戒|抄家|查房产|收房|"
                "收楼"
            ),
        ),
        en=(
            "(empty|clean out|clear out|wipe out|raid|drain) your (account*|bank account*|savings)",
            (
                "(take|taking|lose|losing|sell|selling|come for|evict*) [you from] your (furniture|house|home|car|tv|"
                "belongings|possessions|things|wages|cows|phone|land|bed)"
            ),
            "thrown out (of|on)",
            "evict*|on the street",
            "garnish*|repossess*|repo your|foreclos*|confiscat*|impound*|asset seizure",
            (
                "(seize|seizing|freeze|freezing|levy|auction|take|grab|empty|drain|block|sell|strip|lock|claim|tow) "
                "[all|of|away|off|and sell|any|down] [of] your [personal|entire|household|family|bank|next|own|hard "
                "earned] (wages|salary|paycheck|pay|bank|bank account*|account*|property|properties|house|home|car|"
                "vehicle|assets|belongings|goods|possessions|furniture|land|pension|benefits|tv|cattle|cows|savings|"
                "phone|earnings|tax refund|things|stuff|everything)"
            ),
            (
                "(wages|salary|paycheck|bank account*|accounts|account|property|assets|car|house|home|belongings|"
                "goods|land) [will|may|can|could|is going to|are going to|shall|be|to] … (seized|frozen|garnished|"
                "auctioned|confiscated|taken away|repossessed|impounded|levied|sold off)"
            ),
            "(lien|levy|attachment) (on|against|of)",
            "seize|seized|seizure",
        ),
    ),
    Idea(
        "FALSE_LEGAL",
        "exaggerates what it does to credit, work, family or future",
        zh=(
            (
                "(孩子|子女|儿子|女儿|小孩|你孩子)[将来|以后|今后|的]…(上学|读大学|读书|大学|私立|考公|入学|参军|"
                "结婚|找工作|抬不起|就业|学校)……(影响|别想|不能|不了|没|受|过不|难|想上)"
            ),
            "影响[到]你[的](孩子|子女|儿子|女儿|小孩|后代)",
            "(别想|休想)(上大学|考公|入伍|当兵|出国|升职|找工作|结婚)",
            "征信(污点|黑|崩|完蛋|废|烂|花)",
            "信用(污点|破产|崩塌|黑)",
            "黑名单|黑户|污点|纯黑户",
            (
                "(终身|终生|一辈子|永久|永远|一生|毕生|永不|下半辈子|后半生|这辈子|终其一生|伴随一生|#年内)…(征信|"
                "信用|记录|贷款|污点|影响|黑|贷|限制|还不|借|翻身|抬头|背)"
            ),
            (
                "(影响|耽误|连累|牵连|祸及|波及|断送|毁了|毁掉|涉及|殃及|阻碍|害了)[到|了|你|你的|其|他|家人|家人的|"
                "家庭|后续|未来|今后|以及|和|及]…(子女|孩子|小孩|后代|三代|后人|下一代|就业|求职|入学|升学|前途|"
                "前程|出国|婚姻|结婚|政审|考公|参军|家人|直系|亲属|入职|提干|升职|坐高铁|坐飞机|饭碗|儿女)"
            ),
            (
                "(子女|孩子|小孩|后代|儿女|三代|下一代|直系亲属)…(入学|上学|读书|就业|考公|政审|参军|征信|前途|升学|"
                "高考|上不了|受影响|不能上|无法|入党|抬不起|受限)"
            ),
            "保不住…工作",
            (
                "政审|考公|株连|连坐|父债子|子债父|夫债妻|丢工作|丢饭碗|丢掉工作|丢了工作|开除|饭碗不保|寸步难行|"
                "一票否决"
            ),
        ),
        en=(
            (
                "(never|not|unable to|wont|no longer) [be] [able] [to] (rent|borrow|travel|get a job|get hired|own|"
                "buy|fly|leave the country|open a bank account) [work|again|ever|another] …"
            ),
            "immigration … (told|informed|notified|visa|report*)",
            "(visa|residency|residence permit|citizenship) … (withdrawn|cancel*|revok*|denied|affected)",
            "for not (repaying|paying) [this|your] … (years|jail|prison|bars)",
            "ever again|never again",
            "blacklist*|black list*|black listed",
            (
                "(lifetime|for life|forever|permanently|permanent|rest of your life|never [ever] [again] (get|be "
                "able|qualify|borrow|receive|rent|obtain|buy|own|work|have)|for # years|life long|lifelong|"
                "everlasting) … (credit|loan|loans|ban|borrow*|mortgage|record|job|rent|score|debt|blacklist|"
                "financial|bank|barred|banned|house|again|mark)"
            ),
            (
                "(credit|name|record|score|future|report) … (forever|permanently|for life|ruined|destroyed|rest of "
                "your life|wrecked|trashed)"
            ),
            (
                "(ruin|destroy|wreck|trash|kill|tank|annihilate|blow up|ruined|destroyed|ruining) [all|of] your "
                "[entire|whole] (credit|future|score|chances|career|life|financial)"
            ),
            (
                "(visa|passport|green card|citizenship|licen*|driving licence) … (cancel*|revoke*|suspend*|"
                "confiscat*|block*|taken|seized)"
            ),
            "(revoke|suspend|cancel|block) your (visa|passport|licen*|green card|driving|driver*)",
            "deport*|travel ban|no fly list|leave the country",
            (
                "(lose|losing|cost) [you] your (job|house|home|children|kids|custody|benefits|licen*|car|career|"
                "position|everything|freedom|livelihood)"
            ),
            "(fired|sacked|dismissed|terminated) (from|by|over)",
            "(take|taken|taking) your (children|kids|freedom)",
            "children … (taken|foster|into care|school)",
            "child (services|protective|custody)",
            "get you fired",
        ),
    ),
)
