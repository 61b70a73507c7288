"""Find out what a photo's file would lose if a save replaced it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from PIL import Image

from inpaint_studio.engine.photo import contents, decoding, formats
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
            found = (*_losses_by_name(image, path), *_pixel_losses(image, photo, path))
            return (*found, *contents.further_contents(image, path))
    return ()


def has_other_names(path: Path) -> bool:
    """Return whether the file has further names (hard links), which go on to stand for what it holds now."""
    with suppress(OSError):
        return path.stat().st_nlink > 1
    return False


def _losses_by_name(image: Image.Image, path: Path) -> list[str]:
    """Return sentences about what is lost because the name of the file is that of another format."""
    kind = formats.format_named("JPEG" if image.format == "MPO" else str(image.format))
    target = formats.format_of(path)
    if target is None or target.name == kind.name:
        return []
    found = [
        tr(
            "The file is {format} by its content and {other} by its name; saved, it becomes a {other} file.",
            format=kind.title,
            other=target.title,
        )
    ]
    if kind.name == "TIFF" and getattr(image, "is_animated", False):
        found.append(tr("The file holds several pages; only the first is saved."))
    return found


def _pixel_losses(image: Image.Image, photo: Photo, path: Path) -> list[str]:
    """Return sentences about how the pixels are saved otherwise than the file has them."""
    found: list[str] = []
    target = formats.format_of(path)
    keeps_depth = photo.depth is not None and (target is None or target.name in formats.DEEP)
    if decoding.is_deep(image) and not keeps_depth:
        found.append(tr("The file has more than 8 bits a channel; it is saved with 8."))
    if image.mode == "LAB":
        found.append(tr("The file's colours are Lab; it is saved as RGB."))
    return found
