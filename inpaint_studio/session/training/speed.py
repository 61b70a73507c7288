"""The speed of a training on this machine: a process of its own times a few steps before the training starts."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from PySide6.QtCore import QObject, QProcess, QTimer, Signal, Slot

from inpaint_studio.engine.machine.priority import run_in_background
from inpaint_studio.protocol.events import EstimateEvent, EventReader
from inpaint_studio.protocol.request import TrainingRequest
from inpaint_studio.protocol.speed import Pace
from inpaint_studio.session.fill_controller import FillController
from inpaint_studio.session.training.process import TrainingProcess, last_line
from inpaint_studio.texts import mark, tr

_DELAY = 600  # ms without a newer request before the timing starts
_MAX_OUTPUT = 8192  # bytes of stderr that are kept
_END_AGAIN, _KILL = 1000, 5000  # ms after which a process that should end is signalled again, and is killed
_ENDED_FROM_OUTSIDE = mark("The timing was ended from outside; perhaps the memory of this machine did not suffice.")
_SILENT = mark("The timing ended without a result.")


class Estimate(NamedTuple):
    """The result of the timed steps."""

    pace: Pace
    size: int  # px of its crops
    device: str  # as torch calls it


class Training(Protocol):
    """What the estimator uses of the training controller."""

    changed: Any  # a signal

    @property
    def running(self) -> bool:
        """Whether a training runs."""


class SpeedEstimator(QObject):
    """Times one training at a time, that of the newest request; lives in the main thread and never blocks it.

    A fill has priority: a timing ends when a fill starts, and is repeated after it. Nothing is timed while a training
    runs.
    """

    estimated = Signal(object)  # Estimate
    failed = Signal(str)  # a sentence

    def __init__(self, fills: FillController, training: Training, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fills, self._training = fills, training
        self._request: TrainingRequest | None = None  # not answered yet
        self._process: _Timing | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY)
        self._timer.timeout.connect(self._start)
        fills.busy.connect(self._on_busy)
        training.changed.connect(self._on_training)

    @property
    def busy(self) -> bool:
        """Whether an answer will follow."""
        return self._request is not None

    def estimate(self, request: TrainingRequest) -> None:
        """Time a few steps of that training; `estimated` or `failed` follows. The newest call wins."""
        if self._request is not None and self._request.estimate_command() == request.estimate_command():
            return
        self.cancel()
        self._request = request
        self._timer.start()

    def cancel(self) -> None:
        """Drop the request; no answer follows."""
        self._request = None
        self._end_process()

    def close(self) -> None:
        """Cancel; a process that has not ended yet ends by itself."""
        self.cancel()
        for process in self.findChildren(_Timing):
            process.detach()

    def _end_process(self) -> None:
        self._timer.stop()
        process, self._process = self._process, None
        if process is not None:
            process.end()

    @Slot()
    def _start(self) -> None:
        if self._request is None or self._fills.is_busy or self._training.running:
            return
        process = self._process = _Timing(self._request.estimate_command(), self)
        process.over.connect(self._on_over)
        process.start()

    @Slot(object)
    def _on_over(self, outcome: Estimate | str) -> None:
        process = self.sender()
        process.deleteLater()
        if process is not self._process:  # a newer request has replaced it
            return
        self._process = self._request = None
        if isinstance(outcome, Estimate):
            self.estimated.emit(outcome)
        else:
            self.failed.emit(outcome)

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:
        if busy:
            self._end_process()
        elif self._request is not None:
            self._timer.start()

    @Slot()
    def _on_training(self) -> None:
        if self._training.running:
            self.cancel()


class _Timing(TrainingProcess):
    """Times steps and collects the result."""

    over = Signal(object)  # Estimate, or a sentence: why there is none

    def __init__(self, arguments: list[str], parent: QObject) -> None:
        super().__init__(arguments, parent)
        self._events, self._output = EventReader(), b""
        self._found: Estimate | None = None
        self.started.connect(self._on_started)
        self.readyReadStandardOutput.connect(self._on_output)
        self.readyReadStandardError.connect(self._on_errors)
        self.errorOccurred.connect(self._on_error)
        self.finished.connect(self._on_finished)

    def end(self) -> None:
        """Make it end, after it has removed its files. The first signal lets it finish its step."""
        self.write(b"stop\n")  # on systems without signals
        self.terminate()
        QTimer.singleShot(_END_AGAIN, self, self.terminate)
        QTimer.singleShot(_KILL, self, self.kill)

    @Slot()
    def _on_started(self) -> None:
        run_in_background(self.processId())

    @Slot()
    def _on_output(self) -> None:
        for event in self._events.read(bytes(self.readAllStandardOutput().data())):
            if isinstance(event, EstimateEvent):
                self._found = _estimate(event)

    @Slot()
    def _on_errors(self) -> None:
        self._output = (self._output + bytes(self.readAllStandardError().data()))[-_MAX_OUTPUT:]

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.over.emit(tr("The timing could not be started: {reason}.", reason=self.errorString()))

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._on_output()
        self._on_errors()
        if status == QProcess.ExitStatus.CrashExit:
            self.over.emit(tr(_ENDED_FROM_OUTSIDE))
        elif code:
            self.over.emit(last_line(self._output) or tr(_SILENT))
        else:
            self.over.emit(self._found or tr(_SILENT))


def _estimate(event: EstimateEvent) -> Estimate | None:
    pace = Pace.from_event(event)
    return None if pace is None else Estimate(pace, event.size, event.device)
