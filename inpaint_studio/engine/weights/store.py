"""The sets of weights at hand: one safetensors file each, in a folder that several running programs may share.

Listing reads headers alone and needs no torch. A file is written under a name of its own and renamed when it is whole,
so that a reader sees the old set or the new one.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from inpaint_studio import atomic, paths
from inpaint_studio.atomic import explain_write_error
from inpaint_studio.engine.weights.metadata import FORMAT, NAME, SUFFIX, Origin, read_header
from inpaint_studio.errors import WeightsError
from inpaint_studio.models.base.checkpoint_format import Config, Licence, Weights

if TYPE_CHECKING:
    from inpaint_studio.models.base.checkpoint_format import Tensors


_LONGEST = 40  # characters of a name
_STALE = 3600.0  # seconds after which an unfinished file belongs to a program that is gone


class NameTaken(WeightsError):
    """A set of that name is there already."""


class NotSaved(WeightsError):
    """The disk did not take a file; what was to be saved is as good as it was."""


class Listing(NamedTuple):
    """What a look at the folders gives: the sets, oldest first, and a sentence for each file that is none."""

    sets: list[Weights]
    problems: list[str]


def folder() -> Path:
    """Where imported and trained sets are (not created here)."""
    return paths.data_dir() / "weights"


def shipped_folder() -> Path:
    """Where the sets are that come with the program; it need not exist."""
    return paths.resources() / "weights"


def sets() -> list[Weights]:
    """All sets at hand: shipped ones first, then the oldest first."""
    return look().sets


def problems() -> list[str]:
    """A sentence for each file in the folders that is no usable set."""
    return look().problems


def look() -> Listing:
    """Both folders' sets; a set of the person's own hides a shipped one of the same name."""
    found: dict[str, Weights] = {}
    complaints: list[str] = []
    for home, shipped in ((shipped_folder(), True), (folder(), False)):
        for path in _files(home):
            try:
                weights = read_header(path, shipped=shipped)
            except WeightsError as error:
                complaints.append(str(error))
            else:
                found[weights.name] = weights
    order = sorted(found.values(), key=lambda w: (w.origin != "shipped", w.facts.get("imported", ""), w.name))
    return Listing(order, complaints)


def find(name: str) -> Weights:
    """The set called `name`. Raises WeightsError with the names there are."""
    known = {weights.name: weights for weights in sets()}
    if name not in known:
        there = f"there are {', '.join(sorted(known))}" if known else "none have been imported yet"
        raise WeightsError(f"There are no weights called '{name}'; {there}.")
    return known[name]


def check_name(name: str) -> None:
    """Raises WeightsError where a set cannot be called `name`."""
    from inpaint_studio.models.base.registry import AUTO, registry

    if not NAME.fullmatch(name) or len(name) > _LONGEST:
        raise WeightsError(
            f"'{name}' is no name for weights; use lower-case letters, digits and '-', {_LONGEST} characters at most."
        )
    if name == AUTO or name in registry().models:
        raise WeightsError(f"'{name}' is the name of a model; give the weights another one.")


def save(
    tensors: Tensors,
    *,
    name: str,
    system: str,
    config: Config,
    licence: Licence = "unclear",
    terms: str = "",
    origin: Origin = "imported",
    facts: Mapping[str, str] | None = None,
    replace: bool = False,
    home: Path | None = None,
) -> Weights:
    """Writes a set into the folder, all at once or not at all, and gives it back as a reader would find it.

    `facts` are further metadata; the time and the number of parameters are added. Raises WeightsError for a name that
    cannot be used or is taken (unless `replace`), and where the disk cannot take the file.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    check_name(name)
    home = folder() if home is None else home
    tensors = {key: _alone(tensor) for key, tensor in tensors.items()}
    metadata = {
        **(facts or {}),
        "inpaint_studio": str(FORMAT),
        "name": name,
        "imported": datetime.now(UTC).isoformat(timespec="microseconds"),
        "parameters": str(sum(tensor.numel() for tensor in tensors.values())),
        "system": system,
        "config": json.dumps(config),
        "licence": licence,
        "terms": terms,
        "origin": origin,
    }
    target = home / f"{name}{SUFFIX}"
    with placing(target, replace=replace) as partial, torch.inference_mode():
        try:
            save_file(tensors, partial, metadata)
        except SafetensorError as error:
            raise NotSaved(f"The weights were not saved: {error}.") from error
    return read_header(target)


def remove(name: str) -> Weights:
    """Deletes a set of the person's own; a program that has loaded it keeps it. Raises WeightsError."""
    weights = _own(name)
    try:
        weights.path.unlink(missing_ok=True)
    except OSError as error:
        raise WeightsError(f"The weights '{name}' were not removed: {explain_write_error(error)}.") from error
    return weights


def rename(name: str, new: str) -> Weights:
    """Gives a set of the person's own another name. Raises WeightsError where that cannot be used or is taken."""
    check_name(new)
    weights = _own(name)
    target = weights.path.with_name(f"{new}{SUFFIX}")
    try:
        atomic.rename(weights.path, target)
    except FileExistsError:
        raise _taken(new) from None
    except OSError as error:
        raise WeightsError(f"The weights '{name}' were not renamed: {explain_write_error(error)}.") from error
    return read_header(target)


def _own(name: str) -> Weights:
    weights = find(name)
    if weights.origin == "shipped":
        raise WeightsError(f"The weights '{name}' come with the program and stay as they are.")
    return weights


def _files(home: Path) -> list[Path]:
    try:
        with os.scandir(home) as entries:
            names = [e.name for e in entries if e.name.endswith(SUFFIX) and not e.name.startswith(".") and e.is_file()]
        return [home / name for name in sorted(names)]
    except OSError:
        return []


def stamp() -> tuple[tuple[str, int, int], ...]:
    """What changes whenever a set is added, changed or removed; cheap, for asking often."""
    seen = []
    for path in _files(shipped_folder()) + _files(folder()):
        with suppress(OSError):
            about = path.stat()
            seen.append((str(path), about.st_mtime_ns, about.st_size))
    return tuple(seen)


# Writing


@contextmanager
def placing(target: Path, *, replace: bool) -> Iterator[Path]:
    """The path of a new, empty file that becomes `target` when the block ends well and is gone when it does not.

    Makes the folder. Raises WeightsError with a sentence; without `replace` also where `target` is there already.
    """
    name = target.name.removesuffix(SUFFIX)
    if not replace and target.exists():
        raise _taken(name)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _tidy(target.parent)
        with atomic.replacing_path(target, overwrite=replace, mode=0o644) as temporary:
            yield temporary
    except FileExistsError:
        raise _taken(name) from None
    except OSError as error:
        raise NotSaved(f"The weights were not saved: {explain_write_error(error)}.") from error


def _tidy(home: Path) -> None:
    """Removes what programs left that ended while they wrote."""
    for path in home.glob(".*.part"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _STALE:
                path.unlink()


def _alone(tensor: Any) -> Any:
    """The tensor in memory of its own, in order, on the processor: as safetensors takes it."""
    tensor = tensor.detach().cpu().contiguous()
    whole = tensor.untyped_storage().nbytes() == tensor.numel() * tensor.element_size()
    return tensor if whole else tensor.clone()


def _taken(name: str) -> NameTaken:
    return NameTaken(f"There are weights called '{name}' already; give another name or remove those first.")
