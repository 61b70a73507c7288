"""Between numpy arrays and Qt's images."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage

from inpaint_studio.session.raster import Raster


def to_array(image: QImage) -> Raster:
    """Return the pixels of `image` as a copy.

    H x W x 3 (RGB), or H x W x 4 (RGBA, not premultiplied) where it has transparency.
    """
    import qimage2ndarray  # only where an image is pasted: it is not needed for the first paint

    alpha = image.hasAlphaChannel()
    # The library's views do not keep their image alive: they are copied while `held` refers to it.
    held = image.convertToFormat(QImage.Format.Format_ARGB32 if alpha else QImage.Format.Format_RGB32)
    colours = qimage2ndarray.rgb_view(held)
    if not alpha:
        return np.ascontiguousarray(colours)
    return np.dstack([colours, qimage2ndarray.alpha_view(held)])


def grey_array(image: QImage) -> Raster:
    """Return the pixels of an image of the format Grayscale8 as a copy, H x W."""
    import qimage2ndarray  # after PySide6, and not before the first paint

    return np.array(qimage2ndarray.raw_view(image), np.uint8)


def view(pixels: Raster) -> QImage:
    """Return an image on the memory of `pixels`, contiguous H x W x 3|4 (RGB, RGBA).

    It does not keep the array alive: the caller must hold the array as long as the image.
    """
    height, width, channels = pixels.shape
    form = QImage.Format.Format_RGBA8888 if channels == 4 else QImage.Format.Format_RGB888
    return QImage(pixels.data, width, height, pixels.strides[0], form)
