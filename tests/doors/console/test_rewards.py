"""Rewards on screens: prices, conditions, pictures, codes, draws, parcels, and who changed what."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.flows.test_reward_catalogue import of_a_tier_that_is_gone
from tests.program.rewards.test_pictures import png

from regulars import flows
from regulars.doors.console import once
from regulars.kit import ids
from regulars.program import rewards
from regulars.records import ledger

FORM = {
    "name_en": "Mug",
    "name_zh": "马克杯",
    "type": "product",
    "price_points": "100",
    "cost": "6.50",
    "rank_min": "0",
    "is_live": "on",
}


def post(operator: Client, form: dict, address: str = "/rewards/new") -> str:
    answer = operator.post(address, {**FORM, **form, "token": once.token()}, follow=True)
    return answer.content.decode()


def mug(shop) -> rewards.Reward:
    (found,) = [one for one in rewards.catalogue(shop.conn, 1) if one.name.get("en") == "Mug"]
    return found


def made(shop, **more) -> rewards.Reward:
    fields = {
        "program_id": 1,
        "reward_id": ids.key_of("console", "mug"),
        "code": "mug",
        "name": {"en": "Mug"},
        "description": {},
        "category": "",
        "type": "product",
        "price_points": 100,
        "cost_minor": 500,
        **more,
    }
    with shop.conn.transaction():
        flows.save_reward(shop.conn, shop.plan, rewards.Reward(**fields), by="setup", at=shop.at)
    return rewards.get(shop.conn, 1, fields["reward_id"])


def redeem(shop, member: UUID, reward: rewards.Reward, number: str = "R-1", **more) -> rewards.Redemption:
    with shop.conn.transaction():
        done = flows.redeem_reward(
            shop.conn, shop.plan, member, reward.reward_id, external_id=number, at=shop.at, **more
        )
    return done.redemption


class _Filled(HTMLParser):
    """What a browser would send of a form as it is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self._select = self._area = ""

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        is_off = named.get("type") == "checkbox" and "checked" not in named
        if tag == "input" and named.get("name") and not is_off:
            self.sent[named["name"]] = named.get("value") or ("on" if named.get("type") == "checkbox" else "")
        self._select = named.get("name", "") if tag == "select" else self._select
        if tag == "option" and self._select and "selected" in named:
            self.sent[self._select] = named.get("value", "")
        self._area = named.get("name", "") if tag == "textarea" else ""

    def handle_data(self, data):
        if self._area:
            self.sent[self._area] = data.strip()


def test_a_reward_with_prices_steps_and_a_condition_reads_as_sentences(operator: Client, shop) -> None:
    page = post(
        operator,
        {
            "way_points_0": "40",
            "way_money_0": "15.00",
            "way_rank_0": "0",
            "way_points_1": "80",
            "way_rank_1": "1",
            "steps_by": "had",
            "steps_days": "365",
            "step_units_0": "2",
            "step_percent_0": "150",
            "audience-mode": "text",
            "audience-text": 'member.tier == "gold"',
            "stores": "Shanghai 01\n\nBeijing 02\n",
            "starts_at": "2026-12-01T09:00",
        },
    )
    for words in (
        "100 points",
        "40 points + ¥15.00",
        "Silver and above: 80 points",
        "After 2 in 365 days, the next ones cost 150% of their points.",
        "only in Shanghai 01, Beijing 02",
        "The reward was made.",
    ):
        assert words in page
    found = mug(shop)
    assert found.prices == (rewards.Price(points=40, money_minor=1500), rewards.Price(points=80, rank_min=1))
    assert found.starts_at.isoformat() == "2026-12-01T01:00:00+00:00"
    assert found.stores == ("Shanghai 01", "Beijing 02")
    edit = operator.get(f"/rewards/{found.reward_id}/edit").content.decode()
    assert "Gold" in edit
    assert 'value="2026-12-01T09:00"' in edit


def test_saving_what_is_there_changes_nothing(operator: Client, shop) -> None:
    post(operator, {"way_points_0": "40", "way_money_0": "15.00", "units_left": "9"})
    before = mug(shop)
    page = _Filled()
    page.feed(operator.get(f"/rewards/{before.reward_id}/edit").content.decode())
    assert page.sent["way_money_0"] == "15.00"
    answer = operator.post(f"/rewards/{before.reward_id}/edit", page.sent, follow=True)
    assert "is saved at 100 points" in answer.content.decode()
    assert mug(shop) == before
    assert len(rewards.history(shop.conn, 1, before.reward_id)) == 1


def test_a_condition_that_cannot_be_read_is_refused_where_it_stands(operator: Client, shop) -> None:
    told = {"audience-mode": "text", "audience-text": 'member.teir == "gold"'}
    form = {**FORM, **told, "token": once.token()}
    answer = operator.post("/rewards/new", form)
    assert answer.status_code == 422
    assert 'id="id_audience_error"' in answer.content.decode()
    assert "teir" in answer.content.decode().split('id="id_audience_error"')[1].split("</div>")[0]
    assert [one.code for one in rewards.catalogue(shop.conn, 1)].count("mug") == 0


def test_a_condition_that_names_what_is_gone_is_shown_and_not_lost(operator: Client, shop) -> None:
    reward = replace(made(shop), audience=of_a_tier_that_is_gone())
    rewards.save(shop.conn, reward, at=shop.at)
    page = operator.get(f"/rewards/{reward.reward_id}/edit").content.decode()
    assert "member.tier == &quot;platinum&quot;" in page
    sent = {"audience-mode": "text", "audience-text": 'member.tier == "platinum"'}
    answer = operator.post(f"/rewards/{reward.reward_id}/edit", {**FORM, **sent, "token": once.token()})
    assert answer.status_code == 422
    assert mug(shop).audience == reward.audience


def test_a_form_older_than_somebody_elses_change_is_refused_and_what_was_sold_stays_sold(
    operator: Client, shop, lin: UUID
) -> None:
    seen = made(shop, units_left=10)
    redeem(shop, lin, seen, quantity=2)
    old = {"seen_version": str(seen.version), "seen_units": "10", "units_left": "15"}
    post(operator, old, f"/rewards/{seen.reward_id}/edit")
    assert mug(shop).units_left == 13
    page = post(operator, old, f"/rewards/{seen.reward_id}/edit")
    assert "Somebody else changed this reward meanwhile." in page
    assert mug(shop).units_left == 13


def test_a_change_is_told_with_its_author_and_undone(operator: Client, shop) -> None:
    before = made(shop)
    page = post(operator, {"price_points": "120", "cost": "5"}, f"/rewards/{before.reward_id}/edit")
    assert "Price in points: <s>100</s> → <strong>120</strong>" in page
    assert "owner" in page
    answer = operator.post(f"/rewards/{before.reward_id}/undo/2", follow=True).content.decode()
    assert "That change is undone" in answer
    assert mug(shop).price_points == 100
    assert operator.get(f"/rewards/{before.reward_id}/undo/2").status_code == 405


def test_a_picture_is_shown_to_everybody_and_kept_for_ever(operator: Client, client: Client, shop) -> None:
    reward = made(shop)
    upload = SimpleUploadedFile("mug.svg", png(), content_type="image/svg+xml")
    operator.post(f"/rewards/{reward.reward_id}/picture", {"picture": upload, "alt_en": "A white mug"})
    page = operator.get(f"/rewards/{reward.reward_id}").content.decode()
    path = page.split('<img class="picture" src="')[1].split('"')[0]
    assert 'alt="A white mug"' in page
    stranger = Client(SERVER_NAME="localhost")
    answer = stranger.get(path)
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, png(), "image/png")
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert stranger.get(path, headers={"if-none-match": answer["ETag"]}).status_code == 304
    assert stranger.get(path.replace(".png", ".jpg")).status_code == 404
    assert stranger.get("/pictures/" + "0" * 64 + ".png").status_code == 404
    assert stranger.get("/pictures/etc-passwd").status_code == 404


def test_what_is_no_picture_is_refused(operator: Client, shop) -> None:
    reward = made(shop)
    svg = SimpleUploadedFile("mug.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", content_type="image/png")
    address = f"/rewards/{reward.reward_id}/picture"
    assert "Use a whole PNG" in operator.post(address, {"picture": svg}, follow=True).content.decode()
    assert "Choose a picture first" in operator.post(address, {}, follow=True).content.decode()
    assert mug(shop).picture_id is None


def test_partner_codes_are_pasted_and_handed_out(operator: Client, shop, lin: UUID) -> None:
    reward = made(shop, type="partner_code")
    address = f"/rewards/{reward.reward_id}/codes"
    assert (
        "2 new codes are in the list." in operator.post(address, {"codes": "A-1\nA-2\n"}, follow=True).content.decode()
    )
    assert redeem(shop, lin, reward).code == "A-1"
    assert "Paste the codes first" in operator.post(address, {"codes": " "}, follow=True).content.decode()


def test_a_draw_shows_its_hash_then_its_winners(operator: Client, shop, lin: UUID) -> None:
    reward = made(shop, type="sweepstake", params={"winners": 1}, ends_at=shop.at + timedelta(minutes=30))
    redeem(shop, lin, reward, quantity=2)
    draw = rewards.draw_of(shop.conn, reward)
    page = operator.get(f"/rewards/{reward.reward_id}").content.decode()
    assert draw.seed_hash in page
    answer = operator.post(f"/rewards/{reward.reward_id}/draw", {"outside": "7 12 23"}, follow=True).content.decode()
    assert "1 winner was drawn." in answer
    assert "林晓梅" in answer
    assert rewards.draw_of(shop.conn, reward).seed.hex() in answer
    again = operator.post(f"/rewards/{reward.reward_id}/draw", {}, follow=True).content.decode()
    assert "The draw was made; its winners stand." in again
    entries = b"".join(operator.get(f"/rewards/{reward.reward_id}/entries.csv").streaming_content).decode("utf-8-sig")
    (_head, row) = csv.reader(io.StringIO(entries))
    assert row[1] == "2"


def test_shelves_are_made_and_narrow_the_catalogue(operator: Client, shop) -> None:
    operator.post("/rewards/categories", {"code": "tea", "name_en": "Tea", "place": "1"})
    operator.post("/rewards/categories", {"code": "tea", "name_en": "Teas", "place": "2"})
    (shelf,) = rewards.categories(shop.conn, 1)
    assert (shelf.name, shelf.place) == ({"en": "Teas"}, 2)
    assert operator.post("/rewards/categories", {"code": "home", "place": "1"}).status_code == 422
    post(operator, {"category": "tea"})
    page = operator.get("/rewards?category=tea").content.decode()
    assert "Mug" in page
    assert "Canvas tote bag" not in page


def test_case_066_a_parcel_goes_its_way_with_names_and_times(operator: Client, shop, lin: UUID) -> None:
    one = redeem(shop, lin, made(shop))
    address = f"/redemptions/{lin}/{one.redemption_id}"
    operator.post(f"{address}/prepare")
    operator.post(f"{address}/ship", {"carrier": "SF Express", "tracking": "SF-9", "note": "fragile"})
    page = operator.get(address).content.decode()
    assert page.count("SF-9") >= 2
    assert "fragile" in page
    operator.post(f"{address}/deliver")
    steps = rewards.way(shop.conn, one)
    assert [(step.step, step.actor) for step in steps] == [
        ("redeemed", ""),
        ("prepare", "owner"),
        ("ship", "owner"),
        ("deliver", "owner"),
    ]
    page = operator.post(f"{address}/undo", {"note": "it never came"}, follow=True).content.decode()
    assert "100 points are back" in page
    assert rewards.way(shop.conn, one)[-1].note == "it never came"
    assert shop.points(lin).spendable == 300
    assert operator.post(f"{address}/eat").status_code == 404


def test_many_are_moved_at_once_and_what_cannot_stays(operator: Client, shop, lin: UUID) -> None:
    reward = made(shop)
    found = [redeem(shop, lin, reward, f"R-{n}") for n in range(3)]
    operator.post(f"/redemptions/{lin}/{found[0].redemption_id}/ship")
    chosen = [f"{lin}:{one.redemption_id}" for one in found] + ["x:y"]
    page = operator.post("/rewards/redemptions/move", {"move": "prepare", "chosen": chosen}, follow=True)
    assert "2 redemptions were moved on." in page.content.decode()
    assert "2 stay as they are." in page.content.decode()
    assert rewards.counted(shop.conn, 1) == {rewards.State.SHIPPED: 1, rewards.State.PREPARING: 2}
    answer = operator.post("/rewards/redemptions/move", {"move": "undo", "chosen": chosen}, follow=True)
    assert "Choose redemptions and a step first." in answer.content.decode()


def test_the_queue_is_narrowed_and_leaves_as_a_file_without_formulas(operator: Client, shop, lin: UUID) -> None:
    reward = made(shop, name={"en": "=cmd|' /C calc'!A0"})
    one = redeem(shop, lin, reward, "=1+1")
    page = operator.get("/rewards/redemptions", {"reward": str(reward.reward_id), "state": "issued"}).content.decode()
    assert one.code in page
    assert one.code not in operator.get("/rewards/redemptions?state=done").content.decode()
    answer = operator.get("/rewards/redemptions.csv?state=open")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    _head, row = csv.reader(io.StringIO(text))
    assert (row[0], row[3], row[5], row[8]) == ("'=1+1", "'=cmd|' /C calc'!A0", one.code, "issued")


def test_a_member_redeems_at_the_price_that_was_chosen_and_the_money_is_collected(
    operator: Client, shop, lin: UUID
) -> None:
    reward = made(shop, prices=(rewards.Price(points=40, money_minor=1500),))
    page = operator.get(f"/members/{lin}/redeem").content.decode()
    assert f'value="{reward.reward_id}:40:1500"' in page
    form = {"token": once.token(), "reward": f"{reward.reward_id}:40:1500"}
    answer = operator.post(f"/members/{lin}/redeem", form, follow=True).content.decode()
    assert "Collect ¥15.00" in answer
    (one,) = rewards.redemptions(shop.conn, 1, limit=5)
    assert (one.points, one.money_minor, one.redeemed_by) == (40, 1500, "owner")
    newest = ledger.lines(shop.conn, lin, wallet=shop.plan.wallet, limit=1)[0]
    assert (newest.reason.code, newest.reason.params["redemption"]) == ("burn.reward", one.code)
    assert f"Redeemed 1 × {reward.name['en']}" in operator.get(f"/members/{lin}").content.decode()
    undone = operator.post(f"/redemptions/{lin}/{one.redemption_id}/undo", follow=True).content.decode()
    assert "Give ¥15.00 back" in undone


def test_case_051_a_member_is_told_for_whom_a_reward_is(operator: Client, shop, lin: UUID) -> None:
    reward = made(shop, audience=flows.reward_audience(shop.plan, "member.orders_12m >= 5"))
    page = operator.get(f"/members/{lin}/redeem").content.decode()
    assert "Not for this member: " + flows.for_whom(shop.plan, reward)["en"] in page


@pytest.mark.parametrize("page", ["", "/edit", "/entries.csv"])
def test_a_reward_of_another_program_is_not_there(operator: Client, shop, found: Callable, page: str) -> None:
    other = found("other").plan.program.program_id
    theirs = rewards.catalogue(shop.conn, other)[0]
    assert operator.get(f"/rewards/{theirs.reward_id}{page}").status_code == 404
    for what in ("picture", "codes", "draw", "undo/1"):
        assert operator.post(f"/rewards/{theirs.reward_id}/{what}").status_code == 404
    assert replace(theirs) == rewards.catalogue(shop.conn, other)[0]
