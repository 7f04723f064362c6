"""`regulars replay`: how a balance came to be, for people, for machines, and for `| head`."""

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace
from tests.flows.conftest import NOW, Shop, open_shop

from regulars import flows
from regulars.doors.cli.database import as_url
from regulars.kit import db, ids
from regulars.records import ledger

TODAY = date(2026, 3, 10)


@pytest.fixture
def shop(database):
    """A shop on a database of its own, with one member who bought, redeemed and was given something."""
    with db.connect(database, autocommit=True) as conn:
        with conn.transaction():
            made = open_shop(conn)
            member = made.join("M1")
            made.buy(member, "SO-1", 30000)
            made.later(1)
            flows.adjust_points(
                conn, made.plan, member, -120, shown_reason="Corrected by hand", actor="lin", reference="a", at=made.at
            )
        yield made


@pytest.fixture
def replay(database, tmp_path):
    def run(*arguments, command="replay", **environ):
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("REGULARS_", "LC_", "LANG"))}
        set_up = {
            "REGULARS_DATABASE_URL": as_url(database),
            "REGULARS_HOME": str(tmp_path),
            "LC_ALL": "C.UTF-8",
            "COLUMNS": "120",
        }
        return subprocess.run(
            [sys.executable, "-m", "regulars", command, *map(str, arguments)],
            env={**plain, **set_up, **environ},
            capture_output=True,
            encoding="utf-8",
        )

    return run


def _member(shop: Shop):
    return shop.conn.execute("select member_id from members.member").fetchone()[0]


def test_a_balance_is_told_line_by_line(shop, replay):
    ended = replay("--member", "M1", "--as-of", "2026-03-11")
    assert (ended.returncode, ended.stderr) == (0, "")
    gap = " " * 11
    assert ended.stdout == (
        f"Member {_member(shop)} M1\n"
        "Wallet points, 2 entries until the end of 2026-03-11\n"
        "\n"
        f"   No. Time{gap}  Movement           Points Lot: usable, ends{gap[1:]}In the lot In the wallet Other side\n"
        f"     1 2026-03-10 12:00 earned               +300 at once, 2027-03-31    {gap}300 {gap[1:]}300 issued\n"
        "        Earned with order SO-1\n"
        f"     2 2026-03-11 12:00 adjusted             -120 at once, 2027-03-31    {gap}180 {gap[1:]}180 adjustments\n"
        "        Corrected by hand\n"
        "\n"
        "Lots at the end of the journal\n"
        "  at once, 2027-03-31: By the journal 180, Stored 180\n"
        "The stored lots are as the journal says (1).\n"
        "\n"
        "On 2026-03-11: 180 can be spent\n"
        "  2027-03-31: 180 end after this day\n"
    )


def test_a_member_is_found_by_every_name(shop, replay):
    for named in (_member(shop), "M1", "external:M1"):
        assert "180 can be spent" in replay("--member", named, "--as-of", "2026-03-11").stdout
    nobody = replay("--member", "phone:+8613800138000")
    assert (nobody.returncode, nobody.stdout, nobody.stderr) == (1, "", "regulars: There is no such member.\n")
    wrong = replay("--member", "M1", "--wallet", "stars")
    assert (wrong.returncode, wrong.stderr) == (1, "regulars: This program's wallets are points.\n")


def test_a_day_of_the_past_is_told_as_it_was(shop, replay):
    told = replay("--member", "M1", "--as-of", "2026-03-10").stdout
    assert "Wallet points, 1 entries until the end of 2026-03-10" in told
    assert "On 2026-03-10: 300 can be spent" in told
    assert "By the journal 180, Stored 180" in told, "the proof is of the whole journal"
    assert "Nothing ever moved here." in replay("--member", "M1", "--as-of", "2026-03-09").stdout


def test_in_chinese(shop, replay):
    told = replay("--member", "M1", "--as-of", "2026-03-11", LC_ALL="", LANG="zh_CN.UTF-8", PYTHONUTF8="1").stdout
    assert "账户 points，截至 2026-03-11 终了共 2 条流水" in told
    assert "订单 SO-1 获得" in told
    assert "已存批次与流水一致（1 个）。" in told
    assert "2026-03-11：可用 180" in told


def test_for_machines(shop, replay):
    told = json.loads(replay("--member", "M1", "--as-of", "2026-03-11", "--json").stdout)
    assert told["member_id"] == told["account_id"] == str(_member(shop))
    named = ("number", "movement", "contra", "points", "lot_points", "wallet_points")
    assert [tuple(entry[name] for name in named) for entry in told["entries"]] == [
        (1, "earn", "issuance", 300, 300, 300),
        (2, "adjust", "adjustment", -120, 180, 180),
    ]
    assert told["entries"][0]["reason"]["order"] == "SO-1"
    lot = {"usable_on": None, "expires_on": "2027-03-31", "is_debt": False}
    assert told["lots"] == [{**lot, "replayed_points": 180, "stored_points": 180}]
    assert told["balance"]["available"] == 180
    assert told["is_equal"] is True


def test_a_tampered_lot_is_named_and_verify_leads_there(shop, replay):
    member = _member(shop)
    shop.conn.execute("update ledger.lot set remaining = 999 where member_id = %s", [member])
    ended = replay("--member", "M1", "--as-of", "2026-03-11")
    assert ended.returncode == 1
    assert "at once, 2027-03-31: By the journal 180, Stored 999  DIFFERS" in ended.stdout
    assert "The stored lots are NOT as the journal says (1)." in ended.stdout
    told = json.loads(replay("--member", "M1", "--json").stdout)
    assert told["is_equal"] is False
    verdict = replay(command="verify")
    assert verdict.returncode == 1
    line = next(line for line in verdict.stdout.splitlines() if "look at it with" in line)
    assert "180 by the journal, 999 stored" in line
    assert line.endswith(f"regulars replay --program shop --wallet points --member {member}")


def test_the_command_that_verify_names_works(shop, replay):
    named = ("--program", "shop", "--wallet", "points", "--member", _member(shop))
    assert "The stored lots are as the journal says (1)." in replay(*named).stdout


def _fill(shop: Shop, member, count: int) -> None:
    """Many small movements, in few posts."""
    wallet = shop.plan.wallet
    blank = ledger.Transfer(
        member_id=member, transfer_id=ids.key_of(0), movement=ledger.Movement.EARN, points=3, occurred_at=NOW,
        on_date=TODAY, reason=ledger.Reason("earn.order", {"order": "SO-1"}), wallet_id=wallet.wallet_id,
        lot=ledger.Lot(expires_on=date(2027, 3, 31)),
    )  # fmt: skip
    made = [replace(blank, transfer_id=ids.key_of(n), occurred_at=NOW + timedelta(seconds=n)) for n in range(count)]
    with shop.conn.transaction():
        ledger.post(
            shop.conn, made, wallets=shop.plan.wallets, today=TODAY, recorded_at=datetime(2026, 3, 11, tzinfo=UTC)
        )


def test_ten_thousand_entries_are_told_to_the_last(shop, replay):
    _fill(shop, _member(shop), 9_998)
    ended = replay("--member", "M1", "--as-of", "2026-03-11")
    assert ended.returncode == 0
    assert "Wallet points, 10,000 entries" in ended.stdout
    assert "In the wallet" in ended.stdout
    assert "By the journal 30,174, Stored 30,174" in ended.stdout


def test_case_159_head_reads_enough_and_nobody_complains(shop, replay, database, tmp_path):
    _fill(shop, _member(shop), 9_998)
    environ = {**os.environ, "REGULARS_DATABASE_URL": as_url(database), "REGULARS_HOME": str(tmp_path)}
    started = subprocess.Popen(
        [sys.executable, "-m", "regulars", "replay", "--member", "M1"],
        env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    assert started.stdout.readline() == f"Member {_member(shop)} M1\n"
    started.stdout.close()
    complaint = started.stderr.read()
    started.stderr.close()
    assert (started.wait(), complaint) == (0, "")


def test_case_159_a_narrow_terminal_gets_a_list(shop, replay):
    told = replay("--member", "M1", "--as-of", "2026-03-11", COLUMNS="40").stdout
    assert (
        "1. 2026-03-10 12:00 earned\n"
        "   Earned with order SO-1\n"
        "   +300 (issued)\n"
        "   at once, 2027-03-31\n"
        "   In the lot 300\n"
        "   In the wallet 300\n"
    ) in told
    assert [line for line in told.splitlines() if len(line) > 40] == []


def test_case_159_a_terminal_without_chinese_gets_english(shop, replay):
    ended = replay("--member", "M1", "--as-of", "2026-03-11", LC_ALL="zh_CN.UTF-8", PYTHONIOENCODING="ascii")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "The stored lots are as the journal says (1)." in ended.stdout
    assert ended.stdout.isascii()
