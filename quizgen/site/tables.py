"""Tables that stack on phones: a Python-Markdown extension."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor


class _Labels(Treeprocessor):
    """Writes each column's heading into its cells (`data-label`) and says what is what once CSS un-tables them."""

    def run(self, root: Element) -> None:
        for table in root.iter("table"):
            table.set("role", "table")
            headings = ["".join(cell.itertext()).strip() for cell in table.iter("th")]
            for group in (*table.iter("thead"), *table.iter("tbody")):
                group.set("role", "rowgroup")
            for row in table.iter("tr"):
                row.set("role", "row")
                for cell, heading in zip(row, headings, strict=False):
                    cell.set("role", "columnheader" if cell.tag == "th" else "cell")
                    if cell.tag == "td":
                        cell.set("data-label", heading)


class StackedTables(Extension):
    """Prepares every table of a page for small screens."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name is Python-Markdown's
        """Runs after inline patterns, so that headings are plain text by then."""
        md.treeprocessors.register(_Labels(md), "quizgen-tables", 5)
