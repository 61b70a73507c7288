"""Where every filled pixel came from: offsets over the hole, shown in the colours of the Middlebury flow wheel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.geometry import Box
from inpaint_studio.errors import InputError

Bytes = NDArray[np.uint8]
Plane = NDArray[np.bool_]
Offsets = NDArray[np.signedinteger[Any]]
Weight = NDArray[np.floating[Any]]

Style = Literal["ours", "official"]
STYLES: tuple[Style, ...] = ("ours", "official")

COPIED, ATTENTION, MATCHED = "copied", "attention", "matched afterwards"

_RADIUS = 512  # steps from the middle of the colour table to its rim
_STRIP = 1 << 20  # pixels worked on at a time, so that no whole-picture floats are made


@dataclass(frozen=True, eq=False)
class Flow:
    """Offsets from filled pixels to their sources, over `box` of a picture of `shape`.

    An offset is source minus target in whole-picture pixels.
    """

    box: Box
    offsets: Offsets  # 2 x h x w: rows, columns; 0 outside `hole`
    weight: Weight  # h x w confidence in [0, 1]
    hole: Plane  # h x w, True where the offsets mean something
    shape: tuple[int, int]  # height and width of the picture
    label: str = COPIED  # how the sources are known

    def source_of(self, row: int, col: int) -> tuple[int, int, float] | None:
        """Row, column and confidence of the place that this pixel of the picture came from; None where not filled."""
        if not self.box.contains(row, col):
            return None
        y, x = row - self.box.top, col - self.box.left
        if not self.hole[y, x]:
            return None
        return row + int(self.offsets[0, y, x]), col + int(self.offsets[1, y, x]), float(self.weight[y, x])

    def merged(self, other: Flow) -> Flow:
        """Both fills of one picture in one flow; where they meet, `other` is the newer."""
        box = self.box.union(other.box)
        kind = np.promote_types(self.offsets.dtype, other.offsets.dtype)
        flow = empty(box, self.shape, kind).labelled({self.label, other.label})
        for part in (self, other):
            flow.put(part.box, part.offsets, part.weight, part.hole)
        return flow

    def put(self, box: Box, offsets: Offsets, weight: Weight | None, where: Plane) -> None:
        """Writes the sources of a part: all arrays cover `box` (in the picture), which lies inside this flow's box."""
        rows, columns = box.shift(-self.box.top, -self.box.left).slices
        np.copyto(self.offsets[:, rows, columns], offsets, where=where, casting="same_kind")
        np.copyto(self.weight[rows, columns], 1 if weight is None else weight, where=where, casting="same_kind")
        self.hole[rows, columns] |= where

    def labelled(self, labels: set[str]) -> Flow:
        """The same flow (its arrays shared), labelled with all of these."""
        return replace(self, label=" and ".join(sorted(labels)))

    def largest(self) -> float:
        """The length of the longest offset, px; 0 where there is none."""
        longest = 0
        for rows in _strips(self.hole.shape):
            down, across = (self.offsets[axis, rows].astype(np.int64) for axis in (0, 1))
            longest = max(longest, int(np.max((down * down + across * across) * self.hole[rows], initial=0)))
        return float(np.sqrt(longest))


def empty(box: Box, shape: tuple[int, int], kind: Any = None, label: str = COPIED) -> Flow:
    """A flow over `box` that knows no source yet; 16-bit where the picture's size allows."""
    kind = kind or (np.int16 if max(shape) < 1 << 15 else np.int32)
    size = (box.height, box.width)
    return Flow(box, np.zeros((2, *size), kind), np.zeros(size, np.float16), np.zeros(size, bool), shape, label)


def colour(flow: Flow, scale: float | None = None, style: Style = "ours") -> Bytes:
    """The flow as colours, h x w x 4 uint8 RGBA: hue is direction, saturation length, no offset is white.

    `scale` is the length in px that shows fully saturated (default: the longest offset). Transparent outside the hole.
    `style` "official" is the coding of the papers, see `official`.
    """
    longest = flow.largest() if scale is None else scale
    if style == "official":
        picture = np.zeros((*flow.hole.shape, 4), np.uint8)
        for rows in _strips(flow.hole.shape):
            picture[rows, :, :3] = official(flow.offsets[:, rows], longest)
        picture[..., 3] = 255
        picture[~flow.hole] = 0
        return picture
    unit = _RADIUS / max(longest, 1e-6)
    table = _table()
    picture = np.zeros(flow.hole.shape, np.uint32)
    for rows in _strips(flow.hole.shape):
        y, x = (_steps(flow.offsets[axis, rows], unit) for axis in (0, 1))
        np.copyto(picture[rows], table[y, x], where=flow.hole[rows])
    return picture.view(np.uint8).reshape(*picture.shape, 4)


def official(offsets: NDArray[Any], longest: float) -> Bytes:
    """The colours of 2 x h x w offsets (row, col) as the papers on contextual attention print them, h x w x 3 uint8.

    That is the code of Baker et al. (A database and evaluation methodology for optical flow) as it stands in the
    authors' repository (JiahuiYu/generative_inpainting): the vertical offset takes the place of the horizontal one, the
    wheel has 55 colours of whole numbers, the last and the first stand side by side, what is longer than `longest` is
    darkened, and everything is rounded down.
    """
    u, v = (axis.astype(np.float64) / (longest + np.finfo(np.float64).eps) for axis in offsets)
    length = np.sqrt(u**2 + v**2)[..., None]
    wheel = _official_wheel()
    place = (np.arctan2(-v, -u) / np.pi + 1) / 2 * (len(wheel) - 1)
    low = np.floor(place).astype(int)
    share = (place - low)[..., None]
    rim = (1 - share) * wheel[low] + share * wheel[(low + 1) % len(wheel)]
    rgb = np.where(length <= 1, 1 - length * (1 - rim), 0.75 * rim)
    return np.asarray(np.floor(255 * rgb), np.uint8)


def legend(size: int, style: Style = "ours") -> Bytes:
    """The colour wheel as a disc with a soft rim, size x size x 4 uint8 RGBA: the pixel right of the middle is what an
    offset to the right looks like."""
    radius = size / 2
    y, x = np.mgrid[:size, :size] + 0.5 - radius
    wheel = _wheel(y / radius, x / radius)
    if style == "official":
        wheel[..., :3] = official(np.stack([y, x]), radius)
    wheel[..., 3] = np.clip((radius - np.hypot(y, x)) * 255, 0, 255)
    return wheel


def write_png(flow: Flow, path: str | Path, photo: Bytes | None = None, style: Style = "ours") -> None:
    """Saves the colours over the dimmed photo (H x W x 3|4 uint8; plain grey where None), the wheel in a corner.

    Raises PhotoError where the file cannot be written.
    """
    from inpaint_studio.engine.flow.flow_image import picture, write

    write(picture(flow, photo, style), Path(path))


def write_flo(flow: Flow, path: str | Path) -> None:
    """Saves the offsets in Middlebury's .flo format (columns, rows as float32); unknown outside the hole."""
    from inpaint_studio.engine.photo.encoding import replacing

    height, width = flow.shape
    with replacing(Path(path)) as file:
        file.write(np.float32(_FLO_TAG).tobytes() + np.array([width, height], "<i4").tobytes())
        row = np.empty((width, 2), "<f4")
        columns = slice(flow.box.left, flow.box.right)
        for top in range(height):
            row[:] = _FLO_UNKNOWN
            if flow.box.top <= top < flow.box.bottom:
                y = top - flow.box.top
                known = np.where(flow.hole[y], flow.offsets[::-1, y].astype(np.float32), _FLO_UNKNOWN)
                row[columns] = known.T
            file.write(row.tobytes())


def read_flo(path: str | Path) -> Flow:
    """The flow in a .flo file, its offsets rounded to whole pixels. Raises InputError where it is none."""
    path = Path(path)
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(12)
            width, height = (int(v) for v in np.frombuffer(head, "<i4", 2, 4)) if len(head) == 12 else (0, 0)
            usable = head[:4] == b"PIEH" and 0 < width < 1 << 20 and 0 < height < 1 << 20
            if not usable or size != 12 + 8 * width * height:
                raise InputError(f"{path.name} is not a flow file (.flo) or is cut off.")
            values = np.fromfile(file, "<f4", 2 * width * height).reshape(height, width, 2)
    except OSError as error:
        raise InputError(f"{path.name} cannot be read: {(error.strerror or str(error)).lower()}.") from error
    hole = (np.abs(values) < 1e9).all(axis=2)
    box = Box.of(hole) or Box(0, 0, 0, 0)
    flow = empty(box, (height, width), np.int32)
    inside = hole[box.slices]
    offsets = np.where(inside[..., None], np.rint(values[box.slices]), 0).astype(np.int32)
    flow.put(box, offsets[..., ::-1].transpose(2, 0, 1), None, inside)
    return flow


_FLO_TAG = 202021.25  # its bytes spell PIEH
_FLO_UNKNOWN = np.float32(1.666666752e9)


def _strips(shape: tuple[int, ...]) -> list[slice]:
    step = max(1, _STRIP // max(1, shape[1]))
    return [slice(top, top + step) for top in range(0, shape[0], step)]


def _steps(offsets: NDArray[Any], unit: float) -> NDArray[np.int32]:
    """Indices into the colour table for offsets along one axis."""
    steps: NDArray[np.float32] = np.rint(np.multiply(offsets, unit, dtype=np.float32))
    return np.clip(steps, -_RADIUS, _RADIUS).astype(np.int32) + np.int32(_RADIUS)


@cache
def _table() -> NDArray[np.uint32]:
    """The colours of all offsets up to the rim, (2R + 1) x (2R + 1) RGBA packed in one number each."""
    y, x = np.mgrid[-_RADIUS : _RADIUS + 1, -_RADIUS : _RADIUS + 1] / np.float64(_RADIUS)
    return np.ascontiguousarray(_wheel(y, x)).view(np.uint32)[..., 0]


def _wheel(y: NDArray[np.float64], x: NDArray[np.float64]) -> Bytes:
    """RGBA of offsets given in units of the longest; beyond it the colour is that of the rim."""
    hues = _hues()
    turn = np.arctan2(-y, -x) / (2 * np.pi) + 0.5  # Middlebury's wheel starts with red to the right
    place = turn * len(hues)
    low = np.floor(place).astype(int)
    share = (place - low)[..., None]
    rim = hues[low % len(hues)] * (1 - share) + hues[(low + 1) % len(hues)] * share
    length = np.minimum(np.hypot(y, x), 1)[..., None]
    rgb = 1 - length * (1 - rim)
    picture = np.full((*y.shape, 4), 255, np.uint8)
    picture[..., :3] = np.rint(255 * rgb)
    return picture


# The rim of the wheel: red, yellow, green, cyan, blue, magenta and red again, with Middlebury's uneven steps between
# them, more where the eye tells more.
_CORNERS = np.array([(1, 0, 0), (1, 1, 0), (0, 1, 0), (0, 1, 1), (0, 0, 1), (1, 0, 1), (1, 0, 0)], np.float64)
_STEPS = (15, 6, 4, 11, 13, 6)


@cache
def _hues() -> NDArray[np.float64]:
    """The rim, n x 3 in [0, 1]."""
    corners = zip(_CORNERS[:-1], _CORNERS[1:], _STEPS, strict=True)
    return np.concatenate([np.linspace(a, b, n, endpoint=False) for a, b, n in corners])


@cache
def _official_wheel() -> NDArray[np.float64]:
    """The rim in whole numbers of 255, n x 3 in [0, 1]."""
    corners = zip(_CORNERS[:-1], _CORNERS[1:], _STEPS, strict=True)
    rim = [255 * a + (b - a) * np.floor(255 * np.arange(n) / n)[:, None] for a, b, n in corners]
    return np.concatenate(rim) / 255
