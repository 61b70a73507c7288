"""The header of a weights set's file: its metadata, read without torch and checked as if hostile.

A set is a safetensors file or, for ONNX Runtime, an ONNX program that the export wrote.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from inpaint_studio.engine.weights import licences, onnx_metadata
from inpaint_studio.errors import WeightsError
from inpaint_studio.models.base.checkpoint_format import PROGRAM_SUFFIX, Weights
from inpaint_studio.texts import tr

Origin = Literal["shipped", "imported", "trained"]

FORMAT = 1  # version of the metadata; a higher one is from a newer program
SUFFIX = ".safetensors"
SUFFIXES = (SUFFIX, PROGRAM_SUFFIX)
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MAX_HEADER = 16 << 20  # bytes; 1000 tensors take about 100 KiB
_NOT_FACTS = ("inpaint_studio", "system", "config", "licence", "terms", "origin")  # they are fields of `Weights`


def is_ours(path: Path) -> bool:
    """Return whether a file was written by this program, or by a newer version of it."""
    try:
        metadata = _read_metadata(path)
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(metadata, dict) and "inpaint_studio" in metadata


def read_header(path: Path, *, shipped: bool = False, name: str | None = None) -> Weights:
    """Read the set in a file without its tensors; it is called `name`, or like the file.

    `shipped`: whether the file is where the program's own sets are. A shipped set that lies elsewhere counts as
    imported. Raises WeightsError with a sentence that names the file.
    """
    name = set_name(path) if name is None else name
    try:
        metadata = _read_metadata(path)
    except OSError as error:
        raise WeightsError(
            tr("{name} cannot be read: {reason}.", name=path.name, reason=(error.strerror or str(error)).lower())
        ) from error
    except (ValueError, RecursionError) as error:
        raise WeightsError(tr("{name} is damaged; delete it and import the weights again.", name=path.name)) from error
    version = metadata.get("inpaint_studio", "") if isinstance(metadata, dict) else ""
    if not isinstance(metadata, dict) or not (isinstance(version, str) and version.isascii() and version.isdigit()):
        raise WeightsError(tr("{name} was written by another program; import it to use it.", name=path.name))
    if len(version) > 9 or int(version) > FORMAT:
        raise WeightsError(
            tr("{name} was written by a newer Inpaint Studio; update the program to use it.", name=path.name)
        )
    try:
        return _weights(path, name, metadata, shipped=shipped)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise WeightsError(tr("{name} is damaged; delete it and import the weights again.", name=path.name)) from error


def set_name(path: Path) -> str:
    """Return the name of the set in a file."""
    return path.stem if path.suffix in SUFFIXES else path.name


def _read_metadata(path: Path) -> Any:
    """Return the metadata of a file; None where it has none. Raises OSError, ValueError and RecursionError."""
    if path.suffix == PROGRAM_SUFFIX:
        return onnx_metadata.read(path)
    return _read_json(path).get("__metadata__")


def _weights(path: Path, name: str, metadata: Mapping[str, Any], *, shipped: bool) -> Weights:
    """Make the set from its metadata. Raises KeyError, TypeError or ValueError where these are not complete."""
    config = json.loads(metadata["config"])
    licence = metadata["licence"]
    origin: Origin = metadata["origin"]
    known = isinstance(config, dict) and licences.is_licence(licence) and origin in get_args(Origin)
    if not known or not NAME.fullmatch(name) or not all(isinstance(text, str) for text in metadata.values()):
        raise ValueError(name)
    facts = {key: text for key, text in metadata.items() if key not in _NOT_FACTS}
    place: Origin = "shipped" if shipped else "imported" if origin == "shipped" else origin
    weights = Weights(name, metadata["system"], path, config, licence, metadata["terms"], place, facts)
    _ = weights.classes  # raises ValueError where they are malformed
    return weights


def _read_json(path: Path) -> dict[str, Any]:
    """Read the JSON header of a safetensors file. Raises ValueError where it, or the file's length, is wrong."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= min(_MAX_HEADER, size - 8):
            raise ValueError(length)
        header = json.loads(file.read(length))
    if not isinstance(header, dict):
        raise ValueError(type(header))
    ends = [_end(entry) for key, entry in header.items() if key != "__metadata__"]
    if 8 + length + max(ends, default=0) != size:
        raise ValueError(size)
    return header


def _end(entry: Any) -> int:
    """Return the offset at which a tensor's bytes end, by its entry in the header."""
    offsets = entry.get("data_offsets") if isinstance(entry, dict) else None
    if not isinstance(offsets, list) or len(offsets) != 2 or not all(isinstance(n, int) for n in offsets):
        raise ValueError(entry)
    return int(offsets[1])
