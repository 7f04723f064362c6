"""Every act of the staff is in the audit log, in words."""

import re
from pathlib import Path

from django.contrib.auth import get_user_model
from django.test import Client
from tests.doors.console.conftest import Shop

from regulars.doors import console
from regulars.doors.console import audit_words
from regulars.records import audit

CONSOLE = Path(audit_words.__file__).parent
NOTED = re.compile(r'\bnote\(\s*(?:conn,\s*[\w.]+,\s*)?"([\w-]+)"')

ONE_OF_TWO = {
    "household-dissolve", "household-leave", "data-restricted", "restriction-lifted", "erasure-set", "member-erased",
    "staff-role-changed", "staff-closed", "staff-opened",
}  # fmt: skip
"""Said by one call, as it turns out."""


def test_every_verb_has_words_and_every_word_a_verb() -> None:
    doors = [CONSOLE, CONSOLE.parent / "cli"]
    said = {verb for door in doors for path in door.rglob("*.py") for verb in NOTED.findall(path.read_text())}
    said |= ONE_OF_TWO
    assert said == audit_words.VERBS.keys()


def test_an_act_is_on_the_page_of_the_log_with_who_what_and_about_whom(operator: Client, shop: Shop) -> None:
    lin = shop.join("lin")
    operator.post(f"/members/{lin}/status", {"status": "frozen"})
    page = operator.get("/audit?kind=members").content.decode()
    assert "Froze a member" in page
    assert f"/members/{lin}" in page
    assert "Froze a member" not in operator.get("/audit?kind=access").content.decode()
    assert "Froze a member" in operator.get(f"/audit?member={lin}").content.decode()
    assert "Froze a member" not in operator.get("/audit?from=2020-01-01&to=2020-01-02").content.decode()


def test_the_log_goes_out_as_a_file_and_that_is_in_the_log(operator: Client, shop: Shop) -> None:
    answer = operator.get("/audit.csv")
    assert answer["Content-Type"].startswith("text/csv")
    b"".join(answer.streaming_content)
    assert "Exported the audit log" in operator.get("/audit?kind=files").content.decode()


def test_log_ins_are_noted_and_what_was_typed_is_not(client: Client, shop: Shop) -> None:
    console.ensure_operator("owner")
    client.post("/login", {"login": "hunter2", "password": "guess"})
    client.post("/login", {"login": "owner", "password": "guess"})
    found = audit.notes(shop.conn, shop.plan.program.program_id, limit=10, verbs=["login-failed"])
    known = get_user_model().objects.get(username="owner").pk
    assert [one.facts for one in found] == [{"account": f"staff:{known}"}, {}]
    assert {one.address for one in found} == {"127.0.0.1"}
