"""The hole of ``inpaint-studio fill``: from a mask, from transparency or an object; turned, inverted, grown."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.masks.gesture import Gesture, box_loop
from inpaint_studio.engine.masks.interpret import MaskReading, looks_inverted, share
from inpaint_studio.engine.masks.read import check_size, read_mask_file
from inpaint_studio.engine.masks.shape import GROW, feather, grow, invert
from inpaint_studio.engine.masks.turns import Turn, describe_turn, find_turn, turn_mask, upright_turn
from inpaint_studio.engine.photo.photo import Photo, hole_from_alpha
from inpaint_studio.engine.segment.find import find_object
from inpaint_studio.errors import InputError, NoHole
from inpaint_studio.models.base.interface import Bytes
from inpaint_studio.texts import tr

CAMERA = "camera"  # --turn-mask: as the photo was when it was opened


class Hole(NamedTuple):
    """The hole as coverage, H x W."""

    coverage: Bytes
    notes: tuple[str, ...] = ()  # sentences for the end
    grown: int = 0  # px, included in `coverage`
    warnings: tuple[str, ...] = ()  # sentences for before the fill, which may take long


def read_hole(options: Namespace, photo: Photo) -> Hole:
    """Return the hole that the options name. Raises PhotoError, NoHole, and InputError where the mask does not fit."""
    if options.object is not None:
        hole = _from_object(options, photo)
    elif options.mask is not None:
        hole = _from_files(options, photo)
    else:
        hole = _from_alpha(options, photo)
    # A mask in a script is meant to the pixel; an object was found, and the edge of what is found may show.
    found = options.object is not None and not options.plain
    growth = options.grow if options.grow is not None else GROW if found else 0
    return hole._replace(coverage=feather(grow(hole.coverage, growth), options.feather), grown=growth)


def _from_object(options: Namespace, photo: Photo) -> Hole:
    """Find the object in the box that the options name."""
    for name in ("mask", "invert_mask", "turn_mask"):
        if getattr(options, name) not in (None, False):
            raise InputError(tr("--object makes the hole; leave out --{name}.", name=name.replace("_", "-")))
    left, top, width, height = options.object
    box = Box(top, left, top + height, left + width).clip(*photo.size)
    if box.empty:
        raise InputError(
            tr(
                "The box of --object lies beside the photo, which is {size} x {size_2} pixels; its "
                "numbers are X,Y,W,H.",
                size=photo.size[1],
                size_2=photo.size[0],
            )
        )
    found = find_object(photo.pixels, Gesture(box_loop(box.left, box.top, box.right, box.bottom)), 0)
    if found is None:
        raise NoHole(tr("No object was found in the box of --object; draw the box closer round it."))
    coverage = np.zeros(photo.size, np.uint8)
    coverage[found[0].slices] = found[1]
    return Hole(coverage)


def _from_alpha(options: Namespace, photo: Photo) -> Hole:
    for name in ("invert_mask", "turn_mask"):
        if getattr(options, name) not in (None, False):
            raise InputError(tr("--{name} changes a mask; name it with --mask.", name=name.replace("_", "-")))
    return Hole(np.where(hole_from_alpha(photo), np.uint8(255), np.uint8(0)))


def _from_files(options: Namespace, photo: Photo) -> Hole:
    """Join the masks that the options name. One of them may be empty: a search that found nothing wrote it."""
    holes = [_from_file(path, options, photo) for path in options.mask]
    coverage = np.maximum.reduce([hole.coverage for hole in holes])
    if not coverage.any():
        raise NoHole(_explain_empty(options.mask[0].name, options.invert_mask))
    notes = tuple(dict.fromkeys(note for hole in holes for note in hole.notes))
    return Hole(coverage, notes, warnings=tuple(dict.fromkeys(text for hole in holes for text in hole.warnings)))


def _from_file(path: Path, options: Namespace, photo: Photo) -> Hole:
    read = read_mask_file(path)
    coverage, warnings = _turn(options, read, photo)
    if options.invert_mask:
        coverage = invert(coverage)
    if looks_inverted(coverage):
        remedy = tr("leave out --invert-mask") if options.invert_mask else "add --invert-mask"
        filled = tr(
            "{value:.0f} % of the photo will be filled; if the mask is inverted, {remedy}.",
            value=100 * share(coverage),
            remedy=remedy,
        )
        warnings = (*warnings, filled)
    return Hole(coverage, read.notes, warnings=warnings)


def _explain_empty(name: str, inverted: bool) -> str:
    if inverted:
        return tr("{name} has no hole once it is inverted: all of it is marked; leave out --invert-mask.", name=name)
    return tr("{name} has no hole: nothing in it is white, or painted; paint the hole white on black.", name=name)


def _turn(options: Namespace, read: MaskReading, photo: Photo) -> tuple[Bytes, tuple[str, ...]]:
    """Turn the mask as the options say; return it and sentences about what may have been forgotten."""
    if options.turn_mask is not None:
        by_camera = options.turn_mask == CAMERA
        coverage = turn_mask(read.coverage, upright_turn(photo.orientation) if by_camera else Turn(options.turn_mask))
        if coverage.shape == photo.size[::-1] != photo.size:
            raise InputError(
                tr("{sizes}: one of them lies on its side. Leave out --turn-mask.", sizes=_name_sizes(coverage, photo))
            )
        check_size(coverage.shape, photo.size)
        return coverage, ()
    # A mask that has a note of its own was drawn on the picture as stored, and has been set upright.
    hint = find_turn(read.coverage, photo.size, photo.orientation if read.orientation == 1 else 1)
    if hint is None:
        check_size(read.coverage.shape, photo.size)
        return read.coverage, ()
    value = CAMERA if hint.turn.mirrored else str(hint.turn.degrees)
    if hint.certain:
        sizes = _name_sizes(read.coverage, photo)
        raise InputError(
            tr(
                "{sizes}: one of them lies on its side. Add --turn-mask {value} to turn the mask.",
                sizes=sizes,
                value=value,
            )
        )
    return read.coverage, (
        tr(
            "The photo was {turn} when it was opened, as the camera noted; if the mask was drawn "
            "on the picture as stored, add --turn-mask {value}.",
            turn=describe_turn(hint.turn),
            value=value,
        ),
    )


def _name_sizes(coverage: Bytes, photo: Photo) -> str:
    (height, width), (rows, columns) = coverage.shape, photo.size
    return tr(
        "The mask is {width} x {height} pixels and the photo {columns} x {rows}",
        width=width,
        height=height,
        columns=columns,
        rows=rows,
    )
