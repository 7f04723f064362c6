"""Events on the console: on the member's page with their data and why, and among what waits."""

from uuid import UUID

from django.test import Client

from regulars import flows
from regulars.program import earning
from regulars.records import activities, members


def happen(shop, member, number: str, kind: str, **more: object) -> None:
    event = activities.Event(
        source="app", external_id=number, type=kind, occurred_at=shop.at, data=more.pop("data", {})
    )
    intake = flows.EventIntake(event=event, member=member, **more)
    with shop.conn.transaction():
        (done,) = flows.record_events(shop.conn, shop.plan, [intake], at=shop.at)
    assert isinstance(done, flows.RecordedEvent), done


def reward(shop, event: str) -> None:
    params = {"event": event, "points": 50, "limit": 1, "per": "day"}
    label = {"en": "Thanks", "zh": "感谢"}
    with shop.conn.transaction():
        earning.save(shop.conn, 1, effect="event_points", params=params, label=label, by="test", at=shop.at)
    shop.reload()


def test_a_members_page_shows_events_with_data_and_why_in_both_languages(operator: Client, shop, lin: UUID) -> None:
    assert "No events yet" in operator.get(f"/members/{lin}").content.decode()
    reward(shop, "review")
    happen(shop, lin, "E-1", "review", data={"stars": 5, "has_photo": True, "comment": "<b>good</b>"})
    happen(shop, lin, "E-2", "review")
    page = operator.get(f"/members/{lin}").content.decode()
    for words in (
        "app · E-1", "stars: 5", "has_photo: yes", "comment: &lt;b&gt;good&lt;/b&gt;", "Thanks (version 1)",
        "No points for “Review”: the limit of 1 a day is reached", "Earned: Review",
    ):  # fmt: skip
        assert words in page
    operator.cookies["language"] = "zh-hans"
    page = operator.get(f"/members/{lin}").content.decode()
    for words in ("行为事件", "has_photo: 是", "感谢（第 1 版）", "“评价”未得积分：已达每日 1 次上限"):
        assert words in page


def test_an_event_that_waits_is_shown_and_recorded_when_its_member_comes(operator: Client, shop) -> None:
    unknown = members.normal(members.IdentifierKind.PHONE, "+8613900139000")
    happen(shop, unknown, "E-9", "survey_answered", data={"survey": "spring"}, on_unknown="hold")
    assert "1 event waits for its member" in operator.get("/").content.decode()
    page = operator.get("/waiting").content.decode()
    for words in ("Survey answered", "app · E-9", "+86 139****9000"):
        assert words in page
    assert "13900139000</" not in page
    member = shop.join("M-9", phone="+8613900139000")
    assert "No event waits" in operator.get("/waiting").content.decode()
    assert "app · E-9" in operator.get(f"/members/{member}").content.decode()
