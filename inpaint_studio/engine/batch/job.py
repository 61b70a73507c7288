"""The photos of a batch: what is to be done with each, how, and what became of it. Light: every value can be sent."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from inpaint_studio.models.base.interface import AUTO, Options

Status = Literal["filled", "unchanged", "skipped", "failed"]
STATUSES: tuple[Status, ...] = ("filled", "unchanged", "skipped", "failed")

# Fields of `Options` that do not change the pixels of a fill.
_ONLY_SPEED = ("device", "threads", "memory", "precision", "ranked", "draw_start", "extra")


@dataclass(frozen=True)
class BatchJob:
    """One photo of a batch."""

    photo: Path
    output: Path  # the file that gets the result
    mask: Path | None = None  # None: what the photo shows is the hole: its transparency, or what is suggested
    fault: str = ""  # why it cannot be done, found while planning; then nothing is tried
    size: int = 1  # bytes of the photo's file, for the time that is left

    @property
    def name(self) -> str:
        """The photo's name without folders, for the user."""
        return self.photo.name


@dataclass(frozen=True)
class HowToFill:
    """How all photos of a batch are filled."""

    model: str = AUTO
    options: Options = field(default_factory=Options)
    suggest: tuple[str, ...] = ()  # kinds of suggestions that are added to the hole, names of `suggest.kinds.KINDS`
    grow: int = 0  # px that the hole grows by; what is suggested is 3 px wider than it is already
    feather: int = 0  # px of its soft rim
    invert: bool = False  # masks are black where the hole is

    def key(self, photo: str, mask: str) -> str:
        """Return what stands for the same work on the same content.

        `photo` and `mask` are the SHA-256 of the files, `mask` is empty where there is none. What only changes the
        speed, as the device, is left out.
        """
        options = {name: value for name, value in vars(self.options).items() if name not in _ONLY_SPEED}
        rest = self.model, self.suggest, self.grow, self.feather, self.invert
        text = json.dumps([photo, mask, options, rest], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


class Outcome(NamedTuple):
    """What became of one photo."""

    status: Status
    seconds: float = 0.0
    made: str = ""  # the models that filled it, with `auto`'s reasons
    notes: tuple[str, ...] = ()  # sentences for the user
    reason: str = ""  # of a photo that failed, in a sentence
    key: str = ""  # see `HowToFill.key`; empty where it failed
    digest: str = ""  # SHA-256 of the file that was written


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a file's content. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
