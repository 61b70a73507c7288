"""Choose the model of each part of a hole: the one that the user has named, or the one of `auto`'s table."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from inpaint_studio.engine.fill import drawing
from inpaint_studio.engine.fill.auto import HoleLook, choose_model
from inpaint_studio.engine.fill.regions import LEAST_CONTEXT, HolePart
from inpaint_studio.engine.fill.surroundings import look_around
from inpaint_studio.engine.geometry import Box
from inpaint_studio.models.base.interface import AUTO, Bytes, Model, Plane
from inpaint_studio.models.base.registry import Registry


class HoledPhoto(NamedTuple):
    """The photo with its hole, for models that are chosen by what lies round it."""

    pixels: Bytes  # H x W x 3|4
    hole: Plane  # H x W
    is_cutout: bool = False


class NamedChooser:
    """Chooses the same model for every part."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def __call__(self, part: HolePart) -> Model:
        """Return the model."""
        del part
        return self._model

    def reason_for(self, part: HolePart) -> str:
        """Return nothing: the user has chosen."""
        del part
        return ""


class AutoChooser:
    """Chooses a model for each part by `auto`'s table."""

    def __init__(self, models: Registry, scene: HoledPhoto | None) -> None:
        """Without `scene` nothing is known of what lies round the hole. Raises UnknownModel where no model can fill."""
        self._models, self._scene = models, scene
        self._chosen: dict[tuple[Box, float, bool], tuple[Model, str]] = {}
        choose_model(models, HoleLook(0.0, 0.0))

    def __call__(self, part: HolePart) -> Model:
        """Return the model for a part."""
        return self._choose(part)[0]

    def reason_for(self, part: HolePart) -> str:
        """Return in a few words why the part has its model."""
        return self._choose(part)[1]

    def _choose(self, part: HolePart) -> tuple[Model, str]:
        key = part.core, part.radius, part.guided
        if key not in self._chosen:
            self._chosen[key] = choose_model(self._models, self._look_at(part))
        return self._chosen[key]

    def _look_at(self, part: HolePart) -> HoleLook:
        scene = self._scene
        if scene is None:
            return HoleLook(part.radius, 0.0, part.guided)
        return HoleLook(
            part.radius,
            part.radius / min(scene.hole.shape),
            part.guided,
            lambda: look_around(scene.pixels, scene.hole, part.core),
            lambda: _is_drawing(scene, part),
        )


def _is_drawing(scene: HoledPhoto, part: HolePart) -> bool:
    """Return whether rules fill the part to the bit, which a network cannot."""
    if scene.is_cutout:
        return True
    box = part.core.pad(LEAST_CONTEXT).clip(*scene.hole.shape)
    if drawing.look_at(scene.pixels, scene.hole, box, False) != drawing.Drawing():
        return True
    from inpaint_studio.exemplar.line_art import is_line_art  # only where a network could fill

    return is_line_art(np.ascontiguousarray(scene.pixels[box.slices][..., :3]), scene.hole[box.slices])


def model_chooser(models: Registry, name: str, scene: HoledPhoto | None = None) -> NamedChooser | AutoChooser:
    """Return what chooses the model of a part: the one called `name`, or for ``auto`` one by the hole.

    Raises UnknownModel.
    """
    return AutoChooser(models, scene) if name == AUTO else NamedChooser(models.get(name))
