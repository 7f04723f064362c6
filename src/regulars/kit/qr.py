"""QR codes: a text of capitals and digits as dark and light squares, and these as an SVG.

Alphanumeric mode, error correction M (15 %), versions 1 to 10. Source: ISO/IEC 18004:2015.
"""

from collections.abc import Iterator
from functools import cache

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_BLOCKS: dict[int, tuple[int, tuple[int, ...]]] = {
    1: (10, (16,)),
    2: (16, (28,)),
    3: (26, (44,)),
    4: (18, (32,) * 2),
    5: (24, (43,) * 2),
    6: (16, (27,) * 4),
    7: (18, (31,) * 4),
    8: (22, (38,) * 2 + (39,) * 2),
    9: (22, (36,) * 3 + (37,) * 2),
    10: (26, (43,) * 4 + (44,)),
}
"""By version: codewords of correction for each block, and the codewords of data in each."""
_ALIGNED: dict[int, tuple[int, ...]] = {
    1: (),
    **{version: (6, 4 * version + 10) for version in range(2, 7)},
    7: (6, 22, 38),
    8: (6, 24, 42),
    9: (6, 26, 46),
    10: (6, 28, 50),
}
_FORMAT_M = 0b00
_QUIET = 4

Squares = list[list[bool]]
"""Rows of dark (true) and light squares."""


class TextTooLong(Exception):
    """The text has other characters than these codes take, or too many."""


def squares(text: str) -> Squares:
    """The code of a text, without the quiet zone around it.

    Raises:
        TextTooLong: it does not fit.
    """
    if not set(text) <= set(_ALPHABET):
        raise TextTooLong("capitals, digits and a few signs only")
    version = next((v for v in _BLOCKS if _bits_needed(text, v) <= 8 * sum(_BLOCKS[v][1])), None)
    if version is None:
        raise TextTooLong("more than 311 characters")
    fixed, light = _frame(version)
    _fill(fixed, light, _interleaved(version, _data(text, version)))
    masked = [_masked(fixed, light, mask, version) for mask in range(8)]
    return min(masked, key=_penalty)


def svg(text: str) -> str:
    """The code of a text as an SVG of one path, in the text's color, with the quiet zone that scanners need."""
    rows = squares(text)
    size = len(rows) + 2 * _QUIET
    runs = "".join(
        f"M{start + _QUIET} {y + _QUIET}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for start, length in _runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges" role="img">'
        f'<path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/><path fill="#000" d="{runs}"/></svg>'
    )


def _runs(row: list[bool]) -> Iterator[tuple[int, int]]:
    start = None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            yield start, x - start
            start = None


def _length_bits(version: int) -> int:
    return 9 if version < 10 else 11


def _bits_needed(text: str, version: int) -> int:
    return 4 + _length_bits(version) + 11 * (len(text) // 2) + 6 * (len(text) % 2)


def _data(text: str, version: int) -> list[int]:
    """The codewords of the text: mode, length, pairs of characters, an end, and what fills the rest."""
    bits = "0010" + format(len(text), f"0{_length_bits(version)}b")
    for place in range(0, len(text), 2):
        pair = [_ALPHABET.index(character) for character in text[place : place + 2]]
        bits += format(pair[0] * 45 + pair[1], "011b") if len(pair) == 2 else format(pair[0], "06b")
    capacity = 8 * sum(_BLOCKS[version][1])
    bits += "0" * min(4, capacity - len(bits))
    bits += "0" * (-len(bits) % 8)
    words = [int(bits[place : place + 8], 2) for place in range(0, len(bits), 8)]
    return words + [(0xEC, 0x11)[n % 2] for n in range(capacity // 8 - len(words))]


@cache
def _powers() -> tuple[list[int], list[int]]:
    """Powers of 2 in the field of 256 elements, and their logarithms."""
    powers, logs, value = [0] * 512, [0] * 256, 1
    for exponent in range(255):
        powers[exponent] = powers[exponent + 255] = value
        logs[value] = exponent
        value = (value << 1) ^ (0x11D if value & 0x80 else 0)
    return powers, logs


def _times(one: int, other: int) -> int:
    powers, logs = _powers()
    return powers[logs[one] + logs[other]] if one and other else 0


def _correction(block: list[int], count: int) -> list[int]:
    """Reed and Solomon's codewords of a block: the rest of a division."""
    powers, _ = _powers()
    divisor = [1]
    for exponent in range(count):
        longer = [*divisor, 0]
        for place, factor in enumerate(divisor):
            longer[place + 1] ^= _times(factor, powers[exponent])
        divisor = longer
    rest = [0] * count
    for word in block:
        lead = word ^ rest[0]
        rest = [one ^ _times(factor, lead) for one, factor in zip([*rest[1:], 0], divisor[1:], strict=True)]
    return rest


def _interleaved(version: int, data: list[int]) -> list[int]:
    count, sizes = _BLOCKS[version]
    blocks, start = [], 0
    for size in sizes:
        blocks.append(data[start : start + size])
        start += size
    words = [block[place] for place in range(max(sizes)) for block in blocks if place < len(block)]
    corrections = [_correction(block, count) for block in blocks]
    return words + [one[place] for place in range(count) for one in corrections]


def _frame(version: int) -> tuple[Squares, Squares]:
    """What every code of a version has: which squares are taken, and their color."""
    size = 17 + 4 * version
    taken = [[False] * size for _ in range(size)]
    dark = [[False] * size for _ in range(size)]

    def put(x: int, y: int, is_dark: bool) -> None:
        if 0 <= x < size and 0 <= y < size:
            taken[y][x], dark[y][x] = True, is_dark

    for n in range(size):
        put(6, n, n % 2 == 0)
        put(n, 6, n % 2 == 0)
    for cx, cy in ((3, 3), (size - 4, 3), (3, size - 4)):
        for dx in range(-4, 5):
            for dy in range(-4, 5):
                put(cx + dx, cy + dy, max(abs(dx), abs(dy)) not in (2, 4))
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    for cx in _ALIGNED[version]:
        for cy in _ALIGNED[version]:
            if (cx, cy) not in corners:
                for dx in range(-2, 3):
                    for dy in range(-2, 3):
                        put(cx + dx, cy + dy, max(abs(dx), abs(dy)) != 1)
    for x, y, is_dark in _marks(size, version, mask=0):
        put(x, y, is_dark)
    return taken, dark


def _marks(size: int, version: int, *, mask: int) -> Iterator[tuple[int, int, bool]]:
    """The squares that say correction, mask and version."""
    bits = _with_rest(_FORMAT_M << 3 | mask, 10, 0x537) ^ 0x5412
    for n in range(15):
        is_dark = bool(bits >> n & 1)
        yield (8, n if n < 6 else n + 1, is_dark) if n < 8 else (7 if n == 8 else 14 - n, 8, is_dark)
        yield (size - 1 - n, 8, is_dark) if n < 8 else (8, size - 15 + n, is_dark)
    yield 8, size - 8, True
    if version >= 7:
        bits = _with_rest(version, 12, 0x1F25)
        for n in range(18):
            is_dark = bool(bits >> n & 1)
            yield size - 11 + n % 3, n // 3, is_dark
            yield n // 3, size - 11 + n % 3, is_dark


def _with_rest(value: int, bits: int, divisor: int) -> int:
    rest = value
    for _ in range(bits):
        rest = (rest << 1) ^ ((rest >> (bits - 1)) * divisor)
    return value << bits | rest


def _fill(taken: Squares, dark: Squares, words: list[int]) -> None:
    """Lay the codewords out, two columns at a time, up and down from the right."""
    size = len(taken)
    stream = (word >> bit & 1 for word in words for bit in range(7, -1, -1))
    for right in (*range(size - 1, 6, -2), 5, 3, 1):
        is_upward = (right + 1) & 2 == 0
        for step in range(size):
            y = size - 1 - step if is_upward else step
            for x in (right, right - 1):
                if not taken[y][x]:
                    dark[y][x] = bool(next(stream, 0))


def _masked(taken: Squares, dark: Squares, mask: int, version: int) -> Squares:
    size = len(taken)
    found = [
        [is_dark != (not taken[y][x] and _flips(mask, x, y)) for x, is_dark in enumerate(row)]
        for y, row in enumerate(dark)
    ]
    for x, y, is_dark in _marks(size, version, mask=mask):
        found[y][x] = is_dark
    return found


def _flips(mask: int, x: int, y: int) -> bool:
    return (
        (x + y) % 2,
        y % 2,
        x % 3,
        (x + y) % 3,
        (x // 3 + y // 2) % 2,
        x * y % 2 + x * y % 3,
        (x * y % 2 + x * y % 3) % 2,
        ((x + y) % 2 + x * y % 3) % 2,
    )[mask] == 0


def _penalty(rows: Squares) -> int:
    """How hard a code is to read: long runs, blocks, what looks like a corner, too much of one color."""
    size, points = len(rows), 0
    for lines in (rows, [list(column) for column in zip(*rows, strict=True)]):
        for line in lines:
            text = "".join("1" if is_dark else "0" for is_dark in line)
            run, before = 0, ""
            for square in (*text, ""):
                if square == before:
                    run += 1
                else:
                    points += run - 2 if run >= 5 else 0
                    run, before = 1, square
            points += 40 * sum(
                text.startswith(pattern, place)
                for place in range(size - 10)
                for pattern in ("10111010000", "00001011101")
            )
    for y in range(size - 1):
        for x in range(size - 1):
            points += 3 * (rows[y][x] == rows[y][x + 1] == rows[y + 1][x] == rows[y + 1][x + 1])
    share = sum(map(sum, rows)) * 20 // (size * size)
    return points + 10 * min(abs(share - 10), abs(share - 9))
