"""Text that a stray </div> of its own has pushed out of the container it was written in."""

from itertools import takewhile

from crawler.reading.page import Block, Node, Page

SHORTEST = 12.0  # weighted length of a sentence


def spilled(page: Page, container: Node) -> list[int]:
    """Blocks right behind a container that go on as it does: paragraphs without names, links or boxes, as most of its own are,
    where the page closes more boxes than it opens. Empty for all other pages."""
    rest = list(takewhile(lambda block: _is_child(page, block, container.parent), page.blocks[container.last :]))
    own = [block for block in page.blocks[container.first : container.last] if _is_child(page, block, container.index)]
    if not rest or 2 * len(own) <= container.last - container.first:
        return []
    # Asked last: it counts in the whole source.
    return [block.index for block in rest] if page.text.count("</div") > page.text.count("<div") else []


def _is_child(page: Page, block: Block, parent: int) -> bool:
    """Whether a block is a plain paragraph of prose directly in a node."""
    node = page.nodes[block.node]
    is_plain = node.tag == "p" and not node.names and not block.hidden and not block.anchors
    return is_plain and node.parent == parent and block.length >= SHORTEST
