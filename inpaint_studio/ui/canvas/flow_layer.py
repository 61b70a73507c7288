"""The flow view: colours that show where filled pixels came from, and the source of the pixel under the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from PySide6.QtCore import QObject, Signal

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.raster import Raster
from inpaint_studio.session.task_queue import Lane
from inpaint_studio.texts import tr
from inpaint_studio.ui.canvas.pyramid import Pyramid

if TYPE_CHECKING:
    from inpaint_studio.engine.flow.colours import Style
    from inpaint_studio.engine.flow.flow import Flow


class PixelSource(NamedTuple):
    """A filled pixel and the pixel it came from, (row, col) each, with a text that describes both."""

    target: tuple[int, int]
    source: tuple[int, int]
    text: str
    drawn: bool = False  # the pixel was drawn by a network; the source is only the best there is


class ImageLayer(NamedTuple):
    """An image that is painted over `box` of the photo."""

    box: Box
    pyramid: Pyramid


ShownFlows: TypeAlias = "tuple[tuple[Flow, ...], Style, tuple[Flow, ...]]"
ColouredFlows: TypeAlias = "tuple[ShownFlows, float, list[Raster]]"


class FlowColours(QObject):
    """Colours the flows of a document in the background, all with the same scale, and holds the images."""

    ready = Signal()

    def __init__(self, background: Lane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._shown: ShownFlows = ((), "papers", ())
        self._others: tuple[Flow, ...] = ()
        self.layers: list[ImageLayer] = []
        self.scale = 0.0  # the length of an offset that is fully saturated, px

    def show(self, flows: tuple[Flow, ...], style: Style = "papers") -> None:
        """Show these flows, oldest first; emits `ready` when they are coloured. Does nothing if they are shown."""
        others = self._others
        shown = flows, style, others
        if shown == self._shown:
            return
        self._shown = shown
        if not flows:
            self._on_coloured((shown, 0.0, []))
            return

        def work() -> ColouredFlows:
            from inpaint_studio.engine.flow.colours import colour

            scale = max(flow.longest_offset() for flow in (*flows, *others))
            return shown, scale, [np.ascontiguousarray(colour(flow, max(scale, 1.0), style)) for flow in flows]

        self._background.run(work, self._on_coloured, lambda _sentence: self._on_failed(shown))

    def set_others(self, others: tuple[Flow, ...]) -> None:
        """Let equal colours mean equal offsets in these flows, which are shown elsewhere, and in the shown ones."""
        self._others = others
        flows, style, _ = self._shown
        if flows:
            self.show(flows, style)

    def _on_coloured(self, result: ColouredFlows) -> None:
        shown, scale, images = result
        if shown != self._shown:
            return  # other flows have been requested meanwhile
        self.scale = scale
        for layer in self.layers:
            layer.pyramid.deleteLater()
        self.layers = [
            ImageLayer(flow.box, Pyramid(image, self._background, self))
            for flow, image in zip(shown[0], images, strict=False)  # no images if colouring failed
        ]
        for layer in self.layers:
            layer.pyramid.updated.connect(self.ready)
        self.ready.emit()

    def _on_failed(self, shown: ShownFlows) -> None:
        """Show no flow if these could not be coloured: the earlier images would show the wrong sources."""
        self._on_coloured((shown, 0.0, []))
        if shown == self._shown:
            self._shown = ((), "papers", ())  # so that they can be tried again


def source_at(flows: tuple[Flow, ...], row: int, col: int) -> PixelSource | None:
    """Find where a pixel of the photo came from in the newest fill that covers it; None if no fill covers it."""
    for flow in reversed(flows):
        found = flow.source_of(row, col)
        if found is not None:
            source_row, source_col, weight = found
            text, drawn = _describe(row, col, source_row, source_col, weight, flow)
            return PixelSource((row, col), (source_row, source_col), text, drawn)
    return None


def _describe(row: int, col: int, source_row: int, source_col: int, weight: float, flow: Flow) -> tuple[str, bool]:
    """Describe where a pixel came from; also return whether a network drew it."""
    from inpaint_studio.engine.flow.kinds import WORDS, Kind, describe_offset

    down, across = source_row - row, source_col - col
    how = describe_offset(down, across) or tr("the same place")
    kind = Kind(flow.kind_at(row, col))
    drawn = kind in (Kind.DRAWN, Kind.GLANCED)
    values = {
        "col": col,
        "row": row,
        "source_col": source_col,
        "source_row": source_row,
        "how": how,
        "confidence": round(100 * min(1.0, max(0.0, weight))),
        "kind": tr(WORDS.get(kind, flow.label)),
    }
    if drawn:
        text = tr(
            "({col}, {row}) is drawn by the network; the best source is ({source_col}, {source_row}), {how} · "
            "confidence {confidence} % · {kind}",
            None,
            **values,
        )
    else:
        text = tr(
            "({col}, {row}) comes from ({source_col}, {source_row}), {how} · confidence {confidence} % · {kind}",
            None,
            **values,
        )
    return text, drawn
