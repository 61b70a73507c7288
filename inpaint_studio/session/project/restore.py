"""Put what a project holds into a document that has its photo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inpaint_studio.session.candidates import apply_fill
from inpaint_studio.session.guide_lines import draw
from inpaint_studio.session.history import SetValue
from inpaint_studio.session.kept_flow import flow_bytes
from inpaint_studio.session.raster import DEEP, HOLE, LINES, NAMES, PHOTO, tiles_of, whole
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from inpaint_studio.engine.geometry import Box
    from inpaint_studio.session.document import Document
    from inpaint_studio.session.project.content import Decoder
    from inpaint_studio.session.raster import Raster


def restore(document: Document, pixels: Raster, content: Decoder) -> None:
    """Give `document` the photo as it is now, `pixels`, and all else; there are steps to undo, and nothing to save.

    The steps are: everything before the last fill, the last fill with its candidates, and what was drawn since.
    """
    label = tr("Open the project")
    drawn = list(content.rasters())
    deep, flows, fill = content.deep(), content.flows(), content.fill()
    before = {PHOTO: pixels} if deep is None else {PHOTO: pixels, DEEP: deep.copy()}
    if fill is not None:
        for name, patches in fill[1].items():
            for tile, patch in zip(fill[0].tiles, patches, strict=True):
                before[name][tile.slices] = patch.pixels()
    with document.group(label):
        for name, after in before.items():
            _replace(document, label, name, after)
        if flows:
            document.do(SetValue("flows", (), flows, sum(map(flow_bytes, flows))))
        if fill is not None and fill[0].steered is None and min(fill[0].coverage.shape):
            _replace(document, label, HOLE, fill[0].coverage.whole())  # undo of the fill brings it back
    if fill is not None:
        filled = fill[0]
        found, index = filled.candidates, filled.index
        apply_fill(document, filled, found[index])
        filled.candidates, filled.index = found, index
    with document.group(label):
        _draw(document, label, content, drawn)
    document.mark_saved()


def _draw(document: Document, label: str, content: Decoder, drawn: list[tuple[str, Box, Raster]]) -> None:
    lines = content.lines()
    same = len(lines) == len(document.lines)
    if not same or not all(a.equals(b) for a, b in zip(lines, document.lines, strict=True)):
        document.do(SetValue("lines", document.lines, lines))
        document.apply(label, LINES, whole(document.raster(LINES)), draw(lines, whole(document.raster(LINES))))
    found = {name: (box, part) for name, box, part in drawn}
    for name in NAMES:
        if name in (PHOTO, LINES):
            continue
        after = np.zeros(document.size, np.uint8)
        if name in found:
            box, part = found[name]
            after[box.slices] = part
        _replace(document, label, name, after)


def _replace(document: Document, label: str, name: str, after: Raster) -> None:
    now = document.raster(name)
    changed = now != after if now.ndim == 2 else (now != after).any(axis=2)
    for tile in tiles_of(changed):
        document.apply(label, name, tile, after[tile.slices].copy())
