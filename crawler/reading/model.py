"""The block model: two boosted models in one data file, applied to all blocks of a page."""

import json
import lzma
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from crawler.reading.arrays import Tree, Vector
from crawler.reading.context import context_features
from crawler.reading.features import page_features
from crawler.reading.page import Page
from crawler.reading.trees import Trees
from crawler.reading.wording import WORDING_NAMES, wording, wording_features

MODEL = Path(__file__).parent / "body.model.xz"
SURELY_NONE, SURELY_TEXT = 0.02, 0.9  # beyond these the second step changed no block of the practice pages


@dataclass(frozen=True, slots=True)
class BlockModel:
    """What docs/model.md describes. `threshold`: probability from which a block is article text; `weights`: of words."""

    first: Trees
    second: Trees
    threshold: float
    weights: Mapping[str, float]

    def scores(self, page: Page) -> tuple[Vector, Tree]:
        """For every block of the page the probability (0 to 1) that it is article text; and the page's tree as arrays.

        The mean of both steps where the first is in doubt: the first is steadier, the second more exact.
        """
        names, features, tree = page_features(page)
        odds = wording_features(tree, features[:, names.index("length")], wording(tree, self.weights))
        names, features = [*names, *WORDING_NAMES], np.concatenate([features, odds], axis=1)
        scores = self.first.predict(features)
        doubtful = (scores > SURELY_NONE) & (scores < SURELY_TEXT)
        if doubtful.any():
            second = self.second.predict(context_features(names, features, tree, scores)[doubtful])
            scores[doubtful] = (scores[doubtful] + second) / 2
        return scores, tree


@cache
def block_model(path: Path = MODEL) -> BlockModel:
    """The shipped model, read once a process."""
    data = json.loads(lzma.decompress(path.read_bytes()))
    return BlockModel(
        Trees(data["first"]),
        Trees(data["second"]),
        data["threshold"],
        data["weights"],
    )
