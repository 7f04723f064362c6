"""The value lint on a shop's own orders."""

import pytest
from tests.flows.conftest import Shop, open_shop
from tests.flows.test_run_campaign import start

from regulars import flows


@pytest.fixture
def shop(conn) -> Shop:
    return open_shop(conn)


def test_it_reads_what_members_really_did(shop):
    ids = [shop.join(f"m{n}") for n in range(40)]
    for visit in range(2):
        for number, member in enumerate(ids):
            shop.buy(member, f"{visit}-{number}", 10_000)
        shop.later(30)
    found = {one.code: one for one in flows.lint_value(shop.conn, shop.plan, at=shop.at)}
    assert found["reward-rate-fit"].figures == {"percent": 1.0, "promised_percent": 1.0}
    expiry = next(one for code, one in found.items() if code.startswith("expiry"))
    assert expiry.figures["gap_days"] == 30
    assert "no-reward" in found or "first-reward-fit" in found or "first-reward-far" in found


def test_a_campaign_is_judged_as_if_it_ran(shop):
    campaign_id = start(shop, launch=False)
    alone = {one.code: one for one in flows.lint_value(shop.conn, shop.plan, at=shop.at)}
    found = {one.code: one for one in flows.lint_value(shop.conn, shop.plan, at=shop.at, campaign_id=campaign_id)}
    assert alone["reward-rate-fit"].figures["promised_percent"] == 1.0
    assert found["reward-rate-fit"].figures["promised_percent"] == 2.0
    assert "rules-overlap" in found
    assert "rules-overlap" not in alone
