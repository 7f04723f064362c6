"""Writes docs/problems.md from the texts of the pages: `python -m regulars.doors.api.handbook docs/problems.md`."""

import sys
from pathlib import Path

from .page_texts import WORDS
from .problems import PAGES

_HEAD = """\
# Problems · 错误说明

Every refusal of the API is `application/problem+json` (RFC 9457); the last part of `type` is its `code`, and each code
has a section here. `retry` says whether the same request may succeed later (`no`, `same-request`, `after` the seconds
of `Retry-After`), `kept` what became of what was sent: `none`, `inbox:ID` (the bytes are safe with us, sealed, for 30
days) or `existing:ID` (what came first stands). This page is written from
`src/regulars/doors/api/problems.toml`; a test holds that every code raised anywhere stands in it.

API 的每次拒绝都是 `application/problem+json`；`type` 的最后一段即 `code`，下文逐一说明。
"""


def problems() -> str:
    """The whole page, codes in the order of their status."""
    parts = [_HEAD]
    for page in PAGES.values():
        parts.append(
            f"\n## {page.code}\n\n"
            f"**{page.status} · {page.title['en']} · {page.title['zh']}**\n\n"
            f"- Meaning: {page.meaning['en']}\n"
            f"- Example: {page.example}\n"
            f"- What you do: {page.act['en']}\n"
            f"- What was kept: {WORDS[f'kept-{page.kept}']['en']}\n"
            f"- 含义：{page.meaning['zh']}\n"
            f"- 处理：{page.act['zh']}\n"
        )
    return "".join(parts)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(problems(), encoding="utf-8")
