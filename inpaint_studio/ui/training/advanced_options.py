"""The options of a fine-tuning that few users change."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from inpaint_studio.models.base.network_config import ConfigTable
from inpaint_studio.protocol.request import BEST_BY
from inpaint_studio.session.training.run_registry import LONGEST_NAME
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui import theme
from inpaint_studio.ui.panels.fields import NumberField, SegmentedControl, Switch
from inpaint_studio.ui.panels.text_field import TextField
from inpaint_studio.ui.training.data_fields import HolesField, LabelsField
from inpaint_studio.ui.training.network_fields import NetworkFields

_BEST_BY = {  # what is measured on photos kept back, by its value in the request
    "psnr": ("PSNR", mark("The weights whose pixels are closest to the real photo are kept; favours smooth fills")),
    "ssim": ("SSIM", mark("The weights whose structures are closest to the real photo are kept")),
    "lpips": ("LPIPS", mark("The weights whose fills look closest are kept; needs the file of a trained AlexNet")),
}
PATIENCE = 20  # measurements, one per minute
LABEL_WIDTH = 88  # px: width of the names on the left


class AdvancedOptions(QWidget):
    """Name, numbers and the recipe's settings; `changed` is emitted when one that affects the speed has changed."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.name = TextField()
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setValidator(QRegularExpressionValidator(QRegularExpression("[a-z0-9-]*"), self.name))
        self.name.setToolTip(tr("What the new weights are called in the list of models"))
        self.side = _number(
            tr("Size"),
            0,
            1024,
            " px",
            tr("Side of the square crops; automatic: that of the weights, or as in the paper"),
        )
        self.batch = _number(
            tr("Batch size"),
            0,
            256,
            "",
            tr("Crops per step; automatic: 4 or more on a processor, as in the paper on a graphics card"),
        )
        self.seed = NumberField(tr("Seed"), 0, 2**31 - 1, track=False)
        self.seed.setToolTip(tr("The same seed sees the same crops in the same order"))
        self.workers = _number(tr("Loaders"), -1, 16, "", tr("Processes that load photos"))
        self.early = Switch(tr("End early when it gets no better"))
        self.early.setToolTip(
            tr("After {patience} measurements, about a minute apart, without a better one", patience=PATIENCE)
        )
        self.without = Switch(tr("Without judging texture"))
        self.without.setToolTip(
            tr(
                "Without the perceptual and style losses, which need the file of a trained VGG, if "
                "you do not have it. The fills may come out smoother."
            )
        )
        self.best_by = SegmentedControl(tr("Best by"), _BEST_BY)
        self.best_by.show_value(BEST_BY[0])
        self.line = TextField()
        self.line.setPlaceholderText(tr("Settings of the recipe: NAME=VALUE NAME=VALUE"))
        self.line.setToolTip(tr("Fields of the recipe's settings, such as rate=0.0001"))
        self.holes = HolesField()
        self.labels = LabelsField()
        self._labels_name = QLabel(tr("Label maps"))
        self.network = NetworkFields()
        self._network_name = QLabel(tr("Network"))
        self._network_name.setFixedHeight(theme.FIELD_HEIGHT)
        self._lay_out()
        self._connect()
        self.show_table(None)
        self.show_labels(False)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * theme.GRID)
        grid.setVerticalSpacing(theme.GRID)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        for column in (1, 2):
            grid.setColumnStretch(column, 1)
        rows = (
            (0, tr("Name"), self.name),
            (1, tr("Holes"), self.holes),
            (6, tr("Best by"), self.best_by),
            (7, tr("Settings"), self.line),
        )
        for line, text, edit in rows:
            label = QLabel(text)
            label.setBuddy(edit)
            edit.setAccessibleName(text)
            grid.addWidget(label, line, 0)
            grid.addWidget(edit, line, 1, 1, 2)
        self._labels_name.setBuddy(self.labels)
        grid.addWidget(self._labels_name, 2, 0)
        grid.addWidget(self.labels, 2, 1, 1, 2)
        grid.addWidget(self._network_name, 8, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.network, 8, 1, 1, 2)
        fields = (self.side, self.batch, self.seed, self.workers, self.early, self.without)
        for place, field in enumerate(fields):
            grid.addWidget(field, 3 + place // 2, 1 + place % 2)
        for before, after in pairwise(
            (self.name, self.holes, self.labels, *fields, *self.best_by.buttons.values(), self.line)
        ):  # as on the screen
            self.setTabOrder(before, after)

    def _connect(self) -> None:
        for edit in (self.name, self.line):
            edit.textChanged.connect(lambda _: self.changed.emit())
        self.holes.changed.connect(self.changed)
        self.labels.changed.connect(self.changed)
        self.network.changed.connect(self.changed)
        for number in (self.side, self.batch, self.workers):
            number.valueChanged.connect(lambda _: self.changed.emit())
        self.without.toggled.connect(lambda _: self.changed.emit())
        self.best_by.picked.connect(lambda _: self.changed.emit())

    def show_table(self, table: ConfigTable | None) -> None:
        """Show how a network can be built that starts from nothing; None: it starts from weights."""
        shown = table is not None and bool(table.trained)
        self._network_name.setVisible(shown)
        self.network.setVisible(shown)
        if table is not None:
            self.network.show_table(table)
            for before, after in pairwise((self.line, *self.network.fields.values())):
                self.setTabOrder(before, after)

    def show_labels(self, shown: bool) -> None:
        """Show where label maps come from, for networks that know classes."""
        self._labels_name.setVisible(shown)
        self.labels.setVisible(shown)

    @property
    def label_maps(self) -> Path | None:
        """The folder of label maps; None: the network knows no classes, or the user has no maps."""
        return None if self.labels.isHidden() else self.labels.path

    @property
    def settings(self) -> list[str]:
        """The recipe's settings, NAME=VALUE each."""
        return self.line.text().split()


def _number(name: str, low: int, high: int, suffix: str, tip: str) -> NumberField:
    field = NumberField(name, low, high, suffix, track=False)
    field.setSpecialValueText(tr("Automatic"))
    field.setValue(low)
    field.setToolTip(tip)
    return field
