"""The built CSS, JavaScript and icons: plain names in, hashed addresses out."""

import json
from functools import cache
from pathlib import Path

BUILT = Path(__file__).parent / "static" / "built"


@cache
def _manifest() -> dict[str, str]:
    names: dict[str, str] = json.loads(BUILT.joinpath("manifest.json").read_text())
    return names


def address(name: str) -> str:
    """`app.css` is `/static/app.3f2a91c0de.css`.

    Raises:
        KeyError: the build makes no such asset.
        FileNotFoundError: the assets were never built (`make setup`).
    """
    return f"/static/{_manifest()[name]}"
