"""The window of batches, beside the main window, so that the user can paint meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QStackedWidget, QVBoxLayout, QWidget

from inpaint_studio.session.batch_controller import BatchChoices, BatchController
from inpaint_studio.session.session import Session
from inpaint_studio.texts import tr
from inpaint_studio.ui.batch.progress_page import BatchProgressPage
from inpaint_studio.ui.batch.setup_page import BatchSetupPage
from inpaint_studio.ui.screen_room import room_for

if TYPE_CHECKING:
    from inpaint_studio.engine.batch.job import BatchJob

_SIZE = (820, 480)  # px


class BatchWindow(QWidget):
    """Begins a batch and shows its progress and its table. Closing it stops the batch; what is done stays."""

    def __init__(self, session: Session, main: QWidget, controller: BatchController | None = None) -> None:
        """`main` is the main window; a batch that runs goes on when that is closed."""
        super().__init__(None, Qt.WindowType.Window)
        self._session, self._main = session, main
        self.controller = controller or BatchController()
        self.controller.setParent(self)
        self.setWindowTitle(tr("Batch"))
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setup = BatchSetupPage(session, self.controller)
        self.progress_page = BatchProgressPage(self.controller)
        self.progress_page.again_requested.connect(self._show_setup)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.setup)
        self._pages.addWidget(self.progress_page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)
        self.setMinimumSize(560, 400)
        self.resize(QSize(*_SIZE).boundedTo(room_for(self)))
        self.setup.start_requested.connect(self._start)
        self.controller.ended.connect(self._on_end)

    @property
    def page(self) -> QWidget:
        """The page shown: to begin a batch, or its progress."""
        return self.setup if self._pages.currentWidget() is self.setup else self.progress_page

    def show_in_front(self, photo: Path | None = None) -> None:
        """Show the window in front; where nothing is chosen yet, the folder of `photo` is proposed."""
        if photo is not None and self.setup.photos.path is None:
            self.setup.photos.take(photo.absolute().parent)
        self.show()
        self.raise_()
        self.activateWindow()

    def _start(self, choices: BatchChoices, jobs: list[BatchJob]) -> None:
        # While it runs, the program does not end with the main window.
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, True)
        models = self._session.models
        self.progress_page.begin(choices.output)
        self._pages.setCurrentWidget(self.progress_page)
        self.progress_page.cancel.setFocus()
        self.controller.start(choices, jobs, models.name, models.options(models.seed))

    def _on_end(self, _sentence: str) -> None:
        # Where the main window is closed, the table stays until this one is, too.
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, not self._main.isVisible())

    def _show_setup(self) -> None:
        self._pages.setCurrentWidget(self.setup)
        self.setup.plan()
        self.setup.photos.line.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.controller.cancel()
        if not self._main.isVisible():  # the program ends now, and its workers tidy up before
            self.controller.stop()
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press the focused button on Enter, or Start; hide the window on Escape while nothing runs."""
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QAbstractButton):
            if not event.isAutoRepeat():  # Cancel takes the place of Start, and a held key must not press it
                focused.click()
        elif event.key() == Qt.Key.Key_Escape and not self.controller.is_running:
            self.hide()
        else:
            super().keyPressEvent(event)
