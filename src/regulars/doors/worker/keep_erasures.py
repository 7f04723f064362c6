"""Who was forgotten is written into a file beside the data, and who stands there and is known again is forgotten again.

A backup that is older than an erasure brings the member back. The file outlives it: `regulars run` does this before the
first page is served, and the worker every minute.
"""

import json
from pathlib import Path
from uuid import UUID

from regulars import flows
from regulars.kit import clock, db, jobs, settings
from regulars.records import members, privacy, programs

_PORTION = 1_000
_ALL = 10_000_000


def keep_erasures(pool: db.Pool, _: jobs.Job) -> None:
    """Bring the file and the database together."""
    with db.transaction(pool) as conn:
        bring_together(conn, settings.read().home / "erasures.jsonl")


def bring_together(conn: db.Conn, journal: Path) -> int:
    """Append what the file lacks, forget again whom the database knows; answers how many were forgotten again.

    The caller's transaction; the file is written last.
    """
    known = _read(journal)
    again = 0
    lines: list[str] = []
    for program in programs.all_of(conn):
        written = known.get(program.code, set())
        done = [one for one in privacy.erasures(conn, program.program_id, limit=_ALL) if one.done_at is not None]
        plan = flows.load(conn, program.program_id)
        for member_id in sorted(written - {one.member_id for one in done}):
            standing = members.standings(conn, program.program_id, [member_id]).get(member_id)
            if standing is not None:
                flows.forget_member(conn, plan, member_id, by="erasures.jsonl", at=clock.now())
                again += 1
        lines += [
            json.dumps({"program": program.code, "member": str(one.member_id), "erased_at": one.done_at.isoformat()})
            for one in done
            if one.member_id not in written and one.done_at is not None
        ]
    if lines:
        journal.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with journal.open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
    return again


def _read(journal: Path) -> dict[str, set[UUID]]:
    found: dict[str, set[UUID]] = {}
    if journal.exists():
        for line in journal.read_text(encoding="utf-8").splitlines():
            told = json.loads(line)
            found.setdefault(told["program"], set()).add(UUID(told["member"]))
    return found


def carry_out_erasures(pool: db.Pool, _: jobs.Job) -> None:
    """Forget whoever's day has come; what something stands against is tried again the next time."""
    at = clock.now()
    with db.transaction(pool) as conn:
        found = programs.all_of(conn)
    for program in found:
        with db.transaction(pool) as conn:
            plan = flows.load(conn, program.program_id)
            due = privacy.due(conn, program.program_id, on_date=program.local_date(at), limit=_PORTION)
            flows.erase_due(conn, plan, due, at=at)
