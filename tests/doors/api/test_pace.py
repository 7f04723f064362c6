"""How fast and from where a key may ask: its pace, its networks, and addresses that guess."""

import pytest

from regulars.doors.api.pace import WRONG_KEYS_A_MINUTE, Pace, RateLimited
from regulars.kit import clock, db
from regulars.records import access


def key(shop, **more):
    with db.connect(shop.dsn) as conn:
        return access.issue(
            conn, program_id=shop.plan.program.program_id, label="paced", scopes=[access.Scope.CHECKOUT],
            at=clock.now(), **more,
        )  # fmt: skip


def test_a_key_with_a_pace_is_told_what_is_left_and_when_to_come_again(shop):
    _, secret = key(shop, minute_max=3)
    answers = [shop.get("/v1/rewards", key=secret) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert [one.headers["ratelimit"].split(";")[1] for one in answers[:3]] == ["r=2", "r=1", "r=0"]
    assert answers[0].headers["ratelimit-policy"] == '"key";q=3;w=60'
    assert answers[3].json()["code"] == "rate-limited"
    assert 1 <= int(answers[3].headers["retry-after"]) <= 20
    assert "ratelimit" not in shop.get("/v1/rewards").headers


def test_a_bucket_fills_evenly_and_never_above_its_top(shop):
    paced, _ = key(shop, minute_max=60)
    pace = Pace()
    for _ in range(60):
        pace.take(paced, now=0.0)
    with pytest.raises(RateLimited):
        pace.take(paced, now=0.5)
    pace.take(paced, now=1.0)
    with pytest.raises(RateLimited):
        pace.take(paced, now=1.5)
    told = pace.take(paced, now=10_000.0)
    assert told["ratelimit"].startswith('"key";r=59;')


def test_an_address_that_guesses_keys_has_to_wait(shop, monkeypatch):
    monkeypatch.undo()
    for _ in range(WRONG_KEYS_A_MINUTE):
        assert shop.get("/v1/rewards", key="rk_" + "x" * 32).status_code == 401
    assert shop.get("/v1/rewards", key="rk_" + "x" * 32).status_code == 429
    assert shop.get("/v1/rewards").status_code == 200, "who has a key goes on"


def test_a_key_is_refused_from_elsewhere(shop):
    _, secret = key(shop, networks=["203.0.113.0/24"])
    refused = shop.get("/v1/rewards", key=secret)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    ("networks", "address", "is_in"),
    [
        ([], "anything", True),
        (["203.0.113.0/24"], "203.0.113.9", True),
        (["203.0.113.0/24"], "203.0.114.9", False),
        (["203.0.113.7"], "::ffff:203.0.113.7", True),
        (["2001:db8::/32"], "2001:db8::1", True),
        (["203.0.113.0/24"], "", False),
    ],
)
def test_an_address_is_in_a_network_or_not(networks, address, is_in):
    assert access.is_from(networks, address) is is_in


def test_a_key_is_renewed_with_an_overlap(shop):
    old, old_secret = key(shop, minute_max=100, networks=["0.0.0.0/0", "::/0"])
    at = clock.now()
    with db.connect(shop.dsn) as conn:
        with pytest.raises(access.NetworkInvalid):
            access.issue(conn, program_id=1, label="x", scopes=[], at=at, networks=["here"])
        made, secret = access.rotate(conn, old, at=at, ends_at=at)
        assert (made.label, made.scopes, made.minute_max, made.networks) == (
            old.label, old.scopes, old.minute_max, old.networks,
        )  # fmt: skip
        assert access.authenticate(conn, secret, at=at).key_id == made.key_id
        with pytest.raises(access.KeyExpired):
            access.authenticate(conn, old_secret, at=at)
