"""QR codes as SVG, by segno."""

import io

import segno

_QUIET = 4
"""The light border scanners need, in squares (ISO/IEC 18004)."""


def svg(text: str) -> str:
    """The code of a text, black on white at any size, for use inside a page; 15 % of it may be dirty."""
    code = segno.make_qr(text, error="m")
    drawing = io.BytesIO()
    how = {"xmldecl": False, "nl": False, "omitsize": True, "svgclass": None, "lineclass": None}
    code.save(drawing, kind="svg", border=_QUIET, dark="#000", light="#fff", **how)
    return drawing.getvalue().decode()
