"""Segments: saved, found again day by day, told as of any moment."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from regulars import flows
from regulars.audience import conditions, segments
from regulars.records import outbox

TWICE = "member.orders_90d >= 2"


def pid(shop) -> int:
    return shop.plan.program.program_id


def segment(shop, code="twice", condition=TWICE, **more) -> segments.Segment:
    wanted = segments.Segment(
        program_id=pid(shop),
        segment_id=0,
        code=code,
        name={"en": code},
        condition=condition,
        created_at=shop.at,
        **more,
    )
    return flows.save_segment(shop.conn, shop.plan, wanted, by="ann", at=shop.at)


def again(shop, code="twice") -> segments.Moved | None:
    return flows.refresh_segment(shop.conn, shop.plan, segments.find(shop.conn, pid(shop), code), at=shop.at)


def told(shop) -> list[tuple[str, UUID | None]]:
    page = outbox.read(shop.conn, pid(shop), after=0, limit=1000, types=("segment.entered", "segment.left"))
    return [(one.change.type, one.change.member_id) for one in page.changes]


def test_a_segment_holds_who_meets_its_condition_and_lets_go_who_no_longer_does(shop):
    lin, wu = shop.join("lin"), shop.join("wu")
    for number in ("1", "2"):
        shop.buy(lin, f"l{number}", 1000)
    shop.buy(wu, "w1", 1000)
    made = segment(shop)
    assert (made.segment_id, made.members, made.refreshed_at) == (1, 1, shop.at)
    shop.later(1)
    shop.buy(wu, "w2", 1000)
    moved = again(shop)
    assert (moved.members, segments.find(shop.conn, pid(shop), "twice").members) == (2, 2)
    shop.live(120)
    assert again(shop).members == 0
    assert segments.of_member(shop.conn, pid(shop), lin) == {}


def test_who_was_in_it_can_be_told_for_every_moment(shop):
    lin = shop.join("lin")
    before = shop.at
    made = segment(shop)
    shop.later(1)
    shop.buy(lin, "1", 1000)
    shop.buy(lin, "2", 1000)
    again(shop)
    came = shop.at
    shop.live(120)
    again(shop)
    moments = [before, came, came + timedelta(days=1), shop.at]
    assert [segments.count(shop.conn, made, at=at) for at in moments] == [0, 1, 1, 0]
    assert segments.members(shop.conn, made, at=came, limit=9) == [(lin, came)]
    first, *_, last = segments.days(shop.conn, made, since_on=made.created_at.date())
    assert (first.members, last.members, last.gone) == (0, 0, 1)


def test_the_same_again_moves_nobody(shop):
    lin = shop.join("lin")
    shop.buy(lin, "1", 1000)
    segment(shop, condition="member.orders_total >= 1", is_told=True)
    for _ in range(2):
        moved = again(shop)
        assert (moved.entered, moved.gone, moved.members) == ((), (), 1)
    assert told(shop) == []


def test_a_segment_that_tells_notes_who_comes_and_who_goes_once(shop):
    lin = shop.join("lin")
    segment(shop, is_told=True)
    for number in ("1", "2"):
        shop.buy(lin, number, 1000)
    shop.later(1)
    again(shop)
    again(shop)
    shop.live(120)
    again(shop)
    assert told(shop) == [("segment.entered", lin), ("segment.left", lin)]


def test_another_condition_moves_members_without_telling_that_they_did_something(shop):
    lin = shop.join("lin")
    shop.buy(lin, "1", 1000)
    made = segment(shop, is_told=True)
    shop.later(1)
    wanted = replace(made, condition="member.orders_total >= 1")
    saved = flows.save_segment(shop.conn, shop.plan, wanted, by="ben", at=shop.at)
    assert (saved.members, told(shop)) == (1, [])
    newest, _ = segments.history(shop.conn, saved)
    assert newest.changed_by == "ben"
    assert newest.changes == {"condition": (TWICE, "member.orders_total >= 1")}


def test_two_segments_are_laid_side_by_side(shop):
    lin, wu, he = shop.join("lin"), shop.join("wu"), shop.join("he")
    for who, times in ((lin, 3), (wu, 2), (he, 1)):
        for number in range(times):
            shop.buy(who, f"{who}-{number}", 1000)
    many, few = segment(shop), segment(shop, "few", "member.orders_total <= 2")
    assert segments.overlap(shop.conn, many, few) == segments.Overlap(first=2, second=2, both=1)


def test_a_condition_that_names_what_is_gone_keeps_everybody_and_says_why(shop):
    lin = shop.join("lin")
    shop.buy(lin, "1", 1000)
    made = segment(shop, condition="member.orders_total >= 1")
    stale = 'member.tier == "emerald"'
    shop.conn.execute("update segments.segment set condition = %s", [stale])
    assert again(shop) is None
    kept = segments.find(shop.conn, pid(shop), "twice")
    assert "emerald" in kept.problem
    assert segments.count(shop.conn, made, at=shop.at) == 1
    assert flows.describe_segment(shop.plan, stale, "en") == "the condition names something that is gone"
    flows.save_segment(shop.conn, shop.plan, made, by="ann", at=shop.at)
    assert segments.find(shop.conn, pid(shop), "twice").problem == ""


def test_what_makes_no_sense_is_refused(shop):
    with pytest.raises(conditions.RuleInvalid):
        segment(shop, condition="member.ordrs > 1")
    with pytest.raises(segments.SegmentInvalid, match="code"):
        segment(shop, code="Two words")
    segment(shop)
    with pytest.raises(segments.SegmentInvalid, match="Another"):
        segment(shop)
    with pytest.raises(segments.SegmentNotFound):
        segments.find(shop.conn, pid(shop), "nowhere")


def test_archived_segments_keep_their_members_as_they_were(shop):
    lin = shop.join("lin")
    shop.buy(lin, "1", 1000)
    made = segment(shop, condition="member.orders_total >= 1")
    shop.later(1)
    wanted = replace(made, is_archived=True)
    archived = flows.save_segment(shop.conn, shop.plan, wanted, by="ann", at=shop.at)
    assert (archived.is_archived, archived.refreshed_at) == (True, made.refreshed_at)


def test_forgetting_a_member_forgets_where_they_were(shop):
    lin = shop.join("lin")
    shop.buy(lin, "1", 1000)
    made = segment(shop, condition="member.orders_total >= 1")
    segments.forget(shop.conn, [lin])
    assert segments.members(shop.conn, made, at=shop.at, limit=9) == []


@pytest.mark.parametrize("code", segments.TEMPLATES)
def test_every_segment_to_begin_with_can_be_saved_and_told_in_both_languages(shop, code):
    template = segments.TEMPLATES[code]
    made = segment(shop, code, template.condition, note=template.lead["en"])
    assert made.problem == ""
    said = {flows.describe_segment(shop.plan, made.condition, language) for language in ("en", "zh")}
    assert len(said) == 2
    assert template.name.keys() == template.lead.keys() == {"en", "zh"}
