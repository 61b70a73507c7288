"""How each system is trained: one readable file per system, found by the name of the model it trains.

Third parties add recipes by an entry point in the group ``inpaint_studio.recipes``: its name is the system's, and it
names a subclass of `training.recipe.Recipe`. docs/plugins.md shows how.
"""

from __future__ import annotations

import importlib
from dataclasses import is_dataclass
from typing import Any, get_args

from inpaint_studio.errors import InputError
from inpaint_studio.models.base import plugins
from inpaint_studio.models.base.plugins import PluginError
from inpaint_studio.texts import tr
from training.data.batch import Sketches
from training.data.masks import Mixture
from training.recipe import Phase, Recipe

_METHODS = ("optimisers", "updates", "complete")  # what every recipe must define


def systems() -> list[str]:
    """Return the systems of this program that can be trained, sorted."""
    return sorted(plugins.builtin_recipes())


def recipe_for(system: str) -> type[Recipe]:
    """Return the recipe of the model called `system`. Raises InputError where there is none or it is malformed."""
    if system in systems():
        module = importlib.import_module(f"{__name__}.{system.replace('-', '_')}")
        found: type[Recipe] = module.recipe
        return found
    entries = [entry for entry in plugins.entries(plugins.RECIPES) if entry.name == system and entry.point is not None]
    if not entries:
        raise InputError(
            tr(
                "'{system}' cannot be trained; there are recipes for {names}.",
                system=system,
                names=", ".join(systems()),
            )
        )
    try:
        loaded = plugins.load(entries[0])
        return plugins.call_safely(lambda: check(loaded, system))
    except PluginError as error:
        raise InputError(
            tr(
                "The recipe of '{system}' cannot be used ({error}); report this to its authors.",
                system=system,
                error=error,
            )
        ) from error


def check(recipe: Any, system: str) -> type[Recipe]:
    """Return `recipe` where it is a well-formed recipe of `system`. Raises PluginError with what is wrong."""
    if not (isinstance(recipe, type) and issubclass(recipe, Recipe)):
        raise PluginError("it must be a subclass of training.recipe.Recipe")
    if getattr(recipe, "system", None) != system:
        raise PluginError(f"its system must be '{system}'")
    for name, most in (("size", 1 << 12), ("batch", 1 << 12)):
        if not (type(getattr(recipe, name)) is int and 0 < getattr(recipe, name) <= most):
            raise PluginError(f"its {name} must be a whole number from 1 to {most}")
    phases = recipe.phases
    if not (
        isinstance(phases, tuple) and phases and all(isinstance(each, Phase) and each.share > 0 for each in phases)
    ):
        raise PluginError("its phases must be a tuple of Phases with positive shares")
    if not isinstance(recipe.mixture, Mixture):
        raise PluginError("its mixture must be a Mixture")
    if recipe.wants_sketch not in (None, *get_args(Sketches)):
        raise PluginError(f"its wants_sketch must be None or one of {', '.join(get_args(Sketches))}")
    if type(recipe.wants_labels) is not bool:
        raise PluginError("its wants_labels must be True or False")
    if recipe.wants_features not in (None, "vgg16", "vgg19"):
        raise PluginError("its wants_features must be None, 'vgg16' or 'vgg19'")
    settings = getattr(recipe, "Settings", None)
    if not (isinstance(settings, type) and is_dataclass(settings)):
        raise PluginError("its Settings must be a dataclass")
    settings()  # every field must have a default
    for name in _METHODS:
        if getattr(recipe, name) is getattr(Recipe, name):
            raise PluginError(f"it must define {name}")
    return recipe
