"""INSULT: abuse and shaming."""

from typing import Final

from agents.decisions.text.linter.ideas import Idea

IDEAS: Final = (
    Idea(
        "INSULT",
        "calls the reader names",
        zh=(
            "砸…饭碗",
            "白眼狼|忘恩负义|廉耻|砸我们的碗|狼心狗肺|猪狗不如|没心没肺|吃饱了骂|六亲不认|人都不认|翻脸不认人",
            "活得…(失败|窝囊|像狗|可怜)",
            (
                "什么玩意|什么货色|什么德性|什么德行|像孙子|装大爷|当祖宗|是祖宗|狗肚子|狗嘴|猪脑子|没出息|没种|"
                "没骨气|软骨头|没皮没脸|臭不要脸|恬不知耻|不是个男人|算什么男人|还是男人吗|还是人吗|还是个人吗|"
                "是不是人|是人吗|浪费空气|浪费粮食|社会毒瘤|毒瘤|没信用的人|没良心的|丧良心|真够失败|太失败|失败的人|"
                "一事无成|什么东西|这副嘴脸|丑恶嘴脸|嘴脸|没人性|无药可救|朽木|不知廉耻|脸都不要|老脸|厚脸|二流子|"
                "烂赌|赌鬼|酒鬼|骗吃|诈骗分子|害群之马|臭虫|蟑螂|老鼠"
            ),
            (
                "老赖|老懒|骗子|骗徒|诈骗犯|骗贷犯|赖子|癞子|死赖|人渣|渣滓|败类|畜生|禽兽|王八|混蛋|混账|流氓|无赖|"
                "赖皮|癞皮|穷鬼|穷逼|穷光蛋|傻逼|傻b|煞笔|沙比|傻瓜|蠢货|蠢猪|贱人|贱货|犯贱|狗东西|狗日|废物|窝囊废|"
                "脑残|白痴|猪狗|猪脑|猪头|狗都不如|死皮赖脸|寄生虫|蛀虫|吸血鬼|败家子|下三滥|杂种|野种|婊子|乌龟|"
                "缩头|孬种|懦夫|卑鄙小人|丧家犬|乞丐|叫花子|臭要饭|扑街|仆街|冚家|冚家铲|契弟|衰人|烂人|卑鄙|下贱|"
                "渣男|渣女|骗钱的|赖账鬼|欠债鬼|小偷|强盗|土匪|过街老鼠"
            ),
            "(你|这种|这个|真|就|简直)…(不是人|不是东西|不是个东西|什么东西|垃圾|骗子|贼|狗|猪)",
            "(他妈|妈的|他娘|操你|草你|艹你|日你|干你娘|你妈|你娘|滚蛋|滚你|放屁|狗屁|tmd|nmd|cnm|nmsl|屌你|丢你)",
        ),
        en=(
            "piece of (trash|garbage|dirt|work|filth)",
            (
                "deadbeat*|deadbeats|dead beat*|scammer*|swindler*|fraudster*|con artist*|conman|con man|crook*|"
                "thief|thieves|loser*|liar*|scum*|scumbag*|parasite*|lowlife*|low life*|cheater*|cheapskate*|"
                "freeloader*|leech*|moocher*|moron*|idiot*|imbecile*|dumbass*|bastard*|bitch*|asshole*|arsehole*|"
                "fuck*|shit*|bullshit|crap|degenerate*|coward*|worthless|pathetic|shameless*|spineless|good for "
                "nothing|beggar*|peasant*|trash|garbage|filth*|pig|pigs|rat|vermin|bum|punk*|clown|useless|con woman|"
                "cockroach*|wanker*|bloody fool|fool|fools"
            ),
            (
                "(you|u|are|such|just|being|so|how) [a|an|are|such|so|really|very|just|nothing but a] (cheat|"
                "dishonest|disgusting|disgrace*|stupid|dumb|lazy|lying|filthy|broke|irresponsible|untrustworthy|"
                "dishonourable|dishonorable|immoral|selfish|ungrateful|criminal|fraud|crook|poor excuse)"
            ),
            "(chronic|known|habitual|wilful|willful|notorious|shameless) defaulter*",
        ),
    ),
    Idea(
        "INSULT",
        "shames the reader",
        zh=(
            "(令人|让人)(不齿|作呕|恶心|鄙视|看不起)",
            "不齿|三催四请|老油条|收拾得多|恶心|鄙视",
            "替你(害臊|丢人|脸红|羞|不齿)",
            "(不|没)(觉得|感到)…(丢人|羞|脸红|惭愧)",
            "(#岁的人|#岁人|一把年纪|这么大的人|大老爷们|堂堂男人|年纪轻轻)……(还|连|都|就|骗|欠|不|没|拿不出)",
            "连[这|这点|#|几]…(钱|块|元)[都|也](没有|拿不出|还不起|还不上|凑不)",
            "借钱(时|的时候)……(还钱|还)(时|的时候)",
            "你父母…(失望|丢人|蒙羞|知道|丢脸)",
            "(借的钱|钱)(都|是不是)…(吃了|狗|花天酒地|赌)",
            "害臊|脸红吗|惭愧|不把自己当|别把自己当|当回事|没信用|不守信用|信用何在|诚信何在|失望透|对你失望",
            "良心…(狗|何在|过得去|过不去|安|痛|有没有|吗)",
            "人品…(差|问题|低|败坏|堪忧|不行)",
            "做人…(底线|诚信|要有|不能这样|失败)",
            "父母…教你",
            "有钱…没钱还",
            "对得起…(良心|父母|孩子|祖宗)",
            (
                "不要脸|不知羞|无耻|可耻|厚颜|羞耻|丢人现眼|丢人|丢脸|没脸|要不要脸|要点脸|还要脸|要脸|有脸|脸皮|"
                "脸面|没良心|有没有良心|昧良心|丧尽天良|没教养|没素质|素质低|没人品|缺德|道德败坏|品行|装死|装聋|"
                "装傻|装孙子|装疯|装可怜|装糊涂|装穷|装大爷|当缩头|枉为|白活|不配|配做人|骗吃骗喝|吃软饭|爹妈没教|"
                "家教|死不要|不嫌丢|羞不羞|臊不臊|害不害臊|不害臊|让人看不起|被人看不起|瞧不起你|看不起你|活该|丢尽|"
                "脸都"
            ),
            (
                "(借钱不还|欠钱不还|欠债不还|借了不还|借钱…装|赖账|赖着不还|耍赖|骗钱|骗我们|骗了我们|存心骗|存心赖|"
                "存心不还|故意不还|故意赖|故意拖|言而无信|出尔反尔|不讲信用|毫无诚信|没有诚信|说话不算|满嘴谎|撒谎|"
                "谎话|说谎|借的时候…还的时候|只会借|有借无还|一拖再拖|找借口|找理由|死猪|忽悠)"
            ),
        ),
        en=(
            "(biggest|worst|greatest) (cheat|liar|thief|loser|fraud|debtor|deadbeat) …",
            "(feel|like) (to be|being) (a|the) [biggest] (cheat|thief|liar|loser|fraud|deadbeat)",
            "belong in (a cell|jail|prison|a cage|the gutter)",
            "make an example (of|out of)",
            "waste of (space|oxygen|air|skin)",
            "(everybody|everyone) can see",
            "make (me|us) sick",
            "makes (me|us) sick",
            "bottom feeder*|sorry excuse|excuse for a|no good|cheap scum",
            (
                "(live|lives|living|lived) (off|on) [other|borrowed|our|someone|hard|stolen] [peoples|people s|"
                "working|elses|else s] (money|people|others|taxpayers|us)"
            ),
            "embarrassing for (you|a)",
            "grown (man|woman|adult) … (can not|cant|cannot|afraid|who|hiding)",
            "(must|should|would|will) be [so|very] (disappointed|ashamed|embarrassed|proud)",
            "(arent|are|not|were|be) [not] you (ashamed|embarrassed|tired of)",
            (
                "you (have|got) no (honor|honour|shame|integrity|decency|conscience|character|morals|respect|class|"
                "backbone)"
            ),
            "(liar|thief|cheat|fraud) and a",
            "(reason|why) (honest|decent|good|other) people [have to]",
            "what a (joke|waste|loser|failure)",
            "you are a (joke|waste|failure|fake|burden|nobody|disgrace|con)",
            "failure (of a|as a)",
            "nobody (likes|respects|trusts) you",
            (
                "how embarrassing|so embarrassing|no backbone|and a cheat|a cheat|thieving|nothing but a|you disgust|"
                "you sicken|makes us sick|your word means|your word is worth*"
            ),
            "shame on (you|u)",
            "(be|feel|are you not|arent you|aren t you|you should be|be so) ashamed",
            "ashamed of (yourself|you)",
            "no shame|any shame|sense of shame|what a shame you|shameful",
            (
                "(have|show|got|find) (some|any|a little|no|a shred of) (decency|dignity|self respect|honor|honour|"
                "conscience|integrity|morals|shame)"
            ),
            (
                "(honest|decent|good|respectable|responsible|normal|real) (people|person|man|men|adults|citizens) "
                "(pay|always|would|do not|dont|honour|honor|repay|keep)"
            ),
            "(disgrace|embarrassment|burden|disappointment|shame) (to|on) (your|society|yourself|the)",
            "(sick|tired|enough|fed up) (of|with) your …",
            "(stop|quit|no more) (lying|making excuses|your excuses|hiding|being a|pretending|excuses|the excuses)",
            "your (lies|excuses|lame excuse*|pathetic|dishonest*|bad character)",
            "(you|u) (stole|cheated|robbed|conned|scammed|lied|ripped) …",
            "stealing from (us|your|our|the company)",
            "living off (our|other)",
            "took our money …",
            "spend our money",
            "(bad|terrible|poor|awful|what kind of) (parent|father|mother|example|role model|person|man|woman|human)",
            "(broke people|too poor|poor people like)",
            "(grow up|man up|be a man|act like an adult)",
            (
                "(proud of yourself|sleep at night|look [yourself] in the mirror|have no (honour|honor|decency|"
                "integrity|conscience))"
            ),
        ),
    ),
    Idea(
        "INSULT",
        "moralises",
        zh=("天经地义|欠债还钱|做人要讲|诚信做人|讲点诚信|毫无还款意愿|态度恶劣|拒不配合",),
        en=(
            "(known|loan) defaulter*",
            "defaulter|you promised and|broken every promise",
        ),
        severity="warn",
    ),
)
