"""PostgreSQL's cache grows with the machine, within bounds, and keeps to those of a container."""

import pytest

from regulars.kit.embedded.memory import buffers_mb, machine_bytes

GB = 2**30


@pytest.mark.parametrize(("memory", "buffers"), [(GB, 256), (16 * GB, 2048), (24 * GB, 3072), (512 * GB, 8192)])
def test_the_cache_is_an_eighth_of_the_memory_there_is(memory, buffers):
    assert buffers_mb(memory) == buffers


def test_a_container_may_have_less_than_its_machine(tmp_path):
    bound = tmp_path / "memory.max"
    whole = machine_bytes(bound)
    for text, found in (("max\n", whole), (f"{GB // 4}\n", GB // 4), (f"{whole * 2}\n", whole)):
        bound.write_text(text)
        assert machine_bytes(bound) == found
