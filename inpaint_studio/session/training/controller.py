"""Start a training on the user's photos in a process of its own, follow it, send it commands and find it again.

The process is the ``train`` command of this program. It may outlive the window; a window that is opened later follows
the events in its run folder.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QProcess, QTimer, Signal, Slot

from inpaint_studio.engine.machine.priority import run_in_background
from inpaint_studio.models.base.interface import AUTO
from inpaint_studio.protocol.events import MISSING_FEATURES
from inpaint_studio.protocol.request import FEATURE_LOSSES, TrainingRequest
from inpaint_studio.protocol.run_folder import RunRecord, runs_dir
from inpaint_studio.session.fill_controller import FillController
from inpaint_studio.session.model_choice import ModelChoice
from inpaint_studio.session.reporting import Status
from inpaint_studio.session.task_queue import TaskQueues
from inpaint_studio.session.training import run_registry
from inpaint_studio.session.training.photo_survey import PhotoSurvey
from inpaint_studio.session.training.process import TrainingProcess, explain_send_error, last_line
from inpaint_studio.session.training.run_registry import FoundRun, ProvisionalRecord, RecordedRun
from inpaint_studio.session.training.run_state import Run
from inpaint_studio.session.training.speed import SpeedEstimator
from inpaint_studio.session.training.trained_sets import TrainedSets
from inpaint_studio.session.weights_manager import WeightsManager
from inpaint_studio.texts import mark, tr

_FOLLOW_EVERY = 400  # ms between two looks at the events of a training that another window has started
_REPEAT_EVERY = 3000  # ms between two requests to stop
_MAX_OUTPUT = 8192  # bytes of stderr that are kept
_KILLED = mark("The training was ended from outside; perhaps the memory of this machine did not suffice.")
_GONE = mark("The training ended while no window watched it; perhaps the machine was switched off.")
_SILENT = mark("The training ended without saying why.")


class TrainingController(QObject):
    """One training at a time, and the last one until it is discarded.

    Lives in the main thread and never blocks it: files are read and written by tasks.
    """

    changed = Signal()  # it started, paused, is to stop, ended or was discarded; or its weights were changed
    progressed = Signal()  # it reported something new
    sampled = Signal()  # there are other samples
    ended = Signal()  # nothing runs any more; `run` and `trouble` say how it went
    failed = Signal(str)  # a sentence; nothing was changed
    found = Signal()  # a training that another window has started
    status = Signal(object)  # Status

    def __init__(
        self,
        models: ModelChoice,
        fills: FillController,
        weights: WeightsManager,
        queues: TaskQueues,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.run: Run | None = None
        self.trouble = ""  # why the last one failed
        self.stopping = self.pausing = False  # the command was sent, but it has not reported it yet
        self._models, self._weights = models, weights
        self._arguments: list[str] = []
        self._request: TrainingRequest | None = None
        self._process: TrainingProcess | None = None
        self._found: FoundRun | None = None
        self._ending = False  # its files are looked at after its end
        self._output = b""  # on stderr
        self._pids: set[int] = set()  # of the processes that trained it
        self._record: ProvisionalRecord | None = None  # until its process has started to train
        self._tasks, self._reads = queues.io.lane("training"), queues.reads.lane("training")
        self._sets = TrainedSets(models, weights, self._tasks, self.changed.emit, self.failed.emit)
        self.photos = PhotoSurvey(queues.reads.lane("survey"), self)
        weights.removed.connect(self._on_removed)
        weights.renamed.connect(self._on_renamed)
        self._follow_timer, self._repeat_timer = QTimer(self), QTimer(self)
        self._follow_timer.setSingleShot(True)
        self._follow_timer.timeout.connect(self._follow)
        self._repeat_timer.timeout.connect(self._repeat_stop)
        self.speed = SpeedEstimator(fills, self, self)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.leave)

    def close(self) -> None:
        """Let a training that runs go on by itself, and end everything else."""
        self.speed.close()
        self.leave()
        self.photos.cancel()

    # State

    @property
    def running(self) -> bool:
        """Whether a training runs that this window has started or found."""
        return self._process is not None or self._found is not None or self._ending

    @property
    def lacks_features(self) -> bool:
        """Whether it failed because the file of a trained VGG is missing, and can be started without those losses."""
        return self.run is not None and self.run.code == MISSING_FEATURES and self._request is not None

    def free_name(self, model: str, folder: Path | None) -> str:
        """Return a name for the weights of that model after training on that folder."""
        plain = run_registry.plain_name(model, folder)
        name, number = plain, 1
        while self.is_taken(name):
            number += 1
            name = f"{plain}-{number}"
        return name

    def is_taken(self, name: str) -> bool:
        """Return whether a model, or a training that was not discarded, has that name.

        Looks into the program's own data folder at each call: another window may have taken the name a moment ago.
        """
        known = {model.name for model in self._models.listed} | {AUTO}
        return name in known or (runs_dir() / name).exists()

    # Start

    def start(self, request: TrainingRequest) -> None:
        """Start a training; `ended` follows. An earlier one must have ended; it is discarded."""
        name = request.name or request.model
        folder = runs_dir() / name
        if self.run is not None and self.run.folder != folder:
            self.forget()
        self._request, self._pids = request, set()
        self._start(Run(folder, name=name, model=request.model), request.command())

    def restart(self, vgg: Path | None = None) -> None:
        """Start what lacked a trained VGG once more: with that file, or without the losses that need it."""
        if self._request is not None:
            self.start(replace(self._request, vgg=vgg, without_losses=FEATURE_LOSSES if vgg is None else ()))

    def resume(self) -> None:
        """Continue from the last checkpoint."""
        if self.run is not None and not self.running:
            arguments = [argument for argument in self._arguments if argument != "--resume"]
            self._start(self.run, [*arguments, "--resume"])

    def keep_best(self) -> None:
        """Let a training that failed save its best weights."""
        self.resume()
        self.stop()

    def _start(self, run: Run, arguments: list[str]) -> None:
        self.run, self._arguments, self.trouble, self._output = run, arguments, "", b""
        self.stopping = self.pausing = False
        run.restart()
        process = self._process = TrainingProcess(arguments, self)
        process.readyReadStandardOutput.connect(self._on_output)
        process.readyReadStandardError.connect(self._on_errors)
        process.started.connect(self._on_started)
        process.errorOccurred.connect(self._on_error)
        process.finished.connect(self._on_finished)
        process.start()
        self._write_record(run, arguments)
        self.changed.emit()

    def _write_record(self, run: Run, arguments: list[str]) -> None:
        """Let a later window find it from now on."""
        pid = self._process.processId() if self._process is not None else 0
        if pid:
            self._pids.add(pid)
            record = RunRecord(pid, ["inpaint-studio", *arguments], run.model, run.name, time.time())
            self._record = ProvisionalRecord(RecordedRun(run.folder, record))
            self._tasks.run(self._record.write, must_finish=True)

    @Slot()
    def _on_started(self) -> None:
        if self._process is not None:
            run_in_background(self._process.processId())

    # Commands

    def stop(self) -> None:
        """Stop it after it has measured its last steps; the best weights are saved. A second call stops it at once."""
        if self.running:
            command = "stop now" if self.stopping else "stop"
            self.stopping = True
            self._send(command)

    def pause(self, on: bool) -> None:
        """Pause it, or let it continue."""
        if self.running:
            self.pausing = on
            self._send("pause" if on else "resume")

    def sample(self) -> None:
        """Let it fill the held-out photos now."""
        self._send("sample")

    def _send(self, command: str) -> None:
        """Send it a command; where that fails, `failed` follows and the command counts as not given."""

        def fail(sentence: str) -> None:
            if command.startswith("stop"):
                self.stopping = False
            elif command != "sample" and self.run is not None:
                self.pausing = self.run.paused
            self.failed.emit(sentence)
            self.changed.emit()

        if self._process is not None:
            try:
                self._process.send(command)
            except OSError as error:
                fail(explain_send_error(command, error))
                return
        elif self._found is not None:
            found = self._found

            def send() -> str:
                try:
                    found.send(command)
                except OSError as error:
                    return explain_send_error(command, error)
                return ""

            self._tasks.run(send, lambda sentence: fail(sentence) if sentence else None, must_finish=True)
        self.changed.emit()

    @Slot()
    def leave(self) -> None:
        """Let it go on without this window; the next window finds it."""
        if self.running:
            self.run = None
        if self._process is not None:
            self._process.detach()
        self._process = self._found = self._record = None
        self._ending = False
        self._follow_timer.stop()
        self._repeat_timer.stop()

    # Events of its process

    @Slot()
    def _on_output(self) -> None:
        if self._process is not None:
            self._read_events(bytes(self._process.readAllStandardOutput().data()))

    @Slot()
    def _on_errors(self) -> None:
        if self._process is not None:
            self._output = (self._output + bytes(self._process.readAllStandardError().data()))[-_MAX_OUTPUT:]

    def _read_events(self, data: bytes) -> None:
        if self.run is None:
            return
        kinds = self.run.feed(data)
        if "started" in kinds:
            self._record = None
        if kinds & {"started", "paused", "resumed"}:
            self.pausing = self.run.paused
        if kinds & {"started", "paused", "resumed", "done", "stopped", "failed"}:
            self.changed.emit()
        if "sample" in kinds:
            self.sampled.emit()
        if kinds:
            self.progressed.emit()

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            self._end(tr("The training could not be started: {reason}.", reason=self._process.errorString()))

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._on_output()
        self._on_errors()
        killed = status == QProcess.ExitStatus.CrashExit
        self._end(tr(_KILLED) if killed else last_line(self._output) if code else "")

    def _end(self, trouble: str) -> None:
        """Note that its process has ended; `trouble` is why, where the training itself did not report it."""
        if self._process is not None:
            self._process.deleteLater()
        self._process = self._found = None
        self.stopping = self.pausing = False
        self._repeat_timer.stop()
        run = self.run
        if run is None:
            return
        if run.end in (None, "failed"):
            self.trouble = run.reason or trouble or tr(_SILENT)
            run.end = "failed"
        self._ending = True
        record, self._record = self._record, None
        task = partial(
            run_registry.settle_files, run.folder, record, run.end == "failed" and not run.begun, frozenset(self._pids)
        )
        self._tasks.run(task, partial(self._on_settled, run), must_finish=True)

    def _on_settled(self, run: Run, resumable: bool) -> None:
        if run is not self.run:
            return
        self._ending = False
        run.resumable = resumable
        if run.saved:
            self._weights.changed.emit()
        self.changed.emit()
        self.ended.emit()

    # Trainings of other windows

    def find(self) -> None:
        """Find a training that still runs, or that has ended without a window; `found` or `ended` follows."""
        if self.run is None:
            self._tasks.run(run_registry.find_run, self._on_found)

    def _on_found(self, found: FoundRun | None) -> None:
        if self.run is not None or found is None:
            return
        record = found.run.record
        self.run = Run(found.run.folder, name=found.run.name, model=record.model, resumable=found.resumable)
        self._arguments, self._request = record.arguments, None
        self._pids, self._found = {record.pid}, found
        if found.alive:
            self._repeat_timer.start(_REPEAT_EVERY)
            text = tr("The fine-tuning '{name}' went on meanwhile.", name=self.run.name)
            self.status.emit(Status.result(text, about=("training",)))
            self.found.emit()
        self.changed.emit()
        self._follow()

    @Slot()
    def _follow(self) -> None:
        if self._found is not None:
            self._reads.run(self._found.read, partial(self._on_read, self._found))

    def _on_read(self, found: FoundRun, read: tuple[bytes, bool]) -> None:
        piece, alive = read
        if found is not self._found:
            return
        if piece:
            self._read_events(piece)
        elif not alive:
            self._end(tr(_GONE))
            return
        self._follow_timer.start(0 if piece else _FOLLOW_EVERY)

    @Slot()
    def _repeat_stop(self) -> None:
        if self._found is not None and self.stopping:
            self._tasks.run(partial(self._found.send_again, "stop"))

    # After its end

    def forget(self) -> None:
        """Discard a training that has ended, with its files; its weights stay."""
        if self.run is not None and not self.running:
            task = partial(run_registry.remove_files, self.run.folder, frozenset(self._pids))
            self._tasks.run(task, must_finish=True)
            self.run, self.trouble, self._request = None, "", None
            self.changed.emit()

    def use(self) -> None:
        """Fill with the trained weights from now on, as soon as they are listed."""
        if self.run is not None and self.run.saved:
            self._models.choose_when_listed(self.run.saved)

    def rename(self, new: str) -> None:
        """Rename the trained weights; `changed` or `failed` follows."""
        if self.run is not None:
            self._sets.rename(self.run, new)

    def remove(self) -> None:
        """Delete the trained weights; `changed` or `failed` follows."""
        if self.run is not None:
            self._sets.remove(self.run)

    def add_last(self) -> None:
        """Add the weights of the last step to the models; `changed` or `failed` follows."""
        if self.run is not None and not self.running:
            self._sets.add_last(self.run)

    @Slot(str)
    def _on_removed(self, name: str) -> None:
        if self.run is not None and self.run.saved == name:
            self.run.saved, self.run.removed = "", True
            self.changed.emit()

    @Slot(str, str)
    def _on_renamed(self, old: str, new: str) -> None:
        if self.run is not None and self.run.saved == old:
            self.run.saved = new
            self.changed.emit()
