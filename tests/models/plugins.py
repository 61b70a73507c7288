"""Plug-ins as files: a package and its metadata in a folder of `sys.path`, as an installer leaves them."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import pytest

from inpaint_studio.models.base import registry as registries
from inpaint_studio.models.base.registry import Registry, registry

_numbers = itertools.count()  # modules stay imported, so that each needs a name of its own

PREAMBLE = """
import numpy as np
from dataclasses import replace
from inpaint_studio.models.base.interface import Fill, Traits

TRAITS = Traits("mean", "Mean", "Fills with the mean of what is known.", values="bytes")

class Mean:
    traits = TRAITS

    def fill(self, image, hole, guide, options, ticket):
        ticket.report(0.0)
        filled = image.copy()
        filled[hole] = image[~hole].mean(axis=0)
        return Fill(filled)

    def warm_up(self, ticket):
        ticket.report(1.0)

def model():
    return Mean()
"""


class Plugins:
    """A folder of installed plug-ins."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def install(
        self, code: str, name: str = "theirs", group: str = "inpaint_studio.models", target: str = "model"
    ) -> str:
        """Install the preamble followed by `code` as a distribution with one entry point; returns its module's name."""
        module = f"plugin_{next(_numbers)}"
        (self.folder / f"{module}.py").write_text(PREAMBLE + code)
        self.describe(module, f"[{group}]\n{name} = {module}:{target}\n")
        return module

    def describe(self, module: str, entry_points: str) -> None:
        """Write the metadata of a distribution."""
        info = self.folder / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(entry_points)

    def found(self) -> Registry:
        """The registry with these plug-ins."""
        registries.forget()
        return registry()


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """An empty folder of plug-ins, and a registry that is read again before and after."""
    folder = tmp_path / "plugins"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    before = set(sys.modules)
    registries.forget()
    yield Plugins(folder)
    registries.forget()
    for name in set(sys.modules) - before:
        if name.startswith("plugin_"):
            del sys.modules[name]
