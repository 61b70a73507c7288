"""Flows of fills in the records of a journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.journal.arrays import Body, damaged, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from inpaint_studio.engine.flow.flow import Flow
    from inpaint_studio.engine.flow.ranked import RankedPart
    from inpaint_studio.engine.flow.weighed import WeighedPart
    from inpaint_studio.session.journal.records import Bytes

Head = dict[str, Any]


def encode(flow: Flow, number: int) -> tuple[Head, list[Bytes]]:
    """Return head and body of the record of a flow, which steps refer to by `number`."""
    body: list[Bytes] = []

    def put(array: NDArray[Any] | None) -> Head | None:
        if array is None:
            return None
        entry, data = write(array)
        body.append(data)
        return entry

    head: Head = {
        "is": "flow",
        "number": number,
        "box": list(flow.box),
        "shape": [int(side) for side in flow.shape],
        "label": flow.label,
        **{name: put(getattr(flow, name)) for name in ("offsets", "weight", "hole", "kinds")},
    }
    head["ranked"] = [
        {
            "box": list(part.box),
            "corner": list(map(float, part.corner)),
            "cell": list(map(float, part.cell)),
            **{name: put(getattr(part, name)) for name in ("inside", "offsets", "weights")},
        }
        for part in flow.ranked
    ]
    head["weighed"] = [
        {
            "box": list(part.box),
            "kind": None if part.units is None else part.units.kind,
            "units": None if part.units is None else put(part.units.weights),
            "places": put(part.places),
        }
        for part in flow.weighed
    ]
    return head, body


def decode(head: Head, data: bytes, shape: tuple[int, int]) -> Flow:
    """Return the flow of a record on a photo of `shape`. Raises InputError for what cannot be one."""
    from inpaint_studio.engine.flow.flow import Flow

    body, box = Body(data, shape), read_box(head.get("box"), shape)
    size = (box.height, box.width)
    offsets = body.array(head.get("offsets"), 3, "i")
    weight, hole = body.array(head.get("weight"), 2, "f"), body.array(head.get("hole"), 2, "b")
    kinds = None if head.get("kinds") is None else body.array(head["kinds"], 2, "u")
    label = head.get("label")
    planes = [weight, hole, *([] if kinds is None else [kinds])]
    if offsets.shape != (2, *size) or any(plane.shape != size for plane in planes) or not isinstance(label, str):
        raise damaged()
    ranked = tuple(_ranked(each, body, shape) for each in _dicts(head.get("ranked")))
    weighed = tuple(_weighed(each, body, shape) for each in _dicts(head.get("weighed")))
    return Flow(box, offsets, weight, hole, shape, label, ranked, weighed, kinds)


def _ranked(head: Head, body: Body, shape: tuple[int, int]) -> RankedPart:
    from inpaint_studio.engine.flow.ranked import RankedPart

    box = read_box(head.get("box"), shape)
    corner, cell = _pair(head.get("corner")), _pair(head.get("cell"))
    inside = body.array(head.get("inside"), 2, "b")
    offsets, weights = body.array(head.get("offsets"), 4, "i"), body.array(head.get("weights"), 3, "f")
    count, *cells = weights.shape
    if inside.shape != (box.height, box.width) or offsets.shape != (count, 2, *cells) or min(*cell, *cells, 1) <= 0:
        raise damaged()
    return RankedPart(box, inside, corner, cell, offsets, weights)


def _weighed(head: Head, body: Body, shape: tuple[int, int]) -> WeighedPart:
    from inpaint_studio.engine.flow.weighed import WeighedPart
    from inpaint_studio.models.base.interface import UnitKind, Units

    units = None
    if head.get("kind") is not None:
        if head["kind"] not in get_args(UnitKind):
            raise damaged()
        units = Units(head["kind"], body.array(head.get("units"), 1, "f"))
    places = None if head.get("places") is None else body.array(head["places"], 2, "u")
    return WeighedPart(read_box(head.get("box"), shape), units, places)


def read_box(value: Any, shape: Sequence[int]) -> Box:
    """Return the box that `value`, of a record, names; it is not empty and lies inside an image of `shape`."""
    if not isinstance(value, list) or len(value) != 4 or any(type(side) is not int for side in value):
        raise damaged()
    box = Box(*value)
    if box.empty or box.clip(shape[0], shape[1]) != box:
        raise damaged()
    return box


def _pair(value: Any) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2 or any(type(each) is not float for each in value):
        raise damaged()
    return value[0], value[1]


def _dicts(value: Any) -> list[Head]:
    if not isinstance(value, list) or any(not isinstance(each, dict) for each in value):
        raise damaged()
    return value
