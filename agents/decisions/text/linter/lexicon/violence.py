"""THREAT: against body, family and home."""

from typing import Final

from agents.decisions.text.linter.ideas import Idea

IDEAS: Final = (
    Idea(
        "THREAT",
        "threatens body, life or property",
        zh=(
            (
                "(让|叫|给|要)你[也|们|好好](知道|尝尝|尝|体验|见识|领教|体会|感受)……(滋味|厉害|什么叫|手段|后果|"
                "本事|下场|是什么)"
            ),
            "(挑战|触碰|考验|消磨)…(底线|耐心|忍耐|极限)",
            (
                "动粗|动武|动刀|动真格|噩梦|地狱|会后悔|后悔莫及|后悔一辈子|追悔莫及|悔不当初|死得很|死的很|死得难看|"
                "绝路|不知死活|自讨苦吃|自找麻烦|自找苦吃|自作自受|玩火自焚|得寸进尺|不知好歹|不识抬举|做好心理准备|"
                "没脸没皮地"
            ),
            "看谁(耗得|怕谁|狠|先|玩得)",
            "陪你(玩|耗)",
            "睡觉…(小心|锁|睁|警醒)",
            "当[成|作|做](软弱|好欺负|傻)",
            "耗得过|门锁好|把门锁|锁好门|睡得着|睡不着|睡不安|翻了脸|翻脸不认|给脸|好自掂量|走不出",
            (
                "生不如死|天打雷劈|收尸|等死吧|不得好报|死无葬身|家破人亡|见阎王|躺医院|进医院|进icu|挨打|欠揍|皮痒|"
                "找打|讨打|头破血流|卸胳膊"
            ),
            "(后面|背后|身后)有没有人",
            "(看看|注意|小心)[你的](身后|背后|后面)",
            ("(毁了|毁掉|葬送|断送)[你|你的|自己|自己的|一生|一辈子]…(家庭|一生|前途|前程|人生|自己|下半生|未来|名声)"),
            "(混|待|呆|干|做|活)不下去",
            "别想(好过|干|混|安|过|活|睡|有好|善了|太平|好好|再|走出|出门)",
            "休想(安|过|好过|太平)",
            "没(安稳|好)日子",
            "鸡飞狗跳|永无安|寝食难安",
            "(骚扰|闹|搅|折腾|搞|烦)(到|得)[你|你们|你全家|全家]…(还|不得|鸡犬|崩溃|没法|关机|还清|为止|不宁)",
            "(天天|每天|不停|一直|24小时|轮流|换着号)[给你|地|的|不停]…(骚扰|打你|闹|轰|发短信给你|找你|烦你|堵你)",
            "(新账旧账|这笔账|旧账|总账)…(算|清算|一起|一并)",
            "跟你(算账|算总账|没完|拼|耗|死磕|慢慢算)",
            "(迟早|早晚|总有一天)…(算|找|收拾|报应|会|让|要|讨|还)",
            "(我们|我|公司|哥|老子)…(有的是|多的是)[的]…(办法|手段|时间|人|关系|路子)",
            "(办法|手段)(对付|治|收拾|让)你",
            "(识相|识趣|知趣|懂事)(点|的|一点)",
            "不是(吃素|好惹|善茬|好糊弄)",
            "(惹恼|惹毛|惹火|激怒|得罪)(了|我|我们)",
            "吃不了兜着|血的教训|血的代价|杀鸡儆猴",
            (
                "(希望|但愿|祝)…(她|他|她们|他们|你家人|孩子|女儿|儿子|父母)[能|一直|都|会]…(一切都好|平安|没事|"
                "安全|好好的|平平安安|健康)"
            ),
            "你[的|家]{family}…(长得|漂亮|可爱|还小|几点|接送|放学|上几年级|读#年级|在#小学|身体不好|心脏)",
            (
                "{family}…(读|上|在)[的|#|实验|中心|第]…(小学|中学|幼儿园|初中|高中|年级|班)……(安全|小心|接送|"
                "注意|吧|当心|平安|好)"
            ),
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
            "(not|nobody is|arent|quit|stop) (messing|fooling|playing|joking) around",
            "watch (yourself|out) ",
            "what (happens|comes|follows) next",
            "(have|got) (our|my|other) ways",
            "(do not|dont) say we",
            "(could|might|may|can|will) happen to (you|your {family})",
            "happens to your {family}",
            "peaceful (day|night)",
            "never have [a] (peace|peaceful)",
            (
                "better watch|not responsible for what|by force|use force|playing with fire|did not warn you|peace "
                "again|get what you deserve|what is coming to you|coming to you"
            ),
            "(lock|check|bolt) your (doors|door|windows|car)",
            "sleep (well|tight|easy|soundly)",
            "how far (we|i) (go|will|can|would|are)",
            "(do not|would not|wouldnt) want to (find out|know|see|meet) (how|what|who|our|us)",
            "stop being (friendly|nice|polite|patient|kind)",
            "if i were you",
            (
                "(nobody|no one|noone) (cheat*|cross*|steal*|rob*|robs|escapes|gets away|walks away|mess*|plays|"
                "fools|messes) …"
            ),
            "(get|gets|getting|walk|walks) away [with] (from|with|this|it)",
            "walks away|you will not get away",
            "(find|found) out what (happens|we|i) …",
            (
                "(no idea|do not know|dont know|imagine|know) what (we|i|they|our people) (are|am|can|could|will) "
                "[capable|able|do|doing] [of|to]"
            ),
            "what happens to (people|those|debtors|you|anyone|borrowers) …",
            "see what happens|what we are capable|ask around what happen*",
            (
                "(pity|shame|terrible|tragic|awful|sad|unfortunate) (if|that|should|were) … (happen*|hurt|accident|"
                "harm|lost|burn*|broke)"
            ),
            (
                "(somebody|someone|anybody|people) (gets|get|will get|could get|might get|is going to get|may get) "
                "(hurt|killed|beaten|injured)"
            ),
            "before (somebody|someone|anyone|it|things) gets (hurt|worse|ugly)",
            "gets hurt|break you|breaking you|crush you|hurt you",
            (
                "(not|wont|stop being|done being|through being|no longer) [be|being] [so|as|this|that] (polite|nice|"
                "kind|gentle|patient|friendly|soft|understanding|civil|reasonable) [next|anymore|any more|with you|"
                "forever|much longer|any longer|again|for long]"
            ),
            "(making|made|make) a [very] (big|huge|serious|terrible|grave|costly) mistake",
            (
                "you will (learn|find out|see|understand|wish|pay|be sorry|know) (the hard|what|soon|why|how we|who|"
                "dearly)"
            ),
            "cost you (more than|dearly|everything|your)",
            "(live|living) to regret",
            "(watch|wait) and see what",
            "biggest mistake of|pay dearly|count your days|you are next|end of the road for you",
            (
                "(have|got|sending) (people|guys|men|boys|friends|someone) in your (area|town|neighbourhood|"
                "neighborhood|city|street)"
            ),
            "they are not as (patient|nice|polite|kind) as",
            (
                "(dodg*|hiding|hide|run|running|avoid*|ignor*|duck*) [from] (us|me|our calls|my calls) … (and|or|"
                "see|will|only|makes|wont|cost*|consequence*|find)"
            ),
            "your little (girl|boy|one|ones|brother|sister)",
            (
                "your (daughter|son|kids|children|wife) … (pretty|beautiful|cute|sweet|lovely|school bus|playground|"
                "alone|walks home)"
            ),
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
            "祸不及|家门不幸|断子绝孙",
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
            "(地址|住址|住处|底细|情况|行踪)…(一清二楚|清清楚楚|了如指掌|了解得很清楚)",
            "屋企地址",
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
