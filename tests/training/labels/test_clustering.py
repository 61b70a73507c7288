"""Classes by colour and texture: found in photos without maps, fitted to maps, and found again from their text."""

from __future__ import annotations

import json

import numpy as np
import pytest

from inpaint_studio.errors import InputError
from inpaint_studio.models.base.class_colours import class_colours
from inpaint_studio.models.base.interface import LabelClass
from inpaint_studio.opencv import cv2
from tests.training.labels.scenes import scene
from training.labels.agreement import mean_iou
from training.labels.clustering import find_classes, fit_classes
from training.labels.nearest_centre import NearestCentre, enlarge
from training.labels.words import choose_colours

EVERYWHERE = np.ones((120, 160), bool)


@pytest.fixture(scope="module")
def found() -> NearestCentre:
    """Two classes of six photos."""
    return find_classes([scene(120, 160, seed)[0] for seed in range(6)], 2)


def test_materials_become_classes(found):
    """In photos that were not clustered; the larger class is the first one."""
    for seed in range(20, 24):
        pixels, labels = scene(120, 160, seed)
        assert mean_iou(3 - labels, found.label(pixels), EVERYWHERE) > 0.9


def test_classes_are_named_by_what_they_look_like(found):
    below, above = (each.name for each in found.classes)
    assert "green" in below
    assert "smooth" in above
    assert "blue" in above
    green, blue = (each.colour for each in found.classes)
    assert max(green) == green[1]
    assert max(blue) == blue[2]


def test_classes_of_one_look_have_colours_of_their_own():
    """Which are the same each time, and bright enough for the window."""
    colours = choose_colours([(50.0, -30.0, 30.0, 10.0)] * 5 + [(50.0, 0.0, 0.0, 10.0)] * 5)
    assert len(set(colours)) == 10
    assert colours == choose_colours([(50.0, -30.0, 30.0, 10.0)] * 5 + [(50.0, 0.0, 0.0, 10.0)] * 5)
    assert set(colours) <= set(class_colours(30))
    assert choose_colours([]) == []
    assert len(choose_colours([(50.0, 9.0, 9.0, 3.0)] * 255)) == 255


def test_the_same_photos_give_the_same_classes(found):
    again = find_classes([scene(120, 160, seed)[0] for seed in range(6)], 2)
    assert (again.to_text(), again.classes) == (found.to_text(), found.classes)


def test_a_photo_has_the_classes_of_its_small_copy(found):
    large, _ = scene(480, 640, 40, detail=4)
    small = cv2.resize(large, (160, 120), interpolation=cv2.INTER_AREA)
    seen = cv2.resize(found.label(large), (160, 120), interpolation=cv2.INTER_NEAREST)
    assert (seen == found.label(small)).mean() > 0.93


def test_small_images_have_classes_too(found):
    pixels, labels = scene(24, 30, 3)
    assert mean_iou(3 - labels, found.label(pixels), np.ones((24, 30), bool)) > 0.8
    assert found.label(np.zeros((1, 3, 3), np.uint8)).shape == (1, 3)


def test_text_brings_the_same_classes_back(found):
    again = NearestCentre.from_text(found.to_text(), found.classes)
    pixels = scene(120, 160, 9)[0]
    np.testing.assert_array_equal(again.label(pixels), found.label(pixels))


@pytest.mark.parametrize(
    "change",
    [
        {"features": 0},
        {"centres": [[1.0, 2.0]]},
        {"numbers": [1, 3]},
        {"numbers": [0, 1]},
        {"numbers": []},
        {"centres": 3},
    ],
)
def test_other_text_is_refused(found, change):
    with pytest.raises(ValueError, match="classes"):
        NearestCentre.from_text(json.dumps(json.loads(found.to_text()) | change), found.classes)
    with pytest.raises(ValueError, match=r"classes|Expecting"):
        NearestCentre.from_text("no json", found.classes)


def test_plain_photos_have_fewer_classes_than_requested():
    """The others have names and colours, and are never found."""
    plain = np.full((64, 80, 3), 128, np.uint8)
    found = find_classes([plain, plain // 2], 5)
    assert len({each.name for each in found.classes}) == 5
    assert found.classes[4].name == "class 5"
    assert set(np.unique(found.label(plain))) <= {1, 2}
    assert found.label(plain)[0, 0] != found.label(plain // 2)[0, 0]


def test_maps_of_the_user_are_found_in_other_photos():
    names = tuple(LabelClass(name, (9, 9, 9)) for name in ("sky", "grass", "snow"))
    fitted = fit_classes([scene(120, 160, seed) for seed in range(4)], names)
    pixels, labels = scene(120, 160, 30)
    assert fitted.classes == names
    assert mean_iou(labels, fitted.label(pixels), EVERYWHERE) > 0.9


def test_what_is_unknown_in_a_map_is_no_example():
    names = tuple(LabelClass(name, (9, 9, 9)) for name in ("sky", "grass"))
    examples = [(pixels, np.where(labels == 1, 0, labels).astype(np.uint8)) for pixels, labels in [scene(90, 90)]]
    assert set(np.unique(fit_classes(examples, names).label(examples[0][0]))) == {2}
    with pytest.raises(InputError, match="no class on a large enough area"):
        fit_classes([(examples[0][0], np.zeros((90, 90), np.uint8))], names)


def test_a_map_is_enlarged_with_smooth_borders():
    small = np.array([[1, 1, 5], [1, 5, 5], [5, 5, 5]], np.uint8)
    large = enlarge(small, 30, 30)
    assert set(np.unique(large)) == {1, 5}
    assert large[0, 0] == 1
    assert large[29, 29] == 5
    steps = np.abs(np.diff((large == 1).sum(1).astype(int)))
    assert steps.max() < 10  # not one step for each row of the small map
    assert enlarge(small, 3, 3) is small


def test_agreement_counts_the_known_pixels_inside():
    labels = np.array([[1, 1, 2, 2, 0, 3]], np.uint8)
    seen = np.array([[1, 2, 2, 2, 1, 1]], np.uint8)
    inside = np.array([[True, True, True, True, True, False]])
    assert mean_iou(labels, seen, inside) == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert mean_iou(labels, labels, inside) == 1
    assert np.isnan(mean_iou(labels, seen, np.array([[False] * 4 + [True, False]])))
