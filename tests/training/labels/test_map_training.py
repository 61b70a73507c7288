"""Trainings with the user's label maps: crops, the number of classes, fine-tuning, resuming and shards."""

from __future__ import annotations

import io
import re
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from inpaint_studio.engine.weights import store
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.checkpoint_format import format_classes, parse_classes
from inpaint_studio.models.base.interface import LabelClass
from inpaint_studio.protocol.request import SCRATCH, TrainingRequest
from tests.training.labels.scenes import scene, write_maps, write_scenes
from tests.training.small_runs import make_request
from training.labels.labelling import CENTRES, CLASSES
from training.labels.sources import FolderLabels
from training.recipes.deepfill_v2 import DeepFillV2Recipe
from training.run import start_weights
from training.run.setup import TrainingSetup, set_up

NAMES = ("sky", "grass")


@pytest.fixture
def home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Photos of two materials with their label maps, and a network whose recipe needs such."""
    for path in (home / "photos").iterdir():
        path.unlink()
    write_scenes(home / "photos", 8)
    write_maps(home / "maps", 8, NAMES)
    monkeypatch.setattr(DeepFillV2Recipe, "wants_labels", True)
    return home


def request(home: Path, **options: Any) -> TrainingRequest:
    return make_request(home, **{"labels": home / "maps", **options})


def prepare(home: Path, **options: Any) -> TrainingSetup:
    wish = request(home, **options)
    return set_up(wish, start_weights.choose(wish.model, wish.weights, wish.configuration()))


def names(setup: TrainingSetup) -> list[str]:
    assert setup.labelling is not None
    return [each.name for each in setup.labelling.classes]


def test_crops_have_the_users_maps(home):
    setup = prepare(home)
    assert names(setup) == list(NAMES)
    for number in range(10):
        image, _, guides = setup.crops[number]
        green = image[1].int() > image[2].int()
        assert (green == (guides["labels"][0] == 2)).float().mean() > 0.98
    blue = setup.held.image[:, 2] > setup.held.image[:, 1]
    assert (blue == (setup.held.guides["labels"][:, 0] == 1)).float().mean() > 0.98


def test_the_labeller_finds_the_users_classes_in_fills(home):
    setup = prepare(home)
    assert setup.labelling is not None
    pixels, labels = scene(96, 120, 50)
    assert (setup.labelling.labeller.label(pixels) == labels).mean() > 0.9
    assert setup.judge.labeller is setup.labelling.labeller


def test_only_photos_with_a_map_are_used(home):
    for number in range(3):
        (home / "maps" / f"{number}.png").unlink()
    setup = prepare(home)
    assert setup.photos.training_count + setup.photos.held_count == 5
    assert "3 photos have no label map and are left out." in setup.photos.note


def test_maps_in_a_subfolder_of_the_photos_are_no_photos(home):
    (home / "maps").rename(home / "photos" / "maps")
    setup = prepare(home, labels=home / "photos" / "maps")
    assert setup.photos.training_count + setup.photos.held_count == 8


def test_the_folder_of_maps_may_hold_that_of_the_photos(home):
    setup = prepare(home, labels=home)
    assert setup.photos.training_count + setup.photos.held_count == 8


def test_maps_are_no_photos_by_another_path_either(home, tmp_path):
    (home / "maps").rename(home / "photos" / "maps")
    (tmp_path / "link").symlink_to(home / "photos" / "maps")
    setup = prepare(home, labels=tmp_path / "link")
    assert setup.photos.training_count + setup.photos.held_count == 8
    assert setup.photos.note == prepare(home, labels=home / "photos" / "maps").photos.note


def test_maps_of_thin_strokes_are_refused_with_the_reason(home):
    for path in (home / "maps").iterdir():
        strokes = np.zeros((96, 120), np.uint8)
        strokes[::24] = 1
        Image.fromarray(strokes).save(path)
    with pytest.raises(InputError, match=r"^The label maps show no class on a large enough area"):
        prepare(home)


def test_a_resume_needs_the_same_maps(home):
    state = {"state": {"identity": prepare(home).identity()}}
    start_weights.check_identity(state, prepare(home).identity())
    with pytest.raises(InputError, match=r"other label maps \(8 maps, .{8}, now none\); resume it with the same ones"):
        start_weights.check_identity(state, prepare(home, labels=None).identity())
    write_maps(home / "maps", 8, numbers=(2, 1))
    with pytest.raises(InputError, match="other label maps"):
        start_weights.check_identity(state, prepare(home).identity())


def keep_classes(classes: tuple[str, ...], **facts: str) -> str:
    """Save the small network as weights with these classes; returns their name."""
    base = store.find("deepfill-v2-random")
    known = {CLASSES: format_classes([LabelClass(name, (1, 2, 3)) for name in classes])} | facts
    made: dict[str, Any] = {"system": base.system, "config": base.config, "licence": "free", "terms": "own"}
    store.save(base.read(), name="named", **made, origin="trained", facts=known)
    return "named"


def test_a_fine_tuning_takes_maps_by_the_names_of_its_classes(home):
    name = keep_classes(("stone", "grass", "sky"))
    setup = prepare(home, model=name)
    assert names(setup) == ["stone", "grass", "sky"]
    assert set(setup.held.guides["labels"].unique().tolist()) == {2.0, 3.0}
    assert setup.labelling is not None
    assert parse_classes(setup.labelling.facts()[CLASSES])[0].name == "stone"
    assert setup.labelling.facts()[CENTRES]


def test_maps_without_names_are_taken_by_number(home):
    write_maps(home / "maps", 8, numbers=(3, 1))
    setup = prepare(home, model=keep_classes(("stone", "grass", "sky")))
    assert set(setup.held.guides["labels"].unique().tolist()) == {1.0, 3.0}


@pytest.mark.parametrize(
    ("numbers", "own", "sentence"),
    [
        (
            (1, 2),
            NAMES,
            "The label maps have the class 'sky', which the network of 'named' does not know (water, grass); name",
        ),
        (
            (1, 5),
            (),
            "The network of 'named' knows 2 classes, and the label maps have 5; give maps with those alone, or",
        ),
    ],
)
def test_maps_with_classes_that_the_weights_do_not_know_are_refused(home, numbers, own, sentence):
    write_maps(home / "maps", 8, own, numbers)
    with pytest.raises(InputError, match=re.escape(sentence)):
        prepare(home, model=keep_classes(("water", "grass")))


def test_a_recipe_without_labels_refuses_maps(home, monkeypatch):
    monkeypatch.setattr(DeepFillV2Recipe, "wants_labels", False)
    with pytest.raises(InputError, match=r"deepfill-v2 is trained without label maps; leave out --labels\."):
        prepare(home)
    assert prepare(home, labels=None).held.guides == {}


def add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))


def pack(home: Path, maps: range) -> Path:
    """A shard of the eight photos, with label maps of some."""
    folder = home / "shards"
    folder.mkdir()
    with tarfile.open(folder / "a.tar", "w") as tar:
        for number in range(8):
            add(tar, f"{number}.png", (home / "photos" / f"{number}.png").read_bytes())
            if number in maps:
                add(tar, f"{number}.labels.png", (home / "maps" / f"{number}.png").read_bytes())
    return folder


def test_shards_bring_their_own_maps(home):
    folder = pack(home, range(8))
    setup = prepare(home, photos=folder, labels=folder)
    assert names(setup) == list(NAMES)
    for number in range(4):
        image, _, guides = setup.crops[number]
        assert ((image[1].int() > image[2].int()) == (guides["labels"][0] == 2)).float().mean() > 0.98
    without = prepare(home, photos=folder, labels=None)
    assert len(names(without)) == 8
    assert torch.equal(without.held.image, setup.held.image)


def test_samples_without_a_map_are_left_out(home):
    folder = pack(home, range(1, 8))
    setup = prepare(home, photos=folder, labels=folder)
    for number in range(14):
        assert setup.crops[number].guides["labels"].any()
    assert setup.crops.unreadable or 0 in {int(sample.key) for sample in setup.photos.held}  # type: ignore[attr-defined]


def test_shards_without_maps_and_maps_elsewhere_are_refused(home):
    folder = pack(home, range(0))
    with pytest.raises(InputError, match=r"no usable label map in the shards of .*shards\. A sample needs a PNG"):
        prepare(home, photos=folder, labels=folder)
    with pytest.raises(InputError, match="lie in shards, and so must their label maps"):
        prepare(home, photos=folder)


def test_a_photo_whose_map_has_changed_since_is_replaced(home):
    setup = prepare(home)
    maps = {path: home / "maps" / path.name for path in (home / "photos").iterdir()}
    setup.crops.labels = FolderLabels(maps, [LabelClass(name, (1, 2, 3)) for name in NAMES], None, 128)
    some = sorted(maps.values())
    for path in some[:4]:
        Image.new("L", (9, 9), 1).save(path)
    some[4].unlink()
    for number in range(7):
        assert set(setup.crops[number].guides["labels"].unique().tolist()) <= {1, 2}
    assert setup.crops.unreadable
    for path in some:
        Image.new("L", (120, 96), 7).save(path)
    setup.crops.labels = FolderLabels(maps, [LabelClass(name, (1, 2, 3)) for name in NAMES], None, 128)
    with pytest.raises(InputError, match=r"\.png has class 7, and the network has 2 classes\."):
        setup.crops[8]


SMALL = {"model": "coherence", "weights": SCRATCH, "settings": {}, "without_losses": ("perceptual", "style")}
CONFIG = ("width=4", "blocks=2")


def number_of_classes(setup: TrainingSetup) -> int:
    return int(setup.start.config[CLASSES])


def test_an_untrained_network_has_as_many_classes_as_the_maps(home):
    write_maps(home / "maps", 8, numbers=(3, 5))
    setup = prepare(home, **SMALL, config=CONFIG)
    assert number_of_classes(setup) == 5 == len(names(setup))
    own = prepare(home, **SMALL, config=CONFIG, labels=None)
    assert number_of_classes(own) == 8 == len(names(own))


def test_the_user_may_choose_how_many_classes_there_are(home):
    own = prepare(home, **SMALL, config=(*CONFIG, "classes=3"), labels=None)
    assert number_of_classes(own) == 3 == len(names(own))
    more = prepare(home, **SMALL, config=(*CONFIG, "classes=4"))
    assert names(more) == [*NAMES, "class 3", "class 4"]
    write_maps(home / "maps", 8, numbers=(1, 5))
    with pytest.raises(InputError, match="The network has 4 classes, and the label maps have 5"):
        prepare(home, **SMALL, config=(*CONFIG, "classes=4"))


def test_a_single_class_becomes_two(home):
    write_maps(home / "maps", 8, numbers=(1, 1))
    setup = prepare(home, **SMALL, config=CONFIG)
    assert number_of_classes(setup) == 2
    assert setup.held.guides["labels"].unique().tolist() == [1.0]
