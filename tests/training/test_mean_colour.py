"""GLCIC fills its hole with the mean colour of the photos that it is trained on."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from inpaint_studio.models.glcic import PLACES2
from inpaint_studio.protocol.request import SCRATCH
from tests.models.weighted import install
from tests.training.small_runs import make_request
from training.data import photos
from training.data.masks import Mixture
from training.data.mean_colour import measure_mean_colour
from training.run import checkpoint, setup, start_weights

COLOURS = [(250, 20, 40), (40, 90, 130), (60, 200, 10), (90, 10, 220), (30, 30, 30), (200, 180, 20)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Photos of one colour each."""
    where = tmp_path / "plain"
    where.mkdir()
    for number, colour in enumerate(COLOURS):
        Image.new("RGB", (80 + 10 * number, 70), colour).save(where / f"{number}.png")
    return where


def measure(folder: Path, cache: Path | None = None, seed: int = 0) -> tuple[float, float, float]:
    source = photos.open_folder(folder)
    return measure_mean_colour(source.crops(64, None, Mixture(), seed=seed), source.training_count, cache)


def test_it_is_the_mean_of_the_photos_to_train_on(folder):
    training = photos.open_folder(folder).parts.training  # type: ignore[attr-defined]
    expected = np.mean([COLOURS[int(path.stem)] for path in training], axis=0) / 255
    assert len(training) < len(COLOURS)
    np.testing.assert_allclose(measure(folder), expected, atol=0.004)  # small copies are JPEGs
    np.testing.assert_allclose(measure(folder, seed=5), expected, atol=0.004)


def test_it_is_measured_once_for_the_same_photos(folder, tmp_path, monkeypatch):
    first = measure(folder, tmp_path / "cache")
    (kept,) = (tmp_path / "cache").glob("mean-*.json")
    assert json.loads(kept.read_text()) == list(first)

    def fail(*_: Any) -> None:
        raise AssertionError("it is measured again")

    with monkeypatch.context() as patch:
        patch.setattr(photos.PhotoCrops, "photo", fail)
        assert measure(folder, tmp_path / "cache") == first
    kept.write_text("no numbers")
    assert measure(folder, tmp_path / "cache") == first
    Image.new("RGB", (90, 70), (255, 255, 255)).save(folder / "0.png")
    assert measure(folder, tmp_path / "cache") != first


def test_a_cache_that_cannot_be_written_is_no_error(folder, tmp_path):
    (tmp_path / "file").write_text("")
    assert measure(folder, tmp_path / "file") == measure(folder)


def test_it_is_measured_in_shards_too(tmp_path):
    shards = tmp_path / "shards"
    shards.mkdir()
    with tarfile.open(shards / "a.tar", "w") as tar:
        for number, colour in enumerate(COLOURS):
            data = io.BytesIO()
            Image.new("RGB", (80, 70), colour).save(data, "PNG")
            info = tarfile.TarInfo(f"{number}.png")
            info.size = len(data.getvalue())
            data.seek(0)
            tar.addfile(info, data)
    pytest.importorskip("webdataset")
    found = measure(shards, tmp_path / "cache")
    assert found == measure(shards, tmp_path / "cache")
    assert all(0.05 < value < 0.95 for value in found)
    assert len(list((tmp_path / "cache").glob("mean-*.json"))) == 1


def mean_of(home: Path, folder: Path, weights: str | None) -> list[float]:
    """The colour of the network that a training of GLCIC on `folder` begins with."""
    request = make_request(home, model="glcic", photos=folder, settings={"critic_width": "4"})
    start = start_weights.choose("glcic-random" if weights is None else "glcic", weights)
    recipe = setup.set_up(request, start).recipe
    found: list[float] = recipe.modules["generator"].get_buffer("mean").tolist()
    return found


def test_a_network_from_nothing_has_the_mean_of_its_photos(home, folder):
    assert mean_of(home, folder, SCRATCH) == pytest.approx(measure(folder), abs=1e-6)


def test_weights_that_are_fine_tuned_keep_their_own(home, folder):
    install(home / "data", "glcic")
    found = mean_of(home, folder, None)
    assert found != pytest.approx(measure(folder), abs=1e-2)


def test_the_colour_is_kept_with_the_weights_and_fills_the_hole(home, folder, tmp_path):
    request = make_request(home, model="glcic", photos=folder, settings={"critic_width": "4"})
    network: Any = setup.set_up(request, start_weights.choose("glcic", SCRATCH)).recipe.modules["generator"]
    checkpoint.save({"weights": network.state_dict()}, tmp_path / "weights")
    kept = checkpoint.load(tmp_path / "weights")["weights"]["mean"]
    assert kept.tolist() == pytest.approx(measure(folder), abs=1e-6)
    assert kept.tolist() != pytest.approx(PLACES2, abs=1e-3)
    hole = torch.zeros(1, 1, 8, 8)
    hole[..., 2:5, 2:5] = 1
    image = kept.view(1, 3, 1, 1).expand(1, 3, 8, 8)
    assert network._to_input(image, hole, None)[:, :3].abs().max() < 1e-6  # it looks as the hole does
