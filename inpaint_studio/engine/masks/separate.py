"""Separate an object from the background by their colours near by, before GrabCut sees it.

GrabCut alone learns two mixtures of colours from what is inside and outside a loop. Where the margin inside the loop is
wide, or both share colours, it takes all or nothing. Here the background's colours are known by place: a pixel
is compared with samples of colour and position together, so that sky above and grass below stay apart; and it counts
whether a path leads out of the loop on which the colours change little. The border is then the shortest along edges:
the convex formulation of a binary cut (Chan, Esedoglu, Nikolova 2006, theorem 2), solved by the primal-dual method
(Chambolle, Pock 2011, algorithm 1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inpaint_studio.engine.masks.barrier import barrier
from inpaint_studio.engine.masks.nearest import mean_distance
from inpaint_studio.opencv import cv2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Plane = NDArray[np.bool_]
    Raster = NDArray[np.uint8]
    Field = NDArray[np.float32]

# Chosen by IoU on the outlines of `python -m tests.bench object`.
_SAMPLES = 300  # colours of each side that a pixel is compared with
_NEAREST = 4  # of them count
_ROUNDS = 2
_LIGHT, _CHROMA = 0.7, 1.3  # weights of L, and of a and b
_PLACE = 25.0  # weight of the place: levels of colour across the frame
_PLACE_INSIDE = 0.35  # share of it for the object's own samples, which may be far from the pixel
_SPREAD = 8.0  # levels of colour that count as 1 in the cut
_STRONGEST = 2.0  # what one pixel's colour may count
_DEPTH, _SHALLOW = 0.6, 0.35  # weight of the depth inside the loop, and the share of it that counts as neither
_WALLS = 0.8  # weight of the barrier to the outside
_HIGHEST, _LOWEST = 128.0, 4.0  # levels: barriers above count as that, and no threshold of them is lower
_EDGES = 1.0  # weight of the border's length
_STEPS = 60
_STEP = 0.35  # of the primal-dual method; its square times 8 is below 1
_LEAST = 20  # px of an object
_FEW = 0.7  # at least this share of the loop is background at first
_OUTSIDE = 5.0  # the pull of what is surely background; of what is surely object the negative


def separate(image: Raster, inside: Plane, sure: Plane, not_object: Plane) -> Plane:
    """Return where the object is in `image` (H x W x 3 RGB): inside `inside`, on `sure` and not on `not_object`.

    Without anything sure, all outside `inside` is background. All planes are H x W.
    """
    height, width = inside.shape
    random = np.random.default_rng(0)
    raw = cv2.cvtColor(image, cv2.COLOR_RGB2LAB).astype(np.float32)
    lab: Field = np.asarray(cv2.GaussianBlur(raw, (0, 0), 1), np.float32)
    near = _features(lab)
    far = near * np.array([1, 1, 1, _PLACE_INSIDE, _PLACE_INSIDE], np.float32)
    open_ = (inside & ~sure & ~not_object).ravel()
    ground = _sample(near, _rim(inside, sure).ravel(), _SAMPLES, random)
    if not_object.any():  # strokes are small, so they get samples of their own
        ground = np.concatenate([ground, _sample(near, not_object.ravel(), _SAMPLES // 2, random)])
    away = np.zeros(height * width, np.float32)
    away[open_] = mean_distance(near[open_], ground, _NEAREST)
    depth = _depth(inside)
    walled = _barrier_pull(lab, inside)
    scribbled = sure.any() and bool(inside.all())
    found = sure.ravel().copy()
    if not scribbled and open_.any():
        found |= open_ & (away > _first_threshold(away[open_]))
    weights = _edge_weights(image)
    for turn in range(_ROUNDS):
        if found.sum() < _LEAST:
            found = sure.ravel() | (open_ & (depth > 0.5))
        if not found.any():
            break
        if turn and (rest := open_ & ~found).sum() > _LEAST:
            more = np.concatenate([ground, _sample(near, rest, _SAMPLES // 2, random)])
            away[open_] = mean_distance(near[open_], more, _NEAREST)
        object_ = _sample(far, found, _SAMPLES, random)
        if sure.any():
            object_ = np.concatenate([object_, _sample(far, sure.ravel(), _SAMPLES // 2, random)])
        to_object = mean_distance(far[open_], object_, _NEAREST)
        pull = np.full(height * width, _OUTSIDE, np.float32)
        pull[open_] = np.clip((to_object - away[open_]) / _SPREAD, -_STRONGEST, _STRONGEST)
        pull[open_] -= _DEPTH * (np.minimum(2 * depth[open_], 1) - _SHALLOW) * (not scribbled)
        pull[open_] -= walled[open_]
        pull[sure.ravel()] = -_OUTSIDE
        found = (_cut(pull.reshape(height, width), *weights) > 0.5).ravel()
    return found.reshape(height, width)


def _rim(inside: Plane, sure: Plane) -> Plane:
    """Return what is surely background: all outside the loop; the border of the image where there is no loop."""
    rim = ~inside
    if not rim.any():
        rim[[0, -1]] = rim[:, [0, -1]] = True
        rim &= ~sure
    return rim


def _barrier_pull(lab: Field, inside: Plane) -> Field:
    """Return how much the barrier to the outside of the loop speaks for the object, in every pixel; flat."""
    if inside.all():
        return np.zeros(inside.size, np.float32)
    walls = np.minimum(barrier(lab, inside), _HIGHEST)
    levels = (walls[inside] * (255 / _HIGHEST)).astype(np.uint8).reshape(-1, 1)
    middle = max(_LOWEST, cv2.threshold(levels, 0, 255, cv2.THRESH_OTSU)[0] * _HIGHEST / 255) if levels.size else 1.0
    return np.asarray(_WALLS * np.clip(walls / middle - 1, -1, 1), np.float32).ravel()


def _first_threshold(away: Field) -> float:
    """Return Otsu's threshold between pixels like the background and others; not too high for textured ground."""
    levels = np.clip(4 * away, 0, 255).astype(np.uint8).reshape(-1, 1)
    found, _ = cv2.threshold(levels, 0, 255, cv2.THRESH_OTSU)
    return min(found / 4, float(np.quantile(away, _FEW)))


def _features(lab: Field) -> Field:
    """Return colour and place of every pixel, weighted for distances: H W x 5. `lab`: H x W x 3."""
    height, width = lab.shape[:2]
    rows, columns = np.mgrid[:height, :width].astype(np.float32) * (_PLACE / max(height, width))
    return np.dstack([lab[..., 0] * _LIGHT, lab[..., 1:] * _CHROMA, columns, rows]).reshape(-1, 5)


def _sample(features: Field, plane: Plane, count: int, random: np.random.Generator) -> Field:
    places = np.flatnonzero(plane)
    return np.asarray(features[random.choice(places, min(count, places.size), replace=False)])


def _depth(inside: Plane) -> Field:
    """Return how deep inside the loop every pixel lies, 0 outside, 1 at the deepest; flat."""
    depth = cv2.distanceTransform(inside.view(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(depth / max(1.0, float(depth.max())), np.float32).ravel()


def _edge_weights(image: Raster) -> tuple[Field, Field]:
    """Return the cost of a border between a pixel and its right and lower neighbour (GrabCut, equation 11)."""
    values = image.astype(np.float32)
    across, down = np.zeros(image.shape[:2], np.float32), np.zeros(image.shape[:2], np.float32)
    across[:, :-1] = ((values[:, 1:] - values[:, :-1]) ** 2).sum(axis=2)
    down[:-1] = ((values[1:] - values[:-1]) ** 2).sum(axis=2)
    scale = 1 / (float(across.mean() + down.mean()) + 1e-6)
    right, below = _EDGES * np.exp(-scale * across), _EDGES * np.exp(-scale * down)
    right[:, -1], below[-1] = 0, 0
    return right, below


def _cut(pull: Field, right: Field, below: Field) -> Field:
    """Return the share of the object in every pixel, which minimises the pull and the cost of the border."""
    share = (pull < 0).astype(np.float32)
    ahead = share.copy()
    across, down = np.zeros_like(pull), np.zeros_like(pull)
    for _ in range(_STEPS):
        across[:, :-1] += _STEP * (ahead[:, 1:] - ahead[:, :-1])
        down[:-1] += _STEP * (ahead[1:] - ahead[:-1])
        np.clip(across, -right, right, across)
        np.clip(down, -below, below, down)
        flow = across + down
        flow[:, 1:] -= across[:, :-1]
        flow[1:] -= down[:-1]
        newer = np.clip(share + _STEP * (flow - pull), 0, 1)
        ahead = 2 * newer - share
        share = newer
    return share
