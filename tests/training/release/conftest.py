"""A small plan, ten credited photos, and a folder in the place of the shipped weights."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.synthetic import photo
from training.release.make import MakeOptions, make

PLAN = """
system = "deepfill-v2"
title = "A tiny set"
seed = 3
bad_at = "Everything: it has taken a few steps."

[photos]
classes = ["scene", "scene-crop"]
others = 0.25

[config]
width = 4
sketch = true

[[stages]]
title = "First"
size = 64
batch = 2
steps = 3
workers = 0
schedule = "cosine"
settings = { adversarial = 0, rate = 0.001 }
take = "last"

[cuda.config]
width = 6

[[cuda.stages]]
title = "On a card"
size = 64
batch = 2
steps = 2
workers = 0
settings = { adversarial = 0 }
"""
SECOND = """
[[stages]]
title = "Second"
size = 96
batch = 2
steps = 2
workers = 0
settings = { adversarial = 0 }
take = "last"
"""


@dataclass(frozen=True)
class Made:
    """The folders of a set that was made: photos, run and shipped weights."""

    home: Path

    @property
    def photos(self) -> Path:
        return self.home / "photos"

    @property
    def run(self) -> Path:
        return self.home / "run"

    @property
    def shipped(self) -> Path:
        return self.home / "shipped"

    @property
    def plan(self) -> Path:
        return self.home / "plans" / "tiny.toml"

    @property
    def file(self) -> Path:
        return self.shipped / "tiny.safetensors"

    @property
    def stage(self) -> Path:
        return self.run / "processor" / "1-64px"


@pytest.fixture(scope="module")
def once_made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The set `tiny`, made once by the plan above; what the command printed is in ``out.txt``."""
    made = Made(tmp_path_factory.mktemp("made"))
    write_photos(made.photos / "train")
    made.plan.parent.mkdir()
    made.plan.write_text(PLAN)
    with pytest.MonkeyPatch.context() as patch:
        _use(made, patch)
        lines: list[str] = []
        make(MakeOptions("tiny", made.photos, made.run, stages="processor"), lines.append)
    (made.home / "out.txt").write_text("\n".join(lines))
    return made


@pytest.fixture
def made(once_made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """A copy of the folders of the set `tiny`, which the program uses in the place of its own."""
    shutil.copytree(once_made.home, tmp_path / "made")
    copy = Made(tmp_path / "made")
    _use(copy, monkeypatch)
    return copy


@pytest.fixture
def nothing_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """The plan `tiny` and the photos, before the set was made."""
    new = Made(tmp_path / "made")
    write_photos(new.photos / "train")
    new.plan.parent.mkdir()
    new.plan.write_text(PLAN)
    _use(new, monkeypatch)
    return new


def _use(made: Made, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("training.release.plan.plans_folder", lambda: made.plan.parent)
    patch.setattr("training.release.held_out.CROPS", 2)
    patch.setenv("INPAINT_STUDIO_SHIPPED", str(made.shipped))
    patch.setenv("INPAINT_STUDIO_CACHE", str(made.home / "cache"))


def write_photos(folder: Path) -> None:
    """Write eight photos of scenes, one of them a crop of the first, and two of food; with their index."""
    folder.mkdir(parents=True)
    rows = [("file", "class", "licence", "source", "path", "attribution")]
    for number in range(10):
        kind = "food" if number > 7 else "scene-crop" if number == 7 else "scene"
        name = f"{number}.png"
        Image.fromarray(np.roll(photo(96, 120), 11 * number, 1)).save(folder / name)
        path = "0.jpg" if number == 7 else f"{number}.jpg"
        credit = f"Photo {number} by A. Cook" if kind == "food" else "land/scapes"
        rows.append((name, kind, "CC-BY-4.0" if kind == "food" else "CC0-1.0", "land/scapes", path, credit))
    with (folder / "index.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
