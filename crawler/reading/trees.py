"""Boosted trees, through the C interface of LightGBM: its Python package takes 30 MB a process for data frames and sparse
matrices, which a reader has no use for (lightgbm/include/LightGBM/c_api.h).
"""

import ctypes
import weakref
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from crawler.reading.arrays import Matrix, Vector

_FLOAT32, _BY_ROW, _NORMAL, _ALL_TREES = 0, 1, 0, -1  # the interface's own constants
_ONE_THREAD = b"num_threads=1"  # a reader process has one core


@cache
def _library() -> ctypes.CDLL:
    package = find_spec("lightgbm")
    assert package is not None
    files = sorted((Path(str(package.origin)).parent / "lib").glob("*lib_lightgbm.*"))
    library = ctypes.CDLL(str(files[0]))
    library.LGBM_GetLastError.restype = ctypes.c_char_p
    return library


def _call(name: str, *arguments: Any) -> None:
    library = _library()
    if getattr(library, name)(*arguments):
        raise RuntimeError(f"{name}: {library.LGBM_GetLastError().decode()}")


class Trees:
    """One boosted model, from LightGBM's text form. Raises RuntimeError when that is broken."""

    def __init__(self, model: str) -> None:
        handle, trees = ctypes.c_void_p(), ctypes.c_int()
        _call("LGBM_BoosterLoadModelFromString", model.encode(), ctypes.byref(trees), ctypes.byref(handle))
        weakref.finalize(self, _library().LGBM_BoosterFree, handle)
        width = ctypes.c_int()
        _call("LGBM_BoosterGetNumFeature", handle, ctypes.byref(width))
        self._handle = handle
        self.width = width.value

    def predict(self, rows: Matrix) -> Vector:
        """A probability for each row of `width` features; ValueError for rows of another width."""
        if rows.ndim != 2 or rows.shape[1] != self.width:
            raise ValueError(f"the model has {self.width} features, the rows have shape {rows.shape}")
        values = np.ascontiguousarray(rows, np.float32)
        out, length = np.empty(len(values)), ctypes.c_int64()
        _call(
            "LGBM_BoosterPredictForMat",
            self._handle,
            values.ctypes.data_as(ctypes.c_void_p),
            ctypes.c_int(_FLOAT32),
            ctypes.c_int32(values.shape[0]),
            ctypes.c_int32(values.shape[1]),
            ctypes.c_int(_BY_ROW),
            ctypes.c_int(_NORMAL),
            ctypes.c_int(0),
            ctypes.c_int(_ALL_TREES),
            ctypes.c_char_p(_ONE_THREAD),
            ctypes.byref(length),
            out.ctypes.data_as(ctypes.c_void_p),
        )
        return out.astype(np.float32)
