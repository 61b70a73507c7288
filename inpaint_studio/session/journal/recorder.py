"""Follows a document and has each step of its history written to its journal, in the background."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Signal, Slot

from inpaint_studio.session.journal.stacks import Stacks
from inpaint_studio.session.journal.writer import JournalBase, JournalWriter, StepBatch
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from inpaint_studio.engine.photo.photo import Photo
    from inpaint_studio.session.document import Document
    from inpaint_studio.session.history import Command
    from inpaint_studio.session.task_queue import TaskQueue

LANE, SYNC_LANE = "journal", "journal sync"
HANDOVER = 0.25  # s that a stroke waits at most to be written; it takes some ms, unless the disk hangs
SMALL = 8 << 20  # bytes of a stroke: what is larger does not wait
LAST_WAIT = 5.0  # s at the end


def _base_of(photo: Photo) -> JournalBase:
    return JournalBase(photo.path, photo.stored, grey=photo.grey, kind=photo.meta.format)


class Recorder(QObject):
    """Writes the journal of a document. Where that fails, painting goes on, and the next step tries again."""

    failed = Signal(str)  # a sentence, once: what is done from now on may be lost

    def __init__(
        self, document: Document, queue: TaskQueue, root: Callable[[], Path], parent: QObject | None = None
    ) -> None:
        """`root`: the folder of all journals; `queue` runs what waits for the disk."""
        super().__init__(parent)
        self._document, self._queue, self._root = document, queue, root
        self._base: JournalBase | None = None
        self._writer: JournalWriter | None = None
        self._next: tuple[JournalWriter, Stacks] | None = None
        self._known, self._written = Stacks(), Stacks()  # what was sent to the disk, and what is there
        self._numbers: WeakKeyDictionary[Command, int] = WeakKeyDictionary()
        self._counter = itertools.count(1)
        self._faults = 0
        self._has_failed = self._is_slow = False
        self._closed = False
        document.replaced.connect(self._on_replaced)
        document.historyChanged.connect(self.write)

    def go_on_with(self, writer: JournalWriter, stacks: Stacks) -> None:
        """Go on with this journal as soon as its photo is in the document, where `stacks` are its steps."""
        self._next = writer, stacks

    @Slot()
    def _on_replaced(self) -> None:
        self._leave(delete=True)
        photo = self._document.photo
        self._base = None if photo is None else _base_of(photo)
        path = None if photo is None or photo.path is None else str(photo.path)
        self._writer, self._known = self._next or (None, Stacks(path=path))
        self._next, self._written, self._faults = None, self._known, 0
        self._renumber()

    def _renumber(self) -> None:
        """Note which steps have records."""
        entries = (*self._known.done, *self._known.undone)
        steps = {entry.command(): entry.number for entry in entries}
        self._numbers = WeakKeyDictionary({step: number for step, number in steps.items() if step is not None})
        self._counter = itertools.count(max((entry.number for entry in entries), default=0) + 1)

    @Slot()
    def write(self) -> None:
        """Have written what has changed since it was called last; nothing while steps change places."""
        document = self._document
        if self._closed or document.photo is None or document.history.rearranging or self._base is None:
            return
        new: list[tuple[int, Command]] = []

        def number_of(command: Command) -> int:
            number = self._numbers.get(command)
            if number is None:
                number = self._numbers[command] = next(self._counter)
                new.append((number, command))
            return number

        path = None if document.photo.path is None else str(document.photo.path)
        stacks, state = self._known.follow(document.history, path, number_of)
        if stacks == self._known or (self._writer is None and not stacks.done and not stacks.undone):
            return
        self._known = stacks
        self._submit(StepBatch(new, state), stacks)

    def _submit(self, batch: StepBatch, stacks: Stacks) -> None:
        if self._writer is None:
            assert self._base is not None
            pixels = self._document.original() if self._base.stored is None else None
            self._writer = JournalWriter(self._root, self._base._replace(pixels=pixels))
        writer, written = self._writer, threading.Event()

        def task() -> str | None:
            try:
                return writer.add(batch, faults)
            finally:
                written.set()

        faults = self._faults
        self._queue.run(task, partial(self._on_written, writer, stacks), lane=LANE)
        self._queue.run(writer.sync, lane=SYNC_LANE)
        if not self._is_slow and sum(command.nbytes for _, command in batch.steps) <= SMALL:
            self._is_slow = not written.wait(HANDOVER)

    def _on_written(self, writer: JournalWriter, stacks: Stacks, reason: str | None) -> None:
        self._is_slow = False
        if writer is not self._writer or reason is None:
            return
        if not reason:
            self._written = stacks
            return
        self._faults, self._known = self._faults + 1, self._written  # the next batch has what is missing
        self._renumber()
        if not self._has_failed:
            self._has_failed = True
            text = tr(
                "Your work is not kept for the case that the program is killed: {reason}. Save often.", reason=reason
            )
            self.failed.emit(text)

    def close(self) -> None:
        """Delete the journal where nothing is unsaved, else leave it to the next start; write nothing more."""
        if self._closed:
            return
        self._leave(delete=not self._document.modified)
        self._closed = True

    def discard(self) -> None:
        """Delete the journal: the user does not want its work any more. Nothing more is written."""
        self._leave(delete=True)
        self._closed = True

    def _leave(self, delete: bool) -> None:
        writer, self._writer = self._writer, None
        if writer is None:
            return
        if delete:
            writer.stop()
        left = threading.Event()

        def task() -> None:
            try:
                writer.close(delete)
            finally:
                left.set()

        self._queue.run(task, lane=LANE, must_finish=True)
        if not delete:
            left.wait(LAST_WAIT)
