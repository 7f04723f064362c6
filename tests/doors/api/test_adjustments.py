"""Adjustments by machines: alone within the limits of the key, above them with a second one; case by case."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier

import pytest
from tests.doors.api.conftest import Shop, refusal

from regulars.records import access, ledger


def body(member_id: str, points: int, reference: str = "T-1", **more) -> dict:
    return {"reference": reference, "member_id": member_id, "points": points, "reason": "With our apologies", **more}


def ask(shop: Shop, member_id: str, points: int, reference: str = "T-1", *, key: str | None = None, **more):
    return shop.post("/v1/adjustments", body(member_id, points, reference, **more), key=key or shop.admin)


def decide(shop: Shop, member_id: str, what: str, *, key: str | None = None, reference: str = "T-1", **more):
    path = f"/v1/adjustments/{reference}/{what}"
    return shop.post(path, {"member_id": member_id, **more}, key=key or shop.second)


def test_case_124_above_the_limit_it_waits_and_a_second_key_approves_it(shop):
    member_id = shop.member()
    asked = ask(shop, member_id, 1001, note="case 7")
    assert (asked.status_code, asked.json()["code"], asked.json()["state"]) == (202, "approval-pending", "pending")
    assert (asked.json()["balance"]["available"], shop.balance(member_id)["available"]) == (0, 0)
    again = ask(shop, member_id, 1001, note="case 7")
    assert (again.status_code, again.json(), again.headers["idempotent-replay"]) == (202, asked.json(), "true")
    refusal(ask(shop, member_id, 1002), 409, "event-conflict")
    refusal(decide(shop, member_id, "approve", key=shop.admin), 403, "four-eyes")
    refusal(decide(shop, member_id, "approve", key=shop.key), 403, "forbidden")
    assert shop.balance(member_id)["available"] == 0
    done = decide(shop, member_id, "approve", note="The carrier confirmed it")
    assert (done.status_code, done.json()["state"], done.json()["code"]) == (200, "approved", None)
    assert (done.json()["balance"]["available"], done.json()["decision_note"]) == (1001, "The carrier confirmed it")
    assert decide(shop, member_id, "approve").headers["idempotent-replay"] == "true"
    told = ask(shop, member_id, 1001, note="case 7")
    assert (told.status_code, told.json()["state"]) == (200, "approved")
    assert shop.balance(member_id)["available"] == 1001
    (line,) = shop.get(f"/v1/members/{member_id}/statement").json()["lines"]
    assert (line["title"], line["points"]) == ("With our apologies", 1001)
    assert "case 7" not in str(line)
    assert "carrier" not in str(line)
    assert shop.books().is_sound


def test_case_124_a_day_of_a_key_has_a_limit(shop):
    members = [shop.member() for _ in range(6)]
    assert [ask(shop, one, 1000).status_code for one in members] == [201] * 5 + [202]
    assert ask(shop, members[5], 1000, "T-2", key=shop.second).status_code == 201


def test_keys_have_limits_of_their_own(shop):
    kinds, wanted = access.ActorKind, ledger.adjustments.Allowance(once_points_max=None, day_points_max=None)
    with shop.connect() as conn:
        ledger.adjustments.set_allowances(conn, shop.plan.program.program_id, {kinds.STAFF: wanted})
    member_id = shop.member()
    assert ask(shop, member_id, 1001).status_code == 202
    with shop.connect() as conn:
        ledger.adjustments.set_allowances(conn, shop.plan.program.program_id, {kinds.KEY: wanted})
    assert ask(shop, member_id, 1_000_000, "T-2").status_code == 201


def test_case_126_no_reason_is_refused_and_nothing_changes(shop):
    member_id = shop.member()
    before = shop.picture()
    refusal(ask(shop, member_id, 50, reason=" "), 422, "validation-failed")
    refusal(ask(shop, member_id, 5000, reason=""), 422, "validation-failed")
    refusal(shop.post("/v1/adjustments", {"reference": "a", "member_id": member_id, "points": 5}, key=shop.admin),
            422, "validation-failed")  # fmt: skip
    assert shop.picture() == before
    ask(shop, member_id, 5000)
    refusal(decide(shop, member_id, "decline", reason=" "), 422, "validation-failed")
    declined = decide(shop, member_id, "decline", reason="The parcel arrived")
    assert (declined.status_code, declined.json()["state"]) == (200, "declined")


def _issued(shop: Shop, person: str) -> str:
    with shop.connect() as conn:
        return access.issue(
            conn, program_id=shop.plan.program.program_id, label="hers", scopes=[access.Scope.ADMIN],
            at=datetime.now(UTC), issued_by=person,
        )[1]  # fmt: skip


def test_case_126_a_key_grants_nothing_to_the_member_its_issuer_is(shop):
    own, key = shop.member(), _issued(shop, "staff:1")
    with shop.connect() as conn:
        access.name_own_member(conn, shop.plan.program.program_id, "staff:1", own, at=datetime.now(UTC))
    before = shop.picture()
    for points in (5, -5, 5000):
        refusal(ask(shop, own, points, key=key), 403, "self-grant")
    assert shop.picture() == before
    assert ask(shop, own, 5000).status_code == 202
    refusal(decide(shop, own, "approve", key=key), 403, "self-grant")


def test_case_124_two_keys_of_one_person_are_not_four_eyes(shop):
    member_id, one, two = shop.member(), _issued(shop, "staff:1"), _issued(shop, "staff:1")
    assert ask(shop, member_id, 5000, key=one).status_code == 202
    refusal(decide(shop, member_id, "approve", key=two), 403, "four-eyes")


def test_case_127_two_decide_at_once_and_one_of_them_did_it(shop):
    member_id = shop.member()
    ask(shop, member_id, 5000)
    third, barrier = _issued(shop, "staff:9"), Barrier(2)

    def act(key):
        barrier.wait()
        return decide(shop, member_id, "approve", key=key)

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(act, (shop.second, third)), key=lambda one: one.status_code)
    assert [one.status_code for one in answers] == [200, 409]
    late = refusal(answers[1], 409, "already-decided")
    assert (late["state"], late["kept"]) == ("approved", "existing:T-1")
    assert shop.balance(member_id)["available"] == 5000
    assert shop.books().is_sound


def test_the_list_tells_who_asked_and_who_decided(shop):
    member_id = shop.member()
    for number in range(3):
        ask(shop, member_id, 2000, f"T-{number}")
    ask(shop, member_id, 10, "small")
    decide(shop, member_id, "approve", reference="T-1")
    path = "/v1/adjustments?state=pending&limit=1"
    first = shop.get(path, key=shop.admin).json()
    assert [one["reference"] for one in first["adjustments"]] == ["T-2"]
    second = shop.get(f"{path}&cursor={first['next_cursor']}", key=shop.admin).json()
    assert ([one["reference"] for one in second["adjustments"]], second["next_cursor"]) == (["T-0"], None)
    (approved,) = shop.get("/v1/adjustments?state=approved", key=shop.admin).json()["adjustments"]
    assert (approved["reference"], approved["asked_by"]) == ("T-1", f"key:{shop.admin[:9]}")
    assert approved["decided_by"] == f"key:{shop.second[:9]}"
    everything = shop.get("/v1/adjustments", key=shop.admin).json()["adjustments"]
    assert [one["reference"] for one in everything] == ["small", "T-2", "T-1", "T-0"]
    refusal(shop.get("/v1/adjustments?state=odd", key=shop.admin), 422, "validation-failed")
    refusal(shop.get("/v1/adjustments", key=shop.key), 403, "forbidden")


def test_case_121_nothing_of_another_program_can_be_decided_or_read(shop, other):
    foreign = other.member()
    ask(other, foreign, 5000)
    for what in ("approve", "decline"):
        refusal(decide(shop, foreign, what, **({"reason": "x"} if what == "decline" else {})), 404, "not-found")
    assert shop.get("/v1/adjustments", key=shop.admin).json()["adjustments"] == []


@pytest.mark.parametrize("points", [50, -50, 5000])
def test_a_wallet_is_chosen_by_its_code(shop, points):
    with shop.connect() as conn:
        ledger.save_wallet(conn, replace(shop.plan.wallet, code="stars"))
    member_id = shop.member()
    if points < 0:
        assert ask(shop, member_id, 60, "start", wallet="stars").status_code == 201
    asked = ask(shop, member_id, points, wallet="stars")
    if points == 5000:
        asked = decide(shop, member_id, "approve")
    left = 10 if points < 0 else points
    assert (asked.json()["wallet"], asked.json()["balance"]["available"]) == ("stars", left)
    assert shop.balance(member_id)["available"] == 0, "the first wallet is another"
    refusal(ask(shop, member_id, points), 409, "event-conflict")
    refusal(ask(shop, member_id, 5, "T-9", wallet="moons"), 422, "unknown-wallet")
