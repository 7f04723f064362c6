"""Campaigns out of templates: each is a draft that can be launched as it is, and does what it says."""

import msgspec
import pytest
from tests.flows.conftest import Shop, open_shop
from tests.flows.test_run_campaign import ANN, seen, step

from regulars import flows
from regulars.program import campaigns


@pytest.fixture
def shop(conn) -> Shop:
    return open_shop(conn)


def begin(shop: Shop, template: str, **more: object) -> campaigns.Campaign:
    made = flows.start_campaign(shop.conn, shop.plan, template, by=ANN, at=shop.at, **more)
    shop.reload()
    return made


@pytest.mark.parametrize("name", campaigns.TEMPLATES)
def test_every_template_makes_a_draft_that_can_go_live(shop, name):
    made = begin(shop, name)
    assert made.state is campaigns.State.DRAFT
    assert [rule for rule in shop.plan.rules if rule.campaign_id == made.campaign_id]
    assert len(campaigns.lines(shop.conn, made.program_id, made.campaign_id)) == len(campaigns.TEMPLATES[name].lines)
    step(shop, made.campaign_id, campaigns.State.REVIEW)
    step(shop, made.campaign_id, campaigns.State.LIVE)
    assert seen(shop, made.campaign_id).state is campaigns.State.LIVE


def given(shop: Shop, template: str, amount: int, member) -> int:
    """What an order gets more with the campaign than without."""
    before = shop.buy(member, f"{template}-{amount}-before", amount).points
    made = begin(shop, template)
    replaced = campaigns.change(
        shop.conn, made.program_id, made.campaign_id,
        flows_terms(made, holdout_percent=0), currency="CNY", by=ANN, at=shop.at,
    )  # fmt: skip
    step(shop, replaced.campaign_id, campaigns.State.REVIEW)
    step(shop, replaced.campaign_id, campaigns.State.LIVE)
    return shop.buy(member, f"{template}-{amount}-after", amount).points - before


def flows_terms(campaign: campaigns.Campaign, **changed: object) -> campaigns.Terms:
    return msgspec.structs.replace(campaign.terms, **changed)


def test_double_points_gives_the_base_once_more(shop):
    assert given(shop, "double_week", 10_000, shop.join("ann")) == 100


def test_spend_a_thousand_gives_a_hundred_for_every_whole_thousand(shop):
    assert given(shop, "spend_get", 99_999, shop.join("ann")) == 0
    assert given(shop, "spend_get", 210_000, shop.join("ben")) >= 200


def test_the_weekend_begins_on_the_next_saturday(shop):
    made = begin(shop, "weekend")
    assert (made.terms.starts_on.isoformat(), made.terms.ends_on.isoformat()) == ("2026-03-14", "2026-03-15")


def test_codes_are_free_ones_and_the_same_code_again_is_the_same_campaign(shop):
    assert [begin(shop, "review").code for _ in range(2)] == ["review-1", "review-2"]
    made = begin(shop, "review", code="spring")
    rules = len(shop.plan.rules)
    assert begin(shop, "review", code="spring") == made
    assert len(shop.plan.rules) == rules
    with pytest.raises(campaigns.CampaignInvalid):
        begin(shop, "no such")
    with pytest.raises(campaigns.CampaignInvalid):
        begin(shop, "review", code="Not A Code")
