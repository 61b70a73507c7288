"""Download one file: in parts, continued where it stopped, and checked against what its publisher states.

The bytes that have arrived are in ``NAME.part``; a small JSON file beside it records which file they are the beginning
of.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from inpaint_studio import __version__, atomic
from inpaint_studio.atomic import explain_write_error
from inpaint_studio.engine.weights import http as connections
from inpaint_studio.engine.weights.published import PublishedFile
from inpaint_studio.errors import WeightsError
from inpaint_studio.file_lock import try_lock
from inpaint_studio.models.base.interface import TicketLike
from inpaint_studio.texts import tr

TIMEOUT = 20.0  # seconds without a byte after which a connection is given up
MAX_BYTES = 4 << 30  # of a file without a stated size; no published set is nearly as large
_ATTEMPTS = 5  # connections for one file, as long as each brings some bytes
_PAUSE = 1.0  # seconds before the next connection
_CHUNK = 1 << 18  # bytes read at a time
_PAGE = re.compile(rb"\s*(<!doctype html|<html|<head)", re.IGNORECASE)


class _Lost(Exception):
    """The connection ended or stalled before the file was complete; it can be continued."""


class _Outdated(Exception):
    """The bytes on the disk are not the beginning of what the server has; start again."""


@dataclass(frozen=True)
class DownloadedFile:
    """A file that has arrived completely."""

    file: PublishedFile
    path: Path
    sha256: str

    def keep(self) -> None:
        """Keep it for the next `fetch`, as if only its end were missing."""
        with suppress(OSError):
            self.path.replace(_part(self.path))

    def discard(self) -> None:
        """Delete what was downloaded so far."""
        for path in (self.path, _part(self.path), _sidecar(self.path)):
            with suppress(OSError):
                path.unlink(missing_ok=True)


def fetch(
    file: PublishedFile, folder: Path, ticket: TicketLike, *, timeout: float = TIMEOUT, pause: float = _PAUSE
) -> DownloadedFile:
    """Download `file` into `folder`, which is made where needed, and check it.

    `timeout` and `pause` are in seconds. What has arrived before an error is kept for the next call, unless it is of no
    use. Raises WeightsError with a sentence, also where another program downloads the same file, and whatever
    `ticket.report` raises.
    """
    name, target = _name(file), _target(file, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with try_lock(target.with_name(f"{target.name}.lock")) as is_held:
            if not is_held:
                raise WeightsError(
                    tr("Another program is fetching {name}; wait until it has, or cancel it there.", name=name)
                )
            _Download(file, name, target, ticket, timeout).run(pause)
            return DownloadedFile(file, target, _verify(file, name, target, ticket))
    except OSError as error:
        raise WeightsError(
            tr(
                "{name} was not saved: {explain_write_error}.",
                name=name,
                explain_write_error=explain_write_error(error),
            )
        ) from error


def count_arrived(file: PublishedFile, folder: Path) -> int:
    """Count the bytes of `file` that an earlier `fetch` into `folder` left there."""
    target = _target(file, folder)
    for path in (target, _part(target)):
        with suppress(OSError):
            return path.stat().st_size
    return 0


def discard(file: PublishedFile, folder: Path) -> None:
    """Delete what an earlier `fetch` into `folder` left there, unless a program is fetching it now."""
    target = _target(file, folder)
    with suppress(OSError), try_lock(target.with_name(f"{target.name}.lock")) as is_held:
        if is_held:
            DownloadedFile(file, target, "").discard()


def _name(file: PublishedFile) -> str:
    return file.url.rsplit("/", 1)[-1] if file.member else file.name


def _target(file: PublishedFile, folder: Path) -> Path:
    return folder / f"{hashlib.sha256(file.url.encode()).hexdigest()[:12]}-{_name(file)}"


def _part(target: Path) -> Path:
    return target.with_name(f"{target.name}.part")


def _sidecar(target: Path) -> Path:
    return target.with_name(f"{target.name}.part.json")


class _Download:
    """The download of one file, over several connections where needed."""

    def __init__(self, file: PublishedFile, name: str, target: Path, ticket: TicketLike, timeout: float) -> None:
        self.file, self.name, self.target, self.ticket, self.timeout = file, name, target, ticket, timeout
        self.host = urlsplit(file.url).hostname or file.url
        self.part, self.sidecar = _part(target), _sidecar(target)
        if target.exists() and not self.part.exists():
            target.replace(self.part)  # a program ended between the download and the import
        self.known = self._read_sidecar()
        self.full_size: int | None = file.size

    def run(self, pause: float) -> None:
        """Connect until the part is complete, then rename it to the target."""
        try:
            self._connect_repeatedly(pause)
        finally:
            if not self.part.exists() and not self.target.exists():
                self.sidecar.unlink(missing_ok=True)  # it was stopped before the first byte

    def _connect_repeatedly(self, pause: float) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            before = self.size
            self._report()
            try:
                self._connect()
                self.part.replace(self.target)
                return
            except _Outdated:
                self._reset()
            except _Lost as error:
                if attempt == _ATTEMPTS or self.size <= before:
                    if not self.size:
                        self._reset()
                    raise WeightsError(f"{error} {self._describe_state()}") from None
                time.sleep(pause)
        raise WeightsError(
            tr("{host} does not send {name} completely; try again later.", host=self.host, name=self.name)
        )

    @property
    def size(self) -> int:
        """Bytes that have arrived."""
        return self.part.stat().st_size if self.part.exists() else 0

    def _describe_state(self) -> str:
        arrived, full = self.size, self.full_size
        if not arrived:
            return tr("Nothing has arrived; try again later.")
        of = tr(" of {format_size}", format_size=_format_size(full)) if full else ""
        return tr(
            "{format_size}{of} are kept; the same command goes on from there.", format_size=_format_size(arrived), of=of
        )

    def _report(self) -> None:
        arrived = self.size
        share = arrived / self.full_size if self.full_size else 0.0
        of = tr(" of {format_size}", format_size=_format_size(self.full_size)) if self.full_size else ""
        self.ticket.report(
            min(share, 0.99),
            tr("Fetching {name}: {format_size}{of}", name=self.name, format_size=_format_size(arrived), of=of),
        )

    # The part that is on the disk

    def _read_sidecar(self) -> dict[str, str]:
        """Read which file the part belongs to; empty where it is another file or not readable."""
        try:
            known = json.loads(self.sidecar.read_bytes()[: 1 << 16]) if self.part.exists() else {}
        except (OSError, ValueError, RecursionError):
            known = {}
        is_ours = isinstance(known, dict) and known.get("url") == self.file.url
        return {key: value for key, value in known.items() if isinstance(value, str)} if is_ours else {}

    def _write_sidecar(self, headers: Mapping[str, str]) -> None:
        etag, modified = headers.get("ETag", ""), headers.get("Last-Modified", "")
        validator = etag if etag and not etag.startswith("W/") else modified  # a weak tag does not promise equal bytes
        self.known = {"url": self.file.url, "validator": validator}
        atomic.write(self.sidecar, json.dumps(self.known), durable=False)

    def _reset(self) -> None:
        """Delete the part, to start again."""
        self.part.unlink(missing_ok=True)
        self.sidecar.unlink(missing_ok=True)
        self.known = {}

    # One connection

    def _connect(self) -> None:
        """Download what is missing. Raises _Lost, _Outdated and WeightsError."""
        has_checksum = bool(self.file.md5 or self.file.sha256 or self.file.sha256_start)
        if not self.known or not (self.known.get("validator") or has_checksum):
            self._reset()  # without these it cannot be checked that the rest belongs to the same file
        start = self.size
        try:
            response = connections.open_url(self.file.url, self._headers(start), self.timeout)
        except urllib.error.HTTPError as error:
            with error:
                self._handle_status(error, start)
        except (OSError, http.client.HTTPException) as error:
            raise _Lost(connections.explain_failure(self.host, error)) from error
        else:
            with response:
                self._receive(response, start)

    def _headers(self, start: int) -> dict[str, str]:
        headers = {"User-Agent": f"inpaint-studio/{__version__}", "Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
            if self.known.get("validator"):
                headers["If-Range"] = self.known["validator"]
        return headers

    def _handle_status(self, error: urllib.error.HTTPError, start: int) -> None:
        """Raise the error for an HTTP status; returns where the file is already complete."""
        if error.code == 416 and start:
            found = re.fullmatch(r"bytes \*/(\d{1,18})", error.headers.get("Content-Range", ""))
            if found and int(found[1]) == start:
                return
            raise _Outdated
        if error.code in (401, 403):
            raise WeightsError(
                tr(
                    "{host} does not give {name} to everybody ({code}); see its page.",
                    host=self.host,
                    name=self.name,
                    code=error.code,
                )
            )
        if error.code in (404, 410):
            raise WeightsError(tr("{name} is no longer at {url}.", name=self.name, url=self.file.url))
        if error.code in (408, 429) or error.code >= 500:
            raise _Lost(tr("{host} cannot send {name} now ({code}).", host=self.host, name=self.name, code=error.code))
        raise WeightsError(
            tr(
                "{host} does not send {name} ({code} {reason}).",
                host=self.host,
                name=self.name,
                code=error.code,
                reason=error.reason,
            )
        )

    def _receive(self, response: Any, start: int) -> None:
        """Append the body of a response to the `start` bytes that are on the disk."""
        headers, length = response.headers, _parse_size(response.headers.get("Content-Length", ""))
        if response.status == 206:
            span = re.fullmatch(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", headers.get("Content-Range", ""))
            if not start or not span or int(span[1]) != start:
                raise _Outdated
            full = None if span[3] == "*" else int(span[3])
        elif response.status == 200:
            self._reset()  # the file has changed, or the server does not send parts
            start, full = 0, length
        else:
            raise WeightsError(
                tr("{host} does not send {name} ({status}).", host=self.host, name=self.name, status=response.status)
            )
        self._check_headers(headers, full, length)
        self.full_size = full
        if not start:
            self._write_sidecar(headers)
        with self.part.open("ab") as part:
            self._copy(response, part, start)
        if full is not None and self.size < full:
            raise _Lost(tr("The connection to {host} ended early.", host=self.host))
        if full is None and self.file.size is not None and self.size < self.file.size:
            raise _Lost(tr("The connection to {host} ended early.", host=self.host))

    def _check_headers(self, headers: Mapping[str, str], full: int | None, length: int | None) -> None:
        if headers.get("Content-Type", "").partition(";")[0].strip().lower() in ("text/html", "application/xhtml+xml"):
            raise self._refuse_page()
        if full is not None and self.file.size is not None and full != self.file.size:
            raise WeightsError(
                tr(
                    "{host} has another file as {name}: {full} bytes, published with {size}.",
                    host=self.host,
                    name=self.name,
                    full=full,
                    size=self.file.size,
                )
            )
        self._check_size(max(full or 0, length or 0))
        if full is not None and full - self.size > shutil.disk_usage(self.part.parent).free:
            raise WeightsError(
                tr(
                    "There is no room for {name} on the disk ({format_size}); make room first.",
                    name=self.name,
                    format_size=_format_size(full),
                )
            )

    def _check_size(self, size: int) -> None:
        if size > (MAX_BYTES if self.file.size is None else self.file.size):
            self._reset()
            raise WeightsError(
                tr("{host} sends more than {name} can hold; it was deleted.", host=self.host, name=self.name)
            )

    def _refuse_page(self) -> WeightsError:
        self._reset()
        return WeightsError(
            tr(
                "{host} answered with a web page instead of {name}; download it with a browser and import it.",
                host=self.host,
                name=self.name,
            )
        )

    def _copy(self, response: Any, part: IO[bytes], size: int) -> None:
        """Read the body to its end, each time what the connection has. Raises _Lost and WeightsError."""
        while True:
            try:
                chunk = response.read1(_CHUNK)
            except (OSError, http.client.HTTPException) as error:
                raise _Lost(connections.explain_failure(self.host, error)) from error
            if not chunk:
                return
            if size == 0 and _PAGE.match(chunk):
                raise self._refuse_page()
            part.write(chunk)
            part.flush()
            size += len(chunk)
            self._check_size(size)
            self._report()


def _parse_size(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _format_size(size: int | None) -> str:
    """Return a number of bytes for the user."""
    return (
        tr("{size:.1f} MB", size=(size or 0) / 1000000.0)
        if (size or 0) >= 100_000
        else tr("{size} bytes", size=size or 0)
    )


def _verify(file: PublishedFile, name: str, path: Path, ticket: TicketLike) -> str:
    """Compare the file with its published checksums; gives its sha256.

    Raises WeightsError, and deletes the file, where they differ.
    """
    ticket.report(0.99, tr("Checking {name}", name=name))
    sums = {"md5": hashlib.md5(usedforsecurity=False), "sha256": hashlib.sha256()}
    with path.open("rb") as content:
        while chunk := content.read(1 << 22):
            for each in sums.values():
                each.update(chunk)
            ticket.report(0.99)
    for kind, expected in (("md5", file.md5), ("sha256", file.sha256), ("sha256", file.sha256_start)):
        found = sums[kind].hexdigest()
        if not found.startswith(expected.lower()):
            DownloadedFile(file, path, "").discard()
            start = tr("begins with") if len(expected) < len(found) else "is"
            raise WeightsError(
                tr(
                    "The file that arrived as {name} is not the published one, and was deleted: its "
                    "{kind} {start} {found}, not {expected}.",
                    name=name,
                    kind=kind,
                    start=start,
                    found=found[: len(expected)],
                    expected=expected,
                )
            )
    ticket.report(1.0)
    return sums["sha256"].hexdigest()
