"""Suggestions for the hole: parts of the photo that were found, and that the user accepts or refuses one by one.

Nothing is changed by a search. An accepted part becomes part of the hole, as one step of the history.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.session.document import Document
from inpaint_studio.session.raster import HOLE, PHOTO, Plane, Raster, is_hole
from inpaint_studio.session.reporting import STOPPED, Status
from inpaint_studio.session.task_queue import Lane
from inpaint_studio.texts import mark, tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inpaint_studio.engine.geometry import Box

NEEDS_HOLE = "shadow"
TITLES = {  # copies from engine.masks.suggest.kinds, which is slow to import
    "shadow": mark("the shadow beside the hole"),
    "wires": mark("wires"),
    "dust": mark("dust and spots"),
    "text": mark("small text and date stamps"),
}
_MARK_FIRST = mark("Mark the thing first; then its shadow can be found.")
# The usual keys of the actions, named in the sentence that says how to answer.
_KEYS = {
    "accept-suggestion": "Y",
    "accept-suggestions": "Shift+Y",
    "refuse-suggestion": "N",
    "next-suggestion": "PgDown",
}
_LABEL = mark("Accept a suggestion")
_LABEL_ALL = mark("Accept all suggestions")


class FoundPart(NamedTuple):
    """A part that was found and waits for the answer of the user."""

    box: Box
    inside: Plane  # box.height x box.width
    outlines: tuple[NDArray[np.float64], ...]  # closed polygons, N x 2 (x, y) px of the photo


class Suggestions(QObject):
    """The search for parts of one kind at a time, and the parts that were found."""

    changed = Signal()  # the parts, or which of them is the present one
    status = Signal(object)  # Status

    def __init__(self, document: Document, background: Lane, parent: QObject | None = None) -> None:
        """`background`: the lane in which searches run."""
        super().__init__(parent)
        self._document, self._background = document, background
        self._ticket: Ticket | None = None  # of the search that runs
        self._accepted = 0  # of the present search
        self.key_of: Callable[[str], str] = _KEYS.__getitem__  # returns the key of an action
        self._kind = ""  # of the parts: a name of `TITLES`
        self.parts: tuple[FoundPart, ...] = ()
        self.index = 0  # of the present one
        document.replaced.connect(self._on_replaced)

    @property
    def is_searching(self) -> bool:
        """Whether a search runs."""
        return self._ticket is not None

    @property
    def present(self) -> FoundPart | None:
        """The part that `accept` and `refuse` are about."""
        return self.parts[self.index] if self.parts else None

    def find(self, kind: str) -> bool:
        """Look for parts of that kind, a name of `TITLES`; False, with a message, where that cannot be.

        The parts found before are dropped, and a search that runs is cancelled.
        """
        document = self._document
        if document.photo is None:
            return False
        if kind == NEEDS_HOLE and not document.has_hole:
            self.status.emit(Status.result(_MARK_FIRST, about=("hole",)))
            return False
        self._stop()
        self._show(())
        ticket = self._ticket = Ticket()
        self.status.emit(Status.working(tr("Looking for {things}… (Esc stops)", things=tr(TITLES[kind]))))
        task = partial(_find, kind, document.raster(PHOTO).copy(), is_hole(document.raster(HOLE)), ticket)
        self._background.run(task, partial(self._on_found, kind, ticket), partial(self._on_failed, ticket))
        return True

    def cancel(self) -> None:
        """Stop the search that runs."""
        if self._ticket is not None:
            self._stop()
            self.status.emit(Status.result(STOPPED))

    def drop(self) -> None:
        """Refuse all the parts that are left."""
        if self.parts:
            self._show(())
            self._report_end()

    def accept(self) -> None:
        """Make the present part a part of the hole, as one step, and go on to the next; nothing during a stroke."""
        part = self.present
        if part is None or self._document.live is not None:
            return
        self._add(part)
        self._remove_present()

    def accept_all(self) -> None:
        """Make all parts that are left a part of the hole, as one step; nothing during a stroke."""
        if not self.parts or self._document.live is not None:
            return
        with self._document.group(tr(_LABEL_ALL)):
            for part in self.parts:
                self._add(part)
        self._show(())
        self._report_end()

    def _add(self, part: FoundPart) -> None:
        there = self._document.raster(HOLE)[part.box.slices]
        self._document.apply(tr(_LABEL), HOLE, part.box, np.where(part.inside, np.uint8(255), there))
        self._accepted += 1

    def refuse(self) -> None:
        """Drop the present part, and go on to the next."""
        if self.parts:
            self._remove_present()

    def step(self, by: int) -> None:
        """Make the part `by` places further on the present one; after the last comes the first."""
        if self.parts:
            self.index = (self.index + by) % len(self.parts)
            self._report_present()
            self.changed.emit()

    def _remove_present(self) -> None:
        rest = self.parts[: self.index] + self.parts[self.index + 1 :]
        self._show(rest, min(self.index, len(rest) - 1))
        if rest:
            self._report_present()
        else:
            self._report_end()

    def _show(self, parts: tuple[FoundPart, ...], index: int = 0) -> None:
        self.parts, self.index = parts, max(0, index)
        self.changed.emit()

    def _report_present(self) -> None:
        title = tr(TITLES[self._kind])
        text = tr(
            "{things}: suggestion {index} of {count}.",
            things=title[0].upper() + title[1:],
            index=self.index + 1,
            count=len(self.parts),
        )
        self.status.emit(Status.result(text, self._how_to(), about=("suggestions",)))

    def _how_to(self) -> str:
        accept, every, refuse, after = map(self.key_of, _KEYS)
        if not (accept and refuse):
            return tr("The Suggest menu accepts and refuses.")
        if len(self.parts) == 1 or not (every and after):
            return tr("{accept} accepts, {refuse} refuses.", accept=accept, refuse=refuse)
        return tr(
            "{accept} accepts, {every} accepts all, {refuse} refuses, {after} shows the next, Esc drops all.",
            accept=accept,
            every=every,
            refuse=refuse,
            after=after,
        )

    def _report_end(self) -> None:
        number = self._accepted
        text = (
            tr("No suggestion was accepted.") if number == 0 else tr("Suggestions accepted: {number}.", number=number)
        )
        self.status.emit(Status.result(text))

    def _stop(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
            self._ticket = None

    def _on_found(self, kind: str, ticket: Ticket, parts: tuple[FoundPart, ...]) -> None:
        if ticket is not self._ticket:
            return
        self._ticket, self._accepted, self._kind = None, 0, kind
        self._show(parts)
        if parts:
            self._report_present()
        else:
            self.status.emit(Status.result(tr("Nothing was found when looking for {things}.", things=tr(TITLES[kind]))))

    def _on_failed(self, ticket: Ticket, sentence: str) -> None:
        if ticket is self._ticket:
            self._ticket = None
            self.status.emit(Status.result(sentence))

    @Slot()
    def _on_replaced(self) -> None:
        self._stop()
        self._show(())


def _find(kind: str, photo: Raster, hole: Plane, ticket: Ticket) -> tuple[FoundPart, ...]:
    """Look for parts. Imports OpenCV, which is slow. Raises Cancelled."""
    from inpaint_studio.engine.masks.suggest.kinds import find
    from inpaint_studio.engine.masks.suggest.suggestion import find_outlines

    return tuple(FoundPart(each.box, each.inside, find_outlines(each)) for each in find(kind, photo, hole, ticket))
