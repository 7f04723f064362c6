"""Rules that watch for abuse: whom they find, what stops, what a person decides, and what a draft would have found."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from regulars import flows
from regulars.program import guard
from regulars.records import access, ledger, members, outbox

from .conftest import Shop

ADA = access.staff(1, "Ada")
Verdict, Mode, State = guard.Verdict, guard.Mode, guard.State


def rule(shop: Shop, type: str, verdict: Verdict = Verdict.HOLD, mode: Mode = Mode.LIVE, **params: int) -> guard.Rule:
    usual = {name: default for name, (default, _, _) in guard.TYPES[type].PARAMS.items()}
    wanted = guard.Rule(
        program_id=shop.plan.program.program_id, rule_id=0, type=type, params=usual | params, mode=mode, verdict=verdict
    )
    return guard.save(shop.conn, wanted, by="Ada", at=shop.at)


def watch(shop: Shop) -> int:
    return flows.guard_members(shop.conn, shop.plan, at=shop.at)


def cases(shop: Shop, **more: object) -> list[guard.Case]:
    return guard.cases(shop.conn, shop.plan.program.program_id, limit=99, **more)


def buy(shop: Shop, member: UUID, number: str, minor: int = 10_000, till: str = "1") -> None:
    assert shop.buy(member, number, minor, store="S1", till=till).outcome == "created"


def hold(shop: Shop, member: UUID, name: str, points: int = 10) -> flows.Held:
    return flows.hold_points(shop.conn, shop.plan, member, points, external_id=name, at=shop.at)


def settle(shop: Shop, case: guard.Case, reason: str, *, is_abuse: bool, freezes: bool = False) -> guard.Case:
    told = {"is_abuse": is_abuse, "reason": reason, "freezes": freezes}
    return flows.decide_case(shop.conn, shop.plan, case.case_id, **told, by=ADA, at=shop.at)


@pytest.fixture
def lin(shop: Shop) -> UUID:
    return shop.join("lin")


# What is found


def test_tm15_a_cashiers_card_at_three_a_day_is_found_within_a_week_and_950_in_a_year_on_the_first_day(
    shop: Shop,
) -> None:
    rule(shop, "velocity", orders=15, hours=168)
    slow, fast, honest = shop.join("slow"), shop.join("fast"), shop.join("honest")
    found_on: dict[UUID, int] = {}
    for day in range(7):
        for n in range(3):
            buy(shop, slow, f"slow-{day}-{n}")
        if day < 3:
            for n in range(17):
                buy(shop, fast, f"fast-{day}-{n}")
        buy(shop, honest, f"honest-{day}")
        watch(shop)
        for case in cases(shop):
            found_on.setdefault(case.member_id, day)
        shop.later(1)
    assert found_on == {fast: 0, slow: 5}


def test_orders_at_many_tills_are_no_cashiers_card(shop: Shop, lin: UUID) -> None:
    rule(shop, "velocity", orders=3)
    for n in range(8):
        buy(shop, lin, str(n), till=str(n))
    assert watch(shop) == 0
    for n in range(8, 11):
        buy(shop, lin, str(n), till="1")
    assert watch(shop) == 1
    assert cases(shop)[0].evidence["till"] == "1"


def test_who_brings_most_back_is_found_and_who_brings_little_back_is_not(shop: Shop, lin: UUID) -> None:
    rule(shop, "refunds", returns=3, share=60)
    other = shop.join("other")
    for n in range(4):
        buy(shop, lin, f"l{n}")
        buy(shop, other, f"o{n}")
    for n in range(3):
        shop.give_back(f"rl{n}", f"l{n}")
        shop.give_back(f"ro{n}", f"o{n}", amount_minor=1_000)
    assert watch(shop) == 1
    assert [(one.member_id, one.measured) for one in cases(shop)] == [(lin, 3)]


def test_tm6_buy_earn_spend_return_is_found(shop: Shop, lin: UUID) -> None:
    rule(shop, "loop", times=2)
    other = shop.join("other")
    for n in range(2):
        for who, name in ((lin, "l"), (other, "o")):
            buy(shop, who, f"{name}{n}", 100_000)
        shop.later(1)
        flows.redeem_reward(shop.conn, shop.plan, lin, cheapest(shop), external_id=f"r{n}", at=shop.at)
        shop.later(1)
        for name in ("l", "o"):
            shop.give_back(f"b{name}{n}", f"{name}{n}")
        shop.later(1)
    assert watch(shop) == 1
    assert [(one.member_id, one.measured) for one in cases(shop)] == [(lin, 2)]


def cheapest(shop: Shop) -> UUID:
    from_cheap = sorted(flows.offers(shop.conn, shop.plan, shop.join("looker"), at=shop.at), key=lambda o: o["points"])
    return UUID(from_cheap[0]["reward_id"])


def test_points_gathered_by_gifts_are_found(shop: Shop, lin: UUID) -> None:
    rule(shop, "gifts", gifts=3)
    allow_gifts(shop)
    for n in range(3):
        friend = shop.join(f"f{n}")
        buy(shop, friend, f"o{n}", 30_000)
        shop.later(1)
        gift = flows.Gift(gift_id=f"g{n}", giver_id=friend, to=lin, points=50)
        flows.give_points(shop.conn, shop.plan, gift, at=shop.at)
    assert watch(shop) == 1
    assert [(one.member_id, one.measured) for one in cases(shop)] == [(lin, 3)]


def allow_gifts(shop: Shop) -> None:
    giving = ledger.Giving(transfer_max=1_000, day_max=1_000, member_days_min=0)
    ledger.save_wallet(shop.conn, replace(shop.plan.wallet, giving=giving))
    shop.reload()


def test_a_sleeping_account_that_is_emptied_is_stopped_before_it_spends(shop: Shop, lin: UUID) -> None:
    rule(shop, "dormant", points=100, days=60)
    buy(shop, lin, "1", 50_000)
    assert hold(shop, lin, "early", 200).outcome == "created"
    flows.release_hold(shop.conn, shop.plan, lin, "early", at=shop.at)
    shop.later(70)
    assert hold(shop, lin, "small", 99).outcome == "created"
    with pytest.raises(guard.UnderReview) as stopped:
        hold(shop, lin, "large", 200)
    [case] = cases(shop)
    assert stopped.value.facts == {"case": str(case.case_id)}
    assert (case.member_id, case.measured) == (lin, 200)


def test_spending_after_a_new_contact_needs_the_member_to_show_who_they_are(shop: Shop, lin: UUID) -> None:
    rule(shop, "contact_change", Verdict.CHALLENGE, points=100, hours=48)
    buy(shop, lin, "1", 50_000)
    shop.later(1)
    assert hold(shop, lin, "before", 150).outcome == "created"
    add_phone(shop, lin)
    with pytest.raises(guard.ChallengeRequired):
        hold(shop, lin, "after", 150)
    [case] = cases(shop)
    flows.decide_case(
        shop.conn,
        shop.plan,
        case.case_id,
        is_abuse=False,
        reason="showed a passport",
        freezes=False,
        by=ADA,
        at=shop.at,
    )
    assert hold(shop, lin, "after", 150).outcome == "created"


def add_phone(shop: Shop, member: UUID) -> None:
    shop.conn.execute(
        "insert into members.identifier (program_id, kind, value, member_id, added_at) "
        "values (%s, 'phone', %s, %s, %s)",
        [shop.plan.program.program_id, "+8613800138000", member, shop.at],
    )


# What follows


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("mode", [Mode.WATCH, Mode.LIVE])
def test_a_verdict_stops_what_it_says_only_when_the_rule_is_live(shop: Shop, lin: UUID, verdict, mode) -> None:
    rule(shop, "velocity", verdict, mode, orders=1)
    for n in range(2):
        buy(shop, lin, str(n), 50_000)
    watch(shop)
    assert cases(shop)[0].verdict is (verdict if mode is Mode.LIVE else Verdict.NOTE)
    if mode is Mode.WATCH or verdict is Verdict.NOTE:
        assert hold(shop, lin, "h").outcome == "created"
        return
    stops = {
        Verdict.CHALLENGE: guard.ChallengeRequired,
        Verdict.HOLD: guard.UnderReview,
        Verdict.REFUSE: members.MemberFrozen,
    }
    with pytest.raises(stops[verdict]):
        hold(shop, lin, "h")
    with pytest.raises(stops[verdict]):
        flows.redeem_reward(shop.conn, shop.plan, lin, cheapest(shop), external_id="r", at=shop.at)
    if verdict is not Verdict.REFUSE:
        assert shop.buy(lin, "more", 10_000).points > 0, "earning goes on"


def test_a_rule_that_is_off_finds_nobody_and_watching_twice_finds_nobody_new(shop: Shop, lin: UUID) -> None:
    off = rule(shop, "velocity", mode=Mode.OFF, orders=1)
    for n in range(3):
        buy(shop, lin, str(n))
    assert watch(shop) == 0
    rule(shop, "velocity", orders=1)
    assert (watch(shop), watch(shop)) == (1, 0)
    assert cases(shop)[0].rule_id != off.rule_id


def test_a_decision_holds_can_be_taken_back_for_30_days_and_not_twice(shop: Shop, lin: UUID) -> None:
    rule(shop, "velocity", orders=1)
    for n in range(2):
        buy(shop, lin, str(n))
    watch(shop)
    [case] = cases(shop)

    def decide(*, is_abuse: bool) -> guard.Case:
        return settle(shop, case, "looked", is_abuse=is_abuse, freezes=True)

    decided = decide(is_abuse=True)
    assert (decided.state, decided.decided_name, decided.reason) == (State.CONFIRMED, "Ada", "looked")
    with pytest.raises(guard.CaseDecided):
        decide(is_abuse=False)
    with pytest.raises(members.MemberFrozen):
        hold(shop, lin, "h")
    shop.later(29)
    assert flows.reopen_case(shop.conn, shop.plan, case.case_id, at=shop.at).state is State.OPEN
    with pytest.raises(guard.UnderReview):
        hold(shop, lin, "h")
    decide(is_abuse=False)
    assert hold(shop, lin, "h").outcome == "created"
    shop.later(31)
    with pytest.raises(guard.CaseDecided):
        flows.reopen_case(shop.conn, shop.plan, case.case_id, at=shop.at)


def test_what_was_released_is_looked_at_no_more_and_what_comes_after_is(shop: Shop, lin: UUID) -> None:
    rule(shop, "velocity", orders=2)
    for n in range(3):
        buy(shop, lin, str(n))
    watch(shop)
    [case] = cases(shop)
    settle(shop, case, "a party", is_abuse=False)
    assert watch(shop) == 0
    shop.at += timedelta(hours=1)
    for n in range(3, 6):
        buy(shop, lin, str(n))
    assert watch(shop) == 1


def test_whom_a_refusing_rule_froze_takes_part_again_when_released(shop: Shop, lin: UUID) -> None:
    rule(shop, "velocity", Verdict.REFUSE, orders=1)
    for n in range(2):
        buy(shop, lin, str(n))
    watch(shop)
    [case] = cases(shop)
    settle(shop, case, "ok", is_abuse=False)
    assert hold(shop, lin, "h").outcome == "created"


def test_other_systems_learn_of_cases_and_decisions(shop: Shop, lin: UUID) -> None:
    rule(shop, "velocity", orders=1)
    for n in range(2):
        buy(shop, lin, str(n))
    watch(shop)
    [case] = cases(shop)
    settle(shop, case, "x", is_abuse=True)
    page = outbox.read(
        shop.conn, shop.plan.program.program_id, after=0, limit=99, types=["guard.found", "guard.decided"]
    )
    assert [noted.change.data for noted in page.changes] == [
        {"rule": 1, "watches": "velocity", "verdict": "hold"},
        {"case": str(case.case_id), "state": "confirmed"},
    ]


# What is learned


def test_a_draft_is_tried_on_the_days_that_are_past_and_writes_nothing(shop: Shop, lin: UUID) -> None:
    other = shop.join("other")
    for day in range(5):
        if day == 2:
            for n in range(4):
                buy(shop, lin, f"l{n}")
        buy(shop, other, f"o{day}")
        shop.later(1)
    draft = guard.Rule(
        program_id=shop.plan.program.program_id, rule_id=0, type="velocity", params={"orders": 3, "hours": 24}
    )
    told = flows.backtest(shop.conn, shop.plan, draft, days=7, at=shop.at)
    assert (told.members, [one.member_id for one in told.examples]) == (1, [lin])
    assert sum(count for _, count in told.days) == 1
    assert len(told.days) == 7
    assert cases(shop) == []


def test_a_draft_about_spending_is_tried_on_what_was_spent(shop: Shop, lin: UUID) -> None:
    buy(shop, lin, "1", 50_000)
    shop.later(100)
    hold(shop, lin, "h", 200)
    flows.capture_hold(shop.conn, shop.plan, lin, "h", at=shop.at)
    draft = guard.Rule(
        program_id=shop.plan.program.program_id, rule_id=0, type="dormant", params={"points": 100, "days": 60}
    )
    told = flows.backtest(shop.conn, shop.plan, draft, days=3, at=shop.at + timedelta(hours=1))
    assert (told.members, told.confirmed_before) == (1, 0)


def test_decisions_say_how_good_a_rule_is_and_advise_its_threshold(shop: Shop) -> None:
    one = rule(shop, "velocity", orders=2)
    for number, (orders, is_abuse) in enumerate(((3, False), (3, False), (4, False), (8, True), (9, True))):
        member = shop.join(f"m{number}")
        for n in range(orders):
            buy(shop, member, f"{number}-{n}")
        watch(shop)
        [case] = cases(shop, state=State.OPEN)
        settle(shop, case, "x", is_abuse=is_abuse)
    record = guard.records(shop.conn, shop.plan.program.program_id)[one.rule_id]
    assert (record.confirmed, record.released, record.precision) == (2, 3, 0.4)
    assert record.advised == 8


@pytest.mark.parametrize(
    "wanted",
    [
        {"type": "luck"},
        {"params": {"orders": 3}},
        {"params": {"orders": 0, "hours": 1}},
        {"params": {"orders": 3, "hours": 1, "x": 1}},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(shop: Shop, wanted) -> None:
    usual = {"type": "velocity", "params": {"orders": 3, "hours": 24}}
    rule = guard.Rule(program_id=shop.plan.program.program_id, rule_id=0, **usual | wanted)
    with pytest.raises(guard.GuardRuleInvalid):
        guard.save(shop.conn, rule, by="Ada", at=shop.at)


def test_the_daily_look_finds_holes_where_no_rule_is_on(shop: Shop, lin: UUID) -> None:
    for n in range(7):
        buy(shop, lin, str(n))
    told = {type: (count, found) for type, count, found in flows.loopholes(shop.conn, shop.plan, at=shop.at).found}
    assert told["velocity"][0] == 1
    assert told["velocity"][1][0].member_id == lin
    assert {type for type, (count, _) in told.items() if count} == {"velocity"}
