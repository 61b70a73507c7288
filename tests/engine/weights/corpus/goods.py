"""Valid files of every format, for tests that cut them off and change them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from tests.engine.weights import writers
from tests.engine.weights.corpus.cases import Maker, body
from tests.engine.weights.writers import Module


def _module() -> Module:
    fields = {"weight": np.ones((2, 3), np.float32), "bias": np.ones(2), "train": True, "name": "a", "none": None}
    return Module("nn.Linear", fields)


def _net() -> torch.nn.Module:
    return torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Linear(3, 1))


def _torchscript(path: Path) -> Path:
    return writers.torchscript(path, _net(), torch.ones(1, 2))


def _saved(path: Path, zipped: bool) -> Path:
    value = {"n": 3, "net": {"a": torch.ones(2, 3).t(), "b": torch.ones(1, dtype=torch.float16)}}
    torch.save(value, path, _use_new_zipfile_serialization=zipped)
    return path


def _safetensors(path: Path) -> Path:
    from safetensors.torch import save_file

    save_file({"a": torch.ones(2, 3), "b": torch.ones(1, dtype=torch.int64)}, path)
    return path


def _bundle(folder: Path, per_block: int) -> Path:
    arrays = {"net/a": np.ones((2, 3), np.float32), "net/b": np.ones(4, np.float16)}
    return writers.write_bundle(folder, arrays, per_block=per_block)


GOODS: dict[str, Maker] = {
    "zip": lambda folder: _saved(folder / "w", True),
    "legacy": lambda folder: _saved(folder / "w", False),
    "lightning": lambda folder: writers.lightning(folder / "w", {"a": torch.ones(3)}),
    "torchscript": lambda folder: _torchscript(folder / "w"),
    "torch7": lambda folder: writers.write_t7(folder / "w", {"model": [_module(), _module()], "mean": np.ones(3)}),
    "safetensors": lambda folder: _safetensors(folder / "w"),
    "bundle": lambda folder: _bundle(folder, 50),
    "bundle-of-many-blocks": lambda folder: _bundle(folder, 1),
    "json": lambda folder: body(folder, "w", '{"mpv": [0.4560, 0.4472, 0.4155], "arc": "celeba"}'),
}
