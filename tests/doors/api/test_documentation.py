"""The documentation is complete, true and stands alone."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

import regulars
from regulars.doors.api import handbook, openapi, reward_samples, tier_samples
from regulars.doors.api.campaign_shapes import CAMPAIGN, STOP_LINE
from regulars.doors.api.challenge_shapes import CHALLENGE, PLAYER
from regulars.doors.api.event_samples import EVENT_TYPE
from regulars.doors.api.experience_shapes import EXPERIENCE
from regulars.doors.api.guard_shapes import BACKTEST, DECISION, GUARD_RULE
from regulars.doors.api.operations import EVERYWHERE, OPERATIONS, WRITES
from regulars.doors.api.page_texts import SUMMARIES, TAGS
from regulars.doors.api.privacy_shapes import CONSENTS, ERASURE, LINK, REACH, RESTRICTION
from regulars.doors.api.problems import PAGES, status_of
from regulars.doors.api.referral_shapes import TERMS, TRAITS
from regulars.doors.api.rule_shapes import CAPS, RULE
from regulars.doors.api.segment_shapes import SEGMENT
from regulars.doors.api.trial_shapes import TRIAL
from regulars.kit import ids
from regulars.kit.errors import Refusal

from .conftest import ago

ROOT = Path(regulars.__file__).parent
DOCS = ROOT.parent.parent / "docs"


def _kinds(kind: type[Refusal] = Refusal) -> list[type[Refusal]]:
    return [kind, *(found for child in kind.__subclasses__() for found in _kinds(child))]


def _written() -> set[str]:
    """The codes that classes of refusals name, wherever they stand in the source."""
    found = {"validation-failed"}
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                found |= {
                    item.value.value
                    for item in node.body
                    if isinstance(item, ast.Assign | ast.AnnAssign)
                    and isinstance(item.value, ast.Constant)
                    and (item.targets[0] if isinstance(item, ast.Assign) else item.target).id == "code"
                }
    return {code for code in found if isinstance(code, str) and code}


def test_every_code_has_its_page_and_every_page_its_code():
    assert set(PAGES) == _written()


def test_the_pages_of_the_handbook_are_those_of_the_server():
    assert (DOCS / "problems.md").read_text(encoding="utf-8") == handbook.problems()
    for code in PAGES:
        assert f"\n## {code}\n" in handbook.problems()


@pytest.mark.parametrize("kind", _kinds(), ids=lambda kind: kind.__name__)
def test_a_page_names_the_status_that_is_sent(kind):
    assert PAGES[kind.code].status == status_of(kind(""))


def test_operations_name_codes_that_exist():
    named = {code for operation in OPERATIONS for code in operation.problems} | set(EVERYWHERE) | set(WRITES)
    assert named <= set(PAGES)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one.method} {one.path}")
def test_an_operation_is_described_with_examples_that_fit(operation):
    assert operation.summary in SUMMARIES
    assert operation.tag in TAGS
    assert operation.description
    msgspec.convert(operation.example, operation.tells)
    if operation.asks:
        msgspec.convert(operation.sample, operation.asks)


def test_the_document_is_openapi_and_every_reference_in_it_leads_somewhere(client):
    document = client.get("/openapi.json").json()
    assert document == client.get("/v1/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert {(method.upper(), path) for path, of in document["paths"].items() for method in of} == {
        (operation.method, operation.path) for operation in OPERATIONS
    }
    for reference in set(re.findall(r'"\$ref": ?"#/([^"]+)"', msgspec.json.encode(document).decode())):
        place = document
        for step in reference.split("/"):
            place = place[step]
    ids = [one["operationId"] for of in document["paths"].values() for one in of.values()]
    assert len(set(ids)) == len(ids) == len(OPERATIONS)
    assert openapi.document("https://regulars.example")["servers"] == [{"url": "https://regulars.example"}]


def test_the_server_routes_what_the_document_says(client):
    routed = {(method, route.path_format) for route in client.app.routes for method in route.methods} - {
        ("GET", path) for path in ("/openapi.json", "/v1/openapi.json", "/docs", "/docs/problems")
    }
    spelled = {(operation.method, re.sub(r"{(\w+)}", r"{\1}", operation.path)) for operation in OPERATIONS}
    assert spelled <= routed


class _Page(HTMLParser):
    """What a page loads and where it leads."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.leads: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.ids += [named["id"]] if "id" in named else []
        if tag == "a":
            self.leads.append(named["href"])
        elif tag in {"script", "link", "img", "iframe"} or "style" in named:
            self.loads.append(tag)


@pytest.mark.parametrize("path", ["/docs", "/docs?lang=zh", "/docs/problems", "/docs/problems/not-found?lang=zh"])
def test_a_page_stands_alone_under_a_strict_policy(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    page = _Page()
    page.feed(answer.text)
    assert page.loads == []
    for lead in page.leads:
        assert lead.startswith(("/docs", "/openapi.json", "#", "?lang="))
        if lead.startswith("#"):
            assert lead[1:] in page.ids
        elif lead.startswith("/"):
            assert client.get(lead).status_code == 200


def test_pages_are_read_in_chinese_too(client):
    assert "记录已付订单" in client.get("/docs", headers={"Accept-Language": "zh"}).text
    assert "Record a paid order" in client.get("/docs").text
    assert client.get("/docs/problems/nothing").status_code == 404


def _given(shop, who) -> dict[str, str]:
    """Rewards with something to hand out: a list of codes, a sweepstake that is over, a bag that waits."""
    made = {}
    for code, more in (
        ("cinema", {"type": "partner_code"}),
        ("bike", {"type": "sweepstake", "winners": 1, "ends_at": "2036-01-01T00:00:00Z"}),
        ("tote", {"type": "product"}),
    ):
        body = {"code": code, "name": {"en": code}, "points": 10, **more}
        told = shop.post("/v1/rewards", body, key=shop.admin)
        assert told.status_code == 201, told.text
        made[code] = told.json()["reward_id"]
    for code in ("bike", "tote"):
        shop.post(f"/v1/rewards/{made[code]}/purchases", {"redemption_id": f"T-{code}", **who})
    with shop.connect() as conn:
        conn.execute("update rewards.reward set ends_at = now() where code = 'bike'")
    return made


def _of_rules(member_id):
    """What can be asked about earning rules."""
    rules = "/v1/earning-rules"
    basket = {"total_minor": 1000, "member_id": member_id}
    return [
        ("POST", rules, rules, RULE),
        ("GET", rules, rules, None),
        ("GET", f"{rules}/{{rule_id}}", f"{rules}/4", None),
        ("POST", f"{rules}/{{rule_id}}", f"{rules}/4", {**RULE, "params": {"factor": 3}}),
        ("POST", f"{rules}/{{rule_id}}/state", f"{rules}/4/state", {"state": "live"}),
        ("GET", f"{rules}/{{rule_id}}/versions", f"{rules}/4/versions", None),
        ("POST", f"{rules}/dry-run", f"{rules}/dry-run", {"basket": basket, "rule": RULE}),
        ("POST", "/v1/earning-caps", "/v1/earning-caps", CAPS),
        ("GET", "/v1/earning-caps", "/v1/earning-caps", None),
        ("GET", "/v1/rule-errors", "/v1/rule-errors", None),
    ]


def _of_coupons(member_id, other_id):
    """What can be asked about coupons."""
    pool, who = "/v1/coupon-pools/passed", {"member_id": member_id}
    terms = {"pool": "passed", "name": {"en": "Passed"}, "benefit": {"kind": "free_shipping"}, "is_transferable": True}
    public = {
        "pool": "open", "name": {"en": "Open"}, "benefit": {"kind": "free_shipping"}, "codes": "public",
        "public_code": "OPEN",
    }  # fmt: skip
    partner = {**terms, "pool": "stock", "from_stock": True}
    passed = {"code": "PASSED-1", "from_member": member_id, "to_member": other_id}
    reserved = {"reservation_id": "B", "code": "OPEN", **who}
    return [
        *(("POST", "/v1/coupon-pools", "/v1/coupon-pools", one) for one in (terms, public, partner)),
        ("POST", "/v1/coupon-pools/{pool}/state", f"{pool}/state", {"state": "live"}),
        ("POST", "/v1/coupon-pools/{pool}/state", "/v1/coupon-pools/open/state", {"state": "live"}),
        ("POST", "/v1/coupon-pools/{pool}/state", "/v1/coupon-pools/stock/state", {"state": "live"}),
        ("POST", "/v1/coupon-pools/{pool}/batches", f"{pool}/batches", {"batch_id": "B", "count": 5}),
        ("POST", "/v1/coupon-pools/{pool}/codes", "/v1/coupon-pools/stock/codes", {"codes": ["PASSED-1", "?"]}),
        ("POST", "/v1/coupon-pools/{pool}/issues", "/v1/coupon-pools/stock/issues", {"issue_id": "I", **who}),
        ("POST", "/v1/coupon-pools/{pool}/issues", f"{pool}/issues", {"issue_id": "J", "condition": "true"}),
        ("GET", "/v1/coupon-pools/{pool}", pool, None),
        ("GET", "/v1/coupon-pools", "/v1/coupon-pools", None),
        ("GET", "/v1/members/{member_id}/coupons", f"/v1/members/{member_id}/coupons", None),
        ("POST", "/v1/coupons/check", "/v1/coupons/check", {"code": "OPEN", **who}),
        ("POST", "/v1/coupons/check", "/v1/coupons/check", {"code": "NOTHING", **who}),
        ("POST", "/v1/coupons/reservations", "/v1/coupons/reservations", reserved),
        ("POST", "/v1/coupons/reservations/{reservation_id}/release", "/v1/coupons/reservations/B/release", who),
        ("POST", "/v1/quotes", "/v1/quotes", {"currency": "CNY", "total_minor": 5, "coupons": ["OPEN", "NO-SUCH"]}),
        ("POST", "/v1/coupons/transfers", "/v1/coupons/transfers", passed),
    ]


def pending(number):
    """A return whose money is not settled yet."""
    return {"return_id": number, "amount_minor": 5, "occurred_at": "2026-01-01T00:00:00Z", "status": "pending"}


def test_real_answers_fit_their_schemas(shop):
    by_path = {(one.method, one.path): one for one in OPERATIONS}
    member_id = shop.member(phone="+86 138 0000 0077", name="Lin")
    other_id, third_id = shop.member(), shop.member()
    shop.allow_gifts()
    shop.give(member_id, 2000)
    told = shop.buy(member_id, total_minor=120_000)
    order = f"/v1/orders/{told['order_id']}"
    who = {"member_id": member_id}
    hold = {"hold_id": "H", "points": 10, **who}
    reward_id = shop.get("/v1/rewards").json()["rewards"][0]["reward_id"]
    reward, bought = f"/v1/rewards/{reward_id}", f"/v1/rewards/{reward_id}/purchases"
    given = _given(shop, who)
    campaign = f"/v1/campaigns/{CAMPAIGN['code']}"
    held = shop.held_friends(2)
    seats = f"/v1/experiences/{EXPERIENCE['code']}"
    invited, ticket = shop.invited(member_id)
    trial = ids.key_of(shop.plan.program.program_id, "trial", TRIAL["trial_id"])
    _, case = shop.found_by_the_guard()
    cases = f"/v1/guard/cases/{case}"
    asked = [
        ("GET", "/v1/guard/cases", "/v1/guard/cases", None),
        ("POST", "/v1/guard/rules", "/v1/guard/rules", GUARD_RULE),
        ("GET", "/v1/guard/rules", "/v1/guard/rules", None),
        ("POST", "/v1/guard/cases/{case}/decision", f"{cases}/decision", DECISION),
        ("POST", "/v1/guard/cases/{case}/reopen", f"{cases}/reopen", {}),
        ("POST", "/v1/guard/cases/{case}/passed", f"{cases}/passed", {"how": "Code to the old phone"}),
        ("POST", "/v1/guard/backtests", "/v1/guard/backtests", BACKTEST),
        ("POST", "/v1/orders", "/v1/orders", shop.order(member_id)),
        ("GET", "/v1/orders/{order_id}", order, None),
        (
            "POST",
            "/v1/orders/{order_id}/returns",
            f"{order}/returns",
            {"return_id": "1", "amount_minor": 5, "occurred_at": "2026-01-01T00:00:00Z"},
        ),
        ("POST", "/v1/orders/{order_id}/returns", f"{order}/returns", pending("2")),
        ("POST", "/v1/orders/{order_id}/returns/{return_id}/confirm", f"{order}/returns/2/confirm", {}),
        ("POST", "/v1/orders/{order_id}/returns", f"{order}/returns", pending("3")),
        ("POST", "/v1/orders/{order_id}/returns/{return_id}/fail", f"{order}/returns/3/fail", {}),
        ("POST", "/v1/orders/{order_id}/cancel", f"{order}/cancel", {}),
        ("POST", "/v1/orders/{order_id}/reinstate", f"{order}/reinstate", {}),
        ("POST", "/v1/events", "/v1/events", shop.event(member_id)),
        ("GET", "/v1/event-types", "/v1/event-types", None),
        ("POST", "/v1/event-types", "/v1/event-types", EVENT_TYPE),
        ("POST", "/v1/batches", "/v1/batches", b'{"item": "dance"}\n' + shop.line("order", shop.order(member_id))),
        ("POST", "/v1/members", "/v1/members", {"external_id": "Z"}),
        ("GET", "/v1/members/lookup", "/v1/members/lookup?identifier=external:Z", None),
        ("GET", "/v1/members/{member_id}", f"/v1/members/{member_id}", None),
        ("GET", "/v1/members/{member_id}/statement", f"/v1/members/{member_id}/statement", None),
        ("GET", "/v1/members/{member_id}/rewards", f"/v1/members/{member_id}/rewards", None),
        ("POST", "/v1/quotes", "/v1/quotes", {"currency": "CNY", "total_minor": 900_000, **who}),
        ("POST", "/v1/holds", "/v1/holds", hold),
        ("POST", "/v1/holds/{hold_id}/capture", "/v1/holds/H/capture", who),
        ("POST", "/v1/holds", "/v1/holds", {**hold, "hold_id": "I"}),
        ("POST", "/v1/holds/{hold_id}/release", "/v1/holds/I/release", who),
        ("GET", "/v1/rewards", "/v1/rewards", None),
        ("GET", "/v1/changes", "/v1/changes", None),
        ("POST", "/v1/rewards/{reward_id}/purchases", bought, {"redemption_id": "R", **who}),
        ("POST", "/v1/rewards/{reward_id}/purchases/{redemption_id}/fulfill", f"{bought}/R/fulfill", who),
        ("POST", "/v1/rewards/{reward_id}/purchases", bought, {"redemption_id": "S", **who}),
        ("POST", "/v1/rewards/{reward_id}/purchases/{redemption_id}/refund", f"{bought}/S/refund", who),
        ("POST", "/v1/rewards", "/v1/rewards", reward_samples.REWARD_ASKED),
        ("GET", "/v1/rewards/{reward_id}", reward, None),
        ("POST", "/v1/rewards/{reward_id}/picture", f"{reward}/picture", reward_samples.PICTURE),
        ("GET", "/v1/rewards/{reward_id}/history", f"{reward}/history", None),
        ("POST", "/v1/rewards/{reward_id}/history/{version}/undo", f"{reward}/history/2/undo", {}),
        ("GET", "/v1/reward-categories", "/v1/reward-categories", None),
        ("POST", "/v1/reward-categories", "/v1/reward-categories", reward_samples.CATEGORY),
        ("POST", "/v1/rewards/{reward_id}/codes", f"/v1/rewards/{given['cinema']}/codes", reward_samples.CODES),
        ("GET", "/v1/rewards/{reward_id}/draw", f"/v1/rewards/{given['bike']}/draw", None),
        ("POST", "/v1/rewards/{reward_id}/draw", f"/v1/rewards/{given['bike']}/draw", reward_samples.DRAW),
        ("GET", "/v1/redemptions", "/v1/redemptions?state=any", None),
        ("GET", "/v1/rewards/{reward_id}/purchases/{redemption_id}", f"{bought}/R?member_id={member_id}", None),
        (
            "POST",
            "/v1/rewards/{reward_id}/purchases/{redemption_id}/steps",
            f"/v1/rewards/{given['tote']}/purchases/T-tote/steps",
            {**who, "step": "ship", "tracking": "SF-1"},
        ),
        ("POST", "/v1/households", "/v1/households", {"household_id": "HH", "member_ids": [member_id]}),
        ("GET", "/v1/households/{household_id}", "/v1/households/HH", None),
        ("POST", "/v1/households/{household_id}/members", "/v1/households/HH/members", {"member_id": other_id}),
        (
            "POST",
            "/v1/gifts",
            "/v1/gifts",
            {"gift_id": "G", "from_member": member_id, "to": {"id": third_id}, "points": 5},
        ),
        ("POST", "/v1/households/{household_id}/leave", "/v1/households/HH/leave", {"member_id": other_id}),
        ("POST", "/v1/members/{member_id}/merge", f"/v1/members/{other_id}/merge", {"into": member_id}),
        ("POST", "/v1/members/{member_id}/unmerge", f"/v1/members/{other_id}/unmerge", {}),
        ("POST", "/v1/households/{household_id}/dissolve", "/v1/households/HH/dissolve", {}),
        ("POST", "/v1/adjustments", "/v1/adjustments", {"reference": "A", "points": 1, "reason": "x", **who}),
        ("GET", "/v1/adjustments", "/v1/adjustments?state=applied", None),
        ("POST", "/v1/adjustments", "/v1/adjustments", {"reference": "B", "points": 1001, "reason": "x", **who}),
        ("POST", "/v1/adjustments/{reference}/approve", "/v1/adjustments/B/approve", who),
        ("POST", "/v1/adjustments", "/v1/adjustments", {"reference": "C", "points": 1001, "reason": "x", **who}),
        ("POST", "/v1/adjustments/{reference}/decline", "/v1/adjustments/C/decline", {"reason": "x", **who}),
        ("POST", "/v1/orders/{order_id}/activate", f"{order}/activate", {}),
        ("POST", "/v1/wallets", "/v1/wallets", {"code": "card", "kind": "gift_card", "unit": {"en": "gift card"}}),
        ("GET", "/v1/wallets", "/v1/wallets", None),
        ("POST", "/v1/referral-terms", "/v1/referral-terms", TERMS),
        ("GET", "/v1/referral-terms", "/v1/referral-terms", None),
        ("POST", "/v1/members/{member_id}/referral-code", f"/v1/members/{member_id}/referral-code", TRAITS),
        ("GET", "/v1/members/{member_id}/referrals", f"/v1/members/{member_id}/referrals", None),
        ("GET", "/v1/referrals", "/v1/referrals?review=waits", None),
        ("GET", "/v1/referrals/figures", "/v1/referrals/figures", None),
        ("POST", "/v1/referrals/{member_id}/approve", f"/v1/referrals/{held[0]}/approve", {}),
        ("POST", "/v1/referrals/{member_id}/refuse", f"/v1/referrals/{held[1]}/refuse", {}),
        ("POST", "/v1/experiences", "/v1/experiences", {**EXPERIENCE, **shop.tonight()}),
        ("POST", "/v1/experiences/{experience}/state", f"{seats}/state", {"state": "open"}),
        ("GET", "/v1/experiences", "/v1/experiences", None),
        ("GET", "/v1/experiences/{experience}/history", f"{seats}/history", None),
        ("POST", "/v1/experiences/{experience}/bookings", f"{seats}/bookings", {"member_id": held[0]}),
        ("POST", "/v1/experiences/{experience}/bookings/{member_id}/cancel", f"{seats}/bookings/{held[0]}/cancel", {}),
        ("GET", "/v1/members/{member_id}/experiences", f"/v1/members/{held[0]}/experiences", None),
        ("GET", "/v1/experiences/{experience}/bookings", f"{seats}/bookings", None),
        ("POST", "/v1/experiences/{experience}/check-ins", f"{invited}/check-ins", {"ticket": ticket}),
        (
            "POST",
            "/v1/experiences/{experience}/bookings/{member_id}/feedback",
            f"{invited}/bookings/{member_id}/feedback",
            {"rating": 5},
        ),
        ("POST", "/v1/members/{member_id}/consents", f"/v1/members/{member_id}/consents", CONSENTS),
        ("GET", "/v1/members/{member_id}/consents", f"/v1/members/{member_id}/consents", None),
        ("POST", "/v1/consents/allowed", "/v1/consents/allowed", {**REACH, "member_ids": [member_id]}),
        ("POST", "/v1/members/{member_id}/consent-links", f"/v1/members/{member_id}/consent-links", LINK),
        ("POST", "/v1/members/{member_id}/restriction", f"/v1/members/{member_id}/restriction", RESTRICTION),
        ("POST", "/v1/members/{member_id}/erasure", f"/v1/members/{member_id}/erasure", ERASURE),
        ("POST", "/v1/members/{member_id}/erasure/withdraw", f"/v1/members/{member_id}/erasure/withdraw", {}),
        ("GET", "/v1/members/{member_id}/export", f"/v1/members/{member_id}/export", None),
        ("GET", "/v1/audit", "/v1/audit?limit=3", None),
        ("POST", "/v1/trials", "/v1/trials", {**TRIAL, "drafts": [{}, {"without_rules": [1]}]}),
        ("GET", "/v1/trials", "/v1/trials", None),
        ("GET", "/v1/trials/{trial}", f"/v1/trials/{trial}", None),
        ("POST", "/v1/trials/{trial}/cancel", f"/v1/trials/{trial}/cancel", {}),
        ("POST", "/v1/segments", "/v1/segments", SEGMENT),
        ("GET", "/v1/segments", "/v1/segments", None),
        ("GET", "/v1/segments/{segment}", "/v1/segments/high-value", None),
        ("GET", "/v1/segments/{segment}/members", "/v1/segments/high-value/members", None),
        ("GET", "/v1/segments/{segment}/overlap", "/v1/segments/high-value/overlap?with=high-value", None),
        ("GET", "/v1/segments/{segment}/history", "/v1/segments/high-value/history", None),
        ("GET", "/v1/members/{member_id}/segments", f"/v1/members/{member_id}/segments", None),
        ("POST", "/v1/challenges", "/v1/challenges", CHALLENGE),
        ("POST", "/v1/campaigns", "/v1/campaigns", {**CAMPAIGN, "starts_on": None, "ends_on": None}),
        ("GET", "/v1/campaigns", "/v1/campaigns", None),
        ("GET", "/v1/campaigns/{campaign}", f"{campaign}", None),
        ("GET", "/v1/campaigns/{campaign}/lint", f"{campaign}/lint", None),
        ("GET", "/v1/lint", "/v1/lint", None),
        ("POST", "/v1/campaigns/{campaign}/stop-lines", f"{campaign}/stop-lines", STOP_LINE),
        ("POST", "/v1/campaigns/{campaign}/state", f"{campaign}/state", {"state": "review"}),
        ("POST", "/v1/campaigns/{campaign}/state", f"{campaign}/state", {"state": "live"}),
        ("POST", "/v1/campaigns/{campaign}/stop-lines/dry-run", f"{campaign}/stop-lines/dry-run", STOP_LINE),
        ("POST", "/v1/campaigns/{campaign}/watch", f"{campaign}/watch", {}),
        ("GET", "/v1/campaigns/{campaign}/figures", f"{campaign}/figures", None),
        ("POST", "/v1/campaigns", "/v1/campaigns", {**CAMPAIGN, "starts_on": None, "ends_on": "2030-01-01"}),
        ("GET", "/v1/campaigns/{campaign}/history", f"{campaign}/history", None),
        ("POST", "/v1/campaigns/{campaign}/undo", f"{campaign}/undo", {"change_no": 5}),
        ("POST", "/v1/campaign-policy", "/v1/campaign-policy", {"holdout_percent": 5, "needs_second_person": False}),
        ("POST", "/v1/challenges/{challenge}/state", f"/v1/challenges/{CHALLENGE['code']}/state", {"state": "live"}),
        ("GET", "/v1/challenges", "/v1/challenges", None),
        ("GET", "/v1/challenges/{challenge}/history", f"/v1/challenges/{CHALLENGE['code']}/history", None),
        ("POST", "/v1/members/{member_id}/player", f"/v1/members/{member_id}/player", PLAYER),
        ("GET", "/v1/challenges/{challenge}/leaderboard", f"/v1/challenges/{CHALLENGE['code']}/leaderboard", None),
        ("GET", "/v1/members/{member_id}/challenges", f"/v1/members/{member_id}/challenges", None),
        (
            "POST",
            "/v1/members/{member_id}/wallets/{wallet}/loads",
            f"/v1/members/{member_id}/wallets/card/loads",
            {"reference": "L", "amount_minor": 500},
        ),
        ("GET", "/v1/tier-sets", "/v1/tier-sets", None),
        ("POST", "/v1/tier-sets/{tier_set}", "/v1/tier-sets/coffee", tier_samples.TERMS),
        ("POST", "/v1/tier-sets/{tier_set}/preview", "/v1/tier-sets/coffee/preview", tier_samples.TERMS),
        ("GET", "/v1/tier-sets/{tier_set}/versions", "/v1/tier-sets/coffee/versions", None),
        ("POST", "/v1/tier-sets/{tier_set}/undo", "/v1/tier-sets/coffee/undo", {"version": 1}),
        ("POST", "/v1/tier-sets/{tier_set}/withdraw", "/v1/tier-sets/coffee/withdraw", {}),
        ("GET", "/v1/members/{member_id}/tiers", f"/v1/members/{member_id}/tiers", None),
        (
            "POST",
            "/v1/members/{member_id}/tier",
            f"/v1/members/{member_id}/tier",
            {"reference": "T", "tier": 3, "until": ago(days=-90)[:10], "reason": "x"},
        ),
        *_of_coupons(member_id, third_id),
        *_of_rules(member_id),
    ]
    assert {(method, path) for method, path, _, _ in asked} == set(by_path)
    for method, path, real, body in asked:
        operation = by_path[method, path]
        headers = {"Content-Type": operation.takes[0]}
        key = shop.second if real.endswith(("/approve", "/decline")) else shop.admin
        answer = shop.call(method, real, body, key=key, headers=headers)
        assert answer.status_code in operation.statuses, answer.text
        for line in answer.content.splitlines():
            msgspec.json.decode(line, type=operation.tells)
