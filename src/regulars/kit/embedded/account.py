"""Under which account PostgreSQL runs: it refuses to be root, so root hands it to somebody lesser."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

_PASSED_ON = ("PATH", "HOME", "TZ", "TMPDIR", "LANG", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Account:
    """An account of this machine that root lends to PostgreSQL."""

    uid: int
    gid: int


def account_for(data: Path) -> Account | None:
    """Whom PostgreSQL runs as; None is ourselves.

    The owner of an existing data directory wins, so that an account created later changes nothing.

    Raises:
        LookupError: we are root, and neither `postgres` nor `nobody` exists.
    """
    if os.geteuid() != 0:
        return None
    if data.exists():
        owner = data.stat()
        return Account(owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise LookupError("PostgreSQL must not run as root, and there is no account `postgres` or `nobody` to run it")


def run_as(account: Account | None, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a short command as that account, with only its own group, and return what it said."""
    return subprocess.run(
        command,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        cwd="/",
        env=bare_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def can_enter(account: Account, folder: Path) -> bool:
    """Whether the account can reach that folder through all its parents. We ask the kernel, not the modes."""
    return run_as(account, "/bin/sh", "-c", 'cd -- "$1"', "sh", folder).returncode == 0


def bare_environment() -> dict[str, str]:
    """The little of our environment PostgreSQL needs: no secret, no PGPORT meant for another server."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
