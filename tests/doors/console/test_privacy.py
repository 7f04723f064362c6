"""The privacy pages: what a member allows, export, restriction, erasure, the desk, and the links members get."""

import io
import json
import re
import zipfile
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from tests.doors.console.conftest import Shop

from regulars import flows
from regulars.records import audit, members, privacy

EMAIL = privacy.Purpose.MARKETING, privacy.Channel.EMAIL


@pytest.fixture
def lin(shop: Shop) -> UUID:
    member = shop.join("lin", phone="13800138000", called="Lin")
    shop.buy(member, "SO-1", 30000)
    return member


def allows(shop: Shop, member: UUID, purpose: privacy.Purpose, channel: privacy.Channel) -> bool:
    found = privacy.standings(shop.conn, shop.plan.program.program_id, member)
    return next(one.is_allowed for one in found if (one.purpose, one.channel) == (purpose, channel))


def test_a_yes_is_written_down_with_where_and_proof_and_a_no_undoes_it(operator: Client, shop: Shop, lin: UUID) -> None:
    told = {"marketing.email": "yes", "place": "by phone", "proof": "call 7"}
    assert operator.post(f"/members/{lin}/privacy/choose", told).status_code == 302
    assert allows(shop, lin, *EMAIL)
    page = operator.get(f"/members/{lin}/privacy").content.decode()
    assert "by phone" in page
    assert "call 7" in page
    operator.post(f"/members/{lin}/privacy/choose", {"marketing.email": "no", "place": "by phone"})
    assert not allows(shop, lin, *EMAIL)


def test_a_choice_without_a_place_is_not_taken(operator: Client, shop: Shop, lin: UUID) -> None:
    answer = operator.post(f"/members/{lin}/privacy/choose", {"marketing.email": "yes"})
    assert answer.status_code == 422
    assert not allows(shop, lin, *EMAIL)


def test_everything_goes_out_as_json_and_as_csv_and_is_noted(operator: Client, shop: Shop, lin: UUID) -> None:
    told = json.loads(operator.get(f"/members/{lin}/privacy/export").content)
    assert told["tables"]["members.profile"][0]["name"] == "Lin"
    packed = zipfile.ZipFile(io.BytesIO(operator.get(f"/members/{lin}/privacy/export?as=csv").content))
    assert "Lin" in packed.read("members.profile.csv").decode("utf-8-sig")
    assert "activities.purchase.csv" in packed.namelist()
    noted = audit.notes(shop.conn, shop.plan.program.program_id, limit=9, verbs=["member-exported"])
    assert [one.member_id for one in noted] == [lin, lin]


def test_a_member_is_restricted_with_a_reason_and_let_go(operator: Client, shop: Shop, lin: UUID) -> None:
    assert operator.post(f"/members/{lin}/privacy/restrict", {"what": "restrict"}).status_code == 422
    operator.post(f"/members/{lin}/privacy/restrict", {"what": "restrict", "reason": "disputes an order"})
    assert "disputes an order" in operator.get(f"/members/{lin}/privacy").content.decode()
    assert not allows(shop, lin, privacy.Purpose.SERVICE, privacy.Channel.NONE)
    operator.post(f"/members/{lin}/privacy/restrict", {"what": "lift"})
    assert allows(shop, lin, privacy.Purpose.SERVICE, privacy.Channel.NONE)


def test_a_member_is_forgotten_only_by_somebody_who_is_sure(operator: Client, shop: Shop, lin: UUID) -> None:
    assert operator.post(f"/members/{lin}/privacy/erase", {"what": "erase"}).status_code == 422
    operator.post(f"/members/{lin}/privacy/erase", {"what": "erase", "is_sure": "on"})
    assert members.get(shop.conn, shop.plan.program.program_id, lin).status is members.Status.ERASED
    page = operator.get(f"/members/{lin}/privacy").content.decode()
    assert "was forgotten" in page
    assert operator.get(f"/members/{lin}").status_code == 200


def test_what_stands_against_it_is_said(operator: Client, shop: Shop, lin: UUID) -> None:
    flows.hold_points(shop.conn, shop.plan, lin, 10, external_id="h", at=shop.at + timedelta(minutes=1))
    answer = operator.post(f"/members/{lin}/privacy/erase", {"what": "erase", "is_sure": "on"})
    assert answer.status_code == 422
    assert "points are set aside" in answer.content.decode()


def test_a_day_can_be_set_and_taken_back(operator: Client, shop: Shop, lin: UUID) -> None:
    operator.post(f"/members/{lin}/privacy/erase", {"what": "erase", "is_sure": "on", "due_on": "2099-01-01"})
    assert "Waits for its day" in operator.get("/privacy").content.decode()
    operator.post(f"/members/{lin}/privacy/erase", {"what": "withdraw"})
    assert privacy.erasure(shop.conn, lin) is None


def test_the_desk_publishes_texts_sets_bases_and_days(operator: Client, shop: Shop) -> None:
    program_id = shop.plan.program.program_id
    assert operator.post("/privacy/texts", {"purpose": "marketing"}).status_code == 422
    operator.post("/privacy/texts", {"purpose": "marketing", "body_en": "May we write?"})
    assert privacy.versions(shop.conn, program_id)[privacy.Purpose.MARKETING] == 1
    operator.post("/privacy/basis", {"profiling": "yes", "marketing": "yes"})
    assert privacy.needs_yes(shop.conn, program_id)[privacy.Purpose.PROFILING]
    operator.post("/privacy/retention", {"table": "earning.rule_error", "days": "30"})
    assert privacy.retention(shop.conn, program_id) == {"earning.rule_error": 30}
    operator.post("/privacy/retention", {"table": "ledger.entry", "days": "1"})
    assert privacy.retention(shop.conn, program_id) == {"earning.rule_error": 30}


def link(shop: Shop, member: UUID, kind: str) -> str:
    if kind == "confirm":
        return flows.ask_consent(shop.conn, shop.plan, member, *EMAIL, 0, at=shop.at)
    return flows.stop_token(shop.conn, shop.plan, member, *EMAIL, at=shop.at)


def test_a_second_yes_needs_its_button(client: Client, shop: Shop, lin: UUID) -> None:
    path = f"/p/confirm/{link(shop, lin, 'confirm')}"
    for _ in range(2):
        assert "Yes, I agree" in client.get(path).content.decode()
    assert not allows(shop, lin, *EMAIL)
    assert "Thank you" in client.post(path).content.decode()
    assert allows(shop, lin, *EMAIL)
    assert client.post(path).status_code == 200
    assert len(privacy.history(shop.conn, lin)) == 1


def test_case_139_a_scanner_that_opens_the_link_changes_nothing(client: Client, shop: Shop, lin: UUID) -> None:
    say_yes(shop, lin)
    answer = client.get(f"/p/stop/{link(shop, lin, 'stop')}")
    assert answer.status_code == 200
    assert allows(shop, lin, *EMAIL)


def test_case_138_a_mail_program_says_no_by_one_post(client: Client, shop: Shop, lin: UUID) -> None:
    say_yes(shop, lin)
    browser = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    path = f"/p/stop/{link(shop, lin, 'stop')}"
    for _ in range(2):
        answer = browser.post(path, {"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.content, dict(answer.cookies)) == (200, b"", {})
    assert not allows(shop, lin, *EMAIL)
    assert len(privacy.history(shop.conn, lin)) == 2


def test_a_link_that_never_was_says_so_in_both_languages(client: Client, shop: Shop) -> None:
    for kind in ("confirm", "stop"):
        assert client.get(f"/p/{kind}/nothing").status_code == 410
        answer = client.get(f"/p/{kind}/nothing", headers={"accept-language": "zh-hans"})
        assert re.search(r"[一-龥]", answer.content.decode())


def say_yes(shop: Shop, member: UUID) -> None:
    choice = privacy.Choice(
        purpose=EMAIL[0], channel=EMAIL[1], is_given=True, version=0, place="form", told_by="api",
        given_at=shop.at,
    )  # fmt: skip
    flows.give_consent(shop.conn, shop.plan, member, [choice], at=shop.at)
