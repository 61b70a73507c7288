"""The colours of a flow: the program's, and the papers'."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.flow.colours import colour, draw_legend, official_colours
from inpaint_studio.engine.flow.flow import empty_flow
from inpaint_studio.engine.geometry import Box
from tests.engine.flows import make_flow


def test_colours_show_direction_and_length():
    hole = np.ones((1, 6), bool)
    offsets = np.array([[0, 0, 0, 100, -100, 0], [0, 100, -100, 0, 0, 50]])[:, None]
    flow = empty_flow(Box(0, 0, 1, 6), (1, 6))
    flow.put(flow.box, offsets, None, hole)
    none, right, left, down, up, half = colour(flow)[0, :, :3].astype(int)
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
    none, down, up, right, left, half, beyond = official_colours(offsets, 100)[0].tolist()
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
    image = colour(flow, style="official")
    np.testing.assert_array_equal(image[0, :6, :3], [none, down, up, right, left, half])
    assert image[0, 6].tolist() == [0, 0, 0, 0]
    assert draw_legend(101, "official")[50, 99, :3].tolist() != draw_legend(101)[50, 99, :3].tolist()


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
    np.testing.assert_allclose(official_colours(cells, longest), printed[::every, ::every], atol=0.01)


def test_one_scale_makes_fills_comparable():
    near, far = make_flow(3, 4), make_flow(30, 40)
    middle = (50, 60)
    assert tuple(colour(near)[middle]) == tuple(colour(far)[middle])
    assert tuple(colour(near, scale=50)[middle]) != tuple(colour(far, scale=50)[middle])


def test_transparent_outside_the_hole():
    flow = make_flow()
    np.testing.assert_array_equal(colour(flow)[..., 3] == 255, flow.hole)
    assert not colour(flow)[~flow.hole].any()


def test_no_offset_is_white():
    flow = make_flow(0, 0)
    assert (colour(flow)[flow.hole] == 255).all()


def test_the_legend_is_the_same_wheel():
    wheel = draw_legend(201)
    assert tuple(wheel[100, 100]) == (255, 255, 255, 255)
    assert wheel[0, 0, 3] == 0
    right = wheel[100, 198].astype(int)
    assert right[0] > 250
    assert right[1] < 12
    flow = empty_flow(Box(0, 0, 1, 1), (1, 1))
    flow.put(flow.box, np.array([[[60]], [[-80]]]), None, np.ones((1, 1), bool))
    y, x = 100 + int(0.6 * 98), 100 - int(0.8 * 98)
    np.testing.assert_allclose(wheel[y, x].astype(int), colour(flow)[0, 0], atol=12)
