"""Lists of words that many patterns share, named in patterns as ``{police}``."""

from collections.abc import Mapping
from typing import Final


def listed(words: str) -> tuple[str, ...]:
    """The words of a list: separated by commas if there are any, else by spaces."""
    return tuple(word.strip() for word in (words.split(",") if "," in words else words.split()))


ZH: Final[Mapping[str, tuple[str, ...]]] = {
    "police": listed("公安 警察 警方 派出所 民警 网警 刑警 经侦 刑侦 特警 辅警 警局 警官 差佬 片警 武警"),
    "court": listed(
        "法院 法庭 法官 法警 检察院 检察官 检察机关 检方 检控 司法机关 司法局 司法部门 司法机构 执行局 "
        "仲裁委 仲裁院 司法所 地检署"
    ),
    "office": listed(
        "银监会 银保监 金监局 金融监管总局 金融办 央行 反诈中心 国家机关 政府 公证处 信访局 工商局 税务局 "
        "信用办 监察委 纪委 街道办"
    ),
    "family": listed(
        "家人 父母 爸妈 爸爸 妈妈 父亲 母亲 爹妈 爹娘 老婆 老公 妻子 丈夫 配偶 孩子 儿子 女儿 小孩 子女 爷爷 "
        "奶奶 兄弟 姐妹 哥哥 弟弟 姐姐 妹妹 全家 一家人 亲人 亲属 亲戚 家属 家里人 家中老 老人 女友 男友 "
        "女朋友 男朋友 双亲 妻儿 老小 家小 屋企人 仔女 家里"
    ),
    "others": listed(
        "通讯录 联系人 亲友 亲朋 好友 朋友 同事 同学 邻居 邻里 街坊 领导 老板 上司 主管 单位 雇主 人事 村委 "
        "居委 社区 村里 全村 村民 乡亲 学校 老师 身边人 身边的人 身边所有 周围的人 周围人 熟人 房东 物业 "
        "工友 群友 所有人 身边人 你公司 你的公司 公司同事 公司领导 公司前台 公司人 公司hr 公司里 公司的人 "
        "公司财务 公司老"
    ),
    "property": listed(
        "资产 财产 房产 房子 房屋 住房 车辆 车子 账户 银行卡 工资 存款 微信 支付宝 社保 公积金 退休金 养老金 "
        "名下 低保 土地"
    ),
    "people": listed(
        "朋友 好友 同事 家人 亲戚 亲友 儿子 女儿 丈夫 妻子 老公 老婆 父亲 母亲 爸爸 妈妈 哥哥 弟弟 姐姐 妹妹 "
        "员工 职工 同学 邻居 室友 家属 亲属 学生 孩子 下属 配偶 前夫 前妻 前男友 前女友 表哥 表弟 堂弟 叔叔 "
        "外甥 侄子 父母 爱人 兄弟 姐妹 租客 女婿 媳妇 姐夫 队友 合伙人"
    ),
    "owes": listed("欠 逾期 借款 借了 借的 贷款 没还 未还 不还 还钱 还款 债 拖欠 赖账 借钱 失联 失信 网贷 催收 还清"),
    "places": listed(
        "路 街 大街 大道 巷 里 桥 站 镇 村 小区 广场 支行 分行 营业部 网点 对面 旁边 附近 东 西 南 北 新村 家园 公寓"
    ),
}

EN: Final[Mapping[str, tuple[str, ...]]] = {
    "police": listed("police, policeman, policemen, cops, constable*, law enforcement, fbi, interpol, cbi"),
    "court": listed("court, courts, judge, magistrate, prosecutor*, district attorney, tribunal, attorney general"),
    "lawyer": listed("lawyer*, attorney*, solicitor*, barrister*, law firm, legal counsel"),
    "family": listed(
        "family, families, wife, husband, spouse, kids, kid, child, children, mother, father, mom, mum, "
        "mama, dad, parents, grandma, grandmother, relatives, son, daughter, sister, brother, inlaws, "
        "in laws, loved ones, fiance, girlfriend, boyfriend, partner"
    ),
    "others": listed(
        "employer, boss, supervisor, workplace, hr, human resources, colleagues, coworkers, co workers, "
        "neighbours, neighbors, neighbour, neighbor, friends, friend, contacts, contact list, "
        "phone contacts, phonebook, phone book, references, referees, guarantors, church, pastor, landlord, "
        "school, community, village, village chief, chief, clients, customers, company, work, workmates, "
        "office, followers, social circle, barangay, barangay captain, imam, panchayat, sarpanch, payroll, "
        "management"
    ),
    "home": listed(
        "home, house, door, doorstep, workplace, office, work, job, apartment, flat, residence, "
        "place of work, place of employment, place of business, front door, home address, street, "
        "neighborhood, neighbourhood, shop, gate, village, family home, home or office, house or office, "
        "home or workplace, home and workplace, place, desk"
    ),
    "places": listed(
        "street, st, road, rd, avenue, ave, lane, ln, square, place, branch, plaza, park, mall, center, "
        "centre, building, way, drive, yard, view, station, corner, hotel, tower, hill, bridge, house"
    ),
}

COMMON: Final = frozenset(
    listed(
        "还款 借款 逾期 欠款 贷款 你的 我们 联系 客服 先生 女士 官方 专员 经理 如有 请你 尽快 处理 今天 今日 "
        "通知 电话 账户 账单 信息 公司 平台 否则 我司 单位 家人 朋友 你家 工作 将会 已经 影响 记录 采取 费用 "
        "不还 提供 申请 额度 your you pay payment will the this that with have from call contact loan debt not "
        "for our are and or to of we us in on if be is it a at by get send tell make take do an i all no can has "
        "been may out up over here account due please date team plan help reply number"
    )
)
"""What clean texts are full of: a pattern is looked up by something else in it, if there is something else."""
