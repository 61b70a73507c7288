"""What a folder of results holds already: a record beside them, by content and not by time."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, NamedTuple

from inpaint_studio import atomic
from inpaint_studio.engine.batch.job import BatchJob, HowToFill, Outcome, digest_file
from inpaint_studio.errors import InputError
from inpaint_studio.file_lock import try_lock
from inpaint_studio.json_text import escape_undecodable, to_json
from inpaint_studio.models.base.interface import TicketLike
from inpaint_studio.texts import tr

FILE = ".inpaint-batch.jsonl"
_LOCK = ".inpaint-batch.part"
_READERS = 4  # threads that read files at a time
_MOST = 256 << 20  # bytes of a record that is read; a line has about 300


class _Done(NamedTuple):
    key: str  # see `HowToFill.key`
    digest: str  # SHA-256 of the result


class BatchRecord:
    """The record of one folder of results: a line of JSON for each photo that is done. The last line counts."""

    def __init__(self, folder: Path) -> None:
        """Read what is there; lines that cannot be read are passed over. Use `open_record`."""
        self._folder = folder
        self._done = dict(_read(folder / FILE))
        self._file: IO[str] | None = None

    def find_done(self, jobs: list[BatchJob], how: HowToFill, ticket: TicketLike) -> set[int]:
        """Return the numbers of the jobs whose results are there and are those of the same photo, mask and options.

        Files are read for it. Raises Cancelled.
        """
        found: set[int] = set()
        pool = ThreadPoolExecutor(_READERS)
        try:
            answers = pool.map(lambda job: self._is_done(job, how), jobs)
            for number, is_done in enumerate(answers):
                if is_done:
                    found.add(number)
                ticket.report(number / len(jobs), tr("Looking for what is done"))
        finally:
            pool.shutdown(cancel_futures=True)  # whoever cancels does not wait for thousands of files
        return found

    def add(self, job: BatchJob, outcome: Outcome) -> None:
        """Note that a job is done, at once, so that it is known after the program was killed. Raises InputError."""
        if not outcome.digest:
            return
        name = self._name(job)
        line = to_json({"output": name, "key": outcome.key, "digest": outcome.digest})
        try:
            if self._file is None:
                self._file = (self._folder / FILE).open("a", encoding="ascii")
                self._file.write("\n")  # the last line may have been cut off
            self._file.write(f"{line}\n")
            self._file.flush()
        except OSError as error:
            reason = atomic.explain_write_error(error)
            text = tr("What is done cannot be noted in {folder}: {reason}.", folder=self._folder, reason=reason)
            raise InputError(text) from error
        self._done[name] = _Done(outcome.key, outcome.digest)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()

    def _is_done(self, job: BatchJob, how: HowToFill) -> bool:
        done = self._done.get(self._name(job))
        if done is None or job.fault:
            return False
        try:
            if digest_file(job.output) != done.digest:
                return False
            return how.key(digest_file(job.photo), "" if job.mask is None else digest_file(job.mask)) == done.key
        except OSError:
            return False

    def _name(self, job: BatchJob) -> str:
        return escape_undecodable(job.output.relative_to(self._folder).as_posix())


@contextlib.contextmanager
def open_record(folder: Path) -> Iterator[BatchRecord]:
    """Make the folder of the results where needed, keep other batches out of it, and yield its record.

    Raises InputError where it cannot be written or another batch writes to it.
    """
    with contextlib.ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            is_ours = stack.enter_context(try_lock(folder / _LOCK))
        except OSError as error:
            reason = atomic.explain_write_error(error)
            text = tr("Nothing can be written to {folder}: {reason}.", folder=folder, reason=reason)
            raise InputError(text) from error
        if not is_ours:
            text = tr("Another batch writes to {folder}; wait for it, or choose another folder.", folder=folder)
            raise InputError(text)
        record = BatchRecord(folder)
        stack.callback(record.close)
        yield record


def _read(path: Path) -> Iterator[tuple[str, _Done]]:
    try:
        if not path.is_file() or path.stat().st_size > _MOST:
            return
        with path.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                try:
                    row = json.loads(line)
                    values = row["output"], row["key"], row["digest"]
                except (ValueError, KeyError, TypeError, RecursionError):
                    continue
                if all(isinstance(value, str) for value in values):
                    yield values[0], _Done(values[1], values[2])
    except OSError:
        return
