"""Run the trainings of an ablation one after another, measure each, and keep what is known in its folder.

An ablation that was stopped goes on where it stopped: trainings that ended are in the ledger, and the one that was
interrupted has a checkpoint.
"""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, TypeAlias

import torch

from inpaint_studio import __version__
from inpaint_studio.engine.weights.metadata import read_header
from inpaint_studio.errors import Cancelled, InputError, StudioError
from inpaint_studio.models.base.network_model import load_network
from inpaint_studio.models.networks import Inpainter
from inpaint_studio.protocol.events import DoneEvent, Event, ProgressEvent, StartedEvent
from inpaint_studio.protocol.run_folder import RunFolder
from inpaint_studio.texts import tr
from training.ablation.cost import add_own_attention, count_cost, measure_times
from training.ablation.ledger import FILE, Ledger, TrainedVariant, check_same, read_ledger, write_ledger
from training.ablation.measure import measure_network, measure_spread, open_held_out
from training.ablation.pictures import write_pictures
from training.ablation.plan import AblationPlan
from training.ablation.variants import AblationVariant
from training.data.batch import Batch
from training.release.stages import describe_machine
from training.run.train import train

SPREAD, UNTRAINED = "colours spread, no network", "not trained"  # references of the ledger
_TRAINING = "training-"  # begins the name of the folder of a training that runs


class VariantTurn(NamedTuple):
    """One training of an ablation, as it is reported to the user."""

    number: int  # from 1
    total: int  # of all trainings
    variant: AblationVariant
    seed: int
    is_known: bool = False  # whether its figures are there from before


Watcher: TypeAlias = Callable[[VariantTurn, Event | None], None]  # None: the turn begins, or is left out as it is known


def run_ablation(plan: AblationPlan, folder: Path, watch: Watcher, *, resume: bool) -> Ledger:
    """Make all trainings of the plan in `folder`, which exists; return what was found.

    With `resume` trainings that the ledger there has are not made again. Raises InputError and its subclasses, and
    Cancelled where the user stopped a training; then the same call with `resume` goes on.
    """
    source, held = open_held_out(plan)
    known = _open(plan, folder, held, resume)
    photos = {"photos": source.counted, "held_out": source.held_count, "crops": len(held.image)}
    if any(known.facts.get(name, value) != value for name, value in photos.items()):
        raise InputError(
            tr(
                "The photos in {photos} are not those of that ablation: {counted} are there to train "
                "on now, {get} were. Use the same ones, or choose another folder for the report.",
                photos=plan.base.photos,
                counted=source.counted,
                get=known.facts.get("photos"),
            )
        )
    known = replace(known, facts={**known.facts, **photos})
    write_ledger(folder, known)
    turns = list(plan.trainings())
    for number, (variant, seed) in enumerate(turns, 1):
        is_known = known.find(variant.name, seed) is not None
        turn = VariantTurn(number, len(turns), variant, seed, is_known)
        watch(turn, None)
        if not is_known:
            known = _take(turn, plan, folder, known, held, watch)
            write_ledger(folder, known)
            shutil.rmtree(_run_folder(folder, turn).path, ignore_errors=True)
            gc.collect()  # a trainer and its tensors refer to each other, and would stay for several trainings
    times = measure_times(plan, held)
    costs = {name: replace(cost, milliseconds=times.get(name, cost.milliseconds)) for name, cost in known.costs.items()}
    known = replace(known, costs=costs)
    write_ledger(folder, known)
    return known


def find_ledger(plan: AblationPlan, folder: Path) -> Ledger | None:
    """Return what an earlier run left in `folder`, None where there is nothing.

    Raises InputError where that is damaged, or of an ablation that differs in more than variants and seeds.
    """
    known = read_ledger(folder)
    if known is not None:
        check_same(known.identity, plan.identity())
    return known


def forget_unless_begun(folder: Path) -> bool:
    """Return whether there is anything in `folder` to go on with; where there is not, remove what there is of it."""
    known = read_ledger(folder)
    is_begun = bool(known and known.trainings) or any(folder.glob(f"{_TRAINING}*/{RunFolder(folder).checkpoint.name}"))
    if not is_begun:
        for path in folder.glob(f"{_TRAINING}*"):
            shutil.rmtree(path, ignore_errors=True)
        with suppress(OSError):
            (folder / FILE).unlink(missing_ok=True)
    return is_begun


def _open(plan: AblationPlan, folder: Path, held: Batch, resume: bool) -> Ledger:
    """Return the ledger that a run goes on from, with all that needs no training."""
    known = find_ledger(plan, folder) if resume else None
    names = tuple(variant.name for variant in plan.variants)
    if known is None:
        known = Ledger(plan.identity(), names, plan.seeds)
    else:
        variants = tuple(dict.fromkeys((*known.variants, *names)))
        known = replace(known, variants=variants, seeds=tuple(dict.fromkeys((*known.seeds, *plan.seeds))))
    if not known.references:
        first = plan.variants[0]
        untrained = _build(plan, first)
        figures = {SPREAD: measure_spread(held), UNTRAINED: measure_network(plan, first, untrained, held)}
        known = replace(known, references=figures)
    costs = {each.name: count_cost(plan, each, held) for each in plan.variants if each.name not in known.costs}
    return replace(known, costs=add_own_attention(plan, {**known.costs, **costs}))


def _build(plan: AblationPlan, variant: AblationVariant) -> Inpainter:
    """Return the network of a variant as a training begins it."""
    torch.manual_seed(0)
    network = plan.start(variant).network()
    plan.recipe.initialise(network)
    network.begin_diffused(network.diffused)
    return network.eval()


def _run_folder(folder: Path, turn: VariantTurn) -> RunFolder:
    return RunFolder(folder / f"{_TRAINING}{turn.variant.slug}-{turn.seed}")


def _take(turn: VariantTurn, plan: AblationPlan, folder: Path, known: Ledger, held: Batch, watch: Watcher) -> Ledger:
    """Make one training and measure it; raise Cancelled where the user stopped it."""
    run, record = _run_folder(folder, turn), _Record()
    request = replace(plan.request(turn.variant, turn.seed, run.path), resume=run.checkpoint.is_file())

    def listen(event: Event) -> None:
        record.note(event)
        watch(turn, event)

    try:
        train(request, [listen], in_library=False)
    except InputError:
        raise
    except StudioError as error:  # its losses were not finite: the others may be trained all the same
        return known.add(TrainedVariant(turn.variant.name, turn.seed, failed=error.plain))
    if record.done is None:
        raise Cancelled
    weights = read_header(run.last, name="last")
    network = load_network(plan.system, weights.config, weights.read(), weights.name)
    if turn.seed == known.seeds[0]:  # that the page names, also where a later run has other seeds
        write_pictures(plan, turn.variant, network, folder)
    trained = TrainedVariant(
        turn.variant.name,
        turn.seed,
        record.done.step,
        round(record.seconds, 1),
        measure_network(plan, turn.variant, network, held),
        _find_factors(network),
    )
    started = {"batch": record.batch, "machine": describe_machine(record.device), "version": __version__}
    return replace(known.add(trained), facts={**known.facts, **started})


def _find_factors(network: Inpainter) -> dict[str, float]:
    """Return the single learned numbers called gamma, by their names: how much of a block's output is added."""
    found = {name: value for name, value in network.named_parameters() if name.rpartition(".")[2] == "gamma"}
    return {name: round(float(value), 6) for name, value in found.items() if value.numel() == 1}


class _Record:
    """What the events of one training say about it."""

    def __init__(self) -> None:
        self.done: DoneEvent | None = None
        self.device, self.batch, self.seconds = "cpu", 0, 0.0

    def note(self, event: Event) -> None:
        match event:
            case StartedEvent():
                self.device, self.batch = event.device, event.batch
            case ProgressEvent():
                self.seconds = event.seconds
            case DoneEvent():
                self.done = event
