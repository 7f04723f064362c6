"""Who may open what: every address, every role, reading and writing. Source: quality/targets T17."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import get_resolver
from tests.doors.console.conftest import BACKEND, Shop

from regulars.doors.console import permissions
from regulars.records import audit
from regulars.records.access import ROLES, May, Role

_VALUES = {
    "member_id": uuid4(), "order_id": uuid4(), "parked_id": uuid4(), "adjustment_id": uuid4(), "reward_id": uuid4(),
    "redemption_id": uuid4(), "trial_id": uuid4(), "challenge_id": uuid4(), "experience_id": uuid4(),
    "case_id": uuid4(), "key_id": uuid4(), "rule_id": 999, "campaign_id": 999, "change_no": 9, "line_id": 9,
    "version": 9, "account_id": 999, "code": "none", "coupon_code": "none", "effect": "none", "scope": "earning",
    "template": "none", "type": "none", "name": "none", "what": "none", "token": "none",
}  # fmt: skip


def addresses() -> Iterator[tuple[str, str]]:
    """Every address with its name, filled with ids of nothing."""
    for pattern in get_resolver().url_patterns:
        route = str(pattern.pattern)
        for name, converter in pattern.pattern.converters.items():
            prefix = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
            route = route.replace(f"<{prefix}:{name}>", str(_VALUES[name]))
        yield pattern.name or "", f"/{route}"


def as_role(client: Client, role: Role) -> Client:
    account, _ = get_user_model().objects.get_or_create(username=str(role), defaults={"role": str(role)})
    client.force_login(account, backend=BACKEND)
    return client


def test_every_address_says_what_it_needs_and_nothing_else_does(shop: Shop) -> None:
    assert {name for name, _ in addresses()} | {"gallery", "gallery_count"} == permissions.NEEDS.keys()


@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_what_it_may_and_nothing_else(client: Client, shop: Shop, role: Role) -> None:
    wrong = leaks(as_role(client, role), role)
    assert wrong == []


def leaks(client: Client, role: Role) -> list[str]:
    """Cells of the matrix that are not as declared: 403 where it must not be, or none where it must."""
    wrong = []
    for name, path in addresses():
        if name in {"account_logout", "language", "theme"}:
            continue
        for method in ("get", "post"):
            need = permissions.needed(name, writes=method == "post")
            is_allowed = not isinstance(need, May) or need in ROLES[role]
            try:
                status = getattr(client, method)(path).status_code
            except Exception:  # the page broke over ids of nothing: it was opened
                status = 500
            if (status != 403) != is_allowed:
                wrong.append(f"{role} {method} {name}: {status}")
    return wrong


def test_a_check_that_is_taken_away_is_found(client: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    clerk = as_role(client, Role.CLERK)
    monkeypatch.setattr(permissions, "may", lambda operator, name, writes=False: name == "members_export")
    assert [line for line in leaks(clerk, Role.CLERK) if "members_export" in line]


@pytest.mark.parametrize(
    ("name", "path"), [pytest.param(n, p, id=n) for n, p in (("home", "/"), ("members", "/members"))]
)
def test_a_stranger_is_sent_to_the_login(client: Client, shop: Shop, name: str, path: str) -> None:
    assert client.get(path)["Location"].startswith("/login")


def test_the_sidebar_shows_only_what_one_may_open(client: Client, shop: Shop) -> None:
    page = as_role(client, Role.CLERK).get("/").content.decode()
    assert "/rewards/redemptions" in page or "/members" in page
    for hidden in ('href="/ledger"', 'href="/campaigns"', 'href="/settings"', 'href="/staff"'):
        assert hidden not in page


def test_an_analyst_sees_figures_and_no_person(client: Client, shop: Shop) -> None:
    lin = shop.join("lin", called="Lin Unmistakable")
    shop.buy(lin, "SO-1", 30000)
    analyst = as_role(client, Role.ANALYST)
    for path in ("/", "/coupons", "/campaigns", "/rewards", "/tiers", "/challenges"):
        page = analyst.get(path)
        assert page.status_code == 200
        assert "Unmistakable" not in page.content.decode()
    assert analyst.get(f"/members/{lin}").status_code == 403


# Staff


def test_somebody_is_added_with_a_role_and_comes_in_by_a_link(operator: Client, shop: Shop) -> None:
    page = operator.post("/staff", {"username": "ann", "email": "", "role": "agent"}).content.decode()
    path = page.split("http://localhost")[1].split("<")[0]
    ann = Client(SERVER_NAME="localhost")
    assert ann.post(path).status_code == 302
    assert ann.get("/members").status_code == 200
    assert ann.get("/staff").status_code == 403
    assert operator.post("/staff", {"username": "Ann", "role": "agent"}).status_code == 422


def test_a_role_is_given_an_account_closed_and_its_sessions_end(operator: Client, shop: Shop) -> None:
    ann = as_role(Client(SERVER_NAME="localhost"), Role.AGENT)
    account = get_user_model().objects.get(username="agent")
    operator.post(f"/staff/{account.pk}", {"what": "role", "role": "analyst"})
    assert ann.get("/members").status_code == 403
    operator.post(f"/staff/{account.pk}", {"what": "close"})
    assert ann.get("/").status_code == 302
    operator.post(f"/staff/{account.pk}", {"what": "open"})
    verbs = [one.verb for one in audit.notes(shop.conn, shop.plan.program.program_id, limit=3)]
    assert verbs == ["staff-opened", "staff-closed", "staff-role-changed"]


def test_nobody_changes_their_own_account(operator: Client, shop: Shop) -> None:
    me = get_user_model().objects.get(username="owner")
    operator.post(f"/staff/{me.pk}", {"what": "role", "role": "clerk"})
    operator.post(f"/staff/{me.pk}", {"what": "close"})
    me.refresh_from_db()
    assert (me.role, me.is_active) == ("owner", True)
