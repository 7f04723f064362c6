"""A draft of the program on past orders: the same decisions as in life, nothing written."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from regulars import flows
from regulars.analytics import twin
from regulars.program import earning, tiers


def asked(shop, *drafts: twin.Draft, days: int = 90, **more) -> twin.Asked:
    from_on = shop.today - timedelta(days=days)
    return twin.Asked(from_on=from_on, to_on=shop.today, drafts=drafts or (twin.Draft(),), **more)


def run(shop, *drafts: twin.Draft, **more) -> list[twin.Outcome]:
    return flows.run_trial(shop.conn, shop.plan, asked(shop, *drafts, **more))


@pytest.fixture
def busy(shop):
    """Three members: lin buys for 600 and 400, wu for 50, and for 30 that came back."""
    shop.people = {}
    for name, number, amount in (("lin", "1", 60_000), ("wu", "2", 5_000), ("lin", "3", 40_000), ("wu", "4", 3_000)):
        shop.later(1)
        if name not in shop.people:
            shop.people[name] = shop.join(name)
        shop.buy(shop.people[name], number, amount)
    shop.later(1)
    shop.give_back("r", "4")
    return shop


def add_rule(shop, effect: str, state: earning.State, **params) -> int:
    saved = flows.save_rule(
        shop.conn,
        shop.plan,
        flows.RuleWanted(effect=effect, params=params, label={"en": effect}, state=state),
        by="ann",
        at=shop.at,
    )
    shop.reload()
    return saved.rule_id


def test_the_program_as_it_is_gives_what_it_gave(busy):
    (outcome,) = run(busy)
    given = sum(busy.balance(busy.people[name]).spendable for name in ("lin", "wu"))
    assert (outcome.points, outcome.members, outcome.orders) == (given, 2, 3)
    assert outcome.revenue_minor == 105_000
    assert busy.is_sound()


def test_what_came_back_counts_for_nothing_and_nothing_is_written(busy):
    before = [busy.balance(one) for one in busy.people.values()]
    run(busy)
    assert [busy.balance(one) for one in busy.people.values()] == before
    assert busy.conn.execute("select count(*) from activities.purchase").fetchone() == (4,)


def test_a_draft_with_a_rule_more_stands_beside_the_program_as_it_is(busy):
    double = add_rule(busy, "multiply", earning.State.DRAFT, factor=2)
    live, more = run(busy, twin.Draft(), twin.Draft(with_rules=(double,)))
    assert more.points == 2 * live.points
    assert {share.rule_id: share.points for share in more.rules}[double] == live.points
    assert twin.cost_minor(more, more.points, 50) == live.points * live.point_micros * live.unit // 1_000_000


def test_a_draft_without_a_rule_gives_nothing_of_it(busy):
    base = next(rule.rule_id for rule in busy.plan.rules if rule.effect == "earn_rate")
    (outcome,) = run(busy, twin.Draft(without_rules=(base,)))
    assert (outcome.points, outcome.orders_without_points, outcome.orders) == (0, 3, 3)
    assert twin.reward_rate(outcome) == 0.0


def test_other_thresholds_show_who_would_reach_which_tier(busy):
    lowest, second, *higher = busy.plan.ladder.tiers
    low = {tier.tier_id: 10 * (place + 1) for place, tier in enumerate((second, *higher))}
    live, easy = run(busy, twin.Draft(), twin.Draft(thresholds=low))
    reached = {share.tier_id: share.reached for share in easy.tiers}
    assert reached[lowest.tier_id] == 2
    assert reached[second.tier_id] == 2
    assert sum(share.on_last_day for share in easy.tiers) == 2
    assert {share.tier_id: share.reached for share in live.tiers}[second.tier_id] < 2


def test_months_add_up_and_points_end_where_their_lots_do(busy):
    (outcome,) = run(busy, days=400)
    assert sum(month.points for month in outcome.months) == outcome.points
    assert outcome.months[-1].open_points == outcome.points - sum(month.ended_points for month in outcome.months)
    assert [month.month_on.day for month in outcome.months] == [1] * len(outcome.months)


def test_budgets_are_spent_as_in_life_by_whoever_came_first(busy):
    limited = flows.save_rule(
        busy.conn,
        busy.plan,
        flows.RuleWanted(
            effect="multiply",
            params={"factor": 3},
            label={"en": "thrice"},
            state=earning.State.DRAFT,
            limits=earning.Limits(budget_points_max=100),
        ),
        by="ann",
        at=busy.at,
    )
    busy.reload()
    live, more = run(busy, twin.Draft(), twin.Draft(with_rules=(limited.rule_id,)))
    assert more.points == live.points + 100


def test_the_growth_that_pays_for_the_points_is_told_from_the_margin(busy):
    (outcome,) = run(busy)
    rate = twin.cost_minor(outcome, outcome.points, 80) / outcome.revenue_minor
    question = asked(busy, margin_percent=30)
    assert twin.breakeven_uplift(outcome, question) == pytest.approx(rate / (0.3 - rate))
    assert twin.breakeven_uplift(outcome, asked(busy)) is None


@pytest.mark.parametrize(
    "wrong",
    [{"days": 2000}, {"days": -1}, {"use_percent": 101}, {"margin_percent": 0}],
)
def test_what_makes_no_trial_is_refused(busy, wrong):
    with pytest.raises(twin.TrialInvalid):
        flows.ask_trial(busy.conn, busy.plan, uuid4(), asked(busy, **wrong), by="ann", at=busy.at)


def test_a_draft_of_what_is_not_there_is_refused(busy):
    with pytest.raises(earning.RuleNotFound):
        run(busy, twin.Draft(with_rules=(999,)))
    with pytest.raises(tiers.LadderInvalid):
        run(busy, twin.Draft(thresholds={busy.plan.ladder.tiers[-1].tier_id: 0}))


def test_a_trial_is_kept_runs_once_and_can_be_cancelled(busy):
    trial_id = UUID(int=7)
    made = flows.ask_trial(busy.conn, busy.plan, trial_id, asked(busy), by="ann", at=busy.at)
    again = flows.ask_trial(busy.conn, busy.plan, trial_id, asked(busy), by="ann", at=busy.at)
    assert (made.state, made.orders, again.trial_id) == ("waiting", 3, trial_id)
    assert twin.begin(busy.conn, made)
    assert twin.progress(busy.conn, made, 2)
    assert twin.end(busy.conn, made, "cancelled", at=busy.at)
    assert not twin.progress(busy.conn, made, 3)
    assert not twin.begin(busy.conn, made)
    kept = twin.trial(busy.conn, made.program_id, trial_id)
    assert (kept.state, kept.orders_done) == ("cancelled", 2)


def test_outcomes_come_back_as_they_were_kept(busy):
    made = flows.ask_trial(busy.conn, busy.plan, uuid4(), asked(busy), by="ann", at=busy.at)
    outcomes = run(busy)
    twin.begin(busy.conn, made)
    twin.end(busy.conn, made, "done", at=busy.at, outcomes=outcomes, orders_done=3)
    assert list(twin.trial(busy.conn, made.program_id, made.trial_id).outcomes) == outcomes
    with pytest.raises(twin.TrialNotFound):
        twin.trial(busy.conn, made.program_id, UUID(int=1))


def test_whoever_reports_may_end_it(busy):
    def stop(_done: int) -> None:
        raise twin.Cancelled

    with pytest.raises(twin.Cancelled):
        flows.run_trial(busy.conn, busy.plan, asked(busy), report=stop)
