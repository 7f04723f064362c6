"""A database nobody has set up is told in one line, by exit code 78, with what to do."""

import os
import subprocess
import sys

import pytest

from regulars.doors.cli.database import as_url


@pytest.mark.parametrize("command", ["verify", "import"])
def test_case_154_a_database_without_tables_is_told_to_be_migrated(empty_database, tmp_path, command):
    file = tmp_path / "orders.csv"
    file.write_text("order_id,member,amount,date\nSO-1,m1,10.00,2026-01-01\n", encoding="utf-8")
    words = ["import", "purchases", str(file), "--yes"] if command == "import" else [command]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("REGULARS_")}
    environ |= {"REGULARS_DATABASE_URL": as_url(empty_database), "REGULARS_HOME": str(tmp_path / "home")}
    line = [sys.executable, "-m", "regulars", *words]
    ended = subprocess.run(line, env=environ, capture_output=True, text=True, check=False)
    assert ended.returncode == 78
    assert ended.stderr.strip() == "regulars: schema 0 < 1: run regulars migrate"
