"""The options under "More" in the model panel: how far copied pieces may be changed, and what a fill starts from."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from inpaint_studio.models.base.interface import AUTO, NO_START
from inpaint_studio.session.model_choice import ModelChoice
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui import icons, theme
from inpaint_studio.ui.panels.fields import NumberField, Switch

_ADAPT = mark(
    "How far copied colours follow the light of a sky, a wall or a vignette; 0 copies "
    "them as they are. As usual: 0, and 100 % where you move a source"
)
_MOVES_ONLY = mark("The chosen model does not copy pieces; this counts only where you move a source")
_MIRROR = mark("Copy mirrored pieces of the photo, too: for symmetric things; takes a little longer")
_START = mark(
    "What a fill that copies starts from: the picture of a network, which knows what "
    "belongs in a large hole, or the colours of the hole's rim. Automatic: a network "
    "where it was measured to help"
)
_NO_COPIES = mark("The chosen model does not copy pieces")


class MoreOptions(QWidget):
    """A small heading that unfolds the options; one is disabled where no fill would heed it."""

    done = Signal()  # typing has ended

    def __init__(self, models: ModelChoice) -> None:
        super().__init__()
        self._models = models
        self.head = QToolButton()
        self.head.setText(" " + tr("More"))
        self.head.setAccessibleName(tr("More options"))
        self.head.setToolTip(tr("Show or hide more options of the fill"))
        self.head.setProperty("fold", "true")
        self.head.setCheckable(True)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setIconSize(QSize(14, 14))
        self.head.setFixedHeight(theme.FIELD_HEIGHT)
        self.head.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.adaptation = NumberField(tr("Colour adaptation"), -1, 100, " %")
        self.adaptation.setSpecialValueText(tr("as usual"))
        self.adaptation.valueChanged.connect(self._set_adaptation)
        self.adaptation.finished.connect(self.done)
        self.mirror = Switch(tr("Mirrored pieces"))
        self.mirror.toggled.connect(self._set_mirror)
        self.start = QComboBox()
        self.start.setAccessibleName(tr("Start of the fill"))
        self.start.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.start.setMinimumContentsLength(8)
        self.start.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.start.activated.connect(self._set_start)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._body = QWidget()
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(4)
        body.addWidget(self.adaptation)
        body.addWidget(self.mirror)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(QLabel(tr("Start of the fill")))
        row.addWidget(self.start, 1)
        body.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.head)
        column.addWidget(self._body)
        self.head.toggled.connect(self._fold)
        models.changed.connect(self._show)
        models.optionsChanged.connect(self._show)
        # What is not as usual must be in sight.
        self.head.setChecked(models.adaptation >= 0 or models.mirror or models.start != AUTO)
        self._fold(self.head.isChecked())
        self._show()

    def _fold(self, open_: bool) -> None:
        self._body.setVisible(open_)
        self.head.setIcon(icons.icon("chevron-down" if open_ else "chevron-right", theme.SOFT, theme.SOFT))

    def _show(self) -> None:
        self.adaptation.setValue(self._models.adaptation)
        self.mirror.setChecked(self._models.mirror)
        adapts, mirrors = self._models.heeds("adaptation"), self._models.heeds("mirror")
        self.adaptation.setToolTip(tr(_ADAPT if adapts else _MOVES_ONLY))  # sources can be moved in every model's fill
        self.mirror.setEnabled(mirrors)
        self.mirror.setToolTip(tr(_MIRROR if mirrors else _NO_COPIES))
        starts = self._models.heeds("start")
        self.start.setEnabled(starts)
        self.start.setToolTip(tr(_START if starts else _NO_COPIES))
        self._list_starts()

    def _list_starts(self) -> None:
        """List what a fill can start from; a chosen network that is not there any more stays, by its name."""
        listed = {AUTO: tr("Automatic"), NO_START: tr("None")} | {
            each.name: each.title for each in self._models.starters
        }
        listed.setdefault(self._models.start, tr("{name} (not found)", name=self._models.start))
        if [self.start.itemData(row) for row in range(self.start.count())] != list(listed):
            self.start.clear()
            for name, title in listed.items():
                self.start.addItem(title, name)
        self.start.setCurrentIndex(self.start.findData(self._models.start))

    def _set_start(self) -> None:
        self._models.start = self.start.currentData()
        self.done.emit()

    def _set_adaptation(self, percent: int) -> None:
        self._models.adaptation = percent

    def _set_mirror(self, on: bool) -> None:
        self._models.mirror = on
