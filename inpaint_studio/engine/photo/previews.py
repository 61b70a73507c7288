"""Small pictures of the photo inside its metadata: they are drawn again or removed when the photo has changed.

A preview that stayed as it was would show what was removed from the photo.
"""

from __future__ import annotations

import io
import re
import struct

import numpy as np
from numpy.typing import NDArray
from PIL import Image

HEAD = b"Exif\0\0"

_USUAL = (160, 120)  # px, width and height of a thumbnail (DCF 2.0, section 3.3.4); the shorter side may be smaller
_QUALITIES = (85, 70, 50, 30)  # tried until the thumbnail is as short as the old one
_MOST = 65533 - 2  # bytes of camera data with `HEAD` in one segment of a JPEG
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # markers of JPEG frames

# Base64 of the first bytes of a JPEG, a PNG and a WebP; XMP keeps pictures so, with line ends that XML escapes.
_ENCODED = re.compile(rb"(?:/9j/|iVBORw0KGgo|UklGR)(?:[A-Za-z0-9+/=\s]|&#x[aAdD];|&#1[03];){150,}")
_ELEMENT = re.compile(
    rb"<((?:xmp|xap):Thumbnails|xmpGImg:image|GImage:Data|GDepth:(?:Data|Image)|GAudio:Data"
    # What XMP says of pictures that stand behind this one in the file; a save does not keep them.
    rb"|(?:\w+:)?Directory|hdrgm:\w+|GCamera:(?:MotionPhoto|MicroVideo)\w*)(?=[\s>/])"
)
_ATTRIBUTE = re.compile(rb"\s(?:xmpGImg:image|GImage:Data|GDepth:(?:Data|Image)|GAudio:Data)=(?:\"[^\"]*\"|'[^']*')")
_FOLLOWING = re.compile(rb"\s(?:hdrgm:\w+|GCamera:(?:MotionPhoto|MicroVideo)\w*)=(?:\"[^\"]*\"|'[^']*')")
_MOST_OPEN = 100  # names of elements without an end, as only hostile XMP has; the rest of it is not looked at then


def redraw_exif(exif: bytes, pixels: NDArray[np.uint8]) -> bytes:
    """Return camera data with a thumbnail of `pixels` (H x W x 3|4, upright) if it has one, and without other previews.

    `exif` begins with `HEAD`. Previews in the maker's part are overwritten by zeros, so that all else stays where it
    is. Damaged camera data without a preview is returned as it is.
    """
    body = bytearray(exif.removeprefix(HEAD))
    order = {b"II": "<", b"MM": ">"}.get(bytes(body[:2]))
    if order is None:
        return exif
    link, tags = _second_directory(body, order)
    found = find_pictures(body)
    start, length = (_value(body, order, tags.get(tag)) for tag in (0x0201, 0x0202))
    is_thumbnail = 0 < length <= len(body) - start and bytes(body[start : start + 2]) == b"\xff\xd8"
    old = bytes(body[start : start + length]) if is_thumbnail else b""
    for first, last in found:
        body[first:last] = bytes(last - first)
    if is_thumbnail:
        body[start : start + length] = bytes(length)
    if tags and is_thumbnail and _put_thumbnail(body, order, tags, (start, length), draw(pixels, old)):
        return HEAD + bytes(body)
    if tags:  # the thumbnail is unpacked pixels, or there is no room
        _blank_strips(body, order, tags)
        struct.pack_into(order + "I", body, link, 0)
    return HEAD + bytes(body)


def draw(pixels: NDArray[np.uint8], old: bytes) -> list[bytes]:
    """Draw a thumbnail of the size of the JPEG `old`, as JPEGs from the finest to the shortest."""
    try:
        with Image.open(io.BytesIO(old), formats=["JPEG"]) as image:
            most = max(1, min(512, max(image.size)))
    except Exception:  # a damaged thumbnail: pictures from outside raise anything
        most = _USUAL[0]
    height, width = pixels.shape[:2]
    scale = min(1.0, most / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    whole = Image.fromarray(np.ascontiguousarray(pixels))
    small = whole.resize(size, Image.Resampling.BOX, reducing_gap=2.0).convert("RGB")
    drawn = []
    for quality in _QUALITIES:
        out = io.BytesIO()
        small.save(out, "JPEG", quality=quality)
        drawn.append(out.getvalue())
    return drawn


def clean_xmp(xmp: bytes) -> bytes:
    """Return XMP without previews, and without what it says of pictures that stand behind this one in the file."""
    xmp = _without_elements(xmp)
    xmp = _ATTRIBUTE.sub(b"", xmp)
    xmp = _FOLLOWING.sub(b"", xmp)
    return _ENCODED.sub(b"", xmp)


def _without_elements(xmp: bytes) -> bytes:
    """Return XMP without the elements of `_ELEMENT`; the time grows with its length, however hostile it is."""
    kept: list[bytes] = []
    start = place = 0
    without_end: set[bytes] = set()
    while len(without_end) < _MOST_OPEN and (found := _ELEMENT.search(xmp, place)):
        name, place = found[1], found.end()
        end = xmp.find(b">", place)
        if end < 0:
            break
        if xmp[end - 1 : end] != b"/":
            closed = None if name in without_end else re.compile(rb"</" + name + rb"\s*>").search(xmp, end)
            if closed is None:
                without_end.add(name)
                continue
            end = closed.end() - 1
        kept.append(xmp[start : found.start()])
        start = place = end + 1
    return b"".join((*kept, xmp[start:]))


def has_picture(data: bytes) -> bool:
    """Return whether `data` holds a JPEG, as it is or as base64, or XMP's field for one."""
    return bool(_ENCODED.search(data) or _ATTRIBUTE.search(data) or find_pictures(data))


def find_pictures(data: bytes | bytearray) -> list[tuple[int, int]]:
    """Find JPEGs in `data`: their first byte, and the one behind their last.

    Also those whose first byte was changed, as Minolta's cameras do.
    """
    found, start = [], 0
    seen: set[int] = set()
    while (place := data.find(b"\xd8\xff", start)) >= 0:
        end = _picture_end(data, place + 1, seen)
        if end:
            found.append((max(0, place - 1), end))
        start = end or place + 1
    return found


def _picture_end(data: bytes | bytearray, place: int, seen: set[int]) -> int:
    """Return where the JPEG ends whose first segment is at `place`; 0 if there is none.

    `seen` are places of segments from which no picture was found; it grows, so that each is looked at once.
    """
    has_frame = False
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        if marker == 0xDA:
            end = data.find(b"\xff\xd9", place) if has_frame else -1
            return (end + 2 if end >= 0 else len(data)) if has_frame else 0
        if marker < 0xC0 or length < 2:
            return 0
        has_frame = has_frame or marker in _FRAMES
        if not has_frame:
            if place in seen:
                return 0
            seen.add(place)
        place += 2 + length
    return len(data) if has_frame and place >= len(data) else 0


def _second_directory(body: bytearray, order: str) -> tuple[int, dict[int, int]]:
    """Return where the link to the thumbnail's directory stands, and the places of its entries by tag."""
    try:
        (start,) = struct.unpack_from(order + "I", body, 4)
        (count,) = struct.unpack_from(order + "H", body, start)
        link = start + 2 + 12 * count
        (second,) = struct.unpack_from(order + "I", body, link)
        if not second or second == start:
            return link, {}
        (count,) = struct.unpack_from(order + "H", body, second)
        places = range(second + 2, min(second + 2 + 12 * count, len(body) - 11), 12)
        return link, {struct.unpack_from(order + "H", body, place)[0]: place for place in places}
    except struct.error:  # it leads beyond the end
        return 0, {}


def _value(body: bytearray, order: str, place: int | None) -> int:
    """Return the number in the entry at `place`; 0 where there is none."""
    if place is None:
        return 0
    kind = struct.unpack_from(order + "H", body, place + 2)[0]
    return int(struct.unpack_from(order + ("H" if kind == 3 else "I"), body, place + 8)[0])


def _put_thumbnail(body: bytearray, order: str, tags: dict[int, int], old: tuple[int, int], drawn: list[bytes]) -> bool:
    """Put one of the thumbnails `drawn` where the old one was, or at the end; False if neither is possible."""
    start, length = old
    new = next((each for each in drawn if len(each) <= length), drawn[1])
    if len(new) > length:
        if len(HEAD) + len(body) + len(new) > _MOST:
            return False
        start = len(body)
        body += new
    else:
        body[start : start + len(new)] = new
    struct.pack_into(order + "HII", body, tags[0x0201] + 2, 4, 1, start)
    struct.pack_into(order + "HII", body, tags[0x0202] + 2, 4, 1, len(new))
    with Image.open(io.BytesIO(new)) as image:
        width, height = image.size
    for tag, value in ((0x0100, width), (0x0101, height)):
        if tag in tags:
            struct.pack_into(order + "HII", body, tags[tag] + 2, 4, 1, value)
    return True


def _blank_strips(body: bytearray, order: str, tags: dict[int, int]) -> None:
    """Overwrite the pixels of an unpacked thumbnail."""
    if 0x0111 not in tags or 0x0117 not in tags:
        return
    starts, lengths = (_numbers(body, order, tags[tag]) for tag in (0x0111, 0x0117))
    for start, length in zip(starts, lengths, strict=False):
        end = min(len(body), start + length)
        if 8 <= start < end:
            body[start:end] = bytes(end - start)


def _numbers(body: bytearray, order: str, place: int) -> list[int]:
    """Return the numbers of an entry, which may stand elsewhere."""
    kind, count = struct.unpack_from(order + "HI", body, place + 2)
    letter, size = ("H", 2) if kind == 3 else ("I", 4)
    at = place + 8 if count * size <= 4 else struct.unpack_from(order + "I", body, place + 8)[0]
    count = max(0, min(count, (len(body) - at) // size))
    return list(struct.unpack_from(f"{order}{count}{letter}", body, at))
