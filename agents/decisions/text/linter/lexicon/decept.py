"""DECEPT: a hidden sender, a false pretext, a request for secrets; short links are found by `linting.forms`."""

from typing import Final

from agents.decisions.text.linter.ideas import Idea

IDEAS: Final = (
    Idea(
        "DECEPT",
        "comes under a false pretext",
        zh=(
            "(邮件|邮包|信件|挂号信|汇款单)[因|已|被|未|地址]…(退回|派送|无法投递|未领取|滞留)",
            "(系统|官方|安全中心|风控)(通知|提示|警告)[,|:|，][你]…(账户|账号|异常|冻结)",
            "中国邮政",
            "(海关|税款|关税)…(扣留|扣押|包裹|补缴)",
            "核实信息[,|，|!]…回电",
            "网格员|社区工作人员",
            (
                "(我是|这里是|这边是)[你|你的|你孩子|你孩子的|你儿子|你女儿|孩子|你家孩子]…(班主任|老师|高中同学|"
                "初中同学|大学同学|小学同学|同学|战友|医生|护士|医院|幼儿园|学校|物业|社区|居委|快递|电力|燃气|"
                "保险公司|人事|招聘)"
            ),
            (
                "(顺丰|中通|圆通|韵达|申通|京东|邮政|ems|极兔)[件|快递|速运|速递|快件|包裹]…(滞留|退回|异常|派送|"
                "无法|未|签收|丢失|待|中转|更正)"
            ),
            "快件…(退回|滞留|更正|异常|不详|无法)",
            "有急事找你|看到回电",
            (
                "(有|一个|一份|一件|你的|件|#个|#件|份)[你|你的|你一个|未签收的|未取的|待取|待签收|重要|紧急|加急|"
                "顺丰|京东|邮政|ems|国际|新的|到付|贵重|待领取的]…(快递|包裹|邮件包|挂号信|快件|邮包|法律文书|"
                "法院文书|文件|信件)[未|待|无法|已到|已送|放在|在|到了|滞留|退回|异常|派送|派件|领取|签收|请|,|破损|"
                "丢失|被|需|即将|等]"
            ),
            (
                "(快递|包裹|快件)[已|未|无法|因|被|即将|超时|地址|信息|暂存|到达|待]…(签收|领取|派送|取件|退回|滞留|"
                "丢失|破损|理赔|投递|自提|确认地址|核实|不详|错误)"
            ),
            "快递(到了|丢|理赔)",
            "取件码|派件员|派送员|快递员|驿站|丰巢|菜鸟",
            (
                "(退款|退税|补贴|补偿金|赔付|理赔款|医保|社保|公积金|工资补贴|奖金|津贴|红利|拆迁款)[成功|申请|已|款|"
                "卡|账户|通知|审核|发放]…(领取|点击|待领|未领|登录|链接|异常|到期|停用|失效|认证|请回电|速领|查收|"
                "激活)"
            ),
            "中奖|领奖|抽中|幸运用户|获得大奖",
            (
                "(账户|账号|银行卡|微信|支付宝|手机|etc|社保|医保卡|身份证|设备|积分)[已|将|存在|被|即将|出现|涉及|"
                "有|于|发生]…(异常登录|被盗|异地登录|异常|风险|失效|过期|清零|盗刷|冻结|停用|暂停)…(点击|登录|验证|"
                "回电|核实|链接|激活|认证|联系|处理)"
            ),
            "我是你[的](老同学|朋友|同学|老朋友|亲戚|领导|老战友|同事|老乡|表哥|表姐|邻居)",
            "老同学(聚会|好久|聚)",
            "(换|更换)(号|号码|手机号)[了|码]…(存|惠存|加|联系)",
            "面试(通知|邀请|安排)",
            "(航班|机票|火车票|订单|外卖|酒店)…(取消|改签|退票|延误|变更|退款|异常|待确认|到了|已到)",
            (
                "(物业|水电|燃气|电费|疫苗|核酸|体检|学校|幼儿园|家长会|相亲|招聘|兼职|刷单|问卷|调查|装修|宽带|交警|"
                "违章|人口普查|社区)[通知|报告|回访|补缴|邀请|处理|登记]…(请|速|通知|来电|回电|点击|领取|联系|登录|"
                "查收|核实|尽快|未处理|待处理)"
            ),
            "猜猜我是|好久不见|同学聚会|录用通知",
            (
                "(提供|告知|回复|发送|输入|发给|报给|发来|告诉|上传|说出|填写|拍照发)[你|你的|我|我们|银行卡|手机|"
                "收到的|短信|手机收到的|登录|支付|交易]…(验证码|密码|cvv|安全码)"
            ),
        ),
        en=(
            "sim [card] … (deactivated|blocked|suspended)",
            (
                "(amazon|netflix|paypal|apple|microsoft|google|ebay|walmart) (order|account|security|support|"
                "subscription|customer)"
            ),
            "from (hr|human resources|the hospital|the school|the clinic|your bank security)",
            "(ring|call|phone) me back [urgently|asap|today|now|please|about]",
            "urgently about",
            (
                "(this is|calling from|message from|here is) [the|your|a] [local|city|county|childs|childrens|kids|"
                "son s|general|st] (hospital|school|clinic|nursery|doctor*|fedex|ups|dhl|usps|post office|nurse|"
                "teacher|bank fraud|courier|employer|hr|human resources|lab|pharmacy|electric|gas|water)"
            ),
            (
                "(fedex|ups|dhl|usps|royal mail|hermes|amazon) …(deliver*|package|parcel|document*|could not|driver|"
                "waiting|held)"
            ),
            "(hr|human resources|personnel) (department|dept|office|calling)",
            "(about|regarding) your (relative|mother|father|son|daughter|child|accident|test results|application)",
            "could not deliver|unable to deliver|employment verification|verification of employment",
            (
                "(your|a|the|you have a|undelivered|missed|urgent|pending|important|waiting|this|held|unclaimed|"
                "registered|certified) [urgent|new|pending|undelivered|important|missed|held|waiting|failed|courier|"
                "dhl|fedex|ups|usps|registered|international] (parcel*|package|packages|delivery|courier|shipment|"
                "mail package|legal package|certified letter)"
            ),
            (
                "(delivery|parcel|package|courier|shipment) … (failed|attempt*|waiting|pending|held|missed|returned|"
                "unclaimed|depot|rescheduled|reschedule|address|scheduled|fee|could not|customs|sign for|collect|"
                "confirm)"
            ),
            "(you have|you|youve|congratulations) [been] [have] (won|selected|chosen as|a winner)",
            (
                "(prize|lottery|sweepstakes|jackpot|inheritance|tax refund|tax rebate|unclaimed (money|funds|refund)|"
                "stimulus) …"
            ),
            "claim your (prize|refund|reward|gift|money|package|winnings)",
            "refund [is|of|has been|#] … (waiting|pending|approved|claim|click|due to you|ready)",
            (
                "account … (suspended|compromised|locked|hacked|deactivated|disabled|restricted|blocked) … (click|"
                "verify|confirm|log in|login|link|update|call|within|unless|reactivate)"
            ),
            "(verify|validate|reconfirm) your (bank|card|password|pin|billing|payment details|login) …",
            (
                "(send|share|give|tell|reply with|text) [us|me] [back] your [full|online|card|bank|one time|atm|"
                "login|secret|banking] (pin|password|otp|cvv|code|card number|card details|login|passcode|"
                "verification code|security code|bank details|account details)"
            ),
            "job (interview|offer|opportunity|application|vacancy)",
            "interview (scheduled|tomorrow|invitation|invite)",
            "(its me|it is me) [your]",
            "flight … (cancel*|rescheduled|delayed)",
            (
                "(hotel|booking|reservation|order|taxi|ride) … (cancelled|canceled|confirm|problem|issue|waiting|"
                "outside)"
            ),
            "(family|personal|medical) emergency",
            (
                "urgent (personal|family|private|confidential|legal) (matter|message|document*|business|business "
                "matter|issue)"
            ),
            (
                "(jury duty|census|electricity|power|water|gas|internet|toll|traffic) (supply|disconnect*|cut|fine|"
                "ticket|penalty|summons|will be|duty|is due|notice)"
            ),
            (
                "(hospital|school|nursery|doctor|clinic|lab) … (call us|results|urgent|about your|contact|test|"
                "appointment)"
            ),
            (
                "you are shortlisted|shortlisted for|old friend|remember me|long time no see|lost my phone|secret "
                "admirer|anonymous"
            ),
        ),
    ),
    Idea(
        "DECEPT",
        "asks for a click",
        zh=(
            "点击[以下|下方|此|该](链接|网址)",
            "点(此|击这里|这里)",
        ),
        en=(
            "(bit ly|tinyurl|goo gl|cutt ly|rb gy|is gd)",
            "(verify|validate) your (identity|account)",
            "click (here|the link|this link|below|on)",
            "tap (here|the link|this link)",
            "survey",
        ),
        severity="warn",
    ),
)
