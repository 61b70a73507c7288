from __future__ import annotations

import numpy as np

from inpaint_studio.engine.masks.closer import choose_closer


def test_each_open_pixel_goes_to_the_closer_colour_and_the_others_stay() -> None:
    random = np.random.default_rng(0)
    height, width, rows, columns = 50, 71, 7, 9  # no whole multiple of the small copy
    pixels = random.integers(0, 256, (height, width, 3), dtype=np.uint8)
    one, other = random.uniform(0, 255, (2, rows, columns, 3)).astype(np.float32)
    open_ = random.random((rows, columns)) < 0.5
    mask = random.integers(1, 255, (height, width), dtype=np.uint8)
    before = mask.copy()
    choose_closer(mask, pixels, open_, one, other)
    at = np.ix_(np.arange(height) * rows // height, np.arange(width) * columns // width)
    away = [((pixels - colours[at].astype(np.float64)) ** 2).sum(axis=2) for colours in (one, other)]
    clear = abs(away[0] - away[1]) > 0.1  # where rounding has no say
    expected = np.where(open_[at], np.where(away[0] < away[1], 255, 0), before)
    np.testing.assert_array_equal(mask[clear], expected[clear])
    assert 0 < (mask == 255).mean() < 0.5
