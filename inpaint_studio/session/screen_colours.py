"""From the colours of a photo to those of the screen that shows it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtGui import QColorSpace, QColorTransform, QImage

from inpaint_studio.session.raster import Raster

_profiles = {"screen": b""}  # b"": the screen shows sRGB, or the system turns sRGB into its colours


def set_screen(profile: bytes) -> bool:
    """Show photos in the colours of a screen with this profile from now on; False where they were already.

    b"" stands for sRGB; so does a profile that is damaged.
    """
    if profile == _profiles["screen"]:
        return False
    _profiles["screen"] = profile
    return True


def to_screen(icc: bytes) -> QColorTransform | None:
    """Return what turns colours that the profile `icc` describes (b"": sRGB) into the screen's; None for no change."""
    screen = _profiles["screen"]
    return _transform(icc, screen) if icc or screen else None


def convert(pixels: Raster, transform: QColorTransform | None) -> Raster:
    """Convert h x w x 3|4 (RGB, RGBA); gives a new array, or `pixels` itself where `transform` is None."""
    if transform is None:
        return pixels
    out = np.empty((*pixels.shape[:2], 4), np.uint8)
    out[..., :3] = pixels[..., :3]
    out[..., 3] = pixels[..., 3] if pixels.shape[2] == 4 else 255
    convert_screen_bytes(out, transform, QImage.Format.Format_RGBA8888)
    return out if pixels.shape[2] == 4 else np.ascontiguousarray(out[..., :3])


def convert_screen_bytes(block: Raster, transform: QColorTransform, form: QImage.Format) -> None:
    """Convert a contiguous array of h x w x 4 bytes, which are an image of the format `form`, in place."""
    height, width = block.shape[:2]
    image = QImage(block.data, width, height, block.strides[0], form)
    image.applyColorTransform(transform)
    image_bytes = np.frombuffer(image.constBits(), np.uint8)
    if not np.shares_memory(image_bytes, block):  # Qt has taken memory of its own for it
        block[:] = image_bytes.reshape(height, image.bytesPerLine() // 4, 4)[:, :width]


def screen_space(icc: bytes) -> QColorSpace:
    """Return Qt's colour space of a profile of RGB or grey values; not valid where Qt cannot read it."""
    from inpaint_studio.engine.photo import icc as profiles  # light

    if profiles.colour_space(icc) == "GRAY":  # Qt takes it for images of one channel only
        try:
            grey = profiles.read_profile(icc)
        except profiles.BadProfile:
            return QColorSpace()
        icc = profiles.write_profile(grey.to_xyz, grey.curves[0], "Grey") if grey is not None else b""
    return QColorSpace.fromIccProfile(icc) if profiles.colour_space(icc) == "RGB" else QColorSpace()


@lru_cache(maxsize=8)
def _transform(icc: bytes, screen: bytes) -> QColorTransform | None:
    from inpaint_studio.engine.photo.colours import find_space

    srgb = QColorSpace(QColorSpace.NamedColorSpace.SRgb)
    own = screen_space(icc) if find_space(icc) is not None else srgb
    shown = screen_space(screen) if find_space(screen) is not None else srgb
    own, shown = own if own.isValid() else srgb, shown if shown.isValidTarget() else srgb
    return None if own == shown else own.transformationToColorSpace(shown)
