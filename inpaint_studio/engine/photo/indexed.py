"""Photos with a table of colours, one bit or a few greys: give filled pixels values of the file's own table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.photo import dither
from inpaint_studio.texts import tr

Bytes = NDArray[np.uint8]
Plane = NDArray[np.bool_]

_FAR = 24.0  # levels: a colour farther than this from all of the palette gets an entry of its own, where one is free
_MOST_NEW = 32  # entries that a palette grows by


@dataclass(frozen=True)
class Indexed:
    """Pixels as numbers of a table of colours."""

    values: Bytes  # H x W
    table: Bytes  # N x 3, or x 4 with transparency
    bits: int  # of a value in the file
    is_palette: bool  # else the values are greys

    @property
    def colours(self) -> Bytes:
        """The pixels, H x W x 3|4."""
        return self.table[self.values]


def replace(photo: Indexed, pixels: Bytes, changed: Plane) -> tuple[Indexed, tuple[str, ...]]:
    """Return `photo` with the colours of `pixels` (H x W x 3|4) where `changed`, and sentences about what was lost.

    A colour of the table gets its number. Others become the nearest, dithered where the surroundings are; a palette
    with free entries grows where the nearest is far.
    """
    box = Box.of(changed)
    if box is None:
        return photo, ()
    inside, near = changed[box.slices], pixels[box.slices]
    if not photo.is_palette:
        near = _without_colour(near)
    places = _exact(near, inside, photo)
    notes: list[str] = []
    table = photo.table
    if bool((places[inside] < 0).any()):
        dithered = dither.is_dithered(photo.colours, changed)
        colours = _visible(near).astype(np.float32)
        added = _new_entries(photo, colours, inside & (places < 0)) if photo.is_palette and not dithered else None
        if added is not None:
            table = np.concatenate([table, added])
            notes.append(tr("The palette got {n} more colours for what was filled.", len(added)))
        dither.to_nearest(colours, inside, places, _visible(table).astype(np.float32), dithered)
        notes.append(_describe(photo, len(table)))
    values = photo.values.copy()
    values[box.slices][inside] = places[inside]
    return Indexed(values, table, photo.bits, photo.is_palette), tuple(notes)


def _describe(photo: Indexed, count: int) -> str:
    if photo.is_palette:
        return tr("The filled part is saved in the {n} colours of the photo's palette.", count)
    if photo.bits == 1:
        return tr("The filled part is saved in black and white, as the photo is.")
    return tr("The filled part is saved in the {n} greys of the photo.", count)


def _without_colour(pixels: Bytes) -> Bytes:
    grey = np.asarray(Image.fromarray(np.ascontiguousarray(pixels[..., :3])).convert("L"))
    result = pixels.copy()
    result[..., :3] = grey[..., None]
    return result


def _visible(colours: Bytes) -> Bytes:
    """Return the colours with black in place of what cannot be seen."""
    if colours.shape[-1] < 4:
        return colours
    return np.where(colours[..., 3:] == 0, np.uint8(0), colours)


def _pack(colours: Bytes) -> NDArray[np.int64]:
    packed = np.zeros(colours.shape[:-1], np.int64)
    for channel in range(colours.shape[-1]):
        packed = packed << 8 | colours[..., channel]
    return packed


def _exact(pixels: Bytes, inside: Plane, photo: Indexed) -> NDArray[np.int64]:
    """Return the number of each colour in the table, -1 where it has none; of equal entries the most used."""
    keys = _pack(_visible(photo.table))
    used = np.bincount(photo.values.ravel(), minlength=len(keys))
    order = np.lexsort((-used, keys))
    ordered = keys[order]
    places = np.full(inside.shape, -1, np.int64)
    packed = _pack(_visible(pixels[inside]))
    at = np.minimum(np.searchsorted(ordered, packed), len(ordered) - 1)
    places[inside] = np.where(ordered[at] == packed, order[at], -1)
    return places


def _new_entries(photo: Indexed, colours: NDArray[np.float32], missing: Plane) -> Bytes | None:
    """Return colours to add to the palette for those `missing` that are far from all of it; None without."""
    free = min((1 << photo.bits) - len(photo.table), _MOST_NEW)
    values = colours[missing]
    if values.shape[-1] == 4:
        values = values[values[:, 3] == 255]
    if free < 1 or not len(values):
        return None
    kinds, counts = np.unique(values.astype(np.uint8), axis=0, return_counts=True)
    table = _visible(photo.table).astype(np.float32)
    distances = np.concatenate(
        [
            np.sqrt(((part[:, None].astype(np.float32) - table) ** 2).sum(axis=2)).min(axis=1)
            for part in np.array_split(kinds, -(-len(kinds) // 4096))
        ]
    )
    far = np.repeat(kinds[distances > _FAR, :3], counts[distances > _FAR], axis=0)
    if not len(far):
        return None
    found = Image.fromarray(np.ascontiguousarray(far[None])).quantize(free, Image.Quantize.MEDIANCUT)
    entries = np.array(found.getpalette("RGB"), np.uint8).reshape(-1, 3)[: int(np.asarray(found).max()) + 1]
    opaque = np.full((len(entries), photo.table.shape[1] - 3), 255, np.uint8)
    return np.concatenate([entries, opaque], axis=1)
