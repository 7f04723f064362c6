"""The guard's pages: a rule is tried and saved, a case is decided and taken back, holes are looked for."""

from uuid import UUID

import pytest
from django.test import Client
from tests.doors.console.conftest import Shop

from regulars import flows
from regulars.doors.console import once
from regulars.program import guard
from regulars.records import audit

RULE = {"orders": "1", "hours": "48", "verdict": "hold", "mode": "live", "what": "save"}


@pytest.fixture
def lin(shop: Shop) -> UUID:
    member = shop.join("lin", called="Lin")
    for n in range(2):
        shop.buy(member, f"SO-{n}", 30000)
    return member


def watch(shop: Shop) -> guard.Case:
    with shop.conn.transaction():
        flows.guard_members(shop.conn, shop.plan, at=shop.at.replace(microsecond=999_999))
    [case] = guard.cases(shop.conn, shop.plan.program.program_id, limit=9, state=guard.State.OPEN)
    return case


def test_a_draft_is_tried_and_writes_nothing_then_saved(operator: Client, shop: Shop, lin: UUID) -> None:
    tried = operator.post("/fraud/rules/new/velocity", {**RULE, "what": "try"}).content.decode()
    assert "1 members in 30 days" in tried
    assert "Lin" in tried
    assert guard.every(shop.conn, shop.plan.program.program_id) == []
    assert operator.post("/fraud/rules/new/velocity", RULE).status_code == 302
    page = operator.get("/fraud").content.decode()
    assert "More than 1 orders of one member at one till within 48 hours." in page
    noted = audit.notes(shop.conn, shop.plan.program.program_id, limit=9, verbs=["guard-rule-saved"])
    assert noted[0].facts == {"rule": 1, "mode": "live", "orders": 1, "hours": 48}


def test_numbers_out_of_range_are_told_at_their_field(operator: Client, shop: Shop) -> None:
    answer = operator.post("/fraud/rules/new/velocity", {**RULE, "orders": "0"})
    assert answer.status_code == 422
    assert guard.every(shop.conn, shop.plan.program.program_id) == []
    assert operator.get("/fraud/rules/new/luck").status_code == 404


def test_a_case_shows_what_was_seen_is_decided_with_a_reason_and_taken_back(
    operator: Client, shop: Shop, lin: UUID
) -> None:
    operator.post("/fraud/rules/new/velocity", RULE)
    case = watch(shop)
    assert "Lin" in operator.get("/fraud").content.decode()
    path = f"/fraud/cases/{case.case_id}"
    assert operator.post(path, {"what": "confirm"}).status_code == 422
    assert operator.post(path, {"what": "confirm", "reason": "one card for all", "freezes": "on"}).status_code == 302
    assert "one card for all" in operator.get(path).content.decode()
    assert "Frozen" in operator.get(f"/members/{lin}").content.decode()
    operator.post(f"{path}/reopen")
    assert guard.case(shop.conn, shop.plan.program.program_id, case.case_id).state is guard.State.OPEN
    operator.post(path, {"what": "release", "reason": "a party"})
    assert "a party" in operator.get(path).content.decode()
    assert "No cases" in operator.get("/fraud").content.decode()


def test_a_spending_that_is_stopped_at_the_console_leaves_its_case(operator: Client, shop: Shop, lin: UUID) -> None:
    rule = guard.Rule(
        program_id=shop.plan.program.program_id, rule_id=0, type="contact_change", params={"points": 1, "hours": 48},
        mode=guard.Mode.LIVE, verdict=guard.Verdict.HOLD,
    )  # fmt: skip
    guard.save(shop.conn, rule, by="Ada", at=shop.at)
    shop.conn.execute(
        "insert into members.identifier (program_id, kind, value, member_id, added_at) "
        "values (%s, 'phone', '+8613900139000', %s, now() - interval '1 minute')",
        [shop.plan.program.program_id, lin],
    )
    offers = flows.offers(shop.conn, shop.plan, lin, at=shop.at)
    reward = next(f"{one['reward_id']}:{one['points']}" for one in offers if one["can_redeem"])
    told = {"reward": reward, "token": once.token()}
    answer = operator.post(f"/members/{lin}/redeem", told)
    assert answer.status_code == 422
    assert "The guard looks at this member" in answer.content.decode()
    assert [one.member_id for one in guard.cases(shop.conn, shop.plan.program.program_id, limit=9)] == [lin]


def test_holes_are_looked_for_without_any_rule(operator: Client, shop: Shop, lin: UUID) -> None:
    for n in range(2, 9):
        shop.buy(lin, f"SO-{n}", 1000)
    page = operator.get("/fraud/report").content.decode()
    assert "Orders at one till" in page
    assert "Lin" in page
