"""What a bench prints: for each measure the lowest, the middle and the highest of its runs; last, a ratio."""

import statistics
from collections.abc import Sequence


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
