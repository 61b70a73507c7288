"""What ``run.toml`` holds of a training that is ready to begin: its request with every choice made."""

from __future__ import annotations

import json
import platform
from contextlib import suppress
from dataclasses import is_dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from inpaint_studio import __version__
from inpaint_studio.atomic import explain_write_error
from inpaint_studio.engine.weights.metadata import SUFFIX
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.protocol import run_file
from inpaint_studio.protocol.request import NOT_IN_FILE, SCRATCH, TrainingRequest
from inpaint_studio.protocol.run_folder import RunFolder
from inpaint_studio.texts import tr
from training.distributed.launch import resolve_precision
from training.run.setup import TrainingSetup
from training.run.start_weights import hash_file

_LIBRARIES = ("torch", "torchvision", "lightning-fabric", "numpy", "opencv-python")


def write(run: RunFolder, request: TrainingRequest, setup: TrainingSetup) -> str:
    """Write the file into the run folder, at once or not at all; return a sentence where it could not be, else ""."""
    try:
        run_file.write(run.request, resolve(request, setup), _about(setup))
    except OSError as error:
        what = tr(
            "{name} could not be written: {explain_write_error}",
            name=run.request.name,
            explain_write_error=explain_write_error(error),
        )
        return tr("This training cannot be repeated from a file: {what}.", what=what)
    return ""


def resolve(request: TrainingRequest, setup: TrainingSetup) -> dict[str, Any]:
    """Return the fields of the request that start the same training again, whatever defaults become later."""
    values = {name: value for name, value in vars(request).items() if name not in NOT_IN_FILE}
    for name, value in values.items():
        if isinstance(value, Path):
            values[name] = value.absolute()
    base = setup.start.weights
    settings = flatten(setup.recipe.settings)
    settings.pop("size", None)  # it follows the size of the crops
    return values | {
        "model": setup.start.name,
        "weights": SCRATCH if base is None else _name(base, request.weights),
        "weights_hash": None if base is None else hash_file(base.path),
        "size": setup.size,
        "batch": setup.batch,
        "workers": setup.workers,
        "precision": resolve_precision(request.precision),
        "config": {option.name: setup.start.config[option.name] for option in setup.start.system.table.trained},
        "settings": settings,
        "without_losses": (),  # their weights are 0 in the settings
    }


def _name(base: Weights, requested: str | None) -> str:
    """Return the name of a set for ``--from``; the path of a file that was named there."""
    return str(base.path.absolute()) if requested is not None and requested.endswith(SUFFIX) else base.name


def flatten(settings: Any, prefix: str = "") -> dict[str, Any]:
    """Return the settings of a recipe by the names that ``--set`` takes; groups are joined with dots."""
    flat: dict[str, Any] = {}
    for name, value in vars(settings).items():
        if is_dataclass(value):
            flat |= flatten(value, f"{prefix}{name}.")
        elif value is not None:
            flat[f"{prefix}{name}"] = value
    return flat


def _about(setup: TrainingSetup) -> dict[str, str]:
    """Return facts for the reader: versions, the device, and the holes."""
    about = {"inpaint-studio": __version__, "python": platform.python_version()}
    for name in _LIBRARIES:
        with suppress(PackageNotFoundError):
            about[name] = version(name)
    holes = json.dumps(setup.recipe.mixture.describe())
    return about | {"device": str(setup.fabric.device), "photos": setup.photos.counted, "holes": holes}
