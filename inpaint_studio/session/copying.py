"""What goes to the clipboard and comes from it: the photo, or a part of it, with the profile of its colours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColorSpace, QGuiApplication, QImage

from inpaint_studio.session.document import Document
from inpaint_studio.session.fill_controller import FillController
from inpaint_studio.session.qimage import to_array, view
from inpaint_studio.session.raster import HOLE, PHOTO, Raster
from inpaint_studio.session.reporting import Status
from inpaint_studio.session.screen_colours import screen_space
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from inpaint_studio.engine.photo.photo import Photo

_SRGB = QColorSpace.NamedColorSpace.SRgb


def copy_photo(document: Document) -> Status:
    """Copy the photo as it is now, without what is drawn over it; gives a message."""
    _copy(document.raster(PHOTO), document.colours)
    return Status.result(tr("Copied the photo as it is now."))


def copy_part(document: Document, fills: FillController) -> Status:
    """Copy what lies in the hole, or without one in the newest fill, in the photo's size; gives a message.

    Everything else is transparent.
    """
    coverage = _find_part(document, fills)
    if coverage is None:
        return Status.result(tr("Nothing is marked or filled yet; paint a hole, then copy."), about=("hole",))
    photo = document.raster(PHOTO)
    part = np.zeros((*photo.shape[:2], 4), np.uint8)
    np.copyto(part[..., :3], photo[..., :3], where=(coverage > 0)[..., None])  # nothing hides where it is transparent
    part[..., 3] = np.minimum(coverage, photo[..., 3]) if photo.shape[2] == 4 else coverage
    _copy(part, document.colours)
    return Status.result(tr("Copied the pixels of the hole; everything else is transparent."))


def _find_part(document: Document, fills: FillController) -> Raster | None:
    """Return how much of each pixel the hole covers, or without one the newest fill; None without both."""
    coverage, filled = document.raster(HOLE), fills.filled_hole
    if coverage.any() or filled is None:
        return coverage if coverage.any() else None
    soft = filled.coverage.whole()
    return soft if soft.shape == coverage.shape else np.where(filled.hole.whole(), np.uint8(255), np.uint8(0))


def photo_of(image: QImage) -> Photo:
    """Return an image as a photo in its own colours, where it is of RGB and has a profile; else in sRGB."""
    from inpaint_studio.engine.photo.colours import find_space
    from inpaint_studio.engine.photo.photo import photo_from_array

    space = image.colorSpace()
    if space.isValid() and space.colorModel() != QColorSpace.ColorModel.Rgb:
        form = QImage.Format.Format_ARGB32 if image.hasAlphaChannel() else QImage.Format.Format_RGB32
        image = image.convertedToColorSpace(QColorSpace(_SRGB), form)
        space = image.colorSpace()
    photo = photo_from_array(to_array(image))
    icc = bytes(space.iccProfile().data()) if space.isValid() and space != QColorSpace(_SRGB) else b""
    if find_space(icc) is None:
        return photo
    return replace(photo, meta=replace(photo.meta, icc=icc, colours=icc))


def _copy(pixels: Raster, icc: bytes) -> None:
    """Put pixels, H x W x 3|4, on the clipboard; the profile `icc` describes their colours (b"": sRGB)."""
    from inpaint_studio.engine.photo.colours import find_space

    image = view(pixels).copy()  # the clipboard keeps it for long, and the photo changes meanwhile
    own = screen_space(icc) if find_space(icc) is not None else QColorSpace()
    image.setColorSpace(own if own.isValid() else QColorSpace(_SRGB))
    QGuiApplication.clipboard().setImage(image)
