"""Points added or taken by hand: alone within an allowance, beyond it with a second person; once; never one's own."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from tests.flows.conftest import NOW, open_shop

import regulars
from regulars import flows
from regulars.kit import db
from regulars.records import access, activities, ledger, members

State = ledger.adjustments.State
LIN, WANG = access.staff(1, "Lin"), access.staff(2, "Wang")


def ask(shop, member, points, reference="T-1", *, by=LIN, **more):
    more = {"shown_reason": "With our apologies", "hidden_note": "case 7", **more}
    return flows.ask_adjustment(shop.conn, shop.plan, member, points, by=by, reference=reference, at=shop.at, **more)


def approve(shop, member, reference="T-1", *, by=WANG):
    return flows.approve_adjustment(shop.conn, shop.plan, member, reference, by=by, at=shop.at)


def decline(shop, member, reference="T-1", *, by=WANG, note="Not without the parcel"):
    return flows.decline_adjustment(shop.conn, shop.plan, member, reference, by=by, at=shop.at, note=note)


def available(shop, member):
    return shop.balance(member).available


def allow(shop, *, once, day, kind=access.ActorKind.STAFF):
    wanted = {kind: ledger.adjustments.Allowance(once_points_max=once, day_points_max=day)}
    ledger.adjustments.set_allowances(shop.conn, shop.plan.program.program_id, wanted)


def test_within_the_allowance_it_is_done_at_once_and_on_record(shop):
    member = shop.join("M1")
    asked = ask(shop, member, 1000)
    assert (asked.adjustment.state, asked.is_pending, asked.is_replay) == (State.APPLIED, False, False)
    assert available(shop, member) == 1000
    kept = ledger.adjustments.find(shop.conn, member, flows.adjustment_id(member, "T-1"))
    assert kept == asked.adjustment
    assert (kept.asked_by, kept.asked_name, kept.asked_at, kept.on_date) == ("staff:1", "Lin", shop.at, shop.today)
    assert (kept.shown_reason, kept.hidden_note) == ("With our apologies", "case 7")


@pytest.mark.parametrize("points", [1001, -1001])
def test_case_124_above_the_limit_it_waits_for_a_second_person(shop, points):
    member = shop.join("M1")
    shop.buy(member, "SO-1", 200000)
    asked = ask(shop, member, points)
    assert (asked.adjustment.state, asked.is_pending) == (State.PENDING, True)
    assert available(shop, member) == 2000, "nothing moved"
    with pytest.raises(flows.FourEyes):
        approve(shop, member, by=LIN)
    assert available(shop, member) == 2000
    shop.later(2)
    done = approve(shop, member)
    assert done.adjustment.state is State.APPROVED
    assert (done.adjustment.decided_by, done.adjustment.decided_name) == ("staff:2", "Wang")
    assert done.adjustment.decided_at == shop.at
    assert available(shop, member) == 2000 + points
    newest = ledger.lines(shop.conn, member, wallet=shop.plan.wallet, limit=1)[0]
    assert newest.reason.params == {
        "text": "With our apologies", "actor": "Lin", "approver": "Wang", "note": "case 7",
    }  # fmt: skip
    said = ledger.sentence(newest, language="en", wallet=shop.plan.wallet, currency="CNY")
    assert said.title == "With our apologies", "the member reads the reason, and neither names nor notes"
    assert "case 7" not in str(said)
    assert shop.is_sound()


def test_case_124_a_day_has_a_limit_too_and_the_next_day_begins_anew(shop):
    members_ = [shop.join(f"M{number}") for number in range(7)]
    for number in range(5):
        assert not ask(shop, members_[number], 1000).is_pending
    assert ask(shop, members_[5], 1).is_pending
    assert not ask(shop, members_[6], 1, by=WANG).is_pending, "another person has a day of their own"
    approve(shop, members_[5])
    assert ask(shop, members_[5], 1, "T-2").is_pending, "what two people did counts for nobody's day"
    shop.later(1)
    assert not ask(shop, members_[5], 1, "T-3").is_pending


def test_taken_points_count_like_added_ones(shop):
    member = shop.join("M1")
    allow(shop, once=600, day=1000)
    assert not ask(shop, member, 600, "a").is_pending
    assert not ask(shop, member, -400, "b").is_pending
    assert ask(shop, member, -1, "c").is_pending
    assert available(shop, member) == 200


def test_limits_are_settings_and_none_is_no_limit(shop):
    member = shop.join("M1")
    allow(shop, once=None, day=None)
    assert not ask(shop, member, 900_000).is_pending
    allow(shop, once=None, day=900_100)
    assert not ask(shop, member, 100, "b").is_pending
    assert ask(shop, member, 1, "c").is_pending
    allow(shop, once=0, day=None)
    assert ask(shop, member, 1, "d").is_pending
    found = ledger.adjustments.allowances(shop.conn, shop.plan.program.program_id)
    default = ledger.adjustments.Allowance(once_points_max=1000, day_points_max=5000)
    assert found[access.ActorKind.KEY] == default, "keys have limits of their own"


def test_the_same_reference_is_one_adjustment_for_ever(shop):
    member = shop.join("M1")
    first = ask(shop, member, 50)
    shop.later(40)
    again = ask(shop, member, 50)
    assert (again.is_replay, again.adjustment) == (True, first.adjustment)
    assert available(shop, member) == 50
    with pytest.raises(activities.EventConflict):
        ask(shop, member, 51)
    waiting = ask(shop, member, 5000, "T-2")
    assert ask(shop, member, 5000, "T-2").adjustment == waiting.adjustment
    approve(shop, member, "T-2")
    assert ask(shop, member, 5000, "T-2").adjustment.state is State.APPROVED
    assert available(shop, member) == 5050


def test_case_126_no_reason_no_points(shop):
    member = shop.join("M1")
    for points in (50, 5000):
        with pytest.raises(flows.AdjustmentInvalid):
            ask(shop, member, points, shown_reason="  ")
    assert available(shop, member) == 0
    assert ledger.adjustments.newest(shop.conn, wallet_ids=shop.plan.wallets, states=State, limit=5) == []


def test_case_126_nobody_adjusts_or_approves_their_own_points(shop):
    own, other, program_id = shop.join("LIN"), shop.join("M2"), shop.plan.program.program_id
    assert access.name_own_member(shop.conn, program_id, LIN.person, own, at=shop.at)
    assert not access.name_own_member(shop.conn, program_id, LIN.person, own, at=shop.at)
    for points in (5, 5000, -5):
        with pytest.raises(flows.SelfGrant):
            ask(shop, own, points)
    assert not ask(shop, own, 5, by=WANG).is_pending
    ask(shop, own, 5000, "T-2", by=WANG)
    with pytest.raises(flows.SelfGrant):
        approve(shop, own, "T-2", by=LIN)
    assert not ask(shop, other, 5).is_pending
    assert available(shop, own) == 5


def test_case_126_a_second_name_takes_nothing_back(shop):
    own, mistake, program_id = shop.join("LIN"), shop.join("M2"), shop.plan.program.program_id
    for one in (own, mistake):
        access.name_own_member(shop.conn, program_id, LIN.person, one, at=shop.at)
        shop.later(1)
    assert access.own_members(shop.conn, program_id, LIN.person) == [own, mistake]
    with pytest.raises(flows.SelfGrant):
        ask(shop, own, 5)


def _key(shop, *, issued_by=""):
    program_id = shop.plan.program.program_id
    key, _secret = access.issue(
        shop.conn, program_id=program_id, label="k", scopes=[access.Scope.ADMIN], at=shop.at, issued_by=issued_by
    )
    return key.actor


def test_case_124_a_key_is_no_second_person_for_whoever_issued_it(shop):
    member, own = shop.join("M1"), shop.join("LIN")
    ask(shop, member, 5000)
    hers = _key(shop, issued_by=LIN.person)
    with pytest.raises(flows.FourEyes):
        approve(shop, member, by=hers)
    ask(shop, member, 5000, "T-2", by=hers)
    with pytest.raises(flows.FourEyes):
        approve(shop, member, "T-2", by=LIN)
    with pytest.raises(flows.FourEyes):
        approve(shop, member, "T-2", by=_key(shop, issued_by=LIN.person))
    access.name_own_member(shop.conn, shop.plan.program.program_id, LIN.person, own, at=shop.at)
    with pytest.raises(flows.SelfGrant):
        ask(shop, own, 5, by=hers)
    assert approve(shop, member, by=_key(shop)).adjustment.state is State.APPROVED
    assert available(shop, member) == 5000


def test_what_was_decided_stands(shop):
    member = shop.join("M1")
    ask(shop, member, 5000)
    first = decline(shop, member)
    assert (first.adjustment.state, first.adjustment.decision_note) == (State.DECLINED, "Not without the parcel")
    assert decline(shop, member).is_replay, "the same person again: a double click"
    for act in (approve, decline):
        with pytest.raises(flows.AlreadyDecided) as refused:
            act(shop, member, by=access.staff(3, "Chen"))
        assert refused.value.facts == {"state": "declined"}
    ask(shop, member, 10, "T-2")
    with pytest.raises(flows.AlreadyDecided):
        approve(shop, member, "T-2")
    assert available(shop, member) == 10


def test_who_asked_may_withdraw_and_a_refusal_needs_a_reason(shop):
    member = shop.join("M1")
    ask(shop, member, 5000)
    with pytest.raises(flows.AdjustmentInvalid):
        decline(shop, member, by=LIN, note=" ")
    assert decline(shop, member, by=LIN, note="A mistake").adjustment.state is State.DECLINED
    with pytest.raises(flows.AdjustmentUnknown):
        approve(shop, member, "T-9")


def test_what_cannot_be_done_any_more_goes_on_waiting(shop):
    member = shop.join("M1")
    shop.buy(member, "SO-1", 200000)
    ask(shop, member, -1500)
    ask(shop, member, -900, "T-2", by=WANG)
    with pytest.raises(ledger.InsufficientPoints):
        approve(shop, member)
    program_id = shop.plan.program.program_id
    members.set_status(shop.conn, program_id, member, members.Status.FROZEN)
    with pytest.raises(members.MemberFrozen):
        approve(shop, member)
    assert ledger.adjustments.waiting(shop.conn, wallet_ids=shop.plan.wallets) == (1, NOW)
    members.set_status(shop.conn, program_id, member, members.Status.ACTIVE)
    shop.buy(member, "SO-2", 50000)
    assert approve(shop, member).adjustment.state is State.APPROVED
    assert available(shop, member) == 2000 - 900 + 600 - 1500, "the second order earned with the factor of its tier"


def test_the_list_is_newest_first_page_by_page(shop):
    member, other = shop.join("M1"), shop.join("M2")
    for number in range(5):
        ask(shop, member if number % 2 else other, 2000, f"T-{number}")
        shop.at += timedelta(minutes=1)
    approve(shop, other, "T-2")
    listed = {"wallet_ids": shop.plan.wallets, "limit": 2}
    page = ledger.adjustments.newest(shop.conn, states=[State.PENDING], **listed)
    assert [one.reference for one in page] == ["T-4", "T-3"]
    before = (page[-1].asked_at, page[-1].adjustment_id)
    rest = ledger.adjustments.newest(shop.conn, states=[State.PENDING], before=before, **listed)
    assert [one.reference for one in rest] == ["T-1", "T-0"]
    theirs = ledger.adjustments.newest(shop.conn, states=State, member_id=member, **listed)
    assert [one.reference for one in theirs] == ["T-3", "T-1"]


@pytest.fixture
def busy(database):
    with db.connect(database) as conn:
        yield open_shop(conn)


def _at_once(database, *acts):
    """Each act on a connection of its own, all at the same moment; answers or refusals."""
    barrier = Barrier(len(acts))

    def run(act):
        with db.connect(database) as conn:
            barrier.wait()
            try:
                return act(conn)
            except (flows.AlreadyDecided, activities.EventConflict) as refused:
                return refused

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.parametrize("second", ["approve", "decline"])
def test_case_127_two_decide_at_once_and_one_of_them_did_it(busy, database, second):
    member = busy.join("M1")
    ask(busy, member, 5000)
    busy.conn.commit()
    plan, at = busy.plan, busy.at

    def wang(conn):
        return flows.approve_adjustment(conn, plan, member, "T-1", by=WANG, at=at)

    def chen(conn):
        by = access.staff(3, "Chen")
        if second == "approve":
            return flows.approve_adjustment(conn, plan, member, "T-1", by=by, at=at)
        return flows.decline_adjustment(conn, plan, member, "T-1", by=by, at=at, note="No")

    answers = _at_once(database, wang, chen)
    assert sorted(type(one).__name__ for one in answers) == ["AlreadyDecided", "Asked"]
    winner = next(one for one in answers if isinstance(one, flows.Asked))
    assert available(busy, member) == (5000 if winner.adjustment.state is State.APPROVED else 0)
    assert len(ledger.lines(busy.conn, member, wallet=plan.wallet, limit=5)) == (available(busy, member) == 5000)
    assert busy.is_sound()


def test_two_at_once_never_share_what_is_left_of_a_day(busy, database):
    allow(busy, once=None, day=1000)
    people = [busy.join(f"M{number}") for number in range(4)]
    busy.conn.commit()
    plan, at = busy.plan, busy.at

    def asking(member):
        return lambda conn: flows.ask_adjustment(
            conn, plan, member, 400, by=LIN, shown_reason="Sorry", reference="T", at=at
        )

    answers = _at_once(database, *map(asking, people))
    assert sorted(one.is_pending for one in answers) == [False, False, True, True]


def test_no_door_moves_points_by_hand_past_the_record():
    doors = Path(regulars.__file__).parent / "doors"
    calls = [path.name for path in doors.rglob("*.py") if "adjust_points(" in path.read_text(encoding="utf-8")]
    assert calls == []
