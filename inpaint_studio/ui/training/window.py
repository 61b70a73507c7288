"""The page of fine-tuning: a window of its own beside the photo, so that painting goes on meanwhile."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QStackedWidget, QVBoxLayout, QWidget

from inpaint_studio.protocol.request import TrainingRequest
from inpaint_studio.session.session import Session
from inpaint_studio.ui.training.progress_page import WatchPage
from inpaint_studio.ui.training.setup_page import SetupPage

_SIZE = (960, 640)  # px


class FinetunePage(QWidget):
    """Begins a training and watches it; closing it ends nothing."""

    def __init__(self, session: Session) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self._tuning = session.training
        self.setWindowTitle("Fine-tune")
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setup = SetupPage(session)
        self.watch = WatchPage(session, session.queues.reads.lane("samples"))
        self._pages = QStackedWidget()
        self._pages.addWidget(self.setup)
        self._pages.addWidget(self.watch)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)
        self.setMinimumSize(720, 480)
        room = self.screen().availableGeometry()
        self.resize(min(_SIZE[0], room.width()), min(_SIZE[1], room.height()))
        self.setup.start_requested.connect(self._start)
        self.watch.restart_requested.connect(self._anew)
        self._tuning.changed.connect(self._refresh)
        self._refresh()

    @property
    def page(self) -> QWidget:
        """What is shown: the beginning, or a training."""
        return self.setup if self._pages.currentWidget() is self.setup else self.watch

    def bring_up(self, model: str = "") -> None:
        """Come to the front; with a name that model is proposed where nothing runs."""
        if model:
            self.setup.choose(model)
        self.show()
        self.raise_()
        self.activateWindow()

    def _start(self, wanted: TrainingRequest) -> None:
        self._tuning.start(wanted)
        self.watch.foot.stop.setFocus()

    def _anew(self, model: str) -> None:
        self._tuning.forget()
        if model:
            self.setup.go_on_from(model)

    def _refresh(self) -> None:
        self._pages.setCurrentWidget(self.setup if self._tuning.run is None else self.watch)

    def closeEvent(self, event: QCloseEvent) -> None:
        """A training that ended well has been seen, and is put away; one that broke off waits to be resumed."""
        run = self._tuning.run
        if run is not None and not self._tuning.running and run.end in ("done", "stopped"):
            self._tuning.forget()
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus; Escape takes the page out of sight and puts nothing away."""
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QAbstractButton):
            if not event.isAutoRepeat():  # Start is followed by Stop
                focused.click()
        elif event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)
