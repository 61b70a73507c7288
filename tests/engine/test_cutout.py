"""Photos with transparency: a cut-out stays cut out where its rim is filled, and hidden colours stay hidden."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inpaint_studio.engine.fill import cutout
from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.photo.encoding import save_photo
from inpaint_studio.engine.photo.photo import Photo, hole_from_alpha, open_photo
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.models.base.interface import AUTO, Guide, Options
from inpaint_studio.opencv import cv2
from tests.exemplar import images

FAST = Options("fast", threads=1)
HIDDEN = (255, 0, 255)


def cut_out(height: int, width: int, shape: str, soft: float, seed: int = 0) -> np.ndarray:
    """Return a textured H x W x 4 silhouette with magenta under its invisible parts; `soft` is the sigma of its rim."""
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    if shape == "wave":
        inside = rows > height / 2 + 8 * np.sin(columns / 23 + seed)
    elif shape == "slanted":
        inside = columns + 0.4 * rows < width * 0.7
    else:
        inside = np.hypot(rows - height / 2, columns - width / 2) < min(height, width) * 0.38
    opacity = inside.astype(np.float32) * 255
    if soft:
        opacity = cv2.GaussianBlur(opacity, (0, 0), soft)
    colours = images.texture(height, width, seed).copy()
    colours[opacity < 1] = HIDDEN
    return np.dstack([colours, np.rint(opacity).astype(np.uint8)])


def rim_hole(height: int, width: int, shape: str, radius: int, seed: int = 0) -> np.ndarray:
    """Return a disc, half of it over the rim of the silhouette."""
    hole = np.zeros((height, width), np.uint8)
    row = height / 2 + 8 * np.sin(width / 2 / 23 + seed) if shape == "wave" else height / 2
    column = width / 2 if shape == "wave" else width * 0.7 - 0.2 * height if shape == "slanted" else None
    if column is None:
        column = width / 2 + min(height, width) * 0.38
    cv2.circle(hole, (round(column), round(row)), radius, 255, -1)
    return hole > 0


@pytest.mark.parametrize("model", [AUTO, "exemplar", "telea"])
@pytest.mark.parametrize(
    ("size", "shape", "soft", "radius"),
    [
        ((160, 200), "wave", 0, 20),
        ((160, 200), "slanted", 0, 26),
        ((200, 200), "disc", 0, 18),
        ((140, 220), "wave", 1.2, 22),
        ((200, 160), "slanted", 1, 16),
    ],
)
def test_the_outside_stays_transparent_and_the_inside_opaque(model, size, shape, soft, radius):
    whole = cut_out(*size, shape, soft)
    hole = rim_hole(*size, shape, radius)
    assert 0.3 < (whole[hole][:, 3] > 127).mean() < 0.7
    photo = whole.copy()
    photo[hole] = 200, 30, 30, 255
    result = fill(Request(photo, hole, model, options=FAST), Ticket()).pixels
    near = cv2.dilate((cv2.Canny(whole[..., 3], 60, 120)), np.ones((15, 15), np.uint8)) > 0
    outside, inside = hole & ~near & (whole[..., 3] == 0), hole & ~near & (whole[..., 3] == 255)
    assert (result[outside][:, 3] == 0).mean() > 0.97
    assert (result[inside][:, 3] == 255).mean() > 0.97
    agreeing = ((result[..., 3] > 127) == (whole[..., 3] > 127))[hole].mean()
    assert agreeing > 0.88
    visible = hole & (result[..., 3] > 20)
    magenta = np.minimum(result[..., 0], result[..., 2]).astype(int) - result[..., 1] > 40
    assert not (magenta & visible).any()
    assert (result[hole & (result[..., 3] == 0)][:, :3] == 0).all()
    np.testing.assert_array_equal(result[~hole], photo[~hole])
    if not soft:
        assert set(np.unique(result[hole][:, 3])) <= {0, 255}


@pytest.mark.parametrize("model", [AUTO, "exemplar", "telea", "navier-stokes"])
def test_hidden_colours_change_nothing(model):
    whole, hole = cut_out(120, 150, "wave", 1, seed=3), rim_hole(120, 150, "wave", 15, seed=3)
    other = whole.copy()
    other[(whole[..., 3] == 0) & ~hole, :3] = 10, 250, 90
    one, two = (fill(Request(each, hole, model, options=FAST), Ticket()).pixels for each in (whole, other))
    np.testing.assert_array_equal(one[hole], two[hole])


def test_an_outline_goes_on_between_inside_and_outside():
    """A sticker: flat inside, a dark outline of 4 px; the fill shows the outline where opacity ends."""
    rows, columns = np.mgrid[:180, :240]
    depth = rows - 90 - 0.15 * columns
    photo = np.zeros((180, 240, 4), np.uint8)
    photo[..., :3] = np.where((depth > 4)[..., None], (90, 180, 220), np.where((depth > 0)[..., None], 10, HIDDEN))
    photo[..., 3] = np.where(depth > 0, 255, 0)
    truth = photo.copy()
    hole = np.zeros((180, 240), np.uint8)
    cv2.circle(hole, (120, 110), 24, 255, -1)
    photo[hole > 0] = 0, 200, 0, 255
    result = fill(Request(photo, hole > 0, "exemplar", options=FAST), Ticket()).pixels
    inside = hole > 0
    assert (result[..., 3] == truth[..., 3])[inside].mean() > 0.95
    dark, target = ((each[..., 3] == 255) & (each[..., :3].max(axis=2) < 60) for each in (result, truth))
    assert (dark & target & inside).sum() > 0.6 * (target & inside).sum()


def test_mirrored_pieces_keep_their_opacity():
    whole, hole = cut_out(140, 180, "wave", 0), rim_hole(140, 180, "wave", 18)
    mirrored = replace(FAST, mirror=True, adaptation=0.5)
    result = fill(Request(whole, hole, "exemplar", options=mirrored), Ticket()).pixels
    assert ((result[..., 3] > 127) == (whole[..., 3] > 127))[hole].mean() > 0.85
    np.testing.assert_array_equal(result[~hole], whole[~hole])


def test_glass_stays_half_transparent():
    pane = np.dstack([images.texture(120, 160), np.full((120, 160), 140, np.uint8)])
    hole = images.disc(120, 160, 18)
    pane[hole] = 255
    result = fill(Request(pane, hole, "exemplar", options=FAST), Ticket()).pixels
    assert np.abs(result[hole][:, 3].astype(int) - 140).max() <= 2
    assert np.abs(result[hole][:, :3].mean(axis=0) - pane[~hole][:, :3].mean(axis=0)).max() < 12


@pytest.mark.parametrize("model", [AUTO, "exemplar", "navier-stokes"])
def test_a_transparent_hole_of_an_opaque_photo_is_filled(model):
    photo = np.dstack([images.texture(100, 120), np.full((100, 120), 255, np.uint8)])
    photo[40:60, 50:80] = *HIDDEN, 0
    hole = hole_from_alpha(Photo(photo))
    result = fill(Request(photo, hole, model, options=FAST), Ticket()).pixels
    assert (result[..., 3] == 255).all()
    grown = cv2.dilate(hole.view(np.uint8), np.ones((7, 7), np.uint8)) > 0
    assert (fill(Request(photo, grown, model, options=FAST), Ticket()).pixels[..., 3] == 255).all()


def test_the_saved_file_is_transparent_too(tmp_path):
    whole = cut_out(120, 160, "wave", 0)
    hole = rim_hole(120, 160, "wave", 16)
    result = fill(Request(whole, hole, options=FAST), Ticket()).pixels
    path = tmp_path / "cut.png"
    save_photo(Photo(whole), path, result)
    np.testing.assert_array_equal(open_photo(path).pixels, result)
    assert (result[hole][:, 3] == 0).any()


def test_excluded_parts_are_no_source_beside_guide_lines():
    whole = cut_out(160, 200, "wave", 0)
    hole = rim_hole(160, 200, "wave", 18)
    lines = np.zeros((160, 200), np.uint8)
    cv2.line(lines, (20, 82), (180, 82), 1)
    donors = np.zeros((160, 200), np.bool_)
    donors[:, :60] = True
    result = fill(Request(whole, hole, "exemplar", Guide(lines=lines, donors=donors), FAST), Ticket())
    assert result.flow is not None
    columns = np.nonzero(result.flow.hole)[1] + result.flow.box.left
    assert (columns + result.flow.offsets[1][result.flow.hole] >= 60).all()


@pytest.mark.parametrize(
    ("alpha", "inside", "expected"),
    [
        ((255, 255), 255, False),  # opaque all over
        ((255, 255), 0, False),  # the transparency is the hole
        ((200, 255), 0, False),  # the same with a soft rim
        ((0, 255), 255, True),
        ((0, 255), 0, True),
        ((140, 140), 140, True),
    ],
)
def test_what_is_a_cutout(alpha, inside, expected):
    pixels = np.zeros((20, 20, 4), np.uint8)
    pixels[:10, :, 3], pixels[10:, :, 3] = alpha
    hole = np.zeros((20, 20), np.bool_)
    hole[8:12, 8:12] = True
    pixels[hole, 3] = inside
    assert cutout.is_cutout(pixels, hole) is expected
    assert not cutout.is_cutout(pixels[..., :3], hole)


@pytest.mark.parametrize("size", [(1, 9), (5, 9), (12, 12)])
@pytest.mark.parametrize("model", ["exemplar", "telea"])
def test_small_cutouts_are_filled(size, model):
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (*size, 4), np.uint8)
    pixels[..., 3] = np.where(random.random(size) < 0.5, 0, 255)
    hole = np.zeros(size, np.bool_)
    hole[size[0] // 2, size[1] // 2] = True
    result = fill(Request(pixels, hole, model, options=FAST), Ticket()).pixels
    np.testing.assert_array_equal(result[~hole], pixels[~hole])
