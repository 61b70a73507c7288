"""What one part of a hole sees of the photo's planes, and its share of the progress."""

from __future__ import annotations

from typing import Any

import numpy as np

from inpaint_studio.engine.fill.regions import HolePart
from inpaint_studio.engine.geometry import Box
from inpaint_studio.models.base.interface import Guide, Plane


def crop(plane: Any, box: Box) -> Any:
    """Return a copy of `box` of a plane whose rows follow each other in memory; None for None."""
    return None if plane is None else np.ascontiguousarray(plane[box.slices])


def crop_guide(guide: Guide, box: Box) -> Guide:
    """Return `box` of every plane of a guide."""
    return Guide(**{name: crop(plane, box) for name, plane in guide._asdict().items()})


def leave_out(hole: Plane, guide: Guide, core: Box, of_core: Plane | None) -> tuple[Plane, Guide]:
    """Take what is not `of_core` (all of its holes for None) out of `hole`, and do not copy from it either.

    `hole` and the planes of `guide` are of one size; `of_core` has the size of the box `core` in them. Where nothing
    is left out, both come back as they are.
    """
    own = np.zeros_like(hole)
    own[core.slices] = hole[core.slices] if of_core is None else of_core
    others = hole & ~own
    if not others.any():
        return hole, guide
    return own, guide._replace(donors=others if guide.donors is None else others | guide.donors)


def share_progress(parts: list[HolePart], hole: Plane) -> list[tuple[float, float]]:
    """Divide 0..1 among the parts in proportion to the areas of their holes; return start and end for each."""
    areas = np.array([np.count_nonzero(hole[part.core.slices]) + 1 for part in parts])
    ends = (np.cumsum(areas) / areas.sum()).tolist()
    return list(zip([0.0, *ends[:-1]], ends, strict=True))
