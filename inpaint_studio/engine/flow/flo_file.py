"""Flows in Middlebury's .flo file format: a tag, width and height, then columns and rows as float32."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from inpaint_studio.engine.flow.flow import Flow, empty_flow
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.photo.encoding import open_replacement
from inpaint_studio.errors import InputError
from inpaint_studio.texts import tr

_TAG = 202021.25  # its bytes are PIEH
_UNKNOWN = np.float32(1.666666752e9)
_LARGEST = 1 << 20  # px of a side; a header that claims more is refused


def write_flo(flow: Flow, path: str | Path) -> None:
    """Save the offsets of `flow` for the whole image; "unknown" outside the hole. Raises PhotoError."""
    height, width = flow.shape
    with open_replacement(Path(path)) as file:
        file.write(np.float32(_TAG).tobytes() + np.array([width, height], "<i4").tobytes())
        row = np.empty((width, 2), "<f4")
        columns = slice(flow.box.left, flow.box.right)
        for top in range(height):
            row[:] = _UNKNOWN
            if flow.box.top <= top < flow.box.bottom:
                y = top - flow.box.top
                known = np.where(flow.hole[y], flow.offsets[::-1, y].astype(np.float32), _UNKNOWN)
                row[columns] = known.T
            file.write(row.tobytes())


def read_flo(path: str | Path) -> Flow:
    """Read a .flo file; offsets are rounded to whole pixels. Raises InputError for any other or damaged file."""
    path = Path(path)
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(12)
            width, height = (int(v) for v in np.frombuffer(head, "<i4", 2, 4)) if len(head) == 12 else (0, 0)
            usable = head[:4] == b"PIEH" and 0 < width < _LARGEST and 0 < height < _LARGEST
            if not usable or size != 12 + 8 * width * height:
                raise InputError(tr("{name} is not a flow file (.flo) or is cut off.", name=path.name))
            values = np.fromfile(file, "<f4", 2 * width * height).reshape(height, width, 2)
    except OSError as error:
        raise InputError(
            tr("{name} cannot be read: {reason}.", name=path.name, reason=(error.strerror or str(error)).lower())
        ) from error
    hole = (np.abs(values) < 1e9).all(axis=2)
    box = Box.of(hole) or Box(0, 0, 0, 0)
    flow = empty_flow(box, (height, width), np.int32)
    inside = hole[box.slices]
    offsets = np.where(inside[..., None], np.rint(values[box.slices]), 0).astype(np.int32)
    flow.put(box, offsets[..., ::-1].transpose(2, 0, 1), None, inside)
    return flow
