"""`regulars privacy` and `regulars breach`: the register, the dry run, the scope of a breach."""

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from tests.flows.conftest import NOW, open_shop

from regulars import flows
from regulars.doors.cli.database import as_url
from regulars.kit import clock, db
from regulars.records import access, audit


@pytest.fixture
def shop(database):
    with db.connect(database, autocommit=True) as conn:
        with conn.transaction():
            made = open_shop(conn)
        yield made


@pytest.fixture
def regulars(shop, database, tmp_path):
    def run(*arguments):
        plain = {name: value for name, value in os.environ.items() if not name.startswith("REGULARS_")}
        set_up = {**plain, "REGULARS_DATABASE_URL": as_url(database), "REGULARS_HOME": str(tmp_path)}
        told = subprocess.run(
            [sys.executable, "-m", "regulars", *arguments], capture_output=True, text=True, env=set_up
        )
        assert told.returncode == 0, told.stderr
        return told.stdout

    return run


def test_the_report_tells_every_table_with_a_member_in_it(regulars) -> None:
    lines = regulars("privacy", "report").splitlines()
    assert len(lines) == len(flows.REGISTER) + 2
    assert "| members.identifier | membership | P3 | as long as the books | deleted | – |" in lines
    assert any(line.startswith("| earning.rule_error | service | P2 | 365 days | deleted") for line in lines)


def test_what_would_be_forgotten_tonight_is_counted_and_stays(regulars, shop) -> None:
    member = shop.join("M1")
    shop.conn.execute(
        "insert into earning.rule_error "
        "(member_id, activity_id, rule_id, program_id, version, code, detail, happened_at) "
        "values (%s, gen_random_uuid(), 1, %s, 1, 'x', 'y', %s)",
        [member, shop.plan.program.program_id, clock.now() - timedelta(days=400)],
    )
    assert "earning.rule_error       kept    365 days  too old         1" in regulars("privacy", "retention")
    assert shop.conn.execute("select count(*) from earning.rule_error").fetchone() == (1,)


def test_whoever_stands_in_the_journal_is_forgotten_again(regulars, shop, tmp_path) -> None:
    member = shop.join("M1", name="Mei")
    line = {"program": "shop", "member": str(member), "erased_at": NOW.isoformat()}
    (tmp_path / "erasures.jsonl").write_text(json.dumps(line) + "\n")
    assert regulars("privacy", "replay") == "forgotten again: 1\n"
    assert shop.conn.execute("select name from members.profile").fetchone() == ("",)
    assert regulars("privacy", "replay") == "forgotten again: 0\n"


def test_the_scope_of_a_breach_names_who_looked_and_what_left(regulars, shop) -> None:
    member = shop.join("M1")
    ada, program_id = access.staff(1, "Ada"), shop.plan.program.program_id
    told = {"by": ada, "at": clock.now(), "address": "203.0.113.7"}
    audit.note(shop.conn, program_id, "identifiers-revealed", member_id=member, **told)
    audit.note(shop.conn, program_id, "members-exported", **told)
    audit.note(shop.conn, None, "logged-in", **told)
    said = regulars("breach", "scope", "--since", "2026-01-01")
    assert "1 members in all" in said
    assert str(member) in said
    assert "1 × members-exported       Ada 203.0.113.7" in said
    assert "1 × logged-in              Ada 203.0.113.7" in said
    assert "members.identifier" in said
    assert str(member) not in regulars("breach", "scope", "--since", "2099-01-01")
