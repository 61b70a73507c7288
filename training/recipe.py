"""What a recipe is: how one system is trained, as its paper says, in a form that any loop can run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, Literal, NamedTuple

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from inpaint_studio.errors import InputError
from inpaint_studio.models.networks import Inpainter
from training import bounds
from training.data.masks import Mixture

# Lines that go with a picture: as a hand draws them, or the exact edges that EdgeConnect learns from.
Sketches = Literal["hand", "canny"]


@dataclass(eq=False)
class Batch:
    """Pictures to train on. `image` B x 3 x S x S float32 RGB in [0, 1]; `hole` B x 1 x S x S, 1 inside; `sketch`
    B x 1 x S x S lines 0 or 1, where the recipe asks for them."""

    image: Tensor
    hole: Tensor
    sketch: Tensor | None = None
    share: bool = True  # whether what one turn computed is kept for the next one
    _made: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What `make` gives, made once for all turns of this step; with `share` off it is made anew each time, so that
        the graphs of several parts of a batch need not be held at once."""
        if not self.share:
            return make()
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

    def forget(self) -> None:
        """Let go of what was made once."""
        self._made.clear()

    def to(self, device: torch.device | str) -> Batch:
        sketch = None if self.sketch is None else self.sketch.to(device)
        return Batch(self.image.to(device), self.hole.to(device), sketch, self.share)

    def parts(self, count: int) -> Iterator[Batch]:
        """This batch in `count` parts of like size, for gradients that are summed up."""
        if count == 1:
            yield self
            return
        sketches = [None] * count if self.sketch is None else self.sketch.chunk(count)
        for image, hole, sketch in zip(self.image.chunk(count), self.hole.chunk(count), sketches, strict=False):
            yield Batch(image, hole, sketch, share=False)


class Turn(NamedTuple):
    """One update within a step: which optimiser, and the weighted losses whose sum it follows."""

    optimiser: str
    losses: Callable[[Batch], dict[str, Tensor]]


class Phase(NamedTuple):
    """A stretch of the training with turns of its own."""

    name: str
    share: float  # of all steps


class Recipe:
    """How one system is trained. A subclass is one readable file; every number is a field of its `Settings`.

    `modules` are everything that is trained or saved, "generator" among them; the loop wraps them for its device, so
    a recipe reaches them through `self.modules[...]` alone. Losses are means over the pictures of a batch, so that
    parts of it, or of several processes, average to those of the whole. Only what looks across pictures differs then:
    batch norm, and the critic of MI-GAN that sees the spread of a batch, are shown each part by itself.

    `Settings` may have a `size`: that of the pictures, for which critics are built. What else its numbers may be, their
    kinds of `training.bounds` say.
    """

    system: str  # the model it trains
    size = 256  # px the paper trains at
    batch = 16
    phases: tuple[Phase, ...] = (Phase("all", 1.0),)
    mixture = Mixture()  # of holes, where the person chooses no other
    wants_sketch: Sketches | None = None
    wants_features: str | None = None  # "vgg16" or "vgg19", where a loss needs their trained features
    Settings: type[Any]

    def __init__(
        self, network: Inpainter, settings: Any, features: nn.Module | None = None, fine_tuning: bool = False
    ) -> None:
        """`features` is None where the person goes on without the terms that need them. `fine_tuning` tells that the
        network has learnt already: a recipe then leaves out what teaches a new one and keeps its critics slow."""
        self.settings = settings
        self.features = features
        self.fine_tuning = fine_tuning
        self.modules: dict[str, nn.Module] = {"generator": network}

    def optimisers(self) -> dict[str, Optimizer]:
        """By the names that turns use; made after `modules` are on their device."""
        raise NotImplementedError

    def turns(self, phase: str, step: int) -> list[Turn]:
        """The updates of one step, in order. `step` counts from 0 within the phase."""
        raise NotImplementedError

    def enter(self, phase: str) -> None:
        """Called when a phase begins (also after a resume): freeze, set rates. Does nothing here."""

    def least_batch(self, size: int) -> int:
        """Pictures of `size` px that each process must have in a step: 2 where a batch norm meets maps of a single
        value, of which it can take no mean."""
        del size
        return 1

    def complete(self, generator: nn.Module, batch: Batch) -> Tensor:
        """The pictures with their holes filled by `generator` (the one being trained or its average), B x 3 x S x S in
        [0, 1]; no gradients."""
        raise NotImplementedError


def changed(settings: Any, assignments: Mapping[str, str]) -> Any:
    """`settings` (a frozen dataclass, perhaps of dataclasses) with values like ``losses.l1=1.2`` put in.

    Raises InputError for a name that is not there, a value of another kind or one out of its bounds.
    """
    for path, text in assignments.items():
        settings = _with(settings, path.split("."), path, text)
    return settings


def _with(settings: Any, names: list[str], path: str, text: str) -> Any:
    known = {f.name for f in fields(settings)}
    if names[0] not in known:
        raise InputError(f"There is no setting '{path}'; here there are {', '.join(sorted(known))}.")
    value = getattr(settings, names[0])
    if is_dataclass(value):
        if len(names) == 1:
            inner = ", ".join(f"{path}.{f.name}" for f in fields(value))
            raise InputError(f"'{path}' is a group; set one of {inner}.")
        return replace(settings, **{names[0]: _with(value, names[1:], path, text)})
    if len(names) > 1:
        raise InputError(f"There is no setting '{path}'; '{names[0]}' has no parts.")
    parsed = _parsed(value, path, text)
    bounds.check(settings, names[0], parsed, path)
    return replace(settings, **{names[0]: parsed})


def _parsed(value: Any, path: str, text: str) -> Any:
    try:
        if isinstance(value, bool):
            return {"true": True, "false": False}[text.lower()]
        if isinstance(value, (int, float)):
            number = type(value)(text)
            if number != number or number in (float("inf"), float("-inf")):
                raise ValueError
            return number
        if isinstance(value, str):
            return text
    except (ValueError, KeyError):
        pass
    raise InputError(f"'{text}' is no value for '{path}', which is {value!r} by default.")
