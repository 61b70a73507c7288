"""A flow as an image file."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.engine.flow.colours import colour
from inpaint_studio.engine.flow.flow import empty_flow
from inpaint_studio.engine.flow.flow_image import write_png
from inpaint_studio.engine.geometry import Box
from inpaint_studio.errors import PhotoError
from tests import synthetic
from tests.engine.flows import BOX, SHAPE, make_flow


def test_the_image_in_the_colours_of_motion(tmp_path):
    flow = make_flow()
    write_png(flow, tmp_path / "flow.png", None, "motion")
    with Image.open(tmp_path / "flow.png") as image:
        pixels = np.asarray(image.convert("RGB"))
    expected = colour(flow, style="motion")[..., :3][flow.hole]
    np.testing.assert_array_equal(pixels[flow.box.slices][flow.hole], expected)
    assert not np.array_equal(expected, colour(flow)[..., :3][flow.hole])


@pytest.mark.parametrize(
    "photo", [synthetic.photo(*SHAPE), synthetic.photo(*SHAPE, 4), None], ids=["rgb", "rgba", "none"]
)
def test_the_image(tmp_path, photo):
    flow = make_flow()
    write_png(flow, tmp_path / "flow.png", photo)
    with Image.open(tmp_path / "flow.png") as image:
        pixels = np.asarray(image.convert("RGB"))
    assert pixels.shape == (*SHAPE, 3)
    np.testing.assert_array_equal(pixels[BOX.slices][flow.hole], colour(flow)[..., :3][flow.hole])
    around = np.ones(SHAPE, bool)
    around[BOX.slices] = ~flow.hole
    corner = pixels[-100:, -100:].astype(int)
    assert (corner.max(axis=2) - corner.min(axis=2)).max() > 200  # the wheel is the only other colour
    assert np.median(pixels[around].max(axis=1)) < 140


def test_the_legend_hides_no_fill(tmp_path):
    flow = make_flow(box=Box(140, 180, 240, 300))
    write_png(flow, tmp_path / "flow.png", None)
    with Image.open(tmp_path / "flow.png") as image:
        pixels = np.asarray(image.convert("RGB"))
    np.testing.assert_array_equal(pixels[flow.box.slices][flow.hole], colour(flow)[..., :3][flow.hole])


def test_small_images_have_no_legend(tmp_path):
    flow = empty_flow(Box(0, 0, 1, 1), (3, 5))
    flow.put(flow.box, np.array([[[1]], [[1]]]), None, np.ones((1, 1), bool))
    write_png(flow, tmp_path / "flow.png", None)
    with Image.open(tmp_path / "flow.png") as image:
        assert image.size == (5, 3)


def test_a_flow_has_no_other_formats(tmp_path):
    with pytest.raises(PhotoError, match=r"\.flo"):
        write_png(make_flow(), tmp_path / "flow.jpg", None)
