"""How a clean reminder hardly ever speaks: as to an enemy, with contempt, pressing, or like marketing.

The second net, for wordings that no pattern of the other modules knows: no proof of anything, so all of it only warns.
"""

from typing import Final

from agents.decisions.text.linter.ideas import Idea

IDEAS: Final = (
    Idea(
        "THREAT",
        "speaks as to an enemy",
        zh=(
            "给你(点|些|一|个|好|看|留)",
            "对你(没|不|的忍)",
            "软弱|好处|耗|锁好|睡觉|监控|列为|为难|难做|砸|没事了|没完|慢慢来|试试看|看你|叫你|跟你|找你|等你",
            "有的是(办法|时间|人|手段)",
            "有办法(让|对付|治|叫)",
            (
                "信不信|识相|识趣|迟早|算账|这笔账|对付你|治你|劝你|奉劝|丑话|想清楚|想明白|想好了|考虑清楚|骚扰|"
                "出事|血的|教训|报应|天理|后悔|收场|难堪|难看|到时别|走极端|别无选择|你懂的|懂我意思|混不下去|翻脸|"
                "纠缠|动手|别惹|不好惹|惹毛|惹急|报复|下场|打你一|揍|狠|吓|逃避|逃跑|躲避|躲着|躲起|躲了|跑路|玩消失|"
                "人间蒸发|关机|拉黑|不接电话|拒接|等着|不客气|别怪|休怪|代价|恶果|安宁|太平|不得安|好过|好受|好日子|"
                "大麻烦|惹麻烦|找麻烦|接送|盯着|盯上|跟踪|定位|查到你|调查你|摸清|底细|最好别|最好乖|乖乖|老实点|"
                "老老实实|废了|弄你|搞你|收拾|翻旧账|新账旧账|没完|到底|硬碰|奉陪|斗|耗着|耗到|再不|要不然|不然的话|"
                "别想|别以为|别装|别躲|别拖|别拿|别逼|别让我|别耍|别玩|你敢|你最好|你等|你凭|你以为|你还想"
            ),
        ),
        en=(
            "what happens (next|to you|when|if you do not)",
            "(gets|get|be|somebody|someone) hurt",
            "ignoring (us|our|this|me)",
            "think (carefully|twice|hard)",
            "your little (girl|boy|one|ones)",
            (
                "see what happens|capable of|pity if|tick tock|dodge|dodging|dodged|avoiding us|ignore us|ignored us|"
                "keep ignoring|keep avoiding|break you|one way or another|sooner or later|run from|mess with|messing "
                "with|deal with you|take care of you|sort you|favour before|favor before|if i were you|you know what|"
                "big trouble|in trouble|real trouble|deep trouble|you asked for it|you will see|you will wish|you "
                "had better|you better|better pay|afraid|scared|fear|pain|bleed|dead|die|kill|hurt|beat|destroy|ruin|"
                "suffer|punish*|revenge|payback|nightmare|hell|regret|be sorry|no idea what|wait and see|just wait|"
                "coming for|come for|after you|catch up with you|cant hide|nowhere to|hiding|hide from|play games|"
                "games|no more nice|nice anymore|being nice|stop playing|fool us|fooling|warn you|warned|warning|"
                "threat*|worse|ugly|your kids|your children|your daughter|your son|alive|grave|coffin|teach you|"
                "lesson|watching you|watch you|we see you|mercy|you are done for|finish you|end you|make you pay|"
                "will make you"
            ),
        ),
        severity="warn",
    ),
    Idea(
        "INSULT",
        "speaks with contempt",
        zh=(
            "像个(男人|人|什么)",
            (
                "什么玩意|玩意儿|害臊|大爷|孙子|嘴脸|德行|德性|笑话|没出息|出息|没种|有种|算什么|算个|不像话|装什么|"
                "装作|演戏|谎|骗|良心|诚信|人品|脸皮|丢脸|丢人|要脸|脸面|垃圾|可怜虫|没用|无能|窝囊|废|蠢|傻|狗|猪|"
                "贱|滚|呸|烂人|烂账|赖|厚颜|无耻|羞|耻|丑|穷|借的时候|借钱时|借钱的时候|说话不算|信用呢|做人|男人|"
                "女人|大人|长这么大|一把年纪|年纪轻轻|白吃|伸手|要饭|心虚|缺钱|没钱就|还不起|死皮|嘴硬|活着"
            ),
        ),
        en=(
            "grown (man|woman|up|adult)",
            "honest (people|man|woman|person)",
            "decent (people|person)",
            "poor (excuse|people)",
            (
                "thieving|steal*|stole|stolen|embarrass*|humiliat*|people like you|someone like you|like you !|you "
                "people|your kind|your type of people|ashamed|shame|lazy|excuse|excuses|lie|lies|lied|lying|liar|"
                "dishonest*|loser|joke of a|what a joke|disgust*|pathetic|ridiculous|sad little|stupid|idiot|dumb|"
                "trash|rat|rats|snake|garbage|worthless|useless|failure of|irresponsible|immature|childish|broke|"
                "bankrupt loser|nobody respects|respect yourself|self respect|dignity|honour|conscience|character|"
                "other peoples money|our generosity|promises you|broke your|broken promise*|how dare|dare you|who do "
                "you think|do you think we|no wonder|man enough|act like|behave"
            ),
        ),
        severity="warn",
    ),
    Idea(
        "PRESSURE",
        "presses for money",
        zh=(
            "(立即|立刻|马上|即刻|火速|速速|赶紧|赶快|尽速)[把|将|给我|去|就]…(还|付|转|缴|处理|结清|打款|清)",
            "(不|没|未)到账",
            "给我(转|还|打|把|钱|听|记|一个|说|交)",
            "(只要|要|只看|等)结果",
            "(我|俺)(要|只要|只看|来|去|会|可|能|劝|告诉|警告|保证|等|在|给|知道|不|有|也|这)",
            (
                "今晚|今夜|半夜|凌晨|转给我|打给我|把钱|还钱|欠钱|要钱|没钱|有钱就|钱呢|拿钱|交钱|掏钱|拿出来|借钱|"
                "凑钱|凑齐|筹钱|去借|去贷|去卖|借来|卖掉|卖了|抵押|典当|变现|砸锅|到底还不还|还不还|什么时候还|"
                "为什么不还|凭什么不|少废话|废话|不管你|我不管|没得商量|没商量|没有商量|不接受|没有余地|别无他法|"
                "必须今|必须还|必须马|必须立|自己承担|自己负责|自己解决|自行承担|你自己|自负|否则|拖延|拖欠|拖到|"
                "一拖|拖着|恶意|倒数|期限|过期不|通牒|务必|限你|限今|限期|勒令|命令|要求你"
            ),
        ),
        en=(
            "just (get|do|send|find) it",
            (
                "got until|ask a|every day you wait|we are waiting|keep us waiting|you wait|your choice|choose "
                "wisely|up to you now|act before"
            ),
            "(our|my) money",
            "(need|want|expect|demand*) (the|our|my|this|your|full|it|payment) [full] [money|payment|amount]",
            "sell (your|the|some|it|that|everything)",
            "# minutes",
            "i (will|am|know|want|need|can|have)",
            (
                "pay up|just pay|owe us|owed us|pay what you|cough up|hand over|no more waiting|waiting for you|"
                "enough is enough|lend|borrow from|pawn|beg|immediately|at once|tonight|by midnight|or we|or i|or "
                "face|or risk|or lose|otherwise|last time|final|ultimatum|deadline|demand*|must pay|must be paid|no "
                "choice|no option|no excuse|no delay|do it now|now or|hurry|urgent*|whatever you have to|figure it "
                "out|not my problem|not our problem|do not care|make it happen|any way you can|use your|savings|rent|"
                "groceries|christmas|someone in your|stop wasting|wasting our time|waste our time|tired of"
            ),
        ),
        severity="warn",
    ),
    Idea(
        "PROMO",
        "sounds like marketing",
        zh=(
            (
                "红包|优惠|折|福利|特惠|专享|专属|限时|抽奖|礼品|礼包|大奖|奖励|返现|提额|再贷|再借|新额度|放款|"
                "最高可|推荐好友|邀请|会员|办卡|开卡|购物|商城|直播|团购|新客|老客|老客户|升级|免费领|额度翻|备用金"
            ),
        ),
        en=(
            "free (gift|trial|money)",
            "apply (now|today)",
            "invest (in|now|with)",
            (
                "unlock*|twice the|bigger loan|larger loan|new loan|another loan|next loan|second loan|offers|an "
                "offer|great deal|deals|discount*|reward*|bonus|cashback|cash back|gift|promo*|voucher*|coupon*|"
                "exclusive|special|limited time|sale|pre approved|preapproved|eligible|qualif*|upgrade*|limit "
                "increase|higher limit|credit limit|low rate*|low interest|refinanc*|refer|referral|win|subscribe|"
                "sign up|join|shop"
            ),
        ),
        severity="warn",
    ),
)
