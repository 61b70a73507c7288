"""Masks that lie otherwise than the photo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.engine.masks.preview import draw_preview
from inpaint_studio.engine.masks.read import read_mask_file
from inpaint_studio.engine.masks.turns import Turn, TurnHint, find_turn, offered_turns, turn_mask, upright_turn

MASK = np.zeros((60, 80), np.uint8)
MASK[5:20, 10:50] = 255
MASK[20:25, 10:12] = 128


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turning_is_what_opening_does_to_the_photo(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(MASK).save(tmp_path / "photo.png", exif=exif)
    read = read_mask_file(tmp_path / "photo.png")
    assert np.array_equal(read.coverage, turn_mask(MASK, upright_turn(orientation)))
    assert read.orientation == orientation


@pytest.mark.parametrize(("orientation", "degrees", "mirrored"), [(5, 90, True), (6, 90, False), (8, 270, False)])
def test_a_mask_on_its_side_is_turned_like_the_photo(orientation: int, degrees: int, mirrored: bool) -> None:
    assert find_turn(MASK, (80, 60), orientation) == TurnHint(Turn(degrees, mirrored), True, True)


@pytest.mark.parametrize("orientation", [1, 2, 3, 4])
def test_without_a_note_the_side_is_a_guess(orientation: int) -> None:
    hint = find_turn(MASK, (80, 60), orientation)
    assert hint == TurnHint(Turn(90), True, False)
    assert offered_turns(hint) == (Turn(270), Turn(90))


@pytest.mark.parametrize("orientation", [2, 3, 4])
def test_a_mask_that_fits_may_be_upside_down_or_mirrored(orientation: int) -> None:
    hint = find_turn(MASK, (60, 80), orientation)
    assert hint == TurnHint(upright_turn(orientation), False, True)
    assert offered_turns(hint) == (Turn(), upright_turn(orientation))


def test_a_square_mask_may_lie_on_its_side() -> None:
    square = MASK[:, :60]
    assert find_turn(square, (60, 60), 6) == TurnHint(Turn(90), False, True)
    assert find_turn(square, (60, 60), 1) is None


@pytest.mark.parametrize(
    ("mask", "photo", "orientation"),
    [
        (MASK, (60, 80), 1),
        (MASK, (60, 80), 6),  # it has the sides of the photo that was set upright
        (MASK[:30, :40], (60, 80), 6),
        (np.full((60, 80), 255, np.uint8), (60, 80), 3),  # turned it looks the same
    ],
)
def test_nothing_hints_at_a_turn(mask: np.ndarray, photo: tuple[int, int], orientation: int) -> None:
    assert find_turn(mask, photo, orientation) is None


def test_the_preview_shows_the_mask_on_the_photo() -> None:
    photo = np.full((600, 800, 4), 100, np.uint8)
    mask = np.kron(MASK, np.ones((10, 10), np.uint8))
    picture = draw_preview(photo, mask, 200)
    assert picture.shape == (150, 200, 3)
    assert tuple(picture[30, 60]) == (171, 72, 72)
    assert tuple(picture[100, 150]) == (75, 75, 75)
    assert (picture == 255).all(axis=2).any()
    assert draw_preview(photo[:9, :7], mask[:9, :7], 200).shape == (9, 7, 3)
