"""THREAT: consequences, ultimatums, measures without limits."""

from typing import Final

from agents.decisions.text.linter.ideas import Idea

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
            "consequence*|dealt with accordingly|refusal to (cooperate|pay|respond|answer)",
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
        zh=("最后[的|一次](通知|通告|期限|时限|催告)",),
        en=("(last|final) (notice|demand|reminder before)",),
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
            "(be|is|are|get|been) (dealt with|handled|treated) (severely|harshly|mercilessly|ruthlessly)",
            "(refusal|failure|unwillingness|silence|defiance) … (not go unpunished|not be tolerated|not be forgotten)",
            "the hard way",
            "(we are|i am|this is) not (joking|playing|bluffing|kidding|a joke|a game)",
            "playtime is over|games are over|time for games",
            "no (mercy|escape|way out|hiding|place to hide)",
        ),
        negatable=False,
    ),
)
