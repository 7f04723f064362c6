"""Codes are those of the standard: held against matrices that another encoder (segno 1.6.6) made as well."""

import hashlib

import pytest

from regulars.kit import qr

HELLO = """\
#######...#.#.#######
#.....#.###...#.....#
#.###.#...#.#.#.###.#
#.###.#...#.#.#.###.#
#.###.#.#.###.#.###.#
#.....#..###..#.....#
#######.#.#.#.#######
.....................
#.#.#.#..#..#...#..#.
.####...#..#....#...#
...#######.#..#.##...
####.#.##..###.#.###.
.#..####.#.#..###.#.#
........#.#...#...#.#
#######.....#..#.##..
#.....#..##...##.#...
#.###.#.##..#.#######
#.###.#...##.#.#...#.
#.###.#.####.###.#..#
#.....#....###...#.##
#######.##.#.###....#"""


def drawn(text: str) -> str:
    return "\n".join("".join("#" if dark else "." for dark in row) for row in qr.squares(text))


def test_a_short_text_is_drawn_square_by_square():
    assert drawn("HELLO WORLD") == HELLO


@pytest.mark.parametrize(
    ("text", "size", "digest"),
    [
        ("0199C2A45D107CC39D341F6F2D3B8A11" * 2, 33, "cc8f8dafc8bf5c4b5cbfac0c6f7fa77e"),
        ("REGULARS-" * 20, 49, "e8a4b54dfb99b316bae34453efac915f"),
    ],
)
def test_longer_texts_take_larger_codes_of_several_blocks(text, size, digest):
    assert len(qr.squares(text)) == size
    assert hashlib.sha256(drawn(text).encode()).hexdigest()[:32] == digest


@pytest.mark.parametrize("text", ["hello", "你好", "A" * 312])
def test_what_does_not_fit_is_refused(text):
    with pytest.raises(qr.TextTooLong):
        qr.squares(text)


def test_the_drawing_stands_alone_with_its_quiet_zone():
    drawing = qr.svg("HELLO WORLD")
    assert drawing.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29"')
    assert "M4 4h7v1h-7z" in drawing
    assert not any(word in drawing for word in ("script", "style", "href"))
