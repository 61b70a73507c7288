"""Even out the light of a smooth surface before it is filled, and put the light back into the fill.

A sky, a wall or a vignette changes slowly over the photo, so a piece copied from elsewhere has the right texture and
the wrong colour. Image Melding (Darabi et al. 2012) gives every patch a gain and a bias, within limits.
Here both follow from one smooth field for the whole surface: a pixel copied from `s` to `t` becomes
``(pixel - field(s)) * gain(s) / gain(t) + field(t)``. The search sees a photo without that light and stays as it is.

The field is a polynomial of the second degree. It is used only where it explains the colours round the hole: a rim with
other structure in it is filled as without adaptation, bit for bit.

Measured on 144 holes in photos of all kinds, before near sources were preferred (`prior`): it is used in 3, where it
brings 0.6, 0.7 and 1.5 dB, and a little more grain on perfectly smooth ground, because colours are rounded twice. So it
is an option, and off by default.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.planes import box_round
from inpaint_studio.exemplar.pyramid import Image, Plane
from inpaint_studio.opencv import cv2

Floats = NDArray[np.float64]


# Limits of what is done to a copied pixel: levels of 255 added to a colour, and the factor of its contrast. Chosen so
# that a vignette whose corners are half as bright as its middle lies within them.
MOST_BIAS = 110.0
MOST_GAIN = 2.0
CELLS_IN_RADIUS = 8  # the photo is averaged over cells; a hole is about 16 of them wide
LARGEST_CELL = 64  # px
RIM_CELLS = 4  # width of the rim that the field has to explain
FEWEST_RIM_CELLS = 24  # below this, a field of six numbers in each colour says nothing
ROUNDS = 6  # of the robust fit
SMOOTHED = 5  # cells over which colours are averaged before they are fitted: texture is not light
EXPLAINED = 0.8  # share of the variance of the rim's colours that the field must explain
MOST_MISS = 5.0  # levels: root mean square of what it may leave. A step between two surfaces leaves 10 and more
LEAST_CHANGE = 1.5  # levels: standard deviation of the field below which there is nothing to even out
LEAST_MISS = 3.0  # levels: cells that differ less from the field belong to the surface in any case
FAR_MISS = 3.0  # times the median miss of the rim: cells that differ more do not belong to it (Tukey's limit)
BEYOND = 0.1  # share of the field's range by which it may leave the colours that it was fitted to


@dataclass(frozen=True)
class Light:
    """The light of a surface: 3 x 6 numbers, of a polynomial in the place, for red, green and blue.

    `low` and `high` (3 each) bound it; `middle` (3) is the colour of the evened photo; `amount` in (0, 1] is the share
    of the light that is evened out.
    """

    numbers: Floats
    low: Floats
    high: Floats
    middle: Floats
    amount: float
    shape: tuple[int, int]

    def even_out(self, image: NDArray[Any]) -> NDArray[Any]:
        """Return the photo (H x W x 3, uint8 or float32 levels of 255) without the light."""
        field, gain = self._field(slice(0, self.shape[0]), slice(0, self.shape[1]))
        even = (image - field) * gain[..., None] + self.middle.astype(np.float32)
        return _as_type(even, image.dtype)

    def put_back(self, filled: NDArray[Any], image: NDArray[Any], hole: Plane) -> NDArray[Any]:
        """Return `image` with the pixels of `filled`, an evened photo, in `hole` (H x W, 1 inside), under the light."""
        box = box_round(hole, 0)
        field, gain = self._field(*box)
        lit = (filled[box] - self.middle.astype(np.float32)) / gain[..., None] + field
        result = image.copy()
        inside = hole[box] != 0
        result[box][inside] = _as_type(lit[inside], result.dtype)
        return result

    def _field(self, rows: slice, columns: slice) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the colours of the light in a box, h x w x 3, and the gain that evens out its contrast, h x w."""
        y, x = _coordinates(self.shape)
        v, u = y[rows, None].astype(np.float32), x[None, columns].astype(np.float32)
        parts = []
        for one, down, across, twice_down, both, twice_across in self.numbers.astype(np.float32):
            parts.append(one + down * v + twice_down * v * v + (across + both * v) * u + twice_across * u * u)
        field = np.stack(np.broadcast_arrays(*parts), -1)
        middle = self.middle.astype(np.float32)
        field = np.clip(field, self.low.astype(np.float32), self.high.astype(np.float32))
        field = middle + np.clip(np.float32(self.amount) * (field - middle), -MOST_BIAS, MOST_BIAS)
        gain = middle.mean() / np.maximum(field.mean(axis=-1), 1.0)
        return field, np.clip(gain, 1 / MOST_GAIN, MOST_GAIN).astype(np.float32)


def _as_type(levels: NDArray[np.float32], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Round levels to uint8 where that is wanted; floats stay as they are."""
    return np.clip(np.rint(levels), 0, 255).astype(np.uint8) if dtype == np.uint8 else levels.astype(dtype)


def find_light(image: Image, hole: Plane, blocked: Plane, amount: float) -> Light | None:
    """Fit the light round `hole` of `image` (H x W x 3 uint8); None where the rim is not smooth, or evenly lit.

    `amount` in (0, 1] is for `Light`. `hole` and `blocked` are H x W, 1 inside; pixels of the latter, which includes
    the hole, are not looked at.
    """
    radius = float(cv2.distanceTransform(hole, cv2.DIST_L2, 3).max())
    cell = int(np.clip(radius / CELLS_IN_RADIUS, 2, LARGEST_CELL))
    colours, known, touched = _average(image, hole, blocked, cell)
    colours = _smooth(colours, known)
    distance = cv2.distanceTransform((~touched).astype(np.uint8), cv2.DIST_L2, 3)
    rim = known & (distance <= RIM_CELLS)
    near = known & (distance <= 3 * CELLS_IN_RADIUS)
    if np.count_nonzero(rim) < FEWEST_RIM_CELLS:
        return None
    y, x = _cell_coordinates(image.shape[:2], colours.shape[:2], cell)
    terms = _terms(y, x)
    numbers, belongs = _fit(terms, colours, rim, near)
    field = terms @ numbers.T
    explained, change, miss = _judge(field, colours, rim)
    if explained < EXPLAINED or miss > MOST_MISS or change < LEAST_CHANGE:
        return None
    fitted = field[belongs | touched]
    low, high = fitted.min(axis=0), fitted.max(axis=0)
    spare = BEYOND * (high - low)
    middle = field[touched].mean(axis=0)
    return Light(numbers, low - spare, high + spare, middle, amount, (image.shape[0], image.shape[1]))


def _average(
    image: Image, hole: Plane, blocked: Plane, cell: int
) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    """Average the known pixels over cells: colours (h x w x 3), which cells are known, and which touch the hole."""
    height, width = hole.shape
    size = (-(-width // cell), -(-height // cell))
    padding = 0, size[1] * cell - height, 0, size[0] * cell - width
    free = cv2.copyMakeBorder((blocked == 0).astype(np.uint8) * 255, *padding, cv2.BORDER_CONSTANT, value=0)
    kept = cv2.copyMakeBorder(np.where(blocked[..., None] == 0, image, 0), *padding, cv2.BORDER_CONSTANT, value=0)
    share = cv2.resize(free.astype(np.float32), size, interpolation=cv2.INTER_AREA) / 255
    sums = cv2.resize(kept.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    inside = cv2.resize(
        cv2.copyMakeBorder(hole.astype(np.float32), *padding, cv2.BORDER_CONSTANT, value=0), size,
        interpolation=cv2.INTER_AREA,
    )  # fmt: skip
    colours = sums / np.maximum(share, 1e-6)[..., None]
    return colours.astype(np.float64), share >= 0.5, inside > 0


def _smooth(colours: Floats, known: NDArray[np.bool_]) -> Floats:
    """Average the colours of the known cells over `SMOOTHED` x `SMOOTHED` cells."""
    size = SMOOTHED, SMOOTHED
    count = cv2.blur(known.astype(np.float64), size, borderType=cv2.BORDER_CONSTANT)
    sums = cv2.blur(np.where(known[..., None], colours, 0.0), size, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(sums / np.maximum(count, 1e-9)[..., None], np.float64)


def _coordinates(shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Return the rows and the columns of an image as numbers of which the longer side takes [-1, 1]."""
    half = max(shape[0], shape[1]) / 2
    down, across = (np.arange(side, dtype=np.float64) - side / 2 + 0.5 for side in shape[:2])
    return down / half, across / half


def _cell_coordinates(shape: tuple[int, ...], cells: tuple[int, ...], cell: int) -> tuple[Floats, Floats]:
    """Return rows and columns of the middles of cells in the same numbers as `_coordinates`."""
    half = max(shape[0], shape[1]) / 2
    down, across = (
        np.arange(count, dtype=np.float64) * cell + cell / 2 - side / 2
        for count, side in zip(cells[:2], shape[:2], strict=True)
    )
    return down / half, across / half


def _terms(y: Floats, x: Floats) -> Floats:
    """Return the six terms of a polynomial of the second degree at every place, h x w x 6."""
    y, x = np.broadcast_arrays(y[:, None], x[None, :])
    return np.stack([np.ones_like(y), y, x, y * y, y * x, x * x], -1)


def _fit(
    terms: Floats, colours: Floats, rim: NDArray[np.bool_], near: NDArray[np.bool_]
) -> tuple[Floats, NDArray[np.bool_]]:
    """Fit the polynomials to the rim, then to all near cells that agree with them; gives these cells, too."""
    weight = rim.astype(np.float64)
    numbers = _least_squares(terms, colours, weight)
    belongs = rim
    for _ in range(ROUNDS):
        miss = np.sqrt(((colours - terms @ numbers.T) ** 2).mean(axis=-1))
        limit = max(LEAST_MISS, FAR_MISS * float(np.median(miss[rim])))
        belongs = near & (miss < limit)
        if np.count_nonzero(belongs & rim) < FEWEST_RIM_CELLS:
            break
        weight = np.where(belongs, (1 - (miss / limit) ** 2) ** 2, 0.0)  # Tukey's biweight
        numbers = _least_squares(terms, colours, weight)
    return numbers, belongs


def _least_squares(terms: Floats, colours: Floats, weight: Floats) -> Floats:
    """Return the 3 x 6 numbers of the polynomials with the least weighted squares.

    Sums are made without BLAS, whose order depends on its threads. A small pull towards 0 keeps a narrow rim, which
    does not show every term, from giving wild ones.
    """
    used = weight > 0
    at, values, share = terms[used], colours[used], weight[used]
    normal = np.einsum("ni,nj,n->ij", at, at, share, optimize=False)
    right = np.einsum("ni,nc,n->ic", at, values, share, optimize=False)
    pull = 1e-4 * share.sum() * np.diag([0.0, 0.0, 0.0, 1.0, 1.0, 1.0])
    pull[:3, :3] += 1e-9 * share.sum() * np.eye(3)
    return np.asarray(np.linalg.solve(normal + pull, right).T, np.float64)


def _judge(field: Floats, colours: Any, rim: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Return the share of the variance of the rim that the field explains, how much it changes, and what it leaves.

    The latter two are standard deviations, in levels.
    """
    shown, light = colours[rim], field[rim]
    rest = ((shown - light) ** 2).mean()
    whole = ((shown - shown.mean(axis=0)) ** 2).mean()
    change = np.sqrt(((light - light.mean(axis=0)) ** 2).mean())
    return 1 - float(rest / max(whole, 1e-9)), float(change), float(np.sqrt(rest))
