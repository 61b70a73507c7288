"""Models that predict edges, follow them or draw in two stages, and a fill function that replaces all of them."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from inpaint_studio.engine.fill.request import Piece, Request, Result
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.models.base.interface import Traits
from inpaint_studio.models.base.registry import Registry

PREDICTED = 153  # of 255, on every other column
COARSE = (200, 40, 90)
FILLED = 60


class Model:
    """A model in the registry that has only traits."""

    def __init__(self, name: str, provides: set[Any], accepts: set[Any]) -> None:
        title = f"{name.capitalize()} model"
        guides = {"provides": frozenset(provides), "accepts": frozenset(accepts)}
        self.traits = Traits(name, title, f"{title}.", values="bytes", trainable=True, **guides)

    def fill(self, *_: Any) -> Any:
        raise AssertionError("the fill function stands in for the models")

    def warm_up(self, _ticket: Any) -> None:
        pass


def models() -> Registry:
    """One that predicts edges, one that follows edges, one with a first stage, one with neither."""
    known = [
        Model("sketch", {"edges"}, {"edges", "lines"}),
        Model("follow", set(), {"edges"}),
        Model("stages", {"coarse"}, set()),
        Model("plain", set(), set()),
    ]
    return Registry({model.traits.name: model for model in known})


def stripes(hole: np.ndarray) -> np.ndarray:
    """The edges that are predicted for `hole`, 0..255."""
    plane = np.zeros(hole.shape, np.uint8)
    plane[:, ::2] = PREDICTED
    plane[~hole] = 0
    return plane


class SketchFiller:
    """Predicts stripes, outside the hole too, and fills with one grey; while `gate` is clear it waits."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, request: Request, ticket: Ticket) -> Result:
        self.requests.append(request)
        ticket.report(0.25, "Drawing")
        while not self.gate.wait(0.005):
            ticket.report(0.5, "Drawing")
        box = Box.of(request.hole)
        assert box is not None
        provides = models().models[request.model].traits.provides if request.model != "auto" else frozenset()
        edge_map = request.guide.edges
        plane = stripes(np.ones(request.hole.shape, np.bool_)) / np.float32(255) if edge_map is None else edge_map
        edges = [Piece(box, plane[box.slices].astype(np.float32))] if "edges" in provides else []
        coarse = []
        pixels = request.pixels.copy()
        if request.options.only != "edges":
            pixels[request.hole] = FILLED + request.options.seed
            if "coarse" in provides:
                coarse = [Piece(box, np.full((box.height, box.width, 3), COARSE, np.uint8))]
        seed = request.options.seed
        return Result(pixels, None, request.model, "cpu", seed, 0.1, 0.1, [], [], coarse, edges)
