"""The sets of weights that a training left: rename and delete the saved one, and add the last one to the models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.engine.weights.importer import ImportResult
from inpaint_studio.protocol.run_folder import RunFolder
from inpaint_studio.session.model_choice import ModelChoice
from inpaint_studio.session.task_queue import Lane
from inpaint_studio.session.training.run_state import Run
from inpaint_studio.session.weights_manager import WeightsManager


class TrainedSets:
    """Changes the sets of a training that has ended; `changed` or `failed` is called after each change."""

    def __init__(
        self,
        models: ModelChoice,
        weights: WeightsManager,
        tasks: Lane,
        changed: Callable[[], None],
        failed: Callable[[str], None],
    ) -> None:
        """`failed` gets a sentence; nothing was changed then."""
        self._models, self._weights, self._tasks = models, weights, tasks
        self._changed, self._failed = changed, failed

    def rename(self, run: Run, new: str) -> None:
        """Rename the saved weights."""
        old = run.saved
        if not old or new == old:
            return

        def done(_: object) -> None:
            self._weights.renamed.emit(old, new)
            self._report()

        self._run(lambda: self._weights.engine.rename(old, new), done)

    def remove(self, run: Run) -> None:
        """Delete the saved weights."""
        name = run.saved
        if not name:
            return

        def done(_: object) -> None:
            self._weights.removed.emit(name)
            self._report()

        self._run(lambda: self._weights.engine.remove(name), done)

    def add_last(self, run: Run) -> None:
        """Add the weights of the last step to the models; where nothing better was saved, they are the result."""
        if not run.has_other_last:
            return
        path = RunFolder(run.folder).last

        def done(result: ImportResult) -> None:
            run.last_name = result.weights.name
            if not run.saved:
                run.saved, run.removed = run.last_name, False
                self._models.choose_when_listed(run.saved)
            self._report()

        self._run(lambda: self._weights.engine.import_files([path], Ticket()), done)

    def _run(self, task: Callable[[], object], done: Callable[[Any], None]) -> None:
        self._tasks.run(task, done, self._failed, must_finish=True)

    def _report(self) -> None:
        self._weights.changed.emit()
        self._changed()
