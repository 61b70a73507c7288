"""One file from the network: in parts, from where it stopped, and only as what it was published as.

What has arrived lies in ``NAME.part``, with a small file beside it that says what it is the beginning of.
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
from inpaint_studio.engine.weights import http as web
from inpaint_studio.engine.weights.published import PublishedFile
from inpaint_studio.errors import WeightsError
from inpaint_studio.file_lock import try_lock
from inpaint_studio.models.base.interface import TicketLike

TIMEOUT = 20.0  # seconds without a byte after which a connection counts as lost
LARGEST = 4 << 30  # bytes; no published set is nearly as large
_ATTEMPTS = 5  # connections for one file, while each brings something
_PAUSE = 1.0  # seconds before connecting again
_CHUNK = 1 << 18
_PAGE = re.compile(rb"\s*(<!doctype html|<html|<head)", re.IGNORECASE)


class _Lost(Exception):
    """The connection ended or stood still before the file was whole; it may be taken up again."""


class _Useless(Exception):
    """What is here already is not the beginning of what the server has; start from nothing."""


@dataclass(frozen=True)
class DownloadedFile:
    """A file that has arrived."""

    file: PublishedFile
    path: Path
    sha256: str

    def keep(self) -> None:
        """Hold it for the next time, as if only its end were missing."""
        with suppress(OSError):
            self.path.replace(_part(self.path))

    def discard(self) -> None:
        """Throw it away."""
        for path in (self.path, _part(self.path), _sidecar(self.path)):
            with suppress(OSError):
                path.unlink(missing_ok=True)


def fetch(
    file: PublishedFile, folder: Path, ticket: TicketLike, *, timeout: float = TIMEOUT, pause: float = _PAUSE
) -> DownloadedFile:
    """Fetches `file` into `folder`, which is made where needed, and checks it.

    Raises WeightsError with a sentence, and whatever `ticket.report` raises; what has arrived is kept for the next time
    unless it is of no use.
    """
    name = file.url.rsplit("/", 1)[-1] if file.member else file.name
    target = folder / f"{hashlib.sha256(file.url.encode()).hexdigest()[:12]}-{name}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with try_lock(target.with_name(f"{target.name}.lock")) as free:
            if not free:
                raise WeightsError(f"Another program is fetching {name}; wait until it has, or cancel it there.")
            _Fetching(file, name, target, ticket, timeout).run(pause)
            return DownloadedFile(file, target, _checked(file, name, target, ticket))
    except OSError as error:
        raise WeightsError(f"{name} was not saved: {explain_write_error(error)}.") from error


def _part(target: Path) -> Path:
    return target.with_name(f"{target.name}.part")


def _sidecar(target: Path) -> Path:
    return target.with_name(f"{target.name}.part.json")


class _Fetching:
    """One file on its way, over as many connections as it takes."""

    def __init__(self, file: PublishedFile, name: str, target: Path, ticket: TicketLike, timeout: float) -> None:
        self.file, self.name, self.target, self.ticket, self.timeout = file, name, target, ticket, timeout
        self.host = urlsplit(file.url).hostname or file.url
        self.part, self.sidecar = _part(target), _sidecar(target)
        if target.exists() and not self.part.exists():
            target.replace(self.part)  # a program ended between fetching and importing
        self.known = self._known()
        self.whole: int | None = file.size

    def run(self, pause: float) -> None:
        """Until the part is whole and has become the target."""
        for attempt in range(1, _ATTEMPTS + 1):
            before = self.size
            self._report()
            try:
                self._connect()
                self.part.replace(self.target)
                return
            except _Useless:
                self._forget()
            except _Lost as error:
                if attempt == _ATTEMPTS or self.size <= before:
                    if not self.size:
                        self._forget()
                    raise WeightsError(f"{error} {self._state()}") from None
                time.sleep(pause)
        raise WeightsError(f"{self.host} does not send {self.name} as a whole; try again later.")

    @property
    def size(self) -> int:
        """Bytes that have arrived."""
        return self.part.stat().st_size if self.part.exists() else 0

    def _state(self) -> str:
        arrived, whole = self.size, self.whole
        if not arrived:
            return "Nothing has arrived; try again later."
        of = f" of {_amount(whole)}" if whole else ""
        return f"{_amount(arrived)}{of} are kept; the same command goes on from there."

    def _report(self) -> None:
        arrived = self.size
        share = arrived / self.whole if self.whole else 0.0
        of = f" of {_amount(self.whole)}" if self.whole else ""
        self.ticket.report(min(share, 0.99), f"Fetching {self.name}: {_amount(arrived)}{of}")

    # What is here already

    def _known(self) -> dict[str, str]:
        """What the sidecar says about the part; nothing where it says nothing of use."""
        try:
            known = json.loads(self.sidecar.read_bytes()[: 1 << 16]) if self.part.exists() else {}
        except (OSError, ValueError, RecursionError):
            known = {}
        right = isinstance(known, dict) and known.get("url") == self.file.url
        return {key: value for key, value in known.items() if isinstance(value, str)} if right else {}

    def _remember(self, headers: Mapping[str, str]) -> None:
        etag, modified = headers.get("ETag", ""), headers.get("Last-Modified", "")
        validator = etag if etag and not etag.startswith("W/") else modified  # a weak tag promises too little
        self.known = {"url": self.file.url, "validator": validator}
        atomic.write(self.sidecar, json.dumps(self.known), durable=False)

    def _forget(self) -> None:
        self.part.unlink(missing_ok=True)
        self.sidecar.unlink(missing_ok=True)
        self.known = {}

    # One connection

    def _connect(self) -> None:
        """Fetches what is missing. Raises _Lost, _Useless and WeightsError."""
        stated = bool(self.file.md5 or self.file.sha256)
        if not self.known or not (self.known.get("validator") or stated):
            self._forget()  # nothing would tell whether the rest is of the same file
        start = self.size
        try:
            response = web.open_url(self.file.url, self._headers(start), self.timeout)
        except urllib.error.HTTPError as error:
            with error:
                self._answered(error, start)
        except (OSError, http.client.HTTPException) as error:
            raise _Lost(web.unreachable(self.host, error)) from error
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

    def _answered(self, error: urllib.error.HTTPError, start: int) -> None:
        """What an answer that is no file means; comes back where the file is whole already."""
        if error.code == 416 and start:
            whole = re.fullmatch(r"bytes \*/(\d{1,18})", error.headers.get("Content-Range", ""))
            if whole and int(whole[1]) == start:
                return
            raise _Useless
        if error.code in (401, 403):
            raise WeightsError(f"{self.host} does not give {self.name} to everybody ({error.code}); see its page.")
        if error.code in (404, 410):
            raise WeightsError(f"{self.name} is no longer at {self.file.url}.")
        if error.code in (408, 429) or error.code >= 500:
            raise _Lost(f"{self.host} cannot send {self.name} now ({error.code}).")
        raise WeightsError(f"{self.host} does not send {self.name} ({error.code} {error.reason}).")

    def _receive(self, response: Any, start: int) -> None:
        """Appends what comes to the part, after the `start` bytes that are there."""
        headers, length = response.headers, _number(response.headers.get("Content-Length", ""))
        if response.status == 206:
            span = re.fullmatch(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", headers.get("Content-Range", ""))
            if not start or not span or int(span[1]) != start:
                raise _Useless
            whole = None if span[3] == "*" else int(span[3])
        elif response.status == 200:
            self._forget()  # the file changed, or the server sends all or nothing
            start, whole = 0, length
        else:
            raise WeightsError(f"{self.host} does not send {self.name} ({response.status}).")
        self._check(headers, whole, length)
        self.whole = whole
        if not start:
            self._remember(headers)
        with self.part.open("ab") as part:
            self._copy(response, part, start)
        if whole is not None and self.size < whole:
            raise _Lost(f"The connection to {self.host} ended early.")
        if whole is None and self.file.size is not None and self.size < self.file.size:
            raise _Lost(f"The connection to {self.host} ended early.")

    def _check(self, headers: Mapping[str, str], whole: int | None, length: int | None) -> None:
        if headers.get("Content-Type", "").partition(";")[0].strip().lower() in ("text/html", "application/xhtml+xml"):
            raise self._a_page()
        if whole is not None and self.file.size is not None and whole != self.file.size:
            raise WeightsError(
                f"{self.host} has another file as {self.name}: {whole} bytes, published with {self.file.size}."
            )
        self._within(max(whole or 0, length or 0))
        if whole is not None and whole - self.size > shutil.disk_usage(self.part.parent).free:
            raise WeightsError(f"There is no room for {self.name} on the disk ({_amount(whole)}); make room first.")

    def _within(self, size: int) -> None:
        if size > (LARGEST if self.file.size is None else self.file.size):
            self._forget()
            raise WeightsError(f"{self.host} sends more than {self.name} can hold; it was thrown away.")

    def _a_page(self) -> WeightsError:
        self._forget()
        return WeightsError(
            f"{self.host} answered with a web page instead of {self.name}; fetch it with a browser and import it."
        )

    def _copy(self, response: Any, part: IO[bytes], size: int) -> None:
        """Reads to the end, by what the connection has at a time. Raises what the connection raises."""
        while True:
            try:
                chunk = response.read1(_CHUNK)
            except (OSError, http.client.HTTPException) as error:
                raise _Lost(web.unreachable(self.host, error)) from error
            if not chunk:
                return
            if size == 0 and _PAGE.match(chunk):
                raise self._a_page()
            part.write(chunk)
            part.flush()
            size += len(chunk)
            self._within(size)
            self._report()


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _amount(size: int | None) -> str:
    """A number of bytes, for people."""
    return f"{(size or 0) / 1e6:.1f} MB" if (size or 0) >= 100_000 else f"{size or 0} bytes"


def _checked(file: PublishedFile, name: str, path: Path, ticket: TicketLike) -> str:
    """The sha256 of what arrived. Raises WeightsError, and removes it, where it is not what was published."""
    ticket.report(0.99, f"Checking {name}")
    sums = {"md5": hashlib.md5(usedforsecurity=False), "sha256": hashlib.sha256()}
    with path.open("rb") as arrived:
        while chunk := arrived.read(1 << 22):
            for each in sums.values():
                each.update(chunk)
            ticket.report(0.99)
    for kind, stated in (("md5", file.md5), ("sha256", file.sha256)):
        found = sums[kind].hexdigest()
        if stated and found != stated.lower():
            DownloadedFile(file, path, "").discard()
            raise WeightsError(
                f"What arrived as {name} is not the published file, and was thrown away: its {kind} is {found}, "
                f"not {stated}."
            )
    ticket.report(1.0)
    return sums["sha256"].hexdigest()
