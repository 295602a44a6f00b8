"""The page's nodes and blocks as arrays: the common ground of both steps of the block model."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from crawler.reading.page import Page

Matrix = NDArray[np.float32]
Vector = NDArray[np.float32]

FAR = 12  # cap of distances between a node and an ancestor with some property


def bits(masks: NDArray[np.int64], count: int) -> Matrix:
    """Bit masks to a 0/1 matrix, one column a bit."""
    return ((masks[:, None] >> np.arange(count)) & 1).astype(np.float32)


class Columns:
    """Gathers named columns of equal length."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.names: list[str] = []
        self.columns: list[Vector] = []

    def add(self, name: str, values: Any) -> None:
        self.names.append(name)
        self.columns.append(np.asarray(values, dtype=np.float32))

    def add_all(self, prefix: str, names: tuple[str, ...], matrix: Matrix) -> None:
        for i, name in enumerate(names):
            self.add(prefix + name, matrix[:, i])

    def matrix(self) -> Matrix:
        return np.array(self.columns).T if self.rows else np.zeros((0, len(self.columns)), np.float32)


class Tree:
    """The page's nodes and blocks as arrays."""

    def __init__(self, page: Page) -> None:
        nodes, blocks = page.nodes, page.blocks
        self.parent = np.array([n.parent for n in nodes], np.int64)
        self.first = np.array([n.first for n in nodes], np.int64)
        self.last = np.array([n.last for n in nodes], np.int64)
        self.depth = np.array([n.depth for n in nodes], np.int64)
        self.node = np.array([b.node for b in blocks], np.int64)
        self.code = np.zeros(len(nodes), np.int64)  # equal for nodes with the same path of tags and classes
        self.lead: int | None = None  # the block that add_lead found
        self.words: list[set[str]] = []  # of every block, as wording.block_words has them
        self.levels = [np.nonzero(self.depth == d)[0] for d in range(1, int(self.depth.max(initial=0)) + 1)]

    def sums(self, values: Any) -> Vector:
        """Sum of a block value over every node."""
        total = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
        return np.asarray(total[self.last] - total[self.first], np.float32)

    def inherit(self, own: Matrix) -> Matrix:
        """Distance (0 = the node itself) to the nearest ancestor with a property, FAR when there is none."""
        distance = np.where(own > 0, 0, FAR).astype(np.float32)
        for level in self.levels:
            above = distance[self.parent[level]] + 1
            distance[level] = np.minimum(distance[level], above)
        return np.minimum(distance, FAR)

    def meeting(self, node: int) -> tuple[Vector, Vector]:
        """For every node the steps up to the lowest common ancestor with `node`, and from there down to `node`."""
        common = np.zeros(len(self.parent), np.int64)
        up = node
        line = np.zeros(len(self.parent), bool)
        while up >= 0:
            line[up] = True
            up = int(self.parent[up])
        for level in self.levels:
            common[level] = np.where(line[level], self.depth[level], common[self.parent[level]])
        return (self.depth - common).astype(np.float32), (self.depth[node] - common).astype(np.float32)

    def neighbour_depth(self) -> NDArray[np.int64]:
        """For every block the depth at which it meets the block before it (0 for the first)."""
        parent, depth, node = self.parent.tolist(), self.depth.tolist(), self.node.tolist()
        meet = np.zeros(len(node), np.int64)
        for i in range(1, len(node)):
            one, two = node[i - 1], node[i]
            while one != two:
                if depth[one] >= depth[two]:
                    one = parent[one]
                else:
                    two = parent[two]
            meet[i] = depth[one]
        return meet

    def above(self, node: NDArray[np.int64], steps: int) -> NDArray[np.int64]:
        """The ancestor so many steps up; the root stays the root."""
        for _ in range(steps):
            node = np.maximum(self.parent[node], 0)
        return node


def path_codes(page: Page) -> list[int]:
    """A number for every node's path of tags and classes; equal for the repeated parts of a page."""
    known: dict[tuple[int, str, str], int] = {}
    made: list[int] = []
    for node in page.nodes:
        # digits at the end of a class or id tell siblings apart
        key = (made[node.parent] if node.parent >= 0 else -1, node.tag, node.names.rstrip("0123456789 "))
        made.append(known.setdefault(key, len(known)))
    return made


def shifted(values: Vector, by: int, fill: float = 0.0) -> Vector:
    """values[i + by] for every i."""
    out = np.full_like(values, fill)
    if by > 0:
        out[:-by] = values[by:]
    elif by < 0:
        out[-by:] = values[:by]
    return out
