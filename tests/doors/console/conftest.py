"""One database and one configured Django for the console's tests; each test leaves both as it found them."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from uuid import UUID, uuid4
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import clear_url_caches
from playwright.sync_api import Browser, Page, sync_playwright
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from regulars import flows
from regulars.doors import console
from regulars.doors.console import database as console_database
from regulars.doors.console import onetime
from regulars.kit import db as core
from regulars.kit.settings import Settings
from regulars.program import coupons
from regulars.records import activities, ledger, members

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_CORE_TABLES = """
    select string_agg(format('%I.%I', schemaname, tablename), ', ')
    from pg_tables where schemaname not in ('people', 'pg_catalog', 'information_schema', 'public', 'jobs')
"""


@pytest.fixture(scope="session")
def dsn(template: str) -> Iterator[str]:
    """A copy of the migrated template with the console's tables, and Django configured for it."""
    name, source = f"console_{uuid4().hex[:12]}", str(conninfo_to_dict(template)["dbname"])
    admin = make_conninfo(template, dbname="postgres")
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(source)))
    made = make_conninfo(template, dbname=name)
    console.configure(Settings(home=Path(tempfile.mkdtemp(prefix="console-home-"))), made)
    console.migrate(made)
    yield made
    connection.close()
    console_database.close()
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def db(dsn: str) -> Iterator[None]:
    """The database, as it was before this test when it ends."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    cache.clear()


@pytest.fixture
def client(db: None) -> Client:
    """A browser nobody is logged in with."""
    return Client(SERVER_NAME="localhost")


@pytest.fixture
def operator(client: Client) -> Client:
    """A browser with the operator `owner` logged in."""
    console.ensure_operator("owner")
    client.force_login(get_user_model().objects.get(username="owner"), backend=BACKEND)
    return client


@dataclass
class Shop:
    """A program whose points can be used at once, on a connection that commits by itself."""

    conn: core.Conn
    plan: flows.Plan
    at: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(hours=1))

    def join(self, name: str, *, phone: str = "", called: str = "") -> UUID:
        kinds = members.IdentifierKind
        identifiers = [members.normal(kinds.EXTERNAL, name)]
        identifiers += [members.normal(kinds.PHONE, phone)] if phone else []
        enrollment = members.Enrollment(identifiers=tuple(identifiers), enrolled_at=self.at, name=called)
        with self.conn.transaction():
            return flows.enroll_member(self.conn, self.plan, [enrollment], at=self.at)[0][0]

    def buy(self, member: UUID, number: str, *amounts: int, category: str = "", **more: object) -> UUID:
        lines = tuple(
            activities.Line(line_id=str(n), amount_minor=amount, title=f"Item {n}", category=category)
            for n, amount in enumerate(amounts, start=1)
        )
        order = activities.Order(
            source="shop",
            external_id=number,
            currency="CNY",
            total_minor=sum(amounts),
            occurred_at=self.at,
            lines=lines,
            **more,
        )
        with self.conn.transaction():
            (done,) = flows.record_activities(
                self.conn, self.plan, [flows.Intake(order=order, member=member)], at=self.at
            )
        assert isinstance(done, flows.Recorded), done
        assert done.order_id is not None
        return done.order_id

    def points(self, member: UUID) -> ledger.Balance:
        today = self.plan.program.local_date(datetime.now(UTC))
        return ledger.balances(self.conn, [member], wallet=self.plan.wallet, today=today)[member]

    def lines(self, member: UUID) -> list[ledger.Line]:
        return ledger.lines(self.conn, member, wallet=self.plan.wallet, limit=50)

    def reload(self) -> flows.Plan:
        self.plan = flows.load(self.conn, self.plan.program.program_id)
        return self.plan

    def is_sound(self) -> bool:
        return flows.verify_books(self.conn).is_sound


@pytest.fixture
def fresh(dsn: str) -> Iterator[core.Conn]:
    """A connection to the core's tables, which are emptied when the test ends."""
    with core.connect(dsn, autocommit=True) as conn:
        yield conn
        _empty(conn)


def _empty(conn: core.Conn) -> None:
    """Empty every table of the core; a page that was just closed may still be read by the server."""
    (tables,) = conn.execute(_CORE_TABLES).fetchone() or ("",)
    for is_last in (False, False, True):
        try:
            conn.execute(f"truncate {tables} restart identity cascade")
            return
        except psycopg.errors.DeadlockDetected:
            if is_last:
                raise


@pytest.fixture
def found(fresh: core.Conn) -> Callable[..., Shop]:
    """Founds a program; the first one is the one the console shows."""

    def make(code: str = "shop", **more: object) -> Shop:
        settings = {"return_window_days": 0, "language": "en", **more}
        with fresh.transaction():
            plan = flows.found_program(
                fresh,
                code=code,
                name={"en": "Corner Shop", "zh": "街角小店"},
                currency="CNY",
                time_zone="Asia/Shanghai",
                at=datetime.now(UTC) - timedelta(days=1),
                **settings,
            )
        return Shop(fresh, plan)

    return make


@pytest.fixture
def shop(found: Callable[..., Shop]) -> Shop:
    """The program of the console."""
    return found()


@pytest.fixture
def lin(shop: Shop) -> UUID:
    """A member called 林晓梅 with one order of ¥300.00: 300 points."""
    member = shop.join("M1", phone="+86 138 0013 8000", called="林晓梅")
    shop.buy(member, "SO-1", 10000, 20000)
    return member


@pytest.fixture
def coupon(shop: Shop, lin: UUID) -> str:
    """The code of a coupon that lin used, from the pool `spring`; `summer` is public and a draft."""
    program_id, today = shop.plan.program.program_id, shop.plan.program.local_date(shop.at)
    benefit = coupons.Benefit(kind="amount", amount_minor=2000)
    terms = coupons.Terms(name={"en": "Spring", "zh": "春季券"}, benefit=benefit, minimum_minor=5000)
    shared = coupons.Terms(name={"en": "Summer", "zh": "夏季券"}, benefit=benefit, codes="public", uses_max=None)
    live = coupons.PoolState.LIVE
    with shop.conn.transaction():
        summer = coupons.save(shop.conn, coupons.new(program_id, "summer", shared), by="Ann", at=shop.at)
        coupons.bring_in(shop.conn, summer, ["SUMMER10"], at=shop.at, today=today)
        spring = coupons.save(shop.conn, coupons.new(program_id, "spring", terms, state=live), by="Ann", at=shop.at)
        found = [
            coupons.issue(shop.conn, spring, [lin], issue_id=str(n), at=shop.at, today=today)[lin] for n in range(3)
        ]
    order = activities.Order(
        source="shop", external_id="SO-C", currency="CNY", total_minor=10000, occurred_at=shop.at,
        lines=(activities.Line(line_id="1", amount_minor=10000),),
    )  # fmt: skip
    intake = flows.Intake(order=order, member=lin, coupons=(found[0].code,))
    with shop.conn.transaction():
        (done,) = flows.record_activities(shop.conn, shop.plan, [intake], at=shop.at)
    assert isinstance(done, flows.Recorded), done
    return found[0].code


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def process_request_thread(self, request: object, client_address: object) -> None:
        """A thread a request: its database connection ends with it."""
        try:
            super().process_request_thread(request, client_address)  # type: ignore[arg-type]
        finally:
            connections.close_all()


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address(dsn: str) -> Iterator[str]:
    """Where the console answers, its page of components included."""
    served = console.application(settings.REGULARS, dsn)
    from regulars.doors.console import gallery, urls  # Django's models exist only once it is configured

    before = list(urls.urlpatterns)
    urls.urlpatterns += gallery.ADDRESSES
    clear_url_caches()
    server = make_server("127.0.0.1", 0, served, _Server, _Quiet)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    urls.urlpatterns[:] = before
    clear_url_caches()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium; without one the tests that need it are skipped."""
    if CHROMIUM is None:
        pytest.skip("no chromium: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Callable[..., tuple[Page, list[str]]]]:
    """Opens a fresh page, and the list its complaints (policy violations, script errors) go to."""
    contexts = []

    def make(
        *, size: tuple[int, int] = (1440, 900), theme: str = "light", language: str = "en", state: object = None
    ) -> tuple[Page, list[str]]:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce", storage_state=state
        )
        contexts.append(context)
        cookies = {"theme": theme, "language": language}
        context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda line: complaints.append(line.text) if line.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page, complaints

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def login_link(dsn: str) -> Callable[[], str]:
    """Makes a log-in link, in a thread of its own: Playwright keeps an event loop in ours, and Django refuses that."""

    def make() -> str:
        console.ensure_operator("browser")
        link = onetime.issue("browser")
        connection.close()
        return link

    def issue() -> str:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(make).result()

    return issue


@pytest.fixture
def enter(
    fresh: core.Conn, open_page: Callable[..., tuple[Page, list[str]]], address: str, login_link: Callable[[], str]
) -> Callable[..., tuple[Page, list[str]]]:
    """Opens a page of somebody who has logged in; it is closed before the tables are emptied (`fresh` comes first)."""

    def make(**how: object) -> tuple[Page, list[str]]:
        page, complaints = open_page(**how)
        page.goto(address + login_link())
        page.locator("form button.btn-primary").click()
        page.wait_for_url(f"{address}/")
        return page, complaints

    return make
