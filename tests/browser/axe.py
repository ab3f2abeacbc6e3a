"""What axe-core has to say about the pages that were looked at: build/browser/axe.txt."""

from __future__ import annotations

from collections import Counter

IMPACTS = ("critical", "serious", "moderate", "minor")
RUN = """async (source) => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    return violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, at: nodes.map((n) => n.html) }));
}"""


class Report:
    """One line a page; below it, what is wrong there."""

    def __init__(self, source):
        self._source = source
        self._pages = []

    def looks(self, page, name):
        """The serious faults of that page, as sentences."""
        page.evaluate(self._source)  # not as a script of the page's, which its policy forbids
        found = page.evaluate(RUN)
        self._pages.append((name, found))
        return [
            f"{name}: {fault['impact']} {fault['id']}: {fault['help']}: {fault['at'][0]}"
            for fault in found
            if fault["impact"] in IMPACTS[:2]
        ]

    def text(self):
        """The table."""
        wide = max((len(name) for name, _ in self._pages), default=4)
        lines = [" ".join(["page".ljust(wide), *(impact.rjust(8) for impact in IMPACTS)])]
        for name, found in self._pages:
            counts = Counter(fault["impact"] for fault in found)
            lines.append(" ".join([name.ljust(wide), *(str(counts[impact]).rjust(8) for impact in IMPACTS)]))
            lines += [
                f"  {fault['impact']} {fault['id']}, {len(fault['at'])} times: {fault['at'][0]}" for fault in found
            ]
        return "\n".join(lines) + "\n"
