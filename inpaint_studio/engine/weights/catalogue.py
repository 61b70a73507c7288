"""The catalogue of published weights (``resources/weights.toml``): list, choose, download and import them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from inpaint_studio import paths
from inpaint_studio.engine.weights import licences
from inpaint_studio.engine.weights import mirror as mirrors
from inpaint_studio.engine.weights.published import PublishedFile, PublishedWeights
from inpaint_studio.errors import InputError, WeightsError
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from inpaint_studio.engine.ticket import Ticket
    from inpaint_studio.engine.weights.download import DownloadedFile
    from inpaint_studio.engine.weights.importer import ImportResult
    from inpaint_studio.models.base.interface import TicketLike

_DOWNLOAD_SHARE = 0.8  # of the progress; the rest is the import


@cache
def entries(path: Path | None = None) -> tuple[PublishedWeights, ...]:
    """List all entries in the order of the file `path` (default: the program's own).

    Raises KeyError, TypeError or ValueError for an entry that is not complete.
    """
    listed = tomllib.loads((path or paths.resources() / "weights.toml").read_text(encoding="utf-8"))
    return tuple(_parse(entry) for entry in listed["entry"])


def _parse(entry: dict[str, Any]) -> PublishedWeights:
    files = tuple(PublishedFile(**file) for file in entry.pop("file"))
    if not licences.is_licence(entry["licence"]) or not all(bool(file.url) != bool(file.page) for file in files):
        raise ValueError(entry["id"])
    return PublishedWeights(**entry, files=files)


def entries_for(system: str) -> list[PublishedWeights]:
    """List the entries for a system; the first is the default."""
    return [each for each in entries() if each.system == system]


def offered() -> list[PublishedWeights]:
    """List the entries that the program can download: the recommended ones first, then the others by system."""
    direct = [each for each in entries() if each.direct]
    return sorted(direct, key=lambda each: each.recommended or len(direct) + 1)


def choose(system: str, entry: str | None) -> PublishedWeights:
    """Find the entry with the id `entry`, or the system's first. Raises InputError with the ids that exist."""
    found = entries_for(system)
    if not found:
        raise InputError(tr("No published weights are known for '{system}'.", system=system))
    if entry is None:
        return found[0]
    for each in found:
        if each.id == entry:
            return each
    raise InputError(
        tr(
            "There is no entry '{entry}' for {system}; there are {names}.",
            entry=entry,
            system=system,
            names=", ".join(each.id for each in found),
        )
    )


def downloads_folder() -> Path:
    """Give the folder of unfinished downloads (not created here)."""
    return paths.data_dir() / "downloads"


def get(entry: PublishedWeights, ticket: Ticket, name: str | None = None, mirror: str = "") -> ImportResult:
    """Download a set and import it; the downloaded files are deleted then.

    `mirror` is the address of a server that is tried first (see `mirror`); "" is none. A download that stopped is
    continued by the next call; so is an import that was cancelled or could not be saved. Raises WeightsError with a
    sentence, also for an entry that is not `direct`, and Cancelled.
    """
    from inpaint_studio.engine.weights import store

    if not entry.direct:
        raise WeightsError(
            tr(
                "{title} can only be downloaded by hand, from {pages}; then import it.",
                title=entry.title,
                pages=entry.pages[0],
            )
        )
    if name is not None:
        store.check_name(name)
    downloaded: list[DownloadedFile] = []
    notes: list[str] = []
    is_finished = False
    try:
        for number, file in enumerate(entry.files):
            share = [_DOWNLOAD_SHARE * part / len(entry.files) for part in (number, number + 1)]
            downloaded.append(_fetch(file, mirror, ticket.part(*share), notes))
        try:
            imported = _import(entry, downloaded, ticket.part(_DOWNLOAD_SHARE, 1), name)
        except WeightsError as error:
            is_finished = not isinstance(error, store.NotSaved)  # files that cannot be used are deleted too
            raise
        is_finished = True
    finally:
        for each in downloaded:
            if is_finished:
                each.discard()
            else:
                each.keep()
    notes += [
        tr("{name}: sha256 {sha256}", name=each.file.name, sha256=each.sha256)
        for each in downloaded
        if not (each.file.md5 or each.file.sha256 or each.file.sha256_start)
    ]
    return imported._replace(notes=(*notes, *imported.notes))


class Unfinished(NamedTuple):
    """A download that stopped before its set was imported."""

    entry: PublishedWeights
    arrived: int  # bytes that are on the disk


def unfinished(mirror: str = "") -> list[Unfinished]:
    """List the downloads that stopped, also those of earlier runs of the program, in the order of the catalogue."""
    from inpaint_studio.engine.weights.download import count_arrived

    found = []
    for entry in offered():
        arrived = sum(count_arrived(file, downloads_folder()) for file in _addresses(entry, mirror))
        found += [Unfinished(entry, arrived)] if arrived else []
    return found


def discard(entry: PublishedWeights, mirror: str = "") -> None:
    """Delete what has arrived of a download that stopped."""
    from inpaint_studio.engine.weights import download

    for file in _addresses(entry, mirror):
        download.discard(file, downloads_folder())


def _addresses(entry: PublishedWeights, mirror: str) -> list[PublishedFile]:
    """List the files as the publisher and the mirror have them."""
    return [*entry.files, *(mirrors.mirrored(file, mirror) for file in entry.files if mirror)]


def _fetch(file: PublishedFile, mirror: str, ticket: TicketLike, notes: list[str]) -> DownloadedFile:
    """Download from the mirror, or where that fails from the publisher; `notes` gets a sentence then."""
    from inpaint_studio.engine.weights.download import fetch

    if not mirror:
        return fetch(file, downloads_folder(), ticket)
    try:
        return fetch(mirrors.mirrored(file, mirror), downloads_folder(), ticket)
    except WeightsError as error:
        reason = str(error)
    try:
        fetched = fetch(file, downloads_folder(), ticket)
    except WeightsError as error:
        raise WeightsError(
            tr(
                "The mirror was of no use for {name}: {reason} Nor was its publisher: {error}",
                name=file.name,
                reason=reason,
                error=error,
            )
        ) from error
    notes.append(
        tr("The mirror was of no use for {name}, so its publisher was asked: {reason}", name=file.name, reason=reason)
    )
    return fetched


def _import(entry: PublishedWeights, downloaded: list[DownloadedFile], ticket: Any, name: str | None) -> ImportResult:
    from inpaint_studio.engine.weights.importer import Provenance, import_files
    from inpaint_studio.engine.weights.unpack import unpack

    facts = {
        "title": entry.title,
        "urls": " ".join(each.file.url for each in downloaded),
        "fetched_sha256": " ".join(each.sha256 for each in downloaded),
    }
    with unpack([(each.path, each.file) for each in downloaded], downloads_folder(), ticket) as files:
        return import_files(files, name, ticket=ticket, provenance=Provenance(entry.licence, entry.terms, facts))
