"""The head of a set's file: what it says about itself, read without torch and without trust."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from inpaint_studio.errors import WeightsError
from inpaint_studio.models.base.checkpoint_format import Licence, Weights

Origin = Literal["shipped", "imported", "trained"]

FORMAT = 1  # of the metadata; files of a higher one come from a newer program
SUFFIX = ".safetensors"
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST = 16 << 20  # bytes of a header; 1000 tensors take about 100 KiB
_OWN = ("inpaint_studio", "system", "config", "licence", "terms", "origin")  # no further facts


def is_ours(path: Path) -> bool:
    """Whether a file was written by this program, or a newer one."""
    try:
        metadata = _header(path).get("__metadata__")
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(metadata, dict) and "inpaint_studio" in metadata


def read_header(path: Path, *, shipped: bool = False, name: str | None = None) -> Weights:
    """The set that a file holds, without its tensors, called `name` or as the file.

    Raises WeightsError with a sentence that names the file.
    """
    name = path.name.removesuffix(SUFFIX) if name is None else name
    try:
        header = _header(path)
    except OSError as error:
        raise WeightsError(f"{path.name} cannot be read: {(error.strerror or str(error)).lower()}.") from error
    except (ValueError, RecursionError) as error:
        raise WeightsError(f"{path.name} is damaged; remove it and import the weights again.") from error
    metadata = header.get("__metadata__")
    version = metadata.get("inpaint_studio", "") if isinstance(metadata, dict) else ""
    if not isinstance(metadata, dict) or not (isinstance(version, str) and version.isascii() and version.isdigit()):
        raise WeightsError(f"{path.name} was put there by another program; import it to use it.")
    if len(version) > 9 or int(version) > FORMAT:
        raise WeightsError(f"{path.name} was written by a newer Inpaint Studio; update the program to use it.")
    try:
        return _weights(path, name, metadata, shipped=shipped)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise WeightsError(f"{path.name} is damaged; remove it and import the weights again.") from error


def _weights(path: Path, name: str, metadata: Mapping[str, Any], *, shipped: bool) -> Weights:
    """Raises KeyError or ValueError where the metadata are not ours."""
    config = json.loads(metadata["config"])
    licence = metadata["licence"]
    origin: Origin = "shipped" if shipped else metadata["origin"]
    homes = ("shipped",) if shipped else ("imported", "trained")
    known = isinstance(config, dict) and licence in get_args(Licence) and origin in homes
    if not known or not NAME.fullmatch(name) or not all(isinstance(text, str) for text in metadata.values()):
        raise ValueError(name)
    facts = {key: text for key, text in metadata.items() if key not in _OWN}
    return Weights(name, metadata["system"], path, config, licence, metadata["terms"], origin, facts)


def _header(path: Path) -> dict[str, Any]:
    """The JSON at the head of a safetensors file. Raises ValueError where it, or the file's length, is not right."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= min(_LONGEST, size - 8):
            raise ValueError(length)
        header = json.loads(file.read(length))
    if not isinstance(header, dict):
        raise ValueError(type(header))
    ends = [_end(entry) for key, entry in header.items() if key != "__metadata__"]
    if 8 + length + max(ends, default=0) != size:
        raise ValueError(size)
    return header


def _end(entry: Any) -> int:
    """Where a tensor's bytes end, as the header says."""
    offsets = entry.get("data_offsets") if isinstance(entry, dict) else None
    if not isinstance(offsets, list) or len(offsets) != 2 or not all(isinstance(n, int) for n in offsets):
        raise ValueError(entry)
    return int(offsets[1])
