"""The part of a project that only this program reads: JSON, and the arrays that it refers to, one behind the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from inpaint_studio.engine.fill.request import Piece
from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.candidates import MAX_CANDIDATES, Candidate, HoleFill
from inpaint_studio.session.journal import flow_records
from inpaint_studio.session.journal.arrays import Body, damaged, describe, write
from inpaint_studio.session.journal.flow_records import read_box
from inpaint_studio.session.journal.steps import read_lines, write_lines
from inpaint_studio.session.kept_flow import KeptFlow
from inpaint_studio.session.kept_plane import KeptPlane
from inpaint_studio.session.patch import Patch

if TYPE_CHECKING:
    from inpaint_studio.engine.flow.flow import Flow
    from inpaint_studio.session.document import Document
    from inpaint_studio.session.journal.records import Bytes
    from inpaint_studio.session.project.snapshot import Snapshot

VERSION = 1
MAX_FLOWS = 100_000

Head = dict[str, Any]

_PLANES = ("hole", "lines", "donors", "only", "labels", "coverage", "edges", "steered")  # of a fill
_NEEDED = ("hole", "coverage", "edges")


def encode(snapshot: Snapshot) -> tuple[Head, list[Bytes]]:
    """Return the JSON and the arrays of a project, without the photo's file and its pixels."""
    out = _Out()
    head: Head = {
        "format": "inpaint-studio-project",
        "version": VERSION,
        "size": list(snapshot.photo.size),
        "lines": write_lines(snapshot.lines),
        "rasters": {name: out.part(*each) for name, each in snapshot.drawn.items()},
        "deep": None if snapshot.deep is None else out.array(snapshot.deep),
        "flows": [out.flow(flow) for flow in snapshot.flows],
        "fill": None,
    }
    if snapshot.filled is not None and snapshot.before is not None:
        head["fill"] = _encode_fill(snapshot.filled, snapshot.before, out)
    return head, out.parts


class _Out:
    """Collects arrays."""

    def __init__(self) -> None:
        self.parts: list[Bytes] = []

    def array(self, array: Any) -> Head:
        entry, data = write(array)
        self.parts.append(data)
        return entry

    def patch(self, patch: Patch) -> Head:
        data, packed = patch.stored()
        self.parts.append(data)
        return describe(patch.shape, patch.dtype, packed, len(data))

    def plane(self, plane: Any) -> Head:
        """Add what is not 0 of an H x W plane."""
        box = Box.of(plane) or Box(0, 0, 1, 1)
        return self.part(box, plane[box.slices])

    def part(self, box: Box, pixels: Any) -> Head:
        """Add pixels, and the box where they stand."""
        return {"box": list(map(int, box)), "array": self.array(pixels)}

    def flow(self, flow: Flow | None) -> Head | None:
        if flow is None:
            return None
        head, body = flow_records.encode(flow, 0)
        self.parts += body
        return head | {"size": sum(len(part) for part in body)}

    def pieces(self, pieces: Sequence[Piece]) -> list[Head]:
        return [self.part(piece.box, piece.pixels) for piece in pieces]


def _encode_fill(filled: HoleFill, before: dict[str, list[Patch]], out: _Out) -> Head:
    planes = {name: plane for name in _PLANES if (plane := getattr(filled, name)) is not None}
    return {
        "planes": {name: out.plane(plane.whole()) for name, plane in planes.items() if min(plane.shape)},
        "with_edges": filled.with_edges,
        "box": list(map(int, filled.box)),
        "tiles": [list(map(int, tile)) for tile in filled.tiles],
        "line_bands": [[int(number), int(band)] for number, band in filled.line_bands.items()],
        "offset": list(map(int, filled.offset)),
        "index": filled.index,
        "before": {name: [out.patch(patch) for patch in patches] for name, patches in before.items()},
        "candidates": [_encode_candidate(each, out) for each in filled.candidates],
    }


def _encode_candidate(candidate: Candidate, out: _Out) -> Head:
    return {
        "layers": {name: [out.patch(patch) for patch in patches] for name, patches in candidate.layers().items()},
        "flow": out.flow(candidate.flow),
        "seed": int(candidate.seed),
        "model": candidate.model,
        "filler": candidate.filler,
        "seconds": float(candidate.seconds),
        "choices": [str(choice) for choice in candidate.choices],
        "kept": candidate.kept,
        **{name: out.pieces(getattr(candidate, name)) for name in ("coarse", "edges", "labels")},
        **{
            name: None if (plane := getattr(candidate, name)) is None else out.plane(plane.whole())
            for name in ("donors", "only")
        },
    }


def pasted_pixels(head: Head, data: bytes, size: tuple[int, int]) -> Any:
    """Return the pixels of a photo without a file, H x W x 3|4 uint8; they are the last array."""
    entry = _dict(head.get("pixels"))
    length = entry.get("size")
    if type(length) is not int or not 0 < length <= len(data):
        raise damaged()
    array = Body(data[len(data) - length :], size).array(entry, 3, "u")
    if array.shape[:2] != size or array.dtype.itemsize != 1 or array.shape[2] not in (3, 4):
        raise damaged()
    return array


class Decoder:
    """Reads what `encode` has written, for a document that has the photo. Raises InputError for what does not fit."""

    def __init__(self, head: Head, data: bytes, document: Document) -> None:
        self._head, self._data, self._document = head, data, document
        self._body, self._shape = Body(data, document.size), document.size

    def lines(self) -> tuple[Any, ...]:
        """Return the guide lines."""
        return read_lines(self._head.get("lines"))

    def rasters(self) -> Iterator[tuple[str, Box, Any]]:
        """Return name, box and pixels of what was drawn; read it first."""
        for name, entry in _dict(self._head.get("rasters")).items():
            if name not in self._document.rasters or self._document.raster(name).ndim != 2:
                raise damaged()
            yield name, *self._plane_part(entry, "u")

    def deep(self) -> Any:
        """Return the samples of a deep photo, None without; read it second."""
        entry, now = self._head.get("deep"), self._document.deep
        if (entry is None) != (now is None):
            raise damaged()
        return None if entry is None or now is None else self._body.patch(entry, now.shape, now.dtype).pixels()

    def flows(self) -> tuple[Flow, ...]:
        """Return the flows of the fills before the last one; read them third."""
        entries = _list(self._head.get("flows"), MAX_FLOWS)
        return tuple(self._flow(entry) for entry in entries)

    def fill(self) -> tuple[HoleFill, dict[str, list[Patch]]] | None:
        """Return the last fill, and what was under its tiles; None without. Read it last."""
        if self._head.get("fill") is None:
            return None
        head, document = _dict(self._head["fill"]), self._document
        planes = {name: self._plane(entry) for name, entry in _dict(head.get("planes")).items()}
        if not set(planes) <= set(_PLANES) or "hole" not in planes:
            raise damaged()
        box = read_box(head.get("box"), self._shape)
        tiles = [read_box(tile, self._shape) for tile in _list(head.get("tiles"), 1 << 20)]
        before = self._layers(head.get("before"), tiles)
        found = [
            self._candidate(_dict(entry), tiles, planes["hole"])
            for entry in _list(head.get("candidates"), MAX_CANDIDATES)
        ]
        index, offset = head.get("index"), _list(head.get("offset"), 2)
        bands: dict[int, int] = dict(_pair(pair) for pair in _list(head.get("line_bands"), 255))
        if type(index) is not int or not 0 <= index < len(found) or not tiles:
            raise damaged()
        blank = KeptPlane(np.zeros((0, 0), np.uint8))
        restored: dict[str, KeptPlane | None] = {
            name: planes.get(name, blank if name in _NEEDED else None) for name in _PLANES
        }
        rest: dict[str, Any] = {"deep": document.deep, "icc": document.colours}
        if document.photo is not None:
            rest["depth"] = document.photo.depth
        filled = HoleFill(
            **restored,  # type: ignore[arg-type]
            **rest,
            with_edges=head.get("with_edges") is True,
            box=box,
            tiles=tiles,
            lines_used=[],
            line_bands=bands,
            candidates=found,
            index=index,
            offset=(_whole(offset[0]), _whole(offset[1])) if len(offset) == 2 else (0, 0),
        )
        return filled, before

    def _candidate(self, head: Head, tiles: list[Box], hole: KeptPlane) -> Candidate:
        layers = self._layers(head.get("layers"), tiles)
        flow = self._flow(head["flow"]) if head.get("flow") is not None else None
        coarse = self._pieces(head.get("coarse"), 3)
        edges, labels = self._pieces(head.get("edges"), 2), self._pieces(head.get("labels"), 2)
        donors, only = (None if head.get(name) is None else self._plane(head[name]) for name in ("donors", "only"))
        seed, seconds = head.get("seed"), head.get("seconds")
        if type(seed) is not int or type(seconds) is not float or not np.isfinite(seconds):
            raise damaged()
        photo, deep = layers["photo"], layers.get("deep", [])
        return Candidate(
            photo,
            None if flow is None else KeptFlow(flow),
            seed,
            _text(head.get("model")),
            coarse=coarse,
            edges=edges,
            labels=labels,
            hole=hole,
            filler=_text(head.get("filler")),
            seconds=seconds,
            choices=tuple(_text(choice) for choice in _list(head.get("choices"), 100)),
            kept=head.get("kept") is True,
            donors=donors,
            only=only,
            deep=deep,
        )

    def _layers(self, value: Any, tiles: list[Box]) -> dict[str, list[Patch]]:
        """Return the patches of the photo, and of its samples where it is deep; one for each tile."""
        names = ["photo"] if self._document.deep is None else ["photo", "deep"]
        if list(_dict(value)) != names:
            raise damaged()
        found: dict[str, list[Patch]] = {}
        for name in names:
            raster, entries = self._document.raster(name), _list(value[name], len(tiles))
            if len(entries) != len(tiles):
                raise damaged()
            found[name] = [
                self._body.patch(entry, (tile.height, tile.width, raster.shape[2]), raster.dtype)
                for entry, tile in zip(entries, tiles, strict=True)
            ]
        return found

    def _flow(self, value: Any) -> Flow:
        head = _dict(value)
        size = head.get("size")
        if type(size) is not int:
            raise damaged()
        return flow_records.decode(head, self._body.take(size), self._shape)

    def _pieces(self, value: Any, axes: int) -> list[Piece]:
        found = []
        for entry in _list(value, 1 << 16):
            box, array = self._part(entry, axes, "u")
            if axes == 3 and array.shape[2] != 3:
                raise damaged()
            found.append(Piece(box, array))
        return found

    def _plane(self, value: Any) -> KeptPlane:
        box, part = self._plane_part(value, "ub")
        plane = np.zeros(self._shape, part.dtype)
        plane[box.slices] = part
        return KeptPlane(plane)

    def _plane_part(self, value: Any, kinds: str) -> tuple[Box, Any]:
        return self._part(value, 2, kinds)

    def _part(self, value: Any, axes: int, kinds: str) -> tuple[Box, Any]:
        entry = _dict(value)
        box = read_box(entry.get("box"), self._shape)
        array = self._body.array(entry.get("array"), axes, kinds)
        if array.shape[:2] != (box.height, box.width) or array.dtype.itemsize != 1:
            raise damaged()
        return box, array


def _dict(value: Any) -> Head:
    if not isinstance(value, dict):
        raise damaged()
    return value


def _list(value: Any, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise damaged()
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 10_000:
        raise damaged()
    return value


def _whole(value: Any) -> int:
    if type(value) is not int or abs(value) > 1 << 20:
        raise damaged()
    return value


def _pair(value: Any) -> tuple[int, int]:
    pair = _list(value, 2)
    if len(pair) != 2:
        raise damaged()
    return _whole(pair[0]), _whole(pair[1])
