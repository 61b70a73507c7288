"""`inpaint_studio.fill`, as other programs call it."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import inpaint_studio
from inpaint_studio.engine import face
from inpaint_studio.errors import Cancelled, InputError
from tests.engine.batch.scene import BOX, SIZE, ramp

ROOT = Path(__file__).resolve().parent.parent


def hole() -> np.ndarray:
    marked = np.zeros(SIZE, bool)
    marked[BOX] = True
    return marked


def outside(pixels: np.ndarray) -> np.ndarray:
    return pixels[~hole()]


@pytest.mark.parametrize("kind", ["grey", "rgb", "rgba"])
def test_an_array_comes_back_in_its_shape(kind):
    photo = {"grey": ramp()[..., 0], "rgb": ramp(), "rgba": np.dstack([ramp(), np.full(SIZE, 255, np.uint8)])}[kind]
    before = photo.copy()
    filled = inpaint_studio.fill(photo, hole(), "telea")
    assert (filled.pixels.shape, filled.pixels.dtype) == (photo.shape, np.uint8)
    assert np.array_equal(photo, before)
    assert np.array_equal(outside(filled.pixels), outside(photo))
    assert (filled.pixels != photo)[BOX].any()
    assert (filled.model, np.asarray(filled) is filled.pixels) == ("telea", True)
    assert np.asarray(filled, np.float32).dtype == np.float32


@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
@pytest.mark.parametrize("is_grey", [False, True])
def test_more_than_8_bits_come_back(dtype, is_grey, tmp_path):
    fine = np.linspace(0.2, 0.21, SIZE[0] * SIZE[1] * 3).reshape(*SIZE, 3)  # three steps of 8 bits
    photo = (fine * 65535).round().astype(dtype) if dtype == np.uint16 else fine.astype(dtype)
    photo = np.ascontiguousarray(photo[..., 0]) if is_grey else photo
    filled = inpaint_studio.fill(photo, hole(), "exemplar")
    assert (filled.pixels.shape, filled.pixels.dtype) == (photo.shape, dtype)
    assert np.array_equal(outside(filled.pixels), outside(photo))
    assert len(np.unique(filled.pixels[BOX])) > 6
    filled.save(tmp_path / "out.tif")
    assert inpaint_studio.fill(tmp_path / "out.tif", hole()).pixels.dtype == dtype


def test_masks_of_every_kind_mark_the_same(tmp_path):
    grey = np.where(hole(), np.uint8(255), np.uint8(0))
    Image.fromarray(grey).save(tmp_path / "mask.png")
    masks = [hole(), grey, grey // 255, str(tmp_path / "mask.png"), tmp_path / "mask.png"]
    fills = [inpaint_studio.fill(ramp(), mask, "telea").pixels for mask in masks]
    assert all(np.array_equal(fills[0], other) for other in fills[1:])
    half = inpaint_studio.fill(ramp(), grey // 2, "telea").pixels
    assert not np.array_equal(half, fills[0])
    assert np.array_equal(outside(half), outside(ramp()))


def test_a_file_is_saved_with_what_it_held(tmp_path):
    exif = Image.Exif()
    exif[0x013B] = "A. Photographer"
    Image.fromarray(ramp()).save(tmp_path / "photo.jpg", exif=exif, quality=90, dpi=(300, 300))
    filled = inpaint_studio.fill(tmp_path / "photo.jpg", hole(), grow=1, feather=2)
    assert filled.model.startswith("exemplar")
    assert filled.save(tmp_path / "out.jpg") == ()
    with Image.open(tmp_path / "out.jpg") as saved:
        assert saved.getexif()[0x013B] == "A. Photographer"
        assert saved.info["dpi"] == (300, 300)


def test_the_transparent_part_is_the_hole(tmp_path):
    clear = np.dstack([ramp(), np.where(hole(), np.uint8(0), np.uint8(255))])
    Image.fromarray(clear).save(tmp_path / "clear.png")
    filled = inpaint_studio.fill(tmp_path / "clear.png", model="telea")
    assert filled.pixels[..., 3].min() == 255
    assert np.array_equal(outside(filled.pixels), outside(clear))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"photo": ramp().astype(np.int32)}, "is int32 24 x 32 x 3"),
        ({"photo": ramp()[..., :2]}, "H x W x 4"),
        ({"photo": "gone.png"}, "gone.png"),
        ({"photo": None}, "name of a file or an array"),
        ({"photo": Image.fromarray(ramp())}, "name of a file or an array"),
        ({"mask": hole().tolist()}, "name of a file or an array"),
        ({"seed": "1"}, "seed is a whole number"),
        ({"grow": 0.5}, "grow is a whole number"),
        ({"threads": True}, "threads is a whole number"),
        ({"model": None}, "There is no model called 'None'"),
        ({"device": None}, "There is no device 'None'"),
        ({"mask": hole()[:-1]}, "32 x 23 pixels and the photo 32 x 24"),
        ({"mask": hole().astype(np.float32)}, "bool or uint8"),
        ({"mask": np.zeros(SIZE, np.uint8)}, "no hole"),
        ({"mask": None}, "no transparent part"),
        ({"model": "gone"}, "gone"),
        ({"quality": "good"}, "There is no quality 'good'"),
        ({"grow": -1}, "grow is a whole number from 0 to 500"),
        ({"device": "toaster"}, "toaster"),
    ],
)
def test_what_cannot_be_used_is_explained(arguments, words):
    with pytest.raises(InputError, match=words):
        inpaint_studio.fill(**{"photo": ramp(), "mask": hole(), **arguments})


def test_progress_is_reported_and_can_stop_the_fill():
    seen: list[float] = []
    inpaint_studio.fill(ramp(), hole(), "telea", progress=lambda fraction, _note: seen.append(fraction))
    assert (seen[0], seen[-1]) == (0.0, 1.0)

    def stop(_fraction: float, _note: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        inpaint_studio.fill(ramp(), hole(), "telea", progress=stop)


def test_the_face_and_what_stands_behind_it_take_the_same_options():
    face_of = inspect.signature(inpaint_studio.fill).parameters
    behind = inspect.signature(face.fill).parameters
    assert list(face_of) == list(behind)
    assert [each.kind for each in face_of.values()] == [each.kind for each in behind.values()]
    assert (ROOT / "inpaint_studio" / "py.typed").exists()


def test_the_name_of_the_package_loads_nothing():
    code = "import sys, inpaint_studio; print('numpy' in sys.modules, callable(inpaint_studio.fill))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == ["False", "True"]


def test_the_examples_of_the_page_work(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Image.fromarray(ramp()).save("photo.jpg")
    Image.fromarray(np.where(hole(), np.uint8(255), np.uint8(0))).save("hole.png")
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    blocks = [part.split("```")[0] for part in page.split("```python\n")[1:]]
    assert len(blocks) == 3
    for block in blocks:
        exec(block, {})
    assert Path("filled.jpg").exists()
