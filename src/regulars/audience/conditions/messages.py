"""Why a rule is refused: where, in both languages, and what was probably meant."""

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from .model import COST_MAX, RuleInvalid, RuleTooComplex, RuleTooExpensive

SAID: Mapping[str, tuple[str, str]] = {
    "empty": ("There is no rule here.", "这里没有规则。"),
    "character": ("'{found}' cannot stand here.", "此处不能使用“{found}”。"),
    "no-division": (
        "There is no division: multiply the other side instead.",
        "不支持除法：请改为在另一侧使用乘法。",
    ),
    "text-open": ("This text has no end: a quote is missing.", "文本没有结束：缺少引号。"),
    "text-escape": ("'\\{found}' is not known inside a text.", "文本中不认识“\\{found}”。"),
    "text-control": ("A text cannot hold control characters.", "文本中不能含有控制字符。"),
    "number-large": ("This number is larger than any amount or count.", "该数字超出任何金额或数量。"),
    "number-word": ("A number and a word stand together: '{found}'.", "数字与文字连在了一起：“{found}”。"),
    "expected": ("'{found}' stands where {wanted} was expected.", "此处应为{wanted}，却是“{found}”。"),
    "reserved": ("'{found}' is a word of the language and cannot be a name.", "“{found}”是保留字，不能用作名称。"),
    "unknown-name": ("There is no '{found}' here.", "这里没有“{found}”。"),
    "unknown-field": ("'{of}' has no field '{found}'.", "“{of}”没有字段“{found}”。"),
    "unknown-function": ("There is no function '{found}'.", "没有函数“{found}”。"),
    "unknown-method": ("{sort} has no '{found}'.", "{sort}没有“{found}”。"),
    "unknown-word": ("'{found}' is never a value of {of}.", "“{found}”不是 {of} 的取值。"),
    "no-words": ("{of} has no values yet, so nothing can be compared with it.", "{of} 还没有任何取值，无法比较。"),
    "not-truth": (
        "A condition is needed here, but this is {sort}.",
        "此处需要一个条件，而这是{sort}。",
    ),
    "not-value": ("A value is needed here, but this is a condition.", "此处需要一个值，而这是条件。"),
    "compare": ("{left} cannot be compared with {right} by {sign}.", "{left}与{right}不能用 {sign} 比较。"),
    "compute": ("{left} {sign} {right} cannot be computed.", "无法计算{left} {sign} {right}。"),
    "money-plain": (
        "Money is computed with money only; a plain number can multiply it.",
        "金额只能与金额相加减；普通数字只能与其相乘。",
    ),
    "decimal-plain": ("Only money has decimals.", "只有金额可以有小数。"),
    "decimals": (
        "{found} has more decimals than {currency}, which has {exponent}.",
        "{found} 的小数位多于 {currency} 的 {exponent} 位。",
    ),
    "always-same": ("Both sides are fixed, so this is always the same.", "两侧都是固定值，结果永远相同。"),
    "list-values": ("A list holds fixed values of one sort, at least one.", "列表需包含至少一个同类的固定值。"),
    "in-list": (
        '\'in\' needs a list of fixed values, such as ["a", "b"].',
        '“in”后面需要固定值列表，例如 ["a", "b"]。',
    ),
    "elapsed": (
        "The time between two moments is compared with a fixed time, such as days(90).",
        "两个时刻之差需与固定时长比较，例如 days(90)。",
    ),
    "elapsed-days": (
        "Between two days there are whole days: use days(...).",
        "两个日期之间只有整天：请使用 days(...)。",
    ),
    "day-instant": (
        "A day is compared with 'today', a moment with 'now'.",
        "日期请与 today 比较，时刻请与 now 比较。",
    ),
    "move-clock": (
        "Only 'now' and 'today' can be moved: write now - x > days(30).",
        "只有 now 和 today 可以前后移动：请写 now - x > days(30)。",
    ),
    "day-form": ("'{found}' is not a day: write date(\"2026-01-31\").", '“{found}”不是日期：请写 date("2026-01-31")。'),
    "instant-form": (
        "'{found}' is not a moment: write timestamp(\"2026-01-31T00:00:00Z\").",
        '“{found}”不是时刻：请写 timestamp("2026-01-31T00:00:00Z")。',
    ),
    "span-form": (
        "'{found}' is not a time span: write days(90) or duration(\"36h\").",
        '“{found}”不是时长：请写 days(90) 或 duration("36h")。',
    ),
    "has-field": (
        "has(...) asks for one field, such as has(member.birth_on).",
        "has(...) 需要一个字段，例如 has(member.birth_on)。",
    ),
    "part-day": (
        "Year, month, day and weekday are parts of a day, not of a moment.",
        "年、月、日、星期是日期的组成部分，时刻没有。",
    ),
    "text-fixed": ("{found}(...) needs one fixed text that is not empty.", "{found}(...) 需要一个非空的固定文本。"),
    "loop-rows": ("{found}(...) goes over rows, but this is {sort}.", "{found}(...) 只能用于多行数据，而这是{sort}。"),
    "loop-form": (
        "Write {found}(x, ...): a name for the row, then what is asked of it.",
        "请写 {found}(x, ...)：先给行命名，再写条件。",
    ),
    "loop-taken": ("'{found}' is taken; give the row another name.", "“{found}”已被占用，请换一个行名。"),
    "sum-number": ("A sum needs a number or an amount that every row has.", "求和需要每行都有的数字或金额。"),
    "rows-alone": (
        "Ask something of these rows: exists, all, sum or size.",
        "请对这些行使用 exists、all、sum 或 size。",
    ),
    "no-counter": (
        "There is no counter for this history, so it cannot be asked at every purchase. Use {counters}, or a segment.",
        "该历史没有计数器，无法在每次购买时查询。请使用 {counters}，或改用人群。",
    ),
    "overflow": ("This can become larger than any number we keep.", "结果可能超出可保存的最大数字。"),
    "not-in-sql": (
        "{of} is known only while a purchase comes in, so it cannot be counted over past ones.",
        "{of} 仅在购买发生时可知，无法对历史统计。",
    ),
    "tree-form": ("This is no rule in JSON: {found}", "这不是 JSON 形式的规则：{found}"),
    "tree-differs": (
        "The rule reads differently after it is written out; nothing was saved.",
        "规则写出后与原意不同，未保存。",
    ),
    "sheet-form": ("This is no sheet of conditions: {found}", "这不是条件表：{found}"),
    "too-long": ("A rule has at most {limit} bytes.", "规则最多 {limit} 字节。"),
    "too-deep": ("A rule nests at most {limit} deep.", "规则最多嵌套 {limit} 层。"),
    "too-large": ("A rule has at most {limit} parts.", "规则最多 {limit} 个部分。"),
    "too-costly": (
        "A loop inside a loop: this could take {cost} steps, at most {cost_max} are taken.",
        "循环中又有循环：可能需要 {cost} 步，上限为 {cost_max} 步。",
    ),
}
"""Why a rule is refused, by reason: English, Chinese."""


def refusal(
    reason: str,
    source: str,
    start: int,
    *,
    suggestion: str = "",
    expected: Iterable[str] = (),
    **said: Any,
) -> RuleInvalid:
    """The refusal of a rule at a character of its text, counted from 0; lines and columns are counted from 1.

    Values of `said` may be pairs (English, Chinese).
    """
    line, column, caret = _place(source, start)
    english, chinese = (
        SAID[reason][which].format(**{key: one[which] if isinstance(one, tuple) else one for key, one in said.items()})
        for which in (0, 1)
    )
    choices = sorted(expected)
    found: dict[str, Any] = {"reason": reason, "line": line, "column": column, "caret": caret}
    if suggestion:
        english, chinese = f"{english} Did you mean '{suggestion}'?", f"{chinese}是否想写“{suggestion}”？"
        found["suggestion"] = suggestion
    elif choices:
        found["expected"] = choices
    found["zh"] = f"第 {line} 行第 {column} 列：{chinese}"
    return RuleInvalid(f"Line {line}, column {column}: {english}", facts=found)


def too_complex(reason: str, source: str, start: int, limit: int) -> RuleTooComplex:
    """The refusal of a rule that is longer, deeper or larger than `limit`."""
    refused = refusal(reason, source, start, limit=limit)
    return RuleTooComplex(refused.detail, facts={**refused.facts, "limit": limit})


def too_expensive(source: str, start: int, cost: int) -> RuleTooExpensive:
    """The refusal of a rule that could take `cost` steps."""
    refused = refusal("too-costly", source, start, cost=cost, cost_max=COST_MAX)
    return RuleTooExpensive(refused.detail, facts={**refused.facts, "cost": cost, "cost_max": COST_MAX})


def nearest(written: str, known: Mapping[str, Iterable[str]]) -> str:
    """The name that was probably meant, or nothing. `known` holds for each name what else people call it."""
    called = {call.casefold(): name for name, calls in known.items() for call in (*calls, name)}
    close = difflib.get_close_matches(written.casefold(), list(called), 1)
    return called[close[0]] if close else ""


def _place(source: str, start: int) -> tuple[int, int, str]:
    """Line, column, and the line with a caret below the place."""
    begin = source.rfind("\n", 0, start) + 1
    end = source.find("\n", start)
    shown = source[begin : end if end >= 0 else len(source)]
    column = start - begin
    first = max(0, column - 60)
    blank = "".join(_blank(letter) for letter in source[begin + first : start])
    return source.count("\n", 0, start) + 1, column + 1, f"{shown[first : column + 60]}\n{blank}^"


def _blank(letter: str) -> str:
    """As much room as the letter takes."""
    if letter == "\t":
        return letter
    return "\u3000" if unicodedata.east_asian_width(letter) in "WF" else " "
