"""A training of a model on the person's own photos: a process of its own, begun, watched, steered and found again.

The process is the command line's own ``train``. It belongs to a session of its own and may outlive the window; a window
started later follows what it writes into its folder.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, QProcess, QTimer, Signal, Slot

from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.protocol.events import MISSING_FEATURES
from inpaint_studio.protocol.request import FEATURE_LOSSES, TrainingRequest
from inpaint_studio.protocol.run_folder import runs_dir
from inpaint_studio.session.fill_controller import FillController
from inpaint_studio.session.model_choice import AUTO, ModelChoice
from inpaint_studio.session.reporting import Status, throttle
from inpaint_studio.session.task_queue import TaskQueues
from inpaint_studio.session.training import following, processes, run_registry
from inpaint_studio.session.training.following import Followed
from inpaint_studio.session.training.process import TrainingProcess, last_line
from inpaint_studio.session.training.run_registry import Noted, Word
from inpaint_studio.session.training.run_state import Run
from inpaint_studio.session.training.speed import SpeedEstimator
from inpaint_studio.session.weights_manager import WeightsManager

if TYPE_CHECKING:
    from inpaint_studio.engine.photo.folder import Survey

LONGEST_NAME = 40  # characters
_FOLLOW_EVERY = 400  # ms between looks at the log of a training that was begun elsewhere
_CARE_EVERY = 3000  # ms until it is asked again to stop, and looked whether its process is still the one that trains
_KEPT_WORDS = 8192  # bytes of what it said on stderr
_KILLED = "The training was ended from outside; perhaps the memory of this machine did not suffice."
_GONE = "The training ended without a word while no window watched it; perhaps the machine was switched off."
_SILENT = "The training ended without saying why."


class TrainingController(QObject):
    """One training at a time, and the last one until it is put away; lives in the main thread and never blocks it."""

    changed = Signal()  # it began, paused, was asked to stop, ended or was put away; or its weights were changed
    progressed = Signal()  # it told something new
    sampled = Signal()  # there are other pictures
    ended = Signal()  # nothing runs any more; `run` and `trouble` tell how it went
    surveyed = Signal(object, object)  # folder, Survey
    unusable = Signal(object, str)  # folder, a sentence
    surveying = Signal(str)  # how far it is
    failed = Signal(str)  # a sentence; nothing was changed
    found = Signal()  # a training that another window began
    status = Signal(object)  # Status
    _looking = Signal(str)  # told by the thread that surveys

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
        self.stopping = self.pausing = False  # asked for, not told yet
        self._models, self._weights = models, weights
        self._arguments: list[str] = []
        self._wanted: TrainingRequest | None = None
        self._process: TrainingProcess | None = None
        self._said = b""  # on stderr
        self._pids: set[int] = set()  # of the processes that trained it
        self._word: Word | None = None  # left for its process, until that has begun
        self._followed: Followed | None = None
        self._watched = True  # the end of it, by this window
        self._ticket = Ticket()
        self._tasks, self._surveys = queues.io.lane("training"), queues.reads.lane("survey")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._follow)
        self._care = QTimer(self)
        self._care.timeout.connect(self._take_care)
        self._looking.connect(self._on_looking)
        self.speed = SpeedEstimator(fills, self, self)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.leave)

    def close(self) -> None:
        """Let a training that runs go on by itself, and end everything else."""
        self.speed.close()
        self.leave()
        self._ticket.cancel()

    # What there is

    @property
    def running(self) -> bool:
        return self._process is not None or self._followed is not None

    @property
    def lacks_features(self) -> bool:
        """Whether it failed for want of a trained VGG, and could go on without those losses."""
        return self.run is not None and self.run.code == MISSING_FEATURES and self._wanted is not None

    def survey(self, folder: Path) -> None:
        """Look what the folder holds; `surveyed` or `unusable` follows. The newest call wins."""
        self._ticket.cancel()
        ticket = self._ticket = Ticket(throttle(lambda _, note: self._looking.emit(note)))

        def look() -> Survey:
            from inpaint_studio.engine.photo.folder import survey

            return survey(folder, ticket)

        def told(signal: Any, outcome: object) -> None:
            if ticket is self._ticket and not ticket.cancelled:
                signal.emit(folder, outcome)

        self._surveys.run(look, partial(told, self.surveyed), partial(told, self.unusable))

    @Slot(str)
    def _on_looking(self, note: str) -> None:
        self.surveying.emit(note)

    def free_name(self, model: str, folder: Path | None) -> str:
        """A name for weights that come of training that model on that folder."""
        words = re.sub(r"[^a-z0-9]+", "-", folder.name.lower()).strip("-") if folder is not None else ""
        plain = f"{model}-{words or 'tuned'}"[: LONGEST_NAME - 4].strip("-")
        name, number = plain, 1
        while self.is_taken(name):
            number += 1
            name = f"{plain}-{number}"
        return name

    def is_taken(self, name: str) -> bool:
        """Whether a model, or a training that was not put away, has that name."""
        known = {model.name for model in self._models.listed} | {AUTO}
        return name in known or (runs_dir() / name).exists()

    # Beginning

    def start(self, wanted: TrainingRequest) -> None:
        """Begin a training; `ended` follows. An earlier one must have ended; it is put away."""
        name = wanted.name or wanted.model
        folder = runs_dir() / name
        if self.run is not None and self.run.folder != folder:
            self.forget()
        self._wanted, self._pids = wanted, set()
        self._begin(Run(folder, name=name, model=wanted.model), wanted.command())

    def again(self, vgg: Path | None = None) -> None:
        """Begin what failed for want of a trained VGG once more: with that file, or without the losses that need it."""
        if self._wanted is not None:
            self.start(replace(self._wanted, vgg=vgg, without_losses=FEATURE_LOSSES if vgg is None else ()))

    def resume(self) -> None:
        """Go on from the last checkpoint."""
        if self.run is not None and not self.running:
            arguments = [argument for argument in self._arguments if argument != "--resume"]
            self._begin(self.run, [*arguments, "--resume"])

    def keep_best(self) -> None:
        """Have the best weights so far of a training that broke off saved."""
        self.resume()
        self.stop()

    def _begin(self, run: Run, arguments: list[str]) -> None:
        self.run, self._arguments, self.trouble, self._said = run, arguments, "", b""
        self.stopping = self.pausing = False
        self._watched = True
        run.rebegin()
        process = self._process = TrainingProcess(arguments, self)
        process.readyReadStandardOutput.connect(self._on_output)
        process.readyReadStandardError.connect(self._on_words)
        process.started.connect(self._on_started)
        process.errorOccurred.connect(self._on_error)
        process.finished.connect(self._on_finished)
        process.start()
        self._leave_word(run, arguments)
        self.changed.emit()

    def _leave_word(self, run: Run, arguments: list[str]) -> None:
        """Have the next window find it from now on."""
        pid = self._process.processId() if self._process is not None else 0
        if pid:
            self._pids.add(pid)
            self._word = Word(Noted(run.folder, pid, arguments, run.model, run.name, time.time()))

    @Slot()
    def _on_started(self) -> None:
        if self._process is not None:
            processes.lower(self._process.processId())

    # Steering

    def stop(self) -> None:
        """End it soon; the best weights are kept."""
        if self.running and self._ask("stop"):
            self.stopping = True
            self.changed.emit()

    def pause(self, on: bool) -> None:
        """Let it rest, or go on."""
        if self._ask("pause" if on else "resume"):
            self.pausing = on
            self.changed.emit()

    def sample(self) -> None:
        """Have it fill the held-out photos now."""
        self._ask("sample")

    def _ask(self, command: str) -> bool:
        """Whether it was told; where it could not be, `failed` says why."""
        asked = self._process or self._followed
        if asked is None:
            return False
        try:
            asked.ask(command)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            self.failed.emit(f"The training could not be asked to {command}: {reason}.")
            return False
        return True

    @Slot()
    def leave(self) -> None:
        """Let it run on without this window, to be found again by the next one."""
        if self.running:
            self.run = None
        if self._process is not None:
            self._process.let_go()
            self._process = None
        self._followed = self._word = None
        self._timer.stop()
        self._care.stop()

    # Hearing

    @Slot()
    def _on_output(self) -> None:
        if self._process is not None:
            self._take(bytes(self._process.readAllStandardOutput().data()))

    @Slot()
    def _on_words(self) -> None:
        if self._process is not None:
            self._said = (self._said + bytes(self._process.readAllStandardError().data()))[-_KEPT_WORDS:]

    def _take(self, data: bytes) -> None:
        if self.run is None:
            return
        kinds = self.run.feed(data)
        if "started" in kinds:
            self._word = None
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
            self._over(f"The training could not be started: {self._process.errorString()}.")

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._on_output()
        self._on_words()
        killed = status == QProcess.ExitStatus.CrashExit
        self._over(_KILLED if killed else last_line(self._said) if code else "")

    def _over(self, trouble: str) -> None:
        """Nothing runs any more; `trouble` is why, where the training itself did not tell."""
        if self._process is not None:
            self._process.deleteLater()
        self._process = self._followed = None
        self.stopping = self.pausing = False
        self._care.stop()
        if self._word is not None:
            self._word.take_back()
            self._word = None
        run = self.run
        if run is None:
            return
        if run.end in (None, "failed"):
            self.trouble = run.reason or trouble or _SILENT
            run.end = "failed"
            if not run.begun and not run.resumable:
                run_registry.put_away(run.folder, self._pids)  # an empty folder
        if run.saved:
            self._weights.changed.emit()
            if self._watched:
                self._models.choose_when_listed(run.saved)
        self.changed.emit()
        self.ended.emit()

    # Found again

    def find(self) -> None:
        """Look for a training that was left running, or that ended while no window watched it; `found` follows."""
        if self.run is None:
            self._tasks.run(following.left, self._on_found)

    def _on_found(self, found: Followed | None) -> None:
        if self.run is not None or found is None:
            return
        word = found.word
        self.run = Run(word.folder, name=word.name, model=word.model)
        self._arguments, self._wanted = word.arguments, None
        self._pids, self._followed = {word.pid}, found
        self._watched = found.alive
        if self._watched:
            self._care.start(_CARE_EVERY)
            self.status.emit(Status.result(f"The fine-tuning '{word.name}' went on meanwhile."))
            self.found.emit()
        self.changed.emit()
        self._follow()

    @Slot()
    def _follow(self) -> None:
        if self._followed is None or self.run is None:
            return
        alive = self._followed.alive  # asked first: what it wrote before it ended is then there to be read
        piece = self._followed.tail.read()
        if piece:
            self._take(piece)
        elif not alive:
            self._over(_GONE)
            return
        self._timer.start(0 if piece else _FOLLOW_EVERY)

    @Slot()
    def _take_care(self) -> None:
        if self._followed is not None:
            self._tasks.run(self._followed.make_sure)
            if self.stopping:
                self._followed.remind("stop")

    # Afterwards

    def forget(self) -> None:
        """Put a training away that has ended; its weights stay."""
        if self.run is not None and not self.running:
            self._tasks.run(partial(run_registry.put_away, self.run.folder, self._pids), must_finish=True)
            self.run, self.trouble, self._wanted = None, "", None
            self.changed.emit()

    def rename(self, new: str) -> None:
        """Give the weights that came of it another name; `changed` or `failed` follows."""
        run = self.run
        if run is None or not run.saved or new == run.saved:
            return
        old = run.saved

        def done(_: object) -> None:
            run.saved = new
            if self._models.name == old:
                self._models.name = new
            self._changed_weights()

        self._change(partial(self._weights.engine.rename, old, new), done)

    def remove(self) -> None:
        """Delete the weights that came of it; `changed` or `failed` follows."""
        run = self.run
        if run is None or not run.saved:
            return
        name, base = run.saved, run.model

        def done(_: object) -> None:
            run.saved, run.removed = "", True
            if self._models.name == name:
                self._models.name = base
            self._changed_weights()

        self._change(partial(self._weights.engine.remove, name), done)

    def _change(self, work: Callable[[], None], done: Callable[[object], None]) -> None:
        self._tasks.run(work, done, self.failed.emit, must_finish=True)

    def _changed_weights(self) -> None:
        self._weights.changed.emit()
        self.changed.emit()
