"""The OpenAPI 3.1 document, made from the table of operations.

Source: OpenAPI 3.1.1; JSON Schema 2020-12.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from http import HTTPStatus
from typing import Any, get_args

import msgspec

import regulars

from .call import Operation
from .event_tells import ItemTold
from .many import ITEMS_MAX
from .operations import EVERYWHERE, OPERATIONS, TAGS, WRITES
from .problem_tells import ProblemTold
from .problems import MEDIA_TYPE, PAGES

_REF = "#/components/schemas/{name}"
_PATH_NOTES = {
    "case": "The id of the case.",
    "order_id": "The shop's own id of the order; a slash in it is written %2F.",
    "member_id": "The member's id.",
    "hold_id": "The shop's own id of the hold.",
    "household_id": "The shop's own id of the household.",
    "rule_id": "The number of the earning rule.",
    "reward_id": "The reward's id.",
    "redemption_id": "The shop's own id of the redemption.",
    "return_id": "The shop's own id of the return.",
    "version": "The version that the change made.",
    "reservation_id": "The shop's own id of the reservation.",
    "pool": "The code of the pool.",
    "wallet": "The code of the wallet.",
    "tier_set": "The code of the set of tiers; the main one is `main`.",
    "challenge": "The code of the challenge.",
    "trial": "The id of the trial, as it was answered.",
    "segment": "The code of the segment.",
    "campaign": "The code of the campaign.",
    "experience": "The code of the experience.",
    "reference": "What names the adjustment; a slash in it is written %2F.",
}
_UUIDS = {"case", "member_id", "reward_id", "trial"}


@cache
def document(home: str) -> Mapping[str, Any]:
    """The whole document; `home` is the address the API stands under."""
    shapes = [part for one in OPERATIONS for shape in (one.asks, one.tells) if shape for part in _parts(shape)]
    unique = list(dict.fromkeys([*shapes, ItemTold, ProblemTold]))
    _, components = msgspec.json.schema_components(unique, ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, home)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "regulars",
            "version": regulars.__version__,
            "summary": "Points, tiers and rewards for shops, tills and partners.",
            "description": _PREFACE,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": home or "/"}],
        "tags": [{"name": name, "description": words} for name, words in TAGS.items()],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API key (`rk_…`) with the scope `checkout` or `admin`.",
                }
            },
            "headers": {
                "Request-Id": {"description": "Names the request in our records.", "schema": {"type": "string"}},
                "Idempotent-Replay": {
                    "description": "`true` when the answer is an earlier one, told again.",
                    "schema": {"type": "string", "enum": ["true"]},
                },
            },
        },
    }


def _operation(operation: Operation, home: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": re.sub(r"\W+", "_", f"{operation.method.lower()}{operation.path.removeprefix('/v1')}").strip(
            "_"
        ),
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": f"{operation.description}\n\nScope: `{operation.scope}`.",
        "parameters": [*_path_parameters(operation.path), *_query_parameters(operation)],
        "responses": {**_answers(operation), **_refusals(problems_of(operation), home, operation.path)},
    }
    if operation.asks is not None:
        made["parameters"].append(_IDEMPOTENCY_KEY)
        made["requestBody"] = {
            "required": True,
            "content": {
                media: {"schema": _asked(operation, media), "examples": {"example": {"value": operation.sample}}}
                for media in operation.takes
            },
        }
    return made


def _parts(shape: Any) -> Sequence[Any]:
    """The structs of a union, or the struct itself."""
    return get_args(shape) or (shape,)


def _asked(operation: Operation, media: str) -> dict[str, Any]:
    """A body; of lines, one of them."""
    options: list[dict[str, Any]] = [{"$ref": _REF.format(name=part.__name__)} for part in _parts(operation.asks)]
    if operation.many == "array":
        several = {"type": "array", "items": options[0], "minItems": 1, "maxItems": ITEMS_MAX}
        options = {"application/cloudevents+json": options, "application/cloudevents-batch+json": [several]}.get(
            media, [*options, several]
        )
    return options[0] if len(options) == 1 else {"oneOf": options}


def problems_of(operation: Operation) -> list[str]:
    """The codes an operation may answer, its own first."""
    return list(dict.fromkeys([*operation.problems, *(WRITES if operation.asks else ()), *EVERYWHERE]))


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": _PATH_NOTES[name],
            "schema": {"type": "string", "format": "uuid"} if name in _UUIDS else {"type": "string"},
        }
        for name in re.findall(r"{(\w+)}", path)
    ]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": p.name, "in": "query", "required": p.required, "description": p.description, "schema": dict(p.schema)}
        for p in operation.query
    ]


_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": (
        "The same key gives the same answer for 30 days; with another request it is refused. A refusal does not use "
        "a key up. The ids in the body protect you as well, for ever."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}


def _answers(operation: Operation) -> dict[str, Any]:
    one = {"$ref": _REF.format(name=operation.tells.__name__)}
    several = {"type": "array", "items": {"$ref": _REF.format(name="ItemTold")}}
    shown = {"examples": {"example": {"value": operation.example}}}
    content: dict[str, Any] = {"application/json": {"schema": one, **shown}}
    whole = content
    if operation.many == "array":
        whole = {"application/json": {"schema": {"oneOf": [one, several]}, **shown}}
    elif operation.many == "lines":
        in_array = {"examples": {"example": {"value": [operation.example]}}}
        whole = {"application/json": {"schema": several, **in_array}, "application/x-ndjson": {"schema": one, **shown}}
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in ("Request-Id", "Idempotent-Replay")}
    return {
        str(status): {"description": words, "headers": headers, "content": whole if status == 200 else content}
        for status, words in operation.statuses.items()
    }


def _refusals(codes: Sequence[str], home: str, path: str) -> dict[str, Any]:
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(PAGES[code].status, []).append(code)
    return {
        str(status): {
            "description": f"{HTTPStatus(status).phrase}: {', '.join(f'`{code}`' for code in of)}.",
            "headers": {"Request-Id": {"$ref": "#/components/headers/Request-Id"}},
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": _REF.format(name="ProblemTold")},
                    "examples": {code: {"value": _example(code, home, path)} for code in of},
                }
            },
        }
        for status, of in sorted(by_status.items())
    }


def _example(code: str, home: str, path: str) -> dict[str, Any]:
    page = PAGES[code]
    return {
        "type": f"{home}/docs/problems/{code}",
        "title": page.title["en"],
        "status": page.status,
        "detail": page.example,
        "instance": path,
        "code": code,
        "request_id": "0199c2a9b1c47d6e8f00a1b2c3d4e5f6",
        "errors": [],
        "retry": "same-request" if page.status >= 500 else "no",
        "kept": {"inbox": "inbox:0199c2a9-b1c4-7d6e-8f00-a1b2c3d4e5f6"}.get(page.kept, "none"),
    }


_PREFACE = """\
One address, one key, plain JSON. Amounts are integers in minor units, points are integers, times carry their offset.

Every write can be sent again: the ids you choose (`order_id`, `return_id`, `hold_id`, …) give the same answer for
ever, an `Idempotency-Key` does so for 30 days. A 5xx answer always allows the same request again.

Every refusal is `application/problem+json` with a stable `code`, what is wrong (`errors`), whether to send it again
(`retry`) and whether we kept what you sent (`kept`)."""
