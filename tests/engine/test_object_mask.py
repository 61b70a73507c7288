"""An object's mask from a loop, a box or a scribble."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.masks.change import change_object
from inpaint_studio.engine.masks.gesture import Gesture, Scribble, box_loop, is_loop
from inpaint_studio.engine.masks.object import find_object
from inpaint_studio.opencv import cv2
from tests.bench.object import draw_loop, iou

SIZE = (240, 320)
CENTRE, RADIUS = (160, 110), 50


def scene(scale: int = 1, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Sky above grass, both noisy, and a red disc with a blue stripe over both; with where the disc is."""
    height, width = SIZE[0] * scale, SIZE[1] * scale
    photo = np.empty((height, width, 3), np.uint8)
    photo[:] = (120, 170, 230)
    photo[110 * scale :] = (80, 140, 60)
    disc = np.zeros((height, width), np.uint8)
    cv2.circle(disc, (CENTRE[0] * scale, CENTRE[1] * scale), RADIUS * scale, 1, -1)
    photo[disc > 0] = (190, 50, 40)
    stripe = slice(100 * scale, 112 * scale)
    photo[stripe][disc[stripe] > 0] = (40, 50, 150)
    noise = np.random.default_rng(seed).normal(0, 6, photo.shape)
    return np.clip(photo + noise, 0, 255).astype(np.uint8), disc > 0


def whole(found: tuple[Box, np.ndarray] | None, size: tuple[int, int]) -> np.ndarray:
    assert found is not None
    mask = np.zeros(size, bool)
    assert found[1].shape == (found[0].height, found[0].width)
    mask[found[0].slices] = found[1] >= 128
    return mask


def loop(scale: int = 1) -> Gesture:
    turns = np.linspace(0, 2 * np.pi, 40)
    ring = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    return Gesture(scale * (np.array(CENTRE) + (RADIUS + 9) * ring))


@pytest.mark.parametrize(
    "gesture",
    [
        loop(),
        Gesture(box_loop(100, 50, 220, 170)),
        Gesture(inside=(Scribble(np.array([(130.0, 80), (150, 106), (160, 140), (190, 105)]), 6),)),
    ],
    ids=["loop", "box", "scribble"],
)
def test_a_gesture_finds_all_of_the_object(gesture: Gesture) -> None:
    photo, disc = scene()
    assert iou(whole(find_object(photo, gesture, 0), SIZE), disc) > 0.97


@pytest.mark.parametrize("margin", [0, 1, 3])
@pytest.mark.parametrize("scale", [0, 1, 3])
def test_a_box_round_the_whole_photo_finds_what_is_in_it(margin: int, scale: int) -> None:
    """There is no background outside such a box: the photo's border is taken for it."""
    photo, disc = scene(scale or 1)
    if not scale:  # as large as what GrabCut sees
        photo, disc = photo[45:175, 75:245], disc[45:175, 75:245]
    height, width = disc.shape
    gesture = Gesture(box_loop(margin, margin, width - margin, height - margin))
    assert iou(whole(find_object(photo, gesture, 0), disc.shape), disc) > 0.95


def test_the_object_grows_by_so_many_pixels() -> None:
    photo, disc = scene()
    plain = whole(find_object(photo, loop(), 0), SIZE)
    grown = whole(find_object(photo, loop(), 3), SIZE)
    reach = cv2.dilate(plain.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7)))
    assert grown[plain].all()
    assert iou(grown, reach > 0) > 0.97
    assert grown[disc].mean() > 0.999


def test_the_border_is_found_at_full_size() -> None:
    photo, disc = scene(scale=5)
    found = whole(find_object(photo, loop(scale=5), 0), disc.shape)
    rim = cv2.distanceTransform((found == disc).astype(np.uint8), cv2.DIST_L2, 5)
    assert iou(found, disc) > 0.985
    assert rim.max() > 100
    wrong = found != disc
    depth = np.maximum(
        cv2.distanceTransform(disc.astype(np.uint8), cv2.DIST_L2, 5),
        cv2.distanceTransform((~disc).astype(np.uint8), cv2.DIST_L2, 5),
    )
    assert depth[wrong].max(initial=0) < 8  # a pixel of the small copy is 5.5 px


def test_a_stroke_takes_out_what_is_no_object() -> None:
    photo, disc = scene()
    cv2.rectangle(photo, (200, 104), (226, 116), (190, 50, 40), -1)  # an arm in the disc's colour
    wide = Gesture(box_loop(95, 45, 238, 178))
    first = whole(find_object(photo, wide, 0), SIZE)
    assert first[110, 220]
    corrected = wide.with_outside(Scribble(np.array([(214.0, 110), (226, 110)]), 10))
    found = whole(find_object(photo, corrected, 0), SIZE)
    assert not found[110, 214:226].any()
    assert iou(found, disc) > 0.93


def test_the_later_of_two_crossing_strokes_counts() -> None:
    across, down = Scribble(np.array([(10.0, 20), (30, 20)]), 5), Scribble(np.array([(20.0, 10), (20, 30)]), 5)
    box = Box.whole(40, 40)
    for gesture, is_sure in [
        (Gesture().with_inside(across).with_outside(down), False),
        (Gesture().with_outside(down).with_inside(across), True),
    ]:
        sure, not_object = gesture.draw_strokes(box, 40, 40)
        assert sure[20, 20] == is_sure
        assert not_object[20, 20] != is_sure
        assert sure[20, 12]
        assert not_object[12, 20]


def test_what_a_stroke_takes_out_does_not_grow_back() -> None:
    photo, _ = scene()
    stroke = Scribble(np.array([(150.0, 90), (170, 90)]), 4)
    found = whole(find_object(photo, loop().with_outside(stroke), 8), SIZE)
    assert not found[89:91, 152:168].any()


def test_a_stroke_beyond_the_loop_widens_what_is_looked_at() -> None:
    photo, disc = scene()
    photo[104:116, 212:250] = (190, 50, 40)  # a loose arm
    gesture = loop().with_inside(Scribble(np.array([(215.0, 110), (246, 110)]), 4))
    found = whole(find_object(photo, gesture, 0), SIZE)
    assert found[106:114, 214:248].all()
    assert found[disc].mean() > 0.97
    assert not found[60, 240]


def test_a_stroke_over_all_of_the_loop_leaves_no_object() -> None:
    photo, _ = scene()
    assert find_object(photo, loop().with_outside(Scribble(np.array([(90.0, 110), (230, 110)]), 200)), 3) is None


def test_only_what_a_stroke_touches_is_changed() -> None:
    old, new = np.zeros((20, 30), np.uint8), np.zeros((20, 30), np.uint8)
    old[5:15, 5:15] = 255
    new[5:15, 7:20] = 255
    stroke = Scribble(np.array([(17.0, 10), (19, 10)]), 2)
    box, mask = change_object((Box.whole(20, 30), old), (Box.whole(20, 30), new), stroke, adds=True)
    assert (mask[5:15, 5:20] == 255).all()
    assert mask.sum() == 150 * 255
    box, mask = change_object((Box.whole(20, 30), old), (Box(5, 7, 15, 12), new[5:15, 7:12]), stroke, adds=False)
    np.testing.assert_array_equal(mask, old)
    there = Scribble(np.array([(6.0, 7), (6.0, 9)]), 1)
    box, mask = change_object((Box.whole(20, 30), old), (Box(5, 7, 15, 12), new[5:15, 7:12]), there, adds=False)
    assert box == Box.whole(20, 30)
    assert not mask[:, :7].any()
    assert (mask[5:15, 12:15] == 255).all()


def test_the_same_gesture_gives_the_same_mask() -> None:
    photo, _ = scene()
    one, other = (find_object(photo, loop()) for _ in range(2))
    assert one is not None
    assert other is not None
    assert one[0] == other[0]
    np.testing.assert_array_equal(one[1], other[1])


def test_a_search_stops_when_it_is_cancelled() -> None:
    photo, _ = scene()
    calls = []

    def is_cancelled() -> bool:
        calls.append(True)
        return len(calls) > 1

    assert find_object(photo, loop(), is_cancelled=is_cancelled) is None
    assert len(calls) == 2


@pytest.mark.parametrize(
    "gesture",
    [Gesture(), Gesture(box_loop(900, 900, 950, 950)), Gesture(box_loop(-80, -80, -20, -20))],
    ids=["nothing", "beside", "before"],
)
def test_beside_the_photo_nothing_is_found(gesture: Gesture) -> None:
    assert find_object(scene()[0], gesture) is None


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (1, 40)])
def test_tiny_and_even_photos_are_no_trouble(size: tuple[int, int]) -> None:
    found = find_object(np.full((*size, 3), 99, np.uint8), Gesture(box_loop(0, 0, size[1], size[0])))
    if found is not None:
        assert not found[0].empty


def test_a_photo_with_transparency() -> None:
    photo, disc = scene()
    clear = np.dstack([photo, np.full(SIZE, 255, np.uint8)])
    assert iou(whole(find_object(clear, loop(), 0), SIZE), disc) > 0.97


def test_what_is_a_loop() -> None:
    turns = np.linspace(0, 2 * np.pi, 30)
    ring = 50 * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    assert is_loop(ring)
    assert is_loop(ring[:-2])
    assert not is_loop(ring[:15])
    assert not is_loop(np.array([(0.0, 0), (50, 3), (100, 0), (150, 2)]))


def test_the_benchmark_s_loops_go_round_their_outline() -> None:
    outline = [(100, 50), (180, 60), (200, 150), (90, 140)]
    drawn = Gesture(draw_loop(outline, 0.1, 0)).draw_loop(Box.whole(*SIZE), *SIZE)
    inside = Gesture(np.array(outline, float)).draw_loop(Box.whole(*SIZE), *SIZE)
    assert drawn[inside].all()
    assert 1.2 < drawn.sum() / inside.sum() < 2
