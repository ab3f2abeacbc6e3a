"""The same person without a mouse: Tab, arrows, Space, Enter and letters."""

from __future__ import annotations

from playwright.sync_api import expect

FOCUSED = "element => element === document.activeElement"
SEEN = """element => {
    const style = getComputedStyle(element);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""
FAR = 60  # stops of Tab; no page has as many


class Keyboard:
    """The keys of that visitor's page."""

    def __init__(self, visitor):
        self.page = visitor.page
        self.press = visitor.page.keyboard.press
        self.type = visitor.page.keyboard.type

    def to(self, role, name, **more):
        """Tab until that control has the focus, and shows it."""
        wanted = self.page.get_by_role(role, name=name, **more)
        expect(wanted).to_be_visible()
        for _ in range(FAR):
            self.press("Tab")
            if wanted.evaluate(FOCUSED):
                assert wanted.evaluate(SEEN), f"nobody sees that {name} has the focus"
                return wanted
        raise AssertionError(f"Tab never comes to the {role} {name}")

    def presses(self, name):
        self.to("button", name)
        self.press("Space")

    def follows(self, name, **more):
        self.to("link", name, **more)
        self.press("Enter")

    def fills(self, name, text):
        self.to("textbox", name)
        self.type(text)

    def picks(self, name, key):
        """Of a list, what that key leads to: an arrow, or a first letter."""
        self.to("combobox", name)
        self.press(key)
