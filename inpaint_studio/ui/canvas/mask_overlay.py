"""The overlay of the rasters on the photo: the hole, its edges, labels, and what must not or alone may be copied.

Nothing depends on colour alone: the hole is tinted inside a white and black outline; what must not be copied is hatched
upwards, what alone may be copied downwards.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from PySide6.QtGui import QColor, QImage, QPainter

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.raster import DONORS, EDGES, HOLE, HOLE_FROM, LABELS, ONLY, PREDICTED, Raster
from inpaint_studio.ui.canvas.label_overlay import LabelInks, draw_painted, draw_predicted
from inpaint_studio.ui.canvas.pyramid import Coverage, gather
from inpaint_studio.ui.canvas.viewport import Viewport

if TYPE_CHECKING:
    from numpy.typing import NDArray

Pixels: TypeAlias = "NDArray[np.uint32]"  # premultiplied ARGB

HOLE_ALPHA = 0.42
HATCHED_ALPHA = 0.20
HATCH = 10  # logical px between the lines of the hatching
EDGE_GROUND, EDGE_INK = 20, 255  # greys in the hole without and with an edge, while its edges are shown
_CALL_COST = 20_000  # rendering this number of px takes as long as the overhead of one more box
_WHITE, _BLACK = 0xFFFFFFFF, 0xD0000000


def _premultiply(colour: QColor, alpha: float) -> int:
    red, green, blue = (round(channel * alpha) for channel in (colour.red(), colour.green(), colour.blue()))
    return round(alpha * 255) << 24 | red << 16 | green << 8 | blue


def _tints(colour: QColor, alpha: float) -> Pixels:
    """Make the table of colours for coverages 0..255."""
    return np.array([_premultiply(colour, alpha * coverage / 255) for coverage in range(256)], np.uint32)


@cache
def _shades() -> Pixels:
    """Make the table of colours for edge strengths 0..255."""
    return np.array([0xFF000000 | 0x010101 * int(grey) for grey in edge_greys()], np.uint32)


def edge_greys() -> Raster:
    """Make the table of greys for edge strengths 0..255."""
    return np.rint(np.linspace(EDGE_GROUND, EDGE_INK, 256)).astype(np.uint8)


class MaskOverlay:
    """Hole and hatched parts as one image of the widget's size; only rectangles that have changed are rendered again.

    The hole is tinted, or shows its edges (see `show_edges`).
    """

    RASTERS = (HOLE, EDGES, DONORS, ONLY, LABELS, PREDICTED)

    def __init__(self, viewport: Viewport) -> None:
        self._viewport = viewport
        self._planes: dict[str, Coverage] = {}  # by raster
        self._shows_edges = False
        self._shows_areas = True
        self._inks: LabelInks | None = None  # of labels, while they are shown
        self._stale: list[Box] = []  # device px to render again
        self._pending: list[tuple[Coverage, Box]] = []  # changes that the coverages do not show yet
        self._pixels: Pixels | None = None  # made at the first painting: the window is shown before numpy is imported
        self._image = QImage()
        self.set_colours(QColor("red"), QColor("orange"), QColor("green"))

    def set_colours(self, hole: QColor, donors: QColor, only: QColor, crossed: bool = False) -> None:
        """Change the colours of the hole, of what must not be copied and of what alone may be copied.

        `crossed`: the hole has crossed lines on its tint, to be seen on a photo of its colour.
        """
        self._crossed = crossed
        self._hole_colour = hole
        self._hole_line = _premultiply(hole, 1.0)
        self._hole_tints: Pixels | None = None
        self._hatching = {
            name: (_premultiply(colour, HATCHED_ALPHA), _premultiply(colour, 1.0), sense)
            for name, colour, sense in ((ONLY, only, -1), (DONORS, donors, 1))
        }
        self.mark_all()

    def set_planes(self, rasters: dict[str, Raster]) -> None:
        """Show these rasters from now on, those named in `RASTERS`; they may already contain pixels."""
        self._planes = {name: Coverage(rasters[name]) for name in self.RASTERS}
        self._pending.clear()
        for name, coverage in self._planes.items():
            box = Box.of(rasters[name])
            if box is not None:
                coverage.refresh(box)
        self.mark_all()

    def show_edges(self, on: bool) -> None:
        """Show the edges in the hole, white on dark, or (False) the photo there, tinted."""
        if on != self._shows_edges:
            self._shows_edges = on
            self.mark_all()

    def show_areas(self, on: bool) -> None:
        """Show what must not and what alone may be copied, or (False) not."""
        if on != self._shows_areas:
            self._shows_areas = on
            self.mark_all()

    def show_labels(self, inks: LabelInks | None) -> None:
        """Show labels, painted and predicted, in these colours; None: not."""
        if inks is not None or self._inks is not None:
            self._inks = inks
            self.mark_all()

    def has_pixels(self, *rasters: str) -> bool:
        """Whether any pixel of those rasters is not zero."""
        self._follow_pending()
        return any(name in self._planes and self._planes[name].extent() is not None for name in rasters)

    def refresh(self, raster: str, box: Box) -> Box:
        """Handle a change of that raster in `box` of the image; returns the device px to paint again."""
        if raster in self._planes:
            self._pending.append((self._planes[raster], box))
        return self._mark(box)

    def _mark(self, box: Box) -> Box:
        """Mark `box` of the image as stale; returns its device px."""
        # The outline depends on the neighbours of a pixel, and a pixel of a level may reach past the box.
        pad = 2 * self._line + (2 if self._viewport.zoom >= 1 else 3)
        device = self._viewport.device_box(box, pad)
        self._stale.append(device)
        return device

    def mark_all(self) -> None:
        """Mark everything as stale: the viewport has moved, or all rasters are new."""
        self._stale = [Box(0, 0, *self._viewport.device_size)]

    def paint(self, qpainter: QPainter, where: Box) -> None:
        """Render all that is stale, then paint the part in `where`, device px."""
        if not self._planes:
            return
        self._follow_pending()
        pixels = self._fit_image()
        shown = self._extent()
        for box in _join(self._stale, _CALL_COST):
            pixels[box.slices] = 0
            part = box.intersection(shown)
            if not part.empty:
                self._render(part, pixels[part.slices])
        self._stale.clear()
        part = where.intersection(shown)
        if not part.empty:
            qpainter.drawImage(part.left, part.top, self._image, part.left, part.top, part.width, part.height)

    def _follow_pending(self) -> None:
        if self._pending:
            for coverage in self._planes.values():
                for changed in _join([box for which, box in self._pending if which is coverage], 10 * _CALL_COST):
                    coverage.refresh(changed)
            self._pending.clear()

    def _fit_image(self) -> Pixels:
        """Return the pixels of the image; make it again if the widget's size has changed (then all of it is stale)."""
        if self._pixels is None or self._pixels.shape != self._viewport.device_size:
            height, width = self._viewport.device_size
            self._pixels = np.zeros((height, width), np.uint32)
            form = QImage.Format.Format_ARGB32_Premultiplied
            self._image = QImage(self._pixels.data, width, height, width * 4, form)
        return self._pixels

    def _extent(self) -> Box:
        """The device px in which the overlay may have pixels."""
        every = Box(0, 0, 0, 0)
        areas = (DONORS, ONLY) if self._shows_areas else ()
        for name in (HOLE, *areas, *((LABELS,) if self._inks is not None else ())):  # others lie in the hole
            every = every.union(self._extent_of(name))
        return every

    def _extent_of(self, name: str) -> Box:
        """The device px in which a raster may have pixels, or its outline."""
        extent = self._planes[name].extent()
        return Box(0, 0, 0, 0) if extent is None else self._viewport.device_box(extent, 4 * self._line)

    @property
    def _line(self) -> int:
        return max(1, round(self._viewport.dpr))

    @property
    def _core(self) -> tuple[slice, slice]:
        """The middle of what `_gather` returns, without the px round the box."""
        return slice(2 * self._line, -2 * self._line), slice(2 * self._line, -2 * self._line)

    def _render(self, device: Box, out: Pixels) -> None:
        part, inks = device.intersection(self._extent_of(HOLE)), self._inks
        hole = None if part.empty else self._gather(self._planes[HOLE], part)
        inner = out[part.shift(-device.top, -device.left).slices]
        if hole is not None:
            self._tint_hole(inner, hole, self._gather(self._planes[EDGES], part) if self._shows_edges else None)
            if inks is not None:
                predicted = np.where(hole >= HOLE_FROM, self._gather(self._planes[PREDICTED], part), 0)
                draw_predicted(inner, predicted[self._core], inks)
        if inks is not None:
            draw_painted(out, self._gather(self._planes[LABELS], device), inks, 2 * self._line)
        if hole is not None:
            if self._crossed and not self._shows_edges:
                self._cross_hole(inner, hole, part)
            self._outline_hole(inner, hole)
        for name, hatching in self._hatching.items() if self._shows_areas else ():
            area = self._gather(self._planes[name], device)
            if area.any():
                self._hatch(out, area, device, *hatching)

    def _gather(self, coverage: Coverage, device: Box) -> Raster:
        """Gather the coverage at every device px of the box and 2 * `_line` px round it, 0 outside the photo."""
        viewport, ring = self._viewport, 2 * self._line
        grown = device.pad(ring)
        photo = viewport.photo_rect()
        inside = grown.intersection(
            Box(viewport.top, viewport.left, math.floor(photo.bottom() + 1e-6), math.floor(photo.right() + 1e-6))
        )
        out = np.zeros((grown.height, grown.width), np.uint8)
        if inside.empty:
            return out
        place = inside.shift(-grown.top, -grown.left)
        out[place.slices] = gather(coverage, inside.shift(-viewport.top, -viewport.left), viewport.zoom)
        return out

    def _tint_hole(self, out: Pixels, coverage: Raster, edges: Raster | None) -> None:
        core = self._core
        if edges is None:
            if self._hole_tints is None:
                self._hole_tints = _tints(self._hole_colour, HOLE_ALPHA)
            np.take(self._hole_tints, coverage[core], out=out, mode="clip")
        else:  # a white border would look like an edge
            np.copyto(out, _shades()[edges[core]], where=(coverage >= HOLE_FROM)[core])

    def _outline_hole(self, out: Pixels, coverage: Raster) -> None:
        line = self._line
        inside = coverage >= HOLE_FROM
        inner = _shrink(inside, line)
        outer = ~_shrink(~inside, line)
        core = self._core
        np.copyto(out, self._hole_line if self._shows_edges else _WHITE, where=(inside & ~inner)[core])
        np.copyto(out, _BLACK, where=(outer & ~inside)[core])

    def _phases(self, device: Box) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """How far each device px is from a hatching line that rises to the right, and from one that falls."""
        rows = np.arange(device.top, device.bottom)[:, None] - self._viewport.top
        cols = np.arange(device.left, device.right)[None, :] - self._viewport.left
        step = round(HATCH * self._viewport.dpr)
        return (rows + cols) % step, (rows - cols) % step

    def _cross_hole(self, out: Pixels, coverage: Raster, device: Box) -> None:
        """Draw white lines that cross, with a dark one beside each."""
        line, inside = self._line, (coverage >= HOLE_FROM)[self._core]
        phases = self._phases(device)
        for ink, start in ((_BLACK, line), (_WHITE, 0)):
            for phase in phases:
                np.copyto(out, ink, where=inside & (phase >= start) & (phase < start + line))

    def _hatch(self, out: Pixels, coverage: Raster, device: Box, tint: int, ink: int, sense: int) -> None:
        """Draw parallel lines, upwards to the right (`sense` 1) or downwards (-1), on a tint inside an outline."""
        line = self._line
        inside = coverage >= HOLE_FROM
        core = self._core
        edge = (inside & ~_shrink(inside, line))[core]
        within = inside[core]
        phase = self._phases(device)[0 if sense > 0 else 1]
        np.copyto(out, tint, where=within & (out == 0))
        np.copyto(out, _BLACK, where=within & (phase >= 2 * line) & (phase < 3 * line))
        np.copyto(out, ink, where=within & (phase < 2 * line))
        np.copyto(out, ink, where=edge)


def _join(boxes: Sequence[Box], spare: int) -> list[Box]:
    """Unite each box with the one before it if that adds at most `spare` px."""
    joined: list[Box] = []
    for box in boxes:
        both = joined[-1].union(box) if joined else box
        if joined and both.area <= joined[-1].area + box.area + spare:
            joined[-1] = both
        else:
            joined.append(box)
    return joined


def _shrink(plane: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    """Erode `plane` by `by` px, in rows and columns; pixels beyond the image's border count as inside."""
    out = plane
    for _ in range(by):
        smaller = out.copy()
        smaller[1:] &= out[:-1]
        smaller[:-1] &= out[1:]
        smaller[:, 1:] &= out[:, :-1]
        smaller[:, :-1] &= out[:, 1:]
        out = smaller
    return out
