"""One training, from a folder of photos to weights in the model library."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from inpaint_studio.engine.weights import store
from inpaint_studio.errors import StudioError
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.protocol.events import DoneEvent, FailedEvent, NoteEvent, StartedEvent, StoppedEvent
from inpaint_studio.protocol.request import TrainingRequest
from inpaint_studio.protocol.run_folder import RunFolder
from training.distributed import launch
from training.errors import Diverged, describe
from training.run import checkpoint, run_file_values, run_folder, save, start_weights
from training.run.events import Commands, Listener, Reporter
from training.run.interruptible import stop_on_signal
from training.run.samples import SampleWriter
from training.run.setup import TrainingSetup, set_up
from training.run.trackers import make_trackers
from training.run.trainer import Trainer
from training.run.validation import find_reason_against_saving, scores


def train(request: TrainingRequest, listeners: Sequence[Listener], stdin: Any = None) -> Weights | None:
    """Train, and save the weights that were best on the held-out photos where they are worth keeping.

    Returns None where they are not: see `find_reason_against_saving`. The events `started` ... `done`, `stopped` or
    `failed` go to the listeners and to the trackers that the request names; commands come from `stdin`, a text stream,
    and from the run folder. Raises InputError and its subclasses where it cannot begin; a failure after
    `started` is reported as an event, too.
    """
    if request.name is not None:
        store.check_name(request.name)
    if request.output is not None:
        folder = request.output.absolute()
    else:
        folder = run_folder.default_folder(request.model, request.name)
    with run_folder.reserve(folder, launch.detect(request.devices, request.nodes).is_first) as run:
        setup, trainer = _prepare(request, run, listeners, stdin)
        if setup.is_first:
            run_folder.write_record(
                run, model=request.model, system=setup.start.name, photos=request.photos, name=request.name
            )
            if not request.resume:
                run_file_values.write(run, request, setup)
        _report_start(request, setup, trainer)
        return _run(request, setup, trainer)


def _prepare(
    request: TrainingRequest, run: RunFolder, listeners: Sequence[Listener], stdin: Any
) -> tuple[TrainingSetup, Trainer]:
    state = None
    trackers = make_trackers(request.log) if launch.detect(request.devices, request.nodes).is_first else []
    if request.resume:
        state = checkpoint.load(run.checkpoint)
        setup = set_up(
            request, start_weights.from_checkpoint(request.model, state, run.checkpoint, request.configuration())
        )
    else:
        config, weights_hash = request.configuration(), request.weights_hash
        setup = set_up(request, start_weights.choose(request.model, request.weights, config, weights_hash))
        if setup.is_first:
            run_folder.clear(run)
    reporter = Reporter(run.path, [*listeners, *trackers], setup.is_first)
    for tracker in trackers:
        tracker.emit = reporter.emit
    trainer = Trainer(
        setup.fabric,
        setup.recipe,
        setup.stream,
        setup.held,
        setup.plan,
        run,
        reporter,
        Commands(run.path, stdin) if setup.is_first else Commands(None, None),
        setup.identity(),
        SampleWriter(run, setup.held).write,
        setup.judge,
    )
    if state is not None:
        start_weights.check_identity(state, setup.identity())
        trainer.restore(state)
    return setup, trainer


def _report_start(request: TrainingRequest, setup: TrainingSetup, trainer: Trainer) -> None:
    trainer.reporter.emit(
        StartedEvent(
            model=request.model,
            system=setup.start.name,
            base=setup.start.base,
            folder=trainer.folder.path,
            photos=setup.photos.training_count,
            counted=setup.photos.counted,
            held_out=setup.photos.held_count,
            measured=len(setup.held.image),
            skipped=setup.photos.skipped,
            size=setup.size,
            batch=setup.batch,
            device=str(setup.fabric.device),
            processes=setup.fabric.world_size,
            steps=request.steps,
            minutes=request.minutes,
            step=trainer.state.step,
        )
    )
    for note in filter(None, (setup.photos.note, setup.note)):
        trainer.reporter.emit(NoteEvent(note))


def _run(request: TrainingRequest, setup: TrainingSetup, trainer: Trainer) -> Weights | None:
    """Run the trainer until it is done, stopped or failed, and save the best weights."""
    reporter = trainer.reporter
    try:
        end, reason = "failed", ""
        try:
            with stop_on_signal(trainer.commands):
                end = trainer.run()
        except Diverged as error:
            reason = describe(error)
        saved, unsaved = _save(request, setup, trainer)
    except BaseException as error:
        weights, why = None, ""
        with suppress(StudioError, OSError):  # the best weights are saved also after an error
            weights, why = _save(request, setup, trainer)
        reporter.emit(FailedEvent(**_result(trainer, weights, why), reason=describe(error)))
        raise
    if setup.crops.unreadable:
        reporter.emit(NoteEvent("Some photos could not be read any more; others were used in their places."))
    if reason:
        reporter.emit(FailedEvent(**_result(trainer, saved, unsaved), reason=reason))
        raise StudioError(reason)
    reporter.emit((DoneEvent if end == "done" else StoppedEvent)(**_result(trainer, saved, unsaved)))
    return saved


def _result(trainer: Trainer, saved: Weights | None, unsaved: str) -> dict[str, Any]:
    """Return the fields that all events at the end of a training have."""
    state = trainer.state
    return {
        "name": saved.name if saved else None,
        "path": saved.path if saved else None,
        "step": state.step,
        "before": scores(state.before) if state.before else None,
        "best": state.best,
        "best_step": state.best_step if state.best_figures else None,
        "measured": state.measured_step if state.before else None,
        "gain": trainer.selection.describe_gain(),
        "unsaved": unsaved,
    }


def _save(request: TrainingRequest, setup: TrainingSetup, trainer: Trainer) -> tuple[Weights | None, str]:
    """Save the weights if they are worth it; return them, or a sentence that says why not."""
    if not setup.is_first:
        return None, ""
    reason = find_reason_against_saving(trainer.state, setup.held, from_scratch=setup.start.base is None)
    if reason:
        return None, reason
    name = save.free_name(request.name, setup.start.name, request.photos)
    copy_to = None if request.output is None else trainer.folder.path
    return save.save(trainer, setup.start, name, setup.photos.counted, copy_to), ""
