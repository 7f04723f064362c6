"""Whatever is sent, the answer is ours: never a 5xx, and every refusal in its form."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .conftest import ago, refusal

_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(
        ["", "CNY", "0", "2026-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "phone:1", "\x00", "\ud800"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
_ORDER_FIELDS = st.sampled_from(
    ["order_id", "source", "member", "currency", "total_minor", "occurred_at", "lines", "points_paid_minor", "hold_ids",
     "store", "till", "receipt", "channel", "on_unknown", "other"]
)  # fmt: skip
_LINE_FIELDS = st.sampled_from(
    ["line_id", "sku", "title", "category", "kind", "quantity", "amount_minor", "tax_minor", "discount_minor", "other"]
)
_RELAXED = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


def _fits(answer) -> None:
    if answer.status_code >= 400:
        assert answer.status_code < 500, answer.text
        refusal(answer, answer.status_code, answer.json()["code"])


@_RELAXED
@given(changes=st.dictionaries(_ORDER_FIELDS, _VALUES, min_size=1, max_size=2))
def test_an_order_with_odd_fields_is_answered(shop, changes):
    _fits(shop.post("/v1/orders", {**shop.order(_someone(shop)), **changes}))


@_RELAXED
@given(changes=st.dictionaries(_LINE_FIELDS, _VALUES, min_size=1, max_size=2))
def test_a_line_with_odd_fields_is_answered(shop, changes):
    line = {"amount_minor": 10000, **changes}
    _fits(shop.post("/v1/orders", shop.order(_someone(shop), lines=[line])))


@_RELAXED
@given(raw=st.binary(max_size=40) | _VALUES.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_answered(shop, raw):
    for path in ("/v1/orders", "/v1/members", "/v1/holds", "/v1/orders/x/returns"):
        _fits(shop.post(path, raw))


@_RELAXED
@given(
    changes=st.dictionaries(
        st.sampled_from(["hold_id", "member_id", "points", "minutes"]), _VALUES, min_size=1, max_size=2
    )
)
def test_a_hold_with_odd_fields_is_answered(shop, changes):
    _fits(shop.post("/v1/holds", {"hold_id": "H", "member_id": _someone(shop), "points": 1, **changes}))


@_RELAXED
@given(
    changes=st.dictionaries(
        st.sampled_from(["return_id", "lines", "amount_minor", "currency", "reason", "occurred_at"]),
        _VALUES,
        min_size=1,
        max_size=2,
    )
)
def test_a_return_with_odd_fields_is_answered(shop, changes):
    _fits(shop.post("/v1/orders/x/returns", {"return_id": "R", "occurred_at": ago(seconds=5), **changes}))


def _someone(shop) -> str:
    """One member for all examples of a test."""
    answer = shop.post("/v1/members", {"external_id": "someone"})
    return answer.json()["member_id"]
