"""What happened is read in order, page by page, by those who may."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.doors.api.conftest import refusal

from regulars.kit import db
from regulars.records import outbox

DOCS = Path(__file__).parents[3] / "docs"


def read(shop, **query):
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    answer = shop.get(f"/v1/changes?{asked}", key=shop.admin)
    assert answer.status_code == 200, answer.text
    return answer.json()


def types(page) -> list[str]:
    return [change["type"] for change in page["changes"]]


def test_a_day_in_the_shop_is_told_in_order(shop):
    start = read(shop, after="now")
    assert (start["changes"], start["has_more"]) == ([], False)
    member = shop.member(name="Lin Xiaomei", phone="+86 138 0013 8044")
    told = shop.buy(member, total_minor=120_000)
    returned = {"return_id": "R", "amount_minor": 20_000, "occurred_at": told_at()}
    assert shop.post(f"/v1/orders/{told['order_id']}/returns", returned).status_code == 201
    page = read(shop, after=start["next"])
    assert types(page) == ["member.enrolled", "order.recorded", "tier.changed", "order.returned"]
    assert {change["member_id"] for change in page["changes"]} == {member}
    assert page["changes"][1]["data"] == {
        "order_id": told["order_id"],
        "source": "shop",
        "total_minor": 120_000,
        "points": told["points"],
        "generation": 1,
    }
    back = page["changes"][3]["data"]
    assert (back["amount_minor"], back["is_whole"]) == (20_000, False)
    assert "Lin" not in str(page)
    assert "138" not in str(page)
    assert read(shop, after=page["next"])["changes"] == []


def told_at() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def test_pages_and_types(shop):
    member = shop.member()
    for _ in range(3):
        shop.buy(member)
    first = read(shop, limit=2, types="order.recorded")
    rest = read(shop, limit=2, types="order.recorded", after=first["next"])
    assert (len(first["changes"]), first["has_more"]) == (2, True)
    assert (types(rest), rest["has_more"]) == (["order.recorded"], False)


def test_the_same_again_and_a_refusal_note_nothing(shop):
    body = shop.order()
    shop.post("/v1/orders", body)
    before = read(shop)
    assert shop.post("/v1/orders", body).status_code == 200
    assert shop.post("/v1/orders", {**body, "total_minor": 1}).status_code == 409
    preview = {"return_id": "R", "occurred_at": told_at()}
    assert shop.post(f"/v1/orders/{body['order_id']}/returns?preview=true", preview).status_code == 200
    assert read(shop)["changes"] == before["changes"]


def test_another_program_reads_its_own(shop, other):
    shop.buy()
    assert read(other)["changes"] == []


def test_a_till_may_not_read_it(shop):
    refusal(shop.get("/v1/changes"), 403, "forbidden")


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", "after=" + "9" * 30, "limit=0", "limit=1001", "types=nonsense"]
)
def test_odd_questions_are_refused(shop, query):
    body = refusal(shop.get(f"/v1/changes?{query}", key=shop.admin), 422, "validation-failed")
    assert [flaw["pointer"] for flaw in body["errors"]] == ["/query/" + query.partition("=")[0]]


def test_who_comes_too_late_is_told_and_can_go_on(shop):
    member = shop.member()
    shop.buy(member)
    first = read(shop, limit=1)
    with db.connect(shop.dsn) as conn:
        later = datetime.now(UTC) + timedelta(days=1)
        assert outbox.forget(conn, shop.plan.program.program_id, before_at=later, limit=100) == 2
    shop.buy(member)
    body = refusal(shop.get(f"/v1/changes?after={first['next']}", key=shop.admin), 410, "cursor-expired")
    assert types(read(shop, after=body["oldest"])) == ["order.recorded"]


def test_every_type_is_told_in_the_documents():
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    assert [name for name, says in outbox.TYPES.items() if f"| `{name}` | {says} |" not in text] == []
