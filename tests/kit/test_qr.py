"""Codes are drawn for pages: whole by themselves, with the border that scanners need."""

from regulars.kit import qr


def test_a_code_stands_alone_with_its_quiet_zone():
    drawing = qr.svg("HELLO WORLD")
    assert drawing.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert 'viewBox="0 0 29 29"' in drawing
    assert "M4 4.5h7" in drawing
    assert not any(word in drawing for word in ("script", "style", "href"))


def test_any_text_has_a_code_of_its_own():
    texts = ["hello", "你好", "A" * 312, "HELLO"]
    assert len({qr.svg(text) for text in texts}) == len(texts)
