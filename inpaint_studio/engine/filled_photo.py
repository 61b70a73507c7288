"""From an opened photo and the coverage of its hole to a request, and from the result back to a file.

What fills photos without the window goes this way: batches, and the face for other programs.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from inpaint_studio.engine.fill.request import Request, Result
from inpaint_studio.engine.masks.shape import feather, grow
from inpaint_studio.engine.photo.encoding import save_photo
from inpaint_studio.engine.photo.photo import Photo, hole_from_alpha
from inpaint_studio.models.base.interface import Bytes, Options

if TYPE_CHECKING:
    from collections.abc import Sequence


def request_for(photo: Photo, coverage: Bytes, model: str, options: Options) -> Request:
    """Make the request to fill what `coverage` (H x W, 0 outside the hole, 255 inside) covers of `photo`."""
    return Request(
        photo.pixels,
        coverage > 0,
        model,
        options=options,
        coverage=coverage,
        icc=photo.meta.colours,
        deep=photo.deep,
        depth=photo.depth,
    )


def save_result(photo: Photo, result: Result, path: Path) -> tuple[str, ...]:
    """Save the filled `photo` with its metadata; return sentences about what was lost. Raises PhotoError."""
    return save_photo(photo, path, result.pixels, result.deep)


def transparent_coverage(photo: Photo) -> Bytes:
    """Return the photo's transparent part as coverage, H x W. Raises InputError where there is none."""
    return np.where(hole_from_alpha(photo), np.uint8(255), np.uint8(0))


def shape_hole(coverage: Bytes, growth: int, rim: int) -> Bytes:
    """Enlarge a hole by `growth` px, and then give it a soft rim `rim` px wide, outside of it."""
    return feather(grow(coverage, growth), rim)


def join_notes(*notes: Sequence[str]) -> tuple[str, ...]:
    """Return all sentences, each once."""
    return tuple(dict.fromkeys(note for some in notes for note in some))
