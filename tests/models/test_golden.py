"""From the authors' own containers to the picture: import, fill in one pass, compare with what their code answered.

The checkpoints are made by a rule (`tests.models.golden`). Set INPAINT_STUDIO_REFERENCE to a folder of further answers
(the same arrays at full precision, ``<name>.npz``) to compare with those too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch

from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.engine.weights.importer import import_files
from inpaint_studio.models.base.interface import Options
from tests.engine.weights import writers
from tests.models import golden

Arrays = dict[str, np.ndarray[Any, Any]]
REFERENCE = os.environ.get("INPAINT_STUDIO_REFERENCE")
_MEAN, _STD = (np.array(v, np.float32)[:, None, None] for v in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))


def _tensors(weights: Arrays) -> dict[str, torch.Tensor]:
    return {key: torch.from_numpy(value) for key, value in weights.items()}


def _flat(folder: Path, weights: Arrays) -> list[Path]:
    torch.save(_tensors(weights), folder / "net.pth")
    return [folder / "net.pth"]


def _wrapped(at: str, **beside: Any) -> Callable[[Path, Arrays], list[Path]]:
    """A checkpoint that holds the state dictionary under a key."""

    def write(folder: Path, weights: Arrays) -> list[Path]:
        path = folder / "checkpoint.pth"
        torch.save({at: _tensors(weights), **beside}, path)
        return [path]

    return write


def _glcic(folder: Path, weights: Arrays) -> list[Path]:
    config = folder / "config.json"
    config.write_text(json.dumps({"mpv": golden.vectors("glcic")["mpv"].reshape(3).tolist(), "data_dir": "somewhere"}))
    return [*_flat(folder, weights), config]


def _iizuka(folder: Path, weights: Arrays) -> list[Path]:
    """The official file: a table of a flat nn.Sequential and the mean."""
    modules = []
    for layer in range(17):
        prefix = f"{layer}.0." if layer < 16 else "16."
        kind = "nn.SpatialFullConvolution" if layer in (12, 14) else "nn.SpatialDilatedConvolution"
        modules.append(writers.Module(kind, {"weight": weights[f"{prefix}weight"], "bias": weights[f"{prefix}bias"]}))
        if layer < 16:
            names = ("weight", "bias", "running_mean", "running_var")
            norm = {name: weights[f"{layer}.1.{name}"] for name in names}
            modules.append(writers.Module("nn.SpatialBatchNormalization", norm))
            modules.append(writers.Module("nn.ReLU", {"inplace": True}))
    modules.append(writers.Module("nn.Sigmoid", {}))
    path = folder / "completionnet.t7"
    mean = golden.vectors("glcic_iizuka")["mean"].reshape(3)
    writers.write_t7(path, {"model": writers.Module("nn.Sequential", {"modules": modules}), "mean": mean})
    return [path]


def _edge_connect(folder: Path, _weights: Arrays) -> list[Path]:
    files = []
    for name, file in (("edgeconnect_g1", "EdgeModel_gen.pth"), ("edgeconnect_g2", "InpaintingModel_gen.pth")):
        torch.save({"iteration": 1, "generator": _tensors(golden.checkpoint(name))}, folder / file)
        files.append(folder / file)
    return files


def _tensorflow(folder: Path, weights: Arrays) -> list[Path]:
    """A TF1 checkpoint with what the authors' holds beside the generator; kernels are height, width, in, out."""
    bundle = {key: value.transpose(2, 3, 1, 0) if value.ndim == 4 else value for key, value in weights.items()}
    bundle |= {"discriminator/conv1/kernel": np.ones((5, 5, 3, 4), np.float32), "beta1_power": np.float32(0.5)}
    writers.write_bundle(folder, {key: np.ascontiguousarray(value) for key, value in bundle.items()})
    return [folder]


def _lightning(folder: Path, weights: Arrays) -> list[Path]:
    path = folder / "best.ckpt"
    state = {f"generator.{key}": value for key, value in _tensors(weights).items()}
    writers.lightning(path, state | {"val_evaluator.scores.weight": torch.ones(3)})
    return [path]


def _mmagic(*others: str) -> Callable[[Path, Arrays], list[Path]]:
    """A file of open-mmlab/mmagic: not a zip archive, with what the training needs beside the generator."""

    def write(folder: Path, weights: Arrays) -> list[Path]:
        path = folder / "published_20200619-00000000.pth"
        state = {f"generator.{key}": value for key, value in _tensors(weights).items()}
        state |= {key: torch.ones(4, 3, 5, 5) for key in others}
        meta = {"mmedit_version": "0.5.0", "config": "model = dict()", "time": "Fri Jun 19 2020"}
        torch.save({"meta": meta, "state_dict": state}, path, _use_new_zipfile_serialization=False)
        return [path]

    return write


_CRITIC, _VGG = "disc.global_disc.conv1.conv.weight", "loss_percep.vgg.vgg_layers.0.weight"


def _symmetric(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return (values + 1) / 2


def _unchanged(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return values


class Case(NamedTuple):
    """How a checkpoint is packed, and how the network's values become the product's."""

    vectors: str
    pack: Callable[[Path, Arrays], list[Path]] = _flat
    to_unit: Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]] = _symmetric
    span: float = 2.0  # how long the network's range is beside the product's
    fine: str = "fine"
    settings: Mapping[str, str] | None = None
    reverse: bool = False  # the colours of what was drawn
    fed_reversed: bool = False  # the picture, too, for the network was fed it as it stands
    tolerance: float = 1e-4  # in the network's range


CASES = {
    "context-encoder": Case("context_encoder", _wrapped("state_dict", epoch=1)),
    "glcic": Case("glcic", _glcic, _unchanged, 1.0),
    "glcic-official": Case("glcic_iizuka", _iizuka, _unchanged, 1.0),
    "glcic-converted": Case("glcic_iizuka", _wrapped("model"), _unchanged, 1.0),
    "partial-conv": Case("pconv_unet", _wrapped("model", n_iter=1), lambda v: v * _STD + _MEAN, 1 / 0.225),
    "shift-net": Case("shiftnet"),
    "shift-net-flip": Case("shiftnet_face_flip"),
    "deepfill-v1-official": Case("deepfillv1_official_tf", _tensorflow, reverse=True, fed_reversed=True),
    "deepfill-v1": Case("deepfillv1_daa233"),
    "deepfill-v2-official": Case("deepfillv2_official_tf", _tensorflow, reverse=True, fed_reversed=True),
    "deepfill-v2": Case("deepfillv2_pt", _wrapped("G", n_iter=1)),
    "deepfill-v2-tf": Case("deepfillv2_tf", _wrapped("G")),
    "deepfill-v2-tf-fuse": Case("deepfillv2_tf_fuse", _wrapped("G"), settings={"fuse": "true"}),
    "edge-connect": Case("edgeconnect_e2e", _edge_connect, _unchanged, 1.0, "fine_test"),
    "edge-connect-merged": Case("edgeconnect_e2e", _edge_connect, _unchanged, 1.0, "fine_merged", {"merge": "true"}),
    "lama": Case("lama", _lightning, _unchanged, 1.0),
    "mi-gan": Case("migan_256"),
    "deepfill-v1-mmagic": Case("mmagic_deepfillv1", _mmagic(_CRITIC), reverse=True),
    "deepfill-v2-mmagic": Case("mmagic_deepfillv2", _mmagic("disc.conv1.conv.weight_orig"), reverse=True),
    "glcic-mmagic": Case("mmagic_gl", _mmagic(_CRITIC), reverse=True),
    "partial-conv-mmagic": Case("mmagic_pconv", _mmagic(_VGG), reverse=True),
    "aot-gan": Case("aotgan", tolerance=1e-3),
    "aot-gan-mmagic": Case("mmagic_aotgan", _mmagic("disc.model.0.conv.weight_orig", _VGG), tolerance=1e-3),
    "espa": Case("espa_stage1", fine="coarse"),
    "espa-free": Case("espa_stage1", fine="coarse", settings={"grid": "free"}),
}


def _answer(case: Case, folder: Path, monkeypatch: pytest.MonkeyPatch, arrays: Arrays) -> Any:
    """What `fill` in one pass says about the authors' picture with the imported checkpoint, RGB as they held it."""
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(folder / "data"))
    made = {} if case.vectors == "edgeconnect_e2e" else golden.checkpoint(case.vectors)
    (folder / "given").mkdir()
    files = case.pack(folder / "given", made)
    imported = import_files(files, settings=case.settings, ticket=Ticket())
    pixels = arrays["image_u8"][..., ::-1] if case.fed_reversed else arrays["image_u8"]
    hole = arrays["mask_u8"] > 127
    if case.vectors == "context_encoder":  # its hole is always the middle
        hole = np.zeros_like(hole)
        hole[36:92, 36:92] = True
    request = Request(
        np.ascontiguousarray(pixels), hole, imported.weights.name, options=Options(whole=True), plain=True
    )
    return fill(request, Ticket()).raw


def _compare(case: Case, raw: Any, arrays: Arrays) -> None:
    tolerance = case.tolerance / case.span
    stages = {case.fine: raw.output} if case.fine == "coarse" else {case.fine: raw.output, "coarse": raw.coarse}
    for theirs, ours in stages.items():
        if theirs not in arrays:
            continue
        expected = case.to_unit(arrays[theirs][0])
        found = ours[::-1] if case.reverse else ours
        if case.vectors == "context_encoder":
            found = found[:, 32:96, 32:96]
        np.testing.assert_allclose(found, expected, atol=tolerance, rtol=0)
    if "edge" in arrays:
        np.testing.assert_allclose(raw.edges, arrays["edge"][0, 0], atol=1e-4, rtol=0)


@pytest.mark.parametrize("name", CASES)
def test_the_authors_answer(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = CASES[name]
    arrays = golden.vectors(case.vectors)
    _compare(case, _answer(case, tmp_path, monkeypatch, arrays), arrays)


@pytest.mark.skipif(REFERENCE is None, reason="INPAINT_STUDIO_REFERENCE names no folder of further answers")
@pytest.mark.parametrize("name", [*CASES, "mi-gan-512"])
def test_further_answers(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = CASES[name] if name in CASES else Case("migan_512")
    arrays = golden.vectors(case.vectors, Path(REFERENCE or ""))
    _compare(case, _answer(case, tmp_path, monkeypatch, arrays), arrays)
