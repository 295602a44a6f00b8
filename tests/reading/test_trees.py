"""Boosted trees are those of LightGBM, without its Python package."""

import json
import lzma
import subprocess
import sys

import lightgbm
import numpy as np
import pytest

from crawler.reading.model import MODEL
from crawler.reading.trees import Trees


@pytest.fixture(scope="module")
def model() -> str:
    text: str = json.loads(lzma.decompress(MODEL.read_bytes()))["first"]
    return text


def test_probabilities_are_those_of_the_python_package(model: str) -> None:
    trees = Trees(model)
    rows = np.random.default_rng(1).normal(0, 10, (300, trees.width)).astype(np.float32)
    wanted = lightgbm.Booster(model_str=model).predict(rows, num_threads=1, validate_features=False)
    assert np.array_equal(trees.predict(rows), np.asarray(wanted, np.float32))
    assert len(trees.predict(rows[:0])) == 0


def test_broken_models_and_rows_of_another_width_are_refused(model: str) -> None:
    with pytest.raises(RuntimeError):
        Trees("no model")
    with pytest.raises(ValueError, match="features"):
        Trees(model).predict(np.zeros((2, 3), np.float32))


def test_reading_imports_no_data_frames() -> None:
    code = "import sys; from crawler.reading.reader import warm_up; warm_up(); print({'lightgbm', 'pandas', 'scipy'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"
