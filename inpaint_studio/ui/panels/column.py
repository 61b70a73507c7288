"""The panel column at the right of the window: model, tool, labels, hole, candidates, flow, and the button to fill."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from inpaint_studio.session.session import Session
from inpaint_studio.session.settings import Settings
from inpaint_studio.texts import tr
from inpaint_studio.ui import theme
from inpaint_studio.ui.action_views import with_keys
from inpaint_studio.ui.panels.candidates import CandidatesPanel
from inpaint_studio.ui.panels.fill_button import FillButton
from inpaint_studio.ui.panels.flow import FlowPanel
from inpaint_studio.ui.panels.hole import HolePanel
from inpaint_studio.ui.panels.labels import LabelPanel
from inpaint_studio.ui.panels.model import ModelPanel
from inpaint_studio.ui.panels.section import Section, rule
from inpaint_studio.ui.panels.tool import ToolPanel

_EDGE = 1  # px of the line at the left


class PanelColumn(QWidget):
    """The panels below each other; they scroll in a low window. `done`: the photo should get the keyboard focus."""

    done = Signal()
    fill_requested = Signal()
    another_requested = Signal()
    all_models_requested = Signal()
    more_requested = Signal(int)  # so many candidates

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(theme.COLUMN)
        self.model = ModelPanel(session)
        self.tool = ToolPanel(session)
        self.labels = LabelPanel(session)
        self.hole = HolePanel(session.settings)
        self.candidates = CandidatesPanel(session)
        self.flow = FlowPanel(session)
        self._tips: dict[str, str] = {}  # of buttons, without their keys, by the ids of actions
        self.fill = FillButton(session.fills)
        self.fill.fill_requested.connect(self.fill_requested)
        self.fill.done.connect(self.done)
        self.sections = [
            Section(tr("Model"), self.model),
            Section(tr("Tool"), self.tool),
            Section(tr("Labels"), self.labels),
            Section(tr("Hole"), self.hole),
            Section(tr("Candidates"), self.candidates),
            Section(tr("Flow"), self.flow),
        ]
        self.model_section, self.tool_section, self.labels_section, self.hole_section = self.sections[:4]
        self.candidates_section, self.flow_section = self.sections[4:]
        self._remember_folds(session.settings)
        self.candidates.described.connect(self.candidates_section.note.set_text)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(_EDGE, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._make_scroll_area(), 1)
        whole.addWidget(self._make_foot())
        for panel in (self.model, self.tool, self.labels, self.hole, self.candidates, self.flow):
            panel.done.connect(self.done)
        self.model.another_requested.connect(self.another_requested)
        self.candidates.all_models_requested.connect(self.all_models_requested)
        self.candidates.more_requested.connect(self.more_requested)

    def _remember_folds(self, settings: Settings) -> None:
        """Fold the sections that were folded when the program ended, and keep which are."""
        names = ("model", "tool", "labels", "hole", "candidates", "flow")
        folded = str(settings.get("folded")).split()

        def keep() -> None:
            now = [name for name, section in zip(names, self.sections, strict=True) if not section.head.isChecked()]
            settings.set("folded", " ".join(now))

        for name, section in zip(names, self.sections, strict=True):
            section.head.setChecked(name not in folded)
            section.head.toggled.connect(keep)

    def show_keys(self, key_of: Callable[[str], str]) -> None:
        """Name the keys of actions in the tips of buttons that do the same; `key_of` returns that of an action."""
        for button, action in ((self.model.another, "another"), (self.candidates.all_models, "all-models")):
            tip = self._tips.setdefault(action, button.toolTip())
            button.setToolTip(with_keys(tip, key_of(action)))
        self.fill.show_key(key_of("fill"))
        self.tool.show_keys(key_of)

    def show_model(self) -> None:
        """Unfold the model section and scroll to it."""
        self.model_section.head.setChecked(True)
        self._area.ensureVisible(0, 0)

    def show_tool(self, title: str, options: tuple[str, ...], how_to: str, edges: bool = False) -> None:
        """Show the title of the chosen tool, its options, and how it is used; `edges`: edges are shown."""
        self.tool_section.note.set_text(title)
        self.tool.show_options(options, how_to, edges)
        for part in (self.labels_section, self._labels_rule):
            part.setVisible("label_mode" in options)

    def _make_scroll_area(self) -> QScrollArea:
        holder = QWidget()
        holder.setObjectName("column")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for index, section in enumerate(self.sections):
            if index:
                line = rule()
                column.addWidget(line)
                if section is self.labels_section:
                    self._labels_rule = line
            column.addWidget(section)
        column.addStretch(1)
        self._area = area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(holder)
        # The scroll bar lies over the right margin of the sections, so that nothing moves where it comes and goes.
        holder.setFixedWidth(theme.COLUMN - _EDGE)
        across = area.horizontalScrollBar()
        across.rangeChanged.connect(lambda *_: across.setMaximum(0))
        return area

    def _make_foot(self) -> QWidget:
        foot = QWidget()
        foot.setObjectName("foot")
        foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(foot)
        row.setContentsMargins(12, 8, 12, 8)
        row.addWidget(self.fill)
        return foot
