"""Who may ask for what: every operation, every kind of key. Source: quality/targets T17."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from regulars import flows
from regulars.doors.api import door
from regulars.doors.api.operations import OPERATIONS
from regulars.kit import db
from regulars.records import access

ALL = [pytest.param(one, id=f"{one.method} {one.path}") for one in OPERATIONS]


@pytest.fixture
def stranger(shop):
    """A key that may do everything, in another program."""
    at = datetime.now(UTC)
    with db.connect(shop.dsn) as conn:
        plan = flows.found_program(
            conn, code=f"other-{uuid4().hex[:8]}", name={"en": "Other", "zh": "别家"}, currency="CNY",
            time_zone="Asia/Shanghai", language="en", at=at,
        )  # fmt: skip
        scopes = [access.Scope.ADMIN]
        _, secret = access.issue(conn, program_id=plan.program.program_id, label="stranger", scopes=scopes, at=at)
    return secret


def path_of(operation) -> str:
    return re.sub(r"{\w+}", lambda _: str(uuid4()), operation.path)


def ask(shop, operation, key):
    body = None if operation.method == "GET" else operation.sample or {}
    return shop.call(operation.method, path_of(operation), body, key=key)


@pytest.mark.parametrize("operation", ALL)
def test_without_a_key_nothing_is_answered(shop, operation):
    assert ask(shop, operation, "rk_" + "x" * 32).status_code == 401


@pytest.mark.parametrize("operation", [one for one in ALL if one.values[0].scope is access.Scope.ADMIN])
def test_a_till_is_refused_what_only_an_administrator_may(shop, operation):
    refused = ask(shop, operation, shop.key)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize("operation", [one for one in ALL if "{member_id}" in one.values[0].path])
def test_a_member_of_another_program_is_not_there(shop, stranger, operation):
    """The same answer as for a member nobody knows, and nothing of theirs in it."""
    member = shop.member(name="Lin Unmistakable")
    path = re.sub(r"{(\w+)}", lambda found: member if found[1] == "member_id" else str(uuid4()), operation.path)
    body = None if operation.method == "GET" else operation.sample or {}
    answer = shop.call(operation.method, path, body, key=stranger)
    assert answer.status_code in {404, 409, 422}, answer.text
    assert "Unmistakable" not in answer.text


def test_a_check_that_is_taken_away_is_found(shop, monkeypatch):
    """The negative control."""
    monkeypatch.setattr(door, "check_scope", lambda key, wanted: None)
    audit = next(one for one in OPERATIONS if one.path == "/v1/audit")
    assert ask(shop, audit, shop.key).status_code == 200
