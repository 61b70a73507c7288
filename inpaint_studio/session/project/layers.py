"""The layers of a project, as other programs show them: the photo, the fill, its candidates, and what was drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.raster import DONORS, EDGES, HOLE, LABELS, LINES, ONLY
from inpaint_studio.texts import mark, tr

if TYPE_CHECKING:
    from inpaint_studio.session.project.snapshot import Snapshot
    from inpaint_studio.session.raster import Raster

# What is drawn over the photo: raster, name of its layer, colour (RGB) and opacity.
_DRAWN = (
    (HOLE, mark("Hole"), (232, 62, 83), 0.5),
    (LINES, mark("Guide lines"), (255, 196, 0), 1.0),
    (EDGES, mark("Edges"), (0, 170, 255), 1.0),
    (DONORS, mark("Do not sample here"), (120, 120, 120), 0.5),
    (ONLY, mark("Sample only here"), (40, 160, 90), 0.5),
)
_TURN = 0.61803399  # of the colour circle between the colours of neighbouring numbers: the golden section


class PictureLayer(NamedTuple):
    """One picture of a project. `pixels`: h x w x 3|4 uint8, with its upper left corner at (`left`, `top`), px."""

    name: str
    pixels: Raster
    left: int = 0
    top: int = 0
    visible: bool = False
    opacity: float = 1.0


def layers_of(snapshot: Snapshot) -> Iterator[PictureLayer]:
    """Return the layers of a project, the topmost first. What is visible adds up to the photo as it is now."""
    for name, title, colour, opacity in _DRAWN:
        if name in snapshot.drawn:
            yield _coloured(tr(title), *snapshot.drawn[name], colour, opacity, scaled=name in (HOLE, EDGES))
    if LABELS in snapshot.drawn:
        box, part = snapshot.drawn[LABELS]
        yield PictureLayer(tr("Labels"), _label_colours(part), box.left, box.top, opacity=0.6)
    yield from _candidate_layers(snapshot)
    changed = _changed(snapshot.pixels, snapshot.original)
    if (place := Box.of(changed)) is not None:
        fill = _with_opacity(snapshot.pixels[place.slices], changed[place.slices])
        yield PictureLayer(tr("Result"), fill, place.left, place.top, visible=True)
    yield PictureLayer(tr("Photo"), snapshot.original, visible=True)


def _candidate_layers(snapshot: Snapshot) -> Iterator[PictureLayer]:
    filled = snapshot.filled
    if filled is None or len(filled.candidates) < 2:
        return
    for number in reversed(range(len(filled.candidates))):
        box = filled.box
        pixels = filled.picture(snapshot.pixels, number, box)
        hole = filled.hole.part(box)
        yield PictureLayer(tr("Candidate {number}", number=number + 1), _with_opacity(pixels, hole), box.left, box.top)


def _changed(pixels: Raster, original: Raster) -> Any:
    return (pixels != original).any(axis=2)


def _with_opacity(pixels: Raster, shown: Any) -> Raster:
    """Return `pixels` (h x w x 3|4) with an opacity of 0 where `shown` is False."""
    opacity = pixels[..., 3] if pixels.shape[2] == 4 else np.uint8(255)
    return np.dstack([pixels[..., :3], np.where(shown, opacity, np.uint8(0)).astype(np.uint8)])


def _coloured(
    title: str, box: Box, part: Raster, colour: tuple[int, int, int], opacity: float, scaled: bool
) -> PictureLayer:
    """Return a layer of one colour, as opaque as the values of `part` say (`scaled`), or wherever they are not 0."""
    pixels = np.empty((*part.shape, 4), np.uint8)
    pixels[..., :3] = colour
    pixels[..., 3] = part if scaled else np.where(part != 0, np.uint8(255), np.uint8(0))
    return PictureLayer(title, pixels, box.left, box.top, opacity=opacity)


def _label_colours(numbers: Raster) -> Raster:
    """Return colours that tell neighbouring numbers of classes apart; 0 is transparent."""
    hue = np.arange(256) * _TURN % 1
    wheel = np.clip(np.abs((hue[:, None] * 6 + np.array([0, 4, 2])) % 6 - 3) - 1, 0, 1)
    table = np.column_stack([np.rint(255 * wheel), np.full(256, 255)]).astype(np.uint8)
    table[0] = 0
    coloured: Raster = table[numbers]
    return coloured
