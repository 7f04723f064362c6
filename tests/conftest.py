"""One PostgreSQL for the whole run and one migrated template.

A test gets a transaction that is rolled back (`conn`) or a fresh copy (`database`). The process that starts
pytest owns the server, so that parallel workers share it. Set REGULARS_TEST_DSN to use a server of your own;
databases are made and dropped there.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from regulars.doors.cli.database import as_url
from regulars.kit import db, embedded

_FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "100"}


class _Cluster:
    """The server, started when first asked for."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._template = ""

    def template(self) -> str:
        """Connection string of a migrated database that is only ever copied."""
        if not self._template:
            admin = os.environ.get("REGULARS_TEST_DSN") or self._start()
            self._template = _create(admin, "template0")
            self._stack.callback(_drop, self._template)
            _migrate(self._template)
        return self._template

    def _start(self) -> str:
        home = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="regulars-test-")))
        return self._stack.enter_context(embedded.server(home / "postgres", options=_FAST))

    def close(self) -> None:
        self._stack.close()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_CLUSTER] = _Cluster()


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[_CLUSTER].close()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    node.workerinput["template"] = node.config.stash[_CLUSTER].template()


_CLUSTER = pytest.StashKey[_Cluster]()


@pytest.fixture(scope="session")
def template(request: pytest.FixtureRequest) -> str:
    """Connection string of the migrated template; copy it, never write to it."""
    given = getattr(request.config, "workerinput", {}).get("template")
    return given or request.config.stash[_CLUSTER].template()


@pytest.fixture(scope="session")
def _shared_database(template: str) -> Iterator[str]:
    dsn = _create(template, _name(template))
    yield dsn
    _drop(dsn)


@pytest.fixture
def conn(_shared_database: str) -> Iterator[db.Conn]:
    """A connection inside a transaction that is rolled back after the test."""
    with db.connect(_shared_database) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def database(template: str) -> Iterator[str]:
    """Connection string of a fresh database, for tests with several connections or processes."""
    dsn = _create(template, _name(template))
    yield dsn
    _drop(dsn)


@pytest.fixture
def empty_database(template: str) -> Iterator[str]:
    """Connection string of a database without any tables."""
    dsn = _create(template, "template0")
    yield dsn
    _drop(dsn)


def _name(dsn: str) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(dsn)["dbname"])


def _create(dsn: str, source: str) -> str:
    name = f"t{uuid4().hex[:12]}"
    with psycopg.connect(make_conninfo(dsn, dbname="postgres"), autocommit=True) as conn:
        conn.execute(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(source)))
    return make_conninfo(dsn, dbname=name)


def _drop(dsn: str) -> None:
    with psycopg.connect(make_conninfo(dsn, dbname="postgres"), autocommit=True) as conn:
        conn.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(_name(dsn))))


def _migrate(dsn: str) -> None:
    """As an operator does it; in a process of its own, since Django is configured once per process."""
    with tempfile.TemporaryDirectory(prefix="regulars-home-") as home:
        subprocess.run(
            [sys.executable, "-m", "regulars", "migrate"],
            check=True,
            env={**_plain(), "REGULARS_DATABASE_URL": as_url(dsn), "REGULARS_HOME": home},
        )


def _plain() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("REGULARS_")}
