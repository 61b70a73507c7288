"""Parts of a mask, and changes of one part."""

from __future__ import annotations

import numpy as np

from inpaint_studio.engine.masks.parts import change_part, part_at
from inpaint_studio.engine.masks.shape import grow, invert

TWO = np.zeros((30, 40), np.uint8)
TWO[5:10, 5:10] = 255
TWO[10, 10] = 40  # touches at a corner, and is faint
TWO[20:25, 30:35] = 200


def test_a_part_is_what_is_connected() -> None:
    part = part_at(TWO, (7, 7))
    assert part is not None
    assert np.array_equal(part, np.where(np.arange(40) < 20, TWO, 0))
    assert np.array_equal(part_at(TWO, (10, 10)), part)


def test_there_is_no_part_outside_the_mask_or_the_photo() -> None:
    for place in ((0, 0), (-1, 7), (7, -1), (30, 7), (7, 40)):
        assert part_at(TWO, place) is None
        assert change_part(TWO, place, invert) is None


def test_only_the_part_changes() -> None:
    changed = change_part(TWO, (22, 32), lambda part: grow(part, 2))
    assert changed is not None
    assert np.array_equal(changed[:15], TWO[:15])
    assert (changed[18, 32], changed[18, 30], changed[17, 32]) == (200, 200, 0)


def test_where_parts_meet_the_higher_coverage_counts() -> None:
    changed = change_part(TWO, (22, 32), lambda part: np.full_like(part, 100))
    assert changed is not None
    assert (changed[7, 7], changed[10, 10], changed[0, 0]) == (255, 100, 100)


def test_without_a_place_all_of_it_changes() -> None:
    assert np.array_equal(change_part(TWO, None, invert), 255 - TWO)
