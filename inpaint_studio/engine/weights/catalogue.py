"""Where each system's weights were published (``resources/weights.toml``), and how they come here from there."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from inpaint_studio import paths
from inpaint_studio.engine.weights.published import PublishedFile, PublishedWeights
from inpaint_studio.errors import InputError, WeightsError
from inpaint_studio.models.base.checkpoint_format import Licence

if TYPE_CHECKING:
    from inpaint_studio.engine.ticket import Ticket
    from inpaint_studio.engine.weights.download import DownloadedFile
    from inpaint_studio.engine.weights.importer import ImportResult

_FETCHING = 0.8  # of the progress; the rest is the import


@cache
def entries(path: Path | None = None) -> tuple[PublishedWeights, ...]:
    """Everything that is listed, in its order."""
    listed = tomllib.loads((path or paths.resources() / "weights.toml").read_text(encoding="utf-8"))
    return tuple(_published(entry) for entry in listed["entry"])


def _published(entry: dict[str, Any]) -> PublishedWeights:
    """Raises KeyError, TypeError or ValueError for an entry that is not complete."""
    files = tuple(PublishedFile(**file) for file in entry.pop("file"))
    if entry["licence"] not in get_args(Licence) or not all(bool(file.url) != bool(file.page) for file in files):
        raise ValueError(entry["id"])
    return PublishedWeights(**entry, files=files)


def entries_for(system: str) -> list[PublishedWeights]:
    """What was published for a system; the first is the one to take where there is no reason for another."""
    return [each for each in entries() if each.system == system]


def choose(system: str, entry: str | None) -> PublishedWeights:
    """The set of that id, or the system's first. Raises InputError with those there are."""
    there = entries_for(system)
    if not there:
        raise InputError(f"Nobody published weights for '{system}' that are known here.")
    if entry is None:
        return there[0]
    for each in there:
        if each.id == entry:
            return each
    raise InputError(f"There is no entry '{entry}' for {system}; there are {', '.join(each.id for each in there)}.")


def downloads() -> Path:
    """Where files lie while they are fetched (not created here)."""
    return paths.data_dir() / "downloads"


def get(entry: PublishedWeights, ticket: Ticket, name: str | None = None) -> ImportResult:
    """Fetches a set and imports it; what was fetched is thrown away then.

    Where fetching or saving stops midway, the next time goes on from there. Raises WeightsError with a sentence, also
    for an entry that is not `direct`, and Cancelled.
    """
    from inpaint_studio.engine.weights import store
    from inpaint_studio.engine.weights.download import fetch

    if not entry.direct:
        raise WeightsError(f"{entry.title} can only be fetched by hand, from {entry.pages[0]}; then import it.")
    if name is not None:
        store.check_name(name)
    fetched: list[DownloadedFile] = []
    useless = False
    try:
        for number, file in enumerate(entry.files):
            share = [_FETCHING * part / len(entry.files) for part in (number, number + 1)]
            fetched.append(fetch(file, downloads(), ticket.part(*share)))
        try:
            imported = _import(entry, fetched, ticket.part(_FETCHING, 1), name)
        except WeightsError as error:
            useless = not isinstance(error, store.NotSaved)
            raise
        useless = True
    finally:
        for each in fetched:
            if useless:
                each.discard()
            else:
                each.keep()
    notes = [f"{each.file.name}: sha256 {each.sha256}" for each in fetched if not (each.file.md5 or each.file.sha256)]
    return imported._replace(notes=(*notes, *imported.notes))


def _import(entry: PublishedWeights, fetched: list[DownloadedFile], ticket: Any, name: str | None) -> ImportResult:
    from inpaint_studio.engine.weights.importer import Provenance, import_files
    from inpaint_studio.engine.weights.unpack import unpacked

    facts = {
        "title": entry.title,
        "urls": " ".join(file.url for file in entry.files),
        "fetched_sha256": " ".join(each.sha256 for each in fetched),
    }
    with unpacked([(each.path, each.file) for each in fetched], downloads(), ticket) as files:
        return import_files(files, name, ticket=ticket, provenance=Provenance(entry.licence, entry.terms, facts))
