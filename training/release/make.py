"""Make one shipped set of weights: choose its photos, run its stages, measure it, write it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import torch

from inpaint_studio import paths
from inpaint_studio.engine.weights.metadata import read_header
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.checkpoint_format import Weights
from training.release import collection, export, stages
from training.release.collection import CreditedPhoto
from training.release.held_out import measure_set
from training.release.plan import Course, Machine, ReleasePlan, read_plan
from training.release.stages import Report, SetProgress, StageRecord

_NOTHING = SetProgress((), None, False)


@dataclass(frozen=True)
class MakeOptions:
    """What the user chose; None leaves it to the program."""

    name: str
    photos: Path | None = None  # folder with an index.csv
    output: Path | None = None  # folder of the run
    minutes: float | None = None
    stages: Machine | None = None
    scratch: bool = False  # whether the set that ships now is left aside
    export_only: bool = False
    file: Path | None = None  # to export instead of what the run has
    done: int | None = None  # stages that `file` had


def default_photos() -> Path:
    """Return the folder of photos where none is named (not created here)."""
    return paths.data_dir() / "release-photos"


def make(options: MakeOptions, report: Report) -> Weights | None:
    """Make the set; return what was written, or None where nothing was. Raises StudioError.

    `report` gets a line now and then.
    """
    if options.file is not None and not options.export_only:
        raise InputError("--from names weights to write; use it with --export-only.")
    plan = read_plan(options.name)
    course = plan.course(options.stages or ("cuda" if torch.cuda.is_available() else "processor"))
    folder = (options.output or paths.data_dir() / "release" / plan.name).absolute()
    found = collection.read_photos((options.photos or default_photos()).absolute())
    used = collection.link(collection.choose(found, plan.classes, plan.others), folder / "photos")
    if options.file is not None:
        done = len(course.stages) if options.done is None else options.done
        return _write(plan, course, SetProgress(_planned(course, done), options.file, True), used, folder, report)
    start = _NOTHING if options.scratch else _find_start(plan, course, folder, report)
    if options.export_only:
        return _write(plan, course, stages.find_progress(course, folder, start), used, folder, report)
    progress = stages.run_stages(plan, course, folder / "photos", folder, start, options.minutes, report)
    if not progress.whole:
        report("Stopped. The same command goes on from here; with --export-only it writes what there is.")
        return None
    if len(start.records) == len(course.stages):
        report(f"All stages of '{plan.name}' are done: add one to its plan, or begin again with --scratch.")
        return None
    return _write(plan, course, progress, used, folder, report)


def _find_start(plan: ReleasePlan, course: Course, folder: Path, report: Report) -> SetProgress:
    """Return the whole stages that the set that ships now had, and its weights.

    None where this folder has a run from its first stage on, or where the set is another network, which is reported.
    Raises WeightsError where the set is damaged.
    """
    if stages.stage_folder(folder, course, 0).path.is_dir():
        return _NOTHING
    shipped = export.find_shipped(plan.name)
    if shipped is None:
        return _NOTHING
    if shipped.facts.get(export.COURSE_FACT) != course.machine or not export.is_built_like(shipped, course.config):
        report(f"The '{plan.name}' that ships now is built in another way than these stages, so they begin at nothing.")
        return _NOTHING
    known = zip(stages.parse_records(shipped.facts.get("stages", "")), course.stages, strict=False)
    whole = tuple(record for record, _ in takewhile(lambda each: each[0].steps >= each[1].steps, known))
    return SetProgress(whole, shipped.path, len(whole) == len(course.stages))


def _planned(course: Course, done: int) -> tuple[StageRecord, ...]:
    """Return the first `done` stages as if they were run. Raises InputError where there are not so many."""
    if not 0 < done <= len(course.stages):
        raise InputError(f"--done must be from 1 to {len(course.stages)}, the number of stages.")
    return tuple(StageRecord(each.title, each.size, each.batch, each.steps) for each in course.stages[:done])


def _write(
    plan: ReleasePlan,
    course: Course,
    progress: SetProgress,
    used: list[CreditedPhoto],
    folder: Path,
    report: Report,
) -> Weights:
    if progress.weights is None:
        raise InputError(f"Nothing was trained in {folder} yet, so there is nothing to write.")
    # The files of a run have names that no set may have, such as step-000278-psnr-20.0428.
    weights = read_header(progress.weights, name=plan.name)
    report("Measuring on photos that were held out.")
    figures = measure_set(weights, folder / "photos")
    written = export.write_shipped(plan, course, export.TrainedSet(weights, progress.records, used, figures))
    report(f"{figures.describe()[:1].upper()}{figures.describe()[1:]}")
    report(f"Written: {written.path} ({written.path.stat().st_size / 1e6:.1f} MB).")
    return written
