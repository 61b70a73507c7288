"""What is drawn over the photo and is not part of its pixels: a file of the photo does not hold it."""

from __future__ import annotations

from inpaint_studio.session.document import Document
from inpaint_studio.session.raster import DONORS, HOLE, LABELS, ONLY


def name_marks(document: Document) -> str:
    """Name what is drawn over the photo, such as "the hole and the guide lines"; "" where nothing is."""
    if document.photo is None:
        return ""

    def has(*rasters: str) -> bool:
        return any(document.raster(raster).max() for raster in rasters)

    lines = document.line_count
    marks = {
        "the hole": has(HOLE),
        "the guide lines" if lines > 1 else "the guide line": lines > 0,
        "the labels": has(LABELS),
        "the sampling areas": has(DONORS, ONLY),
    }
    names = [name for name, is_there in marks.items() if is_there]
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
