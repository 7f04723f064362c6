"""Single orders over HTTP, durable before the answer: group commit against the same endpoint without it."""

import statistics
from collections.abc import Callable
from contextlib import ExitStack
from itertools import islice

from bench import intake, load, serving, supply
from bench.telling import tell, tell_ratio
from regulars.kit import db

CALLERS = 256
HOUSEHOLDS = 5_000


def run(fresh: Callable[[], str], *, is_quick: bool) -> None:
    """Print orders a second of one process, of two, and of one without group commit, and the waits at half the rate."""
    rounds, seconds = (5, 1.5) if is_quick else (7, 8.0)
    dsn = fresh()
    with ExitStack() as stack:
        with db.connect(dsn) as conn:
            plan = supply.found(conn)
            everybody = intake.orders(1, name="first", households=range(HOUSEHOLDS))
            for _ in range(HOUSEHOLDS // 1000):
                intake.record(conn, plan, [list(islice(everybody, 1000))])
            secret = serving.secret(conn, plan.program.program_id)
        first, second = (stack.enter_context(serving.served(dsn)) for _ in range(2))
        apart = stack.enter_context(serving.served(dsn, module="bench.rivals.ungrouped"))

        def sent(name: str, *ports: int, rate: float = 0.0) -> load.Result:
            return load.run(
                load.Plan(
                    ports=ports,
                    secret=secret,
                    callers=CALLERS,
                    seconds=seconds,
                    name=name,
                    rate=rate,
                    households=HOUSEHOLDS,
                )
            )

        for port in (first, second, apart):
            sent(f"warm-{port}", port)
        one, two, alone = [], [], []
        for number in range(rounds):
            one.append(sent(f"one-{number}", first))
            alone.append(sent(f"alone-{number}", apart))
            two.append(sent(f"two-{number}", first, second))
        half = statistics.median(result.rate for result in one) / 2
        halves = [sent(f"half-{number}", first, rate=half) for number in range(rounds)]
    for name, results in (("group-commit", one), ("two-processes", two), ("without", alone), ("half-rate", halves)):
        tell(f"orders.{name}", [result.rate for result in results], "orders/s")
        tell(f"orders.{name}.p50", [result.p50_ms for result in results], "ms")
        tell(f"orders.{name}.p99", [result.p99_ms for result in results], "ms")
    tell_ratio("orders.two-processes", [result.rate for result in two], [result.rate for result in one])
    tell_ratio("orders", [result.rate for result in one], [result.rate for result in alone])
