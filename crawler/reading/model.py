"""The block model: two boosted models in one data file, applied to all blocks of a page."""

import json
import lzma
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from crawler.reading.arrays import Tree, Vector
from crawler.reading.context import context_features
from crawler.reading.features import page_features
from crawler.reading.page import Page
from crawler.reading.wording import WORDING_NAMES, wording, wording_features


@contextmanager
def _hidden(*names: str) -> Iterator[None]:
    """Modules that are not there for an import, unless they are loaded already."""
    hidden = [name for name in names if sys.modules.setdefault(name, None) is None]  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


with _hidden("pandas", "pyarrow"):  # lightgbm takes them wherever they are installed: 60 MB a process, of no use to us
    import lightgbm

MODEL = Path(__file__).parent / "body.model.xz"


@dataclass(frozen=True, slots=True)
class BlockModel:
    """What docs/model.md describes. `threshold`: probability from which a block is article text; `weights`: of words."""

    first: Any
    second: Any
    threshold: float
    weights: Mapping[str, float]

    def scores(self, page: Page) -> tuple[Vector, Tree]:
        """For every block of the page the probability (0 to 1) that it is article text; and the page's tree as arrays.

        The mean of both steps: the first is steadier, the second more exact.
        """
        names, features, tree = page_features(page)
        odds = wording_features(tree, features[:, names.index("length")], wording(tree, self.weights))
        names, features = [*names, *WORDING_NAMES], np.concatenate([features, odds], axis=1)
        first = predict(self.first, features)
        second = predict(self.second, context_features(names, features, tree, first))
        return np.asarray((first + second) / 2, np.float32), tree


def predict(booster: Any, rows: Any) -> Vector:
    """Probabilities, on one thread: a reader process has one core."""
    return np.asarray(booster.predict(rows, num_threads=1, validate_features=False), np.float32)


@cache
def block_model(path: Path = MODEL) -> BlockModel:
    """The shipped model, read once a process."""
    data = json.loads(lzma.decompress(path.read_bytes()))
    return BlockModel(
        lightgbm.Booster(model_str=data["first"]),
        lightgbm.Booster(model_str=data["second"]),
        data["threshold"],
        data["weights"],
    )
