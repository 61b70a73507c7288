"""Find an object with the imported segmenter, or by its colours where there is none."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.masks.object import clean, finish, never
from inpaint_studio.engine.masks.object import find_object as find_by_colours
from inpaint_studio.engine.masks.shape import GROW
from inpaint_studio.engine.segment import store
from inpaint_studio.engine.segment.prompt import choose_view, make_prompt
from inpaint_studio.errors import WeightsError
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inpaint_studio.engine.masks.gesture import Gesture
    from inpaint_studio.engine.segment.segmenter import Segmenter
    from inpaint_studio.engine.segment.store import Stored

    Raster = NDArray[np.uint8]

_lock = threading.Lock()
_loaded: tuple[Stored, Segmenter] | None = None


def find_object(
    photo: Raster, gesture: Gesture, growth: float = GROW, is_cancelled: Callable[[], bool] = never
) -> tuple[Box, Raster] | None:
    """Return the object's mask (0 or 255) with its box, grown by `growth` px; None where none is found.

    `photo`: H x W x 3 or 4. `is_cancelled` is asked between the steps; where it is true the result is None. Call it off
    the main thread. The same gesture gives the same mask. Raises WeightsError where an imported segmenter is damaged.
    """
    stored = store.find()
    if stored is None:
        return find_by_colours(photo, gesture, growth, is_cancelled)
    height, width = photo.shape[:2]
    view = choose_view(gesture, height, width)
    if view.empty or is_cancelled():
        return None
    with _lock:  # the segmenter keeps the last image
        if is_cancelled():
            return None
        image = np.ascontiguousarray(photo[view.slices][..., :3])
        key = hashlib.sha256(image.data).digest(), image.shape
        mask = _segmenter(stored).segment(image, make_prompt(gesture, view), key)
    if is_cancelled():
        return None
    allowed = gesture.draw_loop(view, view.height, view.width)
    sure, _ = gesture.draw_strokes(view, view.height, view.width)
    return finish(clean((mask > 0) & allowed | sure, sure), gesture, view, growth, height, width)


def _segmenter(stored: Stored) -> Segmenter:
    """Return the segmenter, which is loaded once as long as its files stay the same."""
    global _loaded
    if _loaded is None or _loaded[0] != stored:
        _loaded = None
        _loaded = stored, _load(stored)
    return _loaded[1]


def _load(stored: Stored) -> Segmenter:
    """Load an imported segmenter. Raises WeightsError with a sentence."""
    from inpaint_studio.engine.segment.segmenter import Segmenter

    try:
        if len(stored.files) == 1:
            from inpaint_studio.engine.segment.torch_network import TorchNetwork

            return Segmenter(TorchNetwork(stored.files[0]))
        from inpaint_studio.engine.segment.onnx_network import OnnxNetwork

        return Segmenter(OnnxNetwork(*(file.read_bytes() for file in stored.files)))
    except (OSError, ValueError, RuntimeError) as error:
        remedy = tr("Or delete it: inpaint-studio models delete {name}", name=store.NAME)
        raise WeightsError(tr("{title} cannot be loaded; import it again.", title=store.TITLE), remedy) from error
