"""What the authors of a system published: sets of weights and their files, as ``resources/weights.toml`` lists them."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from inpaint_studio.models.base.checkpoint_format import Licence
from inpaint_studio.texts import tr


@dataclass(frozen=True)
class PublishedFile:
    """One published file: where it is, and what its publisher states about it."""

    name: str
    url: str = ""  # for the download; empty where only a page leads to it
    page: str = ""  # where the user finds it
    member: str = ""  # its name inside the archive at `url`
    size: int | None = None  # bytes, where they are stated exactly
    about: str = ""  # a rough size, for the user
    md5: str = ""
    sha256: str = ""
    sha256_start: str = ""  # the beginning of the sha256, where only that is stated, as in the name of the file

    @property
    def amount(self) -> str:
        """The size for the user; empty where it is not known."""
        return tr("{size:.1f} MB", size=self.size / 1000000.0) if self.size else self.about


@dataclass(frozen=True)
class PublishedWeights:
    """One set of weights that was published: an entry of the catalogue."""

    system: str
    id: str
    title: str
    dialect: str
    licence: Licence
    terms: str
    files: tuple[PublishedFile, ...]
    recommended: int = 0  # its place among those that are offered first, from 1; 0: it is not

    @property
    def direct(self) -> bool:
        """Whether the program can download all files itself."""
        return all(file.url for file in self.files)

    @property
    def amount(self) -> str:
        """The sizes of its files for the user; empty where none is known."""
        return " + ".join(filter(None, (file.amount for file in self.files)))

    @property
    def pages(self) -> tuple[str, ...]:
        """The web pages on which the user finds the files."""
        return tuple(dict.fromkeys(file.page for file in self.files if file.page))

    @property
    def command(self) -> str:
        """The command that imports the files once they are on this machine."""
        return tr("inpaint-studio models import {names}", names=shlex.join(file.name for file in self.files))
