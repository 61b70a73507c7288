"""Models that predict labels or follow them, and a fill function that replaces them: for tests without networks."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from inpaint_studio.engine.fill.request import Piece, Request, Result
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.models.base.interface import LabelClass, Traits
from inpaint_studio.models.base.registry import Registry
from tests.session.edge_models import Model

CLASSES = (
    LabelClass("sky", (60, 140, 250)),
    LabelClass("grass", (40, 200, 60)),
    LabelClass("road", (150, 90, 60)),
    LabelClass("water", (20, 220, 220)),
)
FILLED = 50  # grey of class 0; each class is 10 brighter


class LabelModel(Model):
    """A model in the registry that has only traits, with classes."""

    def __init__(self, name: str, provides: set[Any], classes: tuple[LabelClass, ...] = CLASSES) -> None:
        super().__init__(name, provides, {"labels"})
        guides: Any = {"provides": frozenset(provides), "accepts": frozenset({"labels"})}
        title = f"{name.capitalize()} model"
        self.traits = Traits(name, title, f"{title}.", values="bytes", classes=classes, **guides)


def models() -> Registry:
    """One that predicts labels of four classes, one that follows any, one that only knows two, one without labels."""
    known = [
        LabelModel("mapper", {"labels"}),
        LabelModel("follower", set(), ()),
        LabelModel("narrow", {"labels"}, CLASSES[:2]),
        Model("plain", set(), set()),
    ]
    return Registry({model.traits.name: model for model in known})


def halves(shape: tuple[int, int], box: Box) -> np.ndarray:
    """What is predicted for a hole with this box: class 1 in its upper half and class 2 below; everywhere."""
    plane = np.full(shape, 2, np.uint8)
    plane[: (box.top + box.bottom) // 2] = 1
    return plane


class LabelFiller:
    """Predicts `halves` where nothing is painted, and fills each class with a grey; while `gate` is clear it waits."""

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
        known = models().models
        predicts = request.model in known and "labels" in known[request.model].traits.provides
        painted = np.zeros(request.hole.shape, np.uint8) if request.guide.labels is None else request.guide.labels
        plane = np.where(painted == 0, halves(request.hole.shape, box), painted) if predicts else painted
        labels = [Piece(box, plane[box.slices].astype(np.uint8))] if predicts else []
        pixels = request.pixels.copy()
        if request.options.only != "labels":
            pixels[request.hole] = (FILLED + 10 * plane[request.hole] + request.options.seed)[:, None]
        return Result(pixels, None, request.model, "cpu", request.options.seed, 0.1, 0.1, [], [], labels=labels)
