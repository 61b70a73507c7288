"""What the authors of a system published: sets of weights and their files, as ``resources/weights.toml`` lists them."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from inpaint_studio.models.base.checkpoint_format import Licence


@dataclass(frozen=True)
class PublishedFile:
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
class PublishedWeights:
    """One set of weights that somebody published."""

    system: str
    id: str
    title: str
    dialect: str
    licence: Licence
    terms: str
    files: tuple[PublishedFile, ...]

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
