"""How fast a training would go on this machine: a process of its own times a few steps before the training begins."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from PySide6.QtCore import QObject, QProcess, QTimer, Signal, Slot

from inpaint_studio.protocol.events import EstimateEvent, EventReader
from inpaint_studio.protocol.request import TrainingRequest
from inpaint_studio.protocol.speed import Pace
from inpaint_studio.session.fill_controller import FillController
from inpaint_studio.session.training import processes
from inpaint_studio.session.training.process import TrainingProcess, last_line

_REST = 600  # ms without another wish before the timing begins
_KEPT_WORDS = 8192  # bytes of what it said on stderr
_SOON, _AT_LAST = 1000, 5000  # ms after which one that was asked to end is told so again, and is killed
_KILLED = "The timing was ended from outside; perhaps the memory of this machine did not suffice."
_SILENT = "The timing ended without a word."


class Estimate(NamedTuple):
    """What the timed steps told of a training."""

    pace: Pace
    size: int  # px of its crops
    device: str  # as torch calls it


class Training(Protocol):
    """What the estimator uses of the training controller."""

    changed: Any  # a signal

    @property
    def running(self) -> bool: ...


class SpeedEstimator(QObject):
    """Times one training at a time, the one asked for last; lives in the main thread and never blocks it.

    A fill goes first: nothing is timed beside one, and what is under way when one begins is timed anew after it.
    Nothing is timed while a training runs.
    """

    estimated = Signal(object)  # Estimate
    failed = Signal(str)  # a sentence

    def __init__(self, fills: FillController, training: Training, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fills, self._training = fills, training
        self._wanted: TrainingRequest | None = None  # asked for and not answered
        self._process: _Timing | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REST)
        self._timer.timeout.connect(self._begin)
        fills.busy.connect(self._on_busy)
        training.changed.connect(self._on_tuning)

    @property
    def under_way(self) -> bool:
        """Whether an answer is to come."""
        return self._wanted is not None

    def ask(self, wanted: TrainingRequest) -> None:
        """Time steps as that training would take; `estimated` or `failed` follows. The newest call wins."""
        if self._wanted is not None and self._wanted.estimate_command() == wanted.estimate_command():
            return
        self.cancel()
        self._wanted = wanted
        self._timer.start()

    def cancel(self) -> None:
        """Forget what was asked for; no answer follows."""
        self._wanted = None
        self._break_off()

    def close(self) -> None:
        """Cancel; what has not ended yet ends by itself."""
        self.cancel()
        for process in self.findChildren(_Timing):
            process.let_go()

    def _break_off(self) -> None:
        self._timer.stop()
        process, self._process = self._process, None
        if process is not None:
            process.end()

    @Slot()
    def _begin(self) -> None:
        if self._wanted is None or self._fills.is_busy or self._training.running:
            return
        process = self._process = _Timing(self._wanted.estimate_command(), self)
        process.over.connect(self._on_over)
        process.start()

    @Slot(object)
    def _on_over(self, outcome: Estimate | str) -> None:
        process = self.sender()
        process.deleteLater()
        if process is not self._process:  # overtaken
            return
        self._process = self._wanted = None
        if isinstance(outcome, Estimate):
            self.estimated.emit(outcome)
        else:
            self.failed.emit(outcome)

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:
        if busy:
            self._break_off()
        elif self._wanted is not None:
            self._timer.start()

    @Slot()
    def _on_tuning(self) -> None:
        if self._training.running:
            self.cancel()


class _Timing(TrainingProcess):
    """Times steps and gathers what comes of it."""

    over = Signal(object)  # Estimate, or a sentence

    def __init__(self, arguments: list[str], parent: QObject) -> None:
        super().__init__(arguments, parent)
        self._events, self._said = EventReader(), b""
        self._found: Estimate | None = None
        self.started.connect(self._on_started)
        self.readyReadStandardOutput.connect(self._on_output)
        self.readyReadStandardError.connect(self._on_words)
        self.errorOccurred.connect(self._on_error)
        self.finished.connect(self._on_finished)

    def end(self) -> None:
        """Have it end; it tidies up first. Asked once, it finishes the step it is in."""
        self.write(b"stop\n")  # where there are no signals
        self.terminate()
        QTimer.singleShot(_SOON, self, self.terminate)
        QTimer.singleShot(_AT_LAST, self, self.kill)

    @Slot()
    def _on_started(self) -> None:
        processes.lower(self.processId())

    @Slot()
    def _on_output(self) -> None:
        for event in self._events.read(bytes(self.readAllStandardOutput().data())):
            if isinstance(event, EstimateEvent):
                self._found = _estimate(event)

    @Slot()
    def _on_words(self) -> None:
        self._said = (self._said + bytes(self.readAllStandardError().data()))[-_KEPT_WORDS:]

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.over.emit(f"The timing could not be started: {self.errorString()}.")

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._on_output()
        self._on_words()
        if status == QProcess.ExitStatus.CrashExit:
            self.over.emit(_KILLED)
        elif code:
            self.over.emit(last_line(self._said) or _SILENT)
        else:
            self.over.emit(self._found or _SILENT)


def _estimate(event: EstimateEvent) -> Estimate | None:
    pace = Pace.from_event(event)
    return None if pace is None else Estimate(pace, event.size, event.device)
