"""A flow made for tests."""

from __future__ import annotations

import numpy as np

from inpaint_studio.engine.flow.flow import COPIED, Flow, empty_flow
from inpaint_studio.engine.geometry import Box
from tests import synthetic

SHAPE = (240, 300)
BOX = Box(60, 80, 160, 200)


def make_flow(down: int = 30, across: int = -40, box: Box = BOX, label: str = COPIED) -> Flow:
    """Make a flow whose offset is the same in all of a round hole."""
    flow = empty_flow(box, SHAPE, label=label)
    hole = synthetic.disc(box.height, box.width)
    flow.put(box, np.full((2, *hole.shape), [[[down]], [[across]]]), np.full(hole.shape, 0.5), hole)
    return flow
