"""What a bench prints: for each measure the lowest, the middle and the highest of its runs; last, a ratio."""

import os
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

_LOOK_S = 1.0


def tell(name: str, runs: Sequence[float], unit: str) -> None:
    """One line: the runs of one measure."""
    low, middle, high = min(runs), statistics.median(runs), max(runs)
    digits = 0 if middle >= 100 else 2
    print(
        f"{name:<40} min {low:>10,.{digits}f}  median {middle:>10,.{digits}f}  max {high:>10,.{digits}f}  {unit}",
        flush=True,
    )


def tell_ratio(name: str, ours: Sequence[float], theirs: Sequence[float]) -> None:
    """One line: the median of run over run, ours through theirs. Runs stand in pairs: they were made in turn."""
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    print(f"ratio {name} {statistics.median(ratios):.2f}", flush=True)


def tell_skipped(name: str, why: str) -> None:
    """One line: a rival that did not run, and what it would need."""
    print(f"{name:<40} skipped: {why}", flush=True)


def tell_machine(name: str) -> None:
    """One line before a bench: how much of the machine others use. What is measured beside others' work is too low."""
    before = _times()
    time.sleep(_LOOK_S)
    idle, total = (now - then for now, then in zip(_times(), before, strict=True))
    busy = f"others use {1 - idle / total:.0%} of them" if total else "what others use is not known"
    print(f"bench {name}: {os.cpu_count()} cores, {busy}", flush=True)


def _times() -> tuple[int, int]:
    """Ticks all cores were idle so far, and all their ticks; zeros where the system does not tell."""
    try:
        ticks = [int(tick) for tick in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    except OSError:
        return 0, 0
    return ticks[3] + ticks[4], sum(ticks)
