"""The bill of materials names what runs, exactly."""

import json
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import regulars

TREE = Path(regulars.__file__).parent.parent.parent
SCRIPT = TREE / "scripts" / "sbom"


def _bill() -> tuple[bytes, dict[str, Any]]:
    done = subprocess.run([sys.executable, str(SCRIPT)], capture_output=True, check=True)
    return done.stdout, json.loads(done.stdout)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_same_lock_files_give_the_same_bytes() -> None:
    assert _bill()[0] == _bill()[0]


def test_the_bill_of_materials_holds_every_locked_package_with_its_digests() -> None:
    lock = (TREE / "requirements" / "run.txt").read_text(encoding="utf-8")
    pins = re.findall(r"(?m)^[^\s#]+==\S+", lock)
    bill = _bill()[1]
    python = [part for part in bill["components"] if part["purl"].startswith("pkg:pypi/")]
    assert len(python) == len(pins) > 20
    told = {each["content"] for part in python for each in part["externalReferences"][0]["hashes"]}
    assert told == set(re.findall(r"sha256:([0-9a-f]{64})", lock))
    refs = [part["bom-ref"] for part in bill["components"]]
    assert bill["dependencies"][0]["dependsOn"] == refs
    assert len(set(refs)) == len(refs)


def test_the_bill_of_materials_tells_the_versions_that_are_installed() -> None:
    installed = {_plain(each.metadata["Name"]): each.version for each in metadata.distributions()}
    other = [
        (part["name"], part["version"], installed[_plain(part["name"])])
        for part in _bill()[1]["components"]
        if part["purl"].startswith("pkg:pypi/")
        and installed.get(_plain(part["name"]), part["version"]) != part["version"]
    ]
    assert other == []


def test_what_the_pages_are_dressed_in_is_told_and_what_only_builds_them_is_not() -> None:
    names = {part["name"] for part in _bill()[1]["components"] if part["purl"].startswith("pkg:npm/")}
    assert "@tabler/core" in names
    assert names.isdisjoint({"esbuild", "purgecss"})
