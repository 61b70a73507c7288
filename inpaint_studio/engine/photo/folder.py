"""Find the usable photos of a folder by their headers, before a training reads them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from inpaint_studio.engine.photo import decoding, formats
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import InputError, PhotoError
from inpaint_studio.protocol.run_folder import is_sample
from inpaint_studio.texts import tr

LEAST = 64  # px of the shorter side; nothing can be learnt from smaller images
FEW = 20  # with fewer photos a training gets better on these alone
LABEL_MARK = ".labels"  # before the suffix, of a label map that lies beside its photo
HELD_OUT = (0.1, 64)  # share of the photos for validation, and the largest number of them


class Survey(NamedTuple):
    """The photos of a folder."""

    photos: list[Path]  # usable ones, in order of their paths
    skipped: list[tuple[Path, str]]  # images that cannot be used, and why
    shards: tuple[Path, ...] = ()  # WebDataset shards at its top level; used if there is no usable photo


def survey(folder: Path, ticket: Ticket | None = None) -> Survey:
    """Search `folder` and all folders in it for photos; only headers are read.

    Hidden files and folders are left out. So are the samples that a training wrote, which are fills, and copies of
    photos for validation, and label maps that are called NAME.labels.png. Raises InputError where it is no folder or
    may not be read, and Cancelled.
    """
    if not folder.is_dir():
        raise InputError(tr("There is no folder {folder}; choose the folder that holds the photos.", folder=folder))
    found: list[Path] = []

    def refuse(error: OSError) -> None:
        if Path(error.filename or "") == folder:
            raise InputError(tr("The folder {folder} may not be read.", folder=folder)) from error

    for place, folders, files in os.walk(folder, onerror=refuse):
        if ticket is not None:
            ticket.report(0.0, tr("Looking for photos, {count} so far", count=len(found)))
        folders[:] = sorted(name for name in folders if name[0] != ".")
        images = [Path(place, name) for name in sorted(files) if name[0] != "." and formats.format_of(name)]
        found += [path for path in images if not is_sample(path) and not path.stem.lower().endswith(LABEL_MARK)]
    photos, skipped = [], []
    for number, path in enumerate(sorted(found)):
        if ticket is not None and number % 32 == 0:
            ticket.report(
                number / len(found), tr("Looking at photo {number} of {count}", number=number + 1, count=len(found))
            )
        try:
            with decoding.explain_errors(path):
                image = decoding.open_image(path)
                size = image.size
                image.close()
        except PhotoError as error:
            skipped.append((path, str(error)))
            continue
        if min(size) < LEAST:
            skipped.append((path, tr("{name} is smaller than {least} px.", name=path.name, least=LEAST)))
        else:
            photos.append(path)
    return Survey(photos, skipped, shards_in(folder))


def shards_in(folder: Path) -> tuple[Path, ...]:
    """Return the tar files of `folder` itself, sorted by name; none if it may not be read."""
    try:
        found = sorted(path for path in folder.iterdir() if path.name[0] != "." and path.suffix.lower() == ".tar")
        return tuple(path for path in found if path.is_file())
    except OSError:
        return ()


def note_on(count: int) -> str:
    """Return a sentence if `count` photos are too few for a training, else an empty string."""
    if count == 1:
        return tr("There is one photo only: two thirds of it are learnt and the rest measures; add photos.")
    if count < FEW:
        few = tr("{count} photos are few, and the network may get better on these alone", count=count)
        return tr("{few}; {few_2} or more of the same kind would help.", few=few, few_2=FEW)
    return ""
