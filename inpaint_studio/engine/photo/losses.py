"""Find out what a photo's file would lose if a save replaced it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from PIL import Image

from inpaint_studio.engine.photo import contents, decoding
from inpaint_studio.engine.photo.photo import Photo
from inpaint_studio.texts import tr


def list_losses(photo: Photo, path: Path) -> tuple[str, ...]:
    """List in sentences what would be lost if `photo` replaced its own file, which is at `path`.

    Nothing where `path` is another file, is not there or cannot be read.
    """
    with suppress(Exception):  # a file that became damaged or unreadable in the meantime holds nothing to warn of
        if photo.path is None or not path.samefile(photo.path):
            return ()
        with decoding.open_image(path) as image:
            return (*_pixel_losses(image, photo), *contents.further_contents(image, path))
    return ()


def has_other_names(path: Path) -> bool:
    """Return whether the file has further names (hard links), which go on to stand for what it holds now."""
    with suppress(OSError):
        return path.stat().st_nlink > 1
    return False


def _pixel_losses(image: Image.Image, photo: Photo) -> list[str]:
    """Return sentences about how the pixels are saved otherwise than the file has them."""
    found: list[str] = []
    if photo.depth is None and decoding.is_deep(image):
        found.append(tr("The file has more than 8 bits a channel; it is saved with 8."))
    if image.mode == "LAB":
        found.append(tr("The file's colours are Lab; it is saved as RGB."))
    return found
