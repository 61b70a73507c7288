"""The page of a batch under way: a bar with the time that is left, and a table that grows with every photo."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from inpaint_studio.engine.batch.describe import HEADINGS, describe_progress, make_row, summarise
from inpaint_studio.engine.batch.run import BatchProgress, BatchReport
from inpaint_studio.session.batch_controller import BatchController
from inpaint_studio.texts import tr
from inpaint_studio.ui import theme

_STEPS = 1000  # of the bar
_WIDTHS = (280, 90, 80)  # px of the columns; the last one takes the rest
_ROW = 26  # px
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_MARGIN = 3 * theme.GRID


class BatchProgressPage(QWidget):
    """`again_requested` is emitted for another batch."""

    again_requested = Signal()

    def __init__(self, controller: BatchController) -> None:
        super().__init__()
        self._controller = controller
        self._folder = Path()
        self.text = QLabel(" ")
        self.text.setProperty("heading", "true")
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setRange(0, _STEPS)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress of the batch"))
        self.table = QTreeWidget()
        self.table.setAccessibleName(tr("Photos of the batch"))
        self.table.setHeaderLabels([tr(heading)[:1].upper() + tr(heading)[1:] for heading in HEADINGS])
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setAllColumnsShowFocus(True)
        self.table.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in enumerate(_WIDTHS):
            self.table.setColumnWidth(column, width)
        self.cancel = self._button(tr("Cancel"), tr("Stop; what is done stays"), controller.cancel)
        self.show_folder = self._button(tr("Show in folder"), tr("Open the folder of the results"), self._open)
        self.again = self._button(tr("Another batch"), tr("Choose photos again"), self.again_requested.emit)
        row = QHBoxLayout()
        row.setSpacing(theme.GRID)
        row.addWidget(self.show_folder)
        row.addStretch(1)
        row.addWidget(self.again)
        row.addWidget(self.cancel)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        whole.setSpacing(theme.GRID)
        for widget in (self.text, self.bar):
            whole.addWidget(widget)
        whole.addWidget(self.table, 1)
        whole.addLayout(row)
        controller.progressed.connect(self._on_progress)
        controller.ended.connect(self._on_end)

    def begin(self, folder: Path) -> None:
        """Show an empty table for a batch whose results go to `folder`."""
        self._folder = folder
        self.table.clear()
        self.bar.setValue(0)
        self.text.setText(tr("Starting…"))
        self._show_running(True)

    def _button(self, text: str, tip: str, act: object) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.clicked.connect(act)
        return button

    def _on_progress(self, progress: BatchProgress) -> None:
        self.bar.setValue(round(_STEPS * progress.fraction))
        self.text.setText(describe_progress(progress))
        report = self._controller.report
        self.show_folder.setEnabled(True)
        if progress.latest is not None and report is not None:
            self._add(report, progress.latest)

    def _add(self, report: BatchReport, number: int) -> None:
        """Add the row of a photo; the last one stays in sight where the user has not scrolled."""
        bar = self.table.verticalScrollBar()
        at_end = bar.value() == bar.maximum()
        cells = make_row(report.jobs[number], report.outcomes[number])
        item = QTreeWidgetItem(list(cells))
        outcome = report.outcomes[number]
        notes = outcome.notes if outcome is not None else ()
        for column, cell in enumerate(cells):
            item.setToolTip(column, "\n".join((cell, *notes)))
            item.setSizeHint(column, QSize(0, _ROW))
        item.setTextAlignment(2, _RIGHT)
        self.table.addTopLevelItem(item)
        if at_end:
            self.table.scrollToItem(item)

    def _on_end(self, sentence: str) -> None:
        report = self._controller.report
        if report is not None:
            for number, outcome in enumerate(report.outcomes):
                if outcome is None:
                    self._add(report, number)
            self.text.setText(" ".join(filter(None, (sentence, summarise(report)))))
        self._show_running(False)

    def _show_running(self, running: bool) -> None:
        had_focus = self.cancel.hasFocus()
        self.cancel.setVisible(running)
        self.again.setVisible(not running)
        self.bar.setVisible(running)
        self.show_folder.setEnabled(not running or self._folder.is_dir())
        if had_focus and not running:
            self.again.setFocus()

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))
