"""`regulars import purchases` as an operator meets it: exit codes, Ctrl-C, kill -9, and the real files."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from regulars import flows
from regulars.doors.cli.database import as_url
from regulars.kit import db
from regulars.records import activities, members, programs

_RUN = "from regulars.doors.cli.import_purchases import app; app(prog_name='regulars import')"
_ORDERS = 12_000


@pytest.fixture
def command(database, tmp_path):
    """Starts `regulars import purchases` with arguments on the test's database."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("REGULARS_")}
    environ |= {"REGULARS_DATABASE_URL": as_url(database), "REGULARS_HOME": str(tmp_path / "home"), "LC_ALL": "C.UTF-8"}

    def start(*arguments):
        line = [sys.executable, "-c", _RUN, "purchases", *map(str, arguments)]
        return subprocess.Popen(line, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    return start


def ended(process):
    told, _ = process.communicate(timeout=240)
    return process.returncode, told


def totals(database):
    with db.connect(database) as conn:
        assert flows.verify_books(conn).is_sound
        found = [program.program_id for program in programs.all_of(conn)]
        if not found:
            return 0, 0, 0
        counted = activities.totals(conn, found[0])
        return members.count(conn, found[0]), counted["orders"], counted["total_minor"]


def data(name):
    """A file of the shared data, found upward from the repository; the test is skipped where there is none."""
    for folder in Path(__file__).resolve().parents:
        place = folder / "shared" / "data" / name
        if place.is_file():
            return place
    return pytest.skip(f"{name} is not on this machine: put it in ../shared/data/")


@pytest.fixture
def many(tmp_path):
    """A file of 12,000 orders of 300 members."""
    begin = datetime(2025, 1, 1, tzinfo=UTC)
    rows = [
        f"member {number % 300},order {number},{begin + timedelta(minutes=number):%Y-%m-%d %H:%M:%S},{number % 97}.50"
        for number in range(_ORDERS)
    ]
    path = tmp_path / "many.csv"
    path.write_text("\n".join(["member,order,date,amount", *rows]) + "\n")
    return path


MANY = (300, _ORDERS, sum(number % 97 * 100 + 50 for number in range(_ORDERS)))


def test_a_wrong_call_exits_64_and_a_file_without_rows_65(command, tmp_path, database):
    empty = tmp_path / "empty.csv"
    empty.write_text("member,date,amount\n")
    code, told = ended(command(tmp_path / "none.csv", "--yes"))
    assert (code, "none.csv: No such file or directory" in told) == (64, True)
    code, told = ended(command(empty, "--yes", "--new-program", "shop"))
    assert (code, "There is nothing in this file that can be read." in told) == (65, True)
    assert totals(database) == (0, 0, 0)


def test_rejected_rows_are_mentioned_and_the_exit_is_good(command, tmp_path, database):
    path = tmp_path / "sales.csv"
    path.write_text("buyer;when;sum\nann;05.01.2026;1,50\nbob;06.01.2026;two\n")
    code, told = ended(
        command(path, "--yes", "--new-program", "shop", "--member", "buyer", "--date", "when", "--amount", "sum",
                "--decimal-comma", "--date-format", "%d.%m.%Y", "--currency", "eur", "--time-zone", "Europe/Berlin")
    )  # fmt: skip
    assert code == 0
    assert "  member       buyer\n" in told
    assert "amount-invalid" in told
    assert "sales-rejects.csv" in told
    assert totals(database) == (1, 1, 150)


def test_killed_in_the_middle_the_next_run_ends_with_exactly_the_right_data(command, many, database):
    first = command(many, "--yes", "--new-program", "shop", "--lanes", "2")
    wait_for_orders(database)
    first.kill()
    first.communicate(timeout=60)
    before = counted(database)
    assert 0 < before < _ORDERS
    code, told = ended(command(many, "--yes"))
    assert code == 0, told
    assert totals(database) == MANY


def test_ctrl_c_finishes_the_chunk_and_tells_how_to_go_on(command, many, database):
    process = command(many, "--yes", "--new-program", "shop", "--lanes", "2")
    wait_for_orders(database)
    process.send_signal(signal.SIGTERM)
    code, told = ended(process)
    assert code == 143, told
    assert f"regulars purchases {many} --yes --new-program shop --lanes 2" in told
    assert 0 < counted(database) < _ORDERS
    assert ended(command(many, "--yes"))[0] == 0
    assert totals(database) == MANY


def counted(database):
    with db.connect(database) as conn:
        found = programs.all_of(conn)
        return activities.totals(conn, found[0].program_id)["orders"] if found else 0


def wait_for_orders(database):
    until = time.monotonic() + 120
    while not counted(database):
        assert time.monotonic() < until, "nothing was recorded"
        time.sleep(0.02)


def test_cdnow_as_it_is(command, database):
    path = data("cdnow/CDNOW_master.txt")
    code, told = ended(command(path, "--mapping", "cdnow", "--new-program", "cdnow", "--yes"))
    assert code == 0, told
    assert totals(database) == (23_570, 69_659, 250_031_563)


def test_online_retail_ii_as_it_is(command, database):
    path = data("online_retail/online_retail_II.parquet")
    arguments = (path, "--mapping", "online-retail", "--new-program", "retail", "--yes", "--limit", "20000")
    code, told = ended(command(*arguments))
    assert code == 0, told
    invoices = (
        f'select "Customer ID" as who, Invoice, sum(Quantity * cast(round(Price * 100) as bigint)) as minor '
        f"from read_parquet('{path}', file_row_number = true) where file_row_number < 20000 "
        "and who is not null and Invoice not like 'C%' group by all"
    )
    expected = duckdb.sql(f"select count(distinct who), count(*), sum(minor)::bigint from ({invoices})").fetchall()
    assert [totals(database)] == expected
    assert told.count("member-missing") == 1
    assert ended(command(*arguments))[0] == 0
    assert [totals(database)] == expected
