"""The options under "More" in the model panel: how far copied pieces may be changed."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from inpaint_studio.session.model_choice import ModelChoice
from inpaint_studio.ui import icons, theme
from inpaint_studio.ui.panels.fields import NumberField, Switch

_ADAPT = (
    "How far copied colours follow the light of a sky, a wall or a vignette; 0 copies them as they are. "
    "As usual: 0, and 100 % where you move a source"
)
_MOVES_ONLY = "The chosen model does not copy pieces; this counts only where you move a source"
_MIRROR = "Copy mirrored pieces of the photo, too: for symmetric things; takes a little longer"
_NO_COPIES = "The chosen model does not copy pieces"


class MoreOptions(QWidget):
    """A small heading that unfolds the options; one is disabled where no fill would heed it."""

    done = Signal()  # typing has ended

    def __init__(self, models: ModelChoice) -> None:
        super().__init__()
        self._models = models
        self.head = QToolButton()
        self.head.setText(" More")
        self.head.setAccessibleName("More options")
        self.head.setToolTip("Show or hide more options of the fill")
        self.head.setProperty("fold", "true")
        self.head.setCheckable(True)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setIconSize(QSize(14, 14))
        self.head.setFixedHeight(theme.FIELD_HEIGHT)
        self.head.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.adaptation = NumberField("Colour adaptation", -1, 100, " %")
        self.adaptation.setSpecialValueText("as usual")
        self.adaptation.valueChanged.connect(self._set_adaptation)
        self.adaptation.finished.connect(self.done)
        self.mirror = Switch("Mirrored pieces")
        self.mirror.toggled.connect(self._set_mirror)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._body = QWidget()
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(4)
        body.addWidget(self.adaptation)
        body.addWidget(self.mirror)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.head)
        column.addWidget(self._body)
        self.head.toggled.connect(self._fold)
        models.changed.connect(self._show)
        models.optionsChanged.connect(self._show)
        # What is not as usual must be in sight.
        self.head.setChecked(models.adaptation >= 0 or models.mirror)
        self._fold(self.head.isChecked())
        self._show()

    def _fold(self, open_: bool) -> None:
        self._body.setVisible(open_)
        self.head.setIcon(icons.icon("chevron-down" if open_ else "chevron-right", theme.SOFT, theme.SOFT))

    def _show(self) -> None:
        self.adaptation.setValue(self._models.adaptation)
        self.mirror.setChecked(self._models.mirror)
        adapts, mirrors = self._models.heeds("adaptation"), self._models.heeds("mirror")
        self.adaptation.setToolTip(_ADAPT if adapts else _MOVES_ONLY)  # sources can be moved in every model's fill
        self.mirror.setEnabled(mirrors)
        self.mirror.setToolTip(_MIRROR if mirrors else _NO_COPIES)

    def _set_adaptation(self, percent: int) -> None:
        self._models.adaptation = percent

    def _set_mirror(self, on: bool) -> None:
        self._models.mirror = on
