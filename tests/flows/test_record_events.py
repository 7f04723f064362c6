"""Events: what members did besides buying, once for ever, rewarded up to a limit."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace as changed

from regulars import flows
from regulars.kit import db
from regulars.program import earning, tiers
from regulars.records import activities, ledger, members

from .conftest import NOW, Shop, open_shop


def reward(shop: Shop, event: str = "check_in", points: int = 10, wallet_id: int | None = None, **more: object) -> None:
    """A rule of the shop from now on."""
    params = {"event": event, "points": points, **more}
    label = {"en": "Thanks", "zh": "感谢"}
    program_id = shop.plan.program.program_id
    earning.save(
        shop.conn, program_id, effect="event_points", params=params, label=label, by="t", at=shop.at,
        wallet_id=wallet_id,
    )  # fmt: skip
    shop.reload()


def test_a_rule_about_events_keeps_to_a_members_points_and_to_its_budget(shop):
    params = {"event": "check_in", "points": 10}
    earning.save(
        shop.conn, shop.plan.program.program_id, effect="event_points", params=params, label={"en": "Thanks"}, by="t",
        at=shop.at, limits=earning.Limits(member_points_max=25, member_period="week", budget_points_max=40),
    )  # fmt: skip
    shop.reload()
    mei, lin = shop.join("M1"), shop.join("M2")
    assert [one.points for one in take(shop, *(intake(mei, f"E{n}") for n in range(4)))] == [10, 10, 5, 0]
    first, second = take(shop, intake(lin, "L1"), intake(lin, "L2"))
    assert (first.points, second.points) == (10, 5)
    assert [reason["code"] for reason in take(shop, intake(lin, "L3"))[0].answer["reasons"]] == ["none.budget"]


def open_wallet(shop: Shop, code: str, kind: ledger.WalletKind, **more: object) -> int:
    """A further wallet of the program."""
    wallet = replace(shop.plan.wallet, wallet_id=0, code=code, kind=kind, unit={"en": code}, **more)
    return ledger.save_wallet(shop.conn, wallet)


def intake(member, number: str, kind: str = "check_in", at: datetime = NOW, **more: object) -> flows.EventIntake:
    event = activities.Event(source="app", external_id=number, type=kind, occurred_at=at, data=more.pop("data", {}))
    return flows.EventIntake(event=event, member=member, **more)


def take(shop: Shop, *intakes: flows.EventIntake) -> list:
    return flows.record_events(shop.conn, shop.plan, intakes, at=shop.at)


def rows(shop: Shop, table: str) -> int:
    return shop.conn.execute(f"select count(*) from {table}").fetchone()[0]


def test_an_event_is_a_fact_and_earns_points_with_a_reason(shop):
    reward(shop, "review", 50)
    member = shop.join("M1")
    (done,) = take(shop, intake(member, "E1", "review", data={"stars": 5, "comment": "Good\ntea"}))
    assert (done.outcome, done.points) == ("created", 50)
    assert done.answer["expires_on"] == "2027-03-31"
    assert done.answer["balance"]["available"] == 50
    assert [reason["text"] for reason in done.answer["reasons"]] == ["Thanks (version 1)"]
    (fact,) = shop.conn.execute("select type, source, on_date, data, award_points from facts.event").fetchall()
    assert fact == ("review", "app", date(2026, 3, 10), {"stars": 5, "comment": "Good\ntea"}, 50)
    (line,) = ledger.lines(shop.conn, member, wallet=shop.plan.wallet, limit=5)
    told = {
        language: ledger.sentence(line, language=language, wallet=shop.plan.wallet, currency="CNY")
        for language in ("en", "zh")
    }
    assert (told["en"].title, told["en"].details[0]) == ("Earned: Review", ("Thanks (version 1)", 50))
    assert (told["zh"].title, told["zh"].details[0]) == ("评价 获得", ("感谢（第 1 版）", 50))
    assert shop.is_sound()


def test_points_of_an_event_wait_for_no_return_window(founded):
    shop = founded(return_window_days=14)
    reward(shop)
    member = shop.join("M1")
    take(shop, intake(member, "E1"))
    assert (shop.balance(member).available, shop.balance(member).pending) == (10, 0)


def test_an_event_nobody_rewards_is_recorded_and_says_why_it_earned_nothing(shop):
    member = shop.join("M1")
    (done,) = take(shop, intake(member, "E1", "page_viewed", data={"page": "/tea"}))
    assert (done.outcome, done.points, done.answer["balance"]) == ("created", 0, None)
    assert done.answer["reasons"][0]["text"] == "No points: no earning rule rewards “Page viewed” on this day"
    assert (rows(shop, "activities.event"), rows(shop, "ledger.entry")) == (1, 0)


def test_orders_and_events_do_not_reward_each_other(shop):
    reward(shop)
    member = shop.join("M1")
    assert shop.buy(member, "O1", 1000).points == 10
    assert take(shop, intake(member, "E1"))[0].points == 10
    assert shop.balance(member).available == 20


def test_case_001_the_same_event_again_is_told_the_same_and_earns_once(shop):
    reward(shop)
    member = shop.join("M1")
    (first,) = take(shop, intake(member, "E1"))
    shop.later(400)
    (again,) = take(shop, intake(member, "E1"))
    assert again == changed(first, outcome="replayed")
    assert shop.conn.execute("select count(*), sum(points) from ledger.entry").fetchone() == (1, 10)


def test_case_001_the_same_event_twice_in_one_batch_is_recorded_once(shop):
    reward(shop)
    member = shop.join("M1")
    first, again = take(shop, intake(member, "E1"), intake(member, "E1"))
    assert (first.outcome, again.outcome) == ("created", "replayed")
    assert again.answer == first.answer
    assert shop.balance(member).available == 10


def test_an_id_is_unique_within_its_source(shop):
    reward(shop)
    member = shop.join("M1")
    one = intake(member, "E1")
    other = changed(one, event=changed(one.event, source="web"))
    assert [done.outcome for done in take(shop, one, other)] == ["created", "created"]
    assert shop.balance(member).available == 20


def test_case_002_other_content_under_a_known_id_is_refused_and_the_first_stands(shop):
    member, somebody = shop.join("M1"), shop.join("M2")
    take(shop, intake(member, "E1", "review", data={"stars": 5}))
    other, theirs, in_batch, twice = take(
        shop,
        intake(member, "E1", "review", data={"stars": 1}),
        intake(somebody, "E1", "review", data={"stars": 5}),
        intake(member, "E2", "review", data={"stars": 5}),
        intake(member, "E2", "share"),
    )
    assert in_batch.outcome == "created"
    assert [[flaw.pointer for flaw in refused.flaws] for refused in (other, theirs, twice)] == [
        ["/data/stars"],
        ["/member"],
        ["/type", "/data/stars"],
    ]
    assert {type(refused) for refused in (other, theirs, twice)} == {activities.EventConflict}
    assert rows(shop, "activities.event") == 2


def test_the_limit_holds_inside_a_batch_and_across_batches(shop):
    reward(shop, limit=2, per="day")
    member, somebody = shop.join("M1"), shop.join("M2")
    batch = [intake(member, f"E{n}", at=NOW - timedelta(minutes=9 - n)) for n in range(3)]
    assert [done.points for done in take(shop, *batch, intake(somebody, "X"))] == [10, 10, 0, 10]
    (late,) = take(shop, intake(member, "E9"))
    assert late.points == 0
    assert late.answer["reasons"] == [
        {
            "code": "none.limit_day",
            "points": 0,
            "params": {"limit": 2, "event": {"en": "Check-in", "zh": "签到"}},
            "text": "No points for “Check-in”: the limit of 2 a day is reached",
        }
    ]
    assert shop.balance(member).available == 20
    assert rows(shop, "activities.event") == 5


def test_the_reason_for_no_points_is_told_in_the_members_language(shop):
    reward(shop, limit=1, per="week")
    member = shop.join("M1", language="zh")
    _, second = take(shop, intake(member, "E1"), intake(member, "E2"))
    assert second.answer["reasons"][0]["text"] == "“签到”未得积分：已达每周 1 次上限"


@pytest.mark.parametrize(
    ("per", "days", "points"),
    [
        ("day", [0, 0, 1], [10, 0, 10]),
        ("week", [0, 5, 6, 7], [10, 0, 10, 0]),  # 10 March 2026 is a Tuesday, the 16th a Monday
        ("month", [0, 21, 22], [10, 0, 10]),
        ("ever", [0, 100, 800], [10, 0, 0]),
    ],
)
def test_a_limit_counts_in_the_shops_local_periods_across_batches(shop, per, days, points):
    reward(shop, limit=1, per=per)
    member = shop.join("M1")
    shop.later(900)
    found = [take(shop, intake(member, f"E{n}", at=NOW + timedelta(days=day)))[0] for n, day in enumerate(days)]
    assert [done.points for done in found] == points


def test_a_day_ends_at_midnight_where_the_shop_is(shop):
    reward(shop, limit=1, per="day")
    member = shop.join("M1")
    times = [datetime(2026, 3, 9, 15, 59, tzinfo=UTC), datetime(2026, 3, 9, 16, 0, tzinfo=UTC)]
    found = take(shop, *(intake(member, f"E{n}", at=at) for n, at in enumerate(times)))
    assert [done.points for done in found] == [10, 10]


def test_case_028_late_events_count_where_they_belong_and_the_earlier_one_of_a_batch_is_rewarded(shop):
    reward(shop, limit=1, per="day")
    member = shop.join("M1")
    today, yesterday = NOW, NOW - timedelta(days=1)
    later, earlier = take(shop, intake(member, "E1", at=today), intake(member, "E2", at=today - timedelta(hours=1)))
    assert (later.points, earlier.points) == (0, 10)
    late, again = take(shop, intake(member, "E3", at=yesterday), intake(member, "E4", at=yesterday))
    assert (late.points, again.points) == (10, 0)
    assert shop.balance(member).available == 20
    assert shop.is_sound()


def test_two_batches_at_once_share_one_limit(database):
    with db.connect(database) as conn:
        shop = open_shop(conn)
        reward(shop, limit=1, per="day")
        member = shop.join("M1")

    def one(number: int) -> int:
        with db.connect(database) as conn:
            plan = flows.load(conn, shop.plan.program.program_id)
            (done,) = flows.record_events(conn, plan, [intake(member, f"E{number}")], at=NOW)
            return done.points

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(one, range(16))) == [0] * 15 + [10]


def test_a_tier_that_is_reached_by_points_is_reached_by_an_event(shop):
    steps = [
        replace(tier, threshold=threshold) for tier, threshold in zip(shop.plan.ladder.tiers, (0, 30, 90), strict=True)
    ]
    tiers.save(shop.conn, replace(shop.plan.ladder, metric=tiers.Metric.POINTS, tiers=tuple(steps)))
    reward(shop, points=30)
    member = shop.join("M1")
    (done,) = take(shop, intake(member, "E1"))
    assert done.answer["effects"] == [{"type": "tier.upgraded", "tier": 2, "name": "Silver"}]
    assert tiers.holdings(shop.conn, [member])[member].tier_id == 2


def test_an_event_earns_in_the_wallet_its_rule_names_and_counts_against_the_limit_there_too(shop):
    miles = open_wallet(shop, "miles", ledger.WalletKind.POINTS, pending_days=3)
    reward(shop, points=7, wallet_id=miles, limit=1, per="day")
    member = shop.join("M1")
    first, second = take(shop, intake(member, "E1"), intake(member, "E2"))
    (in_miles,) = first.answer["wallets"]
    assert (first.points, in_miles["wallet"], in_miles["points"], in_miles["balance"]["pending"]) == (0, "miles", 7, 7)
    assert (second.points, second.answer["wallets"]) == (0, [])
    (third,) = take(shop, intake(member, "E3"))
    assert third.answer["wallets"] == []
    assert [done.answer["reasons"][0]["text"] for done in (first, second, third)] == [
        "Thanks (version 1)",
        "No points for “Check-in”: the limit of 1 a day is reached",
        "No points for “Check-in”: the limit of 1 a day is reached",
    ]
    assert shop.balance(member).available == 0
    assert shop.is_sound()


def test_where_a_wallet_counts_for_tiers_only_what_an_event_earns_there_does(shop):
    status = open_wallet(shop, "growth", ledger.WalletKind.STATUS)
    steps = zip(shop.plan.ladder.tiers, (0, 30, 90), strict=True)
    ranks = tuple(replace(tier, threshold=threshold) for tier, threshold in steps)
    tiers.save(shop.conn, replace(shop.plan.ladder, metric=tiers.Metric.POINTS, tiers=ranks))
    reward(shop, "review", 500)
    reward(shop, "share", 30, wallet_id=status)
    member = shop.join("M1")
    review, share = take(shop, intake(member, "E1", "review"), intake(member, "E2", "share"))
    assert (review.points, review.answer["effects"]) == (500, [])
    assert [effect["name"] for effect in share.answer["effects"]] == ["Silver"]


def test_what_is_wrong_with_one_event_never_touches_its_neighbors(shop):
    reward(shop)
    member = shop.join("M1")
    unknown = members.Identifier(members.IdentifierKind.EXTERNAL, "nobody")
    found = take(
        shop,
        intake(member, "E1"),
        intake(member, "E2", "dance"),
        intake(member, "E3", "survey_answered", data={"scores": 3, "survey": None}),
        intake(unknown, "E4"),
        intake(member, "E5", at=NOW + timedelta(minutes=10)),
        intake(member, ""),
        intake(member, "E6"),
    )
    assert [one.code if isinstance(one, Exception) else one.outcome for one in found] == [
        "created", "unknown-event-type", "validation-failed", "unknown-member", "event-in-future", "invalid-text",
        "created",
    ]  # fmt: skip
    assert [(flaw.pointer, flaw.code) for flaw in found[2].flaws] == [
        ("/data/scores", "unknown-field"),
        ("/data/survey", "validation-failed"),
    ]
    assert found[2].flaws[0].detail == "unknown; did you mean 'score'?"
    assert (rows(shop, "activities.event"), shop.balance(member).available) == (2, 20)


def test_nothing_is_recorded_of_a_frozen_member(shop):
    member = shop.join("M1")
    members.set_status(shop.conn, shop.plan.program.program_id, member, members.Status.FROZEN)
    (refused,) = take(shop, intake(member, "E1"))
    assert isinstance(refused, members.MemberFrozen)
    assert rows(shop, "activities.event") == 0


def test_case_029_an_event_waits_for_its_member_and_is_recorded_when_they_come(shop):
    reward(shop, "survey_answered", 25)
    unknown = members.Identifier(members.IdentifierKind.EXTERNAL, "M9")
    asked = intake(unknown, "E1", "survey_answered", data={"survey": "spring"}, on_unknown="hold")
    (parked,) = take(shop, asked)
    (again,) = take(shop, asked)
    assert (parked.outcome, again.outcome, parked.answer) == ("parked", "parked", again.answer)
    (conflict,) = take(shop, changed(asked, event=changed(asked.event, data={"survey": "fall"})))
    assert isinstance(conflict, activities.EventConflict)
    member = shop.join("M9")
    assert shop.balance(member).available == 25
    assert activities.waiting(shop.conn, shop.plan.program.program_id, limit=5) == []
    (replayed,) = take(shop, asked)
    assert (replayed.outcome, replayed.points) == ("replayed", 25)


def test_an_order_and_an_event_under_one_id_wait_for_the_same_member(shop):
    reward(shop)
    unknown = members.Identifier(members.IdentifierKind.EXTERNAL, "M9")
    shop.take([flows.Intake(order=shop.order("7", 1000), member=unknown, on_unknown="hold")])
    take(shop, intake(unknown, "7", on_unknown="hold"))
    assert shop.balance(shop.join("M9")).available == 20


def test_a_type_of_the_shops_own_is_taken_and_can_be_widened_but_not_narrowed(shop):
    program_id, kinds = shop.plan.program.program_id, activities.AttributeType
    grade = activities.Attribute(name="grade", type=kinds.ENUM, required=True, options=("a", "b"))
    tasting = activities.EventType(code="tasting", name={"en": "Tasting"}, attributes=(grade,))
    assert activities.declare_event_type(shop.conn, program_id, tasting, at=NOW)
    member = shop.join("M1")
    refused, taken = take(
        shop,
        intake(member, "E1", "tasting", data={"grade": "c"}),
        intake(member, "E2", "tasting", data={"grade": "b"}),
    )
    assert [flaw.detail for flaw in refused.flaws] == ["one of the declared options"]
    assert taken.outcome == "created"
    spent = activities.Attribute(name="spent_minor", type=kinds.MONEY)
    wider = replace(tasting, attributes=(replace(grade, options=("a", "b", "c"), required=False), spent))
    assert not activities.declare_event_type(shop.conn, program_id, wider, at=NOW)
    assert activities.event_types(shop.conn, program_id)["tasting"] == wider
    for narrower in (
        replace(wider, attributes=()),
        replace(wider, attributes=(replace(grade, options=("a",)), spent)),
        replace(wider, attributes=(grade, spent)),
        replace(wider, attributes=(*wider.attributes, replace(spent, name="more", required=True))),
        replace(wider, attributes=(wider.attributes[0], replace(spent, type=kinds.TEXT))),
    ):
        with pytest.raises(activities.EventTypeNarrowed):
            activities.declare_event_type(shop.conn, program_id, narrower, at=NOW)
    assert activities.event_types(shop.conn, program_id)["tasting"] == wider


def test_a_built_in_type_can_be_widened_and_other_programs_keep_theirs(shop):
    program_id = shop.plan.program.program_id
    built_in = activities.BUILT_IN["check_in"]
    mood = activities.Attribute(name="mood", type=activities.AttributeType.TEXT)
    with pytest.raises(activities.EventTypeNarrowed):
        activities.declare_event_type(shop.conn, program_id, replace(built_in, attributes=(mood,)), at=NOW)
    wider = replace(built_in, attributes=(*built_in.attributes, mood))
    activities.declare_event_type(shop.conn, program_id, wider, at=NOW)
    assert activities.event_types(shop.conn, program_id)["check_in"] == wider
    assert activities.event_types(shop.conn, program_id + 1)["check_in"] == built_in


_KIND = activities.EventType(
    code="all",
    name={"en": "All"},
    attributes=tuple(
        activities.Attribute(name=str(kind), type=kind, options=("x",) if kind == "enum" else ())
        for kind in activities.AttributeType
    ),
)


def test_data_is_kept_in_one_form():
    data = {
        "text": "茶", "integer": -3, "money": 250, "boolean": False, "date": "2026-02-28", "enum": "x",
        "instant": "2026-03-10T12:00:00+08:00",
    }  # fmt: skip
    kept = activities.fitting(_KIND, data)
    assert kept == {**data, "instant": "2026-03-10T04:00:00+00:00"}
    assert activities.fitting(_KIND, {"text": None}) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text", 5), ("text", "x" * 1001), ("text", "\x00"), ("text", "\ud800"),
        ("integer", True), ("integer", 1.0), ("integer", "1"), ("integer", 2**53 + 1),
        ("money", -1), ("money", 12.5), ("money", True), ("money", 10**12 + 1),
        ("boolean", 1), ("boolean", "true"),
        ("date", "2026-02-30"), ("date", "20260228"), ("date", 20260228),
        ("instant", "2026-03-10T12:00:00"), ("instant", "9999-12-31T23:59:59-08:00"), ("instant", 0),
        ("enum", "y"), ("enum", ""),
    ],
)  # fmt: skip
def test_data_that_does_not_fit_its_type_is_refused_and_pointed_at(name, value):
    with pytest.raises(activities.EventDataInvalid) as refused:
        activities.fitting(_KIND, {name: value})
    assert [flaw.pointer for flaw in refused.value.flaws] == [f"/data/{name}"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"code": "Big"}, "/code"),
        ({"name": {"en": "", "zh": ""}}, "/name"),
        ({"name": {"en": "x" * 101}}, "/name/en"),
        ({"attributes": (activities.Attribute(name="A", type=activities.AttributeType.TEXT),)}, "/attributes/0/name"),
        (
            {"attributes": (activities.Attribute(name="a", type=activities.AttributeType.ENUM),)},
            "/attributes/0/options",
        ),
    ],
)
def test_a_declaration_no_event_could_be_held_against_is_refused(change, pointer):
    with pytest.raises(activities.EventTypeInvalid) as refused:
        activities.check_event_type(replace(activities.EventType(code="x", name={"en": "X"}), **change))
    assert [flaw.pointer for flaw in refused.value.flaws] == [pointer]
