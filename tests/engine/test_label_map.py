"""Label maps in files: greys, palettes and names; what does not fit the photo or the model is one sentence."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from inpaint_studio.engine.photo.label_map import (
    TEXT,
    LabelMap,
    check_labels,
    match_classes,
    read_label_map,
    write_label_map,
)
from inpaint_studio.errors import InputError, PhotoError
from inpaint_studio.models.base.class_colours import numbered_classes
from inpaint_studio.models.base.interface import LabelClass

SIZE = (20, 30)
CLASSES = (LabelClass("sky", (10, 20, 250)), LabelClass("Gräser", (20, 200, 30)), LabelClass("road", (90, 90, 90)))


def drawn() -> np.ndarray:
    numbers = np.zeros(SIZE, np.uint8)
    numbers[:8], numbers[12:, 10:] = 1, 3
    return numbers


def test_a_label_map_comes_back_with_names_and_colours(tmp_path):
    write_label_map(tmp_path / "map.png", drawn(), CLASSES)
    found = read_label_map(tmp_path / "map.png", SIZE)
    np.testing.assert_array_equal(found.numbers, drawn())
    assert found.classes == CLASSES
    assert found.notes == ()
    with Image.open(tmp_path / "map.png") as image:
        assert image.mode == "P"
        assert image.convert("RGB").getpixel((0, 0)) == CLASSES[0].colour
        assert image.convert("RGB").getpixel((0, 9)) == (0, 0, 0)


def test_numbers_without_a_class_are_saved_by_number(tmp_path):
    write_label_map(tmp_path / "map.png", np.full(SIZE, 5, np.uint8), CLASSES)
    found = read_label_map(tmp_path / "map.png", SIZE)
    assert (found.numbers == 5).all()
    assert found.classes == (*CLASSES, *numbered_classes(5)[3:])


@pytest.mark.parametrize("kind", ["palette", "grey", "16-bit", "rgb", "grey and alpha"])
def test_maps_of_other_programs_are_numbered(tmp_path, kind):
    numbers = drawn()
    image = Image.fromarray(numbers)
    if kind == "palette":
        image.putpalette([0, 0, 0, 1, 2, 3, 4, 5, 6])  # two of the three classes have a colour
    elif kind == "16-bit":
        image = Image.fromarray(numbers.astype(np.uint16))
    elif kind == "rgb":
        image = image.convert("RGB")
    elif kind == "grey and alpha":
        image = image.convert("LA")
    image.save(tmp_path / "map.png")
    found = read_label_map(tmp_path / "map.png", SIZE)
    np.testing.assert_array_equal(found.numbers, numbers)
    assert [each.name for each in found.classes] == ["class 1", "class 2", "class 3"]
    assert found.notes == ("map.png has no names of classes, so they are numbered.",)
    if kind == "palette":
        assert [each.colour for each in found.classes[:2]] == [(1, 2, 3), (4, 5, 6)]


@pytest.mark.parametrize("text", ["", "[", '[["sky", 1]]', '[["sky", [1, 2, 300]]]', "[" * 5000])
def test_names_that_are_damaged_are_as_none(tmp_path, text):
    info = PngImagePlugin.PngInfo()
    info.add_itxt(TEXT, text)
    Image.fromarray(drawn()).save(tmp_path / "map.png", pnginfo=info)
    found = read_label_map(tmp_path / "map.png", SIZE)
    assert [each.name for each in found.classes] == ["class 1", "class 2", "class 3"]
    assert len(found.notes) == 1


def test_what_cannot_be_a_label_map_is_one_sentence(tmp_path):
    Image.fromarray(drawn()).save(tmp_path / "map.png")
    with pytest.raises(InputError, match="label map is 30 x 20 pixels and the photo 31 x 20"):
        read_label_map(tmp_path / "map.png", (20, 31))
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(PhotoError):
        read_label_map(tmp_path / "text.png", SIZE)
    coloured = np.zeros((*SIZE, 3), np.uint8)
    coloured[3, 3, 0] = 1
    Image.fromarray(coloured).save(tmp_path / "colour.png")
    with pytest.raises(InputError, match=r"colour\.png is coloured; save the label map in greys or with a palette"):
        read_label_map(tmp_path / "colour.png", SIZE)
    Image.fromarray(np.full(SIZE, 300, np.uint16)).save(tmp_path / "many.png")
    with pytest.raises(InputError, match=r"many\.png has numbers above 255"):
        read_label_map(tmp_path / "many.png", SIZE)


def test_classes_are_matched_by_name_where_the_model_has_them():
    own = tuple(CLASSES[number] for number in (2, 0, 1))
    found = match_classes(LabelMap(drawn(), CLASSES), own, "Net", "map.png")
    np.testing.assert_array_equal(found.numbers == 2, drawn() == 1)
    np.testing.assert_array_equal(found.numbers == 1, drawn() == 3)
    assert found.classes == own
    assert found.notes == ()


def test_other_names_are_taken_by_number():
    own = numbered_classes(3)
    found = match_classes(LabelMap(drawn(), CLASSES), own, "Net", "map.png")
    np.testing.assert_array_equal(found.numbers, drawn())
    assert found.notes == ("map.png has other names than Net; its classes were taken by their numbers.",)
    unnamed = LabelMap(drawn(), numbered_classes(3), ("map.png has no names.",))
    assert match_classes(unnamed, CLASSES, "Net", "map.png").notes == ("map.png has no names.",)


def test_more_classes_than_the_model_knows_are_one_sentence():
    known = CLASSES[:2]
    unknown = LabelMap(drawn(), numbered_classes(3))
    with pytest.raises(InputError, match=r"map.png has class 3, and Net knows 2 \(sky, Gräser\); paint with those"):
        match_classes(unknown, known, "Net", "map.png")
    with pytest.raises(InputError, match=r"Class 3 is painted, and Net knows 2"):
        check_labels(drawn(), known, "Net")
    check_labels(drawn(), CLASSES, "Net")
    check_labels(drawn(), (), "Net")
    check_labels(None, known, "Net")


def test_a_model_without_classes_takes_any():
    found = LabelMap(drawn(), CLASSES)
    assert match_classes(found, (), "Net", "map.png") is found
