"""`regulars simulate`: the program on past orders, for people and for machines."""

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from tests.flows.conftest import NOW, open_shop

from regulars.doors.cli.database import as_url
from regulars.kit import db


@pytest.fixture
def simulate(database, tmp_path):
    with db.connect(database, autocommit=True) as conn, conn.transaction():
        shop = open_shop(conn)
        shop.buy(shop.join("M1"), "SO-1", 30_000)

    def run(*arguments: str, language: str = "en_US.UTF-8") -> subprocess.CompletedProcess[str]:
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("REGULARS_", "LC_", "LANG"))}
        environ = {**plain, "REGULARS_DATABASE_URL": as_url(database), "REGULARS_HOME": str(tmp_path), "LANG": language}
        days = ["--since", f"{NOW - timedelta(days=30):%Y-%m-%d}", "--until", f"{NOW:%Y-%m-%d}"]
        command = [sys.executable, "-m", "regulars", "simulate", *days, *arguments]
        return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60)

    return run


def test_drafts_stand_side_by_side_in_both_languages(simulate):
    done = simulate("--without-rule", "1", "--margin", "30")
    assert done.returncode == 0, done.stderr
    assert "As it is" in done.stdout
    assert "Draft" in done.stdout
    assert "300.00 CNY" in done.stdout
    assert "现行方案" in simulate(language="zh_CN.UTF-8").stdout


def test_machines_read_one_json_document(simulate):
    told = json.loads(simulate("--json").stdout)
    (outcome,) = told["outcomes"]
    assert (outcome["orders"], outcome["revenue_minor"]) == (1, 30_000)


def test_what_makes_no_trial_is_told_in_one_line(simulate):
    refused = simulate("--with-rule", "999")
    assert refused.returncode != 0
    assert "There is no earning rule 999." in refused.stderr
    assert "Traceback" not in refused.stderr
