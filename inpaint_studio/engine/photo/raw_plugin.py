"""Let Pillow open camera raw files by LibRaw; needs the package rawpy of the extra `formats`."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, BinaryIO, cast

import numpy as np
import rawpy
from numpy.typing import NDArray
from PIL import Image, ImageFile

from inpaint_studio.engine.photo import exif

_SRGB = (2.4, 12.92)  # exponent and slope of the curve of sRGB (IEC 61966-2-1), as LibRaw wants them
_TURNED = (5, 6)  # LibRaw's numbers of a quarter turn


class RawImageFile(ImageFile.ImageFile):
    """A raw photo as the camera would show it, upright and in sRGB."""

    format = "RAW"
    format_description = "Camera raw"

    def _open(self) -> None:
        assert self.fp is not None  # Pillow has opened the file
        try:
            self._raw: Any = rawpy.imread(cast(BinaryIO, self.fp))
        except rawpy.LibRawError as error:
            raise SyntaxError(str(error)) from error
        sizes = self._raw.sizes
        width, height = sizes.width, sizes.height
        self._size = (height, width) if sizes.flip in _TURNED else (width, height)
        self._mode = "RGB"
        self.tile = []
        with suppress(Exception):  # camera data may be damaged in any way, and is no TIFF in every file
            self.fp.seek(0)
            tags = Image.Exif()
            tags.load_from_fp(self.fp)
            if camera := exif.photo_tags(tags):
                self.info["exif"] = camera

    def develop(self, bits: int) -> NDArray[Any]:
        """Return the pixels, H x W x 3, as uint8 or uint16; `bits` is 8 or 16."""
        values = self._raw.postprocess(output_bps=bits, use_camera_wb=True, gamma=_SRGB)
        self._size = (values.shape[1], values.shape[0])
        return np.ascontiguousarray(values)

    def load(self) -> Any:
        """Develop the photo with 8 bits, if that was not done yet."""
        if getattr(self, "_im", None) is None:
            self.im = Image.fromarray(self.develop(8)).im
        return super().load()


Image.register_open(RawImageFile.format, RawImageFile)
