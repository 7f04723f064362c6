"""Logs: one line per event, readable or JSON, with the request's id and without secrets or personal data."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

_HIDDEN = frozenset(
    (
        *("password", "secret", "token", "authorization", "cookie", "api_key", "key", "dsn", "database_url"),
        *("email", "phone", "name", "birth_on", "address", "value", "body", "payload"),
    )
)
"""Names whose values never reach a log, also as the last word of a longer name (`reset_token`)."""

_QUIET = {"uvicorn": logging.WARNING, "pgqueuer": logging.WARNING, "psycopg.pool": logging.ERROR}


def set_up(style: str, *, level: int = logging.INFO) -> None:
    """Send every log of this process to standard error: `console` for people or `json` for machines."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: list[Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if style == "json"
        else [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(),
                exception_formatter=structlog.dev.plain_traceback,  # the rich one prints local variables
            )
        ]
    )
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    logging.basicConfig(handlers=[stream], level=level, force=True)
    for name, quiet in _QUIET.items():
        logging.getLogger(name).setLevel(quiet)


def redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put `***` in the place of every value whose name says secret or personal, at any depth."""
    for name in event:
        event[name] = _hide(name, event[name])
    return event


def _hide(name: str, value: Any) -> Any:
    plain = name.lower().replace("-", "_")
    if plain in _HIDDEN or any(plain.endswith(f"_{hidden}") for hidden in _HIDDEN - {"name", "value"}):
        return "***"
    if isinstance(value, dict):
        return {inner: _hide(str(inner), deep) for inner, deep in value.items()}
    return value
