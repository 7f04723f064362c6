"""Members: the list, its search and export, enrolling; and what a person does on a member's page."""

import csv
import io
from datetime import date
from uuid import UUID

import pytest
from django.test import Client

from regulars.doors.console import csv_export, once
from regulars.program import rewards
from regulars.records import activities, ledger, members


def rows_of(answer) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def reward(shop, code: str) -> rewards.Reward:
    return next(r for r in rewards.catalogue(shop.conn, shop.plan.program.program_id) if r.code == code)


@pytest.mark.parametrize("words", ["晓梅", "M1", "8000", "+86138"])
def test_one_member_found_opens_at_once(operator: Client, shop, lin: UUID, words: str) -> None:
    shop.join("X2", called="Emma")
    assert operator.get("/search", {"q": words})["Location"] == f"/members/{lin}"


def test_an_order_found_opens_at_once(operator: Client, shop, lin: UUID) -> None:
    order = shop.buy(lin, "ORDER-77", 100)
    assert operator.get("/search", {"q": "order-7"})["Location"] == f"/orders/{lin}/{order}"


def test_several_found_lead_to_the_list_and_nothing_found_says_so(operator: Client, shop, lin: UUID) -> None:
    shop.join("M2")
    assert operator.get("/search", {"q": "M"})["Location"] == "/members?q=M"
    assert "Nobody is found by “zzz”" in operator.get("/members?q=zzz").content.decode()


def test_the_list_goes_on_where_it_stopped(operator: Client, shop) -> None:
    for number in range(27):
        shop.join(f"M{number:02d}", called=f"Guest {number:02d}")
    first = operator.get("/members").content.decode()
    assert "25 of 27 members" in first
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = operator.get(f"/members{following}").content.decode()
    assert [f"Guest {n:02d}" in first for n in range(27)] == [f"Guest {n:02d}" not in second for n in range(27)]


def test_identifiers_are_masked_until_somebody_asks(operator: Client, lin: UUID) -> None:
    page = operator.get(f"/members/{lin}").content.decode()
    assert "+86 138****8000" in page
    assert "13800138000" not in page
    shown = operator.post(f"/members/{lin}/identifiers").content.decode()
    assert "+8613800138000" in shown
    assert operator.get(f"/members/{lin}/identifiers").status_code == 405


def test_the_export_holds_figures_and_no_formulas(operator: Client, shop, lin: UUID) -> None:
    shop.join("=1+1", called="@SUM(A1)")
    head, newest, other = rows_of(operator.get("/members.csv"))
    assert head[:3] == ["Member id", "Shop's id", "Name"]
    by_name = {row[2]: row for row in (newest, other)}
    assert by_name["'@SUM(A1)"][1] == "'=1+1"
    assert by_name["林晓梅"][6:11] == ["300", "0", "0", "1", "300.00"]
    assert "138" not in "".join(newest + other)


@pytest.mark.parametrize("value", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_a_cell_that_begins_a_formula_is_quoted(value: str) -> None:
    assert csv_export.cell(value) == f"'{value}"


def test_numbers_stay_numbers_in_an_export() -> None:
    assert [csv_export.cell(v) for v in (-5, csv_export.money(-1234, "CNY"), "5", "a\x00b")] == [
        "-5",
        "-12.34",
        "5",
        "ab",
    ]


def test_enrolling_makes_a_member_and_the_same_again_leads_to_them(operator: Client, shop) -> None:
    form = {"token": once.token(), "name": "王芳", "phone": "+86 139 1111 2222", "birth_on": "1990-05-03"}
    address = operator.post("/members/enroll", form)["Location"]
    member = members.get(shop.conn, shop.plan.program.program_id, UUID(address.rpartition("/")[2]))
    assert (member.name, member.birth_on, member.channel) == ("王芳", date(1990, 5, 3), "console")
    assert operator.post("/members/enroll", form)["Location"] == address
    assert members.count(shop.conn, 1) == 1


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "This is not a valid phone number"),
        ({"phone": "no"}, "This is not a valid phone number"),
        ({"external": "M2", "phone": "+8613800138000"}, "already belongs to another member"),
    ],
)
def test_an_enrollment_that_cannot_be_says_why(operator: Client, shop, lin: UUID, form: dict, words: str) -> None:
    answer = operator.post("/members/enroll", {"token": once.token(), **form})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert members.count(shop.conn, 1) == 1


def test_points_adjusted_twice_move_once_and_the_answer_says_so(operator: Client, shop, lin: UUID) -> None:
    form = {"token": once.token(), "points": "50", "shown_reason": "Late delivery", "hidden_note": "CS-1"}
    first = operator.post(f"/members/{lin}/adjust", form, follow=True).content.decode()
    second = operator.post(f"/members/{lin}/adjust", form, follow=True).content.decode()
    assert "50 points were added. 350 can be used now." in first
    assert "nothing moved twice" in second
    assert shop.points(lin).spendable == 350
    assert [line.points for line in shop.lines(lin)] == [50, 300]
    assert "By owner · Internal note: CS-1" in second
    assert shop.is_sound()


@pytest.mark.parametrize(
    ("points", "reason", "words"),
    [
        ("-301", "Correction", "300 points can be used, 301 are needed."),
        ("0", "Correction", "Say how many points and why"),
        ("", "Correction", "This field is required."),
        ("50", "", "This field is required."),
        ("50", "  ", "This field is required."),
    ],
)
def test_an_adjustment_that_cannot_be_moves_nothing(
    operator: Client, shop, lin: UUID, points: str, reason: str, words: str
) -> None:
    form = {"token": once.token(), "points": points, "shown_reason": reason}
    answer = operator.post(f"/members/{lin}/adjust", form)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert shop.points(lin).spendable == 300


@pytest.mark.parametrize(
    ("points", "status", "words"),
    [
        ("50", 200, "Available: 300 → 350 points. Worth ¥0.50."),
        ("-300", 200, "Available: 300 → 0 points. Worth ¥3.00."),
        ("-301", 200, "Not possible: only 300 points can be taken."),
        ("0", 200, "From 1 to 1,000,000 points, or below zero to take them."),
        ("x", 422, "Type a whole number to see the effect."),
    ],
)
def test_the_effect_of_an_adjustment_is_told_before(
    operator: Client, lin: UUID, points: str, status: int, words: str
) -> None:
    answer = operator.get(f"/members/{lin}/adjust/effect", {"points": points})
    assert (answer.status_code, answer.content.decode().strip()) == (status, words)


def test_a_reward_redeemed_twice_is_taken_once(operator: Client, shop, lin: UUID) -> None:
    free = reward(shop, "free-delivery")
    form = {"token": once.token(), "reward": f"{free.reward_id}:{free.price_points}"}
    first = operator.post(f"/members/{lin}/redeem", form, follow=True).content.decode()
    second = operator.post(f"/members/{lin}/redeem", form, follow=True).content.decode()
    assert "Redeemed for 300 points. Code: SV-" in first
    assert "nothing moved twice" in second
    assert shop.points(lin).spendable == 0
    assert len(rewards.redemptions(shop.conn, 1, limit=5)) == 1


def test_a_reward_out_of_reach_says_why_and_takes_nothing(operator: Client, shop, lin: UUID) -> None:
    page = operator.get(f"/members/{lin}/redeem").content.decode()
    assert "200 points short" in page
    assert "For members of a higher tier" in page
    dear = reward(shop, "five-off")
    answer = operator.post(
        f"/members/{lin}/redeem", {"token": once.token(), "reward": f"{dear.reward_id}:{dear.price_points}"}
    )
    assert answer.status_code == 422
    assert "300 points can be used, 500 are needed." in answer.content.decode()
    assert shop.points(lin).spendable == 300


def test_a_price_that_rose_is_not_paid_unseen(operator: Client, shop, lin: UUID) -> None:
    free = reward(shop, "free-delivery")
    answer = operator.post(f"/members/{lin}/redeem", {"token": once.token(), "reward": f"{free.reward_id}:200"})
    assert answer.status_code == 422
    assert "The price has changed" in answer.content.decode()
    assert shop.points(lin).spendable == 300


def test_a_redemption_is_handed_out_once_and_undone_once(operator: Client, shop, lin: UUID) -> None:
    free = reward(shop, "free-delivery")
    operator.post(f"/members/{lin}/redeem", {"token": once.token(), "reward": f"{free.reward_id}:300"})
    (one,) = rewards.redemptions(shop.conn, 1, limit=5)
    address = f"/redemptions/{lin}/{one.redemption_id}"
    said = [
        operator.post(f"{address}/{what}", {"next": "/rewards/redemptions"}, follow=True).content.decode()
        for what in ("hand-out", "hand-out", "undo", "undo")
    ]
    assert "Handed out." in said[0]
    assert "This was decided before" in said[1]
    assert "Undone: 300 points are back, 300 can be used now." in said[2]
    assert "This was decided before" in said[3]
    assert shop.points(lin).spendable == 300
    assert shop.is_sound()


def test_a_decision_leads_to_no_other_site(operator: Client, shop, lin: UUID) -> None:
    free = reward(shop, "free-delivery")
    operator.post(f"/members/{lin}/redeem", {"token": once.token(), "reward": f"{free.reward_id}:300"})
    (one,) = rewards.redemptions(shop.conn, 1, limit=5)
    answer = operator.post(f"/redemptions/{lin}/{one.redemption_id}/hand-out", {"next": "https://evil.example/"})
    assert answer["Location"] == "/rewards/redemptions"


def test_a_frozen_member_can_do_nothing_until_released(operator: Client, shop, lin: UUID) -> None:
    operator.post(f"/members/{lin}/status", {"status": "frozen"})
    page = operator.get(f"/members/{lin}").content.decode()
    assert "Frozen" in page
    assert f"/members/{lin}/adjust" not in page
    form = {"token": once.token(), "points": "5", "shown_reason": "x"}
    refused = operator.post(f"/members/{lin}/adjust", form)
    assert refused.status_code == 422
    assert "This membership is frozen." in refused.content.decode()
    operator.post(f"/members/{lin}/status", {"status": "active"})
    operator.post(f"/members/{lin}/adjust", form)
    assert shop.points(lin).spendable == 305


def test_an_erased_member_is_not_brought_back(operator: Client, shop, lin: UUID) -> None:
    members.set_status(shop.conn, 1, lin, members.Status.ERASED)
    operator.post(f"/members/{lin}/status", {"status": "active"})
    assert members.get(shop.conn, 1, lin).status is members.Status.ERASED


def test_a_profile_is_corrected(operator: Client, shop, lin: UUID) -> None:
    operator.post(f"/members/{lin}/edit", {"name": "林小梅", "birth_on": "1988-02-29"})
    member = members.get(shop.conn, 1, lin)
    assert (member.name, member.birth_on) == ("林小梅", date(1988, 2, 29))
    assert operator.post(f"/members/{lin}/edit", {"name": "x", "birth_on": "30/30"}).status_code == 422


def test_the_ledger_is_narrowed_by_kind_and_words(operator: Client, shop, lin: UUID) -> None:
    operator.post(f"/members/{lin}/adjust", {"token": once.token(), "points": "5", "shown_reason": "Sorry!"})
    both = operator.get(f"/members/{lin}").content.decode()
    assert both.count('class="ledger-line"') == 3  # two movements and one order
    adjusted = operator.get(f"/members/{lin}?kind=adjusted").content.decode()
    assert "Sorry!" in adjusted
    assert "Earned with order SO-1" not in adjusted
    worded = operator.get(f"/members/{lin}?find=so-1").content.decode()
    assert "Earned with order SO-1" in worded
    assert "Sorry!" not in worded
    assert "No movements here" in operator.get(f"/members/{lin}?find=100%25").content.decode()
    rows = rows_of(operator.get(f"/members/{lin}/ledger.csv?kind=adjusted"))
    assert [row[2:] for row in rows[1:]] == [["Sorry!", rows[1][3], "5", "305"]]


def test_what_ends_and_what_is_owed_is_listed(operator: Client, shop, lin: UUID) -> None:
    operator.post(f"/members/{lin}/adjust", {"token": once.token(), "points": "-300", "shown_reason": "Spent"})
    operator.post(
        f"/orders/{lin}/{activities.newest(shop.conn, 1, limit=1)[0].order_id}", {"token": once.token(), "what": "all"}
    )
    assert shop.points(lin).debt == 300
    owing = operator.get("/members?show=owing").content.decode()
    assert "owes 300" in owing
    assert ledger.owing(shop.conn, wallet=shop.plan.wallet, limit=5) == [(lin, 300)]
    assert "1 member owes points" in operator.get("/").content.decode()
