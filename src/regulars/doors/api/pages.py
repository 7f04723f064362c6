"""The documentation as pages, in English and Chinese: made on the server, no script, nothing loaded from elsewhere."""

import base64
import hashlib
import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any

from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler

from .call import encoded
from .page_texts import SUMMARIES, TAGS, WORDS
from .problems import PAGES, Page
from .refusals import NotFound

STYLE = files(__package__).joinpath("pages.css").read_text(encoding="utf-8")
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "content-security-policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
}
Answer = Callable[..., Coroutine[Any, Any, Response[bytes]]]


def routes(document: Mapping[str, Any]) -> list[HTTPRouteHandler]:
    """The document itself, and the pages made of it."""
    raw = encoded(document)

    async def openapi() -> Response[bytes]:
        return Response(raw, media_type="application/json")

    async def overview(request: Request[Any, Any, Any]) -> Response[bytes]:
        language = _language(request)
        return _page(WORDS["title"][language], _overview(document, language), language)

    async def problems(request: Request[Any, Any, Any]) -> Response[bytes]:
        language = _language(request)
        return _page(WORDS["problems"][language], "".join(_problem(p, language) for p in PAGES.values()), language)

    async def problem(request: Request[Any, Any, Any]) -> Response[bytes]:
        code = request.path_params["code"]
        if code not in PAGES:
            raise NotFound("There is no such page.")
        language = _language(request)
        return _page(PAGES[code].title[language], _problem(PAGES[code], language), language)

    return [
        _route(path, answer)
        for path, answer in (
            ("/openapi.json", openapi),
            ("/v1/openapi.json", openapi),
            ("/docs", overview),
            ("/docs/problems", problems),
            ("/docs/problems/{code:str}", problem),
        )
    ]


def _route(path: str, answer: Answer) -> HTTPRouteHandler:
    return HTTPRouteHandler(path, http_method="GET", status_code=200)(answer)


def _language(request: Request[Any, Any, Any]) -> str:
    asked = request.query_params.get("lang", request.scope["state"]["language"])
    return "zh" if asked == "zh" else "en"


def _page(title: str, body: str, language: str) -> Response[bytes]:
    other = {"en": ("zh", "中文"), "zh": ("en", "English")}[language]
    html = (
        f'<!doctype html><html lang="{"zh-Hans" if language == "zh" else "en"}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)} · regulars</title>'
        f"<style>{STYLE}</style></head><body><header><a href='/docs?lang={language}'><b>regulars</b> API</a>"
        f"<nav><a href='/docs/problems?lang={language}'>{WORDS['problems'][language]}</a>"
        f"<a href='/openapi.json'>OpenAPI 3.1</a><a href='?lang={other[0]}' hreflang='{other[0]}'>{other[1]}</a></nav>"
        f"</header><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    return Response(html.encode(), media_type="text/html", headers=HEADERS)


def _overview(document: Mapping[str, Any], language: str) -> str:
    parts = [f"<p>{_words(text)}</p>" for text in WORDS["preface"][language].split("\n\n")]
    by_tag: dict[str, list[tuple[str, str, Mapping[str, Any]]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            by_tag.setdefault(operation["tags"][0], []).append((method.upper(), path, operation))
    rows = []
    for tag, found in by_tag.items():
        items = "".join(
            f"<li><a href='#{op['operationId']}'><code>{method} {escape(path)}</code> {_summary(op, language)}</a></li>"
            for method, path, op in found
        )
        rows.append(f"<h3>{TAGS[tag][language]}</h3><ul>{items}</ul>")
    parts.append(f"<nav class='toc'>{''.join(rows)}</nav>")
    for tag, found in by_tag.items():
        parts.append(f"<h2>{TAGS[tag][language]}</h2>")
        parts += [_operation(document, method, path, op, language) for method, path, op in found]
    return "".join(parts)


def _summary(operation: Mapping[str, Any], language: str) -> str:
    return SUMMARIES[operation["summary"]] if language == "zh" else escape(operation["summary"])


def _operation(document: Mapping[str, Any], method: str, path: str, op: Mapping[str, Any], language: str) -> str:
    said = {name: words[language] for name, words in WORDS.items()}
    parts = [
        f"<section id='{op['operationId']}'><h3>{_summary(op, language)}</h3>",
        f"<p class='call'><b class='{method.lower()}'>{method}</b> <code>{escape(path)}</code></p>",
        *(f"<p>{_words(text)}</p>" for text in op["description"].split("\n\n")),
    ]
    if op["parameters"]:
        rows = [
            (p["name"], said[p["in"]], _type(p["schema"]), p["required"], p["description"]) for p in op["parameters"]
        ]
        parts.append(_table(said["parameters"], rows, said))
    if body := op.get("requestBody"):
        content = next(iter(body["content"].values()))
        rows = [row for shape in _shapes(content["schema"]) for row in _fields(document, shape)]
        parts.append(_table(said["body"], rows, said))
        parts.append(_example(said["request"], content["examples"]["example"]["value"]))
    for status, answer in op["responses"].items():
        content = answer["content"].get("application/json")
        if content:
            parts.append(f"<p><b class='ok'>{status}</b> {_words(answer['description'])}</p>")
    first = next(
        a["content"]["application/json"] for a in op["responses"].values() if "application/json" in a["content"]
    )
    parts.append(_example(said["answer"], first["examples"]["example"]["value"]))
    parts.append(
        f"<details><summary>{said['refusals']}</summary><ul>{_refusals(op, language)}</ul></details></section>"
    )
    return "".join(parts)


def _refusals(op: Mapping[str, Any], language: str) -> str:
    codes = [
        code
        for a in op["responses"].values()
        for code in a["content"].get("application/problem+json", {}).get("examples", ())
    ]
    return "".join(
        f"<li>{PAGES[code].status} <a href='/docs/problems/{code}?lang={language}'><code>{code}</code></a> "
        f"{escape(PAGES[code].title[language])}</li>"
        for code in codes
    )


def _fields(document: Mapping[str, Any], schema: Mapping[str, Any], prefix: str = "") -> list[tuple[Any, ...]]:
    """The fields of a body and, indented by their name, those of the objects in it."""
    named = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    rows: list[tuple[Any, ...]] = []
    for name, field in named["properties"].items():
        inner = _inner(field)
        is_list = field.get("type") == "array"
        shown = "object" if inner else _type(field)
        rows.append(
            (
                f"{prefix}{name}{'[]' if is_list else ''}",
                "",
                shown,
                name in named.get("required", ()),
                field.get("description", ""),
            )
        )
        if inner:
            rows += _fields(document, inner, f"{prefix}{name}{'[]' if is_list else ''}.")
    return rows


def _shapes(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The objects a body can be; an array of them adds no fields."""
    return [option for option in schema.get("oneOf", [schema]) if "$ref" in option]


def _inner(field: Mapping[str, Any]) -> Mapping[str, Any] | None:
    options: Sequence[Mapping[str, Any]] = (
        field,
        field.get("items", {}),
        *field.get("anyOf", ()),
        *field.get("allOf", ()),
    )
    return next((option for option in options if "$ref" in option), None)


def _type(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return " | ".join(_type(option) for option in schema["anyOf"])
    if schema.get("type") == "array":
        return f"{_type(schema.get('items', {}))}[]"
    return str(schema.get("format") or schema.get("type", "any"))


def _table(title: str, rows: Sequence[tuple[Any, ...]], said: Mapping[str, str]) -> str:
    body = "".join(
        f"<tr><td><code>{escape(name)}</code>{f' <i>{where}</i>' if where else ''}</td><td>{escape(kind)}</td>"
        f"<td>{said['required'] if required else ''}</td><td>{_words(words)}</td></tr>"
        for name, where, kind, required, words in rows
    )
    return f"<h4>{title}</h4><div class='wide'><table>{body}</table></div>"


def _example(title: str, value: Any) -> str:
    return f"<h4>{title}</h4><pre>{escape(json.dumps(value, ensure_ascii=False, indent=2))}</pre>"


def _problem(page: Page, language: str) -> str:
    said = {name: words[language] for name, words in WORDS.items()}
    return (
        f"<section id='{page.code}'><h3><code>{page.code}</code> {escape(page.title[language])}</h3><dl>"
        f"<dt>{said['status']}</dt><dd>{page.status}</dd><dt>{said['meaning']}</dt><dd>{_words(page.meaning[language])}</dd>"
        f"<dt>{said['example']}</dt><dd>{escape(page.example)}</dd>"
        f"<dt>{said['act']}</dt><dd>{_words(page.act[language])}</dd>"
        f"<dt>{said['kept']}</dt><dd>{said[f'kept-{page.kept}']}</dd></dl></section>"
    )


def _words(text: str) -> str:
    """Text whose `parts` are code."""
    parts = escape(text, quote=False).split("`")
    return "".join(f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(parts))
