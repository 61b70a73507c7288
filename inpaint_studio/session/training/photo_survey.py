"""The photos in a folder that the user has chosen for a training."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.session.reporting import throttle
from inpaint_studio.session.task_queue import Lane

if TYPE_CHECKING:
    from inpaint_studio.engine.photo.folder import Survey


class PhotoSurvey(QObject):
    """Looks through one folder at a time, the newest; lives in the main thread and never blocks it."""

    surveyed = Signal(object, object)  # folder, Survey
    unusable = Signal(object, str)  # folder, a sentence
    progressed = Signal(str)  # what it does now
    _progress = Signal(str)  # from its thread

    def __init__(self, tasks: Lane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.busy = False  # whether `surveyed` or `unusable` will follow
        self._tasks = tasks
        self._ticket = Ticket()
        self._progress.connect(self._on_progress)

    def survey(self, folder: Path) -> None:
        """Find the photos in a folder; `surveyed` or `unusable` follows, unless there is a newer call."""
        self.cancel()
        self.busy = True
        ticket = self._ticket = Ticket(throttle(lambda _, note: self._progress.emit(note)))

        def survey() -> Survey:
            from inpaint_studio.engine.photo.folder import survey

            return survey(folder, ticket)

        def done(found: Survey) -> None:
            if not ticket.cancelled:
                self.busy = False
                self.surveyed.emit(folder, found)

        def failed(sentence: str) -> None:
            if not ticket.cancelled:
                self.busy = False
                self.unusable.emit(folder, sentence)

        self._tasks.run(survey, done, failed)

    def cancel(self) -> None:
        """Stop the survey; nothing follows."""
        self.busy = False
        self._ticket.cancel()

    @Slot(str)
    def _on_progress(self, note: str) -> None:
        self.progressed.emit(note)
