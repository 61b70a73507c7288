"""Writes the journal of one photo: what is needed to open it again, and the steps of its history as they are made."""

from __future__ import annotations

import errno
import logging
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

from inpaint_studio import atomic
from inpaint_studio.engine.photo.formats import usual_suffix
from inpaint_studio.session.journal import flow_records, records, steps
from inpaint_studio.session.journal.arrays import write as write_array
from inpaint_studio.session.journal.folder import JOURNAL, PHOTO, JournalFolder
from inpaint_studio.session.reporting import name_error
from inpaint_studio.session.spill import has_room

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inpaint_studio.engine.flow.flow import Flow
    from inpaint_studio.engine.photo.stored import StoredFile
    from inpaint_studio.session.history import Command
    from inpaint_studio.session.journal.records import Bytes

_log = logging.getLogger(__name__)

LONGEST = 64 << 30  # bytes of a journal
SYNC_INTERVAL = 5.0  # s between two waits for the disk itself, which only a power cut makes needed


class JournalBase(NamedTuple):
    """What a document began with."""

    path: Path | None
    stored: StoredFile | None  # its file
    pixels: NDArray[Any] | None = None  # where it has no file
    grey: bool = False
    kind: str = ""  # Pillow's name of the format of the file


class StepBatch(NamedTuple):
    """What has changed since the last batch: new steps with their numbers, and the record of the state after them."""

    steps: Sequence[tuple[int, Command]]
    state: dict[str, Any]


class JournalWriter:
    """Adds batches to a journal, which is made with the first. All methods but `stop` run in one thread at a time."""

    def __init__(self, root: Callable[[], Path], base: JournalBase) -> None:
        """`root`: the folder of all journals."""
        self._root, self._base = root, base
        self._folder: JournalFolder | None = None
        self._file: IO[bytes] | None = None
        self._end = 0  # of the last good record
        self._flows: WeakKeyDictionary[Flow, int] = WeakKeyDictionary()
        self._flow_count = 0
        self._faults = 0  # batches that could not be written
        self._synced = 0.0
        self._stopped = False

    @classmethod
    def resume(cls, folder: JournalFolder, end: int, flows: dict[int, Flow]) -> JournalWriter:
        """Go on with a journal that is good up to `end`, with the flows of its records. Raises OSError."""
        writer = cls(lambda: folder.path.parent, JournalBase(None, None))
        file = (folder.path / JOURNAL).open("rb+", buffering=0)
        file.truncate(end)
        writer._folder, writer._file, writer._end = folder, file, end
        writer._flow_count = max(flows, default=0)
        for number, flow in flows.items():
            writer._flows[flow] = number
        return writer

    def add(self, batch: StepBatch, faults: int) -> str | None:
        """Write a batch; gives "", or the reason why it could not be written, as the end of a sentence.

        `faults`: how many batches its caller knows of that could not be written. Where there were more, this one builds
        on one that is missing, and is left out: None.
        """
        if faults != self._faults or self._stopped:
            return None
        try:
            self._write(batch)
        except Exception as error:  # whatever it is: what follows builds on this batch, and would be lost with it
            self._faults += 1
            if self._file is not None:
                with suppress(OSError):
                    self._file.truncate(self._end)
            if isinstance(error, OSError):
                return atomic.explain_write_error(error)
            _log.error("the journal could not be written", exc_info=error)
            return name_error(error).rstrip(": ")
        return ""

    def _write(self, batch: StepBatch) -> None:
        file = self._file or self._begin()
        new: dict[Flow, int] = {}
        parts: list[Bytes] = []

        def number_of(flow: Flow) -> int:
            known = self._flows.get(flow) or new.get(flow)
            if known is None:
                known = new[flow] = self._flow_count + len(new) + 1
                parts.extend(records.make(*flow_records.encode(flow, known)))
            return known

        for number, command in batch.steps:
            record = records.make(*steps.encode(command, number, number_of))
            parts.extend(record)  # behind its flows
        parts.extend(records.make(batch.state))
        self._check_room(sum(len(part) for part in parts))
        file.seek(self._end)
        self._end += _write_all(file, parts)
        self._flows.update(new)
        self._flow_count += len(new)

    def _begin(self) -> IO[bytes]:
        folder = JournalFolder.create(self._root())
        try:
            base = self._base
            head: dict[str, Any] = {"is": "photo", "path": None if base.path is None else str(base.path)}
            head |= {"grey": base.grey, "file": None, "pixels": None, "program": describe_program()}
            body: list[Bytes] = []
            if base.stored is not None:
                content = base.stored.read()
                _check_room(folder, len(content))
                head["file"] = f"{PHOTO}{usual_suffix(base.kind)}"
                (folder.path / head["file"]).write_bytes(content)
            elif base.pixels is not None:
                head["pixels"], data = write_array(base.pixels)
                body.append(data)
                _check_room(folder, len(data))
            file = (folder.path / JOURNAL).open("xb+", buffering=0)
            end = _write_all(file, [records.MAGIC, *records.make(head, body)])
        except BaseException:
            folder.delete()
            raise
        self._folder, self._file, self._end = folder, file, end
        self._base = base._replace(pixels=None)
        return file

    def _check_room(self, size: int) -> None:
        """Raise OSError where so many bytes would fill the disk, or the journal is too long."""
        if self._folder is not None:
            _check_room(self._folder, size)
        if self._end + size > LONGEST:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))

    def sync(self) -> None:
        """Wait until the disk itself has everything, where that was not long ago. In a thread of its own."""
        file, folder = self._file, self._folder
        if file is None or folder is None or time.monotonic() - self._synced < SYNC_INTERVAL:
            return
        with suppress(OSError, ValueError):  # closed meanwhile
            if not self._synced:
                for photo in folder.path.glob(f"{PHOTO}*"):
                    with photo.open("rb+") as copy:
                        os.fsync(copy.fileno())
            self._synced = time.monotonic()
            os.fsync(file.fileno())

    def stop(self) -> None:
        """Write nothing more; from any thread. `close` follows."""
        self._stopped = True

    def close(self, delete: bool) -> None:
        """Let the journal go, and delete it or leave it to the next start of the program."""
        self._stopped = True
        file, folder, self._file, self._folder = self._file, self._folder, None, None
        if file is not None:
            file.close()
        if folder is not None:
            folder.delete() if delete else folder.release()


def _check_room(folder: JournalFolder, size: int) -> None:
    """Raise OSError where so many bytes would fill the disk."""
    if not has_room(folder.path, size):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def describe_program() -> dict[str, Any]:
    """Return what tells this program, as it runs now, from all others of this machine."""
    import platform

    import psutil

    return {"machine": platform.node(), "process": os.getpid(), "begun": psutil.Process().create_time()}


def program_runs(described: Any) -> bool:
    """Return whether the program that `describe_program` described is another one that still runs on this machine.

    Needed where the disk has no locks.
    """
    import platform

    import psutil

    if not isinstance(described, dict) or described.get("machine") != platform.node():
        return False
    process, begun = described.get("process"), described.get("begun")
    if type(process) is not int or type(begun) is not float or process == os.getpid() or not 0 < process < 1 << 31:
        return False
    try:
        found = psutil.Process(process)
        return abs(found.create_time() - begun) < 1 and found.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _write_all(file: IO[bytes], parts: Sequence[Bytes]) -> int:
    """Write the parts one behind the other; gives how many bytes. Raises OSError."""
    total = 0
    for part in parts:
        left = memoryview(part)
        total += len(left)
        while left:
            left = left[file.write(left) :]
    return total
