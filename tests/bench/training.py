"""Training of the block model: rows from the practice pages, k-fold by host, the final model."""

import json
import lzma
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

from crawler.reading.arrays import FAR, Matrix, Tree, Vector
from crawler.reading.context import context_features
from crawler.reading.decode import decode
from crawler.reading.features import page_features
from crawler.reading.page import Page
from crawler.reading.wording import WORDING_NAMES, wording_features
from tests.bench.augment import Story, augmented
from tests.bench.corpus import Sample, fold_of
from tests.bench.labels import label_blocks
from tests.bench.wordings import learned_weights

FOLDS = 4
CHINESE_WEIGHT = 2.5  # few pages, and the ones that matter most
FORUM_WEIGHT = 0.3  # their gold keeps readers' comments, articles must lose them
AUGMENTED_WEIGHT = 0.5
NAMELESS = 0.5  # share of the copies that lose their class and id names
COPIES = {True: 3, False: 1}  # harder copies of a Chinese page, of any other page
FIRST = {"num_leaves": 31, "learning_rate": 0.08, "min_data_in_leaf": 30, "feature_fraction": 0.35, "lambda_l2": 3.0}
SECOND = {"num_leaves": 24, "learning_rate": 0.07, "min_data_in_leaf": 50, "feature_fraction": 0.4, "lambda_l2": 5.0}
COMMON = {"objective": "binary", "bagging_fraction": 0.7, "bagging_freq": 1, "max_bin": 127, "verbose": -1, "seed": 7,
          "min_sum_hessian_in_leaf": 1.0, "deterministic": True, "force_col_wise": True, "num_threads": 2}  # fmt: skip
FIRST_TREES, SECOND_TREES = 180, 110


@dataclass(slots=True)
class Row:
    """One page ready for training: features, labels, weights."""

    sample: Sample
    fold: int
    names: list[str]
    features: Matrix
    tree: Tree
    labels: Vector
    weights: Vector
    copied: bool
    word_ids: NDArray[np.int32]  # the words of all blocks, one block after the other
    word_counts: NDArray[np.int32]  # how many each block has

    @property
    def host(self) -> str:
        """The fold group."""
        return self.sample.host


def make_row(sample: Sample, page: Page, labels: list[float], vocabulary: dict[str, int], *, copied: bool) -> Row:
    """Features and weights of one page. Longer blocks weigh more; a page weighs by the root of its number of blocks.
    `vocabulary` numbers the words met so far, and grows."""
    names, features, tree = page_features(page)
    ids = [vocabulary.setdefault(word, len(vocabulary)) for found in tree.words for word in sorted(found)]
    counts = [len(found) for found in tree.words]
    tree.words = []
    weight = CHINESE_WEIGHT if sample.is_chinese else 1.0
    if sample.corpus == "magic_forum":
        weight *= FORUM_WEIGHT
    if copied:
        weight *= AUGMENTED_WEIGHT
    share = np.minimum(np.array([b.length for b in page.blocks], np.float32), 120) + 6
    weights = weight * share / share.sum() * np.sqrt(len(share)) * 8
    return Row(sample, fold_of(sample.host, FOLDS), names, features, tree, np.array(labels, np.float32), weights, copied,
               np.array(ids, np.int32), np.array(counts, np.int32))  # fmt: skip


def make_rows(samples: list[Sample], vocabulary: dict[str, int], *, copies: bool = True) -> list[Row]:
    """Rows of all pages, and of their harder copies; the words they hold enter the vocabulary."""
    pools: dict[tuple[int, bool], list[Story]] = {}
    for sample in samples:
        if sample.corpus != "magic_forum":
            least = 25 if sample.is_chinese else 60
            paragraphs = [line.strip() for line in sample.gold["text"].split("\n") if len(line.strip()) >= least]
            if len(paragraphs) >= 2:
                title = sample.gold.get("title") or paragraphs[-1][: least + 5]
                pools.setdefault((fold_of(sample.host, FOLDS), sample.is_chinese), []).append(Story(title, paragraphs))
    rng = random.Random(7)
    rows = []
    for sample in samples:
        text = decode(sample.body, None).text
        page = Page(text, sample.url)
        labels = label_blocks(page, sample.gold["text"])
        if page.blocks:
            rows.append(make_row(sample, page, labels, vocabulary, copied=False))
        if not copies or sample.corpus == "magic_forum" or max(labels, default=0) < 0.5:
            continue
        for _ in range(COPIES[sample.is_chinese]):
            page = Page(text, sample.url)
            harder = augmented(page, labels, pools[fold_of(sample.host, FOLDS), sample.is_chinese], rng)
            if harder is not None:
                rows.append(make_row(sample, page, harder, vocabulary, copied=True))
                if rng.random() < NAMELESS:
                    forget_names(rows[-1])
    return rows


def forget_names(row: Row) -> None:
    """Blind the row to class and id names: old pages have none, and new ones call a body "widget"."""
    for column, name in enumerate(row.names):
        if name.startswith("n_"):
            row.features[:, column] = FAR


def fit(rows: list[Row], matrices: list[Matrix], parameters: dict[str, Any], trees: int) -> Any:
    """One boosted model over the rows."""
    data = lightgbm.Dataset(
        np.concatenate(matrices),
        np.concatenate([row.labels for row in rows]) >= 0.5,
        weight=np.concatenate([row.weights for row in rows]),
        free_raw_data=True,
    )
    return lightgbm.train({**COMMON, **parameters}, data, trees)


def out_of_fold(
    rows: list[Row], matrices: list[Matrix], parameters: dict[str, Any], trees: int
) -> tuple[list[Vector], list[Any]]:
    """Each page's probabilities by a model that saw no page of its fold, and the models by fold."""
    models = []
    found: list[Vector] = [np.zeros(0, np.float32)] * len(rows)
    for fold in range(FOLDS):
        chosen = [i for i, row in enumerate(rows) if row.fold != fold]
        model = fit([rows[i] for i in chosen], [matrices[i] for i in chosen], parameters, trees)
        models.append(model)
        for i, row in enumerate(rows):
            if row.fold == fold:
                found[i] = np.asarray(model.predict(matrices[i], num_threads=1), np.float32)
    return found, models


@dataclass(slots=True)
class Trained:
    """The two models of every fold, and the rows' probabilities out of fold."""

    first: list[Any]
    second: list[Any]
    weights: list[dict[str, float]]  # of words
    all_weights: dict[str, float]  # of words, from all rows
    rows: list[Row]
    first_scores: list[Vector]
    scores: list[Vector]


def cross_validate(rows: list[Row], vocabulary: dict[str, int], say: Callable[[str], None] = print) -> Trained:
    """Word weights and both steps, k-fold by host. Training pages carry odds and first-step scores of models that did not
    see them, as unseen pages will."""
    odds, weights, all_weights = learned_weights(rows, vocabulary, FOLDS)
    for row, of_blocks in zip(rows, odds, strict=True):
        length = row.features[:, row.names.index("length")]
        row.features = np.concatenate([row.features, wording_features(row.tree, length, of_blocks)], axis=1)
        row.names = [*row.names, *WORDING_NAMES]
    say(f"weights of {len(all_weights)} words learned")
    first_scores, first = out_of_fold(rows, [row.features for row in rows], FIRST, FIRST_TREES)
    say("first step trained")
    matrices = [
        context_features(row.names, row.features, row.tree, p) for row, p in zip(rows, first_scores, strict=True)
    ]
    scores, second = out_of_fold(rows, matrices, SECOND, SECOND_TREES)
    say("second step trained")
    return Trained(first, second, weights, all_weights, rows, first_scores, scores)


def final_models(trained: Trained) -> tuple[Any, Any]:
    """Both steps trained on all rows, for shipping."""
    rows = trained.rows
    first = fit(rows, [row.features for row in rows], FIRST, FIRST_TREES)
    matrices = [
        context_features(row.names, row.features, row.tree, p)
        for row, p in zip(rows, trained.first_scores, strict=True)
    ]
    return first, fit(rows, matrices, SECOND, SECOND_TREES)


def save(path: Path, first: Any, second: Any, facts: dict[str, Any]) -> None:
    """The model file: JSON with both boosters in LightGBM's text form, xz."""
    data = {**facts, "first": first.model_to_string(), "second": second.model_to_string()}
    path.write_bytes(lzma.compress(json.dumps(data, sort_keys=True).encode(), preset=9 | lzma.PRESET_EXTREME))
