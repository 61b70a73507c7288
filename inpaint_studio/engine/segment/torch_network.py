"""MobileSAM in torch, on the best device there is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from inpaint_studio.engine.segment.segmenter import prepare
from inpaint_studio.models.segmenters.mobile_sam import MobileSam

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


class TorchNetwork:
    """The network with weights from a file."""

    def __init__(self, path: Path) -> None:
        """Raises OSError, ValueError and RuntimeError for a file that does not fit."""
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        network = MobileSam()
        try:
            network.load_state_dict(load_file(path))
        except SafetensorError as error:
            raise ValueError("damaged") from error
        self._network = network.eval().to(self._device)

    def encode(self, image: Floats) -> Any:
        """See `Network`."""
        with torch.inference_mode():
            return self._network.encode(torch.from_numpy(prepare(image)).to(self._device))

    def decode(self, encoded: Any, points: Floats, labels: Floats) -> tuple[Floats, Floats]:
        """See `Network`."""
        with torch.inference_mode():
            prompt = (torch.from_numpy(part).to(self._device) for part in (points, labels))
            masks, scores = self._network.decode(encoded, *prompt)
        return masks[0].cpu().numpy(), scores[0].cpu().numpy()
