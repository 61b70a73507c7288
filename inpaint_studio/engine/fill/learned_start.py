"""Which network draws what a fill starts from, for which holes, and what is reported about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.fill.auto import LARGE, has_weights, is_flat
from inpaint_studio.engine.fill.memory_fallback import free_memory, is_out_of_memory
from inpaint_studio.engine.fill.regions import HolePart
from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.fill.start_picture import draw_start
from inpaint_studio.engine.fill.surroundings import look_around
from inpaint_studio.engine.machine import allocator
from inpaint_studio.engine.model_library import obstacle_of, weights_of
from inpaint_studio.engine.ticket import PartialTicket
from inpaint_studio.errors import Cancelled, InputError, StudioError, UnknownModel
from inpaint_studio.models.base.interface import AUTO, NO_START, Bytes, Guide, Model, Plane, TicketLike, Traits
from inpaint_studio.models.base.registry import Registry
from inpaint_studio.texts import name_all, tr

GAIN = "start_gain"  # fact of a set: dB that it gained on large kept-back holes against a start from the rim
_SHARE = 0.02  # of a region's progress
_MOST_GAIN = 100.0  # dB; what claims more is no measurement


def can_start(model: Model) -> bool:
    """Return whether `model` can draw what a fill starts from: a network that has weights, for holes anywhere."""
    return model.traits.values == "unit" and model.traits.centred is None and has_weights(model)


def find_start(models: Registry, name: str) -> Model | None:
    """Return the model called `name`; for ``auto`` the shipped one that gained most by measure; None for none.

    Raises UnknownModel, and InputError for a model that cannot draw a start.
    """
    if name == NO_START:
        return None
    if name == AUTO:
        able = [model for model in models.models.values() if can_start(model)]
        best = max(able, key=_gain, default=None)
        return best if best is not None and _gain(best) > 0 else None
    try:
        model = models.get(name)
    except UnknownModel as error:
        raise UnknownModel(tr("A fill cannot start from '{name}', for there is no such model.", name=name)) from error
    if not can_start(model):
        network = model.traits.needs_weights and model.traits.centred is None
        obstacle = obstacle_of(model) if network else ""
        if obstacle:
            raise InputError(obstacle)
        remedy = tr("it has no weights yet") if network else tr("choose a network that takes holes anywhere")
        raise InputError(tr("A fill cannot start from {title}: {remedy}.", title=model.traits.title, remedy=remedy))
    return model


def _gain(model: Model) -> float:
    weights = weights_of(model)
    return 0.0 if weights is None or weights.origin != "shipped" else read_gain(weights.facts)


def read_gain(facts: Mapping[str, str]) -> float:
    """Return the measured gain in dB from the facts of a set; 0 where there is none."""
    try:
        gain = float(facts.get(GAIN, "0"))
    except ValueError:
        return 0.0
    return gain if abs(gain) < _MOST_GAIN else 0.0  # nan is not less either


@dataclass
class RegionStart:
    """The start of one region, drawn when it is needed. `used` is set then; `notes` are sentences for the user.

    `region` is h x w x 3, `hole` h x w with all holes of the region, also those that are not filled now: the network
    must not see what is in them.
    """

    model: Model
    region: Bytes
    hole: Plane
    guide: Guide
    ticket: TicketLike
    icc: bytes = b""  # the profile of the region's colours
    used: bool = False
    notes: list[str] = field(default_factory=list)

    def draw(self) -> NDArray[np.float32] | None:
        """Return the picture, h' x w' x 3 in [0, 255]; None where the network fails. Raises Cancelled."""
        ticket = PartialTicket(self.ticket, 0.0, _SHARE)
        try:
            with allocator.keeping():
                picture = draw_start(self.model, self.region, self.hole, self.guide, ticket, self.icc)
        except Cancelled:
            raise
        except Exception as error:
            reason = _explain(error)
            if reason is None:
                raise
            self.notes.append(
                tr(
                    "The fill started from the rim of the hole, without {title}. {reason}",
                    title=self.model.traits.title,
                    reason=reason,
                )
            )
            return None
        self.used = True
        return picture


def _explain(error: Exception) -> str | None:
    """Return why a network could not draw, in a sentence; None for a mistake in the program."""
    if is_out_of_memory(error):
        free_memory()
        return tr("There was not enough memory for it.")
    if isinstance(error, StudioError):
        return error.plain
    if isinstance(error, ImportError | OSError):
        return tr("It cannot be loaded; install the program again.")
    return None


class Starts:
    """The starts of all regions of one fill."""

    def __init__(self, request: Request, models: Registry, is_cutout: bool) -> None:
        self._request, self._is_cutout = request, is_cutout
        self._missing = ""
        self._model: Model | None = None
        self.titles: set[str] = set()  # of the networks whose pictures were used
        self.notes: list[str] = []
        try:
            self._model = find_start(models, request.options.start)
        except InputError as error:
            self._missing = error.plain

    def prepare(
        self, traits: Traits, part: HolePart, region: Bytes, hole: Plane, guide: Guide, ticket: TicketLike
    ) -> RegionStart | None:
        """Return the start for the model with these traits in a region (see `RegionStart`); None for its own."""
        if "start" not in traits.heeds:
            return None
        if self._missing:
            self.notes.append(self._missing)
        if self._model is None or self._is_cutout or not self._is_large(part):
            return None
        around = look_around(self._request.pixels, self._request.hole, part.core)
        if around is not None and is_flat(around):
            return None
        return RegionStart(self._model, region, hole, guide, ticket, self._request.icc)

    def _is_large(self, part: HolePart) -> bool:
        """Return whether a start is wanted for a hole of that size; one that the user has named always is."""
        if self._request.options.start != AUTO:
            return True
        return not part.guided and part.radius >= LARGE * min(self._request.hole.shape)

    def collect(self, start: RegionStart | None) -> None:
        """Keep what is to be reported about a start after its region was filled."""
        if start is None:
            return
        self.notes += start.notes
        if start.used:
            self.titles.add(start.model.traits.title)

    def name(self) -> tuple[str, ...]:
        """Name in words the networks whose pictures were used."""
        return (tr("start: {names}", names=name_all(sorted(self.titles))),) if self.titles else ()

    def note_unused(self) -> list[str]:
        """Return a sentence where the user has named a start and no hole needed one."""
        model = self._model
        if self._request.options.start in (AUTO, NO_START) or model is None or self.titles or self.notes:
            return []
        return [
            tr("The start by {title} was not needed; these holes are filled in another way.", title=model.traits.title)
        ]
