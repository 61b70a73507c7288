"""Protection against faulty plug-in models: traits are checked, arrays are read-only, and any failure is an error."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from inpaint_studio.errors import StudioError
from inpaint_studio.models.base import plugins
from inpaint_studio.models.base.checkpoint_format import Dialect
from inpaint_studio.models.base.interface import Fill, Guide, Model, Options, Plane, TicketLike, Traits
from inpaint_studio.models.base.network_config import ConfigError, ConfigTable
from inpaint_studio.models.base.network_model import NetworkModel, System
from inpaint_studio.models.base.plugins import PluginError
from inpaint_studio.models.base.validate import TraitsError, check_fill, check_methods, check_traits
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

_log = logging.getLogger(__name__)


class PluginModel:
    """A model from an entry point. After it was accepted, only its `fill` and `warm_up` are used."""

    def __init__(self, model: Model, traits: Traits) -> None:
        """`traits` are the model's own, as `check_traits` returns them."""
        self.traits = traits
        self._model = model

    def fill(self, image: NDArray[Any], hole: Plane, guide: Guide, options: Options, ticket: TicketLike) -> Fill:
        """See `Model.fill`. Raises StudioError if the plug-in fails or returns something malformed."""
        planes = Guide(*(None if plane is None else _read_only(plane) for plane in guide))
        arguments = _read_only(image), _read_only(hole), planes, options, ticket
        filled: Fill = self._call_safely(lambda: self._model.fill(*arguments))
        check_fill(filled, self.traits, image.shape, hole)
        return filled

    def warm_up(self, ticket: TicketLike) -> None:
        """See `Model.warm_up`. Raises StudioError if the plug-in fails."""
        self._call_safely(lambda: self._model.warm_up(ticket))

    def _call_safely(self, call: Any) -> Any:
        """Return `call()`. Turn what it raises, except this program's errors, into a StudioError.

        The error's cause stays attached, so that running out of memory is still recognised.
        """
        process = os.getpid()
        try:
            with plugins.redirect_stdout():
                return call()
        except (StudioError, MemoryError):
            raise
        except BaseException as error:  # also SystemExit, which would end the thread without an answer
            if plugins.is_interrupt(error):
                raise
            _log.error("the plug-in '%s' failed", self.traits.name, exc_info=error)
            raise StudioError(
                tr(
                    "{title} failed ({reason}); choose another model, and report this to its authors.",
                    title=self.traits.title,
                    reason=plugins.reason(error),
                )
            ) from error
        finally:
            if os.getpid() != process:  # the plug-in forked: the copy would fill and save a second time
                os._exit(0)


def accept(made: object, label: str) -> Iterator[tuple[str, Model | PluginError]]:
    """Check what an entry point's function returned, one model or several: yields (label, model) for each.

    For a model that cannot be used it yields (label, PluginError with the reason).

    `label` is the entry point's name; of several models, the number is added to it.
    """
    try:
        several = plugins.call_safely(lambda: list(made) if isinstance(made, (list, tuple)) else [made])
        if not several:
            raise PluginError("it returned no model")
    except PluginError as error:
        yield label, error
        return
    for number, model in enumerate(several, 1):
        place = label if len(several) == 1 else f"{label} ({number})"
        try:
            accepted = plugins.call_safely(lambda model=model: _check_model(model))  # type: ignore[misc]
        except PluginError as error:
            yield place, error
        else:
            yield place, accepted


def _check_model(model: Any) -> Model:
    try:
        traits = check_traits(model.traits)
        if not isinstance(model, NetworkModel):
            check_methods(model)
            return PluginModel(model, replace(traits, trainable=False))  # recipes train networks
        if type(model) is not NetworkModel:
            raise TraitsError("a network must be a NetworkModel itself, not a subclass of it")
        if model.weights is not None:
            raise TraitsError("a network must come without weights; they are imported")
        return NetworkModel(_check_system(model.system))
    except TraitsError as error:
        raise PluginError(str(error)) from error


def _check_system(system: System) -> System:
    """Return a network's system, set to be trainable only if there is a recipe for it. Raises TraitsError."""
    if type(system) is not System:
        raise TraitsError(f"its system is of type {type(system).__name__}; it must be a System")
    traits = check_traits(system.traits)
    if not traits.needs_weights:
        raise TraitsError("traits.needs_weights is False; a network needs weights")
    _check_table(system)
    if not (callable(system.build) and callable(system.settle)):
        raise TraitsError("its system's build and settle must be functions")
    if not (isinstance(system.dialects, tuple) and all(isinstance(each, Dialect) for each in system.dialects)):
        raise TraitsError("its system's dialects must be a tuple of Dialects")
    if type(system.parameters) is not int or system.parameters < 0:
        raise TraitsError("its system's parameters must be a whole number from 0")
    texts = [*system.authors, *system.authors.values()] if isinstance(system.authors, dict) else [None]
    if not all(isinstance(text, str) for text in texts):
        raise TraitsError("its system's authors must be a dictionary of texts")
    check_traits(system.settle(traits, dict(system.small)))
    return replace(system, traits=replace(traits, trainable=traits.trainable and traits.name in plugins.recipe_names()))


def _check_table(system: System) -> None:
    """Check what there is to choose in a network's configuration. Raises TraitsError."""
    if type(system.table) is not ConfigTable or not isinstance(system.small, dict):
        raise TraitsError("its system's table must be a ConfigTable and small a dictionary")
    for dialect in system.dialects if isinstance(system.dialects, tuple) else ():
        for name, values in getattr(dialect, "settings", {}).items():
            for value in values:
                try:
                    system.table.check({name: value})
                except ConfigError as error:
                    raise TraitsError(f"its dialect '{dialect.name}' has settings that its table has not") from error


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    view = np.asarray(array).view()
    view.flags.writeable = False
    return view
