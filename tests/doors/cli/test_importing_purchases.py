"""Files become orders, members, points and returns; and what cannot be taken is told row by row."""

import csv
from datetime import UTC, datetime

import pytest

from regulars import flows
from regulars.doors.cli import importing
from regulars.doors.cli.importing import Mapping, Request, WrongCall
from regulars.kit import db
from regulars.records import activities, members, programs

HEADER = "member,order,date,amount,quantity,sku,title\n"
TWO_ORDERS = (
    HEADER
    + "ann,A1,2026-01-05 10:00,12.50,1,MUG,Mug\nann,A1,2026-01-05 10:00,7.50,2,CUP,Cup\nbob,B1,2026-01-04,30,1,POT,\n"
)


@pytest.fixture
def run(database, tmp_path):
    """Imports a text and answers the summary; the program is founded first."""
    with db.connect(database) as conn:
        flows.found_program(
            conn,
            code="shop",
            name={"en": "Shop"},
            currency="CNY",
            time_zone="Asia/Shanghai",
            language="en",
            at=datetime(2025, 1, 1, tzinfo=UTC),
            return_window_days=0,
        )

    def run(content, *, name="sales.csv", mapping=None, **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        request = Request(path=path, mapping=mapping or Mapping(), **options)
        return importing.import_purchases(database, tmp_path / "home", request, tell=lambda _: None)

    return run


def books(database):
    """Orders with their member, total, lines and points, and what was returned."""
    with db.connect(database) as conn:
        assert flows.verify_books(conn).is_sound
        program = programs.all_of(conn)[0]
        found = {}
        for member in members.search(conn, program.program_id, "", limit=100):
            for purchase in activities.member_purchases(conn, member.member_id, limit=100):
                lines = [(line.sku, line.quantity, line.amount_minor) for line in activities.lines(conn, purchase)]
                key = (member.external_id, purchase.external_id)
                found[key] = (purchase.total_minor, lines, purchase.award_points, purchase.returned_minor)
        return found


def rejects(summary):
    with summary.rejects_path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_rows_with_one_order_id_are_one_order(run, database):
    summary = run(TWO_ORDERS)
    assert books(database) == {
        ("ann", "A1"): (2000, [("MUG", 1, 1250), ("CUP", 2, 750)], 20, 0),
        ("bob", "B1"): (3000, [("POT", 1, 3000)], 30, 0),
    }
    assert (summary.rows, summary.report.orders, summary.report.lines, summary.new_members) == (3, 2, 3, 2)
    assert (summary.report.amount_minor, summary.report.points, summary.rejects_path) == (5000, 50, None)


def test_the_same_file_again_changes_nothing(run, database):
    run(TWO_ORDERS)
    before = books(database)
    again = run(TWO_ORDERS)
    assert (again.report.orders, again.report.replayed, again.new_members, again.report.points) == (0, 2, 0, 0)
    assert books(database) == before


def test_rows_of_an_order_need_not_stand_together(run, database):
    lines = TWO_ORDERS.splitlines(keepends=True)
    run("".join([lines[0], lines[1], lines[3], lines[2]]))
    assert books(database)["ann", "A1"][0] == 2000


def test_rows_without_order_ids_are_orders_of_this_file(run, database):
    text = "member,date,amount\nann,2026-01-05,12.50\nann,2026-01-05,12.50\n"
    assert run(text).report.orders == 2
    assert run(text, name="copy.csv").report.orders == 0
    assert [total for total, _, _, _ in books(database).values()] == [1250, 1250]
    assert run(text + "ann,2026-01-06,1\n").report.orders == 3


def test_rows_of_one_member_at_one_time_can_be_an_order(run, database):
    text = "member,date,amount\nann,2026-01-05 10:00,1\nann,2026-01-05 10:00,2\nann,2026-01-05 10:01,4\n"
    run(text, mapping=Mapping(same_order="member-and-time"))
    assert sorted(total for total, _, _, _ in books(database).values()) == [300, 400]


def test_a_bad_row_keeps_its_order_out_and_no_other(run, database):
    bad = TWO_ORDERS.replace("7.50", "seven")
    summary = run(bad)
    assert set(books(database)) == {("bob", "B1")}
    told = [(row["line"], row["column"], row["reason"], row["amount"]) for row in rejects(summary)]
    assert told == [("2", "order", "order-incomplete", "12.50"), ("3", "amount", "amount-invalid", "seven")]
    assert summary.by_reason == {"order-incomplete": 1, "amount-invalid": 1}


def test_the_mended_report_is_imported_once(run, database):
    report = run(TWO_ORDERS.replace("7.50", "seven")).rejects_path.read_text(encoding="utf-8-sig")
    mended = report.replace("seven", "7.50")
    assert run(mended, name="mended.csv").report.orders == 1
    assert run(mended, name="mended.csv").report.replayed == 1
    assert books(database)["ann", "A1"] == (2000, [("MUG", 1, 1250), ("CUP", 2, 750)], 20, 0)


FLAWS = [
    (",X1,2026-01-05,1,1,S,", "member", "member-missing"),
    ("ann,X2,,1,1,S,", "date", "date-invalid"),
    ("ann,X3,03/04/2026,1,1,S,", "date", "date-ambiguous"),
    ("ann,X4,2099-01-05,1,1,S,", "date", "event-in-future"),
    ("ann,X5,2026-01-05,,1,S,", "amount", "amount-missing"),
    ("ann,X6,2026-01-05,99999999999999,1,S,", "amount", "amount-invalid"),
    ("ann,X7,2026-01-05,1,0,S,", "quantity", "quantity-out-of-range"),
    ("ann,X8,2026-01-05,1,1000001,S,", "quantity", "quantity-out-of-range"),
    ("ann,X9,2026-01-05,1,1,S," + "x" * 201, "title", "invalid-text"),
    ("ann,X10,2026-01-05,1,1,S", "", "column-count"),
    ('ann,X11,2026-01-05,1,1,S,"open', "", "unclosed-quote"),
    ("bob,X12,2026-01-05,-1,-1,S,", "quantity", "return-unmatched"),
]


def test_each_flaw_is_named_with_its_line_and_column_and_good_rows_are_taken(run, database):
    good = [f"bob,G{number},2026-01-04,30,1,POT,\n" for number in range(len(FLAWS) + 1)]
    mixed = good[0] + "".join(f"{row}\n{good[number]}" for number, (row, _, _) in enumerate(FLAWS, start=1))
    summary = run(HEADER + mixed)
    told = [(int(row["line"]), row["column"], row["reason"]) for row in rejects(summary)]
    assert told == [(3 + 2 * place, column, reason) for place, (_, column, reason) in enumerate(FLAWS)]
    assert all(row["explanation"] for row in rejects(summary))
    assert set(books(database)) == {("bob", f"G{number}") for number in range(len(FLAWS) + 1)}


def test_formulas_are_text_and_the_report_disarms_them(run, database):
    summary = run(HEADER + "ann,A1,2026-01-05,1,1,=1+1,@cmd\n,A2,2026-01-05,1,1,=cmd|x,-2\n,A3,2026-01-05,1,1,+S,\tt\n")
    assert books(database)["ann", "A1"][1] == [("=1+1", 1, 100)]
    assert [(row["sku"], row["title"]) for row in rejects(summary)] == [("'=cmd|x", "'-2"), ("'+S", "'\tt")]


def test_an_apostrophe_the_report_put_there_goes_away_again(run, database):
    run(HEADER + "ann,A1,2026-01-05,1,1,'=cmd,'tis\n")
    assert books(database)["ann", "A1"][1] == [("=cmd", 1, 100)]


def test_a_return_goes_back_to_the_latest_earlier_order(run, database):
    text = (
        HEADER
        + "ann,A1,2026-01-01,20,2,MUG,\nann,A2,2026-01-03,30,2,MUG,\nann,C1,2026-01-04,-15,-1,MUG,\n"
        + "ann,A3,2026-01-09,50,1,MUG,\nbob,C2,2026-01-04,-15,-1,MUG,\n"
    )
    summary = run(text)
    assert {key[1]: row[3] for key, row in books(database).items()} == {"A1": 0, "A2": 1500, "A3": 0}
    assert (summary.report.returns, summary.by_reason) == (1, {"return-unmatched": 1})
    again = run(text)
    assert (again.report.returns, again.report.replayed, again.by_reason) == (0, 4, {"return-unmatched": 1})
    assert {key[1]: row[3] for key, row in books(database).items()} == {"A1": 0, "A2": 1500, "A3": 0}


def test_order_ids_can_say_that_it_is_a_return(run, database):
    text = HEADER + "ann,A1,2026-01-01,20,2,MUG,\nann,C1,2026-01-04,10,1,MUG,\n"
    run(text, mapping=Mapping(returns_begin_with="C"))
    assert books(database) == {("ann", "A1"): (2000, [("MUG", 2, 2000)], 20, 1000)}


def test_an_order_that_changed_is_a_conflict_and_the_first_one_stands(run, database):
    run(TWO_ORDERS)
    summary = run(TWO_ORDERS.replace("bob,B1,2026-01-04,30", "bob,B1,2026-01-04,31"))
    assert summary.by_reason == {"event-conflict": 1}
    assert books(database)["bob", "B1"][0] == 3000


def test_two_members_in_one_order_are_told(run, database):
    summary = run(TWO_ORDERS.replace("ann,A1,2026-01-05 10:00,7.50", "eve,A1,2026-01-05 10:00,7.50"))
    assert [(row["line"], row["reason"]) for row in rejects(summary)] == [
        ("2", "order-incomplete"),
        ("3", "member-differs"),
    ]


def test_what_only_the_first_row_of_an_order_says_holds_for_all(run, database):
    run(HEADER + "ann,A1,2026-01-05,12.50,1,MUG,\n,A1,,7.50,1,CUP,\n")
    assert books(database)["ann", "A1"][0] == 2000


def test_an_order_with_too_many_lines_is_told_and_not_cut(run, database):
    text = HEADER + "ann,A1,2026-01-05,1,1,S,\n" * 10_001 + "bob,B1,2026-01-04,30,1,POT,\n"
    summary = run(text)
    assert summary.by_reason == {"too-many-lines": 10_001}
    assert set(books(database)) == {("bob", "B1")}


def test_unit_prices_discounts_and_decimal_commas(run, database):
    text = "member;date;quantity;unit_price;discount\nann;05.01.2026;3;1.234,50;3,50\nann;06.01.2026;0,5;9,99;\n"
    run(text, mapping=Mapping(decimal_comma=True, date_format=("%d.%m.%Y",)))
    assert sorted(row[1] for row in books(database).values()) == [[("", 1, 500)], [("", 3, 370000)]]


def test_every_encoding_gives_the_same_order(run, database):
    text = "会员,订单号,日期,金额\n小明,甲1,2026-01-05,12.50\n"
    assert run(text.encode("gb18030")).report.orders == 1
    assert [run(text.encode(codec)).report.replayed for codec in ("utf-8-sig", "utf-16", "utf-8")] == [1, 1, 1]
    assert set(books(database)) == {("小明", "甲1")}


def test_a_file_without_header_is_read_by_numbers(run, database):
    mapping = Mapping(has_header=False, columns={"member": ("2",), "date": ("1",), "amount": ("3",)})
    run("2026-01-05,ann,1.50\n", mapping=mapping)
    assert books(database)["ann", "line 1"][0] == 150


def test_only_so_many_rows(run, database):
    assert run(TWO_ORDERS, limit=2).report.orders == 1
    assert set(books(database)) == {("ann", "A1")}


def test_a_dry_run_checks_everything_and_writes_nothing(run, database):
    text = TWO_ORDERS + "ann,X,2099-01-05,1,1,S,\n,Y,2026-01-05,1,1,S,\n"
    summary = run(text, is_dry=True, new_program="other", program="")
    assert (summary.report.orders, summary.report.amount_minor, summary.new_members) == (2, 5000, 2)
    assert summary.by_reason == {"event-in-future": 1, "member-missing": 1}
    assert books(database) == {}
    with db.connect(database) as conn:
        assert [program.code for program in programs.all_of(conn)] == ["shop"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"program": "none"}, "Say which program with --program, .* there are: shop"),
        ({"mapping": Mapping(currency="USD")}, "The file is in USD and program shop counts in CNY"),
        ({"mapping": Mapping(time_zone="Mars/Base")}, "no such zone"),
        ({"mapping": Mapping(currency="XYZ")}, "not an ISO 4217 currency"),
    ],
)
def test_a_wrong_call_writes_nothing(run, database, options, sentence):
    with pytest.raises(WrongCall, match=sentence):
        run(TWO_ORDERS, **options)
    assert books(database) == {}


def test_a_program_can_be_founded_for_the_file(run, database):
    run(TWO_ORDERS, new_program="second", mapping=Mapping(currency="USD", time_zone="UTC"))
    with db.connect(database) as conn:
        assert [(p.code, p.currency) for p in programs.all_of(conn)] == [("shop", "CNY"), ("second", "USD")]


def test_saying_no_writes_nothing(run, database, tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text(TWO_ORDERS)
    asked = []
    summary = importing.import_purchases(
        database,
        tmp_path / "home",
        Request(path=path, mapping=Mapping()),
        tell=lambda _: None,
        agree=lambda question: bool(asked.append(question)),
    )
    assert asked == ["Import them into program shop?"]
    assert summary.is_stopped
    assert books(database) == {}


@pytest.mark.parametrize("text", ["\n\n", "member,date,amount\n"])
def test_a_file_without_a_row_is_refused(run, text):
    with pytest.raises(importing.ImportRefused, match="nothing in this file") as refused:
        run(text)
    assert refused.value.exit_code == 65
