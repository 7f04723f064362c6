"""The seed of the run: new each time, printed, and replayed by REGULARS_TEST_SEED."""

import os
import secrets

import pytest


@pytest.fixture
def seed(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> int:
    """What all dice of a test start from."""
    number = int(os.environ.get("REGULARS_TEST_SEED") or secrets.randbelow(10**9))
    with capsys.disabled():
        print(f"\n{request.node.name}: REGULARS_TEST_SEED={number}")
    return number
