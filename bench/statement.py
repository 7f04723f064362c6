"""A member with 10,000 entries asks for their statement over HTTP; beside it one with 10."""

from collections.abc import Callable
from itertools import islice

from bench import intake, load, serving, supply
from bench.telling import tell, tell_ratio
from regulars.kit import db
from regulars.records import members

ENTRIES = 10_000
FEW = 10


def run(fresh: Callable[[], str], *, is_quick: bool) -> None:
    """Print how long one caller waits for the first page (p50, p99 of a run), and what many entries cost."""
    rounds, seconds = (5, 2.0) if is_quick else (7, 10.0)
    dsn = fresh()
    with db.connect(dsn) as conn:
        plan = supply.found(conn)
        for household, entries in ((0, ENTRIES), (1, FEW)):
            source = intake.orders(1, name=f"of-{household}", households=[household])
            for _ in range(0, entries, 1000):
                intake.record(conn, plan, [list(islice(source, min(1000, entries)))])
        conn.execute("analyze")
        who = [members.Identifier(members.IdentifierKind.EXTERNAL, f"h{household}") for household in (0, 1)]
        found = members.find(conn, plan.program.program_id, who)
        long, short = (found[one] for one in who)
        conn.commit()
        secret = serving.secret(conn, plan.program.program_id)
    with serving.served(dsn) as port:

        def read(member_id: object) -> load.Result:
            path = f"/v1/members/{member_id}/statement"
            return load.run(load.Plan(ports=[port], secret=secret, callers=1, seconds=seconds, path=path))

        read(long)
        longs, shorts = [], []
        for _ in range(rounds):
            longs.append(read(long))
            shorts.append(read(short))
    for name, results in ((f"{FEW}-entries", shorts), (f"{ENTRIES}-entries", longs)):
        tell(f"statement.{name}.p50", [result.p50_ms for result in results], "ms")
        tell(f"statement.{name}.p99", [result.p99_ms for result in results], "ms")
    tell_ratio("statement.10000-over-10", [result.p50_ms for result in longs], [result.p50_ms for result in shorts])
