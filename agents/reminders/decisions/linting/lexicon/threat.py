"""THREAT: violence, intimidation, ultimatum."""

from typing import Final

from agents.reminders.decisions.linting.ideas import Idea

IDEAS: Final = (
    Idea(
        "THREAT",
        "names consequences without saying which",
        zh=(
            "后果[将|会|由你|你|请你|均由你|概由你|全由你|需]…(自负|自担|自己承担|自行承担|自己负责|自行负责)",
            (
                "(严重|一切|所有|任何|可怕|不堪|意想不到|想不到|无法想象|难以想象|不可预测|不可预料|不可挽回|"
                "难以承受|承受不起)[的]…后果"
            ),
            (
                "后果[会|将|是你|很|非常|极其|相当|你]…(严重|可怕|承受不|承担不|不堪|想象|担当不|难以预料|不可预料|"
                "担不起)"
            ),
            "(意料之外|意想不到|无法预料|无尽|不可预料)[的]…(麻烦|困扰|打扰|烦恼|惊喜|骚扰)",
            "(避免|以免|免得|否则|减少)…(不必要|无谓)的(麻烦|困扰|打扰|骚扰)",
            "给你…(带来|造成|添|增添)(无尽|很多|更多|极大|大量|不少)…(麻烦|困扰)",
            "(承受|承担|担待|担当)不起",
            "(付出|付)…代价",
            "代价[将|会|是|很|你]…(惨重|沉重|承受)",
            "有你[受|好受|苦头|哭|后悔|看|难受|罪受]的",
            "(吃|有)…苦头",
            "(麻烦|倒霉|苦日子)…(还在后|在后头|在后面|找上|等着你)",
            "(为|对)(自己|你)…行为…(买单|负责|付出)",
        ),
        en=(
            "or else",
            (
                "(serious|severe|dire|grave|terrible|unpleasant|painful|harsh|ugly|heavy|nasty|bad|unimaginable|"
                "irreversible) consequence*"
            ),
            "(face|suffer|bear|live with|expect|ready for|prepared for) … consequence*",
            "consequences (will|are|could|may|await|that) …",
            "(you|u) (have been|were|are|been|have all been) warned",
            "(be|consider yourself) warned",
            "(am|are) warning you",
            "(we|i) (warned|warn) you",
            "pay for (this|it|what you)",
            "pay the price",
            "(make|making) you (pay for|suffer|sorry|regret)",
            "(or|else) you (will|ll|would|are going to|gonna) (suffer|be sorry|regret)",
            "(be|real|very|really) sorry (you|if you|for not|that you ever)",
            "at your own (risk|peril)",
            "(something|things|it) (bad|worse|ugly|nasty|terrible) … (happen*|come|coming)",
            (
                "(things|it|this|matters) (will|can|could|may|is going to|are going to|gonna) (get|turn|become) "
                "[very|really|much] (ugly|worse|nasty|bad|unpleasant|serious|difficult for you)"
            ),
        ),
        negatable=False,
    ),
    Idea(
        "THREAT",
        "hints at consequences",
        zh=(
            "(不良|相应|相关|不利|不必要)[的]后果",
            "不必要[的](影响|损失|纠纷)",
            "后果",
            "(采取|启动|进行)…(进一步|必要|相应|其他|后续)[的](措施|手段|行动|程序)",
            "(进一步|必要|升级)[的](催收|措施|手段)",
            "自行(负责|承担)",
            "(催收|案件|流程|处理)升级",
            "好自为之",
            "慎重(考虑|对待)",
            "三思",
        ),
        en=(
            (
                "(we|i|matter|account|case|file) … (may|might|will|shall|could|have to|forced to|must|going to|to) "
                "escalate"
            ),
            "(will|may|shall|could|to) be escalated",
            "further (action|steps|measure*|consequences|enforcement)",
            "(necessary|appropriate|stronger|additional|alternative) (action|steps|measure*)",
            "(avoid|prevent) [any] (inconvenience|embarrassment|unpleasantness|trouble|complications)",
            "consequence*",
        ),
        severity="warn",
    ),
    Idea(
        "THREAT",
        "gives a last warning",
        zh=(
            "最后[的|一次]…(警告|通牒|机会|通碟|忠告|劝告)",
            "(严重|严正|郑重|再次|特此|正式)[的]警告",
            "警告你|别说我没提醒|勿谓言之不预|勿谓|没有下次|下不为例|最后问你",
            "(忍耐|耐心)[是|也|都|已|已经|快]…(有限|限度|到头|耗尽|用完|被你)",
        ),
        en=(
            "(last|final|absolute last) (warning|chance|ultimatum|opportunity)",
            "ultimatum",
            "(patience|tolerance) … (running out|run out|ended|over|thin|limit*|exhausted|gone)",
            "(running|run) out of patience",
            "you (have|were|have been|had) [been] warned",
            "no more (warnings|chances|mr nice|mister nice)",
        ),
        negatable=False,
    ),
    Idea(
        "THREAT",
        "gives a last notice",
        zh=(
            "最后[的|一次](通知|通告|期限|时限|催告)",
        ),
        en=(
            "(last|final) (notice|demand|reminder before)",
        ),
        severity="warn",
    ),
    Idea(
        "THREAT",
        "announces measures without limits",
        zh=(
            (
                "(严格|严厉|强硬|强制|非常|非常规|极端|特殊|一切|任何|所有|强力|雷霆|霹雳|狠|更强|更严)[的|更]…"
                "(手段|措施)"
            ),
            "(严厉|强硬|极端|强制|非常规|雷霆|强力)[的](方式|行动)",
            "(不择手段|不惜一切|不惜代价|全面出击|动真格|来真的|来硬的|玩硬的|软的不行)",
            "非常规(手段|方式|催收|渠道|措施)",
            (
                "(敬酒不吃|吃罚酒|先礼后兵|不见棺材|给脸不要|撕破脸|鱼死网破|自寻死路|死路一条|自食其果|自食恶果|"
                "咎由自取|自求多福|不客气了|一起死|同归于尽)"
            ),
            (
                "(没完没了|不死不休|奉陪到底|死磕|跟你耗|慢慢玩|玩到底|斗到底|追到底|追讨到底|追究到底|追你到|"
                "跟你没完|和你没完)"
            ),
            "(不会|绝不|绝不会|休想|不可能)[就此|轻易|轻]…(罢休|善罢|放过|轻饶|手软|姑息|留情|甘休)",
            "(别|莫|不要|休|勿|可别|不用)[来]怪(我|公司|平台|别人|没|不)",
            "(别怪|莫怪|休怪)…",
            "(对你|会|就|别怪|我们|我|可|也)…不[再]客气",
            "(别|不要|莫)逼(我|人|急)",
            "逼(急|我们|我动手)",
            (
                "(看着办|走着瞧|等着瞧|等着吧|你等着|给我等着|不信试试|不信你试|不信就试|等着收|你自己掂量|自己掂量|"
                "自己看着)"
            ),
        ),
        en=(
            (
                "(strict|drastic|harsh|extreme|severe|stern|stringent|aggressive|coercive|tougher|tough|radical|"
                "serious|forceful|unpleasant) (measure*|action*|step*|method*|tactic*)"
            ),
            "(any|every|all|other|whatever) means [necessary|possible]",
            "whatever it takes",
            "(stop|stopping) at nothing",
            "(dont|do not|never|please dont) (make|force|push) (us|me) …",
            "(dont|do not) (test|try|mess|play|joke|fool|cross) [with] (us|me|our|games|around)",
            "(not|never) (stop|rest|give up|let this go|let you go|leave you alone|forget) [until|till|you]",
            "(gloves|kid gloves) (are|come) off",
            "(leave|leaves|left|given) us [with] no (choice|option|alternative) …",
            "the hard way",
            "(we are|i am|this is) not (joking|playing|bluffing|kidding|a joke|a game)",
            "playtime is over|games are over|time for games",
            "no (mercy|escape|way out|hiding|place to hide)",
        ),
        negatable=False,
    ),
    Idea(
        "THREAT",
        "threatens body, life or property",
        zh=(
            (
                "(让|叫|给|要|包你|管教|保证)(你|你们)…(好看|难看|好过|不好过|生不如死|后悔|吃不了|付出|不得安宁|"
                "不得安生|家破人亡|永无宁日|鸡犬不宁|没好日子|吃苦头|知道厉害|颜色|教训|没法活|活不|难受|狗血|"
                "家无宁日|寸步难行|混不下去|待不下去|一无所有|倾家荡产|睡不着)"
            ),
            "(没|没有|冇)好(果子|日子|下场)",
            (
                "(不得好死|去死|找死|想死|等死|受死|死定|死全家|全家死|死全|弄死|打死|砍死|整死|搞死|玩死|逼死|捅死|"
                "烧死|死无|尸|见血|放血|血债|偿命|灭口|灭门|陪葬)"
            ),
            "(打断|打残|打烂|打废|敲断|砍断|砍掉|剁|卸|废了|废掉|挖|割|断你|断手|断脚)…(你|手|腿|脚|条|胳膊|肾|眼)",
            (
                "(收拾|修理|教训|弄|搞|揍|扁|灭|毁|砍|捅|做掉|干掉|抽|堵|打死|整死|玩死|整垮|搞垮|伺候|招呼)[死|了|"
                "一下]你"
            ),
            "(泼|喷)(油漆|漆|粪|红漆|汽油|硫酸)",
            "烧[了]你",
            "砸[了|烂|掉]你",
            "撬(你|锁|门)",
            "淋红油|放火烧|砸门",
            "(取|要|索)你[的](狗命|小命|命|好看)",
            (
                "(黑社会|黑道|道上的|道上兄弟|社会上的|地下势力|江湖上|兄弟们|弟兄们|我的兄弟|我们的兄弟|烂仔|小弟|"
                "混混|打手|保镖)…(找|去|来|过|上|收|处理|等|会|办|拜访|伺候|问候|招呼|跟)"
            ),
            "(派|叫|带|找|喊|安排)…(黑社会|黑道|道上|兄弟|弟兄|社会上的人|烂仔|小弟|打手|一帮人|一群人|几个人)",
            "(出门|走路|走夜路|夜路|晚上|开车)…(小心|当心|注意点|看着点)",
            "(小心|当心)(点|着点|一点|出门|走路|为上)",
            "(人身安全|生命安全|安全)…(不能|无法|难|不敢)…保(证|障)",
            "(不能|无法|不敢|难以)保(证|障)…安全",
            "(三长两短|意外发生|发生意外|出意外|横祸|血光|有命花|没命)",
        ),
        en=(
            (
                "(hurt|harm|kill|beat|crush|smash|burn|stab|shoot|destroy|ruin|break|slap|punch|murder|bury|cripple|"
                "wreck|torture|haunt|terrorize) (you|u|yo)"
            ),
            (
                "(hurt|harm|kill|beat|smash|burn|stab|shoot|destroy|ruin|break|wreck|damage|end|torch) your (family|"
                "kids|children|wife|husband|parents|mother|house|home|car|windows|face|life|reputation|name|career|"
                "marriage|body|things|business|door|future)"
            ),
            "(break|broken|crack) … (legs|leg|arms|arm|bones|kneecaps|knees|neck|fingers|face|jaw)",
            "(legs|bones|kneecaps|fingers) broken",
            "(get|be|getting) (hurt|beaten|killed|harmed|injured|beaten up|hurt badly)",
            "(make|making|turn) your life … (hell|miserable|misery|nightmare|difficult|impossible|unbearable)",
            "(living|pure|absolute) (hell|nightmare)",
            "unleash hell|hell on earth",
            "your (life|lives|world) … (hell|miserable|in danger|worse|misery|nightmare)",
            "teach (you|u) a lesson",
            "learn (your|a) lesson the",
            "lesson you will",
            "(watch|guard) (your|ya) back",
            "(sleep|keep) with one eye",
            "one eye open",
            "(days|hours) are numbered",
            "(accident*|bad things) [may|could|might|will|can|do|always] happen*",
            "something (bad|terrible|nasty|unpleasant|awful) … happen*",
            "shame if (something|anything)",
            "(wish you (had|were)|wish you never)",
            "(you are|youre|you re|your) (dead|finished|done for|dead meat|toast)",
            "(going to|gonna|will) regret",
            "regret (it|this|ever|not paying|your|that|ignoring|what)",
            "you (may|would|might|shall) regret",
            (
                "(guys|boys|men|people|gang|thugs|muscle|enforcers) … (visit|pay you|see you|deal with|come|coming|"
                "handle|sort|rough|waiting) …"
            ),
            "(rough|beat|mess) you up",
            "rough up",
            "(blood|bleed|acid|petrol bomb|molotov|baseball bat|bullet*|gun|knife|knives|weapon*)",
            "(safety|safe) … (not|cannot|cant|no longer) … (guarantee*|ensure*|sure|promise*)",
            "(not|cannot|cant|no longer) guarantee … (safety|safe)",
        ),
    ),
    Idea(
        "THREAT",
        "threatens the family",
        zh=(
            (
                "(小心|当心|想想|考虑|顾及|保护好|看好|看紧|问候|拜访|伤害|祸及|殃及|连累|牵连|骚扰|保佑)[一下|下|过|"
                "到|了|你|的]…{family}"
            ),
            (
                "{family}…(出事|遭殃|受牵连|受连累|陪葬|不得安宁|不得安生|担惊受怕|好不了|后悔|遭罪|受罪|倒霉|安危|"
                "遭报应|不保|不安全|跟着你受|一起受|替你受|丢人|蒙羞)"
            ),
            "{family}…(上学|放学|上班|下班)[的](路上|注意|小心|安全)",
            "(知道|清楚|查到|摸清)…{family}…(学校|幼儿园|在哪|上学|住哪|住址|上班|住在)",
            "(为了|为)你[的]{family}[的](安全|着想|平安|好|安危)",
            "(注意|留意|想想|考虑|关心|记得|保证)你[的]{family}[的|人身]安全",
            "祸不及|家门不幸|断子绝孙|绝后",
        ),
        en=(
            "(think|worry|fear|consider|pray) [about|of|for] your {family}",
            (
                "your {family} … (safe|safety|suffer*|hurt|danger|harm*|in trouble|be sorry|regret|pay for|next|"
                "sleep|protected|at risk|unharmed|not be spared|ashamed)"
            ),
            "(safety|wellbeing|lives|life) of your {family}",
            "(know|saw|seen|watch*|follow*) … your {family} (go*|live*|school|work*|play*|attend*|walk*)",
            "(for|if you love|if you care about) [the sake of] your {family}",
            "(come|coming|go|going|get|hurt|harm|touch|target*) [for|after|to] your {family}",
            "your {family} (will|could|may|might|would) (suffer|pay|regret|be hurt|be next|be affected)",
        ),
        negatable=False,
    ),
    Idea(
        "THREAT",
        "says that there is no escape",
        zh=(
            "(跑|逃|躲|藏)(不掉|不了|得了|得掉|不过|哪|去哪|到天|到哪|也没用|不脱|得过)",
            (
                "(插翅难|无处可逃|无处可躲|无路可走|掘地三尺|天涯海角|跑得了和尚|别想跑|别想躲|别想逃|休想跑|休想逃|"
                "走投无路|没你好|你死定|别以为躲|以为躲|别以为换|躲起来|玩失踪|盯上你|盯着你|盯死你|跟踪你|跟着你|"
                "找得到你|找到你(家|人|单位|公司|家人)|把你找出来)"
            ),
            (
                "(我们|我|公司)…(知道|清楚|掌握|查到|摸清)…你[家|的|家庭|家里|家里的|现在](住在|住的|地址|住址|"
                "在哪|住哪|行踪|底细|位置|单位地址|一举一动)"
            ),
            "[已|已经|成功|精准|精确|被|gps](定位|锁定)[到|了|你|的]…(你|地址|住址|位置|手机|行踪|住处|家)",
            "(定位|锁定)[到|了]你",
            "你[的|已被|被|家](地址|位置|行踪)…(定位|锁定)",
            "(爆|呼|轰|打)(爆|死)你",
            (
                "(呼死|轰死|打爆|短信轰炸|电话轰炸|轰炸|狂轰|夺命|每天打|天天打|一直打|不停打|不停地打|24小时打|"
                "打到还|换号打|打遍)"
            ),
        ),
        en=(
            (
                "(know|knows|found|find out|found out) where (you|u|your {family}|ur {family}) (live*|work*|stay*|"
                "sleep*|park|drink|are|go|hide|study|studies|shop)"
            ),
            (
                "(can not|cannot|cant|can|could|never|nowhere to|no use|no point|try to|no) (run|hide|escape|running|"
                "hiding)"
            ),
            "hunt* (you|u) [down]",
            "hunt your",
            "(track|chase|hound|follow|stalk) (you|u) [down|until|till|to]",
            "(come|coming|comes|came|go|going|get) [looking] (for|after) (you|u)",
            (
                "(we|i) (will|are going to|always|can|shall) [always] find (you|u) (!|wherever|no matter|and|sooner|"
                "anywhere|eventually|anyway|one way)"
            ),
            "(watching|following|tracking|monitoring|stalking) (you|u|your every|your house|your home|your moves)",
            "eyes on (you|your)",
            (
                "(call|calling|phone|ring|text|message|bombard|harass) (you|u) … (every (hour|minute|day|5|10)|non "
                "stop|nonstop|day and night|until you|all day|24 7|till you|constantly|relentlessly|endlessly)"
            ),
            "(keep|never stop|not stop) (calling|ringing|texting|harassing|hounding)",
        ),
        negatable=False,
    ),
)
