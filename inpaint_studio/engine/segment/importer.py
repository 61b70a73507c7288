"""Import MobileSAM from files that the user has: its authors' checkpoint, or a pair of ONNX files made from it.

What the files are is recognised by their contents: keys and shapes, or inputs and outputs. Nothing in them is run as
code, except the network itself by ONNX Runtime.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from inpaint_studio.engine.segment import store
from inpaint_studio.engine.segment.store import TITLE
from inpaint_studio.errors import WeightsError
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from torch import Tensor

    from inpaint_studio.engine.segment.segmenter import Network
    from inpaint_studio.engine.weights.importer import ImportResult
    from inpaint_studio.models.base.interface import TicketLike

DONE = f"Imported {TITLE}: the Object tool uses it from now on."
_LARGEST_ONNX = 400 << 20  # bytes; the authors' network has 40 MB
_MARK = "image_encoder.patch_embed.seq.0.c.weight"  # a key that no other network has
_OTHER_MARK = "image_encoder.patch_embed.proj.weight"  # the same of the large Segment Anything networks
# What some copies of the file have besides: numbers that follow from the network's shape.
_DERIVED = ("attention_bias_idxs", "attn.ab", "pixel_mean", "pixel_std")
_ONNX_START = 0x08  # the first field of an ONNX file is its version (onnx.proto3, ModelProto)


class ImportedSegmenter(NamedTuple):
    """A segmenter was imported; `note` says so."""

    note: str = DONE


def import_any(
    paths: Sequence[Path], import_weights: Callable[[], ImportResult], ticket: TicketLike
) -> ImportResult | ImportedSegmenter:
    """Import a set of weights by `import_weights` or, where the files are none, the segmenter.

    Raises WeightsError with a sentence; then nothing has changed.
    """
    try:
        return import_weights()
    except WeightsError:
        if not import_segmenter(paths, ticket):
            raise
    return ImportedSegmenter()


def import_segmenter(paths: Sequence[Path], ticket: TicketLike) -> bool:
    """Import the segmenter from files; return whether they are one. Raises WeightsError where they are, with faults."""
    if paths and all(_looks_like_onnx(path) for path in paths):
        ticket.report(0.3, tr("Reading {title}", title=TITLE))
        return _import_onnx(paths)
    if len(paths) != 1:
        return False
    from inpaint_studio.engine.weights import readers

    ticket.report(0.3, tr("Reading {name}", name=paths[0].name))
    try:
        tensors = readers.read(paths[0])
    except WeightsError:
        return False
    return _import_torch(paths[0].name, tensors)


# A checkpoint


def _import_torch(name: str, tensors: Mapping[str, Tensor]) -> bool:
    prefix = _prefix(tensors, _MARK)
    if prefix is None:
        if _prefix(tensors, _OTHER_MARK) is None:
            return False
        raise WeightsError(
            tr(
                "{name} is a large Segment Anything network; the Object tool takes {title} only.",
                name=name,
                title=TITLE,
            )
        )
    import torch
    from safetensors.torch import save_file

    from inpaint_studio.models.segmenters.mobile_sam import MobileSam

    with torch.device("meta"):
        expected = MobileSam().state_dict()
    found = {key.removeprefix(prefix): tensor for key, tensor in tensors.items() if key.startswith(prefix)}
    found = {key: tensor for key, tensor in found.items() if not key.endswith(_DERIVED)}
    for key, like in expected.items():
        if key not in found:
            raise WeightsError(
                tr(
                    "{name} looks like {title}, but {prefix}{key} is missing; download it again.",
                    name=name,
                    title=TITLE,
                    prefix=prefix,
                    key=key,
                )
            )
        if found[key].shape != like.shape or found[key].is_floating_point() != like.is_floating_point():
            raise WeightsError(
                tr(
                    "{name} looks like {title}, but {prefix}{key} has another shape; it is not imported.",
                    name=name,
                    title=TITLE,
                    prefix=prefix,
                    key=key,
                )
            )
        if like.is_floating_point() and not bool(torch.isfinite(found[key]).all()):
            raise WeightsError(
                tr(
                    "{name} looks like {title}, but holds numbers that are not finite; download it again.",
                    name=name,
                    title=TITLE,
                )
            )
    kept = {key: found[key].to(like.dtype).contiguous().clone() for key, like in expected.items()}
    store.save_torch(lambda path: save_file(kept, path))
    return True


def _prefix(tensors: Mapping[str, Tensor], mark: str) -> str | None:
    """Return what stands before the key `mark`; None where it is not there."""
    return next((key.removesuffix(mark) for key in tensors if key == mark or key.endswith(f".{mark}")), None)


# ONNX


def _looks_like_onnx(path: Path) -> bool:
    """Return whether a file may be ONNX: a protobuf that begins with a small version, and names a graph."""
    try:
        if not 16 < path.stat().st_size <= _LARGEST_ONNX:
            return False
        with path.open("rb") as file:
            start = file.read(2)
    except OSError:
        return False
    return start[0] == _ONNX_START and 3 <= start[1] <= 20


def _import_onnx(paths: Sequence[Path]) -> bool:
    from inpaint_studio.engine.segment.onnx_file import check_whole
    from inpaint_studio.engine.segment.onnx_network import OnnxNetwork, is_decoder, is_encoder, open_session

    contents: dict[str, bytes] = {}
    for path in paths:
        content = path.read_bytes()
        try:
            check_whole(content)
        except ValueError:
            return False
        try:
            session = open_session(content)
        except ValueError as error:
            raise WeightsError(
                tr("{name} is an ONNX file that cannot be run here; it is no {title}.", name=path.name, title=TITLE)
            ) from error
        kind = "encoder" if is_encoder(session) else "decoder" if is_decoder(session) else ""
        if not kind or kind in contents:
            raise WeightsError(
                tr(
                    "{name} is no encoder or decoder of {title} that is needed; give one of each.",
                    name=path.name,
                    title=TITLE,
                )
            )
        contents[kind] = content
    if len(contents) < 2:
        missing = "decoder" if "encoder" in contents else "encoder"
        raise WeightsError(
            tr(
                "{name} is only half of {title}; give the file of the {missing} too, in one go.",
                name=paths[0].name,
                title=TITLE,
                missing=missing,
            )
        )
    _try_out(OnnxNetwork(contents["encoder"], contents["decoder"]))
    store.save_onnx(contents["encoder"], contents["decoder"])
    return True


def _try_out(network: Network) -> None:
    """Run a network with a box and with a point. Raises WeightsError where it does not give masks."""
    import numpy as np

    from inpaint_studio.engine.segment.prompt import Prompt
    from inpaint_studio.engine.segment.segmenter import Segmenter

    box = Prompt(np.array([(8, 8), (24, 24)], np.float32), np.array([2, 3], np.float32))
    point = Prompt(np.array([(16, 16)], np.float32), np.array([1], np.float32))
    segmenter = Segmenter(network)
    try:
        for prompt in (box, point):
            segmenter.segment(np.full((32, 32, 3), 128, np.uint8), prompt, "grey")
    except Exception as error:  # the runtime has many exceptions of its own
        raise WeightsError(tr("The ONNX files have the inputs of {title}, but give no masks.", title=TITLE)) from error
