"""Label maps from files and to files, for the document's photo."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from inpaint_studio.models.base.interface import LabelClass
from inpaint_studio.session.document import Document
from inpaint_studio.session.fill_controller import FillController
from inpaint_studio.session.label_palette import LabelPalette
from inpaint_studio.session.model_choice import ModelChoice
from inpaint_studio.session.raster import LABELS, PREDICTED, Raster, whole
from inpaint_studio.session.reporting import Status
from inpaint_studio.session.task_queue import Lane
from inpaint_studio.texts import mark, tr

if TYPE_CHECKING:
    from inpaint_studio.engine.photo.label_map import LabelMap

NO_LABELS = mark("There are no labels to save; paint some, or let a model predict them.")
_STEP = mark("Import labels")


class LabelFiles(QObject):
    """Reads label maps into the document, and writes its labels."""

    failed = Signal(str)  # a sentence; the document is unchanged
    status = Signal(object)  # Status
    imported = Signal()  # a label map is in the document

    def __init__(
        self,
        document: Document,
        models: ModelChoice,
        fills: FillController,
        palette: LabelPalette,
        files: Lane,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._models, self._fills = document, models, fills
        self._palette, self._files = palette, files

    def read(self, path: Path) -> None:
        """Read a label map, which replaces what is painted; a message or `failed` follows."""
        photo, chosen = self._document.photo, self._models.chosen
        if photo is None:
            return
        known, title = ((), "") if chosen is None else (chosen.traits.classes, chosen.title)

        def done(read: tuple[LabelMap, int]) -> None:
            if self._document.photo is photo:
                self._apply(path.name, *read)

        work = partial(_read, path, self._document.size, known, title)
        self._files.run(work, done, self.failed.emit)

    def save(self, path: Path) -> None:
        """Write the labels that are painted, and where none are those predicted, or followed by the fill shown."""
        numbers, classes = self._collect()
        if not numbers.any():
            self.status.emit(Status.result(NO_LABELS, about=("labels", "fill")))
            return

        def done(_: None) -> None:
            self.status.emit(Status.result(tr("Saved {name}.", name=path.name)))

        work = partial(_write, path, numbers, classes)
        self._files.run(work, done, self.failed.emit, must_finish=True)

    def _collect(self) -> tuple[Raster, tuple[LabelClass, ...]]:
        """Return the numbers of classes to save, H x W, and the classes that they belong to.

        The labels of a fill by a model with other classes are left out, unless there are no others.
        """
        painted, predicted = (self._document.raster(name) for name in (LABELS, PREDICTED))
        numbers: Raster = np.where(painted != 0, painted, predicted)
        classes, shown = self._palette.classes, self._fills.shown
        if shown is None or not shown.labels:
            return numbers, classes
        followed = self._palette.classes_of(shown.filler)
        if followed == classes or not numbers.any():
            classes = followed
            for box, part in shown.labels:
                there = numbers[box.slices]
                np.copyto(there, part, where=shown.hole.part(box) & (there == 0))
        return numbers, classes

    def _apply(self, name: str, found: LabelMap, count: int) -> None:
        document = self._document
        if document.live is not None:
            self.status.emit(
                Status.result(tr("{name} was not imported, as something was being drawn; import it again.", name=name))
            )
            return
        if self._palette.is_own:
            self._palette.use(found.classes)
        there = document.raster(LABELS)
        document.apply(tr(_STEP), LABELS, whole(there), found.numbers)
        self.imported.emit()
        classes = tr("{n} classes", count)
        self.status.emit(
            Status.result(
                tr("{name} was imported as labels, with {classes}.", name=name, classes=classes), *found.notes
            )
        )


def _read(path: Path, size: tuple[int, int], known: tuple[LabelClass, ...], title: str) -> tuple[LabelMap, int]:
    """Return the label map in the numbers of the classes `known`, and how many classes it has."""
    from inpaint_studio.engine.photo.label_map import match_classes, read_label_map
    from inpaint_studio.errors import InputError

    found = match_classes(read_label_map(path, size), known, title, path.name)
    used = np.unique(found.numbers)
    if not used.any():
        raise InputError(tr("{name} has no class at any pixel; 0 means that nothing is known.", name=path.name))
    return found, int(np.count_nonzero(used))


def _write(path: Path, numbers: Raster, classes: tuple[LabelClass, ...]) -> None:
    from inpaint_studio.engine.photo.label_map import write_label_map

    write_label_map(path, numbers, classes)
