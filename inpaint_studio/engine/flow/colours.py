"""The colours of a flow: as the papers on attention print them, or as optical flow is usually drawn."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.flow.flow import Flow, strips
from inpaint_studio.engine.flow.kinds import DRAWN_GREY, Kind

Bytes = NDArray[np.uint8]

Style = Literal["papers", "motion"]
STYLES: tuple[Style, ...] = ("papers", "motion")  # the first is the default

_RADIUS = 512  # steps from the middle of the colour table to its rim

# The rim of the wheel: red, yellow, green, cyan, blue, magenta and red again, with Middlebury's uneven numbers of steps
# between them, more where the eye sees finer differences.
_CORNERS = np.array([(1, 0, 0), (1, 1, 0), (0, 1, 0), (0, 1, 1), (0, 0, 1), (1, 0, 1), (1, 0, 0)], np.float64)
_STEPS = (15, 6, 4, 11, 13, 6)


def colour(flow: Flow, scale: float | None = None, style: Style = "papers") -> Bytes:
    """Show a flow as colours, h x w x 4 uint8 RGBA: hue is direction, saturation length; no offset is white.

    What a network drew without a source is grey.
    `scale` is the length in px that is fully saturated (None: the longest offset). Transparent outside the hole.
    With `style` "papers" pink is an offset to the lower left and green one to the upper right (Yu et al. 2018, the
    colour map of its figures; see `paper_colours`). With "motion" the wheel is Middlebury's: red right, yellow
    down, cyan left, blue up.
    """
    longest = flow.longest_offset() if scale is None else scale
    image = _colour_as_papers(flow, longest) if style == "papers" else _colour_as_motion(flow, longest)
    if flow.kinds is not None:
        image[..., :3][flow.kinds == Kind.DRAWN] = DRAWN_GREY
    return image


def _colour_as_motion(flow: Flow, longest: float) -> Bytes:
    unit = _RADIUS / max(longest, 1e-6)
    table = _colour_table()
    packed = np.zeros(flow.hole.shape, np.uint32)
    for rows in strips(flow.hole.shape):
        y, x = (_table_indices(flow.offsets[axis, rows], unit) for axis in (0, 1))
        np.copyto(packed[rows], table[y, x], where=flow.hole[rows])
    return packed.view(np.uint8).reshape(*packed.shape, 4)


def paper_colours(offsets: NDArray[Any], longest: float) -> Bytes:
    """Colour offsets (row, col), 2 x any shape, as the papers on contextual attention print them, shape x 3 uint8.

    This is the code of Baker et al. (A database and evaluation methodology for optical flow) in the version of the
    authors' repository (JiahuiYu/generative_inpainting): vertical and horizontal offsets are swapped, the wheel has 55
    colours of whole numbers with the last next to the first, offsets longer than `longest` are darkened, and
    everything is rounded down.
    """
    u, v = (axis.astype(np.float64) / (longest + np.finfo(np.float64).eps) for axis in offsets)
    length = np.sqrt(u**2 + v**2)[..., None]
    wheel = _whole_number_wheel()
    place = (np.arctan2(-v, -u) / np.pi + 1) / 2 * (len(wheel) - 1)
    low = np.floor(place).astype(int)
    share = (place - low)[..., None]
    rim = (1 - share) * wheel[low] + share * wheel[(low + 1) % len(wheel)]
    rgb = np.where(length <= 1, 1 - length * (1 - rim), 0.75 * rim)
    return np.asarray(np.floor(255 * rgb), np.uint8)


def _colour_as_papers(flow: Flow, longest: float) -> Bytes:
    """Colour the hole's pixels; neighbours in a row often share an offset, so each run is computed once."""
    image = np.zeros((*flow.hole.shape, 4), np.uint8)
    for rows in strips(flow.hole.shape):
        hole = flow.hole[rows]
        offsets = flow.offsets[:, rows][:, hole]
        if not offsets.size:
            continue
        starts = np.flatnonzero(np.append(True, (offsets[:, 1:] != offsets[:, :-1]).any(axis=0)))
        lengths = np.diff(starts, append=offsets.shape[1])
        colours = np.full((starts.size, 4), 255, np.uint8)
        colours[:, :3] = paper_colours(offsets[:, starts], longest)
        image[rows][hole] = np.repeat(colours.view(np.uint32), lengths, axis=0).view(np.uint8)
    return image


def draw_legend(size: int, style: Style = "papers") -> Bytes:
    """Draw the colour wheel as a disc with a soft rim, size x size x 4 uint8 RGBA.

    A pixel to the right of the middle has the colour of an offset to the right.
    """
    radius = size / 2
    y, x = np.mgrid[:size, :size] + 0.5 - radius
    wheel = _wheel(y / radius, x / radius)
    if style == "papers":
        wheel[..., :3] = paper_colours(np.stack([y, x]), radius)
    wheel[..., 3] = np.clip((radius - np.hypot(y, x)) * 255, 0, 255)
    return wheel


def _table_indices(offsets: NDArray[Any], unit: float) -> NDArray[np.int32]:
    """Return the indices into the colour table of offsets along one axis."""
    steps: NDArray[np.float32] = np.rint(np.multiply(offsets, unit, dtype=np.float32))
    return np.clip(steps, -_RADIUS, _RADIUS).astype(np.int32) + np.int32(_RADIUS)


@cache
def _colour_table() -> NDArray[np.uint32]:
    """Return the colours of all offsets up to the rim, (2R + 1) x (2R + 1); RGBA packed into one number each."""
    y, x = np.mgrid[-_RADIUS : _RADIUS + 1, -_RADIUS : _RADIUS + 1] / np.float64(_RADIUS)
    return np.ascontiguousarray(_wheel(y, x)).view(np.uint32)[..., 0]


def _wheel(y: NDArray[np.float64], x: NDArray[np.float64]) -> Bytes:
    """Return the RGBA of offsets in units of the longest offset; longer ones get the colour of the rim."""
    hues = _rim_colours()
    turn = np.arctan2(-y, -x) / (2 * np.pi) + 0.5  # Middlebury's wheel starts with red to the right
    place = turn * len(hues)
    low = np.floor(place).astype(int)
    share = (place - low)[..., None]
    rim = hues[low % len(hues)] * (1 - share) + hues[(low + 1) % len(hues)] * share
    length = np.minimum(np.hypot(y, x), 1)[..., None]
    rgb = 1 - length * (1 - rim)
    image = np.full((*y.shape, 4), 255, np.uint8)
    image[..., :3] = np.rint(255 * rgb)
    return image


@cache
def _rim_colours() -> NDArray[np.float64]:
    """Return the rim, n x 3 in [0, 1]."""
    corners = zip(_CORNERS[:-1], _CORNERS[1:], _STEPS, strict=True)
    return np.concatenate([np.linspace(a, b, n, endpoint=False) for a, b, n in corners])


@cache
def _whole_number_wheel() -> NDArray[np.float64]:
    """Return the rim in whole numbers of 255, n x 3 in [0, 1]."""
    corners = zip(_CORNERS[:-1], _CORNERS[1:], _STEPS, strict=True)
    rim = [255 * a + (b - a) * np.floor(255 * np.arange(n) / n)[:, None] for a, b, n in corners]
    return np.concatenate(rim) / 255
