"""Which blocks of a page are the article."""

from dataclasses import dataclass, field
from typing import Any

from crawler.reading.page import Page
from crawler.reading.profile import Profile


@dataclass(slots=True)
class Body:
    """`first` and `last` (exclusive) bound the blocks of the container; `indices` are those that are article text.

    `scores[i]` is the probability that block i of the page is article text. `confidence` (0 to 1) says how much of the
    choice is likely right. `selector` is a CSS selector of the container that holds on other pages of the site.
    """

    first: int
    last: int
    node: int  # index in page.nodes of the container
    element: Any
    indices: list[int]
    scores: list[float]
    confidence: float
    selector: str | None = None
    by: str = "model"  # profile, model
    reasons: dict[int, str] = field(default_factory=dict)  # block index -> rule that overruled the model


def find_body(page: Page, profile: Profile) -> Body:
    """The article's blocks, by the profile's container when it is known and present, else by the block model."""
    best, best_score = 0, -1.0
    for node in page.nodes:
        score = sum(
            b.length * (1 - b.link_share)
            for b in page.blocks[node.first : node.last]
            if b.length > 8 and b.node == node.index
        )
        score += 0.7 * sum(
            b.length * (1 - b.link_share)
            for b in page.blocks[node.first : node.last]
            if b.length > 8 and page.nodes[b.node].parent == node.index
        )
        if score > best_score:
            best, best_score = node.index, score
    node = page.nodes[best]
    indices = [b.index for b in page.blocks[node.first : node.last] if not b.hidden and b.link_share < 0.6]
    chosen = set(indices)
    scores = [1.0 if b.index in chosen else 0.0 for b in page.blocks]
    return Body(node.first, node.last, best, node.element, indices, scores, 0.5)
