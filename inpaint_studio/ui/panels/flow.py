"""The panel that explains the flow view: the colour wheel, the source of the pixel under the pointer, and what else its
network weighed."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from inpaint_studio.session.session import Session
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui.panels.attention import AttentionPanel
from inpaint_studio.ui.panels.fields import SegmentedControl
from inpaint_studio.ui.panels.section import soft_label

if TYPE_CHECKING:
    from inpaint_studio.engine.flow.flow import Flow

_SIDE = 84  # px of the colour wheel
_MEANING = mark(
    "Hue: the way to the source.\nStrength: how far it is.\nWhite: right here.\nGrey: drawn by the network."
)
_COLOURS = {
    "papers": (mark("Papers"), mark("As the papers on attention print it: pink is lower left, green upper right")),
    "motion": (mark("Motion"), mark("As movement is usually drawn (Middlebury): red is right, yellow down")),
}
_NOTHING = mark("Nothing is filled yet.")
_HOVER = mark("Point at a filled pixel to see its source. Press on it, then drag the source to move it.")


class FlowPanel(QWidget):
    """The legend, the choice of colours, the kind of the newest flow, and the source of the pixel under the pointer."""

    done = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._document, self._settings = session.document, session.settings
        # The flows over a column of the photo, oldest first; the window lets the canvas answer.
        self.flows_at: Callable[[int], tuple[Flow, ...]] = lambda _column: self._document.flows
        self._wheel = QLabel()
        self._wheel.setFixedSize(_SIDE, _SIDE)
        self._wheel.setAccessibleName(tr("Colour wheel: hue is direction, saturation is distance, white is no offset"))
        self._meaning = soft_label(tr(_MEANING), wrap=True)
        self.colours = SegmentedControl(tr("Flow colours"), _COLOURS)
        self.colours.show_value(str(session.settings.get("flow_colours")))
        self.colours.picked.connect(self._on_colours_picked)
        self._kind = _fixed_label(3)
        self._source = _fixed_label(3)
        top = QHBoxLayout()
        top.setSpacing(14)
        top.addWidget(self._wheel)
        beside = QVBoxLayout()
        beside.setSpacing(4)
        beside.addWidget(self._meaning, 1)
        beside.addWidget(self.colours)
        top.addLayout(beside, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self._kind)
        column.addWidget(self._source)
        self.attention = AttentionPanel()
        column.addWidget(self.attention)
        self._document.flowChanged.connect(self._show_kind)
        self._settings.changed.connect(self._on_setting)
        self._show_kind()

    @property
    def kind(self) -> str:
        """The sentence that says how the sources were found."""
        return self._kind.text()

    @property
    def source(self) -> str:
        """The sentence about the pixel under the pointer."""
        return self._source.text()

    def show_legend(self) -> None:
        """Draw the colour wheel. To be called once the window is on screen, as it imports numpy."""
        from inpaint_studio.engine.flow.colours import draw_legend

        ratio = self.devicePixelRatioF()
        side = round(_SIDE * ratio)
        wheel = draw_legend(side, self._settings.get("flow_colours"))
        image = QImage(wheel.data, side, side, 4 * side, QImage.Format.Format_RGBA8888)
        pixmap = QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(ratio)
        self._wheel.setPixmap(pixmap)

    def _on_colours_picked(self, style: str) -> None:
        self._settings.set("flow_colours", style)
        self.done.emit()

    def _on_setting(self, name: str) -> None:
        if name == "flow_colours":
            self.colours.show_value(str(self._settings.get(name)))
            self.show_legend()

    def _show_kind(self) -> None:
        flow = self._document.flow
        self._kind.setText(tr(_NOTHING) if flow is None else _describe_fill(flow))
        self._kind.setToolTip("" if flow is None else _explain_fill(flow))
        self._source.setText("" if flow is None else tr(_HOVER))
        self.attention.show_part(flow.weighed[-1] if flow is not None and flow.weighed else None)

    def show_place(self, x: int, y: int, inside: bool) -> None:
        """Describe the source of the pixel (x, y) of the photo that is under the pointer."""
        if not self._document.flows:
            return
        text = tr(_HOVER)
        for flow in reversed(self.flows_at(x)) if inside else ():
            found = flow.source_of(y, x)
            if found is not None:
                self.attention.show_part(flow.weighed_at(y, x))
                text = describe_source(x, y, *found, flow.kind_at(y, x))
                break
        self._source.setText(text)


def describe_source(x: int, y: int, row: int, col: int, weight: float, kind: int = 0) -> str:
    """Describe where the pixel (x, y) came from: the place (row, col), distance, direction and confidence.

    `kind` is how it was made, a number of `kinds.Kind`; 0 where that is not known.
    """
    from inpaint_studio.engine.flow.kinds import BEGINNINGS, DIRECTIONS, Kind

    across, down = col - x, row - y
    distance = math.hypot(across, down)
    direction = tr(DIRECTIONS[round(math.atan2(down, across) / (math.pi / 4)) % 8])
    beginning = BEGINNINGS[Kind(kind)]
    return tr(
        "{beginning} {col}, {row}: {distance:.0f} px {direction}.\nConfidence {value:.0f} %.",
        beginning=tr(beginning),
        col=col,
        row=row,
        distance=distance,
        direction=direction,
        value=100 * weight,
    )


def _describe_fill(flow: Flow) -> str:
    from inpaint_studio.engine.flow.kinds import describe_kinds

    return describe_kinds(flow)


def _explain_fill(flow: Flow) -> str:
    from inpaint_studio.engine.flow.kinds import SENTENCES, count_kinds

    return "\n".join(tr(SENTENCES[kind]) for kind in count_kinds(flow) if kind in SENTENCES)


def _fixed_label(lines: int) -> QLabel:
    """Make a label with the height of `lines` lines."""
    label = soft_label(wrap=True)
    label.setFixedHeight(lines * QFontMetrics(label.font()).lineSpacing() + 2)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    return label
