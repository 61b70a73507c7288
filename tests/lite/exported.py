"""Small networks with random weights, exported to ONNX once a process."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.engine.weights.exporter import export
from inpaint_studio.models.base.network_model import NetworkModel
from inpaint_studio.models.base.registry import registry
from tests.models.weighted import weighted


def in_torch(name: str) -> NetworkModel:
    model = weighted(registry().models[name])
    assert isinstance(model, NetworkModel)
    return model


@cache
def exported(name: str) -> Path:
    """The ONNX file of that network."""
    return export(in_torch(name), Path(_folder().name) / f"{name}-exported.onnx", Ticket()).path


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="inpaint-studio-")
