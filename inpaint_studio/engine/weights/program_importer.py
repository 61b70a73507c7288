"""Import a network that the full build exported to ONNX, as a set of weights that ONNX Runtime computes with.

The file is hostile until parsed: its size is limited, it may name no other file, its operations are those of ONNX
itself, its metadata is that of a set, and it must fill a small image before it is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import numpy as np

from inpaint_studio.engine.segment.onnx_file import check_domains, check_whole
from inpaint_studio.engine.weights import metadata, onnx_metadata, store
from inpaint_studio.engine.weights.input_files import ReportProgress
from inpaint_studio.errors import InputError, WeightsError
from inpaint_studio.models.base import onnx_program
from inpaint_studio.models.base.checkpoint_format import PROGRAM_SUFFIX, Weights
from inpaint_studio.models.base.interface import Guide, Options, Traits
from inpaint_studio.models.base.network_config import ConfigError
from inpaint_studio.models.base.network_model import NetworkModel, System
from inpaint_studio.texts import tr

_LARGEST = 1 << 30  # bytes; the largest published network has 200 MB


def is_program(path: Path) -> bool:
    """Return whether a file is an ONNX program that this program, or a newer version of it, exported."""
    return path.suffix == PROGRAM_SUFFIX and path.is_file() and metadata.is_ours(path)


def import_program(
    path: Path, name: str | None, known: Iterable[System], facts: Mapping[str, str], report: ReportProgress
) -> tuple[Weights, bool]:
    """Keep the program in the file as a set, called `name` or as where it was exported; `facts` say where it is from.

    Returns the set, and whether the same file was imported before. Raises WeightsError with a sentence; then nothing
    has changed.
    """
    header, content = _read(path)
    system = next((system for system in known if system.traits.name == header.system), None)
    if system is None:
        raise WeightsError(
            tr("{name} is for the model '{system}', which is not here.", name=path.name, system=header.system)
        )
    for weights in store.sets():
        same = weights.is_program and weights.facts.get("sha256") == facts["sha256"]
        if same and name in (None, weights.name):
            return weights, True
    report(0.4, tr("Trying {title}", title=system.traits.title))
    _try_out(path, header, system, report)
    report(0.8, tr("Saving the weights"))
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    base = name or _suggest_name(header, system)
    for number in count(1):
        chosen = base if number == 1 else f"{base}-{number}"
        added = {**facts, "name": chosen, "imported": now, "named": "no" if name is None else "yes"}
        try:
            return store.save_program(content + onnx_metadata.encode(added), chosen), False
        except store.NameTaken:
            if name is not None:
                raise
    raise AssertionError("unreachable")


def _read(path: Path) -> tuple[Weights, bytes]:
    """Read a program and its metadata. Raises WeightsError."""
    header = metadata.read_header(path, name="set")
    try:
        if path.stat().st_size > _LARGEST:
            raise WeightsError(tr("{name} is larger than any network that is known here.", name=path.name))
        content = path.read_bytes()
        check_whole(content)
        check_domains(content)
    except (OSError, ValueError) as error:
        raise WeightsError(tr("{name} is damaged or cut off; export it again.", name=path.name)) from error
    return header, content


def _suggest_name(header: Weights, system: System) -> str:
    name = header.facts.get("name", "")
    try:
        store.check_name(name)
    except WeightsError:
        return f"{system.traits.name}-onnx"
    return name


def _try_out(path: Path, header: Weights, system: System, report: ReportProgress) -> None:
    """Fill a small image with the program in the file. Raises WeightsError where it does not."""
    try:
        session = onnx_program.open_session(path.read_bytes(), 1)
    except (OSError, ValueError) as error:
        raise WeightsError(
            tr("{name} is an ONNX file that cannot be run here; export it again.", name=path.name)
        ) from error
    misfit = onnx_program.describe_misfit(session)
    if misfit:
        raise WeightsError(
            tr("{name} is no network that fills holes ({misfit}); export it again.", name=path.name, misfit=misfit)
        )
    try:
        model = NetworkModel(system).with_weights(replace(header, path=path))
    except ConfigError as error:
        raise WeightsError(
            tr("{name} is damaged, or from another version of the program: {error}", name=path.name, error=error)
        ) from error
    side = _trial_side(model.traits)
    hole = np.zeros((side, side), np.bool_)
    hole[side // 4 : side // 2, side // 4 : side // 2] = True

    class Trial:
        def report(self, _fraction: float, _note: str = "") -> None:
            report(0.5, "")

    try:
        filled = model.fill(np.full((3, side, side), 0.5, np.float32), hole, Guide(), Options(threads=1), Trial())
    except (InputError, MemoryError) as error:
        raise WeightsError(
            tr("{name} is an ONNX file that cannot be run here; export it again.", name=path.name)
        ) from error
    finally:
        onnx_program.unload()  # the file of a set that is not kept
    if filled.output is None or not np.isfinite(filled.output).all():
        raise WeightsError(
            tr("{name} draws numbers that are not finite; its training failed, or it is damaged.", name=path.name)
        )


def _trial_side(traits: Traits) -> int:
    """Return the side of the smallest image that the network takes, px."""
    return traits.fixed_size or -(-max(32, traits.min_side) // traits.multiple_of) * traits.multiple_of
