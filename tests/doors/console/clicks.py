"""What a marketer does with the condition editor, for stories in the browser."""

from playwright.sync_api import Page, expect


def ask(page: Page, name: str, *asked: tuple[str, str]) -> None:
    """Rows of one editor, each a field and its value: chosen from menus and typed, as a marketer does."""
    editor = page.locator(f"#{name}-editor")
    for number, (label, value) in enumerate(asked):
        editor.get_by_role("button", name="and …" if number else "Add a condition").last.click()
        row = editor.get_by_role("group", name=f"Row {number + 1}")
        row.get_by_label("What is asked").select_option(label=label)
        control = row.get_by_label("Value")
        expect(control).to_be_visible()
        if control.evaluate("one => one.tagName") == "SELECT":
            control.select_option(label=value)
        else:
            control.fill(value)
