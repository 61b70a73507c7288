"""What `Ctrl+S` leaves of a file in which something was filled: everything else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests import synthetic
from tests.ui.studio import HEIGHT, WIDTH, Studio

FAR = 40  # px from the brush: its radius, an MCU of 16 and the rim of a fill


def decode(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


def save(studio: Studio) -> None:
    with studio.qtbot.waitSignal(studio.session.saved):
        studio.press("Ctrl+S")


@pytest.mark.parametrize("options", [{"subsampling": 2}, {"progressive": True, "subsampling": 0}], ids=str)
def test_a_jpeg_keeps_its_far_pixels_and_undo_brings_all_back(studio: Studio, options):
    path = studio.folder / "scene.jpg"
    Image.fromarray(synthetic.photo(HEIGHT, WIDTH)).save(path, quality=80, **options)
    before = decode(path)
    studio.open(path)
    studio.fill()
    changed = (studio.session.document.raster("photo") != before).any(axis=2)
    rows, columns = np.nonzero(changed)
    far = np.ones(changed.shape, bool)
    far[max(0, rows.min() - FAR) : rows.max() + FAR, max(0, columns.min() - FAR) : columns.max() + FAR] = False
    assert far.any()
    save(studio)
    after = decode(path)
    assert (after[changed] != before[changed]).any()
    np.testing.assert_array_equal(after[far], before[far])
    studio.press("Ctrl+Z")
    save(studio)
    np.testing.assert_array_equal(decode(path), before)


def test_a_palette_stays_and_its_growth_is_in_the_message(studio: Studio):
    path = studio.folder / "few.png"
    stripes = np.repeat(np.arange(8, dtype=np.uint8), -(-WIDTH // 8))[:WIDTH]
    image = Image.fromarray(np.tile(stripes, (HEIGHT, 1)), "P")
    image.putpalette([v for n in range(8) for v in (30 * n, 255 - 30 * n, 0)])
    image.save(path, bits=4)
    before = decode(path)
    studio.open(path)
    studio.fill()  # with a grey that is not in the palette
    shown = studio.session.document.raster("photo").copy()
    texts: list[str] = []
    studio.session.status.connect(lambda status: texts.append(str(status)))
    save(studio)
    assert any("palette" in text for text in texts)
    with Image.open(path) as again:
        assert again.mode == "P"
        np.testing.assert_array_equal(np.asarray(again.convert("RGB"))[0], shown[0])
    assert (decode(path) != before).any()
    assert path.read_bytes()[24] == 4
