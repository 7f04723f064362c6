"""What people type becomes what is looked up, or is refused before anything is."""

import re

import pytest

from regulars.program import coupons
from regulars.program.coupons import codes


def test_a_code_of_ours_has_its_form_and_survives_being_read_out():
    made = {codes.generated() for _ in range(2000)}
    assert len(made) == 2000
    for code in made:
        assert re.fullmatch(r"R[0-9A-HJKMNP-TV-Z]{12}", code)
        shown = codes.shown(code)
        assert re.fullmatch(r"\w{5}-\w{4}-\w{4}", shown)
        assert coupons.normal(shown.lower().replace("0", "o").replace("1", "l")) == code


def test_case_073_every_single_wrong_character_of_a_code_shows():
    code = codes.generated()
    for place in range(1, codes.LENGTH):
        for other in codes.ALPHABET.replace(code[place], ""):
            with pytest.raises(coupons.CouponMalformed):
                coupons.normal(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize("typed", ["", "ABC", "A" * 41, "SUMMER!", "夏日优惠券", "A B", "SAVE🎉10", "SAVE\x0010"])
def test_case_073_what_cannot_be_a_code_is_malformed(typed):
    with pytest.raises(coupons.CouponMalformed):
        coupons.normal(typed)


@pytest.mark.parametrize(
    "typed",
    ["SUMMER10", "summer10", " Summer 10 ", "SUMMER-1O", "summerlo", "ＳＵＭＭＥＲ１０", "S U M M E R 1 0"],
)
def test_case_076_width_case_spaces_and_look_alikes_do_not_matter(typed):
    assert coupons.normal(typed) == "SUMMER10"


def test_case_077_a_code_of_ten_megabytes_is_not_even_looked_at():
    with pytest.raises(coupons.CouponMalformed):
        coupons.normal("A" * 10_000_000)


@pytest.mark.parametrize("typed", ["' OR 1=1 --", "AB\r\nSet-Cookie: x", "{{7*7}}", "../../etc/passwd", "%00AB"])
def test_case_078_code_in_a_code_is_malformed(typed):
    with pytest.raises(coupons.CouponMalformed):
        coupons.normal(typed)
