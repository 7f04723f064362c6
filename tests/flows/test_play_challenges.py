"""Orders and events advance challenges; returns take back what they no longer earn."""

import dataclasses
import random
from datetime import date, timedelta
from uuid import uuid4

import pytest
from msgspec.structs import replace

from regulars import flows
from regulars.audience import conditions
from regulars.flows import wording
from regulars.kit.clock import EVER
from regulars.program import campaigns, challenges
from regulars.program.challenges import Measure, Milestone, Season, State
from regulars.records import access, activities, members

GOAL = (Milestone(target=3, points=50, badge={"en": "Regular", "zh": "常客"}),)


def begin(shop, code="three", *milestones, **more):
    """A live challenge: three orders, 50 points and a badge."""
    fields = {"measure": Measure.COUNT, "counts": "order", "state": State.LIVE, **more}
    one = challenges.Challenge(
        program_id=shop.plan.program.program_id,
        challenge_id=uuid4(),
        code=code,
        name={"en": "Three visits", "zh": "三次光临"},
        description={},
        milestones=milestones or GOAL,
        **fields,
    )
    challenges.save(shop.conn, one, by="ann", at=shop.at)
    shop.reload()
    return one


def progress(shop, member, one, season_on=EVER):
    found = challenges.progress(shop.conn, member).get((one.challenge_id, season_on))
    return (found.value, sorted(found.standing)) if found else (0, [])


def event(shop, member, number, kind="check_in", **data):
    happened = activities.Event(source="app", external_id=number, type=kind, occurred_at=shop.at, data=data)
    return flows.record_events(shop.conn, shop.plan, [flows.EventIntake(event=happened, member=member)], at=shop.at)[0]


def test_the_goal_pays_once_with_a_badge_and_says_why(shop):
    one = begin(shop)
    member = shop.join("ann")
    answers = [shop.buy(member, f"SO-{n}", 10_000).answer for n in range(4)]
    reached = {"type": "challenge.reached", "challenge": "three", "name": "Three visits", "points": 50}
    assert [answer["effects"] for answer in answers] == [[], [], [reached], []]
    assert answers[2]["balance"]["available"] == 350
    assert progress(shop, member, one) == (4, [0])
    (award,) = challenges.awards(shop.conn, member)
    assert (award.points, award.badge["zh"]) == (50, "常客")
    assert shop.is_sound()


def test_case_078h_a_replay_and_a_second_device_count_once(shop):
    one = begin(shop, counts="check_in")
    member = shop.join("ann")
    intake = flows.EventIntake(
        event=activities.Event(source="app", external_id="E-1", type="check_in", occurred_at=shop.at, data={}),
        member=member,
    )
    phone, tablet = flows.record_events(shop.conn, shop.plan, [intake, intake], at=shop.at)
    again = event(shop, member, "E-1")
    assert [phone.outcome, tablet.outcome, again.outcome] == ["created", "replayed", "replayed"]
    assert progress(shop, member, one) == (1, [])
    event(shop, member, "E-2")
    event(shop, member, "E-3")
    assert progress(shop, member, one) == (3, [0])
    assert shop.balance(member).available == 50


def test_any_batch_split_gives_the_same(founded, conn):
    dice = random.Random(7)
    shop = founded()
    marks = (Milestone(target=3, points=10), Milestone(target=5, points=20), Milestone(target=9, points=70))
    ran = [begin(shop, f"c-{measure}", *marks, measure=measure) for measure in Measure if measure is not Measure.SPEND]
    ran.append(begin(shop, "spend", Milestone(target=30_000, points=33), measure=Measure.SPEND))
    outcomes = []
    for name in ("whole", "single", "split"):
        member = shop.join(name)
        intakes = [
            flows.Intake(
                order=shop.order(
                    f"{name}-{n}", 1000 + n * 500, at=shop.at - timedelta(hours=11 * (n * 7 % 12)),
                    lines=(activities.Line(line_id="1", amount_minor=1000 + n * 500, category=f"cat-{n % 6}"),),
                ),
                member=member,
            )
            for n in range(12)
        ]  # fmt: skip
        if name == "whole":
            shop.take(intakes)
        else:
            if name == "split":
                dice.shuffle(intakes)
            size = 1 if name == "single" else 5
            for start in range(0, len(intakes), size):
                shop.take(intakes[start : start + size])
        outcomes.append([progress(shop, member, one) for one in ran] + [shop.balance(member).available])
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert outcomes[0][0] == (12, [0, 1, 2])
    assert shop.is_sound()


def test_a_return_takes_the_prize_back_as_an_entry_of_its_own_and_it_can_be_earned_again(shop):
    one = begin(shop)
    member = shop.join("ann")
    for n in range(3):
        shop.buy(member, f"SO-{n}", 10_000)
    assert shop.balance(member).available == 350
    shop.give_back("R-1", "SO-1")
    assert shop.balance(member).available == 200
    assert progress(shop, member, one) == (2, [])
    assert challenges.awards(shop.conn, member)[0].taken_back_at == shop.at
    shop.give_back("R-1", "SO-1")
    assert shop.balance(member).available == 200
    shop.buy(member, "SO-9", 10_000)
    assert shop.balance(member).available == 350
    assert [award.turn for award in challenges.awards(shop.conn, member) if award.taken_back_at is None] == [2]
    assert shop.is_sound()


def test_a_partial_return_lowers_what_was_spent(shop):
    one = begin(shop, "spend", Milestone(target=20_000, points=40), measure=Measure.SPEND)
    member = shop.join("ann")
    shop.buy(member, "SO-1", 12_000)
    shop.buy(member, "SO-2", 5_000, 5_000)
    assert progress(shop, member, one) == (22_000, [0])
    shop.give_back("R-1", "SO-2", lines=(activities.ReturnedLine(line_id="2"),))
    assert progress(shop, member, one) == (17_000, [])
    assert shop.balance(member).available == 170


def test_a_prize_that_was_spent_is_owed(shop):
    begin(shop)
    member = shop.join("ann")
    for n in range(3):
        shop.buy(member, f"SO-{n}", 10_000)
    flows.adjust_points(
        shop.conn, shop.plan, member, -350, shown_reason="Spent", actor="till", reference="A-1", at=shop.at
    )
    shop.give_back("R-1", "SO-1")
    assert shop.balance(member).debt == 150
    assert shop.is_sound()


def test_prizes_of_orders_wait_for_the_return_window(founded):
    shop = founded(return_window_days=14)
    begin(shop, "first", Milestone(target=1, points=50))
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000)
    assert (shop.balance(member).pending, shop.balance(member).available) == (150, 0)


def test_a_condition_narrows_what_counts(shop):
    text = flows.play_challenges.checked_condition(
        shop.plan, 'activity.store == "north" && member.tier != "gold" && activity.lines.exists(l, l.category == "tea")'
    )
    one = begin(shop, condition=text)
    member = shop.join("ann")
    tea = (activities.Line(line_id="1", amount_minor=1000, category="tea"),)
    shop.buy(member, "SO-1", 1000, store="north", lines=tea)
    shop.buy(member, "SO-2", 1000, store="south", lines=tea)
    shop.buy(member, "SO-3", 1000, store="north")
    assert progress(shop, member, one) == (1, [])


@pytest.mark.parametrize("text", ["member.points > 5", "member.tier ==", 'member.tier == "platinum-plus"'])
def test_a_condition_beyond_what_is_at_hand_is_refused(shop, text):
    with pytest.raises(conditions.RuleInvalid):
        flows.play_challenges.checked_condition(shop.plan, text)


def test_each_season_begins_anew(shop):
    one = begin(shop, "weekly", Milestone(target=2, points=5), counts="check_in", season=Season.WEEK)
    member = shop.join("ann")
    event(shop, member, "E-1")
    shop.later(7)
    event(shop, member, "E-2")
    event(shop, member, "E-3")
    first, second = shop.today - timedelta(days=8), shop.today - timedelta(days=1)
    assert progress(shop, member, one, first) == (1, [])
    assert progress(shop, member, one, second) == (2, [0])


def test_drafts_and_paused_ones_count_nothing_and_still_let_go(shop):
    draft = begin(shop, "draft", state=State.DRAFT)
    one = begin(shop, "three")
    member = shop.join("ann")
    shop.buy(member, "SO-1", 1000)
    challenges.save(shop.conn, replace(one, state=State.PAUSED), by="bob", at=shop.at)
    shop.reload()
    shop.buy(member, "SO-2", 1000)
    assert (progress(shop, member, one), progress(shop, member, draft)) == ((1, []), (0, []))
    shop.give_back("R-1", "SO-1")
    assert progress(shop, member, one) == (0, [])


def test_history_tells_who_changed_what_from_what_to_what(shop):
    one = begin(shop)
    challenges.save(shop.conn, replace(one, name={"en": "Thrice"}), by="bob", at=shop.at)
    assert not challenges.save(shop.conn, replace(one, name={"en": "Thrice"}), by="eve", at=shop.at)
    newest, first = challenges.history(shop.conn, shop.plan.program.program_id, one.challenge_id)
    assert (newest.changed_by, newest.changes) == (
        "bob", {"name": ('{"en":"Three visits","zh":"三次光临"}', '{"en":"Thrice"}')},
    )  # fmt: skip
    assert (first.changed_by, first.changes["state"]) == ("ann", ("", "2"))


def test_a_leaderboard_lists_only_who_asked_and_ties_share_a_rank(shop):
    one = begin(shop)
    program_id = shop.plan.program.program_id
    names = ("ann", "bob", "cat", "dan")
    who = {name: shop.join(name) for name in names}
    for name, count in zip(names, (2, 3, 2, 5), strict=True):
        for n in range(count):
            shop.buy(who[name], f"{name}-{n}", 1000, at=shop.at - timedelta(hours=10 - n - names.index(name)))
    for name in ("cat", "ann", "bob"):
        challenges.join_boards(shop.conn, program_id, who[name], f"P {name}", name=name, at=shop.at)
    board = challenges.leaderboard(shop.conn, one, EVER, limit=10)
    assert [(p.rank, p.pseudonym, p.value) for p in board] == [(1, "P bob", 3), (2, "P ann", 2), (2, "P cat", 2)]
    challenges.leave_boards(shop.conn, program_id, who["bob"])
    assert [p.pseudonym for p in challenges.leaderboard(shop.conn, one, EVER, limit=10)] == ["P ann", "P cat"]


def test_without_a_live_challenge_nothing_more_is_asked(shop, monkeypatch):
    begin(shop, state=State.DRAFT)
    member = shop.join("ann")
    asked = []
    monkeypatch.setattr(challenges, "plays", lambda *_: asked.append(1))
    shop.buy(member, "SO-1", 1000)
    assert asked == []
    assert shop.conn.execute("select count(*) from challenges.step").fetchone() == (0,)


def test_a_condition_that_names_what_is_gone_fits_nothing_and_fails_no_order(shop):
    text = flows.play_challenges.checked_condition(shop.plan, 'member.tier != "gold"')
    one, other = begin(shop, condition=text), begin(shop, "other")
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000)
    shop.conn.execute("update tiers.version set terms = replace(terms::text, 'Gold', 'Topaz')::jsonb")
    shop.reload()
    done = shop.buy(member, "SO-2", 10_000)
    assert (done.outcome, done.points) == ("created", 100)
    assert (progress(shop, member, one)[0], progress(shop, member, other)[0]) == (1, 2)
    assert flows.play_challenges.condition_sentence(shop.plan, text, "en") == wording.GONE["en"]


def test_tiers_of_one_name_are_told_apart_by_conditions(shop):
    text = flows.play_challenges.checked_condition(shop.plan, 'member.tier == "member"')
    one = begin(shop, condition=text)
    shop.conn.execute("update tiers.version set terms = replace(terms::text, 'Silver', 'Member')::jsonb")
    shop.reload()
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000_000)
    shop.buy(member, "SO-2", 10_000)
    assert progress(shop, member, one) == (1, [])


def test_prizes_wait_as_long_as_goods_of_the_tier_may_come_back(founded):
    shop = founded(return_window_days=14)
    lowest, *higher = shop.plan.ladder.tiers
    longer = dataclasses.replace(lowest, benefits=({"type": "return_window", "days": 30},))
    ladder = dataclasses.replace(shop.plan.ladder, tiers=(longer, *higher))
    flows.save_tier_set(shop.conn, shop.plan, ladder, by="ann", at=shop.at)
    begin(shop, "first", Milestone(target=1, points=50))
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000)
    (award,) = challenges.awards(shop.conn, member)
    assert award.active_on == shop.today + timedelta(days=30)


def campaign(shop, **terms) -> int:
    """A live campaign without rules."""
    by = access.Actor(kind=access.ActorKind.STAFF, code="ann", name="Ann", person="ann")
    named = {"name": {"en": "Spring"}, "holdout_percent": 0, **terms}
    made = campaigns.draft(
        shop.conn, shop.plan.program.program_id, "spring", campaigns.Terms(**named), by=by, at=shop.at
    )
    for state in (campaigns.State.REVIEW, campaigns.State.LIVE):
        flows.run_campaign(shop.conn, shop.plan, made.campaign_id, state, by=by, at=shop.at)
    return made.campaign_id


def step(shop, number: int, to: campaigns.State) -> None:
    by = access.Actor(kind=access.ActorKind.STAFF, code="ann", name="Ann", person="ann")
    flows.run_campaign(shop.conn, shop.plan, number, to, by=by, at=shop.at, note="because")
    shop.reload()


def test_a_challenge_of_a_campaign_is_played_while_that_runs(shop):
    number = campaign(shop)
    one = begin(shop, campaign_id=number)
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000)
    step(shop, number, campaigns.State.PAUSED)
    shop.buy(member, "SO-2", 10_000)
    assert flows.play_challenges.open_to(shop.conn, shop.plan, member, at=shop.at) == []
    step(shop, number, campaigns.State.LIVE)
    shop.buy(member, "SO-3", 10_000)
    assert progress(shop, member, one) == (2, [])
    assert [c.code for c in flows.play_challenges.open_to(shop.conn, shop.plan, member, at=shop.at)] == ["three"]


def test_whom_the_campaign_is_not_for_plays_nothing_and_sees_nothing(shop):
    number = campaign(shop, holdout_percent=50)
    one = begin(shop, campaign_id=number)
    people = [shop.join(f"m{n}") for n in range(12)]
    seen = [bool(flows.play_challenges.open_to(shop.conn, shop.plan, who, at=shop.at)) for who in people]
    for who in people:
        shop.buy(who, f"SO-{who}", 10_000)
    assert [progress(shop, who, one)[0] == 1 for who in people] == seen
    assert 0 < sum(seen) < len(people)


@pytest.mark.parametrize("together", [True, False])
def test_case_078c_prizes_come_out_of_the_budget_of_the_campaign_and_end_with_it(shop, together):
    number = campaign(shop, budget=campaigns.Budget(points_max=120))
    begin(shop, "first", Milestone(target=1, points=50, badge={"en": "First"}), campaign_id=number)
    people = [shop.join(f"m{n}") for n in range(4)]
    intakes = [flows.Intake(order=shop.order(f"SO-{n}", 10_000), member=who) for n, who in enumerate(people)]
    for some in [intakes] if together else [[one] for one in intakes]:
        shop.take(some)
        shop.reload()
    paid = [sum(award.points for award in challenges.awards(shop.conn, who)) for who in people]
    assert sorted(paid) == [0, 20, 50, 50]
    assert sum(shop.balance(who).available for who in people) == 4 * 100 + 120
    state = campaigns.get(shop.conn, shop.plan.program.program_id, number).state
    assert state is campaigns.State.STOPPED
    assert shop.is_sound()


def test_goals_of_a_year_are_the_milestones_of_the_tiers_and_begin_anew(shop):
    marks = (Milestone(target=20_000, points=30), Milestone(target=50_000, points=80))
    one = begin(shop, "year", *marks, measure=Measure.SPEND, season=Season.YEAR)
    begin(shop, "once", measure=Measure.SPEND)
    member = shop.join("ann")
    shop.buy(member, "SO-1", 30_000)

    def told() -> list[dict]:
        person = members.get(shop.conn, shop.plan.program.program_id, member)
        found = flows.member_tiers(shop.conn, shop.plan, person, "en", at=shop.at)["milestones"]
        return [
            {name: goal[name] for name in ("challenge", "season_on", "value", "next_target", "next_points")}
            for goal in found
        ]

    this_year = {"challenge": "year", "season_on": "2026-01-01"}
    assert told() == [{**this_year, "value": 30_000, "next_target": 50_000, "next_points": 80}]
    shop.buy(member, "SO-2", 20_000)
    assert told() == [{**this_year, "value": 50_000, "next_target": None, "next_points": None}]
    shop.give_back("R-1", "SO-1")
    assert progress(shop, member, one, date(2026, 1, 1)) == (20_000, [0])
    shop.live(300)
    assert told() == [
        {"challenge": "year", "season_on": "2027-01-01", "value": 0, "next_target": 20_000, "next_points": 30}
    ]


@pytest.mark.parametrize(
    ("season", "first"),
    [(Season.QUARTER, date(2026, 7, 1)), (Season.YEAR, date(2026, 1, 1)), (Season.MONTH, date(2026, 9, 1))],
)
def test_a_season_begins_with_its_first_day(season, first):
    assert challenges.season_on(season, date(2026, 9, 30)) == first
