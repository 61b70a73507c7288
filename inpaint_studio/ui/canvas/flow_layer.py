"""The flow view: the colours of where filled pixels came from, and the source under the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from PySide6.QtCore import QObject, Signal

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.raster import Raster
from inpaint_studio.session.task_queue import Background
from inpaint_studio.ui.canvas.pyramid import Pyramid

if TYPE_CHECKING:
    from inpaint_studio.engine.flow.colours import Style
    from inpaint_studio.engine.flow.flow import Flow


class Source(NamedTuple):
    """A filled pixel and where it came from, (row, col) each."""

    target: tuple[int, int]
    source: tuple[int, int]
    text: str


class Layer(NamedTuple):
    """The colours of one fill, over `box` of the photo."""

    box: Box
    picture: Pyramid


Coloured: TypeAlias = "tuple[tuple[tuple[Flow, ...], Style], float, list[Raster]]"


class FlowColours(QObject):
    """The flows of a document as pictures, coloured in the background; all of them by one scale."""

    ready = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._shown: tuple[tuple[Flow, ...], Style] = ((), "ours")
        self.layers: list[Layer] = []
        self.scale = 0.0  # px of offset that shows fully saturated

    def show(self, flows: tuple[Flow, ...], style: Style = "ours") -> None:
        """Colour these, oldest first; `ready` follows. Asked again for the same ones it does nothing."""
        shown = flows, style
        if shown == self._shown:
            return
        self._shown = shown
        if not flows:
            self._coloured((shown, 0.0, []))
            return

        def work() -> Coloured:
            from inpaint_studio.engine.flow.colours import colour

            scale = max(flow.longest_offset() for flow in flows)
            return shown, scale, [np.ascontiguousarray(colour(flow, max(scale, 1.0), style)) for flow in flows]

        self._background.run(work, self._coloured)

    def _coloured(self, done: Coloured) -> None:
        shown, scale, pictures = done
        if shown != self._shown:
            return  # overtaken
        self.scale = scale
        for layer in self.layers:
            layer.picture.deleteLater()
        self.layers = [
            Layer(flow.box, Pyramid(picture, self._background, self))
            for flow, picture in zip(shown[0], pictures, strict=True)
        ]
        for layer in self.layers:
            layer.picture.updated.connect(self.ready)
        self.ready.emit()


def source_at(flows: tuple[Flow, ...], row: int, col: int) -> Source | None:
    """Where the pixel of the photo came from by the newest fill that made it; None where none did."""
    for flow in reversed(flows):
        found = flow.source_of(row, col)
        if found is not None:
            source_row, source_col, weight = found
            return Source((row, col), (source_row, source_col), _words(row, col, source_row, source_col, weight, flow))
    return None


def _words(row: int, col: int, source_row: int, source_col: int, weight: float, flow: Flow) -> str:
    down, across = source_row - row, source_col - col
    way = [
        f"{abs(across)} px {'right' if across > 0 else 'left'}" if across else "",
        f"{abs(down)} px {'down' if down > 0 else 'up'}" if down else "",
    ]
    how = ", ".join(part for part in way if part) or "the same place"
    return (
        f"({col}, {row}) comes from ({source_col}, {source_row}), {how} · "
        f"confidence {round(100 * min(1.0, max(0.0, weight)))} % · {flow.label}"
    )
