"""Keeps a bench's last figures in docs/measurements.md, under a heading of its own."""

import re
from pathlib import Path

PLACE = Path(__file__).parents[2] / "docs" / "measurements.md"


def keep(heading: str, command: str, lines: list[str]) -> None:
    """Replace the section `heading`, or add it at the end."""
    section = "\n".join([f"## {heading}", "", f"`{command}`", "", *lines, ""])
    text = PLACE.read_text("utf-8")
    pattern = re.compile(rf"^## {re.escape(heading)}\n.*?(?=^## |\Z)", re.M | re.S)
    if pattern.search(text):
        text = pattern.sub(lambda _: section + "\n", text).rstrip() + "\n"
    else:
        text = text.rstrip() + "\n\n" + section
    PLACE.write_text(text, "utf-8")
