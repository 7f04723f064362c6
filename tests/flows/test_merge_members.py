"""Two members become one, and two again: what leads where, what moves, what counts."""

from datetime import date

import pytest
from tests.flows.conftest import Shop
from tests.flows.test_record_events import intake, take
from tests.flows.test_record_events import reward as reward_event
from tests.flows.test_share_account import found, leave, pool, reward

from regulars import flows
from regulars.flows.unmerge_members import still_there
from regulars.program import tiers
from regulars.records import ledger, members

MARCH, APRIL = date(2027, 3, 31), date(2027, 4, 30)


@pytest.fixture
def pair(shop: Shop):
    """Ann has 300 points that end with March 2027; Bea, who is Ann, has 200 that end with April."""
    ann, bea = shop.join("ann"), shop.join("bea")
    shop.buy(ann, "SO-1", 30_000)
    shop.later(days=30)
    shop.buy(bea, "SO-2", 20_000)
    return ann, bea


def merge(shop: Shop, member, into, **more) -> flows.Merged:
    return flows.merge_members(shop.conn, shop.plan, member, into, at=shop.at, **more)


def unmerge(shop: Shop, member, **more) -> flows.Merged:
    return flows.unmerge_members(shop.conn, shop.plan, member, at=shop.at, **more)


def whom(shop: Shop, name: str):
    identifier = members.Identifier(members.IdentifierKind.EXTERNAL, name)
    return members.find(shop.conn, shop.plan.program.program_id, [identifier])[identifier]


def status(shop: Shop, member) -> members.Status:
    return members.get(shop.conn, shop.plan.program.program_id, member).status


def counted(shop: Shop, member) -> tuple[str, int]:
    progress = tiers.standing(shop.conn, shop.plan.ladder, member, today=shop.today)
    return progress.tier.name["en"], progress.reached


def test_case_134_a_merge_and_its_undoing_give_everybody_what_they_had(shop, pair):
    ann, bea = pair
    done = merge(shop, bea, ann)
    assert (done.outcome, done.answer["moved"]) == ("done", [{"wallet": "points", "points": 200, "debt": 0}])
    assert (status(shop, bea), whom(shop, "bea")) == (members.Status.MERGED, ann)
    assert shop.balance(ann).expiring == ((MARCH, 300), (APRIL, 200))
    assert shop.balance(bea).available == 0
    assert counted(shop, ann) == ("Member", 50_000)
    assert shop.is_sound()
    back = unmerge(shop, bea)
    assert back.answer["moved"] == [{"wallet": "points", "points": 200, "debt": 0}]
    assert (status(shop, bea), whom(shop, "bea")) == (members.Status.ACTIVE, bea)
    assert (shop.balance(ann).expiring, shop.balance(bea).expiring) == (((MARCH, 300),), ((APRIL, 200),))
    assert (counted(shop, ann), counted(shop, bea)) == (("Member", 30_000), ("Member", 20_000))
    assert shop.is_sound()


def test_orders_under_the_old_id_or_identifier_are_the_members_they_lead_to(shop, pair):
    ann, bea = pair
    merge(shop, bea, ann)
    by_id = shop.buy(bea, "SO-3", 10_000)
    identifier = members.Identifier(members.IdentifierKind.EXTERNAL, "bea")
    by_name = shop.take([flows.Intake(order=shop.order("SO-4", 10_000), member=identifier)])[0]
    together = shop.take(
        [flows.Intake(order=shop.order(f"SO-{n}", 1_000), member=who) for n, who in ((5, ann), (6, bea))]
    )
    assert {one.answer["member_id"] for one in (by_id, by_name, *together)} == {str(ann)}
    assert shop.balance(ann).available == 720
    assert shop.is_sound()


def test_an_order_again_gets_its_first_answer_whatever_was_merged_since(shop, pair):
    ann, bea = pair
    merge(shop, bea, ann)
    again = shop.buy(bea, "SO-2", 20_000, at=shop.at)
    assert (again.outcome, again.points) == ("replayed", 200)
    shop.buy(bea, "SO-3", 10_000)
    unmerge(shop, bea)
    assert shop.buy(bea, "SO-3", 10_000).outcome == "replayed"
    assert shop.balance(ann).available == 400
    cay = shop.join("cay")
    assert shop.buy(cay, "SO-3", 10_000).code == "event-conflict"


def test_a_return_of_an_old_order_is_taken_from_the_member_it_leads_to(shop, pair):
    ann, bea = pair
    merge(shop, bea, ann)
    answer = shop.give_back("R-1", "SO-2", amount_minor=15_000).answer
    assert (answer["points_taken_back"], answer["points_owed"]) == (150, 0)
    assert shop.balance(ann).expiring == ((MARCH, 300), (APRIL, 50))
    assert counted(shop, ann) == ("Member", 35_000)
    assert (shop.balance(bea).available, shop.balance(bea).debt) == (0, 0)
    unmerge(shop, bea)
    assert (shop.balance(ann).available, shop.balance(bea).available) == (300, 50)
    assert (counted(shop, ann)[1], counted(shop, bea)[1]) == (30_000, 5_000)
    shop.give_back("R-2", "SO-2")
    assert (shop.balance(ann).available, shop.balance(bea).available) == (300, 0)
    assert shop.is_sound()


def test_the_tier_is_that_of_both_together_and_each_has_their_own_again(shop):
    ann, bea = shop.join("ann"), shop.join("bea")
    shop.buy(ann, "SO-1", 60_000)
    shop.buy(bea, "SO-2", 50_000)
    assert merge(shop, bea, ann).answer["tier"]["name"] == "Silver"
    assert counted(shop, ann) == ("Silver", 110_000)
    assert tiers.headcount(shop.conn, shop.plan.program.program_id) == {2: 1}
    assert [move.cause for move in tiers.moves(shop.conn, ann, limit=9)] == ["merge"]
    unmerge(shop, bea)
    assert (counted(shop, ann), counted(shop, bea)) == (("Member", 60_000), ("Member", 50_000))
    assert tiers.headcount(shop.conn, shop.plan.program.program_id) == {}


def test_the_better_tier_of_the_two_is_kept_and_given_back(shop):
    ann, bea = shop.join("ann"), shop.join("bea")
    shop.buy(bea, "SO-2", 100_000)
    shop.later(days=370)
    merge(shop, bea, ann)
    assert counted(shop, ann) == ("Silver", 0)
    unmerge(shop, bea)
    assert (counted(shop, ann)[0], counted(shop, bea)[0]) == ("Member", "Silver")


def test_pending_owed_and_held_points_come_along_and_go_back(founded):
    shop = founded(return_window_days=14)
    ann, bea = shop.join("ann"), shop.join("bea")
    shop.buy(bea, "SO-1", 30_000)
    shop.later(days=15)
    shop.buy(bea, "SO-2", 5_000)
    flows.hold_points(shop.conn, shop.plan, bea, 120, external_id="cart", at=shop.at)
    flows.hold_points(shop.conn, shop.plan, bea, 80, external_id="other", at=shop.at)
    assert merge(shop, bea, ann).answer["holds"] == 2
    balance = shop.balance(ann)
    assert (balance.available, balance.pending, balance.held) == (100, 50, 200)
    identifier = members.Identifier(members.IdentifierKind.EXTERNAL, "bea")
    paid = flows.Intake(order=shop.order("SO-3", 10_000), member=identifier, hold_ids=("cart",))
    assert shop.take([paid])[0].answer["points_paid"] == 120
    assert shop.is_sound()
    back = unmerge(shop, bea).answer
    assert back["moved"] == [{"wallet": "points", "points": 230, "debt": 0}]
    assert (shop.balance(bea).available, shop.balance(bea).pending) == (180, 50)
    assert (shop.balance(ann).available, shop.balance(ann).held, shop.balance(ann).pending) == (0, 0, 98)
    assert shop.is_sound()


def test_a_debt_comes_along_and_goes_back_as_far_as_it_is_owed(shop, pair):
    ann, bea = pair
    shop.buy(bea, "SO-3", 10_000)
    flows.redeem_reward(shop.conn, shop.plan, bea, reward(shop, "free-delivery"), external_id="RD", at=shop.at)
    flows.redeem_reward(shop.conn, shop.plan, ann, reward(shop, "free-delivery"), external_id="RD", at=shop.at)
    shop.give_back("R-1", "SO-2")
    assert merge(shop, bea, ann).answer["moved"] == [{"wallet": "points", "points": 0, "debt": 200}]
    shop.buy(ann, "SO-4", 15_000)
    assert (shop.balance(ann).available, shop.balance(ann).debt) == (0, 50)
    unmerge(shop, bea)
    assert (shop.balance(ann).debt, shop.balance(bea).debt) == (0, 50)
    assert shop.is_sound()


def test_what_was_spent_meanwhile_is_not_given_back(shop, pair):
    ann, bea = pair
    merge(shop, bea, ann)
    flows.redeem_reward(shop.conn, shop.plan, ann, reward(shop, "free-delivery"), external_id="RD", at=shop.at)
    flows.adjust_points(shop.conn, shop.plan, bea, -80, shown_reason="Taken", actor="op", reference="A-1", at=shop.at)
    unmerge(shop, bea)
    assert (shop.balance(ann).available, shop.balance(bea).available) == (0, 120)
    assert shop.is_sound()


def test_the_same_pair_again_is_told_and_another_is_refused(shop, pair):
    ann, bea = pair
    first = merge(shop, bea, ann)
    assert merge(shop, bea, ann) == flows.Merged(outcome="replayed", answer=first.answer)
    with pytest.raises(flows.AlreadyMerged):
        merge(shop, bea, shop.join("cay"))
    for member, into in ((ann, ann), (ann, bea)):
        with pytest.raises(flows.MergedIntoItself):
            merge(shop, member, into)
    with pytest.raises(flows.NotMerged):
        unmerge(shop, ann)


def test_a_preview_shows_what_moves_and_moves_nothing(shop, pair):
    ann, bea = pair
    told = merge(shop, bea, ann, preview=True).answer
    assert (told["moved"][0]["points"], told["balance"]["available"]) == (200, 500)
    assert (status(shop, bea), shop.balance(bea).available) == (members.Status.ACTIVE, 200)
    merge(shop, bea, ann)
    assert unmerge(shop, bea, preview=True).answer["balance"]["available"] == 200
    assert status(shop, bea) is members.Status.MERGED


def test_after_thirty_days_a_merge_stays(shop, pair):
    ann, bea = pair
    merge(shop, bea, ann)
    shop.later(days=30)
    assert unmerge(shop, bea, preview=True).outcome == "done"
    shop.later(days=1)
    with pytest.raises(flows.MergeFinal):
        unmerge(shop, bea)


@pytest.fixture
def chain(shop: Shop, pair):
    """Bea was merged into Ann, and Ann into Cay."""
    ann, bea = pair
    cay = shop.join("cay")
    merge(shop, bea, ann)
    shop.later(days=1)
    merge(shop, ann, cay)
    return ann, bea, cay


def test_a_chain_of_merges_leads_to_its_end(shop, chain):
    *_, cay = chain
    assert {whom(shop, name) for name in ("ann", "bea", "cay")} == {cay}
    assert {shop.buy(who, f"SO-{who}", 1_000).answer["member_id"] for who in chain} == {str(cay)}
    assert (shop.balance(cay).available, counted(shop, cay)[1]) == (530, 53_000)
    shop.give_back("R-1", "SO-2")
    assert (shop.balance(cay).available, counted(shop, cay)[1]) == (330, 33_000)
    assert shop.is_sound()


def test_a_chain_is_undone_from_its_end(shop, chain):
    ann, bea, cay = chain
    unmerge(shop, ann)
    assert [whom(shop, name) for name in ("ann", "bea", "cay")] == [ann, ann, cay]
    assert (shop.balance(ann).available, shop.balance(cay).available) == (500, 0)
    assert counted(shop, ann)[1] == 50_000
    assert shop.buy(bea, "SO-3", 1_000).answer["member_id"] == str(ann)
    unmerge(shop, bea)
    assert [shop.balance(who).available for who in chain] == [310, 200, 0]
    assert [counted(shop, who)[1] for who in chain] == [31_000, 20_000, 0]
    assert shop.is_sound()


def test_a_chain_is_undone_from_its_beginning(shop, chain):
    ann, bea, cay = chain
    unmerge(shop, bea)
    assert [whom(shop, name) for name in ("ann", "bea", "cay")] == [cay, bea, cay]
    assert [shop.balance(who).available for who in chain] == [0, 200, 300]
    unmerge(shop, ann)
    assert [shop.balance(who).available for who in chain] == [300, 200, 0]
    assert [counted(shop, who)[1] for who in chain] == [30_000, 20_000, 0]
    assert shop.is_sound()


def test_who_was_merged_goes_with_the_member_into_a_household_and_out_of_it(shop, pair):
    ann, bea = pair
    cay = shop.join("cay")
    merge(shop, bea, ann)
    found(shop, cay, ann)
    assert shop.buy(bea, "SO-3", 10_000).answer["balance"]["available"] == 600
    assert shop.give_back("R-1", "SO-2").answer["balance"]["available"] == 400
    leave(shop, ann)
    assert shop.buy(bea, "SO-4", 10_000).answer["balance"]["available"] == 100
    assert pool(shop, cay).available == 400
    assert shop.is_sound()


def test_a_member_of_a_household_leaves_it_to_be_merged(shop, pair):
    ann, bea = pair
    cay = shop.join("cay")
    household = found(shop, cay, bea).household
    merge(shop, bea, ann)
    shown = flows.show_household(shop.conn, shop.plan, household.external_id, at=shop.at)
    assert [one["member_id"] for one in shown["members"]] == [str(cay)]
    assert (pool(shop, cay).available, shop.balance(ann).available) == (200, 300)
    assert shop.is_sound()


def test_a_redemption_of_before_is_undone_for_the_member_it_leads_to(shop, pair):
    ann, bea = pair
    shop.buy(bea, "SO-3", 10_000)
    done = flows.redeem_reward(shop.conn, shop.plan, bea, reward(shop, "free-delivery"), external_id="RD", at=shop.at)
    merge(shop, bea, ann)
    flows.undo_redemption(shop.conn, shop.plan, bea, done.redemption.redemption_id, at=shop.at)
    assert shop.balance(ann).expiring == ((MARCH, 300), (APRIL, 300))
    assert shop.is_sound()


def test_who_is_frozen_or_erased_is_not_merged(shop, pair):
    ann, bea = pair
    for state, refusal in (
        (members.Status.FROZEN, members.MemberFrozen),
        (members.Status.ERASED, members.MemberErased),
    ):
        members.set_status(shop.conn, shop.plan.program.program_id, bea, state)
        for one, other in ((ann, bea), (bea, ann)):
            with pytest.raises(refusal):
                merge(shop, one, other)


def test_points_that_ended_since_are_not_given_back():
    wallet = ledger.Wallet(
        program_id=1, wallet_id=1, code="points", unit={"en": "points"}, expiry=ledger.Expiry(kind="days", count=10)
    )
    old, new, other = (ledger.Lot(expires_on=date(2026, 5, day)) for day in (1, 20, 30))
    given = still_there([(old, 50), (new, 40)], {new: 10, other: 100}, wallet, lost_points=5, today=date(2026, 5, 10))
    assert given == ((new, 10), (other, 25))


def test_events_under_the_old_id_are_the_members_they_lead_to(shop, pair):
    ann, bea = pair
    reward_event(shop, "review", 50)
    merge(shop, bea, ann)
    one, two, again = take(shop, intake(bea, "E1", "review"), intake(ann, "E2", "review"), intake(ann, "E1", "review"))
    assert {one.answer["member_id"], two.answer["member_id"]} == {str(ann)}
    assert again.outcome == "replayed"
    assert shop.balance(ann).available == 600
    unmerge(shop, bea)
    assert take(shop, intake(bea, "E1", "review"))[0].outcome == "replayed"
    found(shop, ann, bea)
    assert take(shop, intake(bea, "E3", "review"))[0].answer["balance"]["available"] == 650
    assert shop.is_sound()
