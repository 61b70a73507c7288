"""Finds the models: every module of this package with a ``model()`` function, and other people's entry points."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points

from inpaint_studio import models as package
from inpaint_studio.errors import UnknownModel
from inpaint_studio.models.base.interface import Model

GROUP = "inpaint_studio.models"
AUTO = "auto"  # the name that lets the engine choose by the hole


@dataclass(frozen=True)
class Registry:
    """The models by name, and the plug-ins that could not be used with the reason."""

    models: dict[str, Model] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> Model:
        """The model called `name`; raises UnknownModel with the nearest names."""
        try:
            return self.models[name]
        except KeyError:
            near = difflib.get_close_matches(name, self.models, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join((AUTO, *self.models))}."
            raise UnknownModel(f"There is no model called '{name}'; {hint}") from None


@cache
def registry() -> Registry:
    """All models, found once a process. A plug-in that does not import is listed as broken and stops nothing."""
    found = Registry()
    for module in pkgutil.iter_modules(package.__path__):
        if module.ispkg:  # the networks, which bring torch with them
            continue
        loaded = importlib.import_module(f"{package.__name__}.{module.name}")
        if hasattr(loaded, "model"):
            _add(found, loaded.model())
    for entry in entry_points(group=GROUP):
        try:
            _add(found, entry.load()())
        except Exception as error:  # a stranger's code may fail in any way; it must not stop the start
            found.broken[entry.name] = f"{type(error).__name__}: {error}"
    return found


def _add(found: Registry, model: Model) -> None:
    name = model.traits.name
    if name in found.models or name == AUTO:
        raise ValueError(f"the name '{name}' is taken by another model")
    found.models[name] = model
