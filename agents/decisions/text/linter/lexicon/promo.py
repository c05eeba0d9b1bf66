"""PROMO: marketing inside a reminder."""

from typing import Final

from agents.decisions.text.linter.ideas import Idea

IDEAS: Final = (
    Idea(
        "PROMO",
        "offers credit or other goods",
        zh=(
            (
                "(解锁|获得|领取|开启|享受|赢取|赠送|送|得)[最高|更高|全新|#]…(新额度|额度|红包|现金|奖励|好礼|大礼|"
                "利息折扣|折利息|优惠券)"
            ),
            "(推荐|邀请)[他人|朋友|亲友|好友]…(借款|贷款|注册|得|奖|返)",
            "#折利息",
            "利息#折",
            "(老|新)(客户|用户|会员)(专享|专属|独享|特享)",
            "享#折",
            "额度翻倍|再贷",
            "(提升|提高|增加|上调|涨|恢复并提升)[至|到|你|你的|信用|借款|贷款|授信|可用|临时]额度",
            "额度(提升|翻倍|升级|高达|上调|提高|涨|已提|最高|可提|可达|直升)",
            "提额",
            "低息(贷|借|产品|优惠)",
            "利率(低至|优惠|低|打折|折扣|仅|#折)",
            "(年化|日息|月息|年利率|日利率|利息)…(低至|仅需|仅|最低)",
            "免息(券|借|新|#天|期|额度|贷|特权)",
            "#期免息",
            "优惠利率|超低利率|零利率|低利率",
            "(再|可再|立即再|还能再|还可再|重新|继续|马上再|可继续|秒)(借|贷)(一笔|#|更多|款|出|钱|额|到|，|,|!)",
            "(可|能|立即|马上|再次)复借",
            "复借(额|秒|通)",
            (
                "(最高|高达|可借|能借|可贷|预授信|授信|专属|专享|新增|备用金|现金)[你|为|可借|可贷|额|出|获得|"
                "总]#[元|万|千|w|百]"
            ),
            "(最高可|最高|立享|即可)(借|贷|提现)",
            "借款额度#",
            "秒(到账|批|下|放|到)",
            "(极速|快速|当天|闪电|#分钟)(放款|到账|下款|审批|审核通过)",
            "(可|秒|快速|立即|马上)下款",
            "下款(快|秒|率)",
            "一键(借|领|提现|申请贷|激活)",
            "新(贷款|借款|信贷)(产品|额度)",
            "再借|再贷|循环借|续借更|无抵押|无需抵押|凭身份证|免审核",
            (
                "(限时|专享|独家|特惠|超值|新人|老客|老客户|老用户|会员|周年|双十一|双11|节日|年终|春节|国庆)[的|"
                "专属|专享|限时](优惠|活动|特惠|福利|礼|折扣|特权|大促|红包|回馈|大礼)"
            ),
            "积分(兑换|商城|换|翻倍)",
            "满减(券|活动|优惠)",
            "福利(领|来|大|专|活动)",
            "推荐(好友|朋友|亲友|有)",
            "邀请(好友|朋友|亲友)",
            "理财(产品|收益|经理)",
            "(购买|推荐|专属|热销)…(理财|基金)",
            "保险(产品|优惠|计划|免费)",
            "办理[我行|我司|本行|新](信用卡|贷款|分期)",
            "开卡(礼|有)",
            "(购物|商城|会员|直播|彩票|下注)(优惠|折|满|特惠|节|专场)",
            "优惠券|抵扣券|代金券|抵用券|现金券|借款券|免息券|红包|抽奖|礼品|礼包|大奖|返现|返利|重疾险|意外险|首刷",
            (
                "(申请|办理|开通|体验|下载|点击|戳|激活|领取)[我们的|新的|我司|我行|本行|一笔|全新|你的专属|你的]…"
                "(新贷|现金贷|消费贷|装修贷|车贷产品|借款产品|贷款产品|新产品|专属额度|新额度|备用金)"
            ),
        ),
        en=(
            "# off (your|the|any|next|on)",
            "enjoy # [percent] off",
            "off your next|next loan",
            "(get|be|getting) (approved|pre approved) (for|instantly|now) …",
            (
                "(unlock*|access to|qualify for|approved for) [a|an|up to|usd] [#] [bigger|larger|higher|"
                "new|second|"
                "more|loan|instant] (loan|limit|credit|more|cash|amount|offer)"
            ),
            "# more instantly",
            "loan (twice|double|three times) (the|as|your)",
            "(twice|double) the (size|amount|limit)",
            (
                "(raise*|increase*|boost*|upgrade*|higher|bigger|double|lift|extend*|grow) [your|on|in|of|"
                "the|you|a] "
                "[credit|loan|borrowing|spending|card] (limit|line|limits)"
            ),
            "(limit|line) (increase*|boost*|upgrade*|raised)",
            (
                "(new|exclusive|special|limited|limited time|great|amazing|unbeatable|exciting|best|hot|"
                "festive|"
                "holiday|black friday|summer) [loan|credit|time|new|cash|rate|card] (offer|offers|deal|"
                "deals|"
                "promotion*|promo|discount*|bonus|sale)"
            ),
            "pre [-]approved",
            "(instant|quick|fast|easy) (cash|loan*|money|approval|credit|payout)",
            (
                "(borrow|enjoy|grab|withdraw|qualify for|eligible for|claim|unlock) [up to|a|an|your|"
                "another|extra|"
                "more|fresh|instant|new] [up to|another|new|bigger|larger|second|instant|top up|free|"
                "additional|$|"
                "cash|usd|kes|rs|inr|more] [#] (loan|cash|credit|advance|top up|bonus|cashback|gift|reward*|"
                "discount "
                "on|loans|funds today|voucher*|rate|line of credit|personal loan)"
            ),
            "preapproved|pre qualified|prequalified",
            "(borrow|loan) (more|again|up to|another|extra|bigger|now)",
            "(refinance|consolidate) (your|now|today|and|with)",
            (
                "apply (now|today|online) for [a|an|our|your|the] [new|bigger|personal|instant|second|"
                "top up] (loan|"
                "credit card|card|credit|limit|line)"
            ),
            "rates (from|as low|starting)",
            "(special|preferential|promotional|reduced|discounted|exclusive) [interest|loan|apr] (rate|rates)",
            "(low|lowest|discounted) [interest|percent|apr|intro] (rates|interest rate|apr|rate on a new)",
            "(promo*|voucher|coupon|discount) code",
            "refer a (friend|colleague|relative)",
            "refer your (friend*|family|colleague*)",
            "earn (points|rewards|bonus|cash)",
            "act now and (save|get)",
            "sign up (now|today|for our)",
            "try our (new|credit|app|loan)",
            "insurance (offer|plan|cover from)",
            "invest (in|with|now)",
            (
                "top up your loan|as low as|voucher*|coupon*|cashback|cash back|sweepstake*|lucky draw|"
                "free gift|"
                "gift for|reward points|% off|percent off|discount on your next|limited time|upgrade to|"
                "check out "
                "our|casino|jackpot|bet now"
            ),
        ),
    ),
    Idea(
        "PROMO",
        "sells a waiver: a chance, a hurry, a prize for paying",
        zh=(
            "(减免|减去|减掉|立减|直减|再减|可减|免除|豁免|抹掉|抹去|勾销)[你|你的|所有|全部|部分]…(一半|"
            "半数|#成|#元|#折|利息|罚息|本金|违约金)",
            "(减免|豁免|免息|优免|打折|折扣)…(资格|名额|机会|活动|通道|特权|福利|礼遇|专场|限额)",
            "(限量|有限)…(名额|机会|资格)|名额…(限量|有限)|赶快行动|抓紧行动|抓紧机会|速来|立即抢|抢先|免单|抽奖",
            "(利息|罚息|违约金|滞纳金|费用|欠款)…(清零|归零|减半|全免|免掉|免收|全额减免)",
            "(结清|还清|还款|还完)…(送|赠|奖|抽|领)(话费|流量|积分|礼|红包|券|好礼|大礼|现金|你)|好消息",
            "一笔勾销|先到先得|机会难得|机不可失|错过不再|错过就|错过无|手慢无|最后机会|最后一次机会|仅限今|"
            "仅限本|仅限#|名额有限|仅剩#|倒计时",
            "(前|首批|头)#[名|位|个](客户|用户|结清|还款|办理|申请)",
            "(利息|罚息|违约金|费用)…(我们|我司|我行|本行|平台)…(出|付|买单|承担|补贴|兜底)",
            "(结清|还清|还款|还完)[即|就|立|可|均|都|后|即可|就可](免|减|送|省|抵|立减|可减|享)…(利息|罚息|"
            "违约金|本金|元|成|折|半)",
            "(越早|越快)…(越多|越低|越省)|多还多减|早还早减|还多少减多少|买一送一",
        ),
        en=(
            "(wipe*|write*|writing|knock*|slash*|shave*|cut*|chop*|strike|strikes|erase*|drop|drops|halve*|"
            "forgive*) … "
            "(half|# percent|all of|part of|of what you|from what you|off your|off the|what you owe|"
            "the rest|your interest|"
            "the interest|your balance|the balance)",
            "call it (even|quits|square|settled)",
            "(pay|settle|clear) (only|just) [$|usd|gbp|eur] # [of|out of|instead]",
            "(picked|chosen|selected|drawn|shortlisted) for [a|an|our|this] …",
            "(lucky|congratulations|congrats) [you]",
            "(today|tonight|now|this week|this weekend|this month) only|only (today|tonight|this week|this weekend)",
            "(one time|one off|last|rare|golden|unique|limited|final|exclusive|once in a lifetime) (chance|"
            "opportunity|"
            "deal|offer|relief|waiver)",
            "save [up to|as much as] [$|usd|gbp|eur] # [off] …",
            "(first|next) # [people|customers|callers|borrowers|accounts] (to|who|that)",
            "(offer|deal|discount|waiver|relief|reduction|promotion) … (ends|expires|closes|runs out|is over|lasts)",
            "(ends|expires) (at midnight|tonight|today|tomorrow|soon|on sunday|this week)",
            "(claim|grab|snap up|secure|lock in|redeem|snag) (it|this|your|yours|the|a) …",
            "(waived|waive*|forgiven|cancelled|dropped|on us|on the house|our treat) … (for everyone|"
            "for all|for those|"
            "if you pay|when you pay|if you settle|when you settle|who pay*|who settle*|before)",
            "(interest|fee|fees|penalty|penalties|charges) … (is|are) [all] (on us|on the house|our treat)",
            "no (interest|penalty|fees|fee|charges) (on|for|if|when) …… (clear*|settle*|pay|paid|close*)",
            "(settle|pay|clear|close) …… (no|zero|without) (penalty|interest|fees|late fee) !",
            "(spring|summer|autumn|winter|easter|christmas|diwali|new year|anniversary|"
            "holiday) [debt] (relief|amnesty|"
            "special|waiver|campaign)",
            "(take|get|gets|knock|receive) [$|usd|gbp|eur] # [percent] off …",
            "(deal|bargain|offer|special) of the (day|week|month|year)",
            "for the price of …",
            "forget [about] the (rest|remainder)|early bird*|act fast|be quick|dont wait|do not wait|miss out",
            "(interest free|zero interest|penalty free|discounted|half price|reduced) (settlement|payoff|closure|deal)",
            "(limited|last|few|only #) (slot*|place*|seat*|spot*|chance*|day*|hour*) [left|remaining|to] …",
            "hurry|do not miss|dont miss|while it lasts|while stocks last|first come",
        ),
        severity="warn",
        negatable=False,
    ),
)
