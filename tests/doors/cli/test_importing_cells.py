"""Which column is which, and what the cells stand for."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from regulars.doors.cli import importing
from regulars.doors.cli.importing import Mapping, WrongCall, mapping, parsing
from regulars.records.members import IdentifierKind

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("header", "places"),
    [
        (["Customer ID", "Order ID", "Date", "Amount"], {"member": 0, "order": 1, "date": 2, "amount": 3}),
        (["订单号", "会员编号", "下单时间", "实付金额", "数量"],
         {"order": 0, "member": 1, "date": 2, "amount": 3, "quantity": 4}),
        (["qty", "unit_price", "sku", "email", "created_at"],
         {"quantity": 0, "unit_price": 1, "sku": 2, "member": 3, "date": 4}),
    ],
)  # fmt: skip
def test_columns_are_guessed_from_their_names(header, places):
    assert mapping.resolve(Mapping(), header) == places


def test_what_is_said_counts_and_nothing_else_is_guessed():
    said = mapping.merged(Mapping(), {"member": "who", "date": "2", "amount": "SUM"}, {})
    assert mapping.resolve(said, ["who", "x", "sum", "quantity"]) == {"member": 0, "date": 1, "amount": 2}


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"member": "nobody"}, "There is no column nobody for member; there are: who, when"),
        ({"member": "who"}, "Say which column is which with --date, --amount; the columns are: who, when"),
    ],
)
def test_a_column_that_is_missing_is_a_wrong_call(columns, sentence):
    with pytest.raises(WrongCall, match=sentence) as refused:
        mapping.resolve(mapping.merged(Mapping(), columns, {}), ["who", "when"])
    assert refused.value.exit_code == 64


def test_our_own_mappings_are_there_and_an_option_wins():
    assert importing.names() == ["cdnow", "online-retail"]
    found = mapping.merged(mapping.load("online-retail"), {"store": "Country"}, {"currency": "EUR", "source": ""})
    assert (found.currency, found.source, found.columns["store"]) == ("EUR", "shop", ("Country",))
    both = (["Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price", "Customer ID", "Country"],
            ["Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"])  # fmt: skip
    assert mapping.resolve(mapping.load("online-retail"), both[0])["order"] == 0
    second = mapping.resolve(mapping.load("online-retail"), both[1])
    assert "order" not in second
    assert second["sku"] == second["title"] == 0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("colour = 1", "colour is not known"),
        ("[columns]\nbuyer = 'x'", "buyer is not known"),
        ("member_kind = 'passport'", "passport"),
        ("currency = ", "Invalid"),
    ],
)
def test_a_mapping_file_that_says_what_nobody_knows_is_a_wrong_call(tmp_path, text, sentence):
    path = tmp_path / "map.toml"
    path.write_text(text)
    with pytest.raises(WrongCall, match=sentence):
        mapping.load(str(path))


def test_a_mapping_file_of_ones_own(tmp_path):
    path = tmp_path / "map.toml"
    path.write_text('date_format = "%d.%m.%Y"\nmember_kind = "phone"\n[columns]\nmember = "Tel"\ndate = ["a", "b"]\n')
    found = mapping.load(str(path))
    assert found.date_format == ("%d.%m.%Y",)
    assert found.member_kind is IdentifierKind.PHONE
    assert found.columns == {"member": ("Tel",), "date": ("a", "b")}


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-01-05", datetime(2026, 1, 5, tzinfo=SHANGHAI)),
        ("20260105", datetime(2026, 1, 5, tzinfo=SHANGHAI)),
        ("2026/1/5 8:03", datetime(2026, 1, 5, 8, 3, tzinfo=SHANGHAI)),
        ("2026-01-05 08:03:10", datetime(2026, 1, 5, 8, 3, 10, tzinfo=SHANGHAI)),
        ("2026年1月5日", datetime(2026, 1, 5, tzinfo=SHANGHAI)),
        ("2026-01-05T08:03:10Z", datetime(2026, 1, 5, 8, 3, 10, tzinfo=UTC)),
        ("2026-01-05T08:03:10-05:00", datetime(2026, 1, 5, 8, 3, 10, tzinfo=timezone(timedelta(hours=-5)))),
    ],
)
def test_dates_that_can_be_read_in_one_way_only(text, at):
    assert parsing.when(text, (), SHANGHAI) == at


@pytest.mark.parametrize(
    ("text", "code"), [("03/04/2026", "date-ambiguous"), ("soon", "date-invalid"), ("", "date-invalid")]
)
def test_other_dates_are_refused(text, code):
    with pytest.raises(parsing.CellWrong) as wrong:
        parsing.when(text, (), SHANGHAI)
    assert (wrong.value.code, wrong.value.field) == (code, "date")


def test_a_named_format_decides():
    assert parsing.when("03/04/2026", ("%d/%m/%Y",), SHANGHAI).month == 4
    with pytest.raises(parsing.CellWrong, match="not a date"):
        parsing.when("2026-04-03", ("%d/%m/%Y",), SHANGHAI)


@pytest.mark.parametrize(
    ("text", "comma", "minor"),
    [
        ("12.34", False, 1234),
        ("¥1,234.50", False, 123450),
        ("-3.00", False, -300),
        ("(3.00)", False, -300),
        ("1.234,50", True, 123450),
        ("0", False, 0),
        ("12.345", False, 1234),
    ],
)
def test_amounts_are_exact(text, comma, minor):
    assert parsing.minor(text, "CNY", comma) == minor


@pytest.mark.parametrize("text", ["", "twelve", "1e999", "nan", "1_000", "10000000000000000"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(parsing.CellWrong) as wrong:
        parsing.minor(text, "CNY", False)
    assert wrong.value.code == "amount-invalid"


def test_a_weight_is_one_piece_and_its_price_is_exact():
    count = parsing.quantity("0.345", False)
    assert (count.pieces, parsing.product_minor(count.exact, "19.99", "CNY", False)) == (1, 690)
    assert parsing.quantity("", False).pieces == 1
    assert parsing.quantity("-2.0", False) == parsing.Quantity(-2, Decimal("-2.0"))
    with pytest.raises(parsing.CellWrong, match="not a quantity"):
        parsing.quantity("some", False)
