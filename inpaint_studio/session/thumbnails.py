"""Small pictures of recently opened photos, kept in the program's data folder as PNG files.

They are a convenience: one that cannot be written, is damaged, or is older than its photo is simply not there.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QImageWriter

from inpaint_studio import atomic, paths
from inpaint_studio.session import qimage
from inpaint_studio.session.raster import Raster

SIDE = 96  # px: shown at half of it, for screens of double density
_FINER = 4  # how many times finer than a thumbnail the pixels are that it is made of
_TIME = "Photo time"  # key of the text in the PNG file: when the photo was changed last, ns

_log = logging.getLogger(__name__)


def sample(pixels: Raster) -> Raster:
    """Return a small copy of a photo, h x w x 3|4, that a thumbnail is made of; quick whatever its size."""
    step = max(1, min(pixels.shape[:2]) // (_FINER * SIDE))
    return np.ascontiguousarray(pixels[::step, ::step])


def write(photo: Path, sampled: Raster) -> None:
    """Keep the square middle of a `sample` as the thumbnail of a photo file; nothing where that cannot be."""
    try:
        time = photo.stat().st_mtime_ns
        image = _square(qimage.view(sampled))
        image.setText(_TIME, str(time))
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, b"png").write(image)
        _folder().mkdir(parents=True, exist_ok=True)
        atomic.write(_file(photo), bytes(buffer.data().data()), durable=False)
    except OSError as error:
        _log.info("no thumbnail was kept of %s: %s", photo, error)


def read(photos: Iterable[Path]) -> dict[Path, QImage]:
    """Return the thumbnails of these photo files; without those that are missing, damaged or older than their photo."""
    found = {photo: _read(photo) for photo in photos}
    return {photo: image for photo, image in found.items() if image is not None}


def keep_only(photos: Iterable[Path]) -> None:
    """Delete the thumbnails of all other photo files."""
    kept = {_file(photo).name for photo in photos}
    for file in _folder().glob("*.png"):
        if file.name not in kept:
            try:
                file.unlink(missing_ok=True)
            except OSError as error:
                _log.info("a thumbnail was not deleted: %s", error)


def _read(photo: Path) -> QImage | None:
    reader = QImageReader(str(_file(photo)), b"png")
    if reader.size() != QSize(SIDE, SIDE):  # also where there is none
        return None
    image = reader.read()
    try:
        current = str(photo.stat().st_mtime_ns)
    except OSError:
        return None
    return image if not image.isNull() and image.text(_TIME) == current else None


def _square(image: QImage) -> QImage:
    """Return the square middle of `image`, SIDE x SIDE px."""
    side = min(image.width(), image.height())
    middle = image.copy((image.width() - side) // 2, (image.height() - side) // 2, side, side)
    smooth = Qt.TransformationMode.SmoothTransformation
    return middle.scaled(SIDE, SIDE, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)


def _folder() -> Path:
    return paths.data_dir() / "thumbnails"


def _file(photo: Path) -> Path:
    return _folder() / f"{hashlib.sha256(str(photo).encode('utf-8', 'surrogateescape')).hexdigest()[:32]}.png"
