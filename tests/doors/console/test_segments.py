"""Segments in the console: begun from a template, kept, compared, exported."""

from uuid import UUID

from django.test import Client

from regulars.audience import segments
from regulars.doors.console import once
from regulars.program import campaigns

FORM = {
    "name_en": "Buyers",
    "name_zh": "买家",
    "condition-mode": "text",
    "condition-text": "member.orders_total >= 1",
    "condition-confirmed": "9",
}


def make(operator: Client, shop, **more: str) -> segments.Segment:
    page = operator.post("/segments/new", {**FORM, "token": once.token(), **more}, follow=True)
    assert page.status_code == 200, page.content.decode()
    return segments.every(shop.conn, 1)[-1]


def test_a_segment_is_made_and_shows_whom_it_holds(operator: Client, shop, lin: UUID) -> None:
    made = make(operator, shop)
    assert (made.members, made.name) == (1, {"en": "Buyers", "zh": "买家"})
    page = operator.get(f"/segments/{made.code}").content.decode()
    assert f"/members/{lin}" in page
    listed = operator.get("/segments").content.decode()
    assert "Kept up to date" in listed
    assert "High value" in listed


def test_a_template_fills_the_form_in(operator: Client, shop) -> None:
    page = operator.get("/segments/new?template=high-value").content.decode()
    assert 'value="High value"' in page
    assert "5000" in page


def test_a_form_without_name_or_condition_says_what_is_missing(operator: Client, shop) -> None:
    page = operator.post("/segments/new", {**FORM, "name_en": "", "name_zh": "", "token": once.token()})
    assert page.status_code == 422
    assert "Give it a name in one language at least." in page.content.decode()
    page = operator.post("/segments/new", {**FORM, "condition-text": "", "token": once.token()})
    assert "Say whom it is about." in page.content.decode()
    assert segments.every(shop.conn, 1) == []


def test_it_is_found_again_archived_and_kept_again(operator: Client, shop, lin: UUID) -> None:
    made = make(operator, shop)
    shop.buy(shop.join("wu"), "W-1", 1000)
    path = f"/segments/{made.code}/state"
    page = operator.post(path, {"do": "refresh"}, follow=True).content.decode()
    assert "It holds 2 members now." in page
    page = operator.post(path, {"do": "archive"}, follow=True).content.decode()
    assert "who is in it stays as it was" in page
    assert segments.find(shop.conn, 1, made.code).is_archived
    operator.post(path, {"do": "restore"})
    assert not segments.find(shop.conn, 1, made.code).is_archived


def test_a_past_day_shows_who_was_in_it_then(operator: Client, shop, lin: UUID) -> None:
    made = make(operator, shop)
    page = operator.get(f"/segments/{made.code}?on=2026-01-01").content.decode()
    assert "Members then" in page
    assert "Nobody is in it" in page
    assert "Members then" not in operator.get(f"/segments/{made.code}?on=never").content.decode()


def test_two_stand_side_by_side(operator: Client, shop, lin: UUID) -> None:
    made = make(operator, shop)
    other = make(operator, shop, name_en="Once", **{"condition-text": "member.orders_total == 1"})
    page = operator.get(f"/segments/{made.code}?beside={other.code}").content.decode()
    assert "In both" in page
    assert "Only in Once" in page


def test_the_file_holds_ids_and_no_phone_numbers(operator: Client, shop) -> None:
    who = shop.join("wu", phone="+8613800138000")
    shop.buy(who, "W-1", 1000)
    made = make(operator, shop)
    lines = b"".join(operator.get(f"/segments/{made.code}/members.csv").streaming_content).decode()
    assert str(who) in lines
    assert "13800138000" not in lines


def test_a_condition_that_names_what_is_gone_is_said_on_the_page(operator: Client, shop, lin: UUID) -> None:
    made = make(operator, shop)
    shop.conn.execute("update segments.segment set condition = %s", ['member.tier == "emerald"'])
    page = operator.post(f"/segments/{made.code}/state", {"do": "refresh"}, follow=True).content.decode()
    assert "names something that is gone" in page
    assert operator.get(f"/segments/{made.code}/edit").status_code == 200
    assert "The segment “Buyers” names something that is gone" in operator.get("/").content.decode()


def test_a_member_s_page_names_their_segments(operator: Client, shop, lin: UUID) -> None:
    make(operator, shop)
    assert "Buyers" in operator.get(f"/members/{lin}").content.decode()


def test_a_campaign_begins_with_whom_a_segment_means(operator: Client, shop, lin: UUID) -> None:
    made = make(operator, shop)
    page = operator.get(f"/campaigns/new?segment={made.code}").content.decode()
    assert "For the segment “Buyers”." in page
    operator.post("/campaigns/new/double_week", {"segment": made.code})
    (campaign,) = campaigns.every(shop.conn, 1)
    assert campaign.terms.audience_text == made.condition
    assert operator.get("/campaigns/new?segment=nobody").status_code == 404
