"""The hole of ``inpaint-studio fill``: from a mask, from transparency or an object; turned, inverted, grown."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.masks.gesture import Gesture, box_loop
from inpaint_studio.engine.masks.interpret import looks_inverted, share
from inpaint_studio.engine.masks.object import GROW, find_object
from inpaint_studio.engine.masks.read import check_size, find_turn, read_mask_file, turn
from inpaint_studio.engine.masks.shape import feather, grow, invert
from inpaint_studio.engine.photo.photo import Photo, hole_from_alpha
from inpaint_studio.errors import InputError, NoHole
from inpaint_studio.models.base.interface import Bytes


class Hole(NamedTuple):
    """The hole as coverage, H x W."""

    coverage: Bytes
    notes: tuple[str, ...] = ()  # sentences for the end
    warnings: tuple[str, ...] = ()  # sentences for before the fill, which may take long


def read_hole(options: Namespace, photo: Photo) -> Hole:
    """Return the hole that the options name. Raises PhotoError, NoHole, and InputError where the mask does not fit."""
    if options.object is not None:
        hole, growth = _from_object(options, photo), GROW
    else:
        hole, growth = _from_alpha(options, photo) if options.mask is None else _from_file(options, photo), 0
    growth = growth if options.grow is None else options.grow
    return hole._replace(coverage=feather(grow(hole.coverage, growth), options.feather))


def _from_object(options: Namespace, photo: Photo) -> Hole:
    """Find the object in the box that the options name."""
    for name in ("mask", "invert_mask", "turn_mask"):
        if getattr(options, name):
            raise InputError(f"--object makes the hole; leave out --{name.replace('_', '-')}.")
    left, top, width, height = options.object
    box = Box(top, left, top + height, left + width).clip(*photo.size)
    if box.empty:
        raise InputError(
            f"The box of --object lies beside the photo, which is {photo.size[1]} x {photo.size[0]} pixels; "
            "its numbers are X,Y,W,H."
        )
    found = find_object(photo.pixels, Gesture(box_loop(box.left, box.top, box.right, box.bottom)), 0)
    if found is None:
        raise NoHole("No object was found in the box of --object; draw the box closer round it.")
    coverage = np.zeros(photo.size, np.uint8)
    coverage[found[0].slices] = found[1]
    return Hole(coverage)


def _from_alpha(options: Namespace, photo: Photo) -> Hole:
    for name in ("invert_mask", "turn_mask"):
        if getattr(options, name):
            raise InputError(f"--{name.replace('_', '-')} changes a mask; name it with --mask.")
    return Hole(np.where(hole_from_alpha(photo), 255, 0).astype(np.uint8))


def _from_file(options: Namespace, photo: Photo) -> Hole:
    path: Path = options.mask
    read = read_mask_file(path)
    coverage = turn(read.coverage, options.turn_mask)
    degrees = find_turn(coverage.shape, photo.size, photo.orientation)
    if degrees is not None:
        remedy = "Leave out --turn-mask." if options.turn_mask else f"Add --turn-mask {degrees} to turn the mask."
        raise InputError(
            f"The mask is {coverage.shape[1]} x {coverage.shape[0]} pixels and the photo {photo.size[1]} x "
            f"{photo.size[0]}: one of them lies on its side. {remedy}"
        )
    check_size(coverage.shape, photo.size)
    if options.invert_mask:
        coverage = invert(coverage)
    if not coverage.any():
        raise NoHole(f"{path.name} has no hole: nothing in it is white, or painted; paint the hole white on black.")
    warnings: tuple[str, ...] = ()
    if looks_inverted(coverage):
        remedy = "leave out --invert-mask" if options.invert_mask else "add --invert-mask"
        warnings = (f"{100 * share(coverage):.0f} % of the photo will be filled; if the mask is inverted, {remedy}.",)
    return Hole(coverage, read.notes, warnings)
