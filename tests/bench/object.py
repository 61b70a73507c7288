"""How well, and how fast, an object is found from a loop or a box: IoU with outlines drawn by hand, and CPU seconds.

The outlines (tests/data/objects.json, x and y in px by the photo's path) hold no photo; the folder with them is named.
The loops are what a hand would draw: the outline's convex hull, further out by a share of the object's size, uneven.
A box is measured besides. An imported MobileSAM is not used.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np

OUTLINES = Path(__file__).parents[1] / "data" / "objects.json"
MARGINS = (0.05, 0.1)  # of the square root of the area of the outline's box
_CORNERS = 60


def draw_loop(outline: Any, margin: float, seed: int) -> Any:
    """A loop round `outline` (N x 2), further out by `margin` of its size; uneven by `seed`."""
    from inpaint_studio.opencv import cv2

    points = np.asarray(outline, np.float32)
    hull = cv2.convexHull(points)[:, 0].astype(float)
    closed = np.concatenate([hull, hull[:1]])
    lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    steps = np.linspace(0, lengths[-1], _CORNERS, endpoint=False)
    loop = np.stack([np.interp(steps, lengths, closed[:, axis]) for axis in (0, 1)], axis=1)
    along = np.roll(loop, -1, axis=0) - np.roll(loop, 1, axis=0)
    normals = np.stack([along[:, 1], -along[:, 0]], axis=1)
    normals /= np.hypot(*normals.T)[:, None] + 1e-9
    if ((loop - hull.mean(axis=0)) * normals).sum() < 0:
        normals = -normals
    random, turns = np.random.default_rng(seed), np.arange(_CORNERS) / _CORNERS * 2 * np.pi
    uneven = sum(random.uniform(-0.3, 0.3) * np.cos(k * turns + random.uniform(0, 2 * np.pi)) for k in (2, 3, 5))
    reach = margin * float(np.sqrt(np.prod(np.ptp(points, axis=0))))
    return loop + normals * (reach * (1 + uneven))[:, None]


def draw_inside(outline: Any, size: tuple[int, int]) -> Any:
    """The inside of `outline` in a photo of `size`, H x W bool."""
    from inpaint_studio.engine.geometry import Box
    from inpaint_studio.engine.masks.gesture import Gesture

    return Gesture(np.asarray(outline, float)).draw_loop(Box.whole(*size), *size)


def iou(one: Any, other: Any) -> float:
    """Share of the pixels of either that are in both."""
    return float((one & other).sum() / max(1, (one | other).sum()))


def draw_box(outline: Any, margin: float) -> Any:
    """A box round `outline` (N x 2), further out by `margin` of its size."""
    from inpaint_studio.engine.masks.gesture import box_loop

    low, high = np.min(outline, axis=0), np.max(outline, axis=0)
    reach = margin * float(np.sqrt(np.prod(high - low)))
    return box_loop(*(low - reach), *(high + reach))


def measure(photo: Any, outline: Any, loop: Any) -> tuple[float, float]:
    """IoU of the object found from one loop, not grown, and the seconds."""
    from inpaint_studio.engine.masks.gesture import Gesture
    from inpaint_studio.engine.masks.object import find_object

    began = time.process_time()
    found = find_object(photo, Gesture(loop), 0)
    seconds = time.process_time() - began
    mask = np.zeros(photo.shape[:2], bool)
    if found is not None:
        mask[found[0].slices] = found[1] >= 128
    return iou(mask, draw_inside(outline, photo.shape[:2])), seconds


def main(argv: list[str] | None = None) -> int:
    """Print IoU and seconds of every photo, and the means; status 1 where a photo is missing."""
    from inpaint_studio.engine.photo.photo import open_photo

    parser = argparse.ArgumentParser(prog="python -m tests.bench object", description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=Path, required=True, help="the folder that the outlines' paths begin in")
    options = parser.parse_args(argv)
    results: list[list[tuple[float, float]]] = []
    outlines = json.loads(OUTLINES.read_text())
    for name, outline in outlines.items():
        if not (options.photos / name).is_file():
            print(f"{name} is not in {options.photos}")
            continue
        photo = open_photo(options.photos / name).pixels
        loops = [draw_loop(outline, margin, seed) for seed, margin in enumerate(MARGINS)]
        rows = [measure(photo, outline, loop) for loop in (*loops, draw_box(outline, MARGINS[0]))]
        results.append(rows)
        print(f"{name:36}", *(f"IoU {found:.3f} in {seconds:.2f} s" for found, seconds in rows))
    names = [*(f"loops {100 * margin:.0f} % further out" for margin in MARGINS), "boxes"]
    for name, rows in zip(names, zip(*results, strict=True), strict=False):
        mean, longest = statistics.fmean(found for found, _ in rows), max(seconds for _, seconds in rows)
        print(f"{name}: mean IoU {mean:.3f}, {longest:.2f} s at most")
    return int(len(results) < len(outlines))
