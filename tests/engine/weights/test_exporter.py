"""Exported programs compute the same as the network, or the export fails with a sentence.

The export of all networks to ONNX takes minutes; only two are tested unless INPAINT_STUDIO_ALL_TESTS is set.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open

from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.engine.weights import exporter as exports
from inpaint_studio.engine.weights.exporter import export
from inpaint_studio.errors import Cancelled, InputError, NoWeights, WeightsError
from inpaint_studio.models.base.interface import Guide, Options
from inpaint_studio.models.base.network_model import NetworkModel
from inpaint_studio.models.base.registry import registry
from tests.engine.weights import tiny
from tests.models.weighted import weighted

NETWORKS = {name: model for name, model in registry().models.items() if isinstance(model, NetworkModel)} | {
    "tiny": tiny.model()
}
SIDE = 64  # px, or the next larger one that a network takes
every_network = pytest.mark.parametrize("name", sorted(NETWORKS))
ALL = "INPAINT_STUDIO_ALL_TESTS" in os.environ
needs_onnx = pytest.mark.skipif(
    any(find_spec(name) is None for name in ("onnx", "onnxscript", "onnxruntime")), reason="needs the onnx packages"
)


def ready(name: str) -> NetworkModel:
    model = weighted(NETWORKS[name])
    assert isinstance(model, NetworkModel)
    return model


def side_for(network: NetworkModel) -> int:
    traits = network.traits
    return traits.fixed_size or -(-max(SIDE, traits.min_side) // traits.multiple_of) * traits.multiple_of


def example(height: int, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    """An image and a hole that the exporter has not used."""
    rows, columns = torch.linspace(0, 9, height)[:, None], torch.linspace(0, 7, width)[None]
    image = torch.stack([(rows + columns).sin(), (rows * columns).cos(), columns.sin() + 0 * rows])[None] / 2 + 0.5
    hole = torch.zeros(1, 1, height, width)
    hole[..., height * 3 // 8 : height * 5 // 8, width * 3 // 8 : width * 5 // 8] = 1
    return image, hole


def fill(network: NetworkModel, image: torch.Tensor, hole: torch.Tensor) -> np.ndarray:
    """The fill of this program's own network."""
    options = Options(device="cpu", threads=1, precision="float32")
    return network.fill(image[0].numpy(), hole[0, 0].numpy() > 0, Guide(), options, Ticket()).image


def check_equal(exported: np.ndarray, network: NetworkModel, image: torch.Tensor, hole: torch.Tensor) -> None:
    expected = fill(network, image, hole)
    outside = np.broadcast_to(hole[0].numpy() == 0, expected.shape)
    np.testing.assert_array_equal(exported[0][outside], image[0].numpy()[outside])
    np.testing.assert_allclose(exported[0], expected, atol=2e-4)


@every_network
def test_torchscript(name, tmp_path):
    network = ready(name)
    side = side_for(network)
    done = export(network, tmp_path / "net.pt", Ticket(), side)
    extra = {"inpaint-studio.json": ""}
    exported = torch.jit.load(done.path, _extra_files=extra)
    about = json.loads(extra["inpaint-studio.json"])
    assert about["licence"] == "free"
    assert about["multiple_of"] == str(network.traits.multiple_of)
    check_equal(exported(*example(side, side)).numpy(), network, *example(side, side))
    if done.any_size:
        other = 2 * side + network.traits.multiple_of, side + network.traits.multiple_of
        check_equal(exported(*example(*other)).numpy(), network, *example(*other))


@needs_onnx
@pytest.mark.parametrize("name", sorted(NETWORKS) if ALL else ["shift-net", "tiny"])
def test_onnx(name, tmp_path):
    import onnxruntime

    network = ready(name)
    side = side_for(network)
    done = export(network, tmp_path / "net.onnx", Ticket(), side)
    session = onnxruntime.InferenceSession(done.path, providers=["CPUExecutionProvider"])
    assert [value.name for value in session.get_inputs()] == ["image", "hole"]
    assert [value.name for value in session.get_outputs()] == ["filled", "output"]
    assert session.get_modelmeta().custom_metadata_map["licence"] == "free"
    sizes = [(side, side)]
    if done.any_size:
        sizes.append((2 * side + network.traits.multiple_of, side + network.traits.multiple_of))
    for size in sizes:
        image, hole = example(*size)
        exported = session.run(None, {"image": image.numpy(), "hole": hole.numpy()})[0]
        check_equal(exported, network, image, hole)


def test_safetensors(tmp_path):
    network = ready("tiny")
    done = export(network, tmp_path / "net.safetensors", Ticket())
    with safe_open(done.path, "pt") as file:
        assert json.loads(file.metadata()["config"]) == tiny.SYSTEM.small
        assert set(file.keys()) == set(network.weights.read())


def test_a_network_of_fixed_size():
    fixed = replace(tiny.SYSTEM, traits=replace(tiny.TRAITS, fixed_size=64))
    network = NetworkModel(fixed, ready("tiny").weights)
    with pytest.raises(InputError, match="takes 64 x 64 pixels only"):
        export(network, Path("net.pt"), Ticket(), 32)


@pytest.mark.parametrize(
    ("path", "side", "words"),
    [
        ("net.h5", None, "use .safetensors, .pt, .onnx"),
        ("gone/net.pt", None, "does not exist"),
        ("net.pt", 33, "multiples of 4 and 8 at least, not 33"),
        ("net.onnx", 4, "multiples of 4 and 8 at least, not 4"),
    ],
)
def test_wrong_input(tmp_path, path, side, words):
    with pytest.raises(InputError, match=words):
        export(ready("tiny"), tmp_path / path, Ticket(), side)
    assert list(tmp_path.iterdir()) == []


def test_without_weights(tmp_path):
    with pytest.raises(NoWeights, match="has no weights to export"):
        export(tiny.model(), tmp_path / "net.pt", Ticket())


def _refuse(tmp_path: Path, suffix: str, fill) -> str:
    """Export a network with this `fill`; gives the error's text."""
    from tests.engine.weights.tiny_network import Tiny

    class Odd(Tiny):
        pass

    Odd.fill = fill
    system = replace(tiny.SYSTEM, build=lambda config: Odd(config["width"], config["boost"]))
    with pytest.raises(WeightsError) as caught:
        export(NetworkModel(system, ready("tiny").weights), tmp_path / f"net{suffix}", Ticket(), 32)
    assert list(tmp_path.iterdir()) == []
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("suffix", [".pt", pytest.param(".onnx", marks=needs_onnx)])
def test_a_network_that_cannot_be_exported_ends_in_one_sentence(tmp_path, capfd, suffix):
    from inpaint_studio.models.networks import NetworkOutput

    def chatty(*_):
        print("tracing")
        raise RuntimeError("a\nb")

    def by_hand(_self, image, hole, *_):
        left = int(hole[0, 0].any(0).nonzero()[0])
        return NetworkOutput(image.roll(left, 3))

    assert "cannot be exported to" in _refuse(tmp_path, suffix, chatty)
    assert "cannot be exported to" in _refuse(tmp_path, suffix, by_hand)
    assert capfd.readouterr() == ("", "")


def test_without_the_onnx_packages(tmp_path, monkeypatch):
    monkeypatch.setattr(exports, "find_spec", lambda _: None)
    with pytest.raises(WeightsError, match=r"pip install 'inpaint-studio\[onnx\]'"):
        export(ready("tiny"), tmp_path / "net.onnx", Ticket())


def test_cancelled(tmp_path):
    ticket = Ticket(lambda fraction, _: ticket.cancel() if fraction >= 0.7 else None)
    with pytest.raises(Cancelled):
        export(ready("tiny"), tmp_path / "net.pt", ticket)
    assert list(tmp_path.iterdir()) == []
