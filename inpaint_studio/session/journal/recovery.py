"""Finds the journals of programs that were killed, and makes documents of them again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple
from weakref import ref

from inpaint_studio.errors import InputError
from inpaint_studio.session.journal import flow_records, records, steps
from inpaint_studio.session.journal.arrays import Body, damaged, is_counts
from inpaint_studio.session.journal.folder import JOURNAL, PHOTO, JournalFolder, list_folders
from inpaint_studio.session.journal.records import Record
from inpaint_studio.session.journal.stacks import JournalEntry, Stacks
from inpaint_studio.session.journal.writer import JournalWriter, program_runs
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from inpaint_studio.engine.flow.flow import Flow
    from inpaint_studio.engine.photo.photo import Photo
    from inpaint_studio.session.document import Document

LARGEST_SIDE = 1 << 17  # px, of a photo without a file


class UnsavedWork(NamedTuple):
    """Work on a photo that a program has left when it was killed."""

    folder: Path
    path: Path | None  # the photo's file; None for a pasted one
    when: float  # of the last step, seconds since 1970


class BroughtBack(NamedTuple):
    """A document with its history as it was, and what writes its journal on."""

    document: Document
    writer: JournalWriter
    stacks: Stacks


def find_unsaved(root: Path) -> list[UnsavedWork]:
    """List the work that killed programs have left in the folder `root`, the newest first.

    Journals without unsaved work are deleted. Those of programs that run, and of later versions, are left alone.
    """
    found: list[UnsavedWork] = []
    for path in list_folders(root):
        with suppress(OSError):
            folder = JournalFolder.take(path)
            if folder is not None:
                found.extend(_look_into(folder))
    return sorted(found, key=lambda work: work.when, reverse=True)


def _look_into(folder: JournalFolder) -> list[UnsavedWork]:
    """Return what is to be brought back from a folder, which is deleted where that is nothing."""
    file = folder.path / JOURNAL
    keep, path, is_unsaved = file.exists(), None, False
    with suppress(OSError):
        try:
            with file.open("rb") as opened:
                content = Contents.read(opened, whole=False)
            runs = program_runs(content.photo.get("program"))
            is_unsaved, path = content.is_unsaved and not runs, content.path
            keep = is_unsaved or runs or not content.is_known
        except InputError:
            is_unsaved = True  # the user hears why it cannot be brought back, and may delete it
    found = [UnsavedWork(folder.path, path, file.stat().st_mtime)] if is_unsaved else []
    if keep:
        folder.release()
    else:
        folder.delete()
    return found


def delete_unsaved(work: UnsavedWork) -> None:
    """Delete the work. Raises InputError where another window has it, and OSError."""
    _take(work).delete()


def bring_back(work: UnsavedWork, make_document: Callable[[], Document]) -> BroughtBack:
    """Make the document of the work again, in one made by `make_document`, up to its last whole record.

    Raises InputError with a sentence where that cannot be, and leaves the work there; OSError.
    """
    folder = _take(work)
    try:
        with (folder.path / JOURNAL).open("rb") as file:
            content = Contents.read(file)
            document = make_document()
            document.load(_open_photo(content, folder.path, file), own=True)
            stacks = content.do_again(document, file)
        return BroughtBack(document, JournalWriter.resume(folder, content.end, content.flows), stacks)
    except BaseException:
        folder.release()
        raise


def _take(work: UnsavedWork) -> JournalFolder:
    folder = JournalFolder.take(work.folder)
    if folder is None:
        raise InputError(tr("Another window has taken this work, or it was deleted."))
    return folder


@dataclass
class Contents:
    """What stands in the file of a journal."""

    is_known: bool = True  # it is of this version, as far as it goes
    photo: dict[str, Any] = field(default_factory=dict)  # the head of the first record ...
    pixels: Record | None = None  # ... and all of it
    steps: dict[int, Record] = field(default_factory=dict)
    flow_records: dict[int, Record] = field(default_factory=dict)
    flows: dict[int, Flow] = field(default_factory=dict)  # that were read
    done: list[int] = field(default_factory=list)
    undone: list[int] = field(default_factory=list)
    saved: int | None = 0
    path: Path | None = None
    end: int = 0  # of the last state

    @classmethod
    def read(cls, file: IO[bytes], whole: bool = True) -> Contents:
        """Read a journal up to its last whole record. `whole`: see `records.read`. Raises InputError and OSError."""
        found = cls()
        file.seek(0)
        start = file.read(len(records.MAGIC))
        found.is_known = records.MAGIC.startswith(start)
        for record in records.read(file, whole):
            match record.head["is"]:
                case "photo" if found.pixels is None:
                    found.photo, found.pixels = record.head, record
                    found.path = _path(record.head.get("path"))
                case "step":
                    found.steps[_number(record)] = record
                case "flow":
                    found.flow_records[_number(record)] = record
                case "state":
                    found._follow(record)
                case _:
                    raise damaged()
        return found

    def _follow(self, record: Record) -> None:
        for name, stack in (("done", self.done), ("undone", self.undone)):
            change = record.head.get(name)
            if not is_counts(change) or not change or change[0] > len(stack):
                raise damaged()
            stack[change[0] :] = change[1:]
            if any(number not in self.steps for number in change[1:]):
                raise damaged()
        saved = record.head.get("saved")
        self.saved = saved if type(saved) is int else None
        self.path, self.end = _path(record.head.get("path")), record.end

    @property
    def is_unsaved(self) -> bool:
        """Whether there is work that was not saved."""
        return self.pixels is not None and self.end > 0 and self.saved != (self.done[-1] if self.done else 0)

    def do_again(self, document: Document, file: IO[bytes]) -> Stacks:
        """Do all steps again in `document`, which has the photo, and undo those that were undone."""
        states: dict[int, int] = {0: document.history.state}
        entries: dict[int, JournalEntry] = {}
        for number in (*self.done, *reversed(self.undone)):
            record = self.steps[number]
            before = document.history.state
            steps.do_again(document, record.head, records.read_body(file, record), partial(self._flow, document, file))
            command = document.history.top
            if command is None or document.history.state == before:
                raise damaged()  # a step without parts
            states[number] = document.history.state
            entries[number] = JournalEntry(document.history.state, ref(command), number)
        for _ in self.undone:
            document.history.undo(document)
        document.mark_saved(states.get(-1 if self.saved is None else self.saved, -1))
        path = None if self.path is None else str(self.path)
        # Steps over the limit of the disk were removed again; their entries stay, as in a history that goes on.
        done = tuple(entries[number] for number in self.done)
        return Stacks(done, tuple(entries[number] for number in self.undone), self.saved, path)

    def _flow(self, document: Document, file: IO[bytes], number: int) -> Flow:
        if number not in self.flows:
            record = self.flow_records.get(number)
            if record is None:
                raise damaged()
            self.flows[number] = flow_records.decode(record.head, records.read_body(file, record), document.size)
        return self.flows[number]


def _number(record: Record) -> int:
    number = record.head.get("number")
    if type(number) is not int or number < 1:
        raise damaged()
    return number


def _path(value: Any) -> Path | None:
    return Path(value) if isinstance(value, str) and value and "\0" not in value else None


def _open_photo(content: Contents, folder: Path, file: IO[bytes]) -> Photo:
    """Open the photo that a journal is about, from its own copy of the file or of the pixels."""
    from inpaint_studio.engine.photo.photo import open_photo, photo_from_array

    name, pixels = content.photo.get("file"), content.photo.get("pixels")
    if content.pixels is None or not content.end:
        raise damaged()
    if isinstance(name, str):
        if Path(name).name != name or Path(name).stem != PHOTO or (folder / name).is_symlink():
            raise damaged()
        return replace(open_photo(folder / name), path=content.path)
    array = Body(records.read_body(file, content.pixels)).array(pixels, 3, "u")
    if array.dtype.itemsize != 1 or array.shape[2] not in (3, 4) or not min(array.shape[:2]) > 0:
        raise damaged()
    if max(array.shape[:2]) > LARGEST_SIDE:
        raise damaged()
    return replace(photo_from_array(array), grey=content.photo.get("grey") is True, path=content.path)
