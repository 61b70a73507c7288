"""Camera data (EXIF) of a photo: read it from any file, set it upright, and add it to the tags of a TIFF."""

from __future__ import annotations

import struct
from contextlib import suppress
from typing import IO

from PIL import Image, TiffImagePlugin

from inpaint_studio.engine.photo.containers import png, tiff

HEAD = b"Exif\0\0"  # camera data begins with it outside a TIFF

_ORIENTATION = 0x0112
_XMP = 700
_GROUPS = (0x8769, 0x8825)  # tags that lead to directories of their own: camera, GPS
_ABOUT_THE_PHOTO = (270, 271, 272, 305, 306, 315, 33432)  # description, make, model, software, date, artist, copyright


def read(image: Image.Image) -> tuple[bytes, int]:
    """Return the camera data of a decoded image, set to upright, and the orientation (1-8) of its pixels.

    Damaged camera data is left out; it does not keep the image from opening.
    """
    orientation, exif = 1, b""
    with suppress(Exception):
        tags = image.getexif()
        orientation = tags.get(_ORIENTATION, 1)
        raw = image.info.get("exif") or _in_text(image)
        if isinstance(raw, bytes):
            exif = HEAD + raw.removeprefix(HEAD)
        elif image.format == "TIFF":
            exif = photo_tags(tags)
    return turned(exif, 1), int(orientation) if orientation in range(2, 9) else 1


def add_to_tiff(file: IO[bytes], exif: bytes, xmp: bytes) -> None:
    """Add camera data and XMP to a TIFF that was just written to `file`, which is open for reading too.

    Pillow cannot do it: its writer of compressed TIFFs takes no directories within the directory. Raises any exception
    if the camera data is damaged; the file is still valid then, with unused bytes at its end.
    """
    file.seek(0)
    head = file.read(8)
    tags = Image.Exif()
    if exif:
        tags.load(exif)
    added = TiffImagePlugin.ImageFileDirectory_v2(head[:4] + bytes(4))
    for tag in _ABOUT_THE_PHOTO:
        if tag in tags:
            added[tag] = tags[tag]
    for group in _GROUPS:
        if entries := tags.get_ifd(group):
            added[group] = dict(entries)
    if xmp:
        added[_XMP] = xmp
    if not len(added):
        return
    order = "<" if head[:2] == b"II" else ">"
    directory = tiff.entries(file, order, struct.unpack(order + "I", head[4:])[0])
    after = file.read(4)
    place = file.seek(0, 2)
    place += file.write(bytes(place % 2))
    file.write(added.tobytes(place))
    directory |= tiff.entries(file, order, place)
    tiff.write_directory(file, order, directory, after)


def photo_tags(tags: Image.Exif) -> bytes:
    """Return the tags of a TIFF that are about the photo, without those about the file."""
    kept = Image.Exif()
    for tag in _ABOUT_THE_PHOTO:
        if tag in tags:
            kept[tag] = tags[tag]
    for group in _GROUPS:
        if entries := tags.get_ifd(group):
            kept[group] = dict(entries)
    return kept.tobytes() if len(kept) else b""


def _in_text(image: Image.Image) -> bytes | None:
    """Return the camera data that ImageMagick keeps in a text of a PNG."""
    for kind in ("exif", "APP1"):
        text = image.info.get(f"Raw profile type {kind}")
        if isinstance(text, str) and (found := png.read_profile(text.encode("latin-1", "replace"))).startswith(HEAD):
            return found
    return None


def turned(exif: bytes, orientation: int) -> bytes:
    """Set the orientation in the first directory of `exif`, where it has one, and change no other byte."""
    body = bytearray(exif.removeprefix(HEAD))
    order = {b"II": "<", b"MM": ">"}.get(bytes(body[:2]))
    if order is None:
        return b""
    with suppress(struct.error):  # a directory that goes beyond the end
        (start,) = struct.unpack_from(order + "I", body, 4)
        (count,) = struct.unpack_from(order + "H", body, start)
        for entry in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind = struct.unpack_from(order + "HH", body, entry)
            if tag == _ORIENTATION and kind in (3, 4):
                struct.pack_into(order + ("H" if kind == 3 else "I"), body, entry + 8, orientation)
    return HEAD + bytes(body)
