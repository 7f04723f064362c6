"""Members over HTTP: enrolling, finding, the statement."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from .conftest import ago, refusal


def test_enrolling_again_is_never_a_conflict(shop):
    body = {"external_id": "C-9", "phone": "+86 138-0000-0001", "name": "Lin", "birth_on": "1990-11-03"}
    first, again = shop.post("/v1/members", body), shop.post("/v1/members", body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content
    assert first.json()["identifiers"] == [
        {"kind": "phone", "value": "+86****0001"},
        {"kind": "external", "value": "C-9"},
    ]


def test_enrolling_at_once_makes_one_member(shop):
    body = {"external_id": "C-8", "phone": "+86 138-0000-0002"}
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: shop.post("/v1/members", body), range(16)))
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert [answer.status_code for answer in answers].count(201) == 1
    assert len({answer.json()["member_id"] for answer in answers}) == 1


def test_a_name_that_is_sent_is_corrected(shop):
    shop.post("/v1/members", {"external_id": "C-7", "name": "Lin", "birth_on": "1990-11-03"})
    told = shop.post("/v1/members", {"external_id": "C-7", "name": "林晓梅"}).json()
    assert (told["name"], told["birth_on"]) == ("林晓梅", "1990-11-03")


def test_an_identifier_of_somebody_else_is_refused(shop):
    shop.member(phone="+86 138-0000-0003")
    before = shop.picture()
    refusal(shop.post("/v1/members", {"external_id": "C-6", "phone": "+8613800000003"}), 409, "identifier-taken")
    assert shop.picture() == before


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({}, "validation-failed", ""),
        ({"phone": "12"}, "validation-failed", "/phone"),
        ({"external_id": ""}, "validation-failed", "/external_id"),
        ({"email": "nobody"}, "validation-failed", "/email"),
        ({"external_id": "1", "birth_on": "1990-13-01"}, "validation-failed", "/birth_on"),
        ({"external_id": "1", "language": "fr"}, "validation-failed", "/language"),
        ({"external_id": "1", "attributes": {"a": 2**60}}, "validation-failed", "/attributes/..."),
        ({"external_id": "1", "name": "\u0000"}, "invalid-text", "/name"),
        ({"external_id": "1", "enrolled_at": "0001-01-01T00:00:00+08:00"}, "invalid-timestamp", "/enrolled_at"),
        ({"externalid": "1"}, "unknown-field", "/externalid"),
    ],
)
def test_somebody_who_cannot_be_enrolled_is_pointed_at(shop, body, code, pointer):
    before = shop.picture()
    answer = refusal(shop.post("/v1/members", body), 422, code)
    assert [flaw["pointer"] for flaw in answer["errors"]] == [pointer]
    assert shop.picture() == before


def test_members_are_found_by_what_the_till_knows(shop):
    member_id = shop.member(external_id="C-5", phone="+86 138 0000 0005", email="Lin@Example.com", card="A 17")
    for query in ("phone:+8613800000005", "phone:%2B86%20138%200000%200005", "email:lin@example.COM", "card:A%2017",
                  "external:C-5"):  # fmt: skip
        assert shop.get(f"/v1/members/lookup?identifier={query}").json()["member_id"] == member_id
    refusal(shop.get("/v1/members/lookup?identifier=phone:+8613800000009"), 404, "not-found")
    body = refusal(shop.get("/v1/members/lookup"), 422, "validation-failed")
    assert [flaw["pointer"] for flaw in body["errors"]] == ["/query/identifier"]


def test_the_office_sees_identifiers_whole(shop):
    member_id = shop.member(phone="+86 138 0000 0006")
    told = shop.get(f"/v1/members/{member_id}", key=shop.admin).json()
    assert told["identifiers"][0] == {"kind": "phone", "value": "+8613800000006"}


def test_a_statement_tells_balances_tier_and_every_line(waiting_shop):
    shop = waiting_shop
    member_id = shop.member(enrolled_at="2024-01-01T00:00:00Z")
    old = shop.buy(member_id, total_minor=60_000, occurred_at=ago(days=100))
    new = shop.buy(member_id, total_minor=30_000)
    told = shop.get(f"/v1/members/{member_id}/statement").json()
    assert told["balance"] == {
        "available": 600,
        "pending": 300,
        "waiting": 0,
        "held": 0,
        "debt": 0,
        "expiring": [{"expires_on": old["expires_on"], "points": 600}],
        "activating": [{"usable_on": new["usable_on"], "points": 300}],
    }
    tier = told["tier"]
    assert (tier["name"], tier["next"], tier["missing"]) == ("Member", "Silver", 10_000)
    assert [(line["points"], line["balance"]) for line in told["lines"]] == [(300, 900), (600, 600)]
    assert told["lines"][0]["title"] == f"Earned with order {new['order_id']}"
    assert told["next_cursor"] is None
    chinese = shop.get(f"/v1/members/{member_id}/statement?language=zh").json()
    assert chinese["lines"][0]["title"] == f"订单 {new['order_id']} 获得"
    assert (chinese["unit"], chinese["tier"]["next"]) == ("积分", "银卡会员")


def test_a_statement_is_read_page_by_page(shop):
    member_id = shop.member()
    for _ in range(7):
        shop.buy(member_id)
    pages, cursor = [], ""
    while cursor is not None:
        told = shop.get(f"/v1/members/{member_id}/statement?limit=3{f'&cursor={cursor}' if cursor else ''}").json()
        pages.append([line["entry_id"] for line in told["lines"]])
        cursor = told["next_cursor"]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert len({entry for page in pages for entry in page}) == 7


@pytest.mark.parametrize(
    "query", ["cursor=x", "cursor=WzEsMl0", "limit=0", "limit=101", "limit=x", "limit=²", "language=fr"]
)
def test_a_statement_that_is_asked_for_wrongly_is_refused(shop, query):
    body = refusal(shop.get(f"/v1/members/{shop.member()}/statement?{query}"), 422, "validation-failed")
    assert [flaw["pointer"] for flaw in body["errors"]] == [f"/query/{query.partition('=')[0]}"]


def test_a_member_sees_what_can_be_had(shop):
    member_id = shop.member()
    shop.give(member_id, 400)
    offers = {offer["name"]: offer for offer in shop.get(f"/v1/members/{member_id}/rewards").json()["rewards"]}
    assert offers["Free express delivery"]["can_redeem"]
    assert offers["5 off your next purchase"] | {"reward_id": ""} == {
        "reward_id": "",
        "name": "5 off your next purchase",
        "points": 500,
        "can_redeem": False,
        "why_not": "insufficient-points",
        "missing": 100,
        "prices": [{"money_minor": 0, "points": 500}],
        "for_whom": None,
        "resets_at": None,
    }
    assert offers["New-product tasting evening"]["why_not"] == "tier"
