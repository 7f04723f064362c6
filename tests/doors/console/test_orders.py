"""Orders and returns, the program's ledger, and what waits for a person."""

import csv
import io
from datetime import UTC, datetime
from uuid import UUID

from django.test import Client

from regulars import flows
from regulars.doors.console import once
from regulars.records import activities, members


def order_of(shop) -> activities.Purchase:
    return activities.newest(shop.conn, shop.plan.program.program_id, limit=1)[0]


def test_an_order_shows_its_lines_and_what_each_earned(operator: Client, shop, lin: UUID) -> None:
    page = operator.get(f"/orders/{lin}/{order_of(shop).order_id}").content.decode()
    for words in ("SO-1", "林晓梅", "Item 1", "¥100.00", "+100", "Item 2", "+200", "Base rate"):
        assert words in page


def test_the_list_finds_an_order_by_the_beginning_of_its_id(operator: Client, shop, lin: UUID) -> None:
    shop.buy(lin, "WEB-9", 100)
    page = operator.get("/orders?q=web").content.decode()
    assert "WEB-9" in page
    assert ">SO-1<" not in page
    assert "No order begins with “100%”" in operator.get("/orders?q=100%25").content.decode()


def test_a_return_tells_its_effect_first_and_then_has_it_once(operator: Client, shop, lin: UUID) -> None:
    address = f"/orders/{lin}/{order_of(shop).order_id}"
    effect = operator.get(f"{address}/effect", {"line_1": "1", "line_2": "0"})
    said = "¥100.00 comes back, 100 points are taken back."
    assert effect.content.decode().strip() == said
    assert shop.points(lin).spendable == 300
    form = {"token": once.token(), "what": "lines", "line_1": "1", "line_2": "0", "reason": "Too small"}
    first = operator.post(address, form, follow=True).content.decode()
    second = operator.post(address, form, follow=True).content.decode()
    assert f"The return is recorded. {said}" in first
    assert "nothing moved twice" in second
    assert shop.points(lin).spendable == 200
    assert "Too small" in second
    assert shop.is_sound()


def test_everything_left_comes_back_and_then_nothing_is_left(operator: Client, shop, lin: UUID) -> None:
    address = f"/orders/{lin}/{order_of(shop).order_id}"
    operator.post(address, {"token": once.token(), "what": "lines", "line_1": "1"})
    page = operator.post(address, {"token": once.token(), "what": "all"}, follow=True).content.decode()
    assert "¥200.00 comes back, 200 points are taken back." in page
    assert "Take a return" not in page
    again = operator.post(address, {"token": once.token(), "what": "all"})
    assert again.status_code == 422
    assert shop.points(lin).spendable == 0


def test_a_return_of_nothing_or_too_much_is_refused(operator: Client, shop, lin: UUID) -> None:
    address = f"/orders/{lin}/{order_of(shop).order_id}"
    assert operator.post(address, {"token": once.token(), "what": "lines", "line_1": "0"}).status_code == 422
    assert operator.post(address, {"token": once.token(), "what": "lines", "line_1": "2"}).status_code == 422
    assert operator.post(address, {"token": "forged", "what": "all"}).status_code == 422
    assert operator.get(f"{address}/effect", {"line_1": "2"}).status_code == 422
    assert shop.points(lin).spendable == 300


def test_an_order_that_earned_nothing_says_why(operator: Client, shop, lin: UUID) -> None:
    order = shop.buy(lin, "SO-2", 50)
    page = operator.get(f"/orders/{lin}/{order}").content.decode()
    assert "No points: the amount that earns is ¥0.50, below ¥1.00" in page


def test_the_ledger_of_the_program_adds_up_by_kind(operator: Client, shop, lin: UUID) -> None:
    operator.post(f"/members/{lin}/adjust", {"token": once.token(), "points": "-40", "shown_reason": "Correction"})
    page = operator.get("/ledger").content.decode()
    for words in ("Earned with order SO-1", "Correction", "+300", "−40", "260", "¥2.60"):
        assert words in page
    only = operator.get("/ledger?kind=adjusted").content.decode()
    assert "Correction" in only
    assert "Earned with order SO-1" not in only
    assert "No movements in these days" in operator.get("/ledger?from=2020-01-01&to=2020-01-31").content.decode()


def test_the_ledger_pages_without_losing_a_line(operator: Client, shop, lin: UUID) -> None:
    for number in range(45):
        shop.buy(lin, f"N-{number:02d}", 100)
    seen: list[str] = []
    address = "/ledger"
    while address:
        page = operator.get(address).content.decode()
        seen += [f"N-{n:02d}" for n in range(45) if f"Earned with order N-{n:02d} " in page]
        address = ""
        if 'rel="next" href="' in page:
            address = "/ledger" + page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert sorted(seen) == [f"N-{n:02d}" for n in range(45)]


def test_the_ledger_is_exported_with_members_by_the_shops_id(operator: Client, shop, lin: UUID) -> None:
    text = b"".join(operator.get("/ledger.csv").streaming_content).decode().removeprefix("\ufeff")
    head, row = csv.reader(io.StringIO(text))
    assert head == ["Shop's id", "When", "Kind", "What happened", "Why", "Points"]
    assert (row[0], row[2], row[3], row[5]) == ("M1", "Earned", "Earned with order SO-1", "300")


def test_a_return_stops_waiting_when_somebody_says_so(operator: Client, shop, lin: UUID) -> None:
    returned = activities.Return(source="shop", external_id="R9", order_external_id="SO-9", occurred_at=shop.at)
    with shop.conn.transaction():
        flows.refund_order(shop.conn, shop.plan, returned, at=datetime.now(UTC))
    page = operator.get("/waiting").content.decode()
    assert "SO-9" in page
    (parked,) = activities.waiting(shop.conn, 1, limit=5)
    said = [operator.post(f"/waiting/{parked.parked_id}/settle", follow=True).content.decode() for _ in range(2)]
    assert "It no longer waits. No points moved." in said[0]
    assert "This no longer waits; nothing was changed." in said[1]
    assert activities.waiting(shop.conn, 1, limit=5) == []


def test_an_order_that_waits_leads_to_the_form_that_enrolls_its_member(operator: Client, shop) -> None:
    phone = members.normal(members.IdentifierKind.PHONE, "+8613911112222")
    order = activities.Order(
        source="shop",
        external_id="SO-5",
        currency="CNY",
        total_minor=7000,
        occurred_at=shop.at,
        lines=(activities.Line(line_id="1", amount_minor=7000),),
    )
    with shop.conn.transaction():
        flows.record_activities(
            shop.conn, shop.plan, [flows.Intake(order=order, member=phone, on_unknown="hold")], at=shop.at
        )
    page = operator.get("/waiting").content.decode()
    assert "+86 139****2222" in page
    assert "/members/enroll?phone=%2B8613911112222" in page
    form = operator.get("/members/enroll?phone=%2B8613911112222").content.decode()
    assert 'value="+8613911112222"' in form
    address = operator.post("/members/enroll", {"token": once.token(), "phone": "+8613911112222"})["Location"]
    assert shop.points(UUID(address.rpartition("/")[2])).spendable == 70


def twin(shop, lin: UUID) -> UUID:
    same = {"store": "A", "till": "1", "receipt": "R1"}
    shop.buy(lin, "T-1", 5000, **same)
    return shop.buy(lin, "T-2", 5000, **same)


def test_a_duplicate_is_undone_once(operator: Client, shop, lin: UUID) -> None:
    order = twin(shop, lin)
    assert "T-2" in operator.get("/waiting").content.decode()
    address = f"/waiting/{lin}/{order}"
    said = [operator.post(address, {"what": "duplicate"}, follow=True).content.decode() for _ in range(2)]
    assert "The second order is undone: 50 points were taken back." in said[0]
    assert "This was decided before" in said[1]
    assert shop.points(lin).spendable == 350
    assert shop.is_sound()


def test_two_real_purchases_both_stand(operator: Client, shop, lin: UUID) -> None:
    order = twin(shop, lin)
    page = operator.post(f"/waiting/{lin}/{order}", {"what": "both"}, follow=True).content.decode()
    assert "Both orders stand, with their points." in page
    assert "No order looks like a duplicate" in page
    assert shop.points(lin).spendable == 400


def test_a_cancelled_order_is_completed_after_all_once(operator: Client, shop, lin: UUID) -> None:
    first = order_of(shop)
    address = f"/orders/{lin}/{first.order_id}"
    assert "Reinstate the order" not in operator.get(address).content.decode()
    operator.post(address, {"token": once.token(), "what": "all"})
    assert "Reinstate the order" in operator.get(address).content.decode()
    form = {"token": once.token()}
    said = [operator.post(f"{address}/reinstate", form, follow=True).content.decode() for _ in range(2)]
    assert "The order is reinstated and earned 300 points." in said[0]
    assert "This was recorded before; nothing moved twice." in said[1]
    assert shop.points(lin).spendable == 300
    second = activities.generations(shop.conn, shop.plan.program.program_id, first_of(shop, first))[-1]
    assert f"/orders/{lin}/{second.order_id}" in operator.get(address).content.decode()
    assert "Reinstate the order" not in operator.get(address).content.decode()
    assert address in operator.get(f"/orders/{lin}/{second.order_id}").content.decode()
    late = operator.post(f"{address}/reinstate", {"token": once.token()}, follow=True).content.decode()
    assert "Only an order of which everything came back can be reinstated." in late
    assert shop.points(lin).spendable == 300
    assert shop.is_sound()


def first_of(shop, purchase: activities.Purchase) -> activities.Purchase:
    """The order as it is stored now."""
    return activities.purchases(shop.conn, [(purchase.member_id, purchase.order_id)])[purchase.order_id]


def test_a_return_that_is_not_paid_back_yet_is_settled_one_way(operator: Client, shop, lin: UUID) -> None:
    address = f"/orders/{lin}/{order_of(shop).order_id}"
    form = {"token": once.token(), "what": "lines", "line_1": "1", "is_pending": "on"}
    page = operator.post(address, form, follow=True).content.decode()
    assert "¥100.00 comes back once it is paid; 100 points are set aside until then." in page
    assert "Not settled yet" in page
    assert (shop.points(lin).spendable, shop.points(lin).held) == (200, 100)
    named = f"console-{form['token'][:12]}"
    settled = [
        operator.post(f"{address}/settle", {"return": named, "what": what}, follow=True).content.decode()
        for what in ("confirm", "confirm", "fail")
    ]
    assert "The return is settled: 100 points are taken back." in settled[0]
    assert "This was recorded before; nothing moved twice." in settled[1]
    assert "This return was settled already; that stands." in settled[2]
    assert "Returns that are not settled yet" not in settled[2]
    again = {"token": once.token(), "what": "all", "is_pending": "on"}
    page = operator.post(address, again, follow=True).content.decode()
    assert "Take a return" not in page
    gone = {"return": f"console-{again['token'][:12]}", "what": "fail"}
    page = operator.post(f"{address}/settle", gone, follow=True).content.decode()
    assert "The return did not go through: nothing was taken." in page
    assert (shop.points(lin).spendable, shop.points(lin).held) == (200, 0)
    assert shop.is_sound()
    assert operator.post(f"{address}/settle", {"return": "nothing", "what": "fail"}).status_code == 302


def test_an_order_tells_the_coupons_it_used(operator: Client, shop, lin: UUID, coupon: str) -> None:
    order_id = shop.conn.execute("select order_id from coupons.use where order_id is not null").fetchone()[0]
    page = operator.get(f"/orders/{lin}/{order_id}").content.decode()
    assert "Coupons used" in page
    assert f"/coupons/pools/spring/codes/{coupon}" in page
