"""From text to tokens. The alphabet is that of CEL, less what the language does not have."""

import re
from dataclasses import dataclass

from regulars.kit.money import AMOUNT_MINOR_MAX

from .messages import refusal, too_complex
from .model import TEXT_BYTES_MAX

_TOKEN = re.compile(
    r"""
    (?P<blank>[ \t\r\n]+|//[^\n]*)
  | (?P<number>[0-9]+(?:\.[0-9]+)?)
  | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<sign>&&|\|\||==|!=|<=|>=|[-+*<>!().,\[\]])
    """,
    re.VERBOSE,
)
_ESCAPES = "\\\"'"
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_TYPED = "“”‘’（）【】，、。！＝=＞＜≥≤≠&|×"
_READ = (
    '"',
    '"',
    "'",
    "'",
    "(",
    ")",
    "[",
    "]",
    ",",
    ",",
    ".",
    "!",
    "==",
    "==",
    ">",
    "<",
    ">=",
    "<=",
    "!=",
    "&&",
    "||",
    "*",
)
_PLAIN = dict(zip(_TYPED, _READ, strict=True))
"""What people type instead of what the language reads."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text. `sort` is number, text, name, sign or end; `value` what it says; places count from 0."""

    sort: str
    value: str
    start: int
    end: int


def tokens(source: str) -> list[Token]:
    """All tokens with an end behind them.

    Raises:
        RuleTooComplex: the text is longer than rules may be; nothing of it was read.
        RuleInvalid: a character or text the language does not have.
    """
    if len(source) > TEXT_BYTES_MAX or len(source.encode(errors="replace")) > TEXT_BYTES_MAX:
        raise too_complex("too-long", source[:80], 0, TEXT_BYTES_MAX)
    found: list[Token] = []
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            raise _stray(source, at)
        sort, value, end = str(match.lastgroup), match.group(), match.end()
        if sort == "number":
            _check_number(source, value, at, end)
        if sort == "text":
            value = _unescaped(source, value, at)
        if sort != "blank":
            found.append(Token(sort, value, at, end))
        at = end
    found.append(Token("end", "the end", len(source), len(source)))
    return found


def _stray(source: str, at: int) -> Exception:
    letter = source[at]
    if letter in "\"'":
        return refusal("text-open", source, at)
    if letter in "/%÷":
        return refusal("no-division", source, at)
    shown = letter if letter.isprintable() else repr(letter)
    return refusal("character", source, at, found=shown, suggestion=_PLAIN.get(letter, ""))


def _check_number(source: str, value: str, start: int, end: int) -> None:
    if len(value) > 20 or int(value.partition(".")[0]) > AMOUNT_MINOR_MAX:
        raise refusal("number-large", source, start)
    if source[end : end + 1].isalpha() or source[end : end + 1] == "_":
        rest = re.match(r"\w+", source[end:])
        raise refusal("number-word", source, start, found=value + (rest.group() if rest else ""))


def _unescaped(source: str, quoted: str, start: int) -> str:
    for escape in _ESCAPE.finditer(quoted):
        if escape[1] not in _ESCAPES:
            raise refusal("text-escape", source, start + escape.start(), found=escape[1])
    text = _ESCAPE.sub(r"\1", quoted[1:-1])
    if _CONTROL.search(text):
        raise refusal("text-control", source, start)
    return text
