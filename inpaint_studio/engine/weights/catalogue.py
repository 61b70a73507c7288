"""Where each system's weights were published (``resources/weights.toml``), and how they come here from there."""

from __future__ import annotations

import shlex
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from inpaint_studio import paths
from inpaint_studio.errors import InputError, WeightsError
from inpaint_studio.models.base.checkpoint_format import Licence

if TYPE_CHECKING:
    from inpaint_studio.engine.ticket import Ticket
    from inpaint_studio.engine.weights.download import Fetched
    from inpaint_studio.engine.weights.importer import Imported

_FETCHING = 0.8  # of the progress; the rest is the import


@dataclass(frozen=True)
class File:
    """One published file: where it is, and what its publisher states about it."""

    name: str
    url: str = ""  # where it can be fetched; empty where only a page leads to it
    page: str = ""  # where a person finds it
    member: str = ""  # its name inside the archive that `url` is
    size: int | None = None  # bytes, stated exactly
    about: str = ""  # a size that is stated roughly, for people
    md5: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class Published:
    """One set of weights that somebody published."""

    system: str
    id: str
    title: str
    dialect: str
    licence: Licence
    terms: str
    files: tuple[File, ...]

    @property
    def direct(self) -> bool:
        """Whether the program can fetch it by itself."""
        return all(file.url for file in self.files)

    @property
    def pages(self) -> tuple[str, ...]:
        """Where a person fetches it."""
        return tuple(dict.fromkeys(file.page for file in self.files if file.page))

    @property
    def command(self) -> str:
        """What to type once the files are here."""
        return f"inpaint-studio models import {shlex.join(file.name for file in self.files)}"


@cache
def catalogue(path: Path | None = None) -> tuple[Published, ...]:
    """Everything that is listed, in its order."""
    listed = tomllib.loads((path or paths.resources() / "weights.toml").read_text(encoding="utf-8"))
    return tuple(_published(entry) for entry in listed["entry"])


def _published(entry: dict[str, Any]) -> Published:
    """Raises KeyError, TypeError or ValueError for an entry that is not complete."""
    files = tuple(File(**file) for file in entry.pop("file"))
    if entry["licence"] not in get_args(Licence) or not all(bool(file.url) != bool(file.page) for file in files):
        raise ValueError(entry["id"])
    return Published(**entry, files=files)


def published(system: str) -> list[Published]:
    """What was published for a system; the first is the one to take where there is no reason for another."""
    return [each for each in catalogue() if each.system == system]


def choose(system: str, entry: str | None) -> Published:
    """The set of that id, or the system's first. Raises InputError with those there are."""
    there = published(system)
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


def get(entry: Published, ticket: Ticket, name: str | None = None) -> Imported:
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
    fetched: list[Fetched] = []
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


def _import(entry: Published, fetched: list[Fetched], ticket: Any, name: str | None) -> Imported:
    from inpaint_studio.engine.weights.importer import Source, import_files
    from inpaint_studio.engine.weights.unpack import unpacked

    facts = {
        "title": entry.title,
        "urls": " ".join(file.url for file in entry.files),
        "fetched_sha256": " ".join(each.sha256 for each in fetched),
    }
    with unpacked([(each.path, each.file) for each in fetched], downloads(), ticket) as files:
        return import_files(files, name, ticket=ticket, source=Source(entry.licence, entry.terms, facts))
