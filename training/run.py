"""One training from a folder of photos to a set of weights in the list of models."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric, seed_everything

from inpaint_studio import paths
from inpaint_studio.engine.shelf import shelf
from inpaint_studio.engine.weights import store
from inpaint_studio.errors import InputError, StudioError, UnknownModel
from inpaint_studio.models.network import Network, System
from inpaint_studio.models.networks import Inpainter
from inpaint_studio.models.weights import Weights
from training import checkpoint, photos
from training.events import LOG, Commands, Events, Listener
from training.features import trained
from training.loop import Diverged, Plan, Trainer
from training.recipe import Recipe, changed
from training.recipes import recipe_for
from training.samples import Samples

RUN = "run.json"
SCRATCH = "scratch"  # in place of weights: begin with none
_ON_PROCESSOR = 4  # pictures a step, where no card computes


@dataclass(frozen=True)
class Training:
    """What is to be trained, on what, and for how long."""

    model: str  # a system, or a set of weights to go on from
    photos: Path
    out: Path | None = None  # folder of checkpoint and samples; None: one in the data folder
    weights: str | None = None  # to begin with; None: those of `model` where it has some
    name: str | None = None  # of the set that comes of it
    steps: int | None = None
    minutes: float | None = None
    size: int | None = None  # px
    batch: int | None = None
    devices: int = 1
    nodes: int = 1
    precision: str = "auto"
    settings: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()  # terms
    vgg: Path | None = None
    resume: bool = False
    seed: int = 0
    workers: int | None = None
    patience: int | None = None
    save_minutes: float = 5.0
    evaluate_seconds: float = 60.0
    report_seconds: float = 0.5


def train(asked: Training, listeners: list[Listener], stdin: Any = None) -> Weights | None:
    """Trains and saves the weights that were best on the held-out photos; None where none got better than the start.

    Events `started` ... `done`, `stopped` or `failed` go to the listeners. Raises InputError and its kind for what
    cannot begin; after `started` the reason of a failure is told as an event, too.
    """
    if asked.name is not None:
        store.check_name(asked.name)
    kept = _kept(asked) if asked.resume else None
    if kept is not None:
        asked = replace(asked, weights=kept["state"]["recipe"].get("base") or SCRATCH)
    system, base = _system(asked)
    recipe_type = recipe_for(system.traits.name)
    fabric = _fabric(asked)
    fabric.launch()
    seed_everything(asked.seed, verbose=False)
    first = fabric.global_rank == 0
    folder = _folder(asked, system.traits.name, first)
    found = photos.survey(asked.photos.absolute())
    parted = photos.split(found.photos, asked.photos.absolute())
    settings = changed(recipe_type.Settings(), asked.settings)
    recipe = _recipe(asked, recipe_type, settings, system, base, bool(base))
    size = asked.size or recipe.size
    whole = asked.batch or (recipe.batch if fabric.device.type == "cuda" else _ON_PROCESSOR)
    local = max(1, whole // fabric.world_size)
    workers = asked.workers if asked.workers is not None else _workers(fabric)
    cache = paths.cache_dir()
    cache = cache / "photos" if cache is not None else None
    crops = photos.Crops(parted.training, size, cache, recipe.mixture, recipe.wants_sketch, asked.seed)
    held = photos.held_out(parted.held_out, size, cache, recipe.mixture, sketches=recipe.wants_sketch)
    if first and not asked.resume:
        _clear(folder)
    events, commands = Events(folder, listeners, first), Commands(folder if first else None, stdin if first else None)
    identity = {"system": system.traits.name, "size": size, "batch": local * fabric.world_size, "seed": asked.seed}
    identity |= {"base": base.name if base else None}
    identity |= {"settings": json.dumps(asdict(settings), sort_keys=True), "photos": len(parted.training)}
    samples = Samples(folder / "samples", held)

    def stream(start: int) -> Any:
        return photos.batches(
            crops, local, workers=workers, start=start, rank=fabric.global_rank, processes=fabric.world_size
        )

    plan = Plan(
        steps=asked.steps,
        seconds=None if asked.minutes is None else 60 * asked.minutes,
        evaluate_every=asked.evaluate_seconds,
        report_every=asked.report_seconds,
        save_every=60 * asked.save_minutes,
        patience=asked.patience,
    )
    trainer = Trainer(fabric, recipe, stream, held, plan, folder, events, commands, identity, samples.show)
    if kept is not None:
        trainer.take(_agreeing(kept, identity))
    _note_run(folder, asked, system.traits.name, first)
    events.tell(
        "started",
        model=asked.model,
        system=system.traits.name,
        base=base.name if base else None,
        folder=str(folder),
        photos=len(parted.training),
        held_out=len(parted.held_out),
        measured=len(held.image),
        skipped=len(found.skipped),
        size=size,
        batch=local * fabric.world_size,
        device=str(fabric.device),
        processes=fabric.world_size,
        steps=asked.steps,
        minutes=asked.minutes,
        step=trainer.state.step,
    )
    if parted.note:
        events.tell("note", text=parted.note)
    return _run(trainer, asked, system, base, len(parted.training), events, first)


def _run(
    trainer: Trainer,
    asked: Training,
    system: System,
    base: Weights | None,
    count: int,
    events: Events,
    first: bool,
) -> Weights | None:
    """Runs the trainer to whichever end, and saves what was best."""
    try:
        try:
            with _ctrl_c_stops(trainer.commands):
                end, reason = trainer.run(), ""
        except Diverged:
            end = "failed"
            reason = "The losses were no numbers again and again, even with an eighth of the rate; try other settings."
        saved = _saved(trainer, asked, system, base, count) if first else None
    except BaseException as error:
        kept = None
        if first:
            with suppress(StudioError, OSError):  # whatever went wrong, what was learnt until then is not lost
                kept = _saved(trainer, asked, system, base, count)
        events.tell("failed", reason=_sentence(error), name=kept.name if kept else None)
        raise
    facts: dict[str, Any] = {"name": saved.name if saved else None, "path": str(saved.path) if saved else None}
    facts |= {"step": trainer.state.step, "before": trainer.state.before, "best": trainer.state.best}
    if saved is None and first and base is not None:
        events.tell(
            "note", text="The held-out photos got no better than with the weights it began with; none are saved."
        )
    events.tell(end, **(facts | ({"reason": reason} if reason else {})))
    if reason:
        raise StudioError(reason)
    return saved


@contextmanager
def _ctrl_c_stops(commands: Commands) -> Iterator[None]:
    """Inside, the first Ctrl+C (or being asked to end) stops the training in order, the second at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: Any) -> None:
        for number in before:
            signal.signal(number, signal.default_int_handler)
        commands.ask("stop")

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


# The pieces


def _system(asked: Training) -> tuple[System, Weights | None]:
    model = shelf().get(asked.model)
    if not isinstance(model, Network) or not model.traits.trainable:
        raise InputError(f"'{asked.model}' is not a network that can be trained; see 'inpaint-studio models list'.")
    base = model.weights
    if asked.weights == SCRATCH:
        base = None
    elif asked.weights is not None:
        try:
            other = shelf().get(asked.weights)
        except UnknownModel:
            other = None
        base = store.find(asked.weights) if not isinstance(other, Network) or other.weights is None else other.weights
        if base.system != model.system.traits.name:
            raise InputError(f"The weights '{base.name}' belong to {base.system}, not to {model.system.traits.name}.")
    return model.system, base


def _recipe(
    asked: Training, kind: type[Recipe], settings: Any, system: System, base: Weights | None, tuned: bool
) -> Recipe:
    network: Inpainter = system.build(system.paper if base is None else base.config)
    if base is not None:
        network.load_state_dict(base.read())
    terms = {name.strip() for name in asked.without}
    features = None
    if kind.wants_features is not None and not terms >= {"perceptual", "style"}:
        features = trained(kind.wants_features, asked.vgg)
    return kind(network, settings, features, tuned)


def _fabric(asked: Training) -> Fabric:
    cuda = torch.cuda.is_available()
    if "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(max(1, (os.cpu_count() or 2) // max(1, asked.devices if not cuda else 1)))
    precision = asked.precision
    if precision == "auto":
        precision = "bfloat16" if cuda and torch.cuda.is_bf16_supported() else "float32"
    kinds: dict[str, Any] = {"float32": "32-true", "bfloat16": "bf16-mixed"}
    if precision not in kinds:
        raise InputError(f"There is no precision '{precision}' for training; use auto, float32 or bfloat16.")
    several = asked.devices * asked.nodes > 1 or int(os.environ.get("WORLD_SIZE", "1")) > 1
    return Fabric(
        accelerator="cuda" if cuda else "cpu",
        devices=asked.devices if "LOCAL_WORLD_SIZE" not in os.environ else int(os.environ["LOCAL_WORLD_SIZE"]),
        num_nodes=asked.nodes,
        strategy="ddp" if several else "auto",
        precision=kinds[precision],
    )


def _workers(fabric: Fabric) -> int:
    cores = os.cpu_count() or 2
    return max(1, min(8, (cores - 1) // max(1, fabric.world_size))) if fabric.device.type == "cuda" else 1


def _folder(asked: Training, system: str, first: bool) -> Path:
    folder = _place(asked, system)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if first:
            probe = folder / f".probe-{os.getpid()}"
            probe.touch()
            probe.unlink()
    except OSError as error:
        raise InputError(
            f"Nothing can be written to {folder} ({(error.strerror or str(error)).lower()}); name another with -o."
        ) from error
    return folder


def _place(asked: Training, system: str) -> Path:
    return asked.out.absolute() if asked.out is not None else runs() / (asked.name or system)


def _kept(asked: Training) -> dict[str, Any]:
    """The checkpoint that is to be resumed. Raises InputError where there is none."""
    model = shelf().get(asked.model)
    system = model.system.traits.name if isinstance(model, Network) else asked.model
    return checkpoint.load(_place(asked, system) / checkpoint.NAME)


def _clear(folder: Path) -> None:
    """Removes what an earlier training left in its folder, and nothing else."""
    for name in (checkpoint.NAME, LOG):
        (folder / name).unlink(missing_ok=True)
    for old in (folder / "samples").glob("[0-9][0-9]-*.png"):
        old.unlink(missing_ok=True)


def runs() -> Path:
    """The folder of trainings that were given none of their own (not created here)."""
    return paths.data_dir() / "training"


def _note_run(folder: Path, asked: Training, system: str, first: bool) -> None:
    """Leaves word of this process, so that a window started later finds it."""
    if not first:
        return
    facts = {
        "pid": os.getpid(),
        "system": system,
        "model": asked.model,
        "photos": str(asked.photos.absolute()),
        "name": asked.name,
        "begun": time.time(),
        "command": sys.argv,
    }
    with suppress(OSError):
        part = folder / f".{RUN}.{secrets.token_hex(4)}"
        part.write_text(json.dumps(facts), encoding="utf-8")
        part.replace(folder / RUN)


def _agreeing(kept: dict[str, Any], identity: dict[str, Any]) -> dict[str, Any]:
    was = kept["state"]["recipe"]
    other = [name for name in identity if was.get(name) != identity[name]]
    if other:
        raise InputError(
            f"That training was begun with another {other[0]} ({was.get(other[0])}, now {identity[other[0]]}); "
            "resume it with the same, or start anew."
        )
    return kept


def _saved(trainer: Trainer, asked: Training, system: System, base: Weights | None, count: int) -> Weights | None:
    state = trainer.state
    better = state.best is not None and state.best > state.before.get("psnr", float("-inf"))
    if trainer.best is None or (base is not None and not better):
        return None
    name = _name(asked, system.traits.name)
    card = {
        "base": base.name if base else "none",
        "photos": str(count),  # how many, never which
        "steps": str(state.step),
        "holes": json.dumps(asdict(trainer.recipe.mixture)),
        "recipe": json.dumps(asdict(trainer.recipe.settings)),
        "before": json.dumps(state.before),
        "after": json.dumps({"psnr": state.best}),
        "trained": datetime.now(UTC).isoformat(timespec="seconds"),
        "named": "yes",
    }
    generator = trainer.recipe.modules["generator"]
    own = set(generator.state_dict())
    weights = store.save(
        {key: value.float() for key, value in trainer.best.items() if key in own},
        name=name,
        system=system.traits.name,
        config=system.paper if base is None else base.config,
        licence=base.licence if base else "free",
        terms=base.terms if base else "your own",
        origin="trained",
        facts=card,
    )
    if asked.out is not None:
        with suppress(OSError):
            shutil.copyfile(weights.path, asked.out / weights.path.name)
    return weights


def _name(asked: Training, system: str) -> str:
    """A free name: the one asked for, else one after the folder of photos."""
    taken = {weights.name for weights in store.sets()}
    words = re.sub(r"[^a-z0-9]+", "-", asked.photos.absolute().name.lower()).strip("-")
    plain = asked.name or f"{system}-{words or 'tuned'}"[:36].strip("-")
    name, number = plain, 1
    while name in taken:
        number += 1
        name = f"{plain[:36]}-{number}"
    return name


def _sentence(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "It was interrupted."
    if isinstance(error, StudioError):
        return str(error)
    if isinstance(error, MemoryError):
        return "Memory ran out even for one picture at a time; train at a smaller --size."
    return f"A fault of the program: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}".rstrip(
        ": "
    )
