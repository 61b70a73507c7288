"""JSON beside a checkpoint, as GLCIC-PyTorch's config.json: its lists of numbers are tensors, the rest is left out."""

from __future__ import annotations

import json
from typing import Any, NoReturn

import numpy as np
import torch

from inpaint_studio.engine.weights.readers.byte_source import DEEPEST, MOST_DIMS, ByteRange, ByteSource, UnusableFile
from inpaint_studio.engine.weights.readers.tensors import TensorView, collect_tensors, view

_MOST = 1 << 20  # bytes; a configuration has a few hundred


def list_tensors(source: ByteSource) -> dict[str, TensorView]:
    """Every list of numbers by its key, as float32."""
    if source.size > _MOST:
        raise UnusableFile(
            "is JSON, but much longer than a configuration is; choose the file with the network's weights"
        )
    try:
        tree = json.loads(source.take(0, source.size).decode("utf-8-sig"), parse_constant=_not_a_number)
    except RecursionError:
        raise UnusableFile("is nested too deeply for a configuration; look for another file") from None
    except ValueError as error:
        raise UnusableFile("looks like JSON but is damaged; download it again") from error
    found = collect_tensors(_with_views(tree, DEEPEST))
    if not found:
        raise UnusableFile("is JSON without a list of numbers; choose the file with the network's weights")
    return found


def _not_a_number(text: str) -> NoReturn:
    raise UnusableFile(f"holds numbers that are not numbers ({text}); look for another file")


def _with_views(tree: Any, deepest: int) -> dict[str, Any]:
    """The same tree with its lists of numbers as tensors, and nothing else."""
    if not isinstance(tree, dict) or not deepest:
        return {}
    inner = {key: _with_views(value, deepest - 1) for key, value in tree.items() if isinstance(value, dict)}
    return inner | {key: tensor for key, value in tree.items() if (tensor := _numbers(value)) is not None}


def _numbers(value: Any) -> TensorView | None:
    """A list of numbers, or of equally long such lists."""
    if not isinstance(value, list) or not _only_numbers(value, MOST_DIMS):
        return None  # NumPy would give every text the room of the longest
    try:
        numbers = np.array(value)
    except ValueError:  # rows of different lengths
        return None
    if numbers.dtype.kind not in "iuf" or not numbers.size:
        return None
    raw = torch.from_numpy(numbers.astype(np.float32).reshape(-1).view(np.uint8))
    return view(ByteRange(raw.numel(), lambda: raw), torch.float32, numbers.shape)


def _only_numbers(values: list[Any], deepest: int) -> bool:
    return all(
        _only_numbers(value, deepest - 1) if isinstance(value, list) and deepest > 1 else type(value) in (int, float)
        for value in values
    )
