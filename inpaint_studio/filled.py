"""The result of `inpaint_studio.fill`. It imports nothing of the program."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class FilledPhoto:
    """A photo whose hole is filled. ``numpy.asarray(filled)`` gives its pixels, too."""

    # Of the shape and the type of the photo; outside the hole they are the photo's, bit for bit.
    pixels: NDArray[Any]
    # The names of the models that filled, with the reasons for the choice of ``auto`` in brackets.
    model: str
    # Sentences about what the user should know.
    notes: tuple[str, ...] = ()
    # That the fill took, without reading the files.
    seconds: float = 0.0
    _save: Callable[[str | os.PathLike[str], NDArray[Any]], tuple[str, ...]] | None = field(default=None, repr=False)

    def save(self, path: str | os.PathLike[str]) -> tuple[str, ...]:
        """Save the photo in the format that the name ends in, with the metadata of the file that it came from.

        A file of that name is replaced at once or not at all. Returns sentences about what the format could not hold.
        Raises `inpaint_studio.errors.PhotoError` where the file cannot be written.
        """
        assert self._save is not None
        return self._save(path, self.pixels)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Return the pixels for numpy; see `numpy.asarray`."""
        if dtype is None or dtype == self.pixels.dtype:
            return self.pixels.copy() if copy else self.pixels
        return self.pixels.astype(dtype)
