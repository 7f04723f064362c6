"""What a campaign bundles: its earning rules, pools of coupons, rewards and challenges, each with the way to it."""

from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.doors.console import challenge_words, coupon_words, earning_words, reward_words
from regulars.doors.console.desk import Desk
from regulars.program import campaigns, challenges, coupons, rewards


class Item(NamedTuple):
    """A thing of a campaign, as its page lists it."""

    icon: str
    label: str
    text: str
    href: str


def items(desk: Desk, campaign: campaigns.Campaign) -> list[Item]:
    """Everything that carries the campaign's number."""
    number = campaign.campaign_id
    rules = [
        Item(
            "coins",
            desk.say(rule.label),
            earning_words.sentence(desk, rule),
            reverse("rules_edit", args=[rule.rule_id]),
        )
        for rule in desk.plan.rules
        if rule.campaign_id == number
    ]
    pools = [
        Item(
            "ticket",
            desk.say(pool.terms.name),
            _("Coupons: %(gives)s") % {"gives": coupon_words.gives(desk, pool.terms)},
            reverse("coupons_pool", args=[pool.code]),
        )
        for pool in coupons.pools(desk.conn, desk.program_id)
        if pool.campaign_id == number
    ]
    offered = [
        Item(
            "gift",
            desk.say(reward.name),
            _("Reward: %(price)s") % {"price": reward_words.price(desk, reward.price_points, reward.price_minor)},
            reverse("rewards_show", args=[reward.reward_id]),
        )
        for reward in rewards.catalogue(desk.conn, desk.program_id)
        if reward.campaign_id == number
    ]
    played = [
        Item(
            "trophy",
            desk.say(one.name),
            _("Challenge: %(goal)s") % {"goal": challenge_words.value(desk, one, one.target)},
            reverse("challenges_show", args=[one.challenge_id]),
        )
        for one in challenges.challenges(desk.conn, desk.program_id)
        if one.campaign_id == number
    ]
    return [*rules, *pools, *offered, *played]
