"""What is drawn over the photo and is not part of its pixels: a file of the photo does not hold it."""

from __future__ import annotations

from inpaint_studio.session.document import Document
from inpaint_studio.session.raster import DONORS, HOLE, LABELS, ONLY

_RASTERS = {"the hole": (HOLE,), "the labels": (LABELS,), "the sampling areas": (DONORS, ONLY)}


def name_marks(document: Document) -> str:
    """Name what is drawn over the photo, such as "the hole and the guide lines"; "" where nothing is."""
    found = [
        name
        for name, rasters in _RASTERS.items()
        if document.photo is not None and any(document.raster(raster).max() for raster in rasters)
    ]
    if document.line_count:
        found.insert(1 if "the hole" in found else 0, "the guide lines" if document.line_count > 1 else "the guide line")
    return " and ".join([part for part in (", ".join(found[:-1]), found[-1]) if part]) if found else ""
