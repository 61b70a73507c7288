"""``inpaint-studio fill --mask``: masks that are soft, grown, inverted, or lie otherwise than the photo."""

from __future__ import annotations

import json
from pathlib import Path
from unittest.mock import ANY

import numpy as np
import pytest
from PIL import Image, ImageOps

from inpaint_studio.engine.masks.shape import feather, grow
from tests import synthetic
from tests.cli.test_fill_command import HOLE, SIZE, folder, pixels, run

__all__ = ["folder"]


def soft_mask() -> np.ndarray:
    return feather(HOLE.astype(np.uint8) * 255, 6)


@pytest.mark.usefixtures("folder")
def test_a_soft_mask_is_blended_and_nothing_changes_where_it_is_black(capsys):
    exact = ("--model", "telea", "--grow", "0")
    Image.fromarray(soft_mask()).save("soft.png")
    assert run(capsys, "photo.png", "--mask", "soft.png", "-o", "out.png", *exact)[0] == 0
    Image.fromarray(np.where(soft_mask() > 0, 255, 0).astype(np.uint8)).save("hard.png")
    assert run(capsys, "photo.png", "--mask", "hard.png", "-o", "hard-out.png", *exact)[0] == 0
    photo, soft, hard, share = (
        pixels("photo.png"),
        pixels("out.png"),
        pixels("hard-out.png"),
        soft_mask()[..., None] / 255,
    )
    np.testing.assert_array_equal(soft[soft_mask() == 0], photo[soft_mask() == 0])
    assert abs(soft - (share * hard + (1 - share) * photo)).max() <= 0.5


@pytest.mark.usefixtures("folder")
def test_the_hole_grows_and_is_feathered(capsys):
    common = ("photo.png", "--mask", "mask.png", "--model", "telea", "-o", "out.png")
    photo, mask = pixels("photo.png"), pixels("mask.png")

    def changed(*more: str) -> np.ndarray:
        assert run(capsys, *common, *more)[0] == 0
        return (pixels("out.png") != photo).any(axis=2)

    assert not changed("--grow", "0")[mask == 0].any()
    assert not changed("--plain")[mask == 0].any()  # as the model's authors do
    assert not changed()[mask == 0].any()  # a script means its mask to the pixel
    grown = changed("--grow", "4")
    assert not grown[grow(mask, 4) == 0].any()
    assert grown[(grow(mask, 4) > 0) & (mask == 0)].mean() > 0.5
    soft = changed("--grow", "2", "--feather", "5")
    assert not soft[feather(grow(mask, 2), 5) == 0].any()
    assert soft[(feather(grow(mask, 2), 5) > 60) & (grow(mask, 2) == 0)].mean() > 0.5


@pytest.mark.usefixtures("folder")
def test_the_line_names_how_far_a_mask_grew(capsys):
    common = ("photo.png", "--mask", "mask.png", "-o", "out.png", "--model", "telea")
    assert "grown" not in run(capsys, *common)[1]
    assert "hole grown by 5 px" in run(capsys, *common, "--grow", "5")[1]
    assert "grown" not in run(capsys, *common, "--grow", "0")[1]


@pytest.mark.usefixtures("folder")
def test_the_transparent_part_is_filled_exactly(capsys):
    transparent = np.dstack([synthetic.photo(*SIZE), np.where(HOLE, 0, 255).astype(np.uint8)])
    Image.fromarray(transparent).save("alpha.png")
    assert run(capsys, "alpha.png", "-o", "out.png", "--model", "telea")[0] == 0
    np.testing.assert_array_equal(pixels("out.png")[~HOLE][:, :3], transparent[~HOLE][:, :3])


@pytest.mark.usefixtures("folder")
def test_the_transparent_part_grows_too(capsys):
    transparent = np.dstack([synthetic.photo(*SIZE), np.where(HOLE, 0, 200).astype(np.uint8)])
    Image.fromarray(transparent).save("alpha.png")
    assert run(capsys, "alpha.png", "-o", "out.png", "--model", "telea", "--grow", "3")[0] == 0
    grown = grow(HOLE.astype(np.uint8) * 255, 3) > 0
    assert (pixels("out.png")[grown][:, 3] == 255).all()
    np.testing.assert_array_equal(pixels("out.png")[~grown], transparent[~grown])


@pytest.mark.usefixtures("folder")
def test_paint_on_transparency_is_a_mask(capsys):
    red = np.zeros((*SIZE, 4), np.uint8)
    red[HOLE] = (120, 0, 0, 255)
    Image.fromarray(red).save("red.png")
    assert run(capsys, "photo.png", "--mask", "red.png", "-o", "red-out.png", "--model", "telea")[0] == 0
    assert run(capsys, "photo.png", "--mask", "mask.png", "-o", "out.png", "--model", "telea")[0] == 0
    np.testing.assert_array_equal(pixels("red-out.png"), pixels("out.png"))


@pytest.mark.usefixtures("folder")
def test_an_inverted_mask_is_noticed(capsys):
    Image.fromarray(255 - pixels("mask.png")).save("inverted.png")
    common = ("photo.png", "--mask", "inverted.png", "-o", "out.png", "--model", "telea", "--grow", "0")
    code, _, err = run(capsys, *common)
    filled = round(100 * (1 - HOLE.mean()))
    assert code == 0
    assert err == f"Note: {filled} % of the photo will be filled; if the mask is inverted, add --invert-mask.\n"
    inverted = pixels("out.png")
    code, out, err = run(capsys, *common, "--json")
    assert err == f"Note: {json.loads(out)['notes'][0]}\n"
    code, _, err = run(capsys, *common, "--invert-mask")
    assert (code, err) == (0, "")
    np.testing.assert_array_equal(pixels("out.png")[~HOLE], pixels("photo.png")[~HOLE])
    assert not np.array_equal(pixels("out.png"), inverted)


@pytest.mark.usefixtures("folder")
def test_a_mask_without_a_hole_is_explained_inverted_or_not(capsys):
    for name, value in (("black.png", 0), ("white.png", 255)):
        Image.fromarray(np.full(SIZE, value, np.uint8)).save(name)
    assert "black.png has no hole: nothing in it is white" in refused(capsys, "black.png")
    inverted = refused(capsys, "white.png", "--invert-mask")
    assert "white.png has no hole once it is inverted: all of it is marked; leave out --invert-mask" in inverted
    assert "Nothing is left to fill from" in refused(capsys, "white.png")


def refused(capsys, mask: str, *more: str) -> str:
    """Run a fill that ends with an error, and return its last line."""
    code, out, err = run(capsys, "photo.png", "--mask", mask, "-o", "none.png", *more)
    assert (code, out, Path("none.png").exists()) == (2, "", False)
    return str(err).splitlines()[-1]


@pytest.mark.usefixtures("folder")
def test_several_masks_are_one_hole(capsys):
    left, right = HOLE.copy(), HOLE.copy()
    middle = round(np.nonzero(HOLE)[1].mean())
    left[:, middle:], right[:, :middle] = False, False
    for name, part in (("left.png", left), ("right.png", right), ("black.png", left & right)):
        Image.fromarray(part.astype(np.uint8) * 255).save(name)
    common = ("photo.png", "-o", "out.png", "--model", "telea")
    assert run(capsys, *common, "--mask", "mask.png")[0] == 0
    one = pixels("out.png")
    assert run(capsys, *common, "--mask", "left.png", "--mask", "black.png", "--mask", "right.png") == (0, ANY, "")
    np.testing.assert_array_equal(pixels("out.png"), one)
    assert "black.png has no hole" in refused(capsys, "black.png", "--mask", "black.png")


@pytest.mark.usefixtures("folder")
def test_a_mask_of_the_photo_as_it_was_stored_is_turned(capsys):
    """The camera was held upright: the photo is turned on opening, and a mask from another program is not."""
    exif = Image.Exif()
    exif[0x0112] = 8
    Image.fromarray(synthetic.photo(*SIZE)).save("held.jpg", exif=exif, quality=100)
    common = ("held.jpg", "--mask", "mask.png", "-o", "out.png", "--model", "telea", "--grow", "0")
    code, _, err = run(capsys, *common)
    assert code == 2
    assert "The mask is 120 x 90 pixels and the photo 90 x 120: one of them lies on its side" in err
    assert "Add --turn-mask 270 to turn the mask." in err
    assert run(capsys, *common, "--turn-mask", "270")[0] == 0
    hole = np.rot90(HOLE)
    with Image.open("held.jpg") as image:
        upright = np.rot90(np.asarray(image))
    np.testing.assert_array_equal(pixels("out.png")[~hole], upright[~hole])
    assert not np.array_equal(pixels("out.png")[hole], upright[hole])


def save_held(orientation: int, size: tuple[int, int]) -> np.ndarray:
    """Save held.png, of which the camera noted how it was held; return it upright."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(synthetic.photo(*size)).save("held.png", exif=exif)
    return set_upright(synthetic.photo(*size), orientation)


def set_upright(stored: np.ndarray, orientation: int) -> np.ndarray:
    image = Image.fromarray(stored)
    image.getexif()[0x0112] = orientation
    return np.asarray(ImageOps.exif_transpose(image))


def fill_stored(size: tuple[int, int]) -> tuple[np.ndarray, tuple[str, ...]]:
    """Save a mask of the picture as it is stored; return it, and how it is filled."""
    stored = np.zeros(size, np.uint8)
    stored[10:30, 20:40] = 255
    Image.fromarray(stored).save("stored.png")
    return stored, ("held.png", "--mask", "stored.png", "-o", "out.png", "--model", "telea", "--grow", "0")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("orientation", "size", "was", "value"),
    [
        (3, SIZE, "turned by 180 degrees", "180"),
        (2, SIZE, "mirrored", "camera"),
        (4, SIZE, "turned by 180 degrees and mirrored", "camera"),
        (6, (90, 90), "turned by 90 degrees", "90"),
        (7, (90, 90), "turned by 270 degrees and mirrored", "camera"),
    ],
)
def test_a_mask_that_fits_but_may_lie_otherwise_is_noticed(capsys, orientation, size, was, value):
    upright = save_held(orientation, size)
    stored, common = fill_stored(size)
    code, _, err = run(capsys, *common)
    assert code == 0
    assert f"The photo was {was} when it was opened, as the camera noted" in err
    assert f"add --turn-mask {value}." in err
    hole = set_upright(stored, orientation) > 0
    for options, filled in ((("--turn-mask", value), hole), (("--turn-mask", "0"), stored > 0)):
        assert run(capsys, *common, *options) == (0, ANY, "")
        changed = (pixels("out.png") != upright).any(axis=2)
        assert not changed[~filled].any()
        assert changed[filled].mean() > 0.5


@pytest.mark.usefixtures("folder")
def test_a_mask_on_its_side_that_is_mirrored_too_is_turned_like_the_photo(capsys):
    upright = save_held(5, SIZE)
    common = ("held.png", "--mask", "mask.png", "-o", "out.png", "--model", "telea", "--grow", "0")
    code, _, err = run(capsys, *common)
    assert code == 2
    assert "Add --turn-mask camera to turn the mask." in err
    assert run(capsys, *common, "--turn-mask", "camera")[0] == 0
    np.testing.assert_array_equal(pixels("out.png")[~HOLE.T], upright[~HOLE.T])


@pytest.mark.usefixtures("folder")
def test_a_mask_with_the_photos_note_is_upright_already(capsys):
    upright = save_held(3, SIZE)
    exif = Image.Exif()
    exif[0x0112] = 3
    Image.fromarray(pixels("mask.png")).save("noted.png", exif=exif)
    common = ("held.png", "--mask", "noted.png", "-o", "out.png", "--model", "telea", "--grow", "0")
    assert run(capsys, *common) == (0, ANY, "")
    hole = HOLE[::-1, ::-1]
    np.testing.assert_array_equal(pixels("out.png")[~hole], upright[~hole])
