"""Answers of the authors' own networks under weights that a rule makes, and those weights.

The networks of the published repositories were filled by the rule below and run once on one synthetic picture; what
they answered lies in ``tests/data/golden`` (numbers of 20 bits, each array with its scale). `keys.json.gz` there holds
the names, shapes and types of every tensor in the authors' checkpoints.

The rule: over all keys in sorted order, key number k with n values i = 0, 1, ...: s = sin(0.37 i + k) for vectors,
w = sin(0.37 i + 0.011 (i (i mod 97) mod 1009) + k) for everything of more axes; a convolution's weights are
gain / sqrt(n / first axis) w, biases 0.05 s, gains of norms and running variances 1 + 0.1 s, running means 0.1 s.
"""

from __future__ import annotations

import gzip
import json
import math
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch

from inpaint_studio.models.base.checkpoint_format import Dialect
from inpaint_studio.models.base.network_model import System, load_network
from inpaint_studio.models.networks import Hints, Inpainter

DATA = Path(__file__).resolve().parent.parent / "data" / "golden"
GAINS = {
    "deepfillv1_daa233": 1.7,
    "deepfillv1_official_tf": 1.7,
    "deepfillv2_tf": 3.2,
    "deepfillv2_tf_fuse": 3.2,
    "deepfillv2_official_tf": 3.2,
    "deepfillv2_pt": 3.2,
    "glcic": 2.3,
    "glcic_iizuka": 2.4,
    "context_encoder": 2.2,
    "edgeconnect_g1": 1.5,
    "edgeconnect_g2": 1.5,
    "pconv_unet": 1.2,
    "migan_256": 1.25,
    "migan_512": 1.25,
    "lama": 1.1,
    "shiftnet": 0.6,
    "shiftnet_face_flip": 0.6,
    "mmagic_deepfillv1": 1.55,
    "mmagic_deepfillv2": 3.2,
    "mmagic_gl": 2.0,
    "mmagic_pconv": 1.0,
    "aotgan": 2.0,
    "mmagic_aotgan": 1.8,
    "espa_stage1": 1.6,
}
_FIR = np.outer([1, 3, 3, 1], [1, 3, 3, 1]).astype(np.float32) / 64


@cache
def keys(name: str) -> dict[str, tuple[tuple[int, ...], str]]:
    """Shape and type of every tensor in the authors' checkpoint, by its name there."""
    table = json.loads(gzip.decompress((DATA / "keys.json.gz").read_bytes()))[name]
    return {key: (tuple(shape), kind) for key, (shape, kind) in table.items()}


def vectors(name: str, folder: Path = DATA) -> dict[str, np.ndarray[Any, Any]]:
    """What the authors' network was given (`image_u8` H x W x 3, `mask_u8` 255 in the hole) and what it answered."""
    with np.load(folder / f"{name}.npz") as file:
        held = {key: file[key] for key in file.files}
    scales = {key: float(held.pop(f"{key}_scale")) for key in list(held) if f"{key}_scale" in held}
    return {key: (value * scales[key]).astype(np.float32) if key in scales else value for key, value in held.items()}


def checkpoint(name: str) -> dict[str, np.ndarray[Any, Any]]:
    """The authors' checkpoint under the rule: their names, their layout (convolutions of TensorFlow in PyTorch's)."""
    gain, scaled = GAINS[name], name == "pconv_unet"
    table = keys(name)
    made = {key: tensor(k, key, *table[key], gain, scaled) for k, key in enumerate(sorted(table))}
    for key in made:
        if key.endswith("weight_u"):
            _spectral(made, key, sorted(table).index(key))
    return made


def tensor(
    k: int, key: str, shape: tuple[int, ...], kind: str, gain: float, scaled: bool = False
) -> np.ndarray[Any, Any]:
    """The values of key number `k` by the rule; `kind` is the type's name."""
    n = math.prod(shape)
    if not kind.startswith("float"):
        return np.zeros(shape, kind)
    structural = _structural(key, shape)
    if structural is not None:
        return structural
    i = np.arange(n)
    s = np.sin(0.37 * i.astype(np.float64) + k)
    if key.endswith("running_var"):
        values = 1 + 0.1 * s
    elif key.endswith("running_mean"):
        values = 0.1 * s
    elif len(shape) == 1 and key.endswith("weight"):
        values = 1 + 0.1 * s
    elif len(shape) <= 1:
        values = 0.05 * s
    else:
        w = np.sin(0.37 * i + 0.011 * ((i * (i % 97)) % 1009) + k)
        fan = n / shape[0]
        factor = 1.0 if key.endswith("noise_const") else gain * math.sqrt(fan) if scaled else gain / math.sqrt(fan)
        values = factor * w
    return values.reshape(shape).astype(np.float32)


def _structural(key: str, shape: tuple[int, ...]) -> np.ndarray[Any, Any] | None:
    """What the authors hold as constants."""
    if re.search(r"(^|\.)(mask_conv\.weight|weight_mask_updater)$", key):
        return np.ones(shape, np.float32)
    if re.search(r"(^|\.)fuse_(weight|kernel)$", key):
        return np.eye(3, dtype=np.float32).reshape(shape)
    if re.search(r"(^|\.)filter_const$", key):
        grid = np.zeros(shape, np.float32)
        grid[..., ::2, ::2] = 1
        return grid
    if re.search(r"(^|\.)filter\.weight$", key):
        return np.broadcast_to(_FIR * (4 if "upsample" in key else 1), shape).copy()
    return None


def _spectral(made: dict[str, np.ndarray[Any, Any]], key: str, k: int) -> None:
    """Three steps of the power iteration from a vector of the rule, as spectral normalisation stores them."""
    base = key.removesuffix("weight_u")
    weight = made[f"{base}weight_orig"].astype(np.float64)
    rows = len(made[key])
    forward = rows == weight.shape[0] and len(made[f"{base}weight_v"]) == weight[0].size
    matrix = weight.reshape(len(weight), -1) if forward else weight.transpose(1, 0, 2, 3).reshape(weight.shape[1], -1)
    u = _unit(np.sin(0.37 * np.arange(rows) + k))
    for _ in range(3):
        v = _unit(matrix.T @ u)
        u = _unit(matrix @ v)
    made[key], made[f"{base}weight_v"] = u.astype(np.float32), v.astype(np.float32)


def _unit(vector: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return vector / max(float(np.linalg.norm(vector)), 1e-12)


def network(
    system: System,
    dialect: str,
    parts: Mapping[str, Mapping[str, np.ndarray[Any, Any]]],
    settings: Mapping[str, Any] | None = None,
) -> Inpainter:
    """The system with the parts of a checkpoint in that dialect, ready for `ask`."""
    form = next(d for d in system.dialects if d.name == dialect)
    config, tensors = translated(system, form, parts, settings)
    made = load_network(system, config, tensors, dialect)
    made.optimise()
    return made


def translated(
    system: System,
    form: Dialect,
    parts: Mapping[str, Mapping[str, np.ndarray[Any, Any]]],
    settings: Mapping[str, Any] | None = None,
) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    """The configuration and this program's own tensors; every part must hold exactly what the dialect expects."""
    config: dict[str, Any] = {}
    for part in form.parts:
        shapes = {key: value.shape for key, value in parts[part.name].items()}
        own = part.configure(shapes)
        expected = part.expected(system.table.restore(own))
        assert {key: tuple(shape) for key, shape in expected.items()}.items() <= shapes.items()
        assert not [key for key in shapes if key not in expected and not re.search(part.optional or r"(?!)", key)]
        config |= own
    config = system.table.restore(config | dict(settings or {}))
    inputs = {name: {k: torch.from_numpy(np.array(v)) for k, v in part.items()} for name, part in parts.items()}
    return config, {key: value.contiguous() for key, value in form.translate(inputs, config).items()}


def ask(made: Inpainter, image: np.ndarray[Any, Any], hole: np.ndarray[Any, Any], **hints: Any) -> SimpleNamespace:
    """What the network answers about `image` (H x W x 3 uint8) and `hole` (H x W bool), as arrays."""
    picture = torch.from_numpy(image.astype(np.float32) / np.float32(255)).permute(2, 0, 1)[None].contiguous()
    inside = torch.from_numpy(hole.astype(np.float32))[None, None]
    with torch.inference_mode():
        answer = made.fill(picture, inside, Hints(**hints), lambda _: None)
    return SimpleNamespace(**{key: None if value is None else value.numpy() for key, value in answer._asdict().items()})
