"""The colours of a flow: the papers', and those of optical flow."""

from __future__ import annotations

import colorsys

import numpy as np
import pytest

from inpaint_studio.engine.flow.colours import STYLES, colour, draw_legend, paper_colours
from inpaint_studio.engine.flow.flow import empty_flow
from inpaint_studio.engine.geometry import Box
from tests.engine.flows import make_flow


def shown(down: int, across: int, length: float = 100.0, **style) -> tuple[float, float, float]:
    """Show the offset from a hole's pixel to its source; return hue in degrees, saturation and value."""
    flow = empty_flow(Box(10, 20, 11, 21), (300, 300))
    flow.put(flow.box, np.array([[[down]], [[across]]]), None, np.ones((1, 1), bool))
    red, green, blue = colour(flow, length, **style)[0, 0, :3] / 255
    hue, saturation, value = colorsys.rgb_to_hsv(red, green, blue)
    return 360 * hue, saturation, value


def test_white_is_here_pink_lower_left_and_green_upper_right():
    """As the caption of DeepFill v1's figure of its attention reads; the way is from the hole's pixel to its source."""
    assert STYLES[0] == "papers"
    assert shown(0, 0)[1:] == (0, 1)
    for down, across in ((70, -70), (60, -75), (75, -60)):
        hue, saturation, value = shown(down, across)
        assert 280 < hue < 340  # from purple-pink to rose
        assert saturation > 0.8
        assert value > 0.7
        hue, saturation, value = shown(-down, -across)
        assert 75 < hue < 165  # green
        assert saturation > 0.8
        assert value > 0.7
    assert 280 < shown(30, -30)[0] < 340
    assert shown(30, -30)[1] < 0.6  # pink grows pale towards white
    wheel = draw_legend(101)[..., :3] / 255
    assert 280 < 360 * colorsys.rgb_to_hsv(*wheel[80, 20])[0] < 340
    assert 75 < 360 * colorsys.rgb_to_hsv(*wheel[20, 80])[0] < 165
    assert (wheel[50, 50] > 0.97).all()


def test_motion_has_them_the_other_way_round():
    assert 75 < shown(70, -70, style="motion")[0] < 165
    assert 280 < shown(-70, 70, style="motion")[0] < 340


def test_motion_shows_direction_and_length():
    hole = np.ones((1, 6), bool)
    offsets = np.array([[0, 0, 0, 100, -100, 0], [0, 100, -100, 0, 0, 50]])[:, None]
    flow = empty_flow(Box(0, 0, 1, 6), (1, 6))
    flow.put(flow.box, offsets, None, hole)
    none, right, left, down, up, half = colour(flow, style="motion")[0, :, :3].astype(int)
    assert tuple(none) == (255, 255, 255)
    assert tuple(right) == (255, 0, 0)  # the wheel of Baker et al.: red right, cyan left, yellow down, blue up
    assert left[0] < 30
    assert min(left[1:]) > 180
    assert min(down[:2]) > 200
    assert down[2] < 30
    assert up[2] > 200
    assert up[1] < 60
    np.testing.assert_allclose(half, (right + 255) / 2, atol=2)


def test_the_colours_of_the_papers():
    """By hand from the published code: u is the vertical offset, a = arctan2(-v, -u) / pi, place = (a + 1) / 2 * 54."""
    offsets = np.array([[0, 100, -100, 0, 0, 0, 200], [0, 0, 0, 100, -100, 50, 0]])[:, None]
    none, down, up, right, left, half, beyond = paper_colours(offsets, 100)[0].tolist()
    assert none == [255, 255, 255]
    # Down: u > 0 and v = 0, so -v is minus zero, a is -1 and the place is 0: red.
    assert down == [255, 0, 0]
    # Up: a is -0, the place 27, two steps of eleven behind cyan: 255 - floor(2 * 255 / 11).
    assert up == [0, 209, 255]
    # Right: a is -1/2, the place 13.5, half way between 255 * 13 // 15 and 255 * 14 // 15.
    assert right == [255, 229, 0]
    # Left: a is 1/2, the place 40.5, half way between 255 * 4 // 13 and 255 * 5 // 13.
    assert left == [88, 0, 255]
    assert half == [255, 242, 127]  # 255 - (255 - x) / 2, rounded down
    assert beyond == [191, 0, 0]
    hole = np.ones((1, 7), bool)
    hole[0, 6] = False
    flow = empty_flow(Box(0, 0, 1, 7), (1, 7))
    flow.put(flow.box, offsets, None, hole)
    image = colour(flow, style="papers")
    np.testing.assert_array_equal(image[0, :6, :3], [none, down, up, right, left, half])
    assert image[0, 6].tolist() == [0, 0, 0, 0]
    assert draw_legend(101)[50, 99, :3].tolist() != draw_legend(101, "motion")[50, 99, :3].tolist()


def test_a_flow_of_many_runs_has_the_colour_of_every_pixel():
    """Equal neighbours are computed once; the holes between them and the ends of rows must not shift anything."""
    rng = np.random.default_rng(3)
    offsets = np.repeat(rng.integers(-40, 40, (2, 30, 20)), 3, axis=2)
    hole = rng.random((30, 60)) < 0.7
    flow = empty_flow(Box(5, 5, 35, 65), (80, 90))
    flow.put(flow.box, offsets, None, hole)
    np.testing.assert_array_equal(colour(flow, 50)[hole][:, :3], paper_colours(offsets[:, hole], 50))


@pytest.mark.parametrize(
    ("dialect", "name", "step"),
    [("official", "deepfillv1_official_tf", 127.5), ("daa233", "deepfillv1_daa233", 255)],
    ids=["official", "daa233"],
)
def test_the_colours_of_the_papers_equal_the_authors_output(dialect, name, step):
    """Compare with their colours of the flow of one image, each cell repeated; the official network takes B, G, R."""
    from inpaint_studio.models.deepfill_v1 import SYSTEM
    from tests.models import golden

    vectors = golden.vectors(name)
    image = vectors["image_u8"][..., ::-1] if dialect == "official" else vectors["image_u8"]
    tensors = golden.checkpoint(name)
    if dialect == "official":  # TensorFlow keeps the channels last
        tensors = {key: t.transpose(2, 3, 1, 0) if t.ndim == 4 else t for key, t in tensors.items()}
    network = golden.network(SYSTEM, dialect, {"network": tensors})
    output = golden.ask(network, np.ascontiguousarray(image), vectors["mask_u8"] >= 128)
    cells = output.sources // 8
    printed = vectors["flow"][0].transpose(1, 2, 0)
    printed = (printed + 1) * step if dialect == "official" else printed * step
    every = printed.shape[0] // cells.shape[1]
    longest = np.hypot(*cells.astype(float)).max()
    np.testing.assert_allclose(paper_colours(cells, longest), printed[::every, ::every], atol=0.01)


@pytest.mark.parametrize("style", STYLES)
def test_one_scale_makes_fills_comparable(style):
    near, far = make_flow(3, 4), make_flow(30, 40)
    middle = (50, 60)
    assert tuple(colour(near, None, style)[middle]) == tuple(colour(far, None, style)[middle])
    assert tuple(colour(near, 50, style)[middle]) != tuple(colour(far, 50, style)[middle])


@pytest.mark.parametrize("style", STYLES)
def test_transparent_outside_the_hole(style):
    flow = make_flow()
    np.testing.assert_array_equal(colour(flow, None, style)[..., 3] == 255, flow.hole)
    assert not colour(flow, None, style)[~flow.hole].any()


@pytest.mark.parametrize("style", STYLES)
def test_no_offset_is_white(style):
    flow = make_flow(0, 0)
    assert (colour(flow, None, style)[flow.hole] == 255).all()


@pytest.mark.parametrize("style", STYLES)
def test_the_legend_is_the_same_wheel(style):
    wheel = draw_legend(201, style)
    assert tuple(wheel[100, 100]) == (255, 255, 255, 255)
    assert wheel[0, 0, 3] == 0
    red = {"papers": wheel[198, 100], "motion": wheel[100, 198]}[style]  # down, and to the right
    assert red[0] > 250
    assert red[1] < 12
    flow = empty_flow(Box(0, 0, 1, 1), (1, 1))
    flow.put(flow.box, np.array([[[60]], [[-80]]]), None, np.ones((1, 1), bool))
    y, x = 100 + int(0.6 * 98), 100 - int(0.8 * 98)
    np.testing.assert_allclose(wheel[y, x].astype(int), colour(flow, None, style)[0, 0], atol=12)
