"""Trainings with label maps that are made from the photos: crops, records, fine-tuning, resuming and estimates."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from inpaint_studio import paths
from inpaint_studio.engine.weights import store
from inpaint_studio.engine.weights.metadata import read_header
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.checkpoint_format import format_classes
from inpaint_studio.models.base.interface import LabelClass
from inpaint_studio.protocol.run_folder import RunFolder
from tests.training.labels.scenes import write_scenes
from tests.training.small_runs import EventRecorder, make_request
from training.data import photos
from training.data.masks import Mixture
from training.labels.labelling import CENTRES, CLASSES
from training.labels.nearest_centre import NearestCentre
from training.labels.prepare import cluster_photos
from training.labels.sources import FoundLabels
from training.recipes.deepfill_v2 import DeepFillV2Recipe
from training.run import measure_speed, remember, start_weights
from training.run.setup import set_up
from training.run.train import train


@pytest.fixture
def home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Photos of two materials, and a network whose recipe needs label maps; it does not look at them."""
    for path in (home / "photos").iterdir():
        path.unlink()
    write_scenes(home / "photos", 8)
    monkeypatch.setattr(DeepFillV2Recipe, "wants_labels", True)
    return home


def prepare(home: Path, **options):
    request = make_request(home, **options)
    return set_up(request, start_weights.choose(request.model, request.weights, request.configuration()))


def cluster(home: Path, cache: Path | None = None) -> NearestCentre:
    source = photos.open_folder(home / "photos")
    return cluster_photos(source.crops(64, None, Mixture()), source.training_count, 2, cache)


def test_crops_come_with_label_maps_that_fit_them(home):
    """Mirrored, cut and scaled like the image: the green part has another class than the blue one."""
    source = photos.open_folder(home / "photos")
    crops = source.crops(64, None, Mixture())
    plain = [crops[number] for number in range(12)]
    crops.labels = FoundLabels(cluster(home), None, 128)
    for number, before in enumerate(plain):
        image, hole, guides = crops[number]
        assert torch.equal(image, before.image)  # label maps change nothing else
        assert torch.equal(hole, before.hole)
        labels = guides["labels"]
        assert (labels.shape, labels.dtype) == ((1, 64, 64), torch.uint8)
        green = image[1].int() > image[2].int()
        assert (green == (labels[0] == 1)).float().mean() > 0.93
    batch = next(photos.load_batches(crops, 3))
    assert batch.guides["labels"].dtype == torch.float32
    assert set(batch.guides["labels"].unique().tolist()) <= {1.0, 2.0}


def test_held_out_crops_have_them_too(home):
    setup = prepare(home)
    labels = setup.held.guides["labels"]
    assert labels.shape == setup.held.hole.shape
    assert setup.labelling is not None
    seen = setup.labelling.labeller.label((setup.held.image[0] * 255).byte().permute(1, 2, 0).numpy())
    assert (seen == labels[0, 0].numpy()).mean() > 0.5


def test_photos_are_clustered_and_labelled_once(home, tmp_path, monkeypatch):
    cache = tmp_path / "maps"
    first = cluster(home, cache)
    crops = photos.open_folder(home / "photos").crops(64, cache, Mixture())
    crops.labels = FoundLabels(first, cache, 128)
    before = [crops[number].guides["labels"] for number in range(14)]

    def fail(*_: object) -> None:
        raise AssertionError("it is computed again")

    monkeypatch.setattr("training.labels.prepare.find_classes", fail)
    monkeypatch.setattr(NearestCentre, "label", fail)
    again = photos.open_folder(home / "photos").crops(64, cache, Mixture())
    again.labels = FoundLabels(cluster(home, cache), cache, 128)
    assert all(torch.equal(again[number].guides["labels"], labels) for number, labels in enumerate(before))
    write_scenes(home / "photos", 8)  # changed since, as far as a cache can know
    changed = photos.open_folder(home / "photos").crops(64, cache, Mixture())
    changed.labels = FoundLabels(first, cache, 128)
    with pytest.raises(AssertionError, match="again"):
        changed[0]


def test_damaged_files_of_the_cache_are_made_again(home, tmp_path):
    cache = tmp_path / "maps"
    expected = cluster(home, cache)
    for kept in cache.glob("classes-*.json"):
        kept.write_text("[3")
    assert cluster(home, cache).to_text() == expected.to_text()
    path = sorted((home / "photos").iterdir())[0]
    pixels = np.asarray(Image.open(path))
    labels = FoundLabels(expected, cache, 128).find(path, pixels)
    for kept in cache.rglob("*.png"):
        kept.write_bytes(b"no image")
    np.testing.assert_array_equal(FoundLabels(expected, cache, 128).find(path, pixels), labels)


def test_the_weights_keep_the_classes_and_a_fine_tuning_uses_them_again(home):
    recorder = EventRecorder()
    train(make_request(home, steps=1), [recorder])
    last = read_header(RunFolder(home / "out").last, name="last")
    assert len(last.classes) == 8
    assert "green" in last.classes[0].name
    assert 0 < json.loads(last.facts["after"])["agreement"] <= 1
    assert 0 < recorder.of("sample").figures.agreement <= 1
    notes = " ".join(event.text for event in recorder.events if event.kind == "note")
    names = ", ".join(each.name for each in last.classes)
    assert re.search(rf"have 8 classes: {names}\. The photos themselves agree with them by 0\.\d\d", notes)
    for path in (home / "photos").iterdir():
        path.unlink()
    Image.fromarray(np.full((90, 90, 3), 200, np.uint8)).save(home / "photos" / "grey.png")
    setup = prepare(home, weights=str(last.path))
    assert setup.labelling is not None
    assert setup.labelling.facts() == {name: last.facts[name] for name in (CLASSES, CENTRES)}


def test_label_maps_of_other_photos_lie_beside_their_small_copies(home, monkeypatch):
    setup = prepare(home)
    monkeypatch.setattr(remember, "sample_photos", lambda _: sorted((home / "photos").iterdir()))
    others = setup.cut_others()
    assert others is not None
    assert set(others.guides) == {"labels"}
    cache = paths.cache_dir()
    assert cache is not None
    assert {folder.name for folder in (cache / "photos").iterdir() if folder.is_dir()} == {str(2 * setup.size)}


def test_a_resumed_training_has_the_classes_of_its_start(home):
    first = prepare(home)
    state = {"state": {"identity": first.identity()}}
    for path in (home / "photos").iterdir():
        Image.fromarray(np.full((90, 90, 3), 200, np.uint8)).save(path)  # they would have other classes now
    start = start_weights.from_checkpoint("deepfill-v2", state, home / "out")
    again = set_up(make_request(home, resume=True), start)
    start_weights.check_identity(state, again.identity())
    assert first.labelling is not None
    assert again.labelling is not None
    assert again.labelling.facts() == first.labelling.facts()


def test_weights_whose_classes_cannot_be_found_are_refused(home):
    base = store.find("deepfill-v2-random")
    facts = {CLASSES: format_classes([LabelClass("sky", (1, 2, 3))])}
    made: dict[str, Any] = {"system": base.system, "config": base.config, "licence": "free", "terms": "own"}
    store.save(base.read(), name="other", **made, origin="imported", facts=facts)
    with pytest.raises(InputError, match=r"'other' has classes of its own, but not how to find them.*--labels"):
        prepare(home, model="other")


def test_an_estimate_has_label_maps_too(home, monkeypatch):
    monkeypatch.setattr(measure_speed, "LEAST", 0.0)
    recorder = EventRecorder()
    measure_speed.estimate(make_request(home, output=None, steps=None, minutes=1.0), [recorder])
    assert recorder.kinds == ["estimate"]
