"""Imports that wait until they are needed: what the window's first picture does without must not delay it."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType
from typing import Any


def lazily(name: str) -> None:
    """Let ``import name`` cost nothing until something of the module is used; nothing where it is imported already.

    To be called for a package without side effects, in the main thread, before other threads import it.
    """
    if name in sys.modules:
        return
    spec = importlib.util.find_spec(name)
    if spec is None:
        raise ModuleNotFoundError(f"No module named '{name}'", name=name)
    waiting = _Waiting(name)
    waiting.__spec__ = spec  # the import system asks for it whenever it finds a module already there
    sys.modules[name] = waiting


def load(name: str) -> None:
    """Import in full what is waiting; to be called before other threads need it."""
    waiting = sys.modules.get(name)
    if isinstance(waiting, _Waiting):
        waiting.load()


class _Waiting(ModuleType):
    """Stands for a module until its first attribute is asked for, then has all of them."""

    def load(self) -> ModuleType:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        real = importlib.import_module(self.__name__)
        vars(self).update(vars(real))
        return real

    def __getattr__(self, name: str) -> Any:
        # Asked of any module by the way. (The path is not: it is wanted when a submodule is imported.)
        if name.startswith("__") and name.endswith("__") and name not in ("__path__", "__version__"):
            raise AttributeError(name)
        return getattr(self.load(), name)
