"""EXPOSE: publicity, and pressure through the people around the reader."""

from typing import Final

from agents.decisions.text.linter.ideas import Idea

IDEAS: Final = (
    Idea(
        "EXPOSE",
        "tells family, friends, neighbours or the employer",
        zh=(
            (
                "(寄|送|发|交|转)(到|给|至)[你|你的](父母|家人|单位|公司|领导|老婆|老公|孩子|同事)[手中|手里|手上|"
                "那里|面前|办公室]"
            ),
            "(你|你的)(老板|领导|同事|家人|父母|老婆|老公|单位)……(就会|都会|将会|会)(知道|收到|看到)",
            (
                "(把|将)你的(欠款|债务|逾期|贷款|账单|情况)……(告诉|告知|通知|发给|抄送|转告)……(同事|邻居|亲友|"
                "亲戚|家人|"
                "朋友|领导|父母|同学|单位)"
            ),
            "(告诉|告知|通知|发给)…(全部|所有|全体|每个|每位)…(同事|邻居|亲友|亲戚|家人|朋友|联系人|同学)",
            "(联系人|亲友|家人|同事|朋友|父母|家属)[们|也|都]…(陆续|都会|将|会|逐一|马上|很快)…(接到|收到|接听)",
            (
                "(打给|打电话给|找到|联系|告诉|发给|通知)[你|你的|你们|你家|你大学|你孩子|你儿子|你女儿|你老婆|"
                "你的大学|你前|你现在的]…(辅导员|班主任|校长|老师|导师|岳父|岳母|丈人|丈母娘|公公|婆婆|婆家|娘家|"
                "亲家|未婚|前妻|前夫|村长|书记|科长|局长|经理|店长|包工头|hr|工会|教练|会计|同行|合作伙伴|合伙人|"
                "客户)"
            ),
            (
                "[你](老丈人|丈母娘|岳父|岳母|公婆|婆家|父母|爸妈|老婆|老公|领导|同事|孩子|家人|老板|女朋友|男朋友|"
                "单位)[还|都|们]…(不知道|知不知道|知道吗|晓得|知道你|蒙在鼓里)……(欠|借|贷|事|债|钱)"
            ),
            (
                "(逐一|逐个|挨个|一个一个|一个个|挨家挨户|从你妈|从你爸|按通讯录|轮流)[地|开始|致电|联系|拨打]…"
                "(致电|打|联系|通知|告知|核实|告诉|问|发)"
            ),
            (
                "(全公司|全单位|全校|全村|全小区|全班|所有人|整个公司|整个单位|公司所有|大家)[的人|人|同事]…(都会|"
                "都知|都将|都能|会知|会收到|将收到|收到|知道|看到|看见|晓得|传开)"
            ),
            (
                "(照片|身份证|截图|欠款|信息|名字|资料|借条|合同|头像)……(出现在|发在|发到|发进|传到|贴到|印在|印成|"
                "发至|推送到|转发到|挂到|甩到|丢进|放到)…(群|单位|公司|网|圈|平台|传单|小区|学校|屋邨|邨|门口|村|"
                "亲友|通讯录)"
            ),
            (
                "(短信|信息|消息|通知|函|资料|电话)[将|会|直接|就]…(发至|发到|发给|推送给|推送至|打到|送到|寄到|"
                "群发)[你|你的|你所有|所有|全部|你的所有|你全部]…({others}|{family}|亲朋)"
            ),
            "(传单|小广告|小报|讣告|寻人启事|悬赏)…(派|贴|发|撒|你)",
            "派街坊|派到你",
            "(168个|#个|手机里|通讯录里)[的|你的]…(联系人|亲友|朋友)……(打|有|联系|通知|发|知)",
            (
                "(通知|联系|联络|告诉|告知|告之|致电|拨打|骚扰|知会|打给|打电话给|打电话到|打到|电话给|发给|发送给|"
                "发到|发短信给|发函至|发函给|群发|轰炸|走访|抄送|通报|拜访|询问|核实|转告|转发给|寄给|寄到|寄至|寄送|"
                "送到|送达|公布给|曝光给|讲给|话畀|告|call|打|问)[到|至|给|了|一下|你|你的|你所有|所有|全部|身边|"
                "身边的|紧急|你身边|你身边的|你手机|你手机里|你通讯录|其|其他|各|每|每一|每一个|你的所有|你的紧急|"
                "你的直系|直系|你在|你整个|你全部|你爸妈|你的父母]({others}|{family}|户籍地|老家|手机联系人|通讯录里|"
                "原籍|公司同)"
            ),
            "(单位|家人|家属|亲属|亲友|同事|村委|社区|户籍地)(联系|走访|函告|曝光|轰炸|调查|协助催)",
            (
                "(与|和|跟|向|同)[你|你的]({others}|{family})…(联系|沟通|核实|反映|说明|了解|通报|催收|要钱|讨|聊|"
                "谈|公开|公布)"
            ),
            "(找|去找|寻找)你[的|家|身边]({others}|{family})",
            (
                "(让|叫|令|使|等|话)[到|你|你的|所有|身边]…({others}|{family}|大家|周围|身边|街坊|所有人|全世界|"
                "全国|网友|大众|社会|别人|外人|全公司|全校|全小区|整个)…(知道|知晓|看看|看到|看清|认清|晓得|了解|"
                "评评|认识认识|见识|都知)"
            ),
            "(爆|轰炸|群发|打爆|翻遍|拨打|掌握|获取|提取|导出|读取|备份|激活|启动|呼叫)…(通讯录|通话记录|联系人)",
            "通讯录(好友|里|名单|联系人|上|所有|全部|轰炸|我们|已|中|的人|都|将|会)",
            "爆通|通讯录爆|呼爆",
            (
                "(亲友|亲戚|同事|邻居|家人|父母|领导|朋友|街坊|老板|同学)[们][都|也|就|将|会|很快|马上|全]…(知道|"
                "知晓|收到|接到|看到|得知|晓得|看清)"
            ),
        ),
        en=(
            "(spoke|spoken|talked|wrote|written|speaking|talking) (to|with) your ({family}|{others}) …",
            "your (references|referees|contacts) (have|has) (agreed|told|been|confirmed|given)",
            (
                "(every|all|each) [of] [the] (contact|contacts|number|numbers|person|people|name|names|friend|"
                "friends) (in|on|from) your (phone|list|phonebook|facebook|contacts|contact list) …"
            ),
            "(deserve*|right|need*) to know (who|what|that|about|how) …",
            (
                "your ({family}|{others}) … (will|shall|should|must|has|have|is|are) [all|soon|also|now|already] ((be|"
                "been|being) [officially|formally|all] (informed|notified|told|contacted|called|visited|alerted|"
                "messaged)|receive (a|an|our|the|official|formal|this))"
            ),
            "(your (face|name|photo*|picture*|story|selfie)|you) … (viral|trending)|make you (viral|famous)",
            "(tag|tagging) you",
            "on your (timeline|wall|profile|page)",
            "your (screenshots|screenshot)",
            (
                "(whole|entire) (office|town|company|neighborhood|neighbourhood|building|family|village|street|"
                "school|church|team|class) (will|is going|should|gets|can|deserves|must|knows)"
            ),
            "(hear|know|see|learn) how you (treat|pay|handle|behave)",
            "your {family} s (teacher|school|boss|employer|friends|principal|office|classmates)",
            "(receive|get|gets|receives|have) a copy of this (letter|message|notice|file)",
            "should we (let|tell|inform|call) your",
            (
                "(contacting|contact|call|calling|phone|phoning|text|texting|message|messaging|write to|writing to|"
                "email|emailing|speak to|visit) [all|each of|every one of|one by one] [the|your] (people|persons|"
                "everyone|names|numbers|individuals|contacts|references) [on|in|from] …"
            ),
            (
                "(does|do|did|has|have|would|will) your ({family}|{others}|manager|fiance|roommate|in laws|mother in "
                "law|neighbors) [even|already|both|all] (know|heard|aware|realize|realise|think) [about|that|you|of|"
                "how] …"
            ),
            "what [will|would|do|does] your ({family}|{others}|manager) [will|would|going to] (think|say|do|feel)",
            "imagine what your …",
            (
                "your ({family}|{others}|manager|facebook friends|linkedin|instagram followers) [s] [will|would|"
                "might|may|could|should|is|are] [going to|be|all] [next|our next|find|the next|interested|informed|"
                "very] (interested|call|find|next|interesting|curious|surprised|shocked|disappointed|love|hear|"
                "wondering|fascinat*)"
            ),
            "will be our next call|our next call",
            (
                "(letter|note|notice|email|message|call|copy|text|postcard|statement|fax) [about this|about your "
                "debt] to your [whole] ({family}|{others}|manager|church|landlord)"
            ),
            (
                "(will|we will|going to) (know|find out|hear) (by|before|about it|tomorrow|soon|tonight) [noon|"
                "tomorrow|tonight|lunch|monday]"
            ),
            (
                "(share|post|send|publish|spread) … (in|to|on|across) every [local|community|whatsapp|facebook] "
                "[group|page|chat]"
            ),
            "call (the|your) front desk",
            "front desk",
            (
                "(tell|inform|notify|contact|call|phone|ring|text|message|email|alert|reach|reach out to|telling|"
                "informing|notifying|contacting|calling|phoning|texting|messaging|visiting|approach|involve|report "
                "you to|disclose … to|reveal … to|send … to|forward … to|share … with|broadcast … to|tell all|"
                "contact all) [all|everyone in|everyone on|each of|every one of|both|some of|the rest of|other] [of] "
                "(your|ur|you) [whole|entire|immediate|close|phone|facebook|whatsapp|instagram|linkedin|telegram|"
                "saved|mobile|work|emergency|current|relatives and|family and|friends and|boss and|employer and|"
                "closest|dear|elderly|new|old|listed|own] ({family}|{others})"
            ),
            "we … (ask|write to|speak to|speak with|talk to) your ({family}|{others})",
            (
                "your ({family}|{others}) [and …] (will|is going to|are going to|should|must|gonna|would|might|may|"
                "shall|deserve to) [all|soon|also|be] (know|hear|find out|receive|get|be told|be informed|be "
                "notified|be contacted|be called|learn|see|told|informed|contacted|called|notified)"
            ),
            (
                "(everyone|everybody|all|people|neighbours|neighbors|whole town|entire town|the world|whole village|"
                "community|public) … (will|should|must|gonna|going to|deserves to|to|can) (know|see|find out|hear|"
                "learn) [about|that|what|of|how|who] …"
            ),
            (
                "let (everyone|everybody|the whole|your {family}|your {others}|the world|people|them all) … (know|"
                "see|hear)"
            ),
            "(call|contact|text|message) every (number|contact|person|one) [in|on|from] your",
            (
                "(access|copy|downloaded|hold of|uploaded) [to|of] [all] your (contact*|phonebook|phone book|gallery|"
                "photos|pictures)"
            ),
            "(turn up|show up|speak) … in front of your ({others}|{family})",
        ),
    ),
    Idea(
        "EXPOSE",
        "publishes the debt",
        zh=(
            "(抖音|快手|微博|朋友圈|同城|头条)…(推送|投放|广告|置顶|热搜)",
            "催款(通知|告示)…(贴|公告)",
            "寻人启事|同城推送|公告栏",
            (
                "(公开|对外|网上|网络|全网|社会|向社会|媒体|平台|公众|互联网|朋友圈|抖音|微博|快手|小红书|微信群|"
                "业主群|家长群|qq群|贴吧|报纸|电视|论坛|短视频|群里|头条|电视台)…(曝光|公布|公示|通报|披露|公开|"
                "发布|散布|传播|登报|挂出|示众|直播|点名)"
            ),
            (
                "(公开|发布|曝光|发|挂|传|贴|晒|放|登|播)[到|在|至|上|于](朋友圈|抖音|微博|快手|小红书|微信群|业主群|"
                "家长群|qq群|贴吧|网上|网络|群里|小区|村口|村里|楼下|门口|电梯|公告栏|单位门口|公司门口|大屏|全网|"
                "社交|互联网)"
            ),
            (
                "(曝光|公示|公布|公开|点名)[你|你的|名单|台|平台|其|所有|个人|欠款|债务|失信|身份|照片|姓名|头像|"
                "信息|隐私]…(你|名单|台|信息|照片|隐私|欠|债|身份)"
            ),
            "(将|会|被|把你|要|就|进行|予以|等着|面临|依法|立即)曝光",
            (
                "(头像|照片|身份证|资料|隐私|名字|姓名|裸照|视频|欠款记录|欠款信息|个人信息)…(张贴|贴满|贴到|贴出|"
                "群发|曝光|散布|传播|上网|挂出|挂网|发到|公之于众|公诸|印成|做成|p图|ps)"
            ),
            "(张贴|贴满|贴大|贴到|贴在你|派发|散发)…(告示|公告|大字报|传单|家|门|小区|村|寻人|海报|欠|单位|公司)",
            (
                "大字报|拉横幅|横幅|送花圈|花圈|高音喇叭|大喇叭|喇叭|游街|敲锣|示众|公之于众|公诸于众|人尽皆知|"
                "众所周知|满城风雨|家喻户晓"
            ),
            (
                "身败名裂|名誉扫地|名声扫地|臭名|颜面|抬不起头|没法做人|没脸见|无法立足|做不了人|社会性死亡|社死|"
                "没面子|脸往哪|里子面子|见不得人"
            ),
            (
                "(上|列入|进入|登上|拉入|纳入|加入)[到|了|我们|平台|行业|网络|互联网](黑榜|红黑榜|曝光台|曝光墙|"
                "曝光榜|耻辱榜|老赖榜|老赖墙)"
            ),
            "黑榜|曝光台|曝光墙|耻辱柱|耻辱榜",
        ),
        en=(
            (
                "(post|share|publish|upload|print|put|display|spread|leak|release|plaster|splash|stick|circulate|"
                "posting|sharing|publishing|publicize|publicise|advertise|broadcast) … your (name|names|photo|"
                "photos|picture|pictures|face|details|debt|id|information|identity|nudes|private|personal|default|"
                "address|story|shame|selfie)"
            ),
            (
                "your (name|photo|picture|face|details|debt|id|identity|information) … (posted|published|public|"
                "online|shared|uploaded|displayed|spread|leaked|exposed|printed|social media|facebook|newspaper|"
                "newspapers|billboard|wall|poster*|noticeboard|website|groups|whatsapp)"
            ),
            "name and shame|naming and shaming|named and shamed",
            "(wall|hall|list|page|website|group) of shame",
            "(shame|defaulter*|defaulters|debtors|deadbeat) (list|page|board|wall|website|group)",
            (
                "(expose|exposing|exposed|humiliate|humiliating|embarrass|embarrassing|disgrace|shaming|shame|"
                "defame) (you|u|your|all your|publicly|on|in public|online|to)"
            ),
            (
                "(public|publicly|social media|online|facebook|whatsapp) (exposure|humiliat*|embarrass*|shame*|"
                "shaming|disgrace*|exposed|listed|named|posted)"
            ),
            (
                "(on|to|over|across|through) [all] [the] (facebook|instagram|tiktok|twitter|social media|whatsapp "
                "groups|whatsapp group|the internet|local newspaper|newspapers|local paper|radio|billboards)"
            ),
            "(go|make|made|making) [this|it|your debt|your name|everything|that] public",
            (
                "(posters|flyers|leaflets|notices) … (street|neighbourhood|neighborhood|workplace|town|village|home|"
                "area|building|door|your)"
            ),
            "reputation … (ruin*|destroy*|damage*|over|gone|line|lose)",
            "lose your (reputation|good name|face|dignity)",
        ),
    ),
)
