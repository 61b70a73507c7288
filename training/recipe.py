"""What a recipe is: how one network is trained, as its paper says, in a form that any training loop can run.

A recipe has settings, a frozen dataclass whose numbers declare their range by their type (`Weight`, `Rate`, ...).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple, get_type_hints

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from inpaint_studio.errors import InputError
from inpaint_studio.models.networks import Hints, Inpainter
from inpaint_studio.protocol.request import FEATURE_LOSSES
from inpaint_studio.texts import name_all, tr
from training.data.batch import Batch, Sketches
from training.data.masks import HoleSource, Mixture
from training.losses.vgg_input import IMAGENET, VggInput


class Bounds(NamedTuple):
    """The least and the largest value of a number, both allowed."""

    least: float
    most: float = math.inf

    def __str__(self) -> str:
        return (
            tr("{least:g} or more", least=self.least)
            if self.most == math.inf
            else tr("from {least:g} to {most:g}", least=self.least, most=self.most)
        )


Weight = Annotated[float, Bounds(0)]  # of a loss
Rate = Annotated[float, Bounds(1e-10, 10)]  # of learning
Beta = Annotated[float, Bounds(0, 0.99999)]  # of Adam
Share = Annotated[float, Bounds(0, 1)]
Count = Annotated[int, Bounds(1)]
Width = Annotated[int, Bounds(1, 1024)]  # channels of a discriminator's layer


class Update(NamedTuple):
    """One update of weights within a step: which optimiser, and the weighted losses whose sum it reduces."""

    optimiser: str
    losses: Callable[[Batch], dict[str, Tensor]]
    new_batch: bool = False  # whether it has a batch of its own; the first update of a step always has


class Phase(NamedTuple):
    """A part of the training with updates of its own.

    In a training whose length is set, by steps or by time, a phase has its `share` of it. In one without a length it
    has its paper's `steps`, or goes on until its losses stop falling. The last phase of such a training never ends by
    itself.
    """

    name: str
    share: float  # of a training whose length is set
    steps: int | None = None  # without a length; None: it ends by its losses alone
    until_plateau: bool = False  # without a length: whether it ends when its losses stop falling


class Recipe:
    """How one network is trained. A subclass is one readable file; every number is a field of its `Settings`.

    `modules` are everything that is trained or saved, "generator" among them; the loop wraps them for its device, so a
    recipe uses them only as `self.modules[...]`. Losses are means over the images of a batch. So the mean over parts of
    a batch, or over several processes, is the loss of the whole. The exceptions are batch norm and the discriminator of
    MI-GAN, which uses the spread of a batch: they are applied to each part by itself.

    `Settings` may have a `size`: the side of the crops, for which discriminators are built.
    """

    system: str  # the model it trains
    size = 256  # px the paper trains at
    batch = 16
    phases: tuple[Phase, ...] = (Phase("all", 1.0),)
    mixture: HoleSource = Mixture()  # of holes; the user may choose others
    wants_sketch: Sketches | None = None
    # Whether crops come with label maps, `Batch.guides["labels"]`, and the weights keep the classes. The network's
    # option "classes" is their number.
    wants_labels: bool = False
    wants_features: str | None = None  # "vgg16" or "vgg19", where a loss needs their trained features
    vgg_input: VggInput = IMAGENET  # how images enter it
    # Parts of the network's configuration that follow from the training; what is trained here has them, unless the user
    # chose otherwise.
    trained_config: Mapping[str, Any] = MappingProxyType({})
    # The losses that an ablation can compare: the settings of each by its name (`loss_parts`), those of a training
    # without any of them (`plain_losses`), and which of them are critics, of which only one can be chosen at a time.
    loss_parts: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    plain_losses: Mapping[str, Any] = MappingProxyType({})
    critics: frozenset[str] = frozenset()
    wants_mean_colour = False  # whether an untrained network is given the mean colour of the photos, as `mean`
    Settings: type[Any]

    def __init__(
        self, network: Inpainter, settings: Any, features: nn.Module | None = None, fine_tuning: bool = False
    ) -> None:
        """`features` is None where the losses that need them are left out. `fine_tuning`: the network is trained
        already, so a recipe leaves out the first phase of a new one and lowers the rates of its discriminators."""
        self.settings = settings
        self.features = features
        self.fine_tuning = fine_tuning
        self.modules: dict[str, nn.Module] = {"generator": network}

    @staticmethod
    def initialise(network: Inpainter) -> None:
        """Set the weights of an untrained `network` as its authors do, before a recipe is made of it.

        Does nothing here: the weights stay as PyTorch sets them.
        """

    def vgg_maps(self, image: Tensor, names: tuple[str, ...]) -> list[Tensor]:
        """Return VGG's feature maps of those names of `image`, B x 3 x H x W RGB in [0, 1]."""
        assert self.features is not None
        maps: list[Tensor] = self.features(self.vgg_input.apply(image), names)
        return maps

    def discriminators(self) -> dict[str, nn.Module]:
        """Return the modules that are kept beside the trained weights: all but the generator, by their names."""
        return {name: module for name, module in self.modules.items() if name != "generator"}

    def optimisers(self) -> dict[str, Optimizer]:
        """Return the optimisers by the names that updates use; called when `modules` are on their device."""
        raise NotImplementedError

    def updates(self, phase: str, step: int) -> list[Update]:
        """Return the updates of one step, in order. `step` counts from 0 within the phase.

        A step is one update of the generator with all updates of discriminators that belong to it, each on a batch of
        its own where `Update.new_batch` is set. In a phase that trains a discriminator alone a step is one of its
        updates.
        """
        raise NotImplementedError

    def compilable(self) -> Sequence[nn.Module]:
        """Return the modules that `--compile` compiles: the generator here.

        They must be used by calling them. Those whose losses take derivatives of derivatives, as the penalties of
        discriminators do, cannot be compiled.
        """
        return (self.modules["generator"],)

    def cycle(self, phase: str) -> Mapping[int, int]:
        """Return the kinds of steps in the phase: a step of each kind, and how often that kind comes in a cycle.

        Here all steps are alike.
        """
        del phase
        return {0: 1}

    def teaches_generator(self, phase: str) -> bool:
        """Return whether the generator learns to fill better in this phase; True here.

        Where it does not, as a discriminator learns alone, no best weights are looked for, and no patience is lost.
        """
        del phase
        return True

    def enter(self, phase: str) -> None:
        """Prepare for a phase that begins, also after a resume: freeze layers, set rates. Does nothing here."""

    def least_batch(self, size: int) -> int:
        """Return the images of `size` px that each process needs in a step.

        2 where a batch norm meets maps of a single value, of which it can take no mean.
        """
        del size
        return 1

    def complete(self, generator: nn.Module, batch: Batch) -> Tensor:
        """Return the images with their holes filled by `generator` (the trained one or its average).

        B x 3 x S x S in [0, 1]; no gradients.
        """
        raise NotImplementedError

    def complete_along(self, generator: nn.Module, batch: Batch) -> Tensor:
        """Return the images with their holes filled along the label maps of the batch, as `complete` returns them.

        Measures how far the fills follow a map that the user paints. A network that follows none fills as always.
        """
        assert isinstance(generator, Inpainter)
        hints = Hints(labels=batch.guides["labels"])
        drawn = generator.fill(batch.image, batch.hole, hints, lambda _: None).output
        return torch.lerp(batch.image, drawn.clamp(0, 1), batch.hole)


def change_settings(settings: Any, assignments: Mapping[str, str]) -> Any:
    """Return `settings` (a frozen dataclass, which may contain others) with new values, such as ``losses.l1=1.2``.

    Raises InputError for a name that is not there, a value of another type or one out of its range.
    """
    for path, text in assignments.items():
        settings = _assign(settings, path.split("."), path, text)
    return settings


def feature_losses(recipe: type[Recipe]) -> tuple[str, ...]:
    """Return the losses of a recipe that need a trained VGG, by the names of their weights in its settings."""
    known = {f.name for f in fields(recipe.Settings)} if recipe.wants_features is not None else set()
    return tuple(loss for loss in FEATURE_LOSSES if loss in known)


def leave_out_losses(recipe: type[Recipe], settings: Any, names: Sequence[str]) -> Any:
    """Return `settings` of the recipe with a weight of 0 for those losses.

    All of `FEATURE_LOSSES` together may be left out of any recipe. Raises InputError for a loss that this recipe does
    not have.
    """
    left_out, known = {name.strip() for name in names}, feature_losses(recipe)
    if left_out != set(FEATURE_LOSSES):
        for name in sorted(left_out - set(known)):
            has = (
                tr("there is {names}", names=name_all(list(known))) if known else tr("it has none that can be left out")
            )
            raise InputError(
                tr(
                    "The recipe of {system} has no loss '{name}' to leave out; {has}.",
                    system=recipe.system,
                    name=name,
                    has=has,
                )
            )
    return change_settings(settings, {name: "0" for name in known if name in left_out})


def needs_features(recipe: type[Recipe], settings: Any) -> bool:
    """Return whether a loss with a weight above 0 needs a trained VGG."""
    return any(getattr(settings, name) for name in feature_losses(recipe))


def _assign(settings: Any, names: list[str], path: str, text: str) -> Any:
    known = {f.name for f in fields(settings)}
    if names[0] not in known:
        raise InputError(
            tr("There is no setting '{path}'; here there are {names}.", path=path, names=", ".join(sorted(known)))
        )
    value = getattr(settings, names[0])
    if is_dataclass(value):
        if len(names) == 1:
            inner = ", ".join(f"{path}.{f.name}" for f in fields(value))
            raise InputError(tr("'{path}' is a group; set one of {inner}.", path=path, inner=inner))
        return replace(settings, **{names[0]: _assign(value, names[1:], path, text)})
    if len(names) > 1:
        raise InputError(tr("There is no setting '{path}'; '{names}' has no parts.", path=path, names=names[0]))
    parsed = _parse(value, path, text)
    _check_bounds(settings, names[0], parsed, path)
    return replace(settings, **{names[0]: parsed})


def _parse(value: Any, path: str, text: str) -> Any:
    """Return `text` in the type of `value`. Raises InputError where it has another one."""
    try:
        if isinstance(value, bool):
            return {"true": True, "false": False}[text.lower()]
        if isinstance(value, (int, float)):
            number = type(value)(text)
            if not math.isfinite(number):
                raise ValueError
            return number
        if isinstance(value, str):
            return text
    except (ValueError, KeyError):
        pass
    raise InputError(
        tr("'{text}' is no value for '{path}', which is {value!r} by default.", text=text, path=path, value=value)
    )


def _check_bounds(settings: Any, name: str, value: Any, path: str) -> None:
    """Raise InputError where `value` is outside the bounds of the field `name`; `path` is its name for the user."""
    kind = get_type_hints(type(settings), include_extras=True)[name]
    for bounds in getattr(kind, "__metadata__", ()):
        if isinstance(bounds, Bounds) and not bounds.least <= value <= bounds.most:
            raise InputError(tr("'{path}' must be {bounds}, not {value:g}.", path=path, bounds=bounds, value=value))
