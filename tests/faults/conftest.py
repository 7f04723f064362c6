"""Faults on purpose: how often, with which seed, and the server they happen to."""

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .stage import Stage, folder_for_anyone

IS_SOAK = os.environ.get("REGULARS_SOAK") == "1"


@pytest.fixture
def soak() -> Callable[[int, int], int]:
    """How much of something: the first number in `make test`, the second in `make soak`."""
    return lambda quick, long: long if IS_SOAK else quick


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Randomness whose seed is printed; REGULARS_SEED repeats a run."""
    seed = int(os.environ.get("REGULARS_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"{request.node.name}: REGULARS_SEED={seed}")
    return random.Random(seed)


@pytest.fixture
def home() -> Iterator[Path]:
    """A data folder any account may enter, gone afterwards."""
    with folder_for_anyone() as found:
        yield found


@pytest.fixture
def stage(home: Path) -> Iterator[Stage]:
    """`regulars run` on an empty folder, with a shop in it."""
    with Stage.opened(home) as found:
        yield found
