"""What a basket costs with a member price and coupons: exact examples, and what holds for every basket."""

from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.program import coupons
from regulars.records import activities

PRODUCT, DELIVERY, GIFT_CARD = activities.LineKind.PRODUCT, activities.LineKind.DELIVERY, activities.LineKind.GIFT_CARD


def line(number: int, amount: int, kind=PRODUCT, *, sku: str = "", category: str = "", discount: int = 0):
    return activities.Line(
        line_id=str(number), amount_minor=amount, kind=kind, sku=sku, category=category, discount_minor=discount
    )


def basket(*amounts: int) -> list[activities.Line]:
    return [line(number, amount) for number, amount in enumerate(amounts, start=1)]


def coupon(code: str, *, pool: str = "", stacking: str = "any", **more) -> coupons.Candidate:
    fields = ("kind", "amount_minor", "percent", "pay_bp", "discount_max_minor", "sku", "gift")
    benefit = coupons.Benefit(**{name: more.pop(name) for name in fields if name in more})
    terms = coupons.Terms(name={"en": code}, benefit=benefit, stacking=stacking, **more)
    return coupons.Candidate(code=code, pool=pool or f"pool-{code}", terms=terms)


def off(code: str, amount: int, **more) -> coupons.Candidate:
    return coupon(code, kind="amount", amount_minor=amount, **more)


def percent(code: str, value: int, **more) -> coupons.Candidate:
    return coupon(code, kind="percent", percent=value, **more)


def test_a_basket_without_anything_costs_what_is_listed():
    priced = coupons.price(basket(1000, 234), [])
    assert (priced.listed_minor, priced.total_minor, priced.discounts, dict(priced.lost)) == (1234, 1234, (), {})


def test_eight_and_a_half_is_eighty_five_percent_of_the_price_and_never_eighty_five_off():
    priced = coupons.price(basket(999, 10_000), [], member_pay_bp=8500)
    assert priced.total_minor == 9349  # 10,999 less 15 %, 1,649.85 rounded to 1,650
    assert priced.line_minor == (850, 8499)
    assert priced.off_minor(coupons.MEMBER_PRICE) == 1650


def test_an_amount_is_shared_out_over_the_lines_exactly():
    priced = coupons.price(basket(3333, 3333, 3334), [off("C", 1000)])
    assert priced.line_minor == (3000, 3000, 3000)
    assert priced.discounts[0].by_line == (333, 333, 334)


def test_discounts_follow_each_other_member_price_percent_amount_delivery():
    lines = [*basket(20_000), line(2, 1200, DELIVERY)]
    taken = [
        off("MINUS20", 2000),
        percent("TENOFF", 10),
        coupon("SHIP", kind="free_shipping"),
    ]
    priced = coupons.price(lines, taken, member_pay_bp=8500)
    assert [(one.code, one.amount_minor) for one in priced.discounts] == [
        (coupons.MEMBER_PRICE, 3000),  # of 20,000
        ("TENOFF", 1700),  # of 17,000
        ("MINUS20", 2000),
        ("SHIP", 1200),
    ]
    assert priced.line_minor == (13_300, 0)


def test_case_078b_a_discount_larger_than_the_basket_stops_at_zero():
    priced = coupons.price(basket(500, 700), [off("C", 5000)])
    assert (priced.total_minor, priced.line_minor, priced.off_minor("C")) == (0, (0, 0), 1200)


def test_of_two_that_do_not_go_together_the_better_one_is_taken_and_the_other_told_to_whom_it_lost():
    priced = coupons.price(basket(10_000), [off("A", 1500, stacking="alone"), percent("B", 20)])
    assert priced.total_minor == 8000
    assert dict(priced.lost) == {"A": coupons.Why(code="stacking", params={"lost_to": "B"})}


def test_coupons_of_one_class_go_together_and_with_nothing_else():
    own = {"stacking": "class", "stack_class": "shelf"}
    priced = coupons.price(basket(10_000), [off("A", 100, **own), off("B", 200, **own), off("C", 250)])
    assert [one.code for one in priced.discounts] == ["A", "B"]
    assert priced.lost["C"] == coupons.Why(code="stacking", params={"lost_to": "A"})


def test_one_pool_gives_a_basket_one_coupon():
    priced = coupons.price(basket(10_000), [off("A", 100, pool="p"), off("B", 100, pool="p")])
    assert [one.code for one in priced.discounts] == ["A"]
    assert priced.lost["B"] == coupons.Why(code="same-pool", params={"lost_to": "A"})


def test_a_coupon_that_goes_without_the_member_price_replaces_it_only_when_it_saves_more():
    weak = off("A", 1000, with_member_price=False)
    strong = off("A", 2000, with_member_price=False)
    kept = coupons.price(basket(10_000), [weak], member_pay_bp=8500)
    assert (kept.total_minor, dict(kept.lost)) == (8500, {"A": coupons.Why(code="member-price")})
    swapped = coupons.price(basket(10_000), [strong], member_pay_bp=8500)
    assert (swapped.total_minor, swapped.off_minor(coupons.MEMBER_PRICE)) == (8000, 0)


def test_a_minimum_looks_at_its_own_products_at_listed_prices():
    lines = [line(1, 15_000, category="tea"), line(2, 9_000, category="cup")]
    priced = coupons.price(lines, [off("A", 2000, categories=("tea",), minimum_minor=20_000)], member_pay_bp=8500)
    assert priced.lost["A"] == coupons.Why(code="minimum", params={"minimum_minor": 20_000, "missing_minor": 5_000})
    reached = coupons.price(lines, [off("A", 2000, categories=("tea",), minimum_minor=15_000)])
    assert reached.line_minor == (13_000, 9_000)


def test_what_is_left_out_and_what_is_no_product_keeps_its_price():
    lines = [line(1, 1000, sku="a"), line(2, 1000, sku="b"), line(3, 5000, GIFT_CARD), line(4, 800, DELIVERY)]
    priced = coupons.price(lines, [percent("HALF", 50, without_skus=("b",))])
    assert priced.line_minor == (500, 1000, 5000, 800)


def test_a_gift_costs_nothing_and_is_taken_all_the_same():
    gift = coupon("G", kind="gift", gift={"en": "A cup"}, minimum_minor=5000)
    assert [one.code for one in coupons.price(basket(5000), [gift]).discounts] == ["G"]
    assert coupons.price(basket(4999), [gift]).lost["G"].params["missing_minor"] == 1


def test_a_coupon_with_nothing_left_to_take_is_not_used_up():
    priced = coupons.price(basket(1000), [percent("ALL", 100), off("MORE", 100)])
    assert [one.code for one in priced.discounts] == ["ALL"]
    assert priced.lost["MORE"] == coupons.Why(code="nothing-left")


def test_what_coupons_gave_in_an_order_is_what_its_lines_say_or_worked_back():
    told = [line(1, 7000, discount=3000)]
    assert coupons.given(told, [off("A", 2000), percent("B", 10)]) == {"B": 1000, "A": 2000}
    assert coupons.given(basket(8500), [percent("B", 15)]) == {"B": 1500}
    assert coupons.given(basket(8000), [off("A", 2000)]) == {"A": 2000}


# What holds for every basket

_LINES = st.lists(
    st.builds(
        line,
        st.integers(1, 9),
        st.integers(0, 200_000),
        st.sampled_from([PRODUCT, PRODUCT, PRODUCT, DELIVERY, GIFT_CARD]),
        sku=st.sampled_from("abc"),
        category=st.sampled_from(["tea", "cup", ""]),
    ),
    min_size=1,
    max_size=8,
)
_BENEFITS = st.one_of(
    st.builds(lambda n: {"kind": "amount", "amount_minor": n}, st.integers(1, 300_000)),
    st.builds(lambda n: {"kind": "percent", "percent": n}, st.integers(1, 100)),
    st.builds(lambda n: {"kind": "member_price", "pay_bp": n}, st.integers(1, 9999)),
    st.just({"kind": "free_shipping"}),
    st.just({"kind": "gift", "sku": "cup"}),
)


@st.composite
def _candidates(draw) -> list[coupons.Candidate]:
    return [
        coupon(
            f"CODE{number}",
            pool=draw(st.sampled_from(["p", "q", ""])),
            stacking=draw(st.sampled_from(["alone", "class", "any", "any"])),
            stack_class=draw(st.sampled_from(["x", "y"])),
            minimum_minor=draw(st.sampled_from([0, 0, 10_000, 100_000])),
            categories=draw(st.sampled_from([(), (), ("tea",)])),
            without_skus=draw(st.sampled_from([(), ("a",)])),
            with_member_price=draw(st.booleans()),
            discount_max_minor=draw(st.sampled_from([None, None, 500])),
            **draw(_BENEFITS),
        )
        for number in range(draw(st.integers(0, 4)))
    ]


_PAY = st.sampled_from([10_000, 8500, 8000])


@settings(max_examples=300, deadline=None)
@given(_LINES, _candidates(), _PAY, st.randoms(use_true_random=False))
def test_whatever_the_basket_its_price_holds_together(lines, candidates, pay, dice):
    priced = coupons.price(lines, candidates, member_pay_bp=pay)
    assert sum(priced.line_minor) == priced.total_minor
    assert all(0 <= now <= was.amount_minor for now, was in zip(priced.line_minor, lines, strict=True))
    assert priced.listed_minor - sum(one.amount_minor for one in priced.discounts) == priced.total_minor
    for one in priced.discounts:
        assert sum(one.by_line) == one.amount_minor
        assert min(one.by_line) >= 0
    taken = {one.code for one in priced.discounts} - {coupons.MEMBER_PRICE}
    assert taken | set(priced.lost) == {one.code for one in candidates}
    assert not taken & set(priced.lost)
    shuffled = list(candidates)
    dice.shuffle(shuffled)
    assert coupons.price(lines, shuffled, member_pay_bp=pay) == priced


@settings(max_examples=300, deadline=None)
@given(_LINES, _candidates(), _PAY)
def test_one_coupon_more_never_makes_a_basket_dearer(lines, candidates, pay):
    totals = [
        coupons.price(lines, candidates[:count], member_pay_bp=pay).total_minor for count in range(len(candidates) + 1)
    ]
    assert totals == sorted(totals, reverse=True)
