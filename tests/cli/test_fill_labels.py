"""Painted classes on the command line, for a model that knows three and predicts those that are not painted."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.cli import main
from inpaint_studio.engine.photo.label_map import read_label_map, write_label_map
from inpaint_studio.models.base.interface import Fill, Guide, LabelClass, Traits
from inpaint_studio.models.base.registry import Registry, registry

SIZE = (40, 60)
CLASSES = (LabelClass("sky", (20, 120, 250)), LabelClass("grass", (20, 200, 30)), LabelClass("road", (90, 90, 90)))
COMMON = ("photo.png", "--mask", "mask.png", "-o", "out.png", "--grow", "0", "--model", "labelled")


class Labelled:
    """Predicts grass wherever nothing is painted in the hole, and fills each class with its colour."""

    def __init__(self) -> None:
        guides: Any = {"accepts": frozenset({"labels"}), "provides": frozenset({"labels"})}
        self.traits = Traits("labelled", "Labelled", "For tests.", values="bytes", classes=CLASSES, **guides)

    def fill(self, image: np.ndarray, hole: np.ndarray, guide: Guide, _options: Any, _ticket: Any) -> Fill:
        painted = np.zeros(hole.shape, np.uint8) if guide.labels is None else np.where(hole, guide.labels, 0)
        labels = np.where(painted == 0, 2, painted).astype(np.uint8)
        colours = np.array([(0, 0, 0), *(each.colour for each in CLASSES)], np.uint8)
        return Fill(np.where(hole[..., None], colours[labels], image).astype(np.uint8), labels=labels)

    def warm_up(self, _ticket: Any) -> None:
        pass


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    library = Registry({**registry().models, "labelled": Labelled()})
    for module in ("cli.fill", "engine.fill.run", "engine.fill.warm_up"):
        monkeypatch.setattr(f"inpaint_studio.{module}.model_library", lambda: library, raising=False)
    Image.fromarray(np.full((*SIZE, 3), 200, np.uint8)).save("photo.png")
    hole = np.zeros(SIZE, np.uint8)
    hole[10:30, 10:50] = 255
    Image.fromarray(hole).save("mask.png")


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    return main(["fill", *COMMON, *arguments]), *capsys.readouterr()


def painted(number: int = 3) -> np.ndarray:
    numbers = np.zeros(SIZE, np.uint8)
    numbers[20:30, 10:50] = number
    return numbers


def pixel(row: int, column: int) -> tuple[int, ...]:
    with Image.open("out.png") as image:
        return image.convert("RGB").getpixel((column, row))


def test_painted_classes_are_filled_and_the_rest_is_predicted(capsys):
    Image.fromarray(painted()).save("labels.png")
    code, out, err = run(capsys, "--labels", "labels.png", "--save-labels", "predicted.png", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["notes"] == ["labels.png has no names of classes, so they are numbered."]
    assert pixel(15, 30) == CLASSES[1].colour
    assert pixel(25, 30) == CLASSES[2].colour
    saved = read_label_map("predicted.png", SIZE)
    assert saved.classes == CLASSES
    assert (saved.numbers[10:20, 10:50] == 2).all()
    assert (saved.numbers[20:30, 10:50] == 3).all()


def test_what_is_painted_beside_the_hole_is_saved_as_it_is(capsys):
    hole = np.zeros(SIZE, np.uint8)
    hole[10:30, 10:50] = 255
    hole[10:20, 10:20] = 0
    Image.fromarray(hole).save("mask.png")
    numbers = painted()
    numbers[10:15, 5:20] = 1
    Image.fromarray(numbers).save("labels.png")
    code, _, err = run(capsys, "--labels", "labels.png", "--save-labels", "predicted.png", "--json")
    assert (code, err) == (0, "")
    saved = read_label_map("predicted.png", SIZE).numbers
    np.testing.assert_array_equal(saved[numbers > 0], numbers[numbers > 0])
    assert (saved[10:20, 20:50] == 2).all()


def test_names_decide_where_the_model_has_them(capsys):
    write_label_map("labels.png", painted(1), (LabelClass("Road", (1, 2, 3)),))
    code, out, err = run(capsys, "--labels", "labels.png", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["notes"] == []
    assert pixel(25, 30) == CLASSES[2].colour


@pytest.mark.parametrize("model", ["labelled", "auto"])
def test_a_class_that_the_model_does_not_know_is_an_error(capsys, model):
    Image.fromarray(painted(9)).save("labels.png")
    code, out, err = run(capsys, "--labels", "labels.png", "--model", model)
    if model == "auto":  # it chooses one that listens to no labels
        assert code == 0
        assert "This model does not listen to labels; they were left out." in out + err
        return
    assert (code, out) == (2, "")
    assert "labels.png has class 9, and Labelled knows 3 (sky, grass, road); paint with those alone." in err


def test_a_map_of_another_size_is_an_error(capsys):
    Image.fromarray(painted()[:, :-1]).save("labels.png")
    code, _, err = run(capsys, "--labels", "labels.png")
    assert code == 2
    assert "The label map is 59 x 40 pixels and the photo 60 x 40; they must be of one size." in err


def test_labels_are_saved_as_png_alone_and_only_where_they_are_predicted(capsys):
    for name, sentence in (
        ("labels.jpg", "labels.jpg is no name for a label map; use .png."),
        ("out.png", "The label map and the photo would be saved to the same file; give two names."),
    ):
        code, _, err = run(capsys, "--save-labels", name)
        assert code == 2
        assert sentence in err
    code, out, err = run(capsys, "--save-labels", "labels.png", "--model", "telea")
    assert code == 0
    assert "This model predicts no labels; none were saved." in out + err
