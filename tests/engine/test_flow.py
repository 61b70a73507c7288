from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.engine.flow import flow as flows
from inpaint_studio.engine.flow.colours import colour, draw_legend, official_colours
from inpaint_studio.engine.flow.flo_file import read_flo, write_flo
from inpaint_studio.engine.flow.flow import Flow
from inpaint_studio.engine.flow.flow_image import write_png
from inpaint_studio.engine.geometry import Box
from inpaint_studio.errors import InputError, PhotoError
from tests import synthetic

SHAPE = (240, 300)
BOX = Box(60, 80, 160, 200)


def some_flow(down: int = 30, across: int = -40, box: Box = BOX, label: str = flows.COPIED) -> Flow:
    flow = flows.empty_flow(box, SHAPE, label=label)
    hole = synthetic.disc(box.height, box.width)
    flow.put(box, np.full((2, *hole.shape), [[[down]], [[across]]]), np.full(hole.shape, 0.5), hole)
    return flow


def test_the_source_of_a_pixel():
    flow = some_flow()
    assert flow.source_of(110, 140) == (140, 100, 0.5)
    assert flow.source_of(61, 81) is None  # in the box, not in the hole
    assert flow.source_of(0, 0) is None
    assert flow.longest_offset() == 50


def test_colours_show_direction_and_length():
    hole = np.ones((1, 6), bool)
    offsets = np.array([[0, 0, 0, 100, -100, 0], [0, 100, -100, 0, 0, 50]])[:, None]
    flow = flows.empty_flow(Box(0, 0, 1, 6), (1, 6))
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
    flow = flows.empty_flow(Box(0, 0, 1, 7), (1, 7))
    flow.put(flow.box, offsets, None, hole)
    picture = colour(flow, style="official")
    np.testing.assert_array_equal(picture[0, :6, :3], [none, down, up, right, left, half])
    assert picture[0, 6].tolist() == [0, 0, 0, 0]
    assert draw_legend(101, "official")[50, 99, :3].tolist() != draw_legend(101)[50, 99, :3].tolist()


@pytest.mark.parametrize(
    ("dialect", "name", "step"),
    [("official", "deepfillv1_official_tf", 127.5), ("daa233", "deepfillv1_daa233", 255)],
    ids=["official", "daa233"],
)
def test_they_are_what_the_authors_printed(dialect, name, step):
    """Their own colours of the flow of one picture, each cell repeated; the official network takes B, G, R."""
    from inpaint_studio.models.deepfill_v1 import SYSTEM
    from tests.models import golden

    vectors = golden.vectors(name)
    image = vectors["image_u8"][..., ::-1] if dialect == "official" else vectors["image_u8"]
    tensors = golden.checkpoint(name)
    if dialect == "official":  # TensorFlow keeps the channels last
        tensors = {key: t.transpose(2, 3, 1, 0) if t.ndim == 4 else t for key, t in tensors.items()}
    network = golden.network(SYSTEM, dialect, {"network": tensors})
    answer = golden.ask(network, np.ascontiguousarray(image), vectors["mask_u8"] >= 128)
    cells = answer.sources // 8
    printed = vectors["flow"][0].transpose(1, 2, 0)
    printed = (printed + 1) * step if dialect == "official" else printed * step
    every = printed.shape[0] // cells.shape[1]
    longest = np.hypot(*cells.astype(float)).max()
    np.testing.assert_allclose(official_colours(cells, longest), printed[::every, ::every], atol=0.01)


def test_the_image_in_the_colours_of_the_papers(tmp_path):
    flow = some_flow()
    write_png(flow, tmp_path / "flow.png", None, "official")
    with Image.open(tmp_path / "flow.png") as image:
        pixels = np.asarray(image.convert("RGB"))
    expected = colour(flow, style="official")[..., :3][flow.hole]
    np.testing.assert_array_equal(pixels[flow.box.slices][flow.hole], expected)
    assert not np.array_equal(expected, colour(flow)[..., :3][flow.hole])


def test_one_scale_makes_fills_comparable():
    near, far = some_flow(3, 4), some_flow(30, 40)
    middle = (50, 60)
    assert tuple(colour(near)[middle]) == tuple(colour(far)[middle])
    assert tuple(colour(near, scale=50)[middle]) != tuple(colour(far, scale=50)[middle])


def test_transparent_outside_the_hole():
    flow = some_flow()
    np.testing.assert_array_equal(colour(flow)[..., 3] == 255, flow.hole)
    assert not colour(flow)[~flow.hole].any()


def test_all_at_home_is_white():
    flow = some_flow(0, 0)
    assert (colour(flow)[flow.hole] == 255).all()


def test_the_legend_is_the_same_wheel():
    wheel = draw_legend(201)
    assert tuple(wheel[100, 100]) == (255, 255, 255, 255)
    assert wheel[0, 0, 3] == 0
    right = wheel[100, 198].astype(int)
    assert right[0] > 250
    assert right[1] < 12
    flow = flows.empty_flow(Box(0, 0, 1, 1), (1, 1))
    flow.put(flow.box, np.array([[[60]], [[-80]]]), None, np.ones((1, 1), bool))
    y, x = 100 + int(0.6 * 98), 100 - int(0.8 * 98)
    np.testing.assert_allclose(wheel[y, x].astype(int), colour(flow)[0, 0], atol=12)


def test_merging_two_fills():
    other = some_flow(-5, 5, Box(100, 150, 220, 290), flows.ATTENTION)
    both = some_flow().merge(other)
    assert both.box == Box(60, 80, 220, 290)
    assert both.label == "attention and copied"
    assert both.source_of(110, 140) == (140, 100, 0.5)
    assert both.source_of(160, 220) == (155, 225, 0.5)


def test_flo_there_and_back(tmp_path):
    flow = some_flow(-7, 9)
    write_flo(flow, tmp_path / "a.flo")
    back = read_flo(tmp_path / "a.flo")
    assert back.shape == SHAPE
    inner = back.box.shift(-BOX.top, -BOX.left).slices
    np.testing.assert_array_equal(back.hole, flow.hole[inner])
    np.testing.assert_array_equal(back.offsets, flow.offsets[(slice(None), *inner)])


def test_flo_is_middleburys(tmp_path):
    write_flo(some_flow(-7, 9), tmp_path / "a.flo")
    raw = (tmp_path / "a.flo").read_bytes()
    assert raw[:4] == b"PIEH"
    assert np.frombuffer(raw, "<f4", 1)[0] == np.float32(202021.25)
    assert tuple(np.frombuffer(raw, "<i4", 2, 4)) == (300, 240)
    values = np.frombuffer(raw, "<f4", offset=12).reshape(240, 300, 2)
    assert tuple(values[110, 140]) == (9, -7)  # across first, then down
    assert (values[0, 0] > 1e9).all()


@pytest.mark.parametrize("body", [b"", b"PIEH", b"PIEH" + b"\xff" * 8, b"HEIP" + b"\1\0\0\0" * 2 + bytes(8)], ids=repr)
def test_files_that_are_no_flow(tmp_path, body):
    (tmp_path / "a.flo").write_bytes(body)
    with pytest.raises(InputError, match="flow file"):
        read_flo(tmp_path / "a.flo")
    with pytest.raises(InputError):
        read_flo(tmp_path / "none.flo")


@pytest.mark.parametrize(
    "photo", [synthetic.photo(*SHAPE), synthetic.photo(*SHAPE, 4), None], ids=["rgb", "rgba", "none"]
)
def test_the_picture(tmp_path, photo):
    flow = some_flow()
    write_png(flow, tmp_path / "flow.png", photo)
    with Image.open(tmp_path / "flow.png") as image:
        pixels = np.asarray(image.convert("RGB"))
    assert pixels.shape == (*SHAPE, 3)
    np.testing.assert_array_equal(pixels[BOX.slices][flow.hole], colour(flow)[..., :3][flow.hole])
    around = np.ones(SHAPE, bool)
    around[BOX.slices] = ~flow.hole
    corner = pixels[-100:, -100:].astype(int)
    assert (corner.max(axis=2) - corner.min(axis=2)).max() > 200  # the wheel is the only colour besides
    assert np.median(pixels[around].max(axis=1)) < 140


def test_the_legend_hides_no_fill(tmp_path):
    flow = some_flow(box=Box(140, 180, 240, 300))
    write_png(flow, tmp_path / "flow.png", None)
    with Image.open(tmp_path / "flow.png") as image:
        pixels = np.asarray(image.convert("RGB"))
    np.testing.assert_array_equal(pixels[flow.box.slices][flow.hole], colour(flow)[..., :3][flow.hole])


def test_small_pictures_have_no_legend(tmp_path):
    flow = flows.empty_flow(Box(0, 0, 1, 1), (3, 5))
    flow.put(flow.box, np.array([[[1]], [[1]]]), None, np.ones((1, 1), bool))
    write_png(flow, tmp_path / "flow.png", None)
    with Image.open(tmp_path / "flow.png") as image:
        assert image.size == (5, 3)


def test_a_flow_has_no_other_formats(tmp_path):
    with pytest.raises(PhotoError, match=r"\.flo"):
        write_png(some_flow(), tmp_path / "flow.jpg", None)
