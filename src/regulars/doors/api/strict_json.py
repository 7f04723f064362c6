"""JSON read strictly: every key once, every text storable, every number of its own type, every field known.

Source: quality/cases 8, 9, 12, 21, 22, 23, 26; RFC 8259; RFC 6901 for pointers.
"""

import json
import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, TypeVar, get_args

import msgspec

from regulars.kit.errors import Flaw, Refusal

from .refusals import (
    AmountTooLarge,
    DuplicateKey,
    Invalid,
    MalformedJson,
    NotAnObject,
    NumberTooLarge,
    TextInvalid,
    TimestampInvalid,
    UnknownField,
)

T = TypeVar("T")

DEPTH_MAX = 64
_DIGITS_SAFE = 18
_WHOLE_MAX = 2**63 - 1
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)
_SUSPECT = re.compile(rb"\\u|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LONG_NUMBER = b"0" * _DIGITS_SAFE
_CONTROLS = bytes({*range(32), 127} - {*b"\t\n\r"})
_SORTED = bytes.maketrans(b"123456789" + _CONTROLS, b"0" * 9 + b"\\" * len(_CONTROLS))
"""Every digit is a 0 and every control character a backslash: what is suspect is then found at the speed of memory."""
_KEY = re.compile(rb'"[ \t\r\n]*:')
_CONSTANT = re.compile(r'"(?:[^"\\]|\\.)*"|(NaN|-?Infinity)', re.DOTALL)
_BAD_TEXT = re.compile("[\x00\ud800-\udfff]")
_AT = re.compile(r" - at `(?:key in )?(\$.*)`$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


def _is_odd(raw: bytes) -> bool:
    """Whether a body needs a closer look, for escapes, control characters, long numbers or deep nests. Few do."""
    kinds = raw.translate(_SORTED)
    return b"\\" in kinds or _LONG_NUMBER in kinds or raw.count(b"{") + raw.count(b"[") >= DEPTH_MAX


class _Twice(Exception):
    """Some object names a key twice; which one is looked for only then."""


class _NoNumber(Exception):
    """NaN or an infinity, which JSON does not have."""


class _TooBig(Exception):
    """A whole number beyond 64 bits."""


class _Doubled(dict[str, Any]):
    """An object that named `name` twice."""

    name = ""


def decode(raw: bytes, shape: type[T]) -> T:
    """The body as `shape`.

    Raises:
        MalformedJson, DuplicateKey, NotAnObject, TextInvalid: nothing of the body can be used.
        Invalid, UnknownField, TimestampInvalid: a field is wrong; its pointer is told.
    """
    return fitted(parse(raw), shape)


def fitted(tree: Any, shape: type[T]) -> T:
    """A parsed value as `shape`.

    Raises:
        NotAnObject: it is no object.
        Invalid, UnknownField, TimestampInvalid: a field is wrong; its pointer is told.
    """
    if not isinstance(tree, dict):
        raise NotAnObject("The body must be a JSON object.", flaws=[Flaw(pointer="", code=_WRONG, detail="no object")])
    try:
        return msgspec.convert(tree, shape, strict=True)
    except msgspec.ValidationError as wrong:
        raise _refusal(str(wrong), shape) from None


def written(tree: Any) -> bytes:
    """A parsed value as JSON again."""
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")


def parse(raw: bytes) -> Any:
    """The JSON value of a body.

    Raises:
        MalformedJson, DuplicateKey, NotAnObject, TextInvalid: as named.
    """
    if not raw.strip(b" \t\r\n"):
        raise NotAnObject("The body is empty.", flaws=[Flaw(pointer="", code=_WRONG, detail="empty")])
    if not _is_odd(raw):
        try:
            tree = msgspec.json.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            pass  # what is wrong is found out and told below
        else:
            if _keys(tree) == _named(raw):
                return tree
    if raw.count(b"{") + raw.count(b"[") > DEPTH_MAX:
        _check_depth(raw)
    try:
        text = raw.decode()
        is_unicode = True
    except UnicodeDecodeError:
        text = raw.decode(errors="surrogateescape")
        is_unicode = False
    tree = _load(text)
    if not is_unicode or _SUSPECT.search(raw):
        _check_texts(tree)
    return tree


def _keys(tree: Any) -> int:
    """How many names stand in a tree. Where more stand in the text, one stands twice, or looks like it."""
    if isinstance(tree, dict):
        return len(tree) + sum(_keys(value) for value in tree.values() if isinstance(value, dict | list))
    return sum(map(_keys, tree)) if isinstance(tree, list) else 0


def _named(raw: bytes) -> int:
    """How many names stand in the text of a body without escapes."""
    if any(blank in raw for blank in (b" :", b"\t:", b"\r:", b"\n:")):
        return len(_KEY.findall(raw))
    return raw.count(b'":')


def _load(text: str) -> Any:
    try:
        return _DECODER.decode(text)
    except _Twice:
        raise DuplicateKey("An object names a key twice.", flaws=[_double(_LENIENT.decode(text))]) from None
    except _TooBig:
        raise _too_big(_LENIENT.decode(text)) from None
    except _NoNumber:
        at = next(found.start() for found in _CONSTANT.finditer(text) if found.group(1))
    except json.JSONDecodeError as broken:
        at = broken.pos
    offset = len(text[:at].encode(errors="surrogateescape"))
    raise MalformedJson(f"This is not JSON at byte {offset}.", facts={"byte_offset": offset})


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Twice
    return found


def _marked(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = [name for index, name in enumerate(names) if name in names[:index]]
    if not twice:
        return dict(pairs)
    marked = _Doubled(pairs)
    marked.name = twice[0]
    return marked


def _no_number(name: str) -> None:
    raise _NoNumber(name)


def _whole(digits: str) -> int:
    if len(digits) < _DIGITS_SAFE:
        return int(digits)
    number = _any_whole(digits)
    if abs(number) > _WHOLE_MAX:
        raise _TooBig
    return number


def _any_whole(digits: str) -> int:
    """A number of absurd length stays absurd, and costs nothing to read."""
    return int(digits) if len(digits) <= 2 * _DIGITS_SAFE else 2 * _WHOLE_MAX


def _too_big(tree: Any) -> Refusal:
    """Which number it is: amounts and counts are told apart by the field's name."""
    pointer = next(at for at, value in _leaves(tree, "") if isinstance(value, int) and abs(value) > _WHOLE_MAX)
    is_amount = pointer.endswith("_minor")
    code = "amount-out-of-range" if is_amount else "quantity-out-of-range"
    kind = AmountTooLarge if is_amount else NumberTooLarge
    return kind("A number lies far outside what is taken here.", flaws=[Flaw(pointer=pointer, code=code, detail=code)])


_DECODER = json.JSONDecoder(strict=False, object_pairs_hook=_once, parse_int=_whole, parse_constant=_no_number)
_LENIENT = json.JSONDecoder(strict=False, object_pairs_hook=_marked, parse_int=_any_whole)


def _check_depth(raw: bytes) -> None:
    depth = 0
    for token in _TOKEN.finditer(raw):
        first = token.group()[:1]
        if first in b"[{":
            depth += 1
            if depth > DEPTH_MAX:
                raise MalformedJson(
                    f"Nested deeper than {DEPTH_MAX} at byte {token.start()}.", facts={"byte_offset": token.start()}
                )
        elif first in b"]}":
            depth -= 1


def _check_texts(tree: Any) -> None:
    for pointer, text in _leaves(tree, ""):
        if isinstance(text, str) and _BAD_TEXT.search(text):
            raise TextInvalid(
                "A text holds NUL, half of a character or bytes that are no UTF-8.",
                flaws=[Flaw(pointer=_BAD_TEXT.sub("\ufffd", pointer), code="invalid-text", detail="not storable")],
            )


def _leaves(tree: Any, at: str) -> list[tuple[str, Any]]:
    """Every name and every value that is no object or list, with its pointer."""
    if isinstance(tree, dict):
        named = [(f"{at}/{_escaped(name)}", name) for name in tree]
        return [*named, *(found for name, value in tree.items() for found in _leaves(value, f"{at}/{_escaped(name)}"))]
    if isinstance(tree, list):
        return [found for index, value in enumerate(tree) for found in _leaves(value, f"{at}/{index}")]
    return [(at, tree)]


def _double(tree: Any, at: str = "") -> Flaw:
    if isinstance(tree, _Doubled):
        pointer = f"{at}/{_escaped(tree.name)}"
        return Flaw(pointer=pointer, code="duplicate-json-key", detail="this key stands here more than once")
    children: Sequence[tuple[Any, Any]] = ()
    if isinstance(tree, dict):
        children = list(tree.items())
    elif isinstance(tree, list):
        children = list(enumerate(tree))
    for name, value in children:
        if (found := _double(value, f"{at}/{_escaped(str(name))}")).pointer:
            return found
    return Flaw(pointer="", code="duplicate-json-key", detail="a key stands more than once")


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


_WRONG = "validation-failed"
_UNKNOWN = re.compile(r"^Object contains unknown field `(.*)`$", re.DOTALL)
_MISSING = re.compile(r"^Object missing required field `(.*)`$", re.DOTALL)


def _refusal(message: str, shape: Any) -> Refusal:
    """The library's sentence as a refusal of ours, with a pointer."""
    where = _AT.search(message)
    steps = [name or index for name, index in _STEP.findall(where.group(1) if where else "")]
    said = message[: where.start()] if where else message
    pointer = "".join(f"/{_escaped(step)}" for step in steps)
    if unknown := _UNKNOWN.match(said):
        near = get_close_matches(unknown.group(1), _fields_at(shape, steps), 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        flaw = Flaw(pointer=f"{pointer}/{_escaped(unknown.group(1))}", code="unknown-field", detail=f"unknown{hint}")
        return UnknownField(
            f"A field is not known here{hint}.", flaws=[flaw], facts={"nearest": near[0]} if near else {}
        )
    if missing := _MISSING.match(said):
        flaw = Flaw(pointer=f"{pointer}/{missing.group(1)}", code=_WRONG, detail="required")
        return Invalid("A required field is missing.", flaws=[flaw])
    if "datetime" in said:
        flaw = Flaw(pointer=pointer, code="invalid-timestamp", detail="a time with its offset is wanted")
        return TimestampInvalid("A time is written as 2026-11-23T18:30:00+08:00, with its offset.", flaws=[flaw])
    return Invalid(_plain(said), flaws=[Flaw(pointer=pointer, code=_WRONG, detail=_plain(said))])


def _plain(said: str) -> str:
    """The library names types and limits, never what was sent."""
    return f"{said.replace('`', '').rstrip('.')}."


def _fields_at(shape: Any, steps: Sequence[str]) -> list[str]:
    """The names a struct knows at a place inside `shape`."""
    for step in steps:
        for option in _structs(shape):
            for field in msgspec.structs.fields(option):
                if field.encode_name == step:
                    shape = field.type
    return [field.encode_name for option in _structs(shape) for field in msgspec.structs.fields(option)]


def _structs(shape: Any) -> list[Any]:
    """The structs among a type, its union members and its items."""
    if isinstance(shape, type) and issubclass(shape, msgspec.Struct):
        return [shape]
    return [found for part in get_args(shape) for found in _structs(part)]
