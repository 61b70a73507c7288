"""What `inpaint_studio.fill` does, with everything that it has to load."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.fill.run import fill as run
from inpaint_studio.engine.filled_photo import (
    join_notes,
    request_for,
    shape_hole,
    transparent_coverage,
)
from inpaint_studio.engine.machine.devices import check_name
from inpaint_studio.engine.masks.read import check_size, read_mask_file
from inpaint_studio.engine.photo.deep import Depth
from inpaint_studio.engine.photo.encoding import save_photo
from inpaint_studio.engine.photo.photo import Photo, open_photo, photo_from_array
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import InputError, NoHole
from inpaint_studio.filled import FilledPhoto
from inpaint_studio.models.base.interface import QUALITIES, Bytes, Options, Quality
from inpaint_studio.texts import name_either, tr

Source: TypeAlias = str | os.PathLike[str] | NDArray[Any]

_MOST_PIXELS = 500  # px that a hole grows or is feathered by, as on the command line
_lock = threading.Lock()


def fill(
    photo: Source,
    mask: Source | None,
    model: str,
    *,
    quality: Quality,
    seed: int,
    grow: int,
    feather: int,
    device: str,
    threads: int | None,
    progress: Callable[[float, str], None] | None,
) -> FilledPhoto:
    """Fill the hole in a photo; see `inpaint_studio.fill`."""
    _check(quality, seed, grow, feather, threads)
    check_name(str(device))
    opened = _open(photo)
    coverage, notes = _read_mask(mask, opened)
    if not coverage.any():
        raise NoHole(tr("The mask has no hole: nothing in it is white, or painted."))
    options = Options(quality, seed, device, threads)
    request = request_for(opened, shape_hole(coverage, grow, feather), str(model), options)
    with _lock:
        result = run(request, Ticket(progress))

    filled = result.pixels if result.deep is None else result.deep

    def save(path: str | os.PathLike[str], pixels: NDArray[Any]) -> tuple[str, ...]:
        upright = np.repeat(pixels[..., None], 3, axis=2) if pixels.ndim == 2 else pixels
        if opened.depth is None:
            return save_photo(opened, Path(path), upright)
        return save_photo(opened, Path(path), opened.depth.view(upright), upright)

    is_plane = not isinstance(photo, str | os.PathLike) and photo.ndim == 2
    pixels = np.ascontiguousarray(filled[..., 0]) if is_plane else filled
    every_note = join_notes(opened.notes, notes, result.notes)
    return FilledPhoto(pixels, result.name_fillers({}), every_note, result.seconds, save)


def _check(quality: str, seed: int, grow: int, feather: int, threads: int | None) -> None:
    if quality not in QUALITIES:
        raise InputError(tr("There is no quality '{name}'; use {names}.", name=quality, names=name_either(QUALITIES)))
    for name, value, low, high in (
        ("seed", seed, 0, 2**32 - 1),
        ("grow", grow, 0, _MOST_PIXELS),
        ("feather", feather, 0, _MOST_PIXELS),
        ("threads", threads if threads is not None else 1, 1, 1024),
    ):
        if not isinstance(value, int | np.integer) or isinstance(value, bool) or not low <= value <= high:
            raise InputError(tr("{name} is a whole number from {low} to {high}.", name=name, low=low, high=high))


def _check_array(value: object) -> None:
    """Raise InputError for what is neither a name nor an array, such as an image of another library."""
    if not isinstance(value, np.ndarray):
        kind = type(value).__name__
        text = tr("Photo and mask are each the name of a file or an array of numpy; this one is {kind}.", kind=kind)
        raise InputError(text)


def _open(photo: Source) -> Photo:
    if isinstance(photo, str | os.PathLike):
        return open_photo(Path(photo))
    _check_array(photo)
    channels = photo.shape[2] if photo.ndim == 3 else 3
    known = photo.dtype in (np.uint8, np.uint16, np.float32)
    if not known or photo.ndim not in (2, 3) or channels not in (3, 4) or 0 in photo.shape:
        raise InputError(
            tr(
                "A photo is an array of uint8, uint16 or float32, H x W, H x W x 3 or H x W x 4; this one is "
                "{type} {shape}.",
                type=str(photo.dtype),
                shape=" x ".join(map(str, photo.shape)),
            )
        )
    if photo.dtype == np.uint8:
        return photo_from_array(photo)
    samples = np.repeat(photo[..., None], 3, axis=2) if photo.ndim == 2 else np.array(photo, order="C")
    depth = Depth() if photo.dtype == np.uint16 else Depth("float32", high=1.0, opaque=1.0)
    return Photo(depth.view(samples), grey=photo.ndim == 2, deep=samples, depth=depth)


def _read_mask(mask: Source | None, photo: Photo) -> tuple[Bytes, tuple[str, ...]]:
    """Return the hole as coverage, H x W, and sentences about it."""
    if mask is None:
        return transparent_coverage(photo), ()
    if isinstance(mask, str | os.PathLike):
        read = read_mask_file(Path(mask))
        check_size(read.coverage.shape, photo.size)
        return read.coverage, read.notes
    _check_array(mask)
    if mask.ndim != 2 or mask.dtype not in (np.bool_, np.uint8):
        raise InputError(tr("A mask is an array H x W of bool or uint8."))
    check_size(mask.shape, photo.size)
    if mask.dtype == np.bool_ or mask.max(initial=0) <= 1:
        return np.where(mask, np.uint8(255), np.uint8(0)), ()
    return mask.copy(), ()
