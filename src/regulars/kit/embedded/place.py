"""Where a server lives: its files, its socket, its owner."""

import hashlib
import os
import secrets
import stat
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import make_conninfo

from regulars.kit.embedded.account import Account, account_for, can_enter
from regulars.kit.embedded.locks import held

PORT = 5432
"""Only part of the socket's name; nothing listens on TCP."""
_SOCKET_PATH_BYTES_MAX = 107 if sys.platform == "linux" else 103
_SHELTER = Path("/var/lib/regulars")


class ServerDidNotStart(Exception):
    """The embedded PostgreSQL cannot be used; the message says why, what its log says, and what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """The folder that really holds the server's files, and the account its processes run as (None: ours)."""

    folder: Path
    account: Account | None

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What PostgreSQL and its guard print."""
        return self.folder / "postgres.log"

    @property
    def password(self) -> Path:
        """The password of the role `regulars`, readable to us alone."""
        return self.folder / "password"

    @property
    def start_lock(self) -> Path:
        """Held by whoever is starting the server."""
        return self.folder / "start.lock"

    @property
    def users_lock(self) -> Path:
        """Shared by every process that uses the server; once nobody does, the guard gets it and stops."""
        return self.folder / "users.lock"

    @property
    def alive_lock(self) -> Path:
        """Held by the guard and every PostgreSQL process: free means that none of them is left."""
        return self.folder / "alive.lock"

    @property
    def run(self) -> Path:
        """The folder of the socket: `run`, or a short one below /tmp where that cannot be a socket's path."""
        wanted = self.folder / "run"
        # A comma would divide the path: libpq and postgres both read lists there.
        if len(os.fsencode(wanted / f".s.PGSQL.{PORT}")) <= _SOCKET_PATH_BYTES_MAX and "," not in str(wanted):
            return wanted
        # Not tempfile.gettempdir(): two users with different TMPDIR must meet at the same socket.
        return Path("/tmp") / f"regulars-{hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:20]}"  # noqa: S108

    def dsn(self, dbname: str = "regulars") -> str:
        """How to connect, as a libpq keyword string."""
        return make_conninfo(
            host=str(self.run), port=PORT, user="regulars", password=self.password.read_text(), dbname=dbname
        )


_SHELL_SIGNS = frozenset('"$`\\')
"""initdb asks a shell for its sister program by its path; these signs in it would break the question."""


def settle(root: Path) -> Place:
    """The place of the server of `root`, with `root` made if it was missing.

    When we are root and the account PostgreSQL will run as cannot enter `root` (a checkout below a 0700
    home), or its name would break initdb, a fresh folder below /var/lib/regulars holds everything and
    `root/elsewhere` names it: no parent folder is ever opened to others.

    Raises:
        ServerDidNotStart: no such folder can be made, or `root` belongs to somebody else.
    """
    try:
        root = root.expanduser().resolve()
        root.mkdir(parents=True, exist_ok=True)
        pointer = root / "elsewhere"
        with held(root / "start.lock"):
            if not pointer.exists() and not (root / "data").exists():
                account = account_for(root / "data")
                if account is not None and not (can_enter(account, root) and _SHELL_SIGNS.isdisjoint(str(root))):
                    _shelter(root, pointer)
        folder = Path(pointer.read_text().strip()) if pointer.exists() else root
        return Place(folder, account_for(folder / "data"))
    except (OSError, LookupError) as error:
        raise ServerDidNotStart(
            f"No PostgreSQL can live in {root}: {error}. Let REGULARS_HOME name a folder that belongs to you"
            " (and, when you are root, one that an ordinary account can enter)."
        ) from error


def _shelter(root: Path, pointer: Path) -> None:
    """Make a folder every account can enter, and point to it. Always a new one: a new checkout is empty."""
    with suppress(FileExistsError):
        _SHELTER.mkdir(parents=True)
        _SHELTER.chmod(0o755)  # whatever our umask is
    about = _SHELTER.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != 0 or about.st_mode & 0o022:
        raise PermissionError(f"{_SHELTER} is not root's alone")
    folder = Path(tempfile.mkdtemp(prefix="data-", dir=_SHELTER))
    folder.chmod(0o711)
    write_durably(folder / "belongs-to", f"{root}\n")
    write_durably(pointer, f"{folder}\n")
    sync_folder(_SHELTER)


def open_run_folder(place: Place) -> None:
    """Make the folder of the socket, and make sure that it is ours: 0700, owned by the server's account.

    Raises:
        ServerDidNotStart: somebody else's folder, or a link, has that name.
    """
    run = place.run
    uid = place.account.uid if place.account else os.geteuid()
    with suppress(FileExistsError):
        run.mkdir(mode=0o700)
    about = run.lstat()
    if stat.S_ISDIR(about.st_mode) and about.st_uid == os.geteuid() and place.account:
        os.chown(run, place.account.uid, place.account.gid, follow_symlinks=False)  # just made
        about = run.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != uid or stat.S_IMODE(about.st_mode) != 0o700:
        raise ServerDidNotStart(
            f"{run} is not a folder of mode 0700 owned by uid {uid}, so a stranger could listen there. "
            "Look who made it, remove it, and start again."
        )


def new_password() -> str:
    """A password no one has to type."""
    return secrets.token_urlsafe(24)


def write_durably(path: Path, text: str, *, owner: Account | None = None) -> None:
    """Write a small file of mode 0600 that survives a power cut once this returns."""
    path.unlink(missing_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        os.write(file, text.encode())
        if owner:
            os.fchown(file, owner.uid, owner.gid)
        os.fsync(file)
    finally:
        os.close(file)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make names created or changed in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
