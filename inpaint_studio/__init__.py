"""Inpaint Studio: fill holes in photographs, and see where every filled pixel came from.

`fill` is the face for other programs; docs/python.md shows it.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing's own would have to be imported, and the command line starts with this file
if TYPE_CHECKING:
    import os
    from collections.abc import Callable
    from typing import Any, Literal

    from numpy.typing import NDArray

    from inpaint_studio.filled import FilledPhoto

__version__ = "0.2.0"
__all__ = ["FilledPhoto", "__version__", "fill"]


def fill(
    photo: str | os.PathLike[str] | NDArray[Any],
    mask: str | os.PathLike[str] | NDArray[Any] | None = None,
    model: str = "auto",
    *,
    quality: Literal["fast", "best"] = "best",
    seed: int = 0,
    grow: int = 0,
    feather: int = 0,
    device: str = "auto",
    threads: int | None = None,
    progress: Callable[[float, str], None] | None = None,
) -> FilledPhoto:
    """Fill the hole in a photo, as ``inpaint-studio fill`` does, and return the filled photo.

    `photo` is the name of a file, or an array: H x W grey, H x W x 3 RGB, or H x W x 4 with the opacity last; of uint8,
    of uint16 (white is 65535) or of float32 (white is 1). What has more than 8 bits is filled and comes back so.
    `mask` is the name of a file, or an array H x W of the photo's size: bool, True in the hole, or uint8, 255 in the
    hole and 0 outside; where it is between, fill and photo are mixed, and a mask of 0 and 1 is taken as bool. None: the
    photo's transparent part is the hole.

    `model` is a name that ``inpaint-studio models list`` shows. `seed`: another number gives another fill. `grow`
    enlarges the hole by so many px, and `feather` blends its rim over so many px outside it. `device` is auto, cpu,
    cuda, cuda:N or mps, and `threads` the number of threads (None: all cores but one). `progress` is called with
    a fraction from 0 to 1 and a sentence; what it raises stops the fill.

    The same arguments give the same pixels. Raises `inpaint_studio.errors.InputError`, a sentence for the user, where
    the photo, the mask or an option cannot be used, and `inpaint_studio.errors.StudioError` where memory runs out.
    Models stay loaded for the next call. One call at a time: a lock makes others wait.
    """
    import importlib

    face: Any = importlib.import_module("inpaint_studio.engine.face")  # not before: it loads numpy and more
    found: FilledPhoto = face.fill(
        photo,
        mask,
        model,
        quality=quality,
        seed=seed,
        grow=grow,
        feather=feather,
        device=device,
        threads=threads,
        progress=progress,
    )
    return found


def __getattr__(name: str) -> object:
    if name == "FilledPhoto":
        from inpaint_studio.filled import FilledPhoto

        return FilledPhoto
    raise AttributeError(f"module 'inpaint_studio' has no attribute '{name}'")
