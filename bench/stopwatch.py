"""How long a piece of work takes, without the collector looking through what was prepared for it."""

import gc
import time
from collections.abc import Callable


def seconds(work: Callable[[], object]) -> float:
    """Wall seconds of one run of `work`. What exists before it (the orders to send) is kept out of collections."""
    gc.collect()
    gc.freeze()
    started = time.perf_counter()
    work()
    took = time.perf_counter() - started
    gc.unfreeze()
    return took
