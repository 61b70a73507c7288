"""One training from a folder of photos to a set of weights in the list of models."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from inpaint_studio.engine.weights import store
from inpaint_studio.errors import StudioError
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.protocol.arguments import SCRATCH as SCRATCH
from inpaint_studio.protocol.arguments import Training as Training
from training.run import checkpoint, run_folder, save, start_weights
from training.run.ending import DIVERGED, ctrl_c_stops, sentence
from training.run.events import Commands, Events, Listener
from training.run.run_folder import RUN as RUN
from training.run.run_folder import runs as runs
from training.run.samples import Samples
from training.run.setup import Prepared, prepare
from training.run.state import Diverged
from training.run.tensorboard import board
from training.run.trainer import Trainer


def train(asked: Training, listeners: list[Listener], stdin: Any = None) -> Weights | None:
    """Trains and saves the weights that were best on the held-out photos; None where none got better than the start.

    Events `started` ... `done`, `stopped` or `failed` go to the listeners, and to TensorBoard where its library is
    installed. Raises InputError and its kind for what cannot begin; after `started` the reason of a failure is told as
    an event, too.
    """
    if asked.name is not None:
        store.check_name(asked.name)
    with run_folder.taken(asked) as folder:
        return _train(asked, folder, listeners, stdin)


def _train(asked: Training, folder: Path, listeners: list[Listener], stdin: Any) -> Weights | None:
    kept = None
    if asked.resume:
        path = folder / checkpoint.NAME
        kept = checkpoint.load(path)
        ready = prepare(asked, start_weights.kept(asked, kept, path))
    else:
        ready = prepare(asked, start_weights.chosen(asked))
    if ready.first and not asked.resume:
        run_folder.clear(folder)
    shown = board() if ready.first else None
    events = Events(folder, [*listeners, shown] if shown is not None else listeners, ready.first)
    commands = Commands(folder, stdin) if ready.first else Commands(None, None)
    trainer = Trainer(
        ready.fabric,
        ready.recipe,
        ready.stream,
        ready.held,
        ready.plan(),
        folder,
        events,
        commands,
        ready.identity(),
        Samples(folder / "samples", ready.held).show,
    )
    if kept is not None:
        trainer.take(start_weights.agreeing(kept, ready.identity()))
    if ready.first:
        run_folder.leave_word(folder, asked, ready.origin.name)
    _tell_start(ready, trainer)
    return _run(ready, trainer)


def _tell_start(ready: Prepared, trainer: Trainer) -> None:
    asked = ready.asked
    trainer.events.tell(
        "started",
        model=asked.model,
        system=ready.origin.name,
        base=ready.origin.base,
        folder=str(trainer.folder),
        photos=ready.source.training_count,
        counted=ready.source.counted,
        held_out=ready.source.held_count,
        measured=len(ready.held.image),
        skipped=ready.source.skipped,
        size=ready.size,
        batch=ready.batch,
        device=str(ready.fabric.device),
        processes=ready.fabric.world_size,
        steps=asked.steps,
        minutes=asked.minutes,
        step=trainer.state.step,
    )
    if ready.source.note:
        trainer.events.tell("note", text=ready.source.note)


def _run(ready: Prepared, trainer: Trainer) -> Weights | None:
    """Runs the trainer to whichever end, and saves what was best."""
    events = trainer.events
    try:
        try:
            with ctrl_c_stops(trainer.commands):
                end, reason = trainer.run(), ""
        except Diverged:
            end, reason = "failed", DIVERGED
        saved = _saved(ready, trainer)
    except BaseException as error:
        kept = None
        with suppress(StudioError, OSError):  # whatever went wrong, what was learnt until then is not lost
            kept = _saved(ready, trainer)
        events.tell("failed", reason=sentence(error), name=kept.name if kept else None)
        raise
    if ready.crops.missing:
        events.tell("note", text="Some photos could not be read any more; others were learnt from in their places.")
    state = trainer.state
    facts: dict[str, Any] = {"name": saved.name if saved else None, "path": str(saved.path) if saved else None}
    facts |= {"step": state.step, "before": state.before, "best": state.best}
    if saved is None and ready.first and ready.origin.base is not None:
        events.tell(
            "note", text="The held-out photos got no better than with the weights it began with; none are saved."
        )
    events.tell(end, **(facts | ({"reason": reason} if reason else {})))
    if reason:
        raise StudioError(reason)
    return saved


def _saved(ready: Prepared, trainer: Trainer) -> Weights | None:
    if not ready.first:
        return None
    return save.save(trainer, ready.asked, ready.origin, ready.source.counted)
