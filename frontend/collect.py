"""Bring what Python packages ship into the asset build: the icon sprite (lucide), htmx (django-htmx)."""

import re
import zipfile
from importlib.resources import files
from pathlib import Path

HERE = Path(__file__).parent
_CHILDREN = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def sprite(names: list[str]) -> str:
    """One SVG with a `<symbol>` per icon; `<use href="icons.svg#name">` shows it in the text's color.

    Raises:
        KeyError: lucide has no icon of that name.
    """
    symbols = []
    with zipfile.ZipFile(str(files("lucide").joinpath("lucide.zip"))) as shelf:
        for name in names:
            (children,) = _CHILDREN.findall(shelf.read(f"{name}.svg").decode())
            drawing = re.sub(r"\s*\n\s*", "", children).replace(" />", "/>")
            symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{drawing}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def main() -> None:
    """Write `generated/icons.svg` and `generated/htmx.js` beside this file."""
    out = HERE / "generated"
    out.mkdir(exist_ok=True)
    lines = (HERE / "icons.txt").read_text().splitlines()
    (out / "icons.svg").write_text(sprite([line for line in lines if line and not line.startswith("#")]))
    htmx = files("django_htmx").joinpath("static/django_htmx/htmx-4.min.js").read_text()
    (out / "htmx.js").write_text(htmx)


if __name__ == "__main__":
    main()
