"""What a fine-tuning of a model needs beside photos: known before it starts, without importing torch."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from inpaint_studio.protocol.request import FEATURE_LOSSES
from inpaint_studio.session.weights_manager import ModelInfo


class Features(NamedTuple):
    """The trained VGG whose features a recipe compares, and whether it does so in a training as in the paper."""

    network: str
    usually: bool


# Copies of `wants_features` of the recipes, with whether their losses have a weight above 0 by default, and of the
# names of the files in training.losses.vgg.
FEATURES = {
    "aot-gan": Features("vgg19", True),
    "deepfill-v1": Features("vgg16", False),
    "edge-connect": Features("vgg19", True),
    "espa": Features("vgg19", True),
    "lama": Features("vgg19", True),
    "partial-conv": Features("vgg16", True),
    "shift-net": Features("vgg16", False),
}
FILES = {"vgg16": "vgg16-397923af.pth", "vgg19": "vgg19-dcbb9e9d.pth"}


def missing_features(model: ModelInfo, from_nothing: bool) -> Path | None:
    """Return the file of a trained VGG that a training of `model` needs and that is not there; else None.

    A training goes on with the losses that its weights were trained with, as far as their record says; `from_nothing`:
    it begins with an untrained network. Of the recipes of plug-ins nothing is known before they start.
    """
    weights = None if from_nothing else model.weights
    features = FEATURES.get(model.name if weights is None else weights.system)
    if features is None:
        return None
    recorded = None if weights is None else _recorded_losses(weights.facts.get("recipe", ""))
    if not (features.usually if recorded is None else recorded):
        return None
    file = _cache() / FILES[features.network]
    return None if file.is_file() else file


def _recorded_losses(record: str) -> bool | None:
    """Return whether the record of a set has a loss of features above 0; None where it does not say."""
    with suppress(ValueError, RecursionError):
        settings = json.loads(record)
        if isinstance(settings, dict) and any(name in settings for name in FEATURE_LOSSES):
            return any(settings.get(name) for name in FEATURE_LOSSES)
    return None


def _cache() -> Path:
    """Return the folder in which torch.hub keeps files, as its documentation says."""
    cache = os.environ.get("XDG_CACHE_HOME", "~/.cache")
    home = os.environ.get("TORCH_HOME", f"{cache}/torch")
    return Path(home).expanduser() / "hub" / "checkpoints"
