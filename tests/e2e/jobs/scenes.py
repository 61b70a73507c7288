"""The pictures of the jobs: each with something that should go, and the same without it.

All are drawn from formulas and seeded noise, so they are the same on every machine. A corner square in a loud colour at
the upper left and the lower right says where the picture is on the screen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

LOUD = (255, 0, 255)
CORNER = 8  # px of the side of a corner square at scale 1
WIDTH, HEIGHT = 900, 600  # px of a picture at scale 1


class Scene(NamedTuple):
    """A picture with something that should go (`photo`) and without it (`clean`); both H x W x 3 uint8."""

    photo: Bytes
    clean: Bytes

    @property
    def object(self) -> NDArray[np.bool_]:
        """Where the thing that should go is, H x W."""
        return (self.photo != self.clean).any(axis=2)


def tower(scale: float) -> Scene:
    """A mast with a wide foot before a sky; at scale 5.4 it has 16 megapixels."""
    clean = _sky(scale)
    outline = [(446, 70), (454, 70), (470, 470), (430, 470)]
    return _put(clean, lambda photo: cv2.fillPoly(photo, [_points(outline, scale)], (120, 30, 30)))


def bent_cable(scale: float) -> Scene:
    """A wide cable across two bent edges of a roof."""
    clean = _sky(scale)
    for colour, top in (((150, 96, 70), 150), ((96, 70, 60), 330)):
        roof = [(0, top + 110), (450, top), (900, top + 110), (900, 600), (0, 600)]
        cv2.fillPoly(clean, [_points(roof, scale)], colour)
    _add_grain(clean, 5, 3)
    return _put(
        clean, lambda photo: cv2.line(photo, *_ends((450, 40), (450, 560), scale), (20, 20, 24), _px(34, scale))
    )


def dust(scale: float) -> Scene:
    """Twenty spots on a plain sky."""
    clean = _sky(scale)

    def draw(photo: Bytes) -> None:
        for x, y in DUST:
            cv2.circle(photo, (_px(x, scale), _px(y, scale)), _px(4, scale), (40, 40, 44), -1)

    return _put(clean, draw)


DUST = [(70 + 200 * (n % 5) - 30 * (n // 5 % 2), 70 + 110 * (n // 5)) for n in range(20)]


def watermark(scale: float) -> Scene:
    """Three lines of text across a lawn."""
    clean = _lawn(scale)

    def draw(photo: Bytes) -> None:
        for line in range(3):
            place = (_px(150, scale), _px(TEXT[line], scale))
            cv2.putText(
                photo, "SAMPLE PICTURE", place, cv2.FONT_HERSHEY_SIMPLEX, 2 * scale, (250, 250, 250), _px(4, scale)
            )

    return _put(clean, draw)


TEXT = (150, 300, 450)  # px of the base lines


def building_edge(scale: float) -> Scene:
    """Something before the upright edge between a wall and the sky."""
    clean = _sky(scale)
    cv2.rectangle(clean, (0, 0), (_px(430, scale), clean.shape[0]), (168, 150, 128), -1)
    _add_grain(clean, 4, 5)
    return _put(
        clean, lambda photo: cv2.circle(photo, (_px(430, scale), _px(300, scale)), _px(60, scale), (30, 60, 150), -1)
    )


def animal(scale: float) -> Scene:
    """A brown animal on a lawn, beside a bush that must not be copied."""
    clean = _lawn(scale)
    bush = np.random.default_rng(4).integers(0, 60, (*clean.shape[:2], 1), np.uint8)
    inside = np.zeros(clean.shape[:2], np.uint8)
    cv2.ellipse(inside, (_px(200, scale), _px(320, scale)), (_px(90, scale), _px(110, scale)), 0, 0, 360, 1, -1)
    clean[inside > 0] = (bush + np.uint8((30, 20, 90)))[inside > 0]

    def draw(photo: Bytes) -> None:
        cv2.ellipse(
            photo, (_px(430, scale), _px(330, scale)), (_px(100, scale), _px(60, scale)), 0, 0, 360, (90, 56, 30), -1
        )

    return _put(clean, draw)


def ball(scale: float) -> Scene:
    """A red ball before a sky."""
    clean = _sky(scale)
    return _put(
        clean, lambda photo: cv2.circle(photo, (_px(450, scale), _px(220, scale)), _px(70, scale), (200, 30, 30), -1)
    )


def wire(scale: float) -> Scene:
    """A thin wire across a sky."""
    clean = _sky(scale)
    return _put(clean, lambda photo: cv2.line(photo, *_ends((20, 120), (880, 190), scale), (30, 30, 34), _px(3, scale)))


def sign(scale: float) -> Scene:
    """A white sign on a lawn."""
    clean = _lawn(scale)
    corners = (_px(380, scale), _px(230, scale)), (_px(520, scale), _px(340, scale))
    return _put(clean, lambda photo: cv2.rectangle(photo, *corners, (240, 240, 240), -1))


def _put(clean: Bytes, draw: Callable[[Bytes], object]) -> Scene:
    """Return the scene of `clean` with what `draw` draws over a copy of it; both get their corner squares."""
    photo = clean.copy()
    draw(photo)
    corner = round(CORNER * clean.shape[1] / WIDTH)
    for picture in (photo, clean):
        picture[:corner, :corner] = LOUD
        picture[-corner:, -corner:] = LOUD
    return Scene(photo, clean)


def _sky(scale: float) -> Bytes:
    """A sky that is lighter below, with a little grain."""
    width, height = _px(WIDTH, scale), _px(HEIGHT, scale)
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    colours = np.float32((70, 120, 190)) * (1 - down) + np.float32((170, 200, 225)) * down
    sky = np.broadcast_to(colours, (height, width, 3)).astype(np.uint8, order="C")
    _add_grain(sky, 3, 1)
    return sky


def _lawn(scale: float) -> Bytes:
    """A lawn: strong grain in green, some of it larger."""
    width, height = _px(WIDTH, scale), _px(HEIGHT, scale)
    lawn = np.full((height, width, 3), (70, 120, 50), np.uint8)
    _add_grain(lawn, 22, 2)
    return cv2.GaussianBlur(lawn, (3, 3), 0)


def _add_grain(picture: Bytes, strength: float, seed: int) -> None:
    noise = np.random.default_rng(seed).normal(0, strength, picture.shape[:2]).astype(np.float32)
    picture[...] = np.clip(picture + noise[..., None], 0, 255).astype(np.uint8)


def _px(value: float, scale: float) -> int:
    return max(1, round(value * scale))


def _points(points: list[tuple[int, int]], scale: float) -> NDArray[np.int32]:
    return np.rint(np.float32(points) * scale).astype(np.int32)


def _ends(first: tuple[int, int], last: tuple[int, int], scale: float) -> tuple[tuple[int, int], tuple[int, int]]:
    return (_px(first[0], scale), _px(first[1], scale)), (_px(last[0], scale), _px(last[1], scale))
