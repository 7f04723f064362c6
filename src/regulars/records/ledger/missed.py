"""Why a rule gave nothing: a sentence for every code, in both languages."""

from collections.abc import Mapping

MISSED: Mapping[str, tuple[str, str]] = {
    "not.draft": ("It is a draft", "该规则为草稿"),
    "not.scheduled": ("It is not in force yet on this day", "当日尚未生效"),
    "not.paused": ("It is paused", "该规则已暂停"),
    "not.retired": ("It was retired", "该规则已停用"),
    "not.ended": ("It had ended before this day", "当日已结束"),
    "not.campaign": ("Its campaign is not live", "所属活动未在进行"),
    "not.condition": ("Its conditions are not met", "未满足条件"),
    "not.lines": ("No line of the order counts for it", "订单中没有符合的商品行"),
    "not.amount": (
        "The amount that earns is {basis}, below {per}",
        "计分金额 {basis}，不足 {per}",
    ),
    "not.base": ("There are no base points to multiply", "没有可加倍的基础积分"),
    "not.birthday": ("It is not around the birthday", "不在生日期间"),
    "not.tier": ("The tier {tier} multiplies nothing", "{tier}没有加成"),
    "not.spend": ("{missing} more have to be spent", "还需消费 {missing}"),
    "not.paid": ("It was given before in this period", "本期已发放过"),
    "not.count": ("This is order number {number}, not number {nth}", "这是第 {number} 单，需第 {nth} 单"),
    "not.event": ("It is about another event", "该规则针对其他事件"),
    "not.purchase": ("It is about events", "该规则针对事件"),
    "not.limit": ("Its limit of {limit} rewarded events is reached", "已达 {limit} 次奖励上限"),
    "not.streak": ("It takes {days} days in a row, this is day {streak}", "需连续 {days} 天，当前第 {streak} 天"),
    "not.group": ("{other} gives more and excludes it", "{other}更优，与其互斥"),
    "not.member": (
        "It gives at most {limit_points} points {period}, and they are used up",
        "{period}最多 {limit_points} 分，额度已用完",
    ),
    "not.program": (
        "Members get at most {limit_points} points {period} over all rules, and they are used up",
        "所有规则{period}合计最多 {limit_points} 分，额度已用完",
    ),
    "not.budget": ("Its budget is used up", "预算已用完"),
    "not.error": ("It could not be asked: {detail}", "无法判断：{detail}"),
}
"""By code: English, Chinese."""
