"""A flow made for tests, and a network that draws what occurs nowhere in a photo."""

from __future__ import annotations

import numpy as np

from inpaint_studio.engine.flow.flow import COPIED, Flow, empty_flow
from inpaint_studio.engine.geometry import Box
from inpaint_studio.models.base.interface import Fill, Traits
from tests import synthetic

SHAPE = (240, 300)
BOX = Box(60, 80, 160, 200)


def make_flow(down: int = 30, across: int = -40, box: Box = BOX, label: str = COPIED) -> Flow:
    """Make a flow whose offset is the same in all of a round hole."""
    flow = empty_flow(box, SHAPE, label=label)
    hole = synthetic.disc(box.height, box.width)
    flow.put(box, np.full((2, *hole.shape), [[[down]], [[across]]]), np.full(hole.shape, 0.5), hole)
    return flow


class FlatNetwork:
    """A network that paints the hole in one colour, or black and white specks, and can say where it looked."""

    def __init__(self, colour: float | None = None, weight: float | None = None) -> None:
        self.traits = Traits(
            "fake", "Fake", "A fake.", values="unit", origin="copied" if weight is None else "attention"
        )
        self.colour, self.weight = colour, weight

    def fill(self, image, hole, _guide, _options, _ticket):
        specks = np.random.default_rng(1).integers(0, 2, image.shape).astype(image.dtype)
        drawn = specks if self.colour is None else np.full_like(image, self.colour)
        if self.weight is None:
            return Fill(drawn)
        sources = np.zeros((2, *hole.shape), np.int32)
        return Fill(drawn, sources=sources, weight=np.full(hole.shape, self.weight, np.float32))

    def warm_up(self, ticket):
        pass
