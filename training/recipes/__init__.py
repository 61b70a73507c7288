"""How each system is trained, one readable file a system, found by the name of the model it trains."""

from __future__ import annotations

import importlib
import pkgutil

from inpaint_studio.errors import InputError
from training.recipe import Recipe


def systems() -> list[str]:
    """The models that can be trained."""
    return sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__) if module.name[0] != "_")


def recipe_for(system: str) -> type[Recipe]:
    """The recipe of the model called `system`. Raises InputError where there is none."""
    if system not in systems():
        raise InputError(f"'{system}' cannot be trained; there are recipes for {', '.join(systems())}.")
    module = importlib.import_module(f"{__name__}.{system.replace('-', '_')}")
    found: type[Recipe] = module.recipe
    return found
