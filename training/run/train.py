"""One training, from a folder of photos to weights in the model library."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from inpaint_studio.engine.weights import store
from inpaint_studio.errors import StudioError
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.protocol.events import DoneEvent, FailedEvent, NoteEvent, StartedEvent, StoppedEvent
from inpaint_studio.protocol.request import TrainingRequest
from inpaint_studio.protocol.run_folder import RunFolder
from inpaint_studio.texts import tr
from training.distributed import launch
from training.errors import Diverged, describe
from training.run import checkpoint, remember, run_file_values, run_folder, save, start_weights
from training.run.events import Commands, Listener, Reporter
from training.run.interruptible import stop_on_signal
from training.run.label_maps import describe_labels
from training.run.samples import SampleWriter
from training.run.setup import TrainingSetup, set_up
from training.run.trackers import make_trackers
from training.run.trainer import Trainer
from training.run.validation import scores
from training.run.warm_up import UPDATES, load_discriminators, plan_warm_up


def train(
    request: TrainingRequest, listeners: Sequence[Listener], stdin: Any = None, *, in_library: bool = True
) -> Weights | None:
    """Train, and save the weights that were best on the held-out photos where they are worth keeping.

    Returns None where they are not: see `find_reason_against_saving`. The last weights are in the run folder in any
    case; without `in_library` the best ones are there alone, too, and other photos are not measured. The events
    `started` ... `done`, `stopped` or `failed` go to the listeners and to the trackers that the request names;
    commands come from `stdin`, a text stream, and from the run folder. Raises InputError and its subclasses where it
    cannot begin; a failure after `started` is reported as an event, too.
    """
    if request.name is not None:
        store.check_name(request.name)
    if request.output is not None:
        folder = request.output.absolute()
    else:
        folder = run_folder.default_folder(request.model, request.name)
    with run_folder.reserve(folder, launch.detect(request.devices, request.nodes).is_first) as run:
        setup, trainer = _prepare(request, run, listeners, stdin)
        if in_library and setup.start.base is not None:
            trainer.others = setup.cut_others()
        if setup.is_first:
            run_folder.write_record(
                run, model=request.model, system=setup.start.name, photos=request.photos, name=request.name
            )
        _report_start(request, setup, trainer)
        if not request.resume:
            _begin(run, request, setup, trainer)
        return _run(request, setup, trainer, in_library)


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
    trainer.selection.write = partial(save.save_candidate, trainer, setup, request)
    if state is not None:
        start_weights.check_identity(state, setup.identity())
        trainer.restore(state)
    return setup, trainer


def _begin(run: RunFolder, request: TrainingRequest, setup: TrainingSetup, trainer: Trainer) -> None:
    """Write the file of a training that begins, mark it, and say how it goes on from the weights it starts from."""
    start, recipe = setup.start, setup.recipe
    trainer.state.run = secrets.token_hex(16)
    notes = [run_file_values.write(run, request, setup)] if setup.is_first else []
    trainer.state.untrained = list(recipe.discriminators())
    if start.phase and start.phase == recipe.phases[0].name:
        notes.append(
            tr(
                "'{base}' stopped in the phase '{phase}' of its training; this one goes on there.",
                base=start.base,
                phase=start.phase,
            )
        )
    if start.base is not None:
        untrained, note = load_discriminators(recipe, start.weights)
        trainer.state.untrained = untrained
        updates = UPDATES if request.critic_warm_up is None else request.critic_warm_up
        trainer.state.warm_up = plan_warm_up(recipe, trainer.steps.optimisers, untrained, updates, request.steps)
        notes.append(note)
    for text in filter(None, notes):
        trainer.reporter.emit(NoteEvent(text))


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
            smaller_sizes=",".join(map(str, request.smaller_sizes())),
            colours=request.colours,
        )
    )
    labels = "" if setup.labelling is None else describe_labels(setup.labelling, setup.held)
    for note in filter(None, (setup.photos.note, setup.note, labels)):
        trainer.reporter.emit(NoteEvent(note))


def _run(request: TrainingRequest, setup: TrainingSetup, trainer: Trainer, in_library: bool) -> Weights | None:
    """Run the trainer until it is done, stopped or failed, and save the best weights."""
    reporter = trainer.reporter
    try:
        end, reason = "failed", ""
        try:
            with stop_on_signal(trainer.commands):
                end = trainer.run()
                remember.remember(trainer, partial(remember.read_start, setup.start))
        except Diverged as error:
            reason = describe(error)
        kept = _save(request, setup, trainer, in_library)
    except BaseException as error:
        kept = save.Kept()
        with suppress(StudioError, OSError):  # the weights are saved also after an error
            kept = _save(request, setup, trainer, in_library)
        reporter.emit(FailedEvent(**_result(trainer, kept), reason=describe(error)))
        raise
    if setup.crops.unreadable:
        reporter.emit(NoteEvent(tr("Some photos could not be read any more; others were used in their places.")))
    if reason:
        reporter.emit(FailedEvent(**_result(trainer, kept), reason=reason))
        raise StudioError(reason)
    reporter.emit((DoneEvent if end == "done" else StoppedEvent)(**_result(trainer, kept)))
    return kept.best


def _result(trainer: Trainer, kept: save.Kept) -> dict[str, Any]:
    """Return the fields that all events at the end of a training have."""
    state = trainer.state
    return {
        "name": kept.best.name if kept.best else None,
        "path": kept.best.path if kept.best else None,
        "step": state.step,
        "last": kept.last.path if kept.last else None,
        "before": scores(state.before) if state.before else None,
        "best": state.best,
        "best_step": state.best_step if state.best_figures else None,
        "measured": state.measured_step if state.before else None,
        "others_before": scores(state.others_before) if state.others else None,
        "others": scores(state.others) if state.others else None,
        "gain": trainer.selection.describe_gain(),
        "unsaved": kept.unsaved,
    }


def _save(request: TrainingRequest, setup: TrainingSetup, trainer: Trainer, in_library: bool) -> save.Kept:
    """Save the last weights, and the best ones in the library if they are worth it."""
    if not setup.is_first:
        return save.Kept()
    last = save.save_last(trainer, setup, request)
    best, unsaved = save.save_best(trainer, setup, request) if in_library else (None, "")
    return save.Kept(best, unsaved, last)
