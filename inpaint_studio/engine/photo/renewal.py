"""Make the metadata of a photo true again after its pixels were changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.photo import previews, resources
from inpaint_studio.engine.photo.carried import Extra
from inpaint_studio.engine.photo.containers import jpeg, png, tiff, webp
from inpaint_studio.engine.photo.meta import Meta
from inpaint_studio.texts import tr

_MORE_XMP_LINK = re.compile(
    rb"\sxmpNote:HasExtendedXMP=(?:\"[^\"]*\"|'[^']*')|<xmpNote:HasExtendedXMP>[^<]*</xmpNote:HasExtendedXMP>"
)
_FULL = jpeg.MOST - 512  # bytes; a preview that is longer than a segment goes on in the next ones


def renew(meta: Meta, pixels: NDArray[np.uint8]) -> tuple[Meta, list[str]]:
    """Draw previews in `meta` again from `pixels` (H x W x 3|4, upright), or remove them; drop what is no longer true.

    Also returns sentences about what was dropped and is no preview.
    """
    carried = meta.carried
    notes: list[str] = []
    pieces = list(carried.pieces)
    unsealed = [piece for piece in pieces if not _is_sealed(piece)]
    if len(unsealed) < len(pieces):
        notes.append(tr("The content credentials of the old photo no longer hold and are not in the saved file."))
    kept = _without_pictures(unsealed)
    xmp = previews.clean_xmp(meta.xmp)
    if any(_is_more_xmp(piece) for piece in unsealed) and not any(_is_more_xmp(piece) for piece in kept):
        xmp = _MORE_XMP_LINK.sub(b"", xmp)
    if len(kept) < len(unsealed):
        notes.append(tr("Pictures within the metadata showed the old photo and are not in the saved file."))
    kept = [replace(piece, data=_now()) if piece.name == "tIME" else piece for piece in kept]
    blocks = resources.without_thumbnails(carried.resources)
    carried = replace(carried, pieces=tuple(kept), resources=blocks)
    exif = previews.redraw_exif(meta.exif, pixels) if meta.exif else b""
    return replace(meta, exif=exif, xmp=xmp, carried=carried), notes


def _is_sealed(piece: Extra) -> bool:
    """Return whether the piece holds content credentials, which are about exactly the old pixels, with thumbnails."""
    return piece.name in (png.SEALED, webp.SEALED, str(tiff.SEALED)) or (
        piece.name == "APP11" and piece.data.startswith(jpeg.SEALED)
    )


def _is_more_xmp(piece: Extra) -> bool:
    return piece.name == "APP1" and piece.data.startswith(jpeg.MORE_XMP)


def _without_pictures(pieces: Sequence[Extra]) -> list[Extra]:
    """Leave out pieces that hold a picture, with all parts of what is split over several segments."""
    more = b"".join(piece.data[75:] for piece in pieces if _is_more_xmp(piece))  # 75: its head, GUID, length and place
    drop_more = previews.has_picture(more)
    kept: list[Extra] = []
    goes_on = False
    for piece in pieces:
        if _is_more_xmp(piece):
            drop = drop_more
        else:
            is_segment = piece.name.startswith("APP")
            _, text = png.read_text(piece)
            drop = (goes_on and is_segment) or previews.has_picture(text or piece.data)
            # A long preview begins in one segment and goes on in the next; only its first part is found by its head.
            drop = drop or (is_segment and piece.data[:3] == b"\xff\xd8\xff")
            goes_on = drop and is_segment and len(piece.data) > _FULL
        if not drop:
            kept.append(piece)
    return kept


def _now() -> bytes:
    """Return the time as PNG's chunk of the last change has it."""
    now = datetime.now(UTC)
    return now.year.to_bytes(2, "big") + bytes((now.month, now.day, now.hour, now.minute, now.second))
