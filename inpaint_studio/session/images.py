"""Between numpy arrays and Qt's images."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage

from inpaint_studio.session.raster import Raster


def to_array(image: QImage) -> Raster:
    """The pixels of `image` as a copy, H x W x 3, or x 4 (RGBA, not premultiplied) where it has transparency."""
    channels = 4 if image.hasAlphaChannel() else 3
    form = QImage.Format.Format_RGBA8888 if channels == 4 else QImage.Format.Format_RGB888
    held = image.convertToFormat(form)
    rows = np.frombuffer(held.constBits(), np.uint8).reshape(held.height(), held.bytesPerLine())
    return rows[:, : held.width() * channels].reshape(held.height(), held.width(), channels).copy()


def view(pixels: Raster) -> QImage:
    """An image on the memory of `pixels`, contiguous H x W x 3|4 (RGB, RGBA).

    It does not keep the array alive: whoever holds the image must hold the array too.
    """
    height, width, channels = pixels.shape
    form = QImage.Format.Format_RGBA8888 if channels == 4 else QImage.Format.Format_RGB888
    return QImage(pixels.data, width, height, pixels.strides[0], form)
