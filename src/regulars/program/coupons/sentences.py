"""What a coupon gives and why it is not taken, in the reader's words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from regulars.kit import text

from .model import WHOLE_BP, Benefit, Terms, Why

_WHY: Mapping[str, Mapping[str, str]] = {
    "unknown": {"en": "There is no such coupon.", "zh": "没有这张优惠券。"},
    "malformed": {
        "en": "This is not a coupon code; a character is missing, wrong or too many.",
        "zh": "这不是有效的券码：字符有缺漏、错误或多余。",
    },
    "not-valid": {"en": "This coupon is not valid.", "zh": "此优惠券无效。"},
    "void": {"en": "This coupon was withdrawn.", "zh": "此券已作废。"},
    "not-live": {"en": "These coupons are not offered yet.", "zh": "此类优惠券尚未上线。"},
    "paused": {"en": "These coupons are paused at present.", "zh": "此类优惠券目前暂停使用。"},
    "campaign": {"en": "The campaign of this coupon is not running.", "zh": "此券所属活动未在进行。"},
    "campaign-audience": {
        "en": "The campaign of this coupon is not for this member.",
        "zh": "此券所属活动不面向该会员。",
    },
    "budget-exhausted": {
        "en": "The budget of this coupon's campaign is used up.",
        "zh": "此券所属活动的预算已用完。",
    },
    "campaign-paused": {
        "en": "The campaign of this coupon gives nothing at present.",
        "zh": "此券所属活动目前已暂停。",
    },
    "pool-ended": {"en": "These coupons are no longer offered.", "zh": "此类优惠券已结束。"},
    "expired": {"en": "It ended on {last_on}.", "zh": "此券已于 {last_on} 到期。"},
    "not-started": {"en": "It can be used from {starts_on}.", "zh": "此券自 {starts_on} 起可用。"},
    "member-needed": {
        "en": "This coupon belongs to a member; say who it is.",
        "zh": "此券归会员所有，请提供会员信息。",
    },
    "not-yours": {"en": "This coupon belongs to another member.", "zh": "此券属于其他会员。"},
    "not-issued": {"en": "This coupon was not given to anybody yet.", "zh": "此券尚未发放。"},
    "used": {
        "en": "This coupon was used, or is set aside for another basket.",
        "zh": "此券已使用，或已为另一笔订单预占。",
    },
    "store": {"en": "This coupon is for other stores.", "zh": "此券不适用于本门店。"},
    "channel": {"en": "This coupon is for other channels.", "zh": "此券不适用于本渠道。"},
    "tier": {"en": "This coupon is for members of a higher tier.", "zh": "此券仅限更高等级会员使用。"},
    "member-limit": {
        "en": "A member may use {limit} of these coupons.",
        "zh": "每位会员最多可用 {limit} 张此类优惠券。",
    },
    "total-limit": {
        "en": "All members together may use {limit} of these coupons.",
        "zh": "此类优惠券总共可用 {limit} 张，已用完。",
    },
    "lines": {
        "en": "Nothing in the basket is what this coupon is for.",
        "zh": "购物车中没有此券适用的商品。",
    },
    "minimum": {
        "en": "{missing_minor} more of its products are needed to reach {minimum_minor}.",
        "zh": "适用商品还差 {missing_minor} 才满 {minimum_minor}。",
    },
    "stacking": {
        "en": "It does not go together with {lost_to}, which saves more.",
        "zh": "不能与 {lost_to} 叠加，后者更优惠。",
    },
    "same-pool": {
        "en": "One of these coupons a basket, and {lost_to} is used.",
        "zh": "每单限用一张此类优惠券，已使用 {lost_to}。",
    },
    "member-price": {
        "en": "It does not go together with the member price, which saves more.",
        "zh": "不能与会员价同享，会员价更优惠。",
    },
    "nothing-left": {"en": "Nothing is left that it could take off.", "zh": "已没有可再抵扣的金额。"},
}


def why_sentence(why: Why, *, language: str, currency: str) -> str:
    """Why a coupon is not taken."""
    params = {name: _written(name, value, language, currency) for name, value in why.params.items()}
    return text.pick(_WHY[why.code], language).format_map(params)


def _written(name: str, value: Any, language: str, currency: str) -> str:
    if name.endswith("_minor"):
        return text.money(value, currency, language)
    if name.endswith("_on"):
        return text.day(date.fromisoformat(value), language)
    return text.number(value, language) if isinstance(value, int) else str(value)


def benefit_sentence(terms: Terms, *, language: str, currency: str) -> str:
    """What a coupon gives: `¥20 off from ¥200`, or `满¥200减¥20`."""
    is_chinese = language == "zh"
    given = _given(terms.benefit, language, currency)
    cap = terms.benefit.discount_max_minor
    if cap is not None:
        most = text.money(cap, currency, language)
        given += f"（最多减{most}）" if is_chinese else f", at most {most}"
    if not terms.minimum_minor:
        return given
    least = text.money(terms.minimum_minor, currency, language)
    return f"满{least}{given}" if is_chinese else f"{given} from {least}"


def _given(benefit: Benefit, language: str, currency: str) -> str:
    is_chinese = language == "zh"
    match benefit.kind:
        case "amount":
            amount = text.money(benefit.amount_minor, currency, language)
            return f"减{amount}" if is_chinese else f"{amount} off"
        case "percent":
            return f"立减 {benefit.percent}%" if is_chinese else f"{benefit.percent}% off"
        case "member_price":
            factor = benefit.pay_bp
            if is_chinese:
                return f"会员价{factor / 1000:g}折"
            return f"Member price: pay {factor * 100 / WHOLE_BP:g}%"
        case "free_shipping":
            return "免运费" if is_chinese else "Free delivery"
        case _:
            name = text.pick(benefit.gift, language) or benefit.sku
            return f"赠{name}" if is_chinese else f"{name} as a gift"
