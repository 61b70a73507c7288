"""Shows the work under way in the status bar: the fill, or else the weights being downloaded or imported."""

from __future__ import annotations

from PySide6.QtCore import QObject

from inpaint_studio.session.session import Session
from inpaint_studio.session.weights_manager import WeightsJob
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui.statusbar import StatusBar

_FILL = mark("Stop; the photo stays as it is (Esc)")
_WEIGHTS = mark("Stop; what a download has fetched is kept for the next time")


class WorkProgress(QObject):
    """Connects the session's work with the message, the bar and Cancel of the status bar. A fill has priority."""

    def __init__(self, session: Session, status: StatusBar) -> None:
        super().__init__(status)
        self._session, self._status = session, status
        session.fills.busy.connect(self._on_busy)
        session.fills.progress.connect(self._on_progress)
        session.weights.jobsChanged.connect(self._show)
        session.weights.progressed.connect(self._on_job)
        status.cancel_requested.connect(self._cancel)

    def _on_busy(self, busy: bool) -> None:
        self._show()
        if busy:
            self._show_started()

    def _on_progress(self, fraction: float, note: str) -> None:
        self._status.show_progress(fraction)
        if note:
            self._status.show_message(note, working=True)
        elif not fraction:  # another request may have started in its place
            self._show_started()

    def _show_started(self) -> None:
        predicting = next((each for each in (self._session.edges, self._session.labels) if each.is_predicting), None)
        text = tr("Filling…") if predicting is None else tr("Predicting {what}…", what=tr(predicting.what))
        self._status.show_message(text, working=True)

    def _on_job(self, job: WeightsJob) -> None:
        if not self._session.fills.is_busy and job is self._session.weights.jobs[-1]:
            self._status.show_progress(job.fraction)
            self._status.show_message(_describe(job), working=True)

    def _show(self) -> None:
        jobs = self._session.weights.jobs
        busy = self._session.fills.is_busy
        self._status.show_busy(busy or bool(jobs), tr(_FILL if busy else _WEIGHTS))
        if jobs and not busy:
            self._on_job(jobs[-1])

    def _cancel(self) -> None:
        if self._session.fills.is_busy:
            self._session.fills.cancel()
        else:
            self._session.weights.cancel()


def _describe(job: WeightsJob) -> str:
    return f"{job.note or job.text}…"
