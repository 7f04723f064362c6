"""Who the other side of a movement is, as another member may read it: the first letter of a name, while there is one.

The journal keeps ids only, so that a name that is erased is gone from every statement.
"""

from collections.abc import Sequence
from uuid import UUID

from msgspec.structs import replace

from regulars.kit.db import Conn
from regulars.records import ledger, members


def named(conn: Conn, program_id: int, lines: Sequence[ledger.Line]) -> list[ledger.Line]:
    """The lines, with the masked name of the other member among what their sentences tell."""
    wanted = {UUID(line.reason.params["member"]) for line in lines if "member" in line.reason.params}
    if not wanted:
        return list(lines)
    found = members.several(conn, program_id, list(wanted))
    names = {str(member_id): members.masked_name(member.name) for member_id, member in found.items()}
    return [_named(line, names.get(line.reason.params.get("member", ""), "")) for line in lines]


def _named(line: ledger.Line, name: str) -> ledger.Line:
    if not name:
        return line
    return replace(line, reason=ledger.Reason(line.reason.code, {**line.reason.params, "name": name}))
