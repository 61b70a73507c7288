"""Finds the models: every module of this package with a ``model()`` or ``models()`` function, and all plug-ins."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from inpaint_studio import models as package
from inpaint_studio.errors import UnknownModel
from inpaint_studio.models.base import plugins
from inpaint_studio.models.base.interface import AUTO, Model
from inpaint_studio.models.base.plugins import PluginError
from inpaint_studio.texts import tr


@dataclass(frozen=True)
class Registry:
    """The models by name, and what could not be used (plug-ins, damaged weights) with the reason."""

    models: dict[str, Model] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> Model:
        """Return the model called `name`.

        Raises UnknownModel with the nearest name or, for what cannot be used, with the reason.
        """
        try:
            return self.models[name]
        except KeyError:
            if name in self.broken:
                raise UnknownModel(
                    tr("'{name}' cannot be used: {broken}.", name=name, broken=self.broken[name].removesuffix("."))
                ) from None
            near = difflib.get_close_matches(name, self.models, n=1)
            hint = (
                tr("did you mean '{near}'?", near=near[0])
                if near
                else tr("there are {names}.", names=", ".join((AUTO, *self.models)))
            )
            raise UnknownModel(tr("There is no model called '{name}'; {hint}", name=name, hint=hint)) from None


_found: Registry | None = None
_lock = threading.RLock()  # a plug-in may call `registry` while it is imported; it gets an error, not a deadlock
_finding = False


def registry() -> Registry:
    """Return all models; they are searched once per process. A plug-in that cannot be used is listed as broken.

    Threads that call it at the same time get the same object. Raises RuntimeError when called by a plug-in's import.
    """
    global _found, _finding
    with _lock:
        if _found is None:
            if _finding:
                raise RuntimeError("the list of models cannot be read while it is made")
            _finding = True
            try:
                _found = _find()
            finally:
                _finding = False
        return _found


def forget() -> None:
    """Find the models again at the next call of `registry`; for tests."""
    global _found
    with _lock:
        _found = None
        plugins.recipe_names.cache_clear()


def _find() -> Registry:
    found = Registry()
    for module in pkgutil.iter_modules(package.__path__):
        if module.ispkg:  # the networks, which import torch
            continue
        for model in _models_of(importlib.import_module(f"{package.__name__}.{module.name}")):
            found.models[model.traits.name] = model
    from inpaint_studio.models.base.plugin_model import accept  # here: it loads numpy, which the window postpones

    for entry in plugins.entries(plugins.MODELS):
        try:
            _add(found, accept(_call(plugins.load(entry)), entry.name))
        except PluginError as error:
            _refuse(found, entry.name, str(error))
    return found


def _models_of(module: Any) -> Iterable[Model]:
    if hasattr(module, "models"):
        several: Iterable[Model] = module.models()
        return several
    return (module.model(),) if hasattr(module, "model") else ()


def _call(function: object) -> object:
    """Call a plug-in's function and return its result. Raises PluginError."""
    if not callable(function):
        raise PluginError(f"it names a {type(function).__name__}; it must name a function that returns a model")
    call: Callable[[], object] = function
    return plugins.call_safely(call)


def _add(found: Registry, accepted: Iterable[tuple[str, Model | PluginError]]) -> None:
    for label, model in accepted:
        if isinstance(model, PluginError):
            _refuse(found, label, str(model))
        elif (name := model.traits.name) in found.models or name == AUTO:
            _refuse(found, label, tr("the name '{name}' is taken by another model", name=name))
        else:
            found.models[name] = model


def _refuse(found: Registry, label: str, reason: str) -> None:
    """List a plug-in as broken, under a label that is not used yet."""
    number, unique = 1, label
    while unique in found.broken:
        number += 1
        unique = f"{label} ({number})"
    found.broken[unique] = plugins.one_line(reason)
