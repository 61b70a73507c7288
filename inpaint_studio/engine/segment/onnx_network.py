"""MobileSAM as a pair of ONNX files, as its authors' `export_onnx_model.py` and exporters of its encoder write them.

The decoder's inputs are those of that script. Encoders in circulation take the image as H x W x 3 in 0..255, or
1 x 3 x 1024 x 1024 in the network's colours; which one is read from the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from inpaint_studio.engine.segment.onnx_file import check_whole
from inpaint_studio.engine.segment.segmenter import SIDE, prepare
from inpaint_studio.errors import WeightsError
from inpaint_studio.texts import mark, tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

DECODER_INPUTS = {
    "image_embeddings",
    "point_coords",
    "point_labels",
    "mask_input",
    "has_mask_input",
    "orig_im_size",
}
_LOW_LOGITS = 256  # px of the masks in the output `low_res_masks`
_EMBEDDING = (256, 64, 64)
_LARGEST_LOGITS = 4096  # px; the networks in circulation give 256 or 1024
_FAILED = mark("The imported MobileSAM gives no masks here; import it again, or another file of it.")
_NO_RUNTIME = mark("Running ONNX files needs ONNX Runtime; the same network as a .pt file needs nothing more.")


def open_session(content: bytes) -> Any:
    """Open an ONNX file, whose content is given.

    Raises WeightsError where the runtime is missing or the file names another one, ValueError where it is no such file.
    """
    check_whole(content)
    try:
        import onnxruntime
    except ImportError:
        raise WeightsError(_NO_RUNTIME, tr("Install it: pip install 'inpaint-studio[segment]'")) from None
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # what it would print is in the exception
    known = ("CUDAExecutionProvider", "CPUExecutionProvider")
    providers = [name for name in known if name in onnxruntime.get_available_providers()]
    try:
        return onnxruntime.InferenceSession(content, options, providers=providers)
    except Exception as error:  # the runtime has many exceptions of its own, which are derived from Exception only
        raise ValueError("no ONNX file") from error


def is_encoder(session: Any) -> bool:
    """Return whether it takes an image and gives MobileSAM's encoding of it."""
    inputs, outputs = session.get_inputs(), session.get_outputs()
    if len(inputs) != 1 or not outputs or inputs[0].type != "tensor(float)":
        return False
    shape = inputs[0].shape
    flat = len(shape) == 3 and shape[2] == 3
    square = len(shape) == 4 and shape[1] == 3 and all(side == SIDE for side in shape[2:])
    shape_out = outputs[0].shape
    fits = len(shape_out) == 4 and all(
        a == b or not isinstance(a, int) for a, b in zip(shape_out[1:], _EMBEDDING, strict=True)
    )
    return (flat or square) and fits


def is_decoder(session: Any) -> bool:
    """Return whether it takes an encoded image and prompts, as Segment Anything's decoder does."""
    return {each.name for each in session.get_inputs()} == DECODER_INPUTS and len(session.get_outputs()) >= 2


class OnnxNetwork:
    """The network from the contents of its two files."""

    def __init__(self, encoder: bytes, decoder: bytes) -> None:
        self._encoder, self._decoder = open_session(encoder), open_session(decoder)
        self._input = self._encoder.get_inputs()[0]
        self._outputs = [each.name for each in self._decoder.get_outputs()]

    def encode(self, image: Floats) -> Any:
        """See `Network`."""
        shown = image if len(self._input.shape) == 3 else prepare(image)
        return _run(self._encoder, {self._input.name: np.ascontiguousarray(shown, np.float32)})[0]

    def decode(self, encoded: Any, points: Floats, labels: Floats) -> tuple[Floats, Floats]:
        """See `Network`. Where the file does not give small masks, those of the whole square are made smaller."""
        inputs = {
            "image_embeddings": encoded,
            "point_coords": points[None],
            "point_labels": labels[None],
            "mask_input": np.zeros((1, 1, _LOW_LOGITS, _LOW_LOGITS), np.float32),
            "has_mask_input": np.zeros(1, np.float32),
            "orig_im_size": np.array([SIDE, SIDE], np.float32),
        }
        outputs = dict(zip(self._outputs, _run(self._decoder, inputs), strict=True))
        found = outputs.get("low_res_masks", next(iter(outputs.values())))
        scores = outputs.get("iou_predictions", list(outputs.values())[1])
        return _check_answer(found, scores)


def _run(session: Any, inputs: dict[str, Any]) -> list[Any]:
    """Run a session. Raises WeightsError where it fails."""
    try:
        return list(session.run(None, inputs))
    except Exception as error:  # the runtime has many exceptions of its own
        raise WeightsError(_FAILED) from error


def _check_answer(masks: Any, scores: Any) -> tuple[Floats, Floats]:
    """Return the masks and scores of the one image. Raises WeightsError where they are none, or not as many."""
    found, sure = np.asarray(masks), np.asarray(scores)
    fits = found.ndim == 4 and sure.shape[1:] == found.shape[1:2] and 0 not in found.shape and len(sure) > 0
    if not fits or {found.dtype.kind, sure.dtype.kind} != {"f"} or max(found.shape[2:]) > _LARGEST_LOGITS:
        raise WeightsError(_FAILED)
    return found[0].astype(np.float32), sure[0].astype(np.float32)
