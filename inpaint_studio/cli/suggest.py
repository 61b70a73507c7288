"""``inpaint-studio suggest``: find parts of a photo that may be meant as a hole, and save them as a mask."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.cli.console import print_notes, show_progress
from inpaint_studio.cli.suggest_arguments import check_names
from inpaint_studio.engine.masks.read import read_area, write_mask_file
from inpaint_studio.engine.masks.suggest.kinds import KINDS, find
from inpaint_studio.engine.masks.suggest.suggestion import Suggestion, join
from inpaint_studio.engine.photo import encoding
from inpaint_studio.engine.photo.photo import Photo, open_photo
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import InputError
from inpaint_studio.json_text import to_json
from inpaint_studio.texts import tr


def suggest(options: Namespace) -> int:
    """Run ``inpaint-studio suggest``; return the exit status. Raises InputError and its subclasses."""
    check_names(options)
    encoding.check_target(options.output)
    photo = open_photo(options.photo)
    hole, of_hole = (None, ()) if options.mask is None else _read_hole(options.mask, photo)
    with show_progress() as listener:
        found = find(options.kind, photo.pixels, hole, Ticket(listener))
    mask = np.where(join(found, photo.size), np.uint8(255), np.uint8(0))
    notes = [*photo.notes, *of_hole, *write_mask_file(options.output, mask)]
    if options.json:
        print(to_json(_to_dict(options, found, notes)))
    else:
        print(f"{options.output} ({_summary(options.kind, found)})")
        print_notes(notes)
    return 0


def _read_hole(path: Path, photo: Photo) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    hole, notes = read_area(path, photo.size, tr("the mask"))
    if not hole.any():
        raise InputError(
            tr("{name} has no hole: nothing in it is white, or painted; paint the hole white on black.", name=path.name)
        )
    return hole, notes


def _summary(kind: str, found: list[Suggestion]) -> str:
    if not found:
        return tr("{title}: nothing found, so the mask is black", title=tr(KINDS[kind].title))
    return tr("{title}: {n} parts", len(found), title=tr(KINDS[kind].title))


def _to_dict(options: Namespace, found: list[Suggestion], notes: list[str]) -> dict[str, Any]:
    return {
        "output": str(options.output),
        "kind": options.kind,
        "parts": [{"box": list(each.box), "area": each.area, "score": round(each.score, 3)} for each in found],
        "notes": notes,
    }
