"""Fill one photo of a batch: open it, find its hole, fill and save it. Errors become the outcome."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING

import numpy as np

from inpaint_studio import memory_limit
from inpaint_studio.engine.batch.job import BatchJob, HowToFill, Outcome, digest_file
from inpaint_studio.engine.fill.request import FILLER
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.fill.warm_up import trial_request
from inpaint_studio.engine.filled_photo import (
    join_notes,
    request_for,
    save_result,
    shape_hole,
    transparent_coverage,
)
from inpaint_studio.engine.masks.interpret import looks_inverted, share
from inpaint_studio.engine.masks.read import check_size, read_mask_file
from inpaint_studio.engine.masks.shape import INSIDE, invert
from inpaint_studio.engine.masks.suggest.kinds import KINDS, find
from inpaint_studio.engine.masks.suggest.suggestion import join
from inpaint_studio.engine.model_library import model_library
from inpaint_studio.engine.photo import encoding
from inpaint_studio.engine.photo.photo import Photo, open_photo
from inpaint_studio.engine.ticket import PartialTicket
from inpaint_studio.errors import Cancelled, InputError, StudioError
from inpaint_studio.models.base.interface import AUTO
from inpaint_studio.opencv import cv2
from inpaint_studio.texts import join_facts, tr

if TYPE_CHECKING:
    from inpaint_studio.models.base.interface import Bytes, TicketLike

_FOUND = 0.2  # share of the progress for suggestions, where they are looked for


def prepare(how: HowToFill, ticket: TicketLike) -> None:
    """Load what the fills need, so that it does not count as the first photo's time. Raises Cancelled.

    What does not work is left to the fills, which say so.
    """
    if how.options.threads is not None:
        cv2.setNumThreads(how.options.threads)  # it takes all cores else, as each of the other workers would
    try:
        model = model_library().get(FILLER if how.model == AUTO else how.model)
        if model.traits.needs_weights:
            fill(trial_request(model.traits, how.options), ticket)
        else:
            model.warm_up(ticket)
    except Cancelled:
        raise
    except Exception:
        return


def fill_one(job: BatchJob, how: HowToFill, ticket: TicketLike) -> Outcome:
    """Do one job. Only Cancelled is raised: whatever else happens is the outcome, so that the others go on."""
    started = time.perf_counter()
    try:
        if job.fault:
            return Outcome("failed", reason=job.fault)
        outcome = _fill(job, how, ticket)
    except Cancelled:
        raise
    except StudioError as error:
        outcome = Outcome("failed", reason=str(error))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        outcome = Outcome("failed", reason=tr("{name} could not be read: {reason}.", name=job.name, reason=reason))
    except Exception as error:  # a fault of the program, or a plug-in's: the other photos do not suffer from it
        if memory_limit.is_exhausted(error):
            reason = tr("There is not enough memory for this; scale the photo down or close other programs.")
        else:
            reason = tr("This is a fault of the program: {reason}", reason=f"{type(error).__name__}: {error}")
        outcome = Outcome("failed", reason=reason)
    return outcome._replace(seconds=time.perf_counter() - started)


def _fill(job: BatchJob, how: HowToFill, ticket: TicketLike) -> Outcome:
    key = how.key(digest_file(job.photo), "" if job.mask is None else digest_file(job.mask))
    photo = open_photo(job.photo)
    searched = _FOUND if how.suggest else 0.0
    coverage, notes = _find_hole(job, how, photo, PartialTicket(ticket, 0.0, searched))
    _make_folder(job)
    if not coverage.any():
        return _copy(job, key, notes)
    request = request_for(photo, coverage, how.model, how.options)
    result = fill(request, PartialTicket(ticket, searched, 1.0))
    notes = join_notes(photo.notes, notes, result.notes, save_result(photo, result, job.output))
    made = join_facts((result.name_fillers({}), *result.choices))
    return Outcome("filled", made=made, notes=notes, key=key, digest=digest_file(job.output))


def _find_hole(job: BatchJob, how: HowToFill, photo: Photo, ticket: TicketLike) -> tuple[Bytes, tuple[str, ...]]:
    """Return the hole as coverage, H x W, and sentences about it; nothing is marked where there is nothing to do."""
    coverage: Bytes = np.zeros(photo.size, np.uint8)
    notes: tuple[str, ...] = ()
    if job.mask is not None:
        coverage, notes = _read_mask(job, how, photo)
    elif not how.suggest:
        try:
            coverage = transparent_coverage(photo)
        except InputError as error:
            raise InputError(
                tr("There is no mask for {name}, and it has no transparent part.", name=job.name)
            ) from error
    for number, kind in enumerate(how.suggest):
        marked = coverage >= INSIDE
        if KINDS[kind].needs_hole and not marked.any():
            continue
        step = PartialTicket(ticket, number / len(how.suggest), (number + 1) / len(how.suggest))
        parts = find(kind, photo.pixels, marked, step)
        coverage = np.where(join(parts, photo.size), np.uint8(255), coverage)
    return shape_hole(coverage, how.grow, how.feather), notes


def _read_mask(job: BatchJob, how: HowToFill, photo: Photo) -> tuple[Bytes, tuple[str, ...]]:
    assert job.mask is not None
    read = read_mask_file(job.mask)
    check_size(read.coverage.shape, photo.size)
    coverage = invert(read.coverage) if how.invert else read.coverage
    if not looks_inverted(coverage):
        return coverage, read.notes
    percent = f"{100 * share(coverage):.0f}"
    note = tr("{percent} % of the photo was filled; perhaps the mask is inverted.", percent=percent)
    return coverage, (*read.notes, note)


def _make_folder(job: BatchJob) -> None:
    folder = job.output.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(tr("The folder {folder} was not made: {reason}.", folder=folder, reason=reason)) from error


def _copy(job: BatchJob, key: str, notes: tuple[str, ...]) -> Outcome:
    """Copy the file as it is, as there is nothing to fill: the folder of the results has every photo."""
    output = job.output.with_suffix(job.photo.suffix)
    if output != job.output:
        note = tr("There is nothing to fill; nothing was saved, as the format cannot be written.")
        return Outcome("unchanged", notes=(*notes, note))
    with job.photo.open("rb") as source, encoding.open_replacement(job.output) as file:
        shutil.copyfileobj(source, file)
    note = tr("There is nothing to fill; the photo was copied as it is.")
    return Outcome("unchanged", notes=(*notes, note), key=key, digest=digest_file(job.output))
