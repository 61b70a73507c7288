"""How the weights of each network and discriminator begin, against what the authors do."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from inpaint_studio.layers.partial import PartialConv2d
from tests.training.small_runs import make_request
from tests.training.test_recipes import SMALL, system
from training import initialise
from training.recipe import Recipe, change_settings
from training.recipes import recipe_for, systems
from training.run import setup, start_weights

Deviation = Callable[[int, int], float]  # of a layer with so many inputs and outputs, each times the kernel's area


def normal(inputs: int, outputs: int) -> float:
    del inputs, outputs
    return 0.02


def glorot(inputs: int, outputs: int) -> float:
    return math.sqrt(2 / (inputs + outputs))


def he(inputs: int, outputs: int) -> float:
    del outputs
    return math.sqrt(2 / inputs)


def torch_default(inputs: int, outputs: int) -> float:
    """Uniform up to the root of 1 / inputs, also in Torch 7."""
    del outputs
    return 1 / math.sqrt(3 * inputs)


def unit(inputs: int, outputs: int) -> float:
    del outputs
    return 1 / math.sqrt(inputs)


UNIFORM = {glorot, torch_default}
GENERATORS: dict[str, Deviation] = {
    "aot-gan": normal,  # researchmm/AOT-GAN-for-Inpainting, src/model/common.py, init_weights
    "coherence": glorot,  # as DeepFill, whose convolutions it has; nothing is published
    "context-encoder": normal,  # pathak22/context-encoder, train.lua, weights_init
    "deepfill-v1": glorot,  # JiahuiYu/generative_inpainting, inpaint_ops.py: tf.layers.conv2d
    "deepfill-v2": glorot,  # likewise
    "edge-connect": normal,  # knazeri/edge-connect, src/networks.py, init_weights
    "espa": glorot,  # as DeepFill v1, whose coarse network it has; nothing is published
    "glcic": torch_default,  # satoshiiizuka/siggraph2017_inpainting is of Torch 7; the paper names none
    "lama": torch_default,  # advimman/lama, modules/ffc.py sets none
    "mi-gan": unit,  # Picsart-AI-Research/MI-GAN, lib/model_zoo/migan.py, Conv2d.forward
    "partial-conv": he,  # the paper, section 4.2; naoto0804, net.py, weights_init('kaiming')
    "shift-net": normal,  # Zhaoyi-Yan/Shift-Net_pytorch, models/networks.py and options: init_type, init_gain
}
DISCRIMINATORS: dict[str, Deviation] = {
    "aot-gan": normal,
    "coherence": normal,
    "context-encoder": normal,
    "deepfill-v1": glorot,
    "deepfill-v2": glorot,
    "edge-connect": normal,
    "espa": glorot,
    "glcic": torch_default,
    "lama": torch_default,  # modules/pix2pixhd.py
    "shift-net": normal,
}


def kernels(module: nn.Module) -> list[Tensor]:
    """All weights of convolutions and linear layers; where a norm divides them, what it divides."""
    kinds = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear, PartialConv2d)
    layers = [layer for layer in module.modules() if isinstance(layer, kinds)]
    found = []
    for layer in layers:
        parts = dict(layer.named_parameters())
        found.append(parts.get("parametrizations.weight.original", parts.get("weight")))
    assert all(value is not None for value in found)
    return [value.detach() for value in found if value is not None]


def check(module: nn.Module, rule: Deviation) -> None:
    scaled = []
    for weight in kernels(module):
        area = weight[0, 0].numel() if weight.ndim == 4 else 1
        scaled.append((weight / rule(weight.shape[1] * area, weight.shape[0] * area)).flatten())
    values = torch.cat(scaled)
    assert len(values) > 2000
    assert values.std().item() == pytest.approx(1, rel=0.03)
    assert values.mean().item() == pytest.approx(0, abs=0.03)
    if rule is unit:
        assert all(torch.allclose(w.flatten(1).norm(dim=1), torch.ones(len(w))) for w in kernels(module))
    else:
        assert (values.abs().max().item() < 1.75) == (rule in UNIFORM)  # the root of 3 bounds a uniform one
    if rule is not torch_default:
        shifts = [p for name, p in module.named_parameters() if name.endswith("bias")]
        assert not any(bool(shift.any()) for shift in shifts)


def untrained(name: str, **config: object) -> Recipe:
    kind = recipe_for(name)
    torch.manual_seed(3)
    network = system(name).build({**system(name).small, **config})
    kind.initialise(network)
    known = kind.Settings.__dataclass_fields__
    return kind(network, change_settings(kind.Settings(), {key: v for key, v in SMALL.items() if key in known}))


def test_every_recipe_is_in_the_tables():
    assert sorted(GENERATORS) == sorted(systems())
    alone = {"mi-gan", "partial-conv"}  # its discriminator has a test of its own; it has none
    assert sorted(DISCRIMINATORS) == sorted(set(systems()) - alone)


@pytest.mark.parametrize("name", GENERATORS)
def test_generators_begin_as_their_authors(name):
    check(untrained(name).modules["generator"], GENERATORS[name])


@pytest.mark.parametrize("name", DISCRIMINATORS)
def test_discriminators_begin_as_their_authors(name):
    modules = {key: module for key, module in untrained(name).modules.items() if key != "generator"}
    assert modules
    check(nn.ModuleDict({key.replace(" ", "_"): module for key, module in modules.items()}), DISCRIMINATORS[name])


def test_an_instance_norm_begins_neutral_where_weights_are_normal():
    """The authors' functions look for BatchNorm2d by name."""
    torch.manual_seed(0)
    network = nn.Sequential(nn.InstanceNorm2d(8, affine=True), nn.BatchNorm2d(8))
    initialise.normal(network)
    assert torch.equal(network[0].weight, torch.ones(8))
    assert not torch.equal(network[1].weight, torch.ones(8))


def test_only_an_untrained_network_is_initialised(home, monkeypatch):
    """Set-up leaves weights that somebody trained as they are."""
    seen: list[str] = []
    kind = recipe_for("glcic")
    monkeypatch.setattr(kind, "initialise", staticmethod(lambda network: seen.append(type(network).__name__)))
    request = make_request(home, model="glcic", settings={"critic_width": "4"})
    setup.set_up(request, start_weights.choose("glcic", "glcic-random"))
    assert not seen
    small = start_weights.StartWeights(system("glcic"), system("glcic").small)
    setup.set_up(request, small)
    assert seen == ["Glcic"]


def test_what_an_untrained_mi_gan_draws_depends_on_its_image():
    """PyTorch's own weights are so small that next to nothing of the image arrives at its end."""
    torch.manual_seed(0)
    plain = system("mi-gan").build(system("mi-gan").small)
    image = 2 * torch.rand(1, 3, plain.sizes[-1], plain.sizes[-1]) - 1

    def change(network: nn.Module) -> float:
        with torch.no_grad():
            known = torch.ones_like(image[:, :1])
            return float((network(image, known) - network(-image, known)).std())

    assert change(untrained("mi-gan").modules["generator"]) > 20 * change(plain)


@pytest.mark.parametrize("fine_tuning", [False, True])
def test_a_context_encoder_from_nothing_learns_no_biases_and_a_trained_one_does(fine_tuning):
    kinds = (nn.Conv2d, nn.ConvTranspose2d)
    network = system("context-encoder").build(system("context-encoder").small)
    kind = recipe_for("context-encoder")
    recipe = kind(network, change_settings(kind.Settings(), {"critic_width": "4"}), None, fine_tuning)
    biases = [layer.bias for layer in network.modules() if isinstance(layer, kinds)]
    assert all(bias.requires_grad == fine_tuning for bias in biases)
    assert any(bool(bias.any()) for bias in biases) == fine_tuning
    assert all(layer.bias is None for layer in recipe.modules["critic"].modules() if isinstance(layer, kinds))
