"""`regulars audit` and `regulars verify --audit`: the chain proved from the command line."""

import json
import os
import subprocess
import sys

import pytest

from regulars.doors.cli.database import as_url
from regulars.kit import db


@pytest.fixture
def regulars(database, tmp_path):
    def run(*arguments):
        plain = {name: value for name, value in os.environ.items() if not name.startswith("REGULARS_")}
        set_up = {**plain, "REGULARS_DATABASE_URL": as_url(database), "REGULARS_HOME": str(tmp_path)}
        return subprocess.run(
            [sys.executable, "-m", "regulars", *arguments], capture_output=True, text=True, env=set_up
        )

    return run


def test_a_log_in_link_is_noted_sealed_and_proved(regulars, database, tmp_path) -> None:
    assert regulars("login").returncode == 0
    assert regulars("audit", "seal").stdout == "sealed 1\n"
    head = json.loads(regulars("audit", "head").stdout)
    assert head["number"] == 1
    (tmp_path / "audit-heads.jsonl").write_text(json.dumps(head) + "\n")
    told = regulars("verify", "--audit")
    assert (told.returncode, told.stdout.splitlines()[-1]) == (0, "the audit log is sound")
    with db.connect(database, autocommit=True) as conn:
        conn.execute("alter table audit.note disable trigger user")
        conn.execute("update audit.note set body = replace(body, 'admin', 'nobody')")
    told = regulars("verify", "--audit")
    assert told.returncode == 1
    assert "number 1 does not fit" in told.stdout


def test_heads_that_cannot_be_read_are_told(regulars, tmp_path) -> None:
    (tmp_path / "heads").write_text("no head\n")
    told = regulars("verify", "--audit", "--heads", str(tmp_path / "heads"))
    assert told.returncode == 64
    assert "no file of signed heads" in told.stderr
