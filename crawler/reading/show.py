"""What was read of a page, and why: as a page beside the original, or for the terminal."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from lxml import etree
from pydantic import BaseModel
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from crawler.article import Removed
from crawler.reading.decode import decode
from crawler.reading.page import Page
from crawler.reading.reader import charset_of
from crawler.reading.reading import Fate, Reading

# fate -> colour on the page, colour in the terminal
COLOURS = {
    "text": ("#c8f0cd", "green"),
    "credit": ("#cfe3ff", "cyan"),
    "related": ("#ffe9b8", "yellow"),
    "comment": ("#ead9ff", "magenta"),
    "share": ("#ead9ff", "magenta"),
    "advert": ("#ffc9c9", "red"),
    "injected": ("#ff9d9d", "bold red"),
    "hidden": ("#d5d5d5", "bright_black"),
    "boilerplate": ("#f2ddc9", "bright_black"),
    "template": ("#eeeeee", "bright_black"),
    "noise": ("#f2ddc9", "bright_black"),
}
_FIELDS = [
    "kind",
    "confidence",
    "problem",
    "title",
    "title_raw",
    "subtitle",
    "authors",
    "source",
    "source_url",
    "editor",
    "column",
    "category",
    "breadcrumb",
    "tags",
    "published_at",
    "published",
    "modified_at",
    "language",
    "views",
    "likes",
    "comments",
    "previous",
    "next",
    "next_page",
    "canonical_url",
    "encoding",
    "theme",
    "body_path",
    "body_confidence",
    "flags",
    "identity",
    "outside_text",
    "feeds",
    "refresh",
]
_LISTS = ("related", "entries", "images", "hidden_links")
# Nothing of the original may run or load while a maintainer looks at it.
_POLICY = "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">"
_DANGEROUS = ("script", "iframe", "object", "embed", "frame", "link", "meta", "base", "noscript", "template")


def show_page(body: bytes, headers: Mapping[str, str], reading: Reading, title: str, removed: Sequence[Removed]) -> str:
    """A self-contained HTML page: the original with every block coloured by its fate, beside what was read of it.

    reading: of body and headers, made with explain=True. title, removed: what stripping leaves of the title, and takes out.
    """
    page = Page(decode(body, charset_of(headers)).text, reading.url)
    templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)
    return templates.get_template("show.html.jinja").render(
        reading=reading,
        fields=[
            (name, told(getattr(reading, name))) for name in _FIELDS if getattr(reading, name) not in (None, [], "")
        ],
        lists=[(name, [told(item) for item in getattr(reading, name)]) for name in _LISTS if getattr(reading, name)],
        colours={fate: colour for fate, (colour, _) in COLOURS.items()},
        title=title,
        removed=removed,
        original=_painted(page, reading.blocks) if reading.blocks else "",
    )


def _painted(page: Page, fates: list[Fate]) -> str:
    """The original's HTML, harmless, each element that holds a block coloured by the block's fate, its rule as title."""
    for block, fate in zip(page.blocks, fates, strict=True):
        element = block.element
        if element.get("data-fate") == "text" or element is page.root:
            continue
        element.set("data-fate", fate.fate)
        element.set("title", reason(fate))
        colour = COLOURS.get(fate.fate, COLOURS["noise"])[0]
        shown = (
            ""
            if fate.fate != "hidden"
            else ";display:block;visibility:visible;position:static;text-indent:0;font-size:small"
        )
        element.set("style", f"background:{colour};color:#111{shown}")
    for element in list(page.root.iter(*_DANGEROUS)):
        parent = element.getparent()
        if parent is not None:
            etree.strip_elements(parent, element.tag, with_tail=False)
    for element in page.root.iter():
        for name in [n for n in element.attrib if n.startswith("on") or n in ("href", "action", "src", "srcset")]:
            del element.attrib[name]
    return _POLICY + etree.tostring(page.root, encoding="unicode", method="html")


def reason(fate: Fate) -> str:
    """Fate, rule and score of a block in one line."""
    return f"{fate.fate}{': ' + fate.rule if fate.rule else ''} (score {fate.score:.2f}) {fate.path}"


def told(value: Any) -> str:
    """A field in words: "name: value" of an object, what is absent left out, with commas between those of a list."""
    if isinstance(value, BaseModel):
        value = value.model_dump(by_alias=True)
    elif hasattr(value, "__dataclass_fields__"):
        value = {name: getattr(value, name) for name in value.__dataclass_fields__}
    if isinstance(value, dict):
        return " · ".join(f"{name}: {told(item)}" for name, item in value.items() if item not in (None, [], ""))
    if isinstance(value, list | tuple):
        return ", ".join(told(item) for item in value)
    return str(round(value, 3)) if isinstance(value, float) else str(value)


def explain_terminal(reading: Reading, title: str, removed: Sequence[Removed]) -> RenderableType:
    """The same for a terminal: fields, lines of the article's region with their fates, lists, what stripping takes out."""
    facts = Table(show_header=False, box=None, pad_edge=False)
    for name in _FIELDS:
        value = getattr(reading, name)
        if value not in (None, [], ""):
            facts.add_row(Text(name, style="bold"), Text(told(value)))
    lines = Table(title="lines", title_justify="left", box=None, pad_edge=False)
    for heading in ("fate", "rule", "score", "text"):
        lines.add_column(heading, no_wrap=heading != "text", overflow="fold")
    for line in reading.lines:
        style = COLOURS.get(line.fate, COLOURS["noise"])[1]
        rule = f"{line.slot}: {line.rule}" if line.slot else line.rule
        lines.add_row(Text(line.fate, style=style), rule, f"{line.score:.2f}", Text(line.text, style=style))
    parts: list[RenderableType] = [facts, lines]
    for name in _LISTS:
        items = getattr(reading, name)
        if items:
            table = Table(
                title=f"{name} ({len(items)})", title_justify="left", box=None, show_header=False, pad_edge=False
            )
            for item in items:
                table.add_row(Text(told(item)))
            parts.append(table)
    parts.append(Text("title after stripping: ", style="bold") + Text(title or "-"))
    spans = Table(title="removed", title_justify="left", box=None, pad_edge=False)
    for heading in ("kind", "slot", "rule", "evidence", "text"):
        spans.add_column(heading, overflow="fold")
    for span in removed:
        spans.add_row(span.kind, span.slot or "", span.rule, "; ".join(span.evidence), Text(span.text[:200]))
    parts.append(spans)
    return Group(*parts)
