"""The losses of EdgeConnect's four phases against the formulas of knazeri/edge-connect under equal weights.

The formulas are those of its src/models.py and src/loss.py: sigmoids and binary cross entropy, the layers of VGG-19 one
after another, and plain operators for all networks.
"""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from tests.reference import edge_connect as plain
from tests.training import golden_losses
from training.data.batch import Batch
from training.recipe import Recipe

State = dict[str, Tensor]
BLOCKS = 2
PHASES = ("edges", "image along true edges", "image along drawn edges", "both")
WRITTEN: dict[str, dict[str, dict[str, float]]] = {
    "edges": {
        "edge critic": {"edge critic": 0.6934355},
        "edge generator": {"edge feature matching": 3.861554, "edge adversarial": 0.6868628},
    },
    "image along true edges": {
        "critic": {"critic": 0.6960243},
        "generator": {
            "adversarial": 0.06886563,
            "reconstruction": 1.629073,
            "perceptual": 0.03091352,
            "style": 0.05827824,
        },
    },
    "image along drawn edges": {
        "critic": {"critic": 0.6966093},
        "generator": {
            "adversarial": 0.06874679,
            "reconstruction": 1.630113,
            "perceptual": 0.0309408,
            "style": 0.04943581,
        },
    },
    "both": {
        "critic": {"critic": 0.6966093},
        "generator": {
            "adversarial": 0.06874679,
            "reconstruction": 1.630113,
            "perceptual": 0.0309408,
            "style": 0.04943581,
        },
        "edge generator": {
            "adversarial": 0.06874679,
            "reconstruction": 1.630113,
            "perceptual": 0.0309408,
            "style": 0.04943581,
        },
    },
}


def quotients(state: State) -> State:
    """Every normalised weight over u' W v, under its plain name."""
    found = {key: value for key, value in state.items() if "parametrizations" not in key}
    for key, weight in state.items():
        if key.endswith("parametrizations.weight.original"):
            base = key.removesuffix("original")
            rows = weight.transpose(0, 1) if ".up" in key else weight
            largest = state[f"{base}0._u"] @ rows.flatten(1) @ state[f"{base}0._v"]
            found[key.replace("parametrizations.weight.original", "weight")] = weight / largest
    return found


def discriminate(state: State, x: Tensor) -> tuple[Tensor, list[Tensor]]:
    """The probabilities and all five maps of the discriminator; the last map has no activation."""
    maps = []
    for number, stride in enumerate((2, 2, 2, 1)):
        x = F.leaky_relu(F.conv2d(x, state[f"layers.{number}.0.weight"], stride=stride, padding=1), 0.2)
        maps.append(x)
    maps.append(F.conv2d(x, state["score.weight"], padding=1))
    return torch.sigmoid(maps[-1]), maps


def entropy(probability: Tensor, label: float) -> Tensor:
    return F.binary_cross_entropy(probability, torch.full_like(probability, label))


def duel(state: State, real: Tensor, fake: Tensor) -> Tensor:
    return (entropy(discriminate(state, real)[0], 1) + entropy(discriminate(state, fake)[0], 0)) / 2


def draw_edges(generators: State, grey: Tensor, batch: Batch) -> Tensor:
    hole, lines = batch.hole, batch.guides["sketch"]
    x = torch.cat([grey * (1 - hole) + hole, lines * (1 - hole), hole], 1)
    return torch.sigmoid(plain.generator(generators, "edge", BLOCKS, x))


def edge_losses(generators: State, critic: State, batch: Batch) -> dict[str, dict[str, Tensor]]:
    red, green, blue = batch.image.split(1, 1)
    grey = 0.2125 * red + 0.7154 * green + 0.0721 * blue
    drawn = draw_edges(generators, grey, batch)
    real, fake = torch.cat([grey, batch.guides["sketch"]], 1), torch.cat([grey, drawn], 1)
    pairs = zip(discriminate(critic, fake)[1], discriminate(critic, real)[1], strict=True)
    matched = [(a - b).abs().mean() for a, b in pairs]
    return {
        "edge critic": {"edge critic": duel(critic, real, fake)},
        "edge generator": {
            "edge feature matching": 10 * sum(matched),
            "edge adversarial": entropy(discriminate(critic, fake)[0], 1),
        },
    }


def correlate(maps: Tensor) -> Tensor:
    rows = maps.flatten(2)
    return torch.einsum("bcn,bdn->bcd", rows, rows) / (maps.shape[1] * maps.shape[2] * maps.shape[3])


def image_losses(recipe: Recipe, phase: str, generators: State, critic: State, batch: Batch) -> dict[str, Tensor]:
    drawn = draw_image(phase, generators, batch)
    vgg = recipe.features
    fake, real = (golden_losses.maps_of_vgg(vgg, x) for x in (drawn, batch.image))
    content = [(fake[f"relu{n}_1"] - real[f"relu{n}_1"]).abs().mean() for n in range(1, 6)]
    fake, real = (golden_losses.maps_of_vgg(vgg, x * batch.hole) for x in (drawn, batch.image))
    style = [
        (correlate(fake[name]) - correlate(real[name])).abs().mean()
        for name in ("relu2_2", "relu3_4", "relu4_4", "relu5_2")
    ]
    return {
        "adversarial": 0.1 * entropy(discriminate(critic, drawn)[0], 1),
        # Both holes are equally large, so that the mean over the batch is that of each image.
        "reconstruction": (drawn - batch.image).abs().mean() / batch.hole.mean(),
        "perceptual": 0.1 * sum(content),
        "style": 250 * sum(style),
    }


def draw_image(phase: str, generators: State, batch: Batch) -> Tensor:
    hole, lines = batch.hole, batch.guides["sketch"]
    if phase != "image along true edges":
        grey = (batch.image * torch.tensor([0.2125, 0.7154, 0.0721])[:, None, None]).sum(1, keepdim=True)
        lines = draw_edges(generators, grey, batch) * hole + lines * (1 - hole)
    x = torch.cat([batch.image * (1 - hole) + hole, lines], 1)
    return (torch.tanh(plain.generator(generators, "inpaint", BLOCKS, x)) + 1) / 2


@pytest.mark.parametrize("phase", PHASES)
def test_losses_are_those_of_the_authors(phase):
    recipe = golden_losses.make_recipe("edge-connect")
    batch = golden_losses.make_batch(lines=True)
    states = {name: quotients(module.state_dict()) for name, module in recipe.modules.items()}
    with torch.no_grad():
        generators = states["generator"]
        if phase == "edges":
            formulas = edge_losses(generators, states["edge critic"], batch)
        else:
            image = image_losses(recipe, phase, generators, states["critic"], batch)
            drawn = draw_image(phase, generators, batch)
            formulas = {"critic": {"critic": duel(states["critic"], batch.image, drawn)}, "generator": image}
            if phase == "both":  # section 4.2: G1 learns from the losses of the image
                formulas["edge generator"] = image
    golden_losses.check(golden_losses.losses_by_turn(recipe, phase, batch), formulas, WRITTEN[phase])
