"""The weights sets on this machine: one file each, in a folder that several running programs may share.

A set is a safetensors file, or an ONNX program of the whole network. Those that ship as ONNX are for builds without
torch.

Listing reads only the headers and needs no torch. Files are written atomically, so that a reader sees the old set or
the new one.
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

from inpaint_studio import atomic, build_info, paths
from inpaint_studio.atomic import explain_write_error
from inpaint_studio.engine.weights import discriminators
from inpaint_studio.engine.weights.metadata import FORMAT, NAME, SUFFIX, SUFFIXES, Origin, read_header, set_name
from inpaint_studio.errors import WeightsError
from inpaint_studio.models.base.checkpoint_format import PROGRAM_SUFFIX, Config, Licence, Weights
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from inpaint_studio.models.base.checkpoint_format import Tensors


MAIN = "main"  # fact of a shipped set: whether its system uses it where the user has no other, "yes" or "no"
_MAX_NAME = 40  # characters
_STALE = 3600.0  # seconds after which an unfinished file is from a program that has ended


class NameTaken(WeightsError):
    """There is a set of that name already."""


class NotSaved(WeightsError):
    """A file could not be written; there is nothing wrong with the weights."""


class Listing(NamedTuple):
    """The content of the folders: the sets, oldest first, and a sentence for each file that is not a usable set."""

    sets: list[Weights]
    problems: list[str]


def folder() -> Path:
    """Give the folder of imported and trained sets (not created here)."""
    return paths.data_dir() / "weights"


def shipped_folder() -> Path:
    """Give the folder of the sets that come with the program; it may not exist.

    The environment variable INPAINT_STUDIO_SHIPPED names another place.
    """
    chosen = os.environ.get("INPAINT_STUDIO_SHIPPED")
    return Path(chosen) if chosen else paths.resources() / "weights"


def _homes() -> list[tuple[Path, bool]]:
    """List the folders of sets, each with whether it ships with the program; a later one hides an earlier one."""
    programs = [] if build_info.has_torch() else [(shipped_folder().parent / "onnx", True)]
    return [(shipped_folder(), True), *programs, (folder(), False)]


def sets() -> list[Weights]:
    """List all sets: shipped ones first, and the main one of its system after the others; then the oldest first."""
    return scan().sets


def problems() -> list[str]:
    """List a sentence for each file in the folders that is not a usable set."""
    return scan().problems


def scan() -> Listing:
    """List the sets of both folders; a set of the user's own hides a shipped one of the same name."""
    found: dict[str, Weights] = {}
    problems: list[str] = []
    for home, shipped in _homes():
        for path in _files(home):
            try:
                weights = read_header(path, shipped=shipped)
            except WeightsError as error:
                problems.append(_shipped_problem(path) if shipped else str(error))
            else:
                found[weights.name] = weights
    return Listing(sorted(found.values(), key=_order), problems)


def _order(weights: Weights) -> tuple[bool, str, str]:
    """Return the place of a set among all: shipped ones first, of which the main one of its system is the last."""
    if weights.origin == "shipped":
        return False, weights.facts.get(MAIN, ""), weights.name
    return True, weights.facts.get("imported", ""), weights.name


def _shipped_problem(path: Path) -> str:
    return tr("{name}, which comes with the program, is damaged; install the program again.", name=path.name)


def find(name: str) -> Weights:
    """Find the set called `name`. Raises WeightsError with the names that exist."""
    known = {weights.name: weights for weights in sets()}
    if name not in known:
        names = tr("there are {names}", names=", ".join(sorted(known))) if known else tr("none have been imported yet")
        raise WeightsError(tr("There are no weights called '{name}'; {names}.", name=name, names=names))
    return known[name]


def check_name(name: str) -> None:
    """Raise WeightsError where a set cannot be called `name`."""
    from inpaint_studio.models.base.interface import AUTO
    from inpaint_studio.models.base.registry import registry

    if not NAME.fullmatch(name) or len(name) > _MAX_NAME:
        raise WeightsError(
            tr(
                "'{name}' cannot be a name of weights; use lower-case letters, digits and '-', "
                "{max_name} characters at most.",
                name=name,
                max_name=_MAX_NAME,
            )
        )
    if name == AUTO or name in registry().models:
        raise WeightsError(tr("'{name}' is the name of a model; give the weights another one.", name=name))


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
    file: Path | None = None,
) -> Weights:
    """Write a set into the folder, all at once or not at all, and give it as a reader would find it.

    A set that comes with the program keeps its name: none of the user's own takes it.

    `facts` are further metadata; the time and the number of parameters are added. `file` is another place than the
    folder; importing it from there suggests the name. Discriminators that lay there belong to the set before, and are
    removed. Raises WeightsError for a name that cannot be used, NameTaken for one that exists (unless `replace`), and
    NotSaved where the disk refuses the file.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    check_name(name)
    if home is None and file is None and is_shipped(name) and not (folder() / f"{name}{SUFFIX}").exists():
        raise _name_of_shipped(name)
    home = folder() if home is None else home
    tensors = {key: _unshare(tensor) for key, tensor in tensors.items()}
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
    target = home / f"{name}{SUFFIX}" if file is None else file
    with _write_set(target, replace=replace) as temporary, torch.inference_mode():
        try:
            save_file(tensors, temporary, metadata)
        except SafetensorError as error:
            raise NotSaved(tr("The weights were not saved: {error}.", error=error)) from error
    discriminators.remove(target)
    return read_header(target, name=name, shipped=origin == "shipped")


def remove(name: str) -> Weights:
    """Delete a set of the user's own with its discriminators; a program that has loaded it keeps its tensors.

    Raises WeightsError.
    """
    weights = _find_own(name)
    try:
        weights.path.unlink(missing_ok=True)
    except OSError as error:
        raise WeightsError(
            tr(
                "The weights '{name}' were not deleted: {explain_write_error}.",
                name=name,
                explain_write_error=explain_write_error(error),
            )
        ) from error
    discriminators.remove(weights.path)
    return weights


def rename(name: str, new: str) -> Weights:
    """Give a set of the user's own, and its discriminators, another name.

    Raises WeightsError for a name that cannot be used or exists.
    """
    check_name(new)
    weights = _find_own(name)
    if is_shipped(new):
        raise _name_of_shipped(new)
    target = weights.path.with_name(new + weights.path.suffix)
    if _exists(target):
        raise _name_taken(new)
    try:
        atomic.rename(weights.path, target)
    except FileExistsError:
        raise _name_taken(new) from None
    except OSError as error:
        raise WeightsError(
            tr(
                "The weights '{name}' were not renamed: {explain_write_error}.",
                name=name,
                explain_write_error=explain_write_error(error),
            )
        ) from error
    discriminators.rename(weights.path, target)
    return read_header(target)


def _find_own(name: str) -> Weights:
    weights = find(name)
    if weights.origin == "shipped":
        raise WeightsError(
            tr(
                "The weights '{name}' come with the program and stay; weights of your own are used before them.",
                name=name,
            )
        )
    return weights


def is_shipped(name: str) -> bool:
    """Return whether a set of that name comes with the program."""
    return any((home / (name + end)).is_file() for home, shipped in _homes() for end in SUFFIXES if shipped)


def _exists(target: Path) -> bool:
    """Return whether there is a set of the name of `target` in its folder, in any form."""
    return any(target.with_suffix(end).exists() for end in SUFFIXES)


def save_program(content: bytes, name: str) -> Weights:
    """Write an ONNX program into the folder as a set. Raises WeightsError as `save` does."""
    check_name(name)
    target = folder() / f"{name}{PROGRAM_SUFFIX}"
    if is_shipped(name) and not _exists(target):
        raise _name_of_shipped(name)
    with _write_set(target, replace=False) as temporary:
        temporary.write_bytes(content)
    return read_header(target)


def _files(home: Path) -> list[Path]:
    try:
        with os.scandir(home) as entries:
            names = [
                e.name for e in entries if e.name.endswith(SUFFIXES) and not e.name.startswith(".") and e.is_file()
            ]
        return [home / name for name in sorted(names)]
    except OSError:
        return []


def stamp() -> tuple[tuple[str, int, int], ...]:
    """Give a value that changes whenever a set is added, changed or removed; cheap enough to compare often."""
    found = []
    for path in (path for home, _ in _homes() for path in _files(home)):
        with suppress(OSError):
            status = path.stat()
            found.append((str(path), status.st_mtime_ns, status.st_size))
    return tuple(found)


# Writing


@contextmanager
def _write_set(target: Path, *, replace: bool) -> Iterator[Path]:
    """Give the path of a new, empty file that becomes `target` if the block ends without an error.

    Makes the folder. Raises NotSaved with a sentence; without `replace` NameTaken where `target` exists.
    """
    name = set_name(target)
    if not replace and (_exists(target) if target.suffix in SUFFIXES else target.exists()):
        raise _name_taken(name)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_stale(target.parent)
        with atomic.open_temporary_path(target, overwrite=replace, mode=0o644) as temporary:
            yield temporary
    except FileExistsError:
        raise _name_taken(name) from None
    except OSError as error:
        raise NotSaved(
            tr("The weights were not saved: {explain_write_error}.", explain_write_error=explain_write_error(error))
        ) from error


def _remove_stale(home: Path) -> None:
    """Delete the unfinished files of programs that ended while they wrote."""
    for path in home.glob(".*.part"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _STALE:
                path.unlink()


def _unshare(tensor: Any) -> Any:
    """Give the tensor contiguous, on the CPU and in memory of its own, as safetensors requires."""
    tensor = tensor.detach().cpu().contiguous()
    whole = tensor.untyped_storage().nbytes() == tensor.numel() * tensor.element_size()
    return tensor if whole else tensor.clone()


def _name_of_shipped(name: str) -> NameTaken:
    return NameTaken(tr("Weights called '{name}' come with the program; give another name.", name=name))


def _name_taken(name: str) -> NameTaken:
    return NameTaken(
        tr("There are weights called '{name}' already; give another name or delete those first.", name=name)
    )
