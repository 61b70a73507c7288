"""Imports that are postponed until a module is used, so that they do not delay the window's first paint."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType
from typing import Any


def postpone(name: str) -> None:
    """Make ``import name`` cost nothing until the module is used. Does nothing where it is imported already.

    Call it only for packages without side effects, in the main thread, before other threads import them. Raises
    ModuleNotFoundError where there is no such module.
    """
    if name in sys.modules:
        return
    spec = importlib.util.find_spec(name)
    if spec is None:
        raise ModuleNotFoundError(f"No module named '{name}'", name=name)
    module = _PostponedModule(name)
    module.__spec__ = spec  # the import system reads it of every module in `sys.modules`
    sys.modules[name] = module


def load(name: str) -> None:
    """Import a postponed module now; call it before other threads need the module."""
    module = sys.modules.get(name)
    if isinstance(module, _PostponedModule):
        module.load()


class _PostponedModule(ModuleType):
    """Takes a module's place until its first attribute is read, then has all of its attributes."""

    def load(self) -> ModuleType:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        real = importlib.import_module(self.__name__)
        vars(self).update(vars(real))
        return real

    def __getattr__(self, name: str) -> Any:
        # The import system reads such attributes of any module. `__path__` is read to import a submodule, which needs
        # the real one.
        if name.startswith("__") and name.endswith("__") and name not in ("__path__", "__version__"):
            raise AttributeError(name)
        return getattr(self.load(), name)
