"""How labels are drawn on the photo: painted ones in an outline, predicted ones fainter and without."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from inpaint_studio.session.raster import Raster

if TYPE_CHECKING:
    from numpy.typing import NDArray

Pixels: TypeAlias = "NDArray[np.uint32]"  # premultiplied ARGB
Colour = tuple[int, int, int]

PAINTED_ALPHA = 0.62
PREDICTED_ALPHA = 0.40


class LabelInks(NamedTuple):
    """The colours of the numbers 0..255, 0 transparent, as tables of premultiplied ARGB."""

    painted: Pixels
    predicted: Pixels
    outline: Pixels

    @classmethod
    def of(cls, colours: Sequence[Colour]) -> LabelInks:
        """Make the tables for the colours of the numbers 1..255."""
        return cls(_table(colours, PAINTED_ALPHA), _table(colours, PREDICTED_ALPHA), _table(colours, 1.0))


def _table(colours: Sequence[Colour], alpha: float) -> Pixels:
    table: Pixels = np.zeros((256, 4), np.uint32)
    table[1 : len(colours) + 1, 0] = round(255 * alpha)
    table[1 : len(colours) + 1, 1:] = np.rint(np.array(colours) * alpha)
    return np.asarray(table[:, 0] << 24 | table[:, 1] << 16 | table[:, 2] << 8 | table[:, 3], np.uint32)


def draw_predicted(out: Pixels, numbers: Raster, inks: LabelInks) -> None:
    """Draw predicted labels over `out`; both are h x w."""
    inked = inks.predicted[numbers]
    np.copyto(out, inked, where=inked != 0)


def draw_painted(out: Pixels, numbers: Raster, inks: LabelInks, ring: int) -> None:
    """Draw painted labels over `out`, h x w; `numbers` holds `ring` px more at every side, at least 1."""
    there = numbers[ring:-ring, ring:-ring]
    inked = inks.painted[there]
    np.copyto(out, inked, where=inked != 0)
    border = (there != 0) & _is_border(numbers, ring)
    out[border] = inks.outline[there[border]]


def label_image(numbers: Raster, colours: Sequence[Colour]) -> Raster:
    """Return numbers of classes as an image, h x w x 4 uint8 RGBA, transparent where there is no class."""
    table = np.zeros((256, 4), np.uint8)
    table[1 : len(colours) + 1, :3] = colours
    table[1 : len(colours) + 1, 3] = round(255 * PAINTED_ALPHA)
    return table[numbers]


def _is_border(numbers: Raster, ring: int) -> NDArray[np.bool_]:
    """Return where a neighbour above, below, left or right has another number; `ring` px at every side are left out."""
    rows, cols = slice(ring, -ring), slice(ring, -ring)
    before, after = slice(ring - 1, -ring - 1), slice(ring + 1, numbers.shape[0] - ring + 1)
    left, right = slice(ring - 1, -ring - 1), slice(ring + 1, numbers.shape[1] - ring + 1)
    here = numbers[rows, cols]
    border: NDArray[np.bool_] = here != numbers[before, cols]
    for neighbour in (numbers[after, cols], numbers[rows, left], numbers[rows, right]):
        border |= here != neighbour
    return border
