"""What the import says, in English and Simplified Chinese."""

from collections.abc import Mapping

from regulars.kit.text import number

_REASONS: Mapping[str, tuple[str, str]] = {
    "member-missing": ("No member is named in this row.", "这一行没有写会员。"),
    "member-differs": ("The order began with another member.", "同一订单的前几行写的是另一位会员。"),
    "order-incomplete": ("Another row of this order cannot be taken.", "同一订单中另有一行无法导入。"),
    "column-count": ("This row has more or fewer cells than the header.", "这一行的列数与表头不同。"),
    "unclosed-quote": ("A quotation mark opens in this line and never closes.", "这一行的引号没有闭合。"),
    "bad-quote": ("Something stands behind a closing quotation mark.", "引号闭合之后还有多余内容。"),
    "field-too-large": ("A cell is longer than 128 KiB.", "单元格超过 128 KiB。"),
    "invalid-text": (
        "A text holds characters that cannot be stored, or is too long.",
        "文字含有无法保存的字符，或者太长。",
    ),
    "amount-missing": ("No amount stands in this row.", "这一行没有金额。"),
    "amount-invalid": ("This is not an amount.", "金额无法识别。"),
    "amount-out-of-range": ("The amount lies outside what is taken.", "金额超出可接受的范围。"),
    "quantity-invalid": ("This is not a quantity.", "数量无法识别。"),
    "quantity-out-of-range": ("A quantity is from 1 to a million.", "数量应在 1 到 1000000 之间。"),
    "date-invalid": ("This is not a date.", "日期无法识别。"),
    "date-ambiguous": (
        "This date can be read in several ways; use --date-format.",
        "日期有多种读法，请用 --date-format 说明。",
    ),
    "event-in-future": ("This lies in the future.", "时间在未来。"),
    "event-conflict": (
        "The same id was recorded before with other content; the first one stands.",
        "同一编号此前已按其他内容入账，以第一次为准。",
    ),
    "currency-mismatch": ("The program counts in another currency.", "币种与会员计划不一致。"),
    "unknown-currency": ("This is not a currency.", "没有这种币种。"),
    "too-many-lines": ("An order has at most 10,000 lines.", "一张订单最多 10000 行。"),
    "return-unmatched": (
        "This came back, but no earlier order of this member has so many pieces of it left to return.",
        "这是退货，但该会员此前的订单中没有足够数量的同款商品可退。",
    ),
    "member-frozen": ("The membership is frozen.", "会员资格已冻结。"),
    "member-erased": ("The member was erased.", "该会员已注销。"),
}

_TEXTS: Mapping[str, tuple[str, str]] = {
    "reading": ("Reading {name} ({encoding}) ...", "正在读取 {name}（{encoding}）……"),
    "columns": ("Columns", "列对应"),
    "program": ("Program {code}: {currency}, {zone}", "会员计划 {code}：{currency}，{zone}"),
    "founded": ("A new program will be founded.", "将新建会员计划。"),
    "found": ("{rows} rows, {orders} orders or returns.", "共 {rows} 行，{orders} 张订单或退货单。"),
    "go": ("Import them into program {code}?", "导入到会员计划 {code}？"),
    "progress": ("{done} of {whole} ({rate}/s, {left} s left)", "{done} / {whole}（每秒 {rate}，还需 {left} 秒）"),
    "dry": ("Nothing was written (dry run).", "试运行：没有写入任何内容。"),
    "rows": ("rows read", "读取行数"),
    "orders": ("orders recorded", "入账订单"),
    "returns": ("returns recorded", "入账退货"),
    "there": ("already there", "此前已有"),
    "members": ("new members", "新会员"),
    "amount": ("total amount", "总金额"),
    "points": ("points awarded", "发放积分"),
    "rejected": ("rows not taken", "未导入行数"),
    "report": ("The rows not taken, and why: {path}", "未导入的行及原因：{path}"),
    "resume": ("Stopped. What was recorded stays; go on with:", "已停止，已入账的内容保留。继续请运行："),
    "speed": ("{rate} orders/s, {seconds} s", "每秒 {rate} 张订单，用时 {seconds} 秒"),
}


def say(name: str, language: str, /, **facts: object) -> str:
    """A text with its facts; whole numbers are grouped."""
    shown = {key: number(value, language) if type(value) is int else value for key, value in facts.items()}
    return _TEXTS[name][language == "zh"].format(**shown)


def reason(code: str, detail: str, language: str) -> str:
    """Why a row was not taken: the exact sentence in English, the known one in Chinese."""
    english, chinese = _REASONS.get(code, (code.replace("-", " "), code))
    return chinese if language == "zh" else detail or english
