"""How much memory PostgreSQL keeps pages in: an eighth of what there is, between 256 MB and 8 GB.

A ledger of a hundred million entries posts half as fast again with 3 GB as with 256 MB (docs/benchmarks.md). The memory
is taken page by page, as pages are needed.
"""

import os
from pathlib import Path

_MIN_MB, _MAX_MB, _SHARE = 256, 8192, 8
_MB = 2**20


def buffers_mb(memory_bytes: int) -> int:
    """The size of `shared_buffers` on a machine with so much memory."""
    return max(_MIN_MB, min(_MAX_MB, memory_bytes // _SHARE // _MB))


def machine_bytes(bound: Path = Path("/sys/fs/cgroup/memory.max")) -> int:
    """The memory of this machine, or the bound of the container we are in, which `bound` tells on Linux."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        return min(whole, int(bound.read_text()))
    except (OSError, ValueError):  # no container, or one without a bound ("max")
        return whole
