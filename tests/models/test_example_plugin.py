"""The example and the plug-in of docs/plugins.md, as users build them: a wheel, installed, tested and used."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.synthetic import disc, photo

ROOT = Path(__file__).resolve().parents[2]


class Plugin:
    """A plug-in's source folder, and a folder where its wheel was installed."""

    def __init__(self, source: Path, installed: Path, wheels: Path) -> None:
        self.source, self.installed = source, installed
        self._run("pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(wheels), str(source))
        (wheel,) = wheels.glob("*.whl")
        self._run("pip", "install", "--no-deps", "--no-index", "--target", str(installed), str(wheel))

    def _run(self, *command: str, folder: Path | None = None) -> str:
        path = os.pathsep.join([str(self.installed), str(ROOT)])
        environment = {**os.environ, "PYTHONPATH": path, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=folder or self.source, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def test(self) -> str:
        """Run its own tests on what is installed, not on its sources."""
        tests = self.installed.parent / "tests"
        tests.mkdir()
        for file in self.source.rglob("test_*.py"):
            shutil.copy(file, tests)
        return self._run("pytest", "-p", "no:cacheprovider", str(tests), folder=tests)

    def studio(self, *arguments: str) -> str:
        """Run the command line."""
        return self._run("inpaint_studio", *arguments, folder=self.installed)


def copy_example(folder: Path) -> None:
    shutil.copytree(ROOT / "examples" / "plugin", folder, ignore=shutil.ignore_patterns("__pycache__"))


def write_documented(folder: Path) -> None:
    """The files of docs/plugins.md: its blocks with a file's name."""
    folder.mkdir()
    text = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```\w+ ([\w.]+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 3
    for name, block in blocks:
        (folder / name).write_text(block, encoding="utf-8")


@pytest.mark.parametrize(
    ("write", "name", "tests"),
    [(copy_example, "harmonic", 14), (write_documented, "mean", 10)],
    ids=["example", "docs"],
)
def test_a_plug_in_is_built_installed_tested_and_used(tmp_path, write, name, tests):
    write(tmp_path / "source")
    plugin = Plugin(tmp_path / "source", tmp_path / "installed", tmp_path / "wheels")
    passed = re.search(r"(\d+) passed", plugin.test())
    assert passed is not None
    assert int(passed[1]) >= tests
    listed = json.loads(plugin.studio("models", "list", "--json"))
    assert name in [model["name"] for model in listed["models"]]
    assert not listed["broken"]
    pixels, hole = photo(60, 80), disc(60, 80)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    Image.fromarray(hole).save(tmp_path / "mask.png")
    files = {file: str(tmp_path / f"{file}.png") for file in ("photo", "mask", "filled")}
    exact = ("--mask", files["mask"], "--grow", "0")
    plugin.studio("fill", files["photo"], *exact, "--model", name, "-o", files["filled"])
    filled = np.asarray(Image.open(files["filled"]))
    np.testing.assert_array_equal(filled[~hole], pixels[~hole])
    assert (filled[hole] != pixels[hole]).any()
