"""Second step of the block model: every block again, knowing what the first step thinks of the whole page.

Stacked sequential learning (Cohen and Carvalho, 2005): the first step's probabilities of neighbours, of the containers
around the block, of blocks with the same tag path and of the run the block stands in become features.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from crawler.reading.arrays import Matrix, Tree, Vector, shifted

REPEATED = (
    "length", "link_share", "tag", "chars", "stops", "ends_closed", "ends_stop", "ends_colon", "label", "dated", "w_classes",
    "n_content", "n_article", "n_comment", "n_related", "n_share", "n_footer", "n_aside", "n_advert", "n_caption", "n_tags",
    "n_quote", "n_newsletter", "n_meta", "n_title", "n_nav", "t_p", "t_article", "t_li", "t_figure", "position",
    "text_before", "page_blocks", "page_length", "c0_link", "c0_density", "c1_link", "c1_density", "c1_blocks", "c2_link",
    "c1_short", "path_count", "path_length", "path_link", "alike0", "alike1", "in_best", "best_up_steps", "best_down_steps",
    "lead_up", "lead_down", "from_lead", "prose_since_lead", "lead1_share", "lead2_share", "headline_up", "headline_down",
    "from_headline", "prose_since_headline", "title_overlap", "text_count", "in_json_ld", "is_description", "nth_alike",
    "big_alike", "bold", "anchors", "from_heading", "length-1", "length+1", "link-1", "link+1", "tag-1", "tag+1", "cjk",
    "wording", "c0_wording", "c1_wording", "c2_wording", "subject_share", "c1_subject", "c2_subject", "story_share", "c1_story",
    "c2_story", "dates_since_lead", "linked_since_lead", "headings_since_lead", "big_headings_since_lead",
    "linked_headings_since_lead", "related_since_lead", "comment_since_lead", "author_since_lead",
)  # fmt: skip
LIKELY = 0.5
JOIN = 2  # runs of likely blocks with fewer unlikely ones between them are one run


def context_features(names: list[str], first: Matrix, tree: Tree, p: Vector) -> Matrix:
    """Rows for the second model: chosen columns of the first step and what `p` says of the surroundings."""
    count = len(p)
    columns: list[Any] = [first[:, names.index(name)] for name in REPEATED]
    length = first[:, names.index("length")]
    index = np.arange(count)
    likely = p > LIKELY
    weight = np.minimum(length, 100) + 1
    columns.append(p)
    columns.extend(shifted(p, by) for by in (-4, -3, -2, -1, 1, 2, 3, 4))
    columns.extend(window_means(p))

    mass = np.concatenate(([0.0], np.cumsum(p * weight)))
    size = np.concatenate(([0.0], np.cumsum(weight)))
    total = mass[-1] + 1e-6
    mass_of, size_of = mass[tree.last] - mass[tree.first], size[tree.last] - size[tree.first]
    node = tree.node
    for _ in range(5):
        columns.append(mass_of[node] / (size_of[node] + 1e-6))
        columns.append(mass_of[node] / total)
        node = np.maximum(tree.parent[node], 0)
    columns.append(mass[:-1] / total)
    columns.append((total - mass[1:]) / total)
    columns.append(np.full(count, total))
    columns.append(np.full(count, p.max(initial=0)))
    columns.append(np.full(count, likely.sum()))

    add_containers(columns, tree, p * np.minimum(length, 150), index)
    add_distances(columns, tree, p, likely, length, index)
    add_paths(columns, tree, p, weight, likely, length)
    add_runs(columns, tree, p, weight, likely, length, index)
    return np.stack(columns, axis=1).astype(np.float32)


def window_means(p: Vector) -> list[Vector]:
    """Means of p over 5 and 11 blocks."""
    total = np.concatenate(([0.0], np.cumsum(p)))
    count = len(p)
    index = np.arange(count)
    means = []
    for half in (2, 5):
        low, high = np.maximum(index - half, 0), np.minimum(index + half + 1, count)
        means.append(((total[high] - total[low]) / np.maximum(high - low, 1)).astype(np.float32))
    return means


def add_containers(columns: list[Any], tree: Tree, mass: Vector, index: NDArray[np.int64]) -> None:
    """Place relative to the container with the most probable text, and to the smallest ones holding most of it."""
    points = np.zeros(len(tree.parent))
    np.add.at(points, tree.node, mass)
    np.add.at(points, tree.above(tree.node, 1), 0.8 * mass)
    np.add.at(points, tree.above(tree.node, 2), 0.4 * mass)
    best = int(points.argmax())
    up, down = tree.meeting(best)
    columns += [up[tree.node], down[tree.node], (index >= tree.first[best]) & (index < tree.last[best])]
    total = np.concatenate(([0.0], np.cumsum(mass)))
    mass_of = total[tree.last] - total[tree.first]
    for share in (0.6, 0.85, 0.97):
        enough = np.nonzero(mass_of >= share * total[-1])[0]
        at = int(enough[tree.depth[enough].argmax()])
        columns += [(index >= tree.first[at]) & (index < tree.last[at]), tree.depth[tree.node] - tree.depth[at]]


def add_distances(
    columns: list[Any], tree: Tree, p: Vector, likely: NDArray[np.bool_], length: Vector, index: NDArray[np.int64]
) -> None:
    """Gaps to the likely blocks before and after, in blocks, text and tree steps."""
    count = len(p)
    where = np.nonzero(likely)[0]
    low, high = (int(where[0]), int(where[-1])) if len(where) else (count, -1)
    columns += [np.clip(index - low, -20, 20), np.clip(high - index, -20, 20)]
    before = np.maximum.accumulate(np.where(likely, index, -99))
    after = np.minimum.accumulate(np.where(likely, index, 9999)[::-1])[::-1]
    columns += [np.clip(index - before, 0, 30), np.clip(after - index, 0, 30)]
    unlikely = np.concatenate(([0.0], np.cumsum(length * ~likely)))
    columns.append(np.where(before >= 0, unlikely[index] - unlikely[np.maximum(before, 0)], 500.0))
    columns.append(np.where(after < 9999, unlikely[np.minimum(after, count - 1)] - unlikely[index], 500.0))
    strong = np.nonzero(likely & (length > 12))[0]
    if len(strong):
        up, down = tree.meeting(int(tree.node[strong[0]]))
        columns += [up[tree.node], down[tree.node]]
    else:
        columns += [np.full(count, -1.0), np.full(count, -1.0)]
    back, ahead = steps_to_likely(tree, likely)
    columns += [back, ahead]


def steps_to_likely(tree: Tree, likely: NDArray[np.bool_]) -> tuple[Vector, Vector]:
    """Steps up from each block to where it meets the likely block before it, and the one after it; -9 without one."""
    count = len(likely)
    meet = tree.neighbour_depth()
    depth = tree.depth[tree.node]
    back, ahead = np.full(count, -9.0, np.float32), np.full(count, -9.0, np.float32)
    depths, meets, flags = depth.tolist(), meet.tolist(), likely.tolist()
    level = 999
    for i in range(count):
        if i and meets[i] < level:
            level = meets[i] if level < 999 else level
        if level < 999:
            back[i] = depths[i] - level
        if flags[i]:
            level = depths[i]
    level = 999
    for i in range(count - 1, -1, -1):
        if i + 1 < count and meets[i + 1] < level:
            level = meets[i + 1] if level < 999 else level
        if level < 999:
            ahead[i] = depths[i] - level
        if flags[i]:
            level = depths[i]
    return back, ahead


def add_paths(
    columns: list[Any], tree: Tree, p: Vector, weight: Vector, likely: NDArray[np.bool_], length: Vector
) -> None:
    """What p says of all blocks with the same tag path."""
    code = tree.code[tree.node]
    size = int(tree.code.max(initial=0)) + 1
    mass = np.bincount(code, weights=p * weight, minlength=size)
    total = np.bincount(code, weights=weight, minlength=size)
    columns.append((mass / np.maximum(total, 1e-6))[code])
    columns.append((mass / (mass.sum() + 1e-6))[code])
    strong = np.nonzero(likely & (length > 12))[0]
    columns.append(code == (code[strong[0]] if len(strong) else -1))
    columns.append(code == int(mass.argmax()))


def add_runs(
    columns: list[Any], tree: Tree, p: Vector, weight: Vector, likely: NDArray[np.bool_], length: Vector,
    index: NDArray[np.int64],
) -> None:  # fmt: skip
    """The page as runs of likely blocks: the block's own run against the first and against the heaviest one."""
    count = len(p)
    where = np.nonzero(likely)[0]
    if not len(where):
        columns.extend(np.full(count, -1.0) for _ in range(12))
        return
    starts = np.concatenate(([True], np.diff(where) > JOIN))
    run_of_likely = np.cumsum(starts) - 1
    runs = int(run_of_likely[-1]) + 1
    run = np.full(count, -1)
    # an unlikely block belongs to the run before it
    run = run_of_likely[np.maximum(np.searchsorted(where, index, side="right") - 1, 0)]
    mass = np.bincount(run_of_likely, weights=(p * weight)[where], minlength=runs)
    total = np.bincount(run_of_likely, weights=weight[where], minlength=runs)
    mean = mass / np.maximum(total, 1e-6)
    blocks = np.bincount(run_of_likely, minlength=runs)
    heaviest = int(mass.argmax())
    strong = np.nonzero((likely & (length > 12))[where])[0]
    lead = int(run_of_likely[strong[0]]) if len(strong) else 0
    first_block = where[starts]
    columns += [
        mass[run], mean[run], blocks[run], run, np.full(count, runs), run - heaviest, run - lead,
        mean[run] - mean[lead], mass[run] / mass[lead], mass[run] / mass[heaviest],
    ]  # fmt: skip
    up, down = tree.meeting(int(tree.node[first_block[lead]]))
    at = tree.node[first_block[run]]
    columns += [up[at], down[at]]
