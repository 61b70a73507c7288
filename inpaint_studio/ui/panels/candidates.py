"""The panel with the candidates of the newest fill in effect: see and choose among them, keep, delete and make some."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.candidates import MAX_CANDIDATES, Candidate
from inpaint_studio.session.raster import PHOTO
from inpaint_studio.session.screen_colours import convert, to_screen
from inpaint_studio.session.session import Session
from inpaint_studio.texts import join_facts, tr
from inpaint_studio.ui.elided_label import ElidedLabel
from inpaint_studio.ui.panels.section import make_soft, soft_label
from inpaint_studio.ui.panels.thumbnail import SIDE, Thumbnail

_IN_A_ROW = 4
_GAP = 8
_MORE = 4  # candidates that a button makes at once
_PIXEL_DENSITY = 3  # image px for each logical px of a thumbnail, for screens of high density


class CandidatesPanel(QWidget):
    """The candidates as thumbnails; where more are kept than fit, those near the one in the photo."""

    done = Signal()
    all_models_requested = Signal()
    compare_requested = Signal(int)  # with the candidate of that index
    preview_requested = Signal(int)  # of the candidate of that index, on the photo; -1: no more
    more_requested = Signal(int)  # so many candidates
    described = Signal(str)  # a text: which candidate is in the photo

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._images: dict[int, tuple[object, QImage]] = {}  # by id(); keeping the candidate keeps its id unique
        self._first = 0
        self._compared = -1  # the index of the candidate at the right of the split
        self._listed: tuple[list[Candidate], int] = ([], -1)  # the candidates, and the index of the one in the photo
        self._pointed_at: tuple[int, Candidate] | None = None  # the place pointed at, and the candidate it had then
        self._text = self._details = ""
        self._empty = soft_label(tr("Fills of the same hole are kept here,\nto choose among them."))
        self.thumbnails = [Thumbnail() for _ in range(MAX_CANDIDATES)]
        strip = QWidget()
        strip.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        strip.setMinimumHeight(SIDE)
        grid = QGridLayout(strip)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(_GAP)
        grid.setColumnStretch(_IN_A_ROW, 1)
        for place, thumbnail in enumerate(self.thumbnails):
            thumbnail.clicked.connect(lambda _=False, place=place: self._on_clicked(place))
            thumbnail.pointed_at.connect(partial(self._on_pointed_at, place))
            grid.addWidget(thumbnail, place // _IN_A_ROW, place % _IN_A_ROW)
        grid.addWidget(self._empty, 0, 0, 1, _IN_A_ROW + 1)
        self.details = ElidedLabel(120)
        make_soft(self.details)
        self.keep = self._button(tr("Keep"), tr("Keep this candidate however many others come"))
        self.keep.setCheckable(True)
        self.keep.clicked.connect(self._on_keep)
        self.delete = self._button(tr("Delete"), tr("Delete this candidate; its neighbour takes its place"))
        self.delete.clicked.connect(self._on_delete)
        self.more = self._button(
            tr("{more} more", more=_MORE),
            tr("Fill with the next {more} seeds, to choose among all of them", more=_MORE),
        )
        self.more.setAccessibleName(tr("Make {more} more candidates", more=_MORE))
        self.more.clicked.connect(partial(self.more_requested.emit, _MORE))
        self.all_models = self._button(tr("All models"), tr("Fill with every model that is ready"))
        self.all_models.setAccessibleName(tr("Fill with all models"))
        self.all_models.clicked.connect(self.all_models_requested)
        session.queue.changed.connect(self._show_queue)
        session.fills.waitingChanged.connect(self._show_queue)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        buttons = QHBoxLayout()
        buttons.setSpacing(_GAP)
        for button in (self.keep, self.delete, self.more, self.all_models):
            buttons.addWidget(button)
        column.addLayout(buttons)  # above the rows, so that they stay where they are when candidates come
        column.addWidget(strip)
        column.addWidget(self.details)
        session.models.changed.connect(self._show_again)  # titles
        session.fills.candidatesChanged.connect(self._show)
        self._show(session.fills.candidate_index, session.fills.candidate_count)

    @property
    def text(self) -> str:
        """A text that says which candidate is in the photo, or ""."""
        return self._text

    def show_compared(self, index: int) -> None:
        """Mark the candidate of that index as the one at the right of the split; -1: nothing is compared."""
        self._compared = index
        self._show_again()

    def _show(self, index: int, count: int) -> None:
        candidates = self._session.fills.candidates
        self._images = {key: held for key, held in self._images.items() if any(held[0] is c for c in candidates)}
        self._first = max(0, min(index - MAX_CANDIDATES // 2, count - MAX_CANDIDATES))
        self._end_old_preview(list(candidates), index)
        for place, thumbnail in enumerate(self.thumbnails):
            number = self._first + place
            thumbnail.setVisible(number < count)
            if number < count:
                candidate = candidates[number]
                if id(candidate) not in self._images:
                    self._images[id(candidate)] = (candidate, self._render_hole(number))
                thumbnail.image = self._images[id(candidate)][1]
                thumbnail.kept = candidate.kept
                thumbnail.setChecked(number == index)
                sides = {self._compared: "right", index: "left"} if self._compared >= 0 else {}
                thumbnail.side = sides.get(number, "")
                name = tr("Candidate {number}: {describe}", number=number + 1, describe=self._describe(candidate))
                thumbnail.setToolTip(
                    tr("{name} (click: choose; Shift+click: compare with the chosen one; , and . step)", name=name)
                )
                thumbnail.setAccessibleName(name)
            thumbnail.update()
        self._empty.setVisible(not count)
        self._text = (
            tr("{index} of {count}, seed {seed}", index=index + 1, count=count, seed=candidates[index].seed)
            if count
            else ""
        )
        self.described.emit(self._text)
        self._details = self._describe(candidates[index]) if count else ""
        self._show_queue()
        self.keep.setEnabled(count > 0)
        self.keep.setChecked(count > 0 and candidates[index].kept)
        self.delete.setEnabled(count > 1)

    def _show_queue(self) -> None:
        queue = self._session.queue
        self.all_models.setText(tr("Cancel") if queue.running else tr("All models"))
        waiting = self._session.fills.waiting
        self.details.set_text(
            queue.text if queue.running else tr("{waiting} more to come", waiting=waiting) if waiting else self._details
        )

    def _show_again(self) -> None:
        self._show(self._session.fills.candidate_index, self._session.fills.candidate_count)

    def _describe(self, candidate: Candidate) -> str:
        """Name the model, the seed and the time of a candidate, and what was done otherwise than usual."""
        filler = self._session.models.titles(candidate.filler)
        parts = (
            filler,
            tr("seed {seed}", seed=candidate.seed),
            tr("{seconds:.1f} s", seconds=candidate.seconds),
            *candidate.choices,
        )
        return join_facts(parts)

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("low", "true")
        button.setProperty("narrow", "true")
        button.setToolTip(tip)
        button.setAccessibleName(tr("{text} the candidate", text=text))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _on_keep(self, keep: bool) -> None:
        self._session.fills.keep_candidate(self._session.fills.candidate_index, keep)
        self.done.emit()

    def _on_delete(self) -> None:
        self._session.fills.delete_candidate(self._session.fills.candidate_index)
        self.done.emit()

    def _on_clicked(self, place: int) -> None:
        number = self._first + place
        if self.thumbnails[place].shift:
            self.compare_requested.emit(number)
        else:
            self._session.fills.show_candidate(number)
        self._show_again()  # the button has marked or unmarked itself
        self.done.emit()

    def _on_pointed_at(self, place: int, pointed_at: bool) -> None:
        number, candidates = self._first + place, self._session.fills.candidates
        self._pointed_at = (place, candidates[number]) if pointed_at and number < len(candidates) else None
        self.preview_requested.emit(-1 if self._pointed_at is None else number)

    def _end_old_preview(self, candidates: list[Candidate], index: int) -> None:
        """End the preview where another candidate has come under the pointer, or where another one was chosen."""
        before, self._listed = self._listed, (candidates, index)
        if self._pointed_at is None:
            return
        place, previewed = self._pointed_at
        there = candidates[self._first + place : self._first + place + 1]
        chosen = candidates == before[0] and index != before[1]
        if there != [previewed] or chosen:
            self._on_pointed_at(place, False)

    def _render_hole(self, number: int) -> QImage:
        """Render a square image of the hole with some of its surroundings, with that candidate in it."""
        photo = self._session.document.raster(PHOTO)
        box = self._session.fills.last_box
        if box is None:
            return QImage()
        square = _square(box, photo.shape[0], photo.shape[1])
        step = max(1, min(square.height, square.width) // (SIDE * _PIXEL_DENSITY))
        picture = self._session.fills.picture(number, square)
        part = convert(np.ascontiguousarray(picture[::step, ::step, :3]), to_screen(self._session.document.colours))
        height, width = part.shape[:2]
        return QImage(part.data, width, height, 3 * width, QImage.Format.Format_RGB888).scaled(
            SIDE * _PIXEL_DENSITY,
            SIDE * _PIXEL_DENSITY,
            Qt.AspectRatioMode.KeepAspectRatioByExpanding,
            Qt.TransformationMode.SmoothTransformation,
        )


def _square(box: Box, height: int, width: int) -> Box:
    """Make a square round `box` with a fifth more on every side, moved into the photo and clipped to it."""
    side = round(1.4 * max(box.height, box.width, 8))
    top = (box.top + box.bottom - side) // 2
    left = (box.left + box.right - side) // 2
    top = max(0, min(top, height - side))
    left = max(0, min(left, width - side))
    return Box(top, left, top + side, left + side).clip(height, width)
