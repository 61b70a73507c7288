"""The window of fine-tuning, beside the main window, so that the user can paint meanwhile."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QStackedWidget, QVBoxLayout, QWidget

from inpaint_studio.protocol.request import TrainingRequest
from inpaint_studio.session.session import Session
from inpaint_studio.texts import tr
from inpaint_studio.ui.screen_room import room_for
from inpaint_studio.ui.training.progress_page import ProgressPage
from inpaint_studio.ui.training.setup_page import SetupPage

_SIZE = (960, 640)  # px


class TrainingWindow(QWidget):
    """Starts a training and shows its progress; closing the window does not stop the training."""

    def __init__(self, session: Session) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self._training = session.training
        self.setWindowTitle(tr("Fine-tune"))
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setup = SetupPage(session)
        self.progress_page = ProgressPage(session, session.queues.reads.lane("samples"))
        self._pages = QStackedWidget()
        self._pages.addWidget(self.setup)
        self._pages.addWidget(self.progress_page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)
        self.setMinimumSize(720, 480)
        self.resize(QSize(*_SIZE).boundedTo(room_for(self)))
        self.setup.start_requested.connect(self._start)
        self.progress_page.restart_requested.connect(self._restart)
        self._training.changed.connect(self._refresh)
        self._refresh()

    @property
    def page(self) -> QWidget:
        """The page shown: to start a training, or its progress."""
        return self.setup if self._pages.currentWidget() is self.setup else self.progress_page

    def show_in_front(self, propose: bool = False) -> None:
        """Show the window in front; with `propose` it proposes what to start from."""
        if propose:
            self.setup.propose()
        self.show()
        self.raise_()
        self.activateWindow()

    def _start(self, request: TrainingRequest) -> None:
        self._training.start(request)
        self.progress_page.action_bar.stop.setFocus()

    def _restart(self, model: str) -> None:
        self._training.forget()
        if model:
            self.setup.continue_from(model)

    def _refresh(self) -> None:
        self._pages.setCurrentWidget(self.setup if self._training.run is None else self.progress_page)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remove a training that ended well, as the user has seen it; one that failed stays, to be resumed."""
        run = self._training.run
        if run is not None and not self._training.running and run.end in ("done", "stopped"):
            self._training.forget()
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press the focused button on Enter; hide the window on Escape, which removes nothing."""
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QAbstractButton):
            if not event.isAutoRepeat():  # Stop takes the place of Start, and a held key must not press it
                focused.click()
        elif event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)
