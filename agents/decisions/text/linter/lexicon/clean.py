"""Contexts in which a word of the lexicon means no harm; they are blanked out before a finding counts."""

from typing import Final

CLEAN_ZH: Final = (
    "(法院|公安|警察|检察院|派出所|司法|监狱|公安局|法院前|法庭){places}",
    "法定(节假日|假日|休息日|监护|代理)",
    "联系人工|联系客服|联系客户|联系我们公司|联系单位客服",
    (
        "(互联网金融协会|银行业协会|消费者协会|监管部门|金融监管部门|金监局|人民银行|监管机构|12378|金融消费者)[或|"
        "及|和|投诉|、|,]…(反映|投诉|举报|咨询|维权|申诉|调解)"
    ),
    ("(如|若|经|如果|凭)你[的|书面]…(授权|同意|允许|许可)…(家属|家人|亲属|联系人|亲友|代理人)…(沟通|联系|商谈|提供)"),
    (
        "(请|可|可以|建议|可直接)[你|直接|及时|尽快|先](联系|咨询)(学校|物业|社区)[的](财务|资助|学工|教务|招生|"
        "缴费|老师|中心|办公)"
    ),
    "上门(安装|维修|取件|保洁|检修|抄表|收件|配送|送货|回收|护理)|专属(客服|顾问|服务)|物业(费|中心)",
    "(警察|公安|司法|法律)(学院|学校|大学|职业|学员)|法务{places}|家人(医疗|健康|保险|共享|套餐)",
    "(抵押|质押)登记…注销|注销[抵押|质押]登记|(登记|账户|业务|合同)已注销",
    "主管(部门|机关)",
    (
        "(加|添加|联系|关注|增加|绑定)[我们|我司|官方|我行|本行|我司官方]微信(公众号|客服|小程序|通知|提醒|服务号|"
        "官方|服务)"
    ),
    (
        "你[的|本人|本人的|名下|名下的|绑定的|指定的|还款](个人|本人)[银行|还款|储蓄|支付](账户|账号|银行卡|卡|微信|"
        "支付宝|公积金|中心)"
    ),
    "(代你|替你|为你|帮你|代为)…(还款|归还|还清|偿还)",
    "(祝|愿)[你]…(家人|亲友|父母|孩子|健康|平安)",
    (
        "(你的|你委托的|你聘请的|你已委托|咨询|你可咨询|你可委托|你可以委托|委托了|已委托|如委托|如你委托|若你委托|"
        "你如委托)律师"
    ),
    "法律所|企业微信|宽限期|诉讼时效",
    (
        "(谨防|防范|防止|警惕|小心|当心|远离|打击|识别|预防|避免|防)[电信|网络|各类|任何|冒充我司的|假冒|冒充|他人|"
        "个人信息|被|遭遇|新型|以|借|我司名义的]…(诈骗|骗子|骗贷|骗局|被骗|受骗|电诈|骗取|中介|套现|泄露|欺诈|冒充|"
        "违法犯罪|犯罪|以贷养贷|非法)"
    ),
    (
        "(遭遇|遇到|如遇|遇|发现|收到|接到|有|凡|若|任何)[到|自称|冒充|可疑|疑似|假冒|以我司名义|我司人员|催收|"
        "涉嫌]…(诈骗|骗子|可疑|冒充|威胁|恐吓|辱骂|骚扰|不当|违规|暴力|个人账户|私人账户|加微信|个人微信|手续费)"
    ),
    "(自称|冒充|假冒)……(个人账户|私人账户|加微信|个人微信|转账|手续费|保证金|验证码|公安|警察|法院|律师|诈骗)",
    (
        "(请|可|应|建议|建议你|及时|可以|务必)[你|立即|及时|尽快|马上|第一时间]…[向|拨打|联系|到|前往|去]…"
        "(公安机关|警方|公安|派出所|110|96110)[报案|报警|举报|反映|求助|咨询]"
    ),
    "请[你](立即|及时|尽快|马上)(报警|报案)",
    (
        "(请勿|切勿|勿|不要|千万不要|不应|谨慎|严禁|禁止|不会要求你|不会让你|绝不会要求你|不会以任何|从不要求你|无需|"
        "无须|不得)[将|把|向|通过|给|在|任何|轻信|要求|你|客户|借款人|相信|收取|以|为由]……(个人账户|私人账户|"
        "个人微信|个人支付宝|个人银行卡|个人账号|私人账号|个人收款码|收款码|陌生账户|私人微信|加微信|任何个人|验证码|"
        "密码|以贷养贷|借新还旧|手续费|中介费|保证金|保证金)"
    ),
    (
        "(请勿|切勿|勿|不要|不建议|不鼓励|无需|不必|不提倡|不支持|避免|不需要|拒绝)[你|通过|去|采取|使用|用|再|进行|"
        "盲目|冒险]…(以贷养贷|借新还旧|借贷还|变卖|套现|向亲友借|借钱还|卖房|卖车|向他人借|以卡养卡|借高利贷|"
        "向亲友筹|向朋友借|其他平台借)"
    ),
    "(公安部|公安机关|警方|网警|反诈中心|国家反诈)[提醒|提示|发布|的]…(防|反诈|app|谨防)",
    "反诈(中心app|app|宣传|提示)",
    (
        "(我们|客服|专员|工作人员|系统|款项|我行|我司|银行|投诉|结果|申请|人工|顾问|资金|还款|您|将|会|预计|约|最快|"
        "一般|通常|最迟|扣款|更新|入账|我会)[将|会|在|于|后|预计|约|最快|最迟|一般|通常|收到|提交|受理|申请|已|的|"
        "结果|记录|成功|完成|到账|更新|审核|需|需要|状态|信息|后的]…#[个](小时|分钟|工作日|天|日|自然日)[之|以]内…"
        "(回复|答复|联系你|与你联系|给你|更新|到账|处理完|反馈|审核|生效|致电你|回电给|回访|入账|退回|退还|完成审核|"
        "办结|受理|同步|解除|为你|通知你结果|撤销)"
    ),
    (
        "#[个](小时|分钟)[之|以]内[会|将|由专人|由客服|安排专人|给予|予以|人工客服|向你|有专人|为你|与你](联系你|"
        "回复|答复|与你联系|给你答复|回电|处理完毕|致电|反馈|更新|到账|退还|退回|退款|联系)"
    ),
    "#小时(客服|服务|热线|在线|人工|自助|电话客服|营业|咨询)",
    "(客服|服务|热线|咨询)[时间]…#小时",
    "(通过|已|用|以|由|邮寄|顺丰)(快递|顺丰)…(寄出|寄送|邮寄|寄给|寄往)",
    "快递(寄送|寄出|单号|费)…[结清证明|合同|发票|账单]",
    "最后(一则|一封|一条|一次|一期|还款日|还款|一笔|#期|一个月)",
    "最后(1|一)(条|次)",
    "公安[机关](证明|备案)",
    "司法(考试|局公证处)",
    "法律援助[中心|热线]",
    "律师协会|公益律师|免费法律",
    "(征信|信用)(异议|修复骗局)",
    "垃圾(短信|邮件|信息|分类)",
    "装修贷|骗子公司冒充",
)

CLEAN_EN: Final = (
    (
        "(court|courthouse|sheriff|bailiff|police|prison|judge|jail|county court|law court|law courts|marshal|tennis "
        "court|food court|constable|judges) [hill|house|yard|station|view] {places}"
    ),
    (
        "(court|sheriff*|bailiff*|police|prison|judge|jail|marshal|constable|lawyer*|warrant officer) [auctions|"
        "officer|street|family|supply|uniform|memorial|hill] (outlet|electronics|store|shop|cafe|diner|fitness|"
        "gym|dental|"
        "clinic|furniture|residences|apartments|garden*|records|clothing|boutique|grill|kitchen|auto|motors|hardware|"
        "pharmacy|mobile|phones|savings|sofas|beds|shoes|pets|holiday|street)"
    ),
    (
        "(engineer*|technician*|plumber*|electrician*|nurse*|installer*|meter reader*|physio*|surveyor*|vet|carpenter*|"
        "fitter*|cleaner*) [will|can|may|should] [be] (visit|visiting|come to|call at|attend|arrive at) [your|the] "
        "[home|house|property|flat|address|place|premises]"
    ),
    "(home|house) visit* (physio*|nurs*|doctor*|vet|care|massage|dental|therap*|hairdress*|tutor*)",
    "parcel (locker|box) (subscription|rental|plan|membership)",
    "(when|if|once|whenever) you (have|get|have got) [a] [spare|few] (minute|minutes|moment)",
    "no [further] (action|steps) [is|are] (needed|required|necessary)|no further action",
    "final (instalment|installment)|governing law|legal disclosures|need this (letter|document) in",
    "(tennis|food|basketball|squash|volleyball|badminton|hampton|earls|tottenham|golf) court",
    "court (shoes|street|road)",
    (
        "(police|police officer*|prison|sheriff|sheriffs|constable*|court|fire and police|law enforcement|judges) "
        "[s] [office|officer*|staff|department|employees] (pension*|credit|federation|mutual|union|academy|college|"
        "staff|housing|cooperative|co operative|sacco|savings|benevolent|association|family|charity|retirement|fund|"
        "welfare|medical)"
    ),
    (
        "(dear|hi|hello|ms|miss|mrs|thanks|thank you|regards|from) (sue|pat|grace|judge|bailiff|sheriff|marshal|"
        "constable|crook|cheat|arrest|coward|leech|savage|moody)"
    ),
    (
        "(have|has|hired|represented by|through|consult|speak to|speak with|talk to|advice from|appointed|retained|"
        "retain|engaged|instructed|contact|ask|using|via|from|by|seek|get|see|your own|independent|need) [a|an|your|"
        "your own|another|independent|any] ({lawyer}|legal advice|legal counsel|legal aid)"
    ),
    "your ({lawyer}|legal representative|representative)",
    "({lawyer}) (represents|represent|acts for|is acting for) you",
    "legal (aid|advice|rights|name|right|representative|holiday*|status|guardian)",
    "(identity|id|card|sim) theft",
    (
        "fraud (alert|alerts|prevention|team|department|helpline|line|protection|awareness|warning|watch|advice|"
        "hotline|risk)"
    ),
    (
        "(victim|victims|beware|risk|aware|wary|case|protect* … from|protect yourself from) [of] [any|possible|a|"
        "phone|online|loan|text|identity] (fraud|scam*|scammer*|crime|theft|fraudster*)"
    ),
    (
        "(prevent|avoid|report|stop|spot|against|beware|suspect*|suspicious|possible|potential) [of|a|any|loan|card|"
        "bank|possible|suspected] (fraud|scam*|scammer*|fraudster*|criminals)"
    ),
    (
        "(scammer*|fraudster*|criminals) (may|might|can|could|pretend|impersonat*|posing|claim*|are|often|will|"
        "sometimes|send|use|ask)"
    ),
    "identity fraud",
    "(let us|please|if you|would like to|want to|do you) know",
    (
        "(we|team|agent|agents|adviser|advisor|someone|funds|payment|payments|it|this|receipt|confirmation|staff|"
        "specialist|and|normally|usually|manager|officer) [normally|usually|always|will|should|may|can|aim to|try to|"
        "typically|to] (reply|replies|respond|responds|answer|answers|call you|call you back|call back|get back|get "
        "back to you|contact you|contact|confirm|confirms|update|updates|review|process|processed|post|posts|clear|"
        "clears|arrive|arrives|appear|appears|show|be in touch|be updated|be processed|be credited|reach you|email "
        "you|text you|be confirmed|acknowledge|reply to you|reply to all messages|reply to messages) … (within|in) "
        "# (hours|hour|minutes|mins|hrs)"
    ),
    (
        "(reply|response|answer|update|confirmation|call|call back|decision|refund|credited|posted|processed|updated|"
        "cleared|reflected|receipt|replies|callback) [from us|from our team|you|back|to you] (within|in|takes up to|"
        "take up to|up to) # (hours|hour|minutes|mins|hrs)"
    ),
    "(takes|take|allow|up to|open|available|lines open|support) [up to|about|around] # (hours|hour|minutes|mins|hrs)",
    (
        "(your|our|a|the|my) (relationship|account|case|branch|loan|customer|personal|client|service|plan|support|"
        "payment) (manager|officer|team|adviser|advisor|agent|specialist)"
    ),
    "(no|never|nothing|not) [need|reason|cause] [to be|to feel] (ashamed|embarrassed|shame|embarrassing)",
    "(no shame|nothing to be ashamed|no embarrassment) in",
    (
        "(free|without|no|waive*|waived|refund*|refunded|removed|cancelled|reversed|any|will not charge|not charge|"
        "never charge|do not charge|stopped|paused) [all|any|your|the|of|additional|extra|further|hidden|you|late|a|"
        "upfront|or|interest and] [collection|late|extra|hidden|additional|processing|admin|penalty|further|upfront|"
        "legal|handling|extension|rollover|reminder|renewal|activation] "
        "(fees|fee|charge|charges|penalty|penalties|surcharge|cost|costs)"
    ),
    (
        "(never|will not|wont|do not|dont|not|would not|nobody from us will) [ever] (ask|asks|share|send|give|tell|"
        "request|need|disclose|reveal|require) [you|us|for|to|anyone|your|share|with|out|any] …… (pin|password|otp|"
        "cvv|code|card number|passcode|gift card*|bitcoin|crypto*|personal account*|private account*|verification "
        "code)"
    ),
    (
        "(complaint|complaints|concern|dispute|query|request|feedback|case review|appeal) [you|has been|was|about|"
        "made|number|is|have] … (filed|lodged|registered|opened|under investigation|escalated|investigated|received)"
    ),
    (
        "(escalate|escalated|take) [your|the|a|it|this] (complaint|concern|issue to our manager|complaint to|dispute|"
        "to the ombudsman|to our complaints|to a manager|to our customer)"
    ),
    "refer [your|a|the|it] [your] complaint",
    "(financial|banking|credit) ombudsman [service]",
    "(not|never|no) in demand",
    "on demand|demand deposit",
    "(required|obliged|protected|allowed|permitted) by law",
    (
        "(interest|fees|charges|costs) [and charges|and fees] [on your account|on this account|on the account|on "
        "your loan|on your card] (will be|is|are|has been|have been|can be|stays|may be) (frozen|stopped|paused)"
    ),
    "(home|house) (loan*|insurance|page|branch|finance|improvement)",
    "double (payment|charge*|check|debit)",
    "(charged|paid|debited|billed) double",
    "standing order*|family plan|public holiday*",
    "national (debtline|holiday*)",
    "step change|stepchange|citizens advice",
)
