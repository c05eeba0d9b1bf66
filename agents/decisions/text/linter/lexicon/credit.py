"""CREDIT: a word about the credit record; allowed only when it is true and in proportion, so a person looks at it."""

from typing import Final

from agents.decisions.text.linter.ideas import Idea

IDEAS: Final = (
    Idea(
        "CREDIT",
        "speaks of the credit record",
        zh=(
            (
                "信用(记录|报告|评分|分数|档案|状况|等级|评级|信息|评价|积分|分|额度|数据库|历史|资料|受损|不良|影响|"
                "受到|问题)"
            ),
            "(芝麻|个人|影响[到]你|影响|良好|损害|不良|维护|保持|珍惜|爱护)[的]信用",
            "信贷(记录|评级|资料库)",
            "(上报|报送|报告|提交|上传|录入)…(信用|央行|人行|人民银行|百行|金融信用)",
            "征信|联征|联合信用|不良记录|逾期记录|百行|环联|金融信用信息",
        ),
        en=(
            (
                "credit (file*|score*|report*|record*|rating*|history|histories|bureau*|reference|profile|standing|"
                "agenc*|status|worthiness|references|reporting)"
            ),
            "(your|good|bad|poor|damage*|affect*|hurt|harm|impact*|ruin*) [your] credit !",
            "your credit (will|may|could|can|is|at)",
            "(listed|report*|listing|list) [you|it|this] [to|with|on|at] [the] crb",
            "negative (listing|mark|entry|remark*)",
            "creditworth*|experian|equifax|transunion|cibil|crif|crb|credit info|teletrack|derogatory",
        ),
        severity="warn",
    ),
)
