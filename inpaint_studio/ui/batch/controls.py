"""The batch in the main window: it opens the window of batches, and asks at closing about a batch that runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from inpaint_studio.session.reporting import Status
from inpaint_studio.session.session import Session
from inpaint_studio.texts import tr
from inpaint_studio.ui.dialogs.unsaved import BatchChoice, BatchRunsDialog

if TYPE_CHECKING:
    from inpaint_studio.engine.batch.run import BatchReport
    from inpaint_studio.ui.batch.window import BatchWindow


class BatchControls(QObject):
    """Connects the window of batches with the main window."""

    def __init__(self, session: Session, main: QWidget) -> None:
        super().__init__(main)
        self._session, self._main = session, main
        self._then: Callable[[], None] | None = None  # called once the batch has stopped
        self._left: BatchReport | None = None  # of the batch that the user lets run on without the main window
        self.question: BatchRunsDialog | None = None
        self.window: BatchWindow | None = None

    def show(self, photo: Path | None = None) -> None:
        """Show the window of batches; it proposes the folder of `photo`."""
        if self.window is None:
            from inpaint_studio.ui.batch.window import BatchWindow

            self.take(BatchWindow(self._session, self._main))
        assert self.window is not None
        self.window.show_in_front(photo)

    def take(self, window: BatchWindow) -> None:
        """Use this window of batches."""
        self.window = window
        window.controller.ended.connect(self._on_ended)

    def hold(self, then: Callable[[], None]) -> bool:
        """Ask about a batch that runs; False if none runs. `then` is called once the main window may close."""
        controller = None if self.window is None else self.window.controller
        if controller is None or not controller.is_running or controller.report is self._left:
            return False
        if self.question is not None:
            return True
        question = self.question = BatchRunsDialog(self._main)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def on_finished() -> None:
            self.question = self._then = None
            if question.choice is BatchChoice.LEAVE:
                self._left = controller.report
                then()
            elif question.choice is BatchChoice.STOP:
                self._session.status.emit(Status.working(tr("Stopping the batch…")))
                self._then = then
                controller.cancel()

        question.finished.connect(on_finished)
        question.open()
        return True

    def _on_ended(self) -> None:
        then, self._then = self._then, None
        if self.question is not None:
            self.question.reject()  # there is no batch left to ask about
        if then is not None:
            then()
