"""JSON beside a checkpoint, as GLCIC-PyTorch's config.json: lists of numbers become tensors, the rest is left out."""

from __future__ import annotations

import json
from typing import Any, NoReturn

import numpy as np
import torch

from inpaint_studio.engine.weights.readers.byte_source import MAX_DEPTH, MAX_DIMS, ByteRange, ByteSource, UnusableFile
from inpaint_studio.engine.weights.readers.tensors import TensorView, collect_tensors, make_view
from inpaint_studio.texts import tr

_MAX_BYTES = 1 << 20  # a configuration has a few hundred


def list_tensors(source: ByteSource) -> dict[str, TensorView]:
    """List every list of numbers in the file by its key, as float32. Raises UnusableFile."""
    if source.size > _MAX_BYTES:
        raise UnusableFile(
            tr("is JSON, but much longer than a configuration is; choose the file with the network's weights")
        )
    try:
        tree = json.loads(source.read_at(0, source.size).decode("utf-8-sig"), parse_constant=_refuse_constant)
    except RecursionError:
        raise UnusableFile(tr("is nested too deeply for a configuration; look for another file")) from None
    except ValueError as error:
        raise UnusableFile(tr("looks like JSON but is damaged; download it again")) from error
    found = collect_tensors(_keep_tensors(tree, MAX_DEPTH))
    if not found:
        raise UnusableFile(tr("is JSON without a list of numbers; choose the file with the network's weights"))
    return found


def _refuse_constant(text: str) -> NoReturn:
    raise UnusableFile(tr("holds numbers that are not finite ({text}); look for another file", text=text))


def _keep_tensors(tree: Any, depth: int) -> dict[str, Any]:
    """Copy the dictionaries of a tree with their lists of numbers as tensors, and nothing else."""
    if not isinstance(tree, dict) or not depth:
        return {}
    inner = {key: _keep_tensors(value, depth - 1) for key, value in tree.items() if isinstance(value, dict)}
    return inner | {key: tensor for key, value in tree.items() if (tensor := _to_view(value)) is not None}


def _to_view(value: Any) -> TensorView | None:
    """Make a tensor of a list of numbers, or of equally long such lists; None for anything else."""
    if not isinstance(value, list) or not _only_numbers(value, MAX_DIMS):
        return None  # NumPy would reserve the length of the longest text for every text
    try:
        numbers = np.array(value)
    except ValueError:  # rows of different lengths
        return None
    if numbers.dtype.kind not in "iuf" or not numbers.size:
        return None
    raw = torch.from_numpy(numbers.astype(np.float32).reshape(-1).view(np.uint8))
    return make_view(ByteRange(raw.numel(), lambda: raw), torch.float32, numbers.shape)


def _only_numbers(values: list[Any], depth: int) -> bool:
    return all(
        _only_numbers(value, depth - 1) if isinstance(value, list) and depth > 1 else type(value) in (int, float)
        for value in values
    )
