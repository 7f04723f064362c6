"""What keys did that may do everything, in the audit log."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from regulars.records import access, audit

from .call import Call, Operation


def note(operation: Operation, call: Call, asked: Any, *, address: str) -> None:
    """Write down an act that only a key with the scope `admin` can do; nothing for what a till may do."""
    if operation.method == "POST" and operation.scope is access.Scope.ADMIN:
        facts: dict[str, str] = dict(call.path)
        if operation.name and operation.name not in facts:
            facts[operation.name] = str(getattr(asked, operation.name, ""))
        verb = f"{operation.method} {operation.path}"
        audit.note(call.conn, call.program_id, verb, by=call.key.actor, at=call.at, address=address, facts=facts)


def note_reading(call: Call, path: str, member_id: UUID) -> None:
    """Write down that everything about a member was read."""
    audit.note(call.conn, call.program_id, f"GET {path}", by=call.key.actor, at=call.at, member_id=member_id)


def address(scope: Mapping[str, Any]) -> str:
    """Where a request came from, as the web server saw it."""
    client = scope.get("client")
    return str(client[0]) if client else ""
