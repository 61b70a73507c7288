"""Find out what a file holds beside the picture that is opened."""

from __future__ import annotations

import mmap
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from PIL import Image

from inpaint_studio.engine.photo.containers import jpeg, png, tiff
from inpaint_studio.texts import mark, tr

_INDEX = 0xB002  # of the pictures in a file with several (CIPA DC-007, section 5.2.3)
_PREVIEW = "Large Thumbnail"  # how Pillow's names of previews begin
_GAIN_MAPS = (jpeg.GAIN_MAP, b"http://ns.adobe.com/hdr-gain-map/1.0/", b"urn:com:apple:photo:2020:aux:hdrgainmap")
_CHANNELS = 277  # the tag SamplesPerPixel
_BEHIND = mark("Another program has put data behind the picture in the file; it is not saved.")
_MOTION = (b"GCamera:MotionPhoto", b"GCamera:MicroVideo", b"MotionPhoto_Data")


def further_contents(image: Image.Image, path: Path) -> list[str]:
    """Return sentences about what the file holds beside the picture that is opened. Call it last: it may move on."""
    found: list[str] = []
    with suppress(Exception):  # what is damaged behind the picture does not matter for it
        with path.open("rb") as file:
            if image.format in ("JPEG", "MPO"):
                found += _behind_jpeg(image, file)
            if image.format == "TIFF":
                found += _in_tiff(image, file)
            if image.format == "PNG" and _holds(file, png.end(file)):
                found.append(tr(_BEHIND))
        if image.format == "HEIF" and getattr(image, "is_animated", False):
            found.append(tr("The file holds several pictures; only the first is opened and saved."))
        elif image.format not in ("MPO", "TIFF") and getattr(image, "is_animated", False):
            found.append(tr("The file is an animation; only the first of its pictures is opened and saved."))
    return found


def further_pages(image: Image.Image) -> list[str]:
    """Return a sentence if the file is a TIFF with other pages, which a save keeps. Call it last: it may move on."""
    with suppress(Exception):  # a damaged second page does not matter for the first
        if image.format == "TIFF" and getattr(image, "is_animated", False):
            return [tr("The file holds several pages; the first is opened, and a saved TIFF keeps the others.")]
    return []


def _in_tiff(image: Image.Image, file: IO[bytes]) -> list[str]:
    """Return sentences about layers, and about channels beside those of the colours and the opacity."""
    found: list[str] = []
    if tiff.holds(file, tiff.LAYERS):
        found.append(tr("The file holds layers; only the picture of all of them is opened and saved."))
    tags: Any = getattr(image, "tag_v2", {})
    if int(tags.get(_CHANNELS, 1)) > len(image.getbands()):
        found.append(tr("The file has further channels beside its colours; they are not saved."))
    return found


def _holds(file: IO[bytes], end: int) -> bool:
    """Return whether anything but filling stands in the file from `end` on; 0 is no end."""
    file.seek(end)
    return end > 0 and any(block.strip(b"\0\r\n ") for block in iter(lambda: file.read(1 << 20), b""))


def _behind_jpeg(image: Image.Image, file: IO[bytes]) -> list[str]:
    """Return sentences about pictures and a video that stand behind the picture of a JPEG."""
    entries: list[Any] = list((getattr(image, "mpinfo", None) or {}).get(_INDEX) or [])[1:]
    pictures = [each for each in entries if not str(each["Attribute"]["MPType"]).startswith(_PREVIEW)]
    found: list[str] = []
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if any(data.find(mark) >= 0 for mark in _MOTION):
            found.append(tr("The file holds a short video beside the photo; it is not saved."))
        if pictures and any(data.find(mark) >= 0 for mark in _GAIN_MAPS):
            found.append(tr("The file holds a map that brightens the photo on HDR screens; it is not saved."))
        elif pictures:
            found.append(tr("The file holds several pictures; only the first is opened and saved."))
    if not (entries or found) and _holds(file, jpeg.end(file)):
        found.append(tr(_BEHIND))
    return found
