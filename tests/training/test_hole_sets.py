"""The sets of holes that papers test with, beside the authors' generators written again from their code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from training.data.hole_sets import BORDER, LAMA, SETS, draw_from

COUNT = 80  # holes of which the mean coverage is compared

# The files of advimman/lama, configs/data_gen, copied value by value: irregular_kwargs, box_kwargs, out_min_size.
FILES: dict[str, tuple[dict[str, int], dict[str, int] | None, int]] = {
    "thin-256": ({"min_times": 4, "max_times": 50, "max_width": 10, "max_len": 40}, None, 256),
    "medium-256": (
        {"min_times": 4, "max_times": 5, "max_width": 50, "max_len": 100},
        {"margin": 0, "bbox_min_size": 10, "bbox_max_size": 50, "max_times": 5, "min_times": 1},
        256,
    ),
    "thick-256": (
        {"min_times": 1, "max_times": 5, "max_width": 100, "max_len": 200},
        {"margin": 10, "bbox_min_size": 30, "bbox_max_size": 150, "max_times": 3, "min_times": 1},
        256,
    ),
    "thin-512": ({"min_times": 4, "max_times": 70, "max_width": 20, "max_len": 100}, None, 512),
    "medium-512": (
        {"min_times": 4, "max_times": 10, "max_width": 100, "max_len": 200},
        {"margin": 0, "bbox_min_size": 30, "bbox_max_size": 150, "max_times": 5, "min_times": 1},
        512,
    ),
    "thick-512": (
        {"min_times": 1, "max_times": 5, "max_width": 250, "max_len": 450},
        {"margin": 10, "bbox_min_size": 30, "bbox_max_size": 300, "max_times": 4, "min_times": 1},
        512,
    ),
}


def authors_lama(old: np.random.RandomState, name: str) -> Any:
    """One mask of `MixedMaskGenerator`, with numpy's old generator; may cover more than half."""
    lines, boxes, size = FILES[name]
    mask = np.zeros((size, size), np.float32)
    if boxes is not None and old.choice(2, p=np.array([1, 0.3]) / 1.3):
        most = min(boxes["bbox_max_size"] + 1, size - 2 * boxes["margin"])
        for _ in range(old.randint(boxes["min_times"], boxes["max_times"] + 1)):
            w, h = old.randint(boxes["bbox_min_size"], most), old.randint(boxes["bbox_min_size"], most)
            x = old.randint(boxes["margin"], size - boxes["margin"] - w + 1)
            y = old.randint(boxes["margin"], size - boxes["margin"] - h + 1)
            mask[y : y + h, x : x + w] = 1
        return mask
    for i in range(old.randint(lines["min_times"], lines["max_times"] + 1 + 1)):
        x, y = old.randint(size), old.randint(size)
        for _ in range(1 + old.randint(5)):
            angle = 0.01 + old.randint(4)
            angle = 2 * 3.1415926 - angle if i % 2 == 0 else angle
            length, pen = 10 + old.randint(lines["max_len"]), 5 + old.randint(lines["max_width"])
            to = [int(np.clip(int(at + length * turn(angle)), 0, size)) for at, turn in ((x, np.sin), (y, np.cos))]
            cv2.line(mask, (x, y), (to[0], to[1]), 1.0, pen)
            x, y = to
    return mask


def authors_walk(old: np.random.RandomState, size: int) -> Any:
    """`random_walk` of naoto0804/pytorch-inpainting-with-partial-conv, step by step."""
    mask = np.zeros((size, size), bool)
    x, y = old.randint(size), old.randint(size)
    for dx, dy in np.array([[0, 1], [0, -1], [1, 0], [-1, 0]])[old.randint(4, size=size**2)].tolist():
        x, y = min(max(x + dx, 0), size - 1), min(max(y + dy, 0), size - 1)
        mask[x, y] = True
    return mask


def coverages(draw: Callable[[int], Any], count: int = COUNT) -> Any:
    return np.array([draw(number).mean() for number in range(count)])


def are_alike(mine: Any, theirs: Any) -> bool:
    """Whether the means differ by less than four standard errors, and the spreads by less than a third."""
    error = np.sqrt(mine.var(ddof=1) / len(mine) + theirs.var(ddof=1) / len(theirs))
    return abs(mine.mean() - theirs.mean()) < 4 * error and 0.75 < mine.std() / theirs.std() < 1.33


def test_lamas_numbers_are_those_of_its_files() -> None:
    for name, (lines, boxes, side) in FILES.items():
        file = LAMA[name]
        assert (vars(file.strokes), file.boxes and vars(file.boxes), file.side) == (lines, boxes, side)
    assert set(LAMA) == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_lamas_sets_cover_as_much_as_the_authors(name: str) -> None:
    old, size = np.random.RandomState(1), FILES[name][2]
    drawn = coverages(lambda _: authors_lama(old, name), 2 * COUNT)
    mine = coverages(lambda number: draw_from(f"lama-{name}", number, 0, size, size))
    assert mine.max() <= 0.5
    assert are_alike(mine, drawn[drawn <= 0.5])


def test_walks_cover_as_much_as_the_authors() -> None:
    old = np.random.RandomState(1)
    mine = coverages(lambda number: draw_from("random-walk", number, 0, 96, 96), 40)
    assert are_alike(mine, coverages(lambda _: authors_walk(old, 96), 40))


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("size", [(60, 90), (17, 9)])
def test_a_hole_depends_on_set_number_seed_and_size(name: str, size: tuple[int, int]) -> None:
    hole = draw_from(name, 3, 0, *size)
    assert (hole.shape, hole.dtype) == (size, np.bool_)
    assert hole.any()
    assert not hole.all()
    np.testing.assert_array_equal(hole, draw_from(name, 3, 0, *size))
    if "centre" not in name and size[0] > 20:
        others = [draw_from(name, number, seed, *size) for number, seed in ((3, 1), (4, 0), (4, 1))]
        assert all((hole != other).any() for other in others)


@pytest.mark.parametrize("name", ["free-form-inside", "random-walk-inside"])
def test_sets_without_border_keep_it_free(name: str) -> None:
    margin = round(BORDER * 128)
    holes = [draw_from(name, number, 0, 128, 160) for number in range(12)]
    assert not any(hole[:margin].any() or hole[-margin:].any() for hole in holes)
    assert not any(hole[:, :margin].any() or hole[:, -margin:].any() for hole in holes)
    with_border = [draw_from(name.removesuffix("-inside"), number, 0, 128, 160) for number in range(12)]
    assert any(hole[0].any() or hole[-1].any() for hole in with_border)


@pytest.mark.parametrize("name", ["lama-thick-256", "lama-thin-512", "random-walk", "centre-half"])
def test_a_larger_photo_gets_the_same_hole_enlarged(name: str) -> None:
    small, large = (draw_from(name, 5, 0, side, side).astype(np.float32) for side in (512, 1024))
    shrunk = cv2.resize(large, (512, 512), interpolation=cv2.INTER_AREA) > 0.5
    assert (shrunk == (small > 0.5)).mean() > 0.97


def test_a_narrow_photo_gets_a_hole_of_at_most_half_where_there_is_one() -> None:
    assert draw_from("lama-thick-256", 0, 0, 8, 400).mean() < 0.9


def test_an_unknown_set_is_refused() -> None:
    with pytest.raises(KeyError):
        draw_from("gone", 0, 0, 10, 10)
