"""Steps of the history in the records of a journal.

Only what a step leads to is written. What was there before comes from doing the steps again, one after another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from inpaint_studio.session.guide_lines import MAX_NUMBER, GuideLine
from inpaint_studio.session.history import Command, Compound, ReplacePixels, SetValue
from inpaint_studio.session.journal.arrays import Body, damaged, describe
from inpaint_studio.session.journal.flow_records import read_box

if TYPE_CHECKING:
    from inpaint_studio.engine.flow.flow import Flow
    from inpaint_studio.session.document import Document
    from inpaint_studio.session.journal.records import Bytes

Head = dict[str, Any]
WIDEST = 10_000  # px, of the band of a guide line


def flatten(step: Command) -> Iterator[ReplacePixels | SetValue]:
    """Return the parts of a step that are no steps themselves, in their order."""
    if isinstance(step, Compound):
        for part in step.commands:
            yield from flatten(part)
    elif isinstance(step, ReplacePixels | SetValue):
        yield step
    else:
        raise TypeError(f"a journal knows no {type(step).__name__}")


def encode(step: Command, number: int, number_of: Callable[[Flow], int]) -> tuple[Head, list[Bytes]]:
    """Return head and body of the record of a step; `number_of` gives the number of the record of a flow."""
    parts: list[Head] = []
    body: list[Bytes] = []
    for part in flatten(step):
        if isinstance(part, SetValue):
            parts.append({part.name: _encode_value(part, number_of)})
            continue
        if len(part.after.shape) == 2:  # of photos it would save little, and take long
            part.after.pack()
        data, packed = part.after.stored()
        entry = describe(part.after.shape, part.after.dtype, packed, len(data))
        parts.append({"raster": part.raster, "box": list(map(int, part.box)), "pixels": entry})
        body.append(data)
    return {"is": "step", "number": number, "label": step.label, "parts": parts}, body


def _encode_value(part: SetValue, number_of: Callable[[Flow], int]) -> list[Any]:
    if part.name == "lines":
        return write_lines(part.after)
    return [number_of(flow) for flow in part.after]


def do_again(document: Document, head: Head, data: bytes, flow_of: Callable[[int], Flow]) -> None:
    """Do the step of a record in `document`, as one step of its history. Raises InputError for what cannot be done."""
    body, parts, label = Body(data), head.get("parts"), head.get("label")
    if not isinstance(parts, list) or not isinstance(label, str):
        raise damaged()
    with document.group(label):
        for part in parts:
            document.do(_command(document, part, body, flow_of))


def _command(document: Document, part: Any, body: Body, flow_of: Callable[[int], Flow]) -> Command:
    if not isinstance(part, dict):
        raise damaged()
    if "lines" in part:
        return SetValue("lines", document.lines, read_lines(part["lines"]))
    if "flows" in part:
        numbers = part["flows"]
        if not isinstance(numbers, list) or any(type(each) is not int for each in numbers):
            raise damaged()
        flows = tuple(flow_of(number) for number in numbers)
        new = sum(flow.offsets.nbytes for flow in flows if all(flow is not each for each in document.flows))
        return SetValue("flows", document.flows, flows, 2 * new)
    raster = document.rasters.get(str(part.get("raster")))
    if raster is None:
        raise damaged()
    box = read_box(part.get("box"), raster.shape)
    before = raster[box.slices].copy()
    after = body.patch(part.get("pixels"), before.shape, before.dtype)
    return ReplacePixels(str(part["raster"]), box, before, after)


def write_lines(lines: Sequence[GuideLine]) -> list[Any]:
    """Return guide lines as JSON has them."""
    return [[line.number, line.band, line.points.tolist()] for line in lines]


def read_lines(value: Any) -> tuple[GuideLine, ...]:
    """Return the guide lines that `write_lines` gave. Raises InputError for what cannot be that."""
    if not isinstance(value, list):
        raise damaged()
    lines = tuple(_line(each) for each in value)
    if len({line.number for line in lines}) != len(lines):
        raise damaged()
    return lines


def _line(value: Any) -> GuideLine:
    if not isinstance(value, list) or len(value) != 3:
        raise damaged()
    number, band, points = value
    if type(number) is not int or not 1 <= number <= MAX_NUMBER or type(band) is not int or not 1 <= band <= WIDEST:
        raise damaged()
    return GuideLine(number, _points(points), band)


def _points(value: Sequence[Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    try:
        points = np.array(value, np.float64)
    except (TypeError, ValueError, OverflowError):
        raise damaged() from None
    if points.ndim != 2 or points.shape[1] != 2 or not len(points) or not np.abs(points).max() < 1e7:
        raise damaged()
    return points
