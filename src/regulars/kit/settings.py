"""Settings: read once from the environment, checked, documented in docs/settings.md."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any


class SettingInvalid(Exception):
    """A setting is unknown or has a value that cannot be used; the program does not start (exit 78)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every `REGULARS_*` variable, typed. A field `port` is the variable `REGULARS_PORT`."""

    home: Path = Path(".regulars")
    """Where the data lives: the embedded PostgreSQL, keys, import reports."""
    port: int = 8787
    """Port of the web server, on `host`."""
    host: str = "127.0.0.1"
    """Address the web server listens on."""
    database_url: str = ""
    """A PostgreSQL of your own (15 or newer) instead of the embedded one."""
    pg_bin: str = ""
    """Folder with `postgres` and `initdb`, when the packaged PostgreSQL is not wanted."""
    public_url: str = ""
    """Address under which people reach this server; needed behind a proxy with TLS."""
    debug: bool = False
    """Detailed errors in the browser; refused when listening beyond this machine."""
    log: str = "console"
    """`console` for people, `json` for machines."""
    changes_days: int = 30
    """How many days what happened is kept for those who read it (`GET /v1/changes`)."""
    demo: bool = True
    """Whether `regulars run` loads the demo shop into an empty database."""
    demo_baskets_max: int = 0
    """Load at most this many demo baskets; 0 is all of them."""
    security_contact: str = ""
    """Where weaknesses are reported, told in `/.well-known/security.txt`: a mail or web address."""
    audit_heads: str = ""
    """File to which signed heads of the audit log are appended; `audit-heads.jsonl` in the data folder when empty."""
    audience_share_max_percent: int = 90
    """A condition that reaches more than this share of all members needs a yes to its count before it is saved."""

    @property
    def heads_file(self) -> Path:
        """Where signed heads of the audit log are kept."""
        return Path(self.audit_heads).expanduser() if self.audit_heads else self.home / "audit-heads.jsonl"


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process.

    Raises:
        SettingInvalid: an unknown `REGULARS_*` variable (with the nearest name), or a value out of range.
    """
    given = {k: v for k, v in (os.environ if environ is None else environ).items() if k.startswith("REGULARS_")}
    known = {f"REGULARS_{field.name.upper()}": field for field in fields(Settings)}
    values: dict[str, Any] = {}
    for name, text in given.items():
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SettingInvalid(f"{name} is not a setting{hint} (docs/settings.md lists them all)")
        values[known[name].name] = _parse(name, text, known[name].type)
    found = Settings(**values)
    _check(found)
    return found


def _parse(name: str, text: str, kind: Any) -> Any:
    match kind if isinstance(kind, str) else kind.__name__:
        case "Path":
            return Path(text).expanduser()
        case "int":
            if not text.isdecimal():
                raise SettingInvalid(f"{name}={text!r} is not a whole number")
            return int(text)
        case "bool":
            if text.lower() not in {"1", "0", "true", "false", "yes", "no", "on", "off"}:
                raise SettingInvalid(f"{name}={text!r} is neither yes nor no")
            return text.lower() in {"1", "true", "yes", "on"}
        case _:
            return text


def _check(found: Settings) -> None:
    if not 1 <= found.port <= 65535:
        raise SettingInvalid(f"REGULARS_PORT={found.port} is not a port (1 to 65535)")
    if not 1 <= found.audience_share_max_percent <= 100:
        share = found.audience_share_max_percent
        raise SettingInvalid(f"REGULARS_AUDIENCE_SHARE_MAX_PERCENT={share} is not a share (1 to 100)")
    if found.log not in {"console", "json"}:
        raise SettingInvalid(f"REGULARS_LOG={found.log!r}: say 'console' or 'json'")
    if not 1 <= found.changes_days <= 3650:
        raise SettingInvalid(f"REGULARS_CHANGES_DAYS={found.changes_days}: say from 1 to 3650 days")
    if found.debug and found.host not in {"127.0.0.1", "localhost", "::1"}:
        raise SettingInvalid("REGULARS_DEBUG is on and REGULARS_HOST is open to others: turn one of them off")
    if found.database_url and not found.database_url.startswith(("postgresql://", "postgres://", "host=", "dbname=")):
        raise SettingInvalid("REGULARS_DATABASE_URL must start with postgresql://")
