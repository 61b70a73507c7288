"""The discriminators that a set of weights was trained against, in a file of their own beside it.

Filling needs none of them; the next fine-tuning of the set continues with them. The file is called like the set, with
the suffix ``.discriminators``, and is safetensors inside. Set and file carry the same random mark, so that a file which
belongs to another set of that name is never used.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from inpaint_studio import atomic
from inpaint_studio.errors import WeightsError
from inpaint_studio.models.base.checkpoint_format import PROGRAM_SUFFIX, Weights
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from inpaint_studio.models.base.checkpoint_format import Tensors

SUFFIX = ".discriminators"
FACT = "discriminators"  # the fact of a set that holds the mark
_MARK = "belongs_to"  # the same in the metadata of the file
_MAX_HEADER = 1 << 20  # bytes


class MissingDiscriminators(WeightsError):
    """The discriminators of a set are not beside it, or cannot be used; it fills all the same."""


def new_mark() -> str:
    """Return a mark for a set and the file of its discriminators."""
    return secrets.token_hex(8)


def beside(weights: Path) -> Path:
    """Return the place of the discriminators of the set in the file `weights`."""
    name = weights.name.removesuffix(".safetensors").removesuffix(PROGRAM_SUFFIX)
    return weights.with_name(name + SUFFIX)


def size(weights: Path) -> int:
    """Return the bytes on the disk of a set with its discriminators; 0 where it is not there."""
    whole = 0
    for path in (weights, beside(weights)):
        with suppress(OSError):
            whole += path.stat().st_size
    return whole


def save(modules: Mapping[str, Tensors], weights: Path, mark: str) -> None:
    """Write the tensors of each discriminator beside the set in the file `weights`, all at once or not at all.

    Raises OSError; whatever was there before is then as it was, and its mark is another one.
    """
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    tensors = {
        f"{name}/{key}": value.detach().cpu().contiguous().clone()
        for name, module in modules.items()
        for key, value in module.items()
    }
    with atomic.open_temporary_path(beside(weights), mode=0o644) as temporary:
        try:
            save_file(tensors, temporary, {_MARK: mark})
        except SafetensorError as error:  # how its writer reports a full disk
            raise OSError(str(error)) from error


def read(weights: Weights) -> dict[str, Tensors]:
    """Read the tensors of each discriminator of a set, by its name in the recipe.

    Empty for a set that never had any. Raises MissingDiscriminators with a sentence where the file is not there, is
    another set's, or is damaged.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    mark, path = weights.facts.get(FACT), beside(weights.path)
    if not mark:
        return {}
    if _read_mark(path) != mark:
        raise MissingDiscriminators(tr("The discriminators of '{name}' are not beside it.", name=weights.name))
    damaged = MissingDiscriminators(tr("The discriminators of '{name}' are damaged.", name=weights.name))
    try:
        tensors = load_file(path)
    except (OSError, SafetensorError) as error:
        raise damaged from error
    modules: dict[str, Tensors] = {}
    for key, value in tensors.items():
        name, slash, inner = key.partition("/")
        if not slash or (value.is_floating_point() and not bool(torch.isfinite(value).all())):
            raise damaged
        modules.setdefault(name, {})[inner] = value
    return modules


def remove(weights: Path) -> None:
    """Delete the discriminators of the set that was in the file `weights`, where there are any."""
    with suppress(OSError):
        beside(weights).unlink()


def rename(old: Path, new: Path) -> None:
    """Let the discriminators follow their set from the file `old` to `new`; what was left there is replaced."""
    with suppress(OSError):
        beside(old).replace(beside(new))


def copy(weights: Weights, target: Path) -> bool:
    """Copy the discriminators of a set beside a copy of it in `target`; return whether there are any.

    Raises OSError where they cannot be written.
    """
    mark, source = weights.facts.get(FACT), beside(weights.path)
    if not mark or _read_mark(source) != mark:
        return False
    with source.open("rb") as file, atomic.open_replacement(beside(target)) as new:
        shutil.copyfileobj(file, new)
    return True


def _read_mark(path: Path) -> str | None:
    """Return the mark in the file `path`; None where it is not such a file."""
    with suppress(OSError, ValueError, RecursionError):
        if not path.is_file():  # nor a pipe, which would make the reader wait
            return None
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(length)) if length <= _MAX_HEADER else None
        metadata = header.get("__metadata__") if isinstance(header, dict) else None
        mark = metadata.get(_MARK) if isinstance(metadata, dict) else None
        return mark if isinstance(mark, str) else None
    return None
