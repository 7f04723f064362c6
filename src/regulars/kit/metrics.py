"""Numbers about this process and its queue, in the text Prometheus reads."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from regulars.kit.db import Pool

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The registry of one process: requests as they are answered, gauges as they are asked for."""

    def __init__(self, *, pool: Pool, jobs: Callable[[], Mapping[tuple[str, str], int]]) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "regulars_http_requests", "Answered requests.", ["group", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "regulars_http_request_seconds",
            "Seconds from a request's first byte to its answer's last.",
            ["group"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._registry.register(_Now(pool, jobs))
        self._counted: dict[tuple[str, int], tuple[Counter, Histogram]] = {}

    def answered(self, group: str, status: int, seconds: float) -> None:
        """Count one answer of a group of routes."""
        counted = self._counted.get((group, status))
        if counted is None:
            counted = self._requests.labels(group, str(status)), self._seconds.labels(group)
            self._counted[group, status] = counted
        counted[0].inc()
        counted[1].observe(seconds)

    def text(self) -> bytes:
        """Everything, in Prometheus' text format. Asks the database, so call it from a thread."""
        return generate_latest(self._registry)


class _Now(Collector):
    """What is true at the moment of asking."""

    def __init__(self, pool: Pool, jobs: Callable[[], Mapping[tuple[str, str], int]]) -> None:
        self._pool = pool
        self._jobs = jobs

    def describe(self) -> Iterator[Metric]:
        """Nothing: naming the gauges ahead would ask the database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Memory, connections, and the queue; without the queue when the database does not answer."""
        yield GaugeMetricFamily("regulars_process_resident_bytes", "Memory of the web process.", resident_bytes())
        stats = self._pool.get_stats()
        connections = GaugeMetricFamily("regulars_db_connections", "Pooled connections.", labels=["state"])
        connections.add_metric(["open"], stats.get("pool_size", 0))
        connections.add_metric(["idle"], stats.get("pool_available", 0))
        connections.add_metric(["asked_for"], stats.get("requests_waiting", 0))
        yield connections
        queue = GaugeMetricFamily("regulars_jobs", "Jobs not yet done.", labels=["name", "state"])
        for (name, state), number in self._jobs().items():
            queue.add_metric([name, state], number)
        yield queue


def resident_bytes() -> int:
    """Memory this process holds; 0 where the system does not tell (no /proc)."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return 0
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
