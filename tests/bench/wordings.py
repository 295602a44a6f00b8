"""Training of the word weights of the block model: a logistic regression over the words of blocks, k-fold by host."""

from collections import defaultdict
from typing import Any, Protocol

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from scipy.optimize import minimize

from crawler.reading.arrays import Vector

HOSTS = 6  # a word must stand on so many hosts: no site's own phrases
PENALTY = 3e-6
STEPS = 60


class Blocks(Protocol):
    """What is needed of a training page: its fold, host, words (as numbers of the vocabulary), labels and weights."""

    fold: int
    host: str
    copied: bool
    word_ids: NDArray[np.int32]
    word_counts: NDArray[np.int32]
    labels: Vector
    weights: Vector


def common_words(rows: list[Any], vocabulary: dict[str, int]) -> dict[str, int]:
    """The words that stand on enough hosts, numbered anew from 0."""
    hosts: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        if not row.copied:
            for number in np.unique(row.word_ids).tolist():
                hosts[number].add(row.host)
    kept = sorted(word for word, number in vocabulary.items() if len(hosts[number]) >= HOSTS)
    return {word: i for i, word in enumerate(kept)}


def matrix_of(rows: list[Any], vocabulary: dict[str, int], common: dict[str, int]) -> Any:
    """Sparse rows, one a block: 1 over the root of the number of its known words for each of them."""
    number = np.full(len(vocabulary), -1, np.int32)
    for word, i in common.items():
        number[vocabulary[word]] = i
    ids = np.concatenate([number[row.word_ids] for row in rows])
    counts = np.concatenate([row.word_counts for row in rows])
    block = np.repeat(np.arange(len(counts)), counts)
    ids, block = ids[ids >= 0], block[ids >= 0]
    known = np.bincount(block, minlength=len(counts))
    values = 1 / np.sqrt(known[block])
    return scipy.sparse.csr_matrix((values, (block, ids)), shape=(len(counts), len(common)))


def fit_weights(words: Any, article: NDArray[np.bool_], weight: Vector) -> NDArray[np.float64]:
    """Weights of all words and, last, the constant: weighted logistic regression with an L2 penalty, by L-BFGS."""
    sign = np.where(article, 1.0, -1.0)
    weight = weight / weight.sum()

    def loss(point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = sign * (words @ point[:-1] + point[-1])
        slope = -(weight * sign / (1 + np.exp(np.minimum(margin, 50))))
        value = float((weight * np.logaddexp(0, -margin)).sum() + PENALTY * (point[:-1] ** 2).sum())
        return value, np.append(words.T @ slope + 2 * PENALTY * point[:-1], slope.sum())

    start = np.zeros(words.shape[1] + 1)
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x)


def learned_weights(
    rows: list[Any], vocabulary: dict[str, int], folds: int
) -> tuple[list[Vector], list[dict[str, float]], dict[str, float]]:
    """For every row the blocks' log odds by weights that saw no page of its fold; these weights by fold; and the weights
    of all rows, for shipping. The harder copies take no part in learning: their words are those of the pages."""
    common = common_words(rows, vocabulary)
    words = matrix_of(rows, vocabulary, common)
    sizes = [len(row.labels) for row in rows]
    fold = np.repeat([row.fold for row in rows], sizes)
    original = np.repeat([not row.copied for row in rows], sizes)
    article = np.concatenate([row.labels for row in rows]) >= 0.5
    weight = np.concatenate([row.weights for row in rows])
    odds = np.zeros(len(fold), np.float32)
    by_fold = []
    for number in [*range(folds), -1]:
        chosen = original & (fold != number)
        point = fit_weights(words[chosen], article[chosen], weight[chosen])
        odds[fold == number] = words[fold == number] @ point[:-1] + point[-1]
        by_fold.append(
            {"": round(float(point[-1]), 3)} | {word: round(float(point[i]), 2) for word, i in common.items()}
        )
    ends = np.cumsum(sizes)
    return (
        np.split(odds, ends[:-1]),
        by_fold[:-1],
        {word: value for word, value in by_fold[-1].items() if value or not word},
    )
