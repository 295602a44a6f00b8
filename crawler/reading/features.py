"""Numbers about every block of a page, for the block model."""

from collections.abc import Iterator
from operator import add

import numpy as np

from crawler.reading.arrays import Columns, Matrix, Tree, Vector, bits, path_codes, shifted
from crawler.reading.blocks import HEADINGS
from crawler.reading.characters import NUMBER_NAMES, SHORT, text_numbers
from crawler.reading.lexicon import folded, name_mask, text_mask, words
from crawler.reading.page import Page
from crawler.reading.wording import add_since_lead, add_subject, block_words

TAGS = {name: code for code, name in enumerate(
    ["p", "div", "li", "td", "span", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "a", "blockquote", "pre", "figcaption", "figure", "dd", "dt", "section", "article", "main", "aside", "header", "footer", "nav", "button", "label", "center", "caption", "th", "form", "address", "ul", "ol", "body", "details", "summary"], 1)}  # fmt: skip
ANCESTOR_TAGS = ("article", "main", "aside", "nav", "header", "footer", "form", "figure", "table", "li", "ul", "ol",
                 "blockquote", "dl", "p", "td", "section", "figcaption", "pre")  # fmt: skip
ANCESTOR_INDEX = {name: i for i, name in enumerate(ANCESTOR_TAGS)}
ANCESTOR_ROWS = np.eye(len(ANCESTOR_TAGS) + 1, len(ANCESTOR_TAGS), dtype=np.float32)  # the last row, -1, is empty


def page_features(page: Page) -> tuple[list[str], Matrix, Tree]:
    """Feature names, a row of features for every block (float32), and the arrays behind them."""
    blocks = page.blocks
    count = len(blocks)
    table = Columns(count)
    tree = Tree(page)
    lexicon = words()

    length = np.array([b.length for b in blocks], np.float32)
    link_share = np.array([b.link_share for b in blocks], np.float32)
    hidden = np.array([b.hidden for b in blocks], np.float32)
    prose = length * (1 - link_share) * (1 - hidden)
    tag = np.array([TAGS.get(b.tag, 0) for b in blocks], np.float32)
    numbers = text_numbers([b.text for b in blocks])
    heading = np.array([b.tag in HEADINGS for b in blocks], np.float32)
    masks = np.array([text_mask(b.text) if len(b.text) <= SHORT else 0 for b in blocks], np.int64)
    text_bits = bits(masks, len(lexicon["text"]))

    table.add("length", length)
    table.add("link_share", link_share)
    table.add("anchors", [min(len(b.anchors), 20) for b in blocks])
    table.add("cjk", [b.cjk / len(b.text) for b in blocks])
    table.add("bold", [b.bold_share for b in blocks])
    table.add("broken", [b.broken for b in blocks])
    table.add("hidden", hidden)
    table.add("tag", tag)
    table.add_all("", NUMBER_NAMES, numbers)
    table.add_all("w_", lexicon["text"], text_bits)
    spam = text_bits.sum(axis=1)
    table.add("w_classes", spam)
    table.add("inline", [name_mask(b.inline) if b.inline else 0 for b in blocks])

    add_names(table, page, tree)
    add_positions(table, page, tree, length, prose)
    add_containers(table, page, tree, length, link_share, prose, numbers[:, 2])
    add_titles(table, page, tree, heading, prose)
    add_repetition(table, page, tree, length, link_share)
    lead = add_lead(table, page, tree, prose, numbers, spam)
    tree.words = [block_words(b.text) for b in blocks]
    add_since_lead(table, page, lead, numbers[:, NUMBER_NAMES.index("dated")], masks)
    add_subject(table, page, tree)

    for by in (-2, -1, 1, 2):
        for name, values in (("length", length), ("link", link_share), ("tag", tag)):
            table.add(f"{name}{by:+d}", shifted(values, by, -1))
    for by in (-1, 1):
        table.add(f"spam{by:+d}", shifted(spam, by, -1))
        table.add(f"closed{by:+d}", shifted(numbers[:, 3], by, -1))
    same = np.array([b.node for b in blocks], np.float32)
    table.add("same_node-1", shifted(same, -1, -1) == same)
    table.add("same_node+1", shifted(same, 1, -1) == same)
    window = np.convolve(prose, np.ones(7), "same") if count else prose
    table.add("prose_near", np.asarray(window)[:count] if count >= 7 else np.full(count, prose.sum()))
    return table.names, table.matrix(), tree


def add_names(table: Columns, page: Page, tree: Tree) -> None:
    """Distance to the nearest ancestor with a telling class, id or tag."""
    lexicon = words()
    names = lexicon["names"]
    own = bits(np.array([name_mask(n.names) if n.names else 0 for n in page.nodes], np.int64), len(names))
    tags = ANCESTOR_ROWS[[ANCESTOR_INDEX.get(n.tag, -1) for n in page.nodes]]
    distance = tree.inherit(np.concatenate([own, tags], axis=1))[tree.node]
    table.add_all("n_", names, distance[:, : len(names)])
    table.add_all("t_", ANCESTOR_TAGS, distance[:, len(names) :])
    table.add("depth", tree.depth[tree.node])


def add_positions(table: Columns, page: Page, tree: Tree, length: Vector, prose: Vector) -> None:
    """Where the block stands in the page, and facts of the whole page."""
    count = len(page.blocks)
    index = np.arange(count)
    total, all_prose = float(length.sum()) or 1.0, float(prose.sum()) or 1.0
    table.add("position", index / max(1, count))
    table.add("text_before", np.cumsum(length) / total)
    table.add("prose_before", np.cumsum(prose) / all_prose)
    table.add("page_blocks", np.full(count, count))
    table.add("page_length", np.full(count, total))
    table.add("page_prose", np.full(count, all_prose / total))
    table.add("page_longest", np.full(count, prose.max(initial=0)))
    images = np.zeros(count + 1, np.float32)
    for image in page.images:
        images[image.before] += 1
    table.add("image_before", images[:-1])
    table.add("image_after", images[1:])
    table.add("node_blocks", (tree.last - tree.first)[tree.node])


def add_containers(
    table: Columns, page: Page, tree: Tree, length: Vector, link_share: Vector, prose: Vector, stops: Vector
) -> None:
    """Shares of the ancestors, and membership in the container that readability's score would choose."""
    count = len(page.blocks)
    total, all_prose = float(length.sum()) or 1.0, float(prose.sum()) or 1.0
    text_of = tree.sums(length)
    prose_of = tree.sums(prose)
    stops_of = tree.sums(stops)
    blocks_of = (tree.last - tree.first).astype(np.float32)
    link_of = tree.sums(length * link_share)
    short_of = tree.sums((length < 8).astype(np.float32))
    node = tree.node
    for level in range(5):
        at = tree.above(node, level)
        size = np.maximum(blocks_of[at], 1)
        table.add(f"c{level}_text", text_of[at] / total)
        table.add(f"c{level}_prose", prose_of[at] / all_prose)
        table.add(f"c{level}_link", link_of[at] / np.maximum(text_of[at], 1))
        table.add(f"c{level}_density", prose_of[at] / size)
        table.add(f"c{level}_blocks", size)
        table.add(f"c{level}_short", short_of[at] / size)
        table.add(f"c{level}_stops", stops_of[at] / size)
        table.add(f"c{level}_place", (np.arange(count) - tree.first[at]) / size)
    # readability's idea (Arc90): prose feeds its parent, and half of it the grandparent
    points = np.zeros(len(page.nodes), np.float64)
    long_enough = np.where(prose >= 10, np.minimum(prose, 400), 0.0)
    np.add.at(points, node, long_enough)
    np.add.at(points, tree.above(node, 1), 0.8 * long_enough)
    np.add.at(points, tree.above(node, 2), 0.4 * long_enough)
    points *= 1 - np.minimum(1, link_of / np.maximum(text_of, 1))
    best = int(points.argmax())
    up, down = tree.meeting(best)
    table.add("best_up_steps", up[node])
    table.add("best_down_steps", down[node])
    for name, at_node in (("best", best), ("best_up", max(0, int(tree.parent[best])))):
        first, last = int(tree.first[at_node]), int(tree.last[at_node])
        index = np.arange(count)
        table.add(f"in_{name}", (index >= first) & (index < last))
        table.add(f"from_{name}", np.clip(index - first, -30, 30))
        table.add(f"to_{name}", np.clip(last - index, -30, 30))
        table.add(f"{name}_share", np.full(count, prose_of[at_node] / all_prose))
    # the smallest node that holds most of the prose in long blocks
    long_prose = tree.sums(np.where(length > 15, prose, 0))
    for name, share in (("most", 0.55), ("nearly_all", 0.85)):
        enough = np.nonzero(long_prose >= share * float(long_prose[0]))[0]
        at_node = int(enough[tree.depth[enough].argmax()]) if len(enough) else 0
        index = np.arange(count)
        first, last = int(tree.first[at_node]), int(tree.last[at_node])
        table.add(f"in_{name}", (index >= first) & (index < last))
        table.add(f"from_{name}", np.clip(index - first, -30, 30))
        table.add(f"to_{name}", np.clip(last - index, -30, 30))


def add_titles(table: Columns, page: Page, tree: Tree, heading: Vector, prose: Vector) -> None:
    """Agreement with <title>, the place after the headline, the description and the JSON-LD body."""
    blocks = page.blocks
    count = len(blocks)
    starts = [folded(b.text[:200]) for b in blocks]
    title = folded(page.title_raw or "") + folded(page.meta.get("og:title", ""))
    grams = set(trigrams(title))
    overlap = np.zeros(count, np.float32)
    for i, own in enumerate(starts):
        middle = len(own) // 2
        # most blocks fall at this first look: no piece of them stands in the title
        if 3 <= len(own) <= 150 and (own[:3] in grams or own[middle : middle + 3] in title or own[-3:] in grams):
            overlap[i] = sum(map(grams.__contains__, trigrams(own))) / (len(own) - 2)
    table.add("title_overlap", overlap)
    headline = page.headline
    at = headline.index if headline is not None else -1
    index = np.arange(count)
    table.add("from_headline", np.clip(index - at, -60, 200) if at >= 0 else np.full(count, -99))
    before = np.concatenate(([0.0], np.cumsum(prose)))
    table.add("prose_since_headline", before[:-1] - before[at] if at >= 0 else np.full(count, -9999))
    if headline is not None:
        up, down = tree.meeting(headline.node)
        table.add("headline_up", up[tree.node])
        table.add("headline_down", down[tree.node])
    else:
        table.add("headline_up", np.full(count, -1))
        table.add("headline_down", np.full(count, -1))
    for name in ("h1", "h2", "h3"):
        table.add(f"{name}_before", np.cumsum([b.tag == name and not b.hidden for b in blocks]))
    last_heading = np.maximum.accumulate(np.where(heading > 0, index, -1)) if count else index
    table.add("from_heading", np.clip(index - last_heading, 0, 40))
    description = folded(page.meta.get("og:description") or page.meta.get("description") or "")[:40]
    if len(description) >= 12:
        table.add("is_description", [own.startswith(description[:24]) for own in starts])
    else:
        table.add("is_description", np.zeros(count))
    article = article_body(page)
    found = np.full(count, -1.0, np.float32)
    if len(article) >= 80:
        found = np.array([float(own[:60] in article) if len(own) > 3 else 0.5 for own in starts], np.float32)
    table.add("in_json_ld", found)


def trigrams(text: str) -> Iterator[str]:
    """All pieces of three characters."""
    return map(add, map(add, text, text[1:]), text[2:])


def article_body(page: Page) -> str:
    """Folded text of JSON-LD's articleBody, empty when the page has none."""
    if '"articleBody"' not in page.text:
        return ""
    bodies = [item["articleBody"] for item in page.json_ld if isinstance(item.get("articleBody"), str)]
    return folded(max(bodies, key=len)) if bodies else ""


def add_repetition(table: Columns, page: Page, tree: Tree, length: Vector, link_share: Vector) -> None:
    """How often the block's tag path, its text and its container's shape occur on the page."""
    count = len(page.blocks)
    signature = path_codes(page)
    node_code = np.array(signature, np.int64)
    tree.code = node_code
    code = node_code[tree.node]
    size = int(node_code.max()) + 1
    same = np.bincount(code, minlength=size).astype(np.float32)
    same_length = np.bincount(code, weights=length, minlength=size)
    same_link = np.bincount(code, weights=length * link_share, minlength=size)
    table.add("path_count", same[code])
    table.add("path_length", (same_length / np.maximum(same, 1))[code])
    table.add("path_link", (same_link / np.maximum(same_length, 1))[code])
    siblings = np.bincount(node_code, minlength=size).astype(np.float32)
    for level in (0, 1, 2):
        table.add(f"alike{level}", siblings[node_code[tree.above(tree.node, level)]])
    prose_of = tree.sums(length * (1 - link_share))
    big = prose_of >= 60
    rank = np.zeros(len(signature), np.float32)
    seen: dict[int, int] = {}
    for at in np.nonzero(big)[0]:
        rank[at] = seen.get(signature[at], 0)
        seen[signature[at]] = int(rank[at]) + 1
    group = np.array([seen.get(s, 0) if b else 0 for s, b in zip(signature, big, strict=True)], np.float32)
    for level_nodes in tree.levels:
        above = tree.parent[level_nodes]
        rank[level_nodes] = np.maximum(rank[level_nodes], rank[above])
        group[level_nodes] = np.maximum(group[level_nodes], group[above])
    table.add("nth_alike", rank[tree.node])
    table.add("big_alike", group[tree.node])
    texts: dict[str, int] = {}
    for block in page.blocks:
        texts[block.text] = texts.get(block.text, 0) + 1
    table.add("text_count", [texts[b.text] for b in page.blocks] if count else np.zeros(0))


def add_lead(table: Columns, page: Page, tree: Tree, prose: Vector, numbers: Matrix, spam: Vector) -> int:
    """Nearness to the lead: the first block of prose after the headline. It finds the short story that is swamped by
    longer excerpts of others. Returns the lead's index, 0 when there is none."""
    count = len(page.blocks)
    index = np.arange(count)
    start = page.headline.index if page.headline is not None else -1
    closed = numbers[:, NUMBER_NAMES.index("stops")] + numbers[:, NUMBER_NAMES.index("ends_stop")]
    likely = np.nonzero((index > start) & (prose >= 12) & ((closed > 0) | (prose >= 30)) & (spam < 5))[0]
    if not len(likely):
        likely = np.nonzero(prose >= 5)[0]
    lead = int(likely[0]) if len(likely) else 0
    node = int(tree.node[lead]) if count else 0
    up, down = tree.meeting(node)
    table.add("lead_up", up[tree.node])
    table.add("lead_down", down[tree.node])
    table.add("from_lead", np.clip(index - lead, -30, 60))
    before = np.concatenate(([0.0], np.cumsum(prose)))
    table.add("prose_since_lead", before[:-1] - before[lead] if count else before[:-1])
    total = float(prose.sum()) or 1.0
    prose_of = tree.sums(prose)
    tree.lead = lead if len(likely) else None
    for steps in (1, 2, 3):
        at = int(tree.above(np.array([node]), steps)[0])
        table.add(f"lead{steps}_share", np.full(count, prose_of[at] / total))
        table.add(f"in_lead{steps}", (index >= tree.first[at]) & (index < tree.last[at]))
    table.add("lead_tag", np.array([b.tag == page.blocks[lead].tag for b in page.blocks]) if count else index)
    table.add("lead_gap", np.full(count, lead - start))
    return lead
