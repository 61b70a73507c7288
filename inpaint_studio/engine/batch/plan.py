"""Plan a batch: one job for each photo, with its mask and the file that gets the result."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from inpaint_studio.engine.batch.find import FoundPhoto, find_photos
from inpaint_studio.engine.batch.job import BatchJob
from inpaint_studio.engine.batch.pairs import SUFFIX, MaskFinder, leave_out_masks, may_be_transparent
from inpaint_studio.engine.photo import formats
from inpaint_studio.errors import InputError
from inpaint_studio.texts import tr

_INSTEAD = ".png"  # for formats that cannot be saved; it keeps every pixel


def plan_batch(
    photos: Sequence[str | Path],
    output: Path,
    masks: Path | None = None,
    suffix: str = SUFFIX,
    suggested: bool = False,
) -> list[BatchJob]:
    """List the jobs of a batch in the order of the photos.

    `photos` are files, folders and patterns (see `find_photos`), `masks` a folder of masks or one mask for all (None:
    they lie beside the photos and end in `suffix`). `suggested`: parts of the photos are looked for, so that none needs
    a mask. What cannot be done gets a fault; the rest is done all the same. Raises InputError where nothing is found,
    and where a result would replace a photo or a mask.
    """
    if output.exists() and not output.is_dir():
        raise InputError(tr("{name} is not a folder; name the folder for the results.", name=output))
    left_out = [output] + ([masks] if masks is not None and masks.is_dir() else [])
    named = [each for each in photos if Path(each).is_dir()]
    left_out = [folder for folder in left_out if not any(_is_same(folder, Path(each)) for each in named)]
    found = find_photos(photos, left_out)
    finder = MaskFinder(found, masks, suffix)
    jobs = [_plan(photo, output, finder, suggested) for photo in leave_out_masks(found, finder)]
    if not jobs:
        raise InputError(tr("There are no photos, only masks; check the names."))
    inputs = {path.resolve() for job in jobs for path in (job.photo, job.mask) if path is not None}
    for job in jobs:
        if job.output.resolve() in inputs:
            name = job.output.name
            raise InputError(tr("The result would replace the file {name}; choose another folder.", name=name))
    return _refuse_doubles(jobs)


def _plan(photo: FoundPhoto, output: Path, finder: MaskFinder, suggested: bool) -> BatchJob:
    target = formats.format_of(photo.place)
    place = photo.place if target is not None and target.writable else photo.place.with_suffix(_INSTEAD)
    job = BatchJob(photo.path, output / place, fault=photo.fault, size=_size(photo.path))
    if job.fault:
        return job
    try:
        mask = finder.find(photo)
    except InputError as error:
        return _with_fault(job, error.plain)
    if mask is None and not suggested and not may_be_transparent(photo.path):
        return _with_fault(job, tr("There is no mask for {name}.", name=photo.path.name))
    return BatchJob(job.photo, job.output, mask, size=job.size)


def _refuse_doubles(jobs: list[BatchJob]) -> list[BatchJob]:
    """Give a fault to each job whose result would replace that of one before it."""
    taken: dict[str, BatchJob] = {}
    checked = []
    for job in jobs:
        first = job if job.fault else taken.setdefault(os.path.normcase(job.output.absolute()), job)
        if first is not job:
            text = tr("Its result would replace that of {name}; rename one of them.", name=str(first.photo))
            job = _with_fault(job, text)
        checked.append(job)
    return checked


def _with_fault(job: BatchJob, fault: str) -> BatchJob:
    return BatchJob(job.photo, job.output, job.mask, fault, job.size)


def _size(path: Path) -> int:
    try:
        return max(1, path.stat().st_size)
    except OSError:
        return 1


def _is_same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()
