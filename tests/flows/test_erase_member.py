"""A member is forgotten: nothing that names them is left anywhere, the books are as before, and nothing comes back."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from regulars import flows
from regulars.program import challenges, rewards
from regulars.records import access, activities, audit, ledger, members, outbox, privacy

from .conftest import Shop

Kind = members.IdentifierKind
CANARY = "QUXZORB"
_TABLES = """
    select format('%I.%I', schemaname, tablename) from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema', 'people', 'jobs')
"""


def found(shop: Shop, text: str) -> list[str]:
    """The tables in which a text stands, in any column."""
    tables = [row[0] for row in shop.conn.execute(_TABLES)]
    asked = "select exists (select from {} as t where position(%s in lower(t::text)) > 0)"
    hits = [t for t in tables if shop.conn.execute(asked.format(t), [text.lower()]).fetchone()[0]]
    raw = "select exists (select from access.idempotency where position(convert_to(%s, 'UTF8') in body) > 0)"
    return hits + (["results"] if shop.conn.execute(raw, [text]).fetchone()[0] else [])


@pytest.fixture
def canary(shop: Shop) -> UUID:
    """A member whose every trace carries a word nothing else has."""
    identifiers = (
        members.normal(Kind.EXTERNAL, f"{CANARY}-1"),
        members.normal(Kind.PHONE, "+8613812345670"),
        members.normal(Kind.EMAIL, f"{CANARY}@example.com"),
        members.normal(Kind.CARD, "9988776655443"),
    )
    joining = members.Enrollment(
        identifiers=identifiers, enrolled_at=shop.at, name=f"Lin {CANARY}", attributes={"diet": CANARY}
    )
    [(member_id, _)] = flows.enroll_member(shop.conn, shop.plan, [joining], at=shop.at)
    shop.buy(member_id, f"{CANARY}-order", 30000)
    shop.buy(member_id, f"{CANARY}-second", 20000)
    shop.give_back(f"{CANARY}-return", f"{CANARY}-order", amount_minor=5000, reason=CANARY)
    adjust(shop, member_id, 50)
    review = activities.Event(
        source="shop", external_id=f"{CANARY}-event", type="review", occurred_at=shop.at, data={"comment": CANARY}
    )
    [told] = flows.record_events(shop.conn, shop.plan, [flows.EventIntake(event=review, member=member_id)], at=shop.at)
    assert isinstance(told, flows.RecordedEvent), told
    challenges.join_boards(shop.conn, shop.plan.program.program_id, member_id, CANARY, name="", at=shop.at)
    choice = privacy.Choice(
        purpose=privacy.Purpose.MARKETING, channel=privacy.Channel.EMAIL, is_given=True, version=0, place="form",
        proof=CANARY, told_by="api", given_at=shop.at,
    )  # fmt: skip
    flows.give_consent(shop.conn, shop.plan, member_id, [choice], at=shop.at)
    result = access.Result(key="k", request_digest=b"1", status=201, body=f"{member_id} {CANARY}".encode())
    access.keep_results(shop.conn, shop.plan.program.program_id, [result], at=shop.at)
    return member_id


def adjust(shop: Shop, member_id: UUID, points: int) -> None:
    flows.adjust_points(
        shop.conn, shop.plan, member_id, points, shown_reason=CANARY, actor="lin", reference="a", at=shop.at
    )


def erase(shop: Shop, member_id: UUID, **more: object) -> flows.Erased:
    return flows.erase_member(shop.conn, shop.plan, member_id, by="member", at=shop.at, **more)


def sums(shop: Shop) -> list:
    return shop.conn.execute(
        "select kind, wallet_id, count(*), sum(points) from ledger.entry group by 1, 2 order by 1, 2"
    ).fetchall()


def test_nothing_that_names_them_is_left_and_the_books_are_as_before(shop: Shop, canary: UUID) -> None:
    before, balance = sums(shop), shop.balance(canary)
    assert len(found(shop, CANARY)) >= 8
    assert erase(shop, canary).outcome == "erased"
    for trace in (CANARY, "13812345670", "9988776655443"):
        assert found(shop, trace) == []
    assert sums(shop) == before
    assert shop.balance(canary) == balance
    assert shop.is_sound()
    assert members.get(shop.conn, shop.plan.program.program_id, canary).status is members.Status.ERASED
    assert erase(shop, canary).outcome == "replayed"


def test_what_was_merged_into_them_goes_too(shop: Shop, canary: UUID) -> None:
    other = shop.join(f"{CANARY}-2", name=CANARY)
    flows.merge_members(shop.conn, shop.plan, other, canary, at=shop.at)
    assert erase(shop, other).outcome == "erased"
    assert found(shop, CANARY) == []


def test_case_137_an_old_order_or_event_that_comes_again_is_told_that_they_are_gone(shop: Shop, canary: UUID) -> None:
    order = shop.order(f"{CANARY}-order", 30000)
    name = members.normal(Kind.EXTERNAL, f"{CANARY}-1")
    event = activities.Event(source="shop", external_id=f"{CANARY}-event", type="review", occurred_at=shop.at, data={})
    erase(shop, canary)
    count = members.count(shop.conn, shop.plan.program.program_id)
    for unknown in ("enroll", "hold", "refuse"):
        [answer] = shop.take([flows.Intake(order=order, member=name, on_unknown=unknown)])
        assert answer.code == "member-erased"
    [answer] = flows.record_events(
        shop.conn, shop.plan, [flows.EventIntake(event=event, member=name, on_unknown="hold")], at=shop.at
    )
    assert answer.code == "member-erased"
    assert members.count(shop.conn, shop.plan.program.program_id) == count
    assert found(shop, CANARY) == []


def test_somebody_who_comes_back_is_a_new_member(shop: Shop, canary: UUID) -> None:
    erase(shop, canary)
    again = shop.join(f"{CANARY}-1")
    assert again != canary
    assert shop.buy(again, "new", 1000).outcome == "created"


@pytest.mark.parametrize("what", ["open-hold", "debt", "household", "open-redemption"])
def test_case_136_what_stands_against_it_is_told_and_nothing_is_done(shop: Shop, canary: UUID, what: str) -> None:
    stand_against(shop, canary, what)
    assert erase(shop, canary, preview=True).reasons == (what,)
    with pytest.raises(privacy.ErasureBlocked) as blocked:
        erase(shop, canary)
    assert blocked.value.facts == {"reasons": [what]}
    assert "members.profile" in found(shop, CANARY)


def stand_against(shop: Shop, member_id: UUID, what: str) -> None:
    match what:
        case "open-hold":
            flows.hold_points(shop.conn, shop.plan, member_id, 10, external_id="h", at=shop.at)
        case "debt":
            flows.adjust_points(
                shop.conn, shop.plan, member_id, -shop.balance(member_id).spendable, shown_reason="x", actor="lin",
                reference="b", at=shop.at,
            )  # fmt: skip
            shop.give_back("all", f"{CANARY}-second")
            assert shop.balance(member_id).debt
        case "household":
            flows.found_household(shop.conn, shop.plan, "H1", [member_id, shop.join("mate")], at=shop.at)
        case "open-redemption":
            one = next(r for r in rewards.catalogue(shop.conn, shop.plan.program.program_id) if r.price_points <= 400)
            flows.redeem_reward(shop.conn, shop.plan, member_id, one.reward_id, external_id="r", at=shop.at)


def test_it_can_be_set_for_a_day_and_waits_for_what_stands_against_it(shop: Shop, canary: UUID) -> None:
    program_id = shop.plan.program.program_id
    due_on = shop.today + timedelta(days=14)
    assert erase(shop, canary, due_on=due_on).outcome == "scheduled"
    assert privacy.due(shop.conn, program_id, on_date=shop.today, limit=9) == []
    shop.later(14)
    flows.hold_points(shop.conn, shop.plan, canary, 10, external_id="h", at=shop.at)
    due = privacy.due(shop.conn, program_id, on_date=shop.today, limit=9)
    assert flows.erase_due(shop.conn, shop.plan, due, at=shop.at) == 0
    assert privacy.erasure(shop.conn, canary).blocked == ("open-hold",)
    flows.release_hold(shop.conn, shop.plan, canary, "h", at=shop.at)
    assert flows.erase_due(shop.conn, shop.plan, due, at=shop.at) == 1
    assert privacy.erasure(shop.conn, canary).done_at == shop.at
    assert found(shop, CANARY) == []


def test_an_erasure_that_was_set_can_be_taken_back(shop: Shop, canary: UUID) -> None:
    erase(shop, canary, due_on=shop.today + timedelta(days=3))
    assert privacy.withdraw_erasure(shop.conn, canary)
    shop.later(9)
    assert privacy.due(shop.conn, shop.plan.program.program_id, on_date=shop.today, limit=9) == []


def test_points_of_somebody_who_is_gone_end_as_all_others(shop: Shop, canary: UUID) -> None:
    erase(shop, canary)
    shop.live(800)
    assert shop.balance(canary).spendable == 0
    assert shop.is_sound()


def test_others_learn_of_it(shop: Shop, canary: UUID) -> None:
    erase(shop, canary)
    page = outbox.read(shop.conn, shop.plan.program.program_id, after=0, limit=100, types=["member.erased"])
    assert [noted.change.member_id for noted in page.changes] == [canary]


def test_everything_that_is_kept_of_a_member_is_told(shop: Shop, canary: UUID) -> None:
    told = flows.of_member(shop.conn, canary)
    assert told["members.profile"][0]["name"] == f"Lin {CANARY}"
    assert {row["external_id"] for row in told["activities.purchase"]} == {f"{CANARY}-order", f"{CANARY}-second"}
    assert told["privacy.consent"][0]["proof"] == CANARY
    assert not {key for rows in told.values() for row in rows for key in row if "digest" in key}
    assert date.fromisoformat(told["ledger.lot"][0]["expires_on"])
    assert audit.notes(shop.conn, shop.plan.program.program_id, limit=1) == []
    assert ledger.Movement
