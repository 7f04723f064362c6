"""One port: each request reaches its door, carries a name, stays within limits and is counted."""

import asyncio
import json
from collections.abc import Iterator

import httpx
import psycopg
import pytest

from regulars.doors import web
from regulars.doors.web.probes import Probes
from regulars.kit import db, jobs


async def _api(scope, receive, send):
    """A machine's door of five lines: says where the request went, or breaks."""
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    if scope["path"] == "/v1/broken":
        raise ValueError("broken")
    body = f"api {scope['path']} {scope['state']['request_id']}".encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-request-id", b"theirs")]})
    await send({"type": "http.response.body", "body": body})


def _people(environ, start_response):
    """A people's door of three lines: says how much it was given."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    given = environ["wsgi.input"].read()
    return [f"people {environ['PATH_INFO']} {len(given)} {environ['HTTP_X_REQUEST_ID']}".encode()]


@pytest.fixture
def probes(database: str) -> Iterator[Probes]:
    made = Probes(database)
    yield made
    made.close()


def _ask(app: web.Dispatcher, method: str, path: str, **given) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            return await client.request(method, path, **given)

    return asyncio.run(ask())


@pytest.fixture
def app(probes: Probes) -> web.Dispatcher:
    return web.compose(probes=probes, api=_api, people=_people)


@pytest.mark.parametrize("path", ["/v1", "/v1/orders", "/openapi.json", "/docs", "/docs/problems/not-found"])
def test_machines_reach_the_api(app, path):
    assert _ask(app, "GET", path, headers={"x-request-id": "r-1"}).text == f"api {path} r-1"


@pytest.mark.parametrize("path", ["/", "/members", "/v10", "/health"])
def test_people_reach_the_console(app, path):
    assert _ask(app, "GET", path, headers={"x-request-id": "r-1"}).text == f"people {path} 0 r-1"


def test_an_answer_carries_the_callers_request_id_once(app):
    answer = _ask(app, "GET", "/v1/x", headers={"x-request-id": "till-7.42"})
    assert answer.headers.get_list("x-request-id") == ["till-7.42"]


@pytest.mark.parametrize("bad", ["", "a b", "x" * 65, "<script>"])
def test_a_request_id_of_bad_form_is_replaced(app, bad):
    answer = _ask(app, "GET", "/v1/x", headers={"x-request-id": bad})
    assert len(answer.headers["x-request-id"]) == 32
    assert answer.text.endswith(answer.headers["x-request-id"])


def test_a_form_of_256_kib_is_taken_and_one_byte_more_is_not(app):
    full = b"x" * (256 * 1024)
    assert _ask(app, "POST", "/form", content=full, headers={"x-request-id": "r"}).text == "people /form 262144 r"
    refused = _ask(app, "POST", "/form", content=full + b"x")
    assert refused.status_code == 413
    assert refused.text == "That is too much at once: 256 KiB at most.\n内容过大，最多 256 KiB。\n"


def test_a_body_that_hides_its_size_is_counted_as_it_comes(app):
    async def chunks():
        for _ in range(5):
            yield b"x" * 64 * 1024

    assert _ask(app, "POST", "/form", content=chunks()).status_code == 413


def test_a_broken_door_is_a_problem_without_its_cause(app):
    answer = _ask(app, "GET", "/v1/broken", headers={"x-request-id": "r-9"})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/docs/problems/internal",
        "title": "Internal error",
        "status": 500,
        "detail": "Something broke on our side.",
        "code": "internal",
        "instance": "/v1/broken",
        "request_id": "r-9",
        "retry": "same-request",
        "kept": "none",
    }


@pytest.mark.parametrize("path", ["/healthz", "/livez", "/readyz"])
def test_a_fit_server_is_alive_and_ready(app, path):
    assert _ask(app, "GET", path).status_code == 200


def test_a_probe_is_only_read(app):
    answer = _ask(app, "POST", "/readyz")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_a_server_whose_database_is_older_is_alive_but_not_ready(empty_database):
    probes = Probes(empty_database)
    app = web.compose(probes=probes)
    answer = _ask(app, "GET", "/readyz")
    assert (answer.status_code, answer.json()["detail"]) == (503, "schema 0 < 1: run regulars migrate")
    assert _ask(app, "GET", "/livez").status_code == 200
    probes.close()


def test_a_server_without_its_database_is_alive_but_not_ready(database, tmp_path):
    probes = Probes(psycopg.conninfo.make_conninfo(database, host=str(tmp_path)))
    app = web.compose(probes=probes)
    answer = _ask(app, "GET", "/readyz")
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (
        503,
        "db-unavailable",
        "2",
    )
    assert _ask(app, "GET", "/livez").status_code == 200
    assert b"regulars_process_resident_bytes" in _ask(app, "GET", "/metrics").content
    probes.close()


def test_metrics_count_answers_by_door_and_jobs_by_name(app, database):
    with db.connect(database) as conn:
        jobs.enqueue(conn, "greet")
    _ask(app, "GET", "/v1/orders")
    _ask(app, "GET", "/v1/broken")
    _ask(app, "GET", "/")
    lines = _ask(app, "GET", "/metrics").text.splitlines()
    assert 'regulars_http_requests_total{group="api",status="200"} 1.0' in lines
    assert 'regulars_http_requests_total{group="api",status="500"} 1.0' in lines
    assert 'regulars_http_requests_total{group="people",status="200"} 1.0' in lines
    assert 'regulars_http_request_seconds_count{group="api"} 2.0' in lines
    assert 'regulars_jobs{name="greet",state="queued"} 1.0' in lines


def test_a_door_that_is_not_there_is_not_found(probes):
    answer = _ask(web.compose(probes=probes), "GET", "/v1/orders")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize("api", [None, _api])
def test_the_server_starts_and_stops_with_or_without_the_api(probes, api):
    said: list[str] = []
    heard = iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive():
        return {"type": next(heard)}

    async def send(message):
        said.append(message["type"])

    asyncio.run(web.compose(probes=probes, api=api)({"type": "lifespan"}, receive, send))
    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_problems_are_json(probes):
    assert json.loads(_ask(web.compose(probes=probes), "GET", "/nowhere").content)["status"] == 404
