"""Bytes become characters, characters become rows: one bad row never takes its neighbors with it."""

import io

import pytest

from regulars.doors.cli.importing import ImportRefused, Mapping, encoding, source
from regulars.doors.cli.importing.text_rows import Row, sniff, split

TEXT = "member,date,amount\n王小明,2026-01-05,12.50\n李四,2026-01-06,8.00\n"


def rows(text, delimiter=","):
    return list(split(io.StringIO(text), delimiter))


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (TEXT.encode(), "UTF-8"),
        (TEXT.encode("utf-8-sig"), "UTF-8 with BOM"),
        (TEXT.encode("utf-16"), "UTF-16"),
        ("member,date,amount\n1,2026-01-05,12.50\n".encode("utf-16-le"), "UTF-16 LE"),
        (TEXT.encode("gb18030"), "GB18030"),
    ],
)
def test_the_encoding_is_found_and_named(tmp_path, raw, name):
    path = tmp_path / "file.csv"
    path.write_bytes(raw)
    facts = encoding.look(path)
    assert facts.name == name
    assert raw.decode(facts.codec).lstrip("\ufeff").startswith("member,date,amount\n")


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        (b"member,caf\xe9,1\n", 10),
        ("érà,ñandú,üç\n".encode("latin-1") * 10, 0),
    ],
)
def test_an_encoding_nobody_knows_is_refused_with_the_byte(tmp_path, raw, at):
    path = tmp_path / "file.csv"
    path.write_bytes(raw)
    with pytest.raises(ImportRefused, match=f"encoding-unknown: from byte {at} on") as refused:
        encoding.look(path)
    assert (refused.value.code, refused.value.exit_code) == ("encoding-unknown", 65)


def test_a_character_cut_off_at_the_end_is_found_behind_a_megabyte(tmp_path):
    path = tmp_path / "file.csv"
    path.write_bytes(b"a" * ((1 << 20) + 7) + "好".encode()[:1])
    with pytest.raises(ImportRefused, match=f"from byte {(1 << 20) + 7} on"):
        encoding.look(path)


def test_an_encoding_that_was_named_is_used(tmp_path):
    path = tmp_path / "file.csv"
    path.write_bytes("member,café,1\n".encode("cp1252"))
    assert encoding.look(path, given="cp1252").codec == "cp1252"


def test_a_character_between_two_reads_is_whole(tmp_path):
    path = tmp_path / "file.csv"
    path.write_bytes(b"a" * ((1 << 20) - 1) + "好".encode() * 3)
    assert encoding.look(path).name == "UTF-8"


def test_an_unclosed_quote_costs_one_row_and_names_its_line():
    text = 'id,title\n1,mug\n2,"open\n3,cup\n4,"two\nlines"\n5,pot\n'
    found = rows(text)
    assert [(row.line, row.code) for row in found] == [
        (1, ""), (2, ""), (3, "unclosed-quote"), (4, ""), (5, ""), (7, "")
    ]  # fmt: skip
    assert found[4].cells == ["4", "two\nlines"]
    assert found[2].cells == ['2,"open']


def test_an_unclosed_quote_does_not_swallow_a_long_file():
    text = 'id,title\n1,"open\n' + "".join(f"{n},mug\n" for n in range(2, 5000))
    found = rows(text)
    assert [row for row in found if row.code] == [Row(2, ['1,"open'], "unclosed-quote")]
    assert len(found) == 5000


def test_every_line_may_open_a_quote():
    assert [row.code for row in rows("a,b\n" + '1,"x\n' * 300)] == [""] + ["unclosed-quote"] * 300


def test_a_field_beyond_128_kib_is_a_row_error():
    long = "x" * (128 * 1024 + 1)
    found = rows(f'a,b\n1,{long}\n2,"{long}"\n3,fine\n')
    assert [row.code for row in found] == ["", "field-too-large", "field-too-large", ""]
    assert rows(f"a,b\n1,{long[:-1]}\n")[1].code == ""


def test_a_line_without_an_end_is_skipped_not_held():
    found = rows("a,b\n" + "x" * (3 << 20) + "\n2,fine\n")
    assert [(row.line, row.code) for row in found] == [(1, ""), (2, "field-too-large"), (3, "")]
    assert len(found[1].cells[0]) == 1000


def test_other_bad_rows_are_named():
    found = rows('a,b\n1\n1,2,3\n"x"y,2\n1,\0\n\n   \n4,5\n')
    assert [(row.line, row.code) for row in found] == [
        (1, ""), (2, "column-count"), (3, "column-count"), (4, "bad-quote"), (5, "invalid-text"), (8, "")
    ]  # fmt: skip


def test_quotes_inside_a_plain_field_are_characters():
    assert rows('a,b\n5" pipe,1\n"say ""hi""",2\n')[1:] == [Row(2, ['5" pipe', "1"]), Row(3, ['say "hi"', "2"])]


@pytest.mark.parametrize(
    ("lines", "delimiter"),
    [
        (["a,b,c", "1,2,3"], ","),
        (["a;b", "1,5;2"], ";"),
        (["a\tb", "1\t2"], "\t"),
        ([" 00001 19970101  1   11.77", " 00002 19970112  1   12.00"], "whitespace"),
        (['a,"b;c;d"', '1,"2;3;4"'], ","),
    ],
)
def test_the_delimiter_is_found(lines, delimiter):
    assert sniff(lines) == delimiter


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"PK\x03\x04rest", "packed"),
        (b"\x1f\x8b\x08rest", "packed"),
        (b"", "nothing-to-read"),
        (b"x" * 2000, "import-too-large"),
    ],
)
def test_files_that_cannot_be_taken_are_refused(tmp_path, raw, code):
    path = tmp_path / "file.csv"
    path.write_bytes(raw)
    with pytest.raises(ImportRefused) as refused:
        source.look(path, Mapping(), bytes_max=1000)
    assert (refused.value.code, refused.value.exit_code) == (code, 65)


def test_a_file_that_is_not_there_is_a_wrong_call(tmp_path):
    with pytest.raises(ImportRefused) as refused:
        source.look(tmp_path / "none.csv", Mapping())
    assert refused.value.exit_code == 64
