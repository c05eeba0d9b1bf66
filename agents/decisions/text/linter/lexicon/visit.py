"""VISIT: threats to come to the home or the workplace."""

from typing import Final

from agents.decisions.text.linter.ideas import Idea

IDEAS: Final = (
    Idea(
        "VISIT",
        "announces a visit",
        zh=(
            "(拿到|掌握|查到|知道|找到)[了|到|你|你的]…(家庭地址|家庭住址|住址|单位地址|住处)",
            (
                "(今天|明天|今晚|明早|下午|上午|周末|晚上|马上|一会|等会|待会)[下午|上午|晚上|中午|早上|就|我们|"
                "我](到你家|就到|到你单位|去找你|来找你|登门|去你家|来你家|去你单位)"
            ),
            "(下午|今晚|明天|今天|明早|门口|楼下)见!",
            "(一会|马上|等下|待会|很快)就到",
            "在家等(着|我|我们)",
            "(车|人|兄弟|人员|专员|外勤|小组|外访)[就|已|已经|正|都]…(停在|等在|守在|在你|抵达|赶往|去你)",
            (
                "(前往|抵达|赶赴|赶往|奔赴|到达)[了|你|你的](住处|住所|户籍|家|单位|公司|户籍所在地|住址|居住地|老家|"
                "居住)"
            ),
            "(派|派员|派人|安排专人|安排人员|有专人|专人)…(府上|登门|上门|到你家|去你|前往你|拜访|到家|到单位)",
            "(等|接|堵)你(下班|上班|放学|回家|出门)",
            "外勤(小组|人员|队|组)",
            "到府",
            (
                "上门[进行|来|去|给你|实地|强制|逐户|依法|当面|处理|对你|户籍]…(催|讨|找|要|走访|追|收|拜访|核实|"
                "调查|家访|处理|取证|协商|沟通|面谈|送达|查|谈|要债|拉|搬|清点|评估|摸底|闹|守|堵|解决|外访|执行|见)"
            ),
            (
                "(安排|派|派出|派遣|委派|将|会|准备|即将|马上|今天|明天|明日|今日|近期|随时|就|已|已经|直接|立即|"
                "组织|带人|亲自|人员|专员|团队|外访员|等着|去|来|要|接受|面临|申请|启动|进入|转入|我们)…(上门|登门|"
                "外访|家访|下户)"
            ),
            "(已|已经|成功|精准)(定位|锁定)[到|了]你…(地址|住址|位置|住处)",
            "登门(拜访|催|讨|造访|要|处理|核实|问)",
            "外访(人员|专员|员|团队|催|组|部|通知|任务|队)",
            "实地(走访|核实|催|拜访|调查|外访|家访)",
            "户籍地(走访|核实|调查|外访|上门|拜访)",
            "入户(催|调查|走访|核实)",
            "走访(你|你家|单位|户籍|村|家庭|核实|调查)",
            "守在[你]…(门|楼|单位|公司|家)",
            "面催|蹲守|蹲点|堵门|堵你|堵在",
            (
                "(到|去|来|上|往|杀到|找到|冲到|赶到|闹到|赴|前往|抵达|赶往|登|进|摸到|出现在|奔赴)[了|过|你|你的|"
                "你们|贵|至]…(你家|你们家|家里|家中|你单位|你公司|单位|你的公司|你的单位|你学校|你住处|你的住处|"
                "你住所|你老家|老家|你村|你小区|府上|你门口|家门口|公司楼下|你楼下|你的住址|户籍地|你户籍|你办公|"
                "工作单位|居住地|你宿舍|你店|你工地|你厂)[里|去|楼下|门口|找|的]…(找|要|讨|催|坐|闹|拜访|走访|核实|"
                "等|堵|见|谈|收|查|拉|贴|守|调查|当面|处理|了解|问|追|喊|搬|拿|看|做客|坐坐|住|喝茶|!)"
            ),
            (
                "(找|去|到|来)你(家|公司|单位|学校|老家|宿舍|住处|楼下)(找|要|讨|催|坐|闹|拜访|走访|等|堵|见|谈|收|"
                "查|一趟|聊|喝茶|了|的|人|!)"
            ),
            "[你](家门口|公司门口|单位门口|楼下|公司楼下|家楼下)(见|等|守|蹲|堵|闹|拉)",
            (
                "(已|已经|人|人员|专员|车|兄弟|我们)…(在|到)[你|了你|达你](家楼下|家门口|楼下|公司楼下|小区门口|"
                "门口|公司门口|单位门口)"
            ),
            "面对面(谈|聊|解决|处理|要)",
            "当面(找|要|讨|催|跟你|和你|会会|会一会|聊聊)",
            "在路上了|已出发|已经出发|出发去你|我们见面谈|会会你",
        ),
        en=(
            (
                "(stop|drop|come|swing|drive|pop|walk) (by|round|around|over|past|into) [to|at] your [mom s|moms|"
                "dads|parents|mothers|sisters|brothers|friends|own] (place|home|house|work|office|gym|school|church|"
                "shop|workplace)"
            ),
            "(expect|expecting) (visitor*|a visit|company|us|someone|guests|our|two|some) [at|on|to|from|this] …",
            "(parked|waiting|sitting|standing) [right] (outside|in front|across|by|near|at) [of|from] …",
            (
                "(wait|waiting|see you|catch you|meet you|be there|find you|look for you) [for you] (outside|at|"
                "after|when) [your|you|the] [gym|work|school|church|home|house|office|bus|leave]"
            ),
            "in front of your (house|home|door|office|work|building)",
            "(en route|on (our|my|the|their) way) [to|over] [you|your|now]",
            (
                "(representatives|representative|collectors|officers|agents|men|people|colleagues) … (at your "
                "workplace|at your home|at your door|at your office|at your job|on monday morning at your)"
            ),
            "tell your {family} to expect",
            "(visit|call) (at|to) your (home|house|place|work*)",
            (
                "(visit|visiting|come|coming|comes|go|going|drop by|drop in|drop|show up|showing up|turn up|turning "
                "up|wait|waiting|knock|knocking|stop by|pass by|arrive|arriving|appear|stand|standing|camp|camping|"
                "park|parked|be at|be outside|be on|outside|swing by|pay a visit|attend|attending|head|heading|pop "
                "round|call at|calling at|raid|storm|sit|sitting|find you|meet you|see you|looking|look for you|on "
                "the way|way|driving|drive|dispatched|stationed|pull up|deployed|come over) … (your|ur|yo) [own|"
                "current|parents|mothers|family|old|new] {home}"
            ),
            (
                "(send|sending|sent|dispatch*|deploy*|assign*|despatch*) … (someone|somebody|people|agent*|"
                "collector*|officer*|team|men|guys|boys|field|our man|representative*|staff|recovery|crew|man|a car|"
                "two|enforcer*) … (to|over|round|around|out|after|your|you|visit)"
            ),
            (
                "(home|house|field|personal|doorstep|workplace|office|site|surprise|physical|unannounced) (visit|"
                "visits|visitation|visitor*|call|collection|collections|agent*|officer*|recovery|team|collector*) "
                "[to|will|at|at your|is|has|tomorrow|today|scheduled|soon|!]"
            ),
            (
                "(agents|agent|team|collectors|collector|officer|officers|men|boys|guys|people|we|representative*|i) "
                "(will|are going to|is going to|shall|may|gonna|are|is) [be|soon|now|personally] (visit|visiting|"
                "knock*|show up|come to you|come round|come around|come over|come there|at your|outside your {home}|"
                "outside you|coming over|coming to|pay you|paying you|see you at|see you in person|see you soon|drop "
                "by|turn up|in your area|on the way|on their way|near you)"
            ),
            (
                "(know|traced|located|found) [all|both] your [home|house|work|office|full|exact|current|residential|"
                "new|physical] (address|location|workplace|house|home|whereabouts)"
            ),
            (
                "(located|traced|tracked|pinpointed|geolocated) (you !|you at|you in|your (home|house|address|"
                "workplace|phone|car|whereabouts))"
            ),
            (
                "your (location|gps|position|whereabouts) [has been|have been|is|was|being] (located|tracked|traced|"
                "known|pinpointed|monitored)"
            ),
            (
                "(assigned|allocated|attached|deployed|posted|designated|mapped) (to|at) your [home|work|residential] "
                "(address|location|house|home|street|workplace|office)"
            ),
            "whoever (opens|answers|is home|is at|is in|comes to)",
            "pay (you|your {family}|your {others}) a [little|surprise|personal|friendly|home] visit",
            "outside your {home}",
            "at your (door|doorstep|gate|workplace|house)",
            "door to door|knock on|knocking on|on your doorstep|personal visit|face to face at",
        ),
    ),
    Idea(
        "VISIT",
        "names visits",
        zh=(
            "线下(催|走访|拜访|处理)",
            "上门|外访|登门|家访|实地走访",
        ),
        en=("in person visit|field visit|doorstep",),
        severity="warn",
    ),
)
