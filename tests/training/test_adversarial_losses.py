"""The losses of DeepFill, GLCIC, Shift-Net, Context Encoder and MI-GAN against their authors' formulas.

Weights and crops are made by a rule, so each number is the same everywhere; see `golden_losses`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import pytest
import torch

from tests.training import authors_losses, golden_losses
from tests.training.test_discounts import authors_discount
from tests.training.test_recipes import system
from training.data.batch import Batch
from training.recipe import Recipe, change_settings
from training.recipes import recipe_for

HOLES = ((slice(14, 40), slice(20, 50)), (slice(30, 58), slice(3, 31)))  # inside boxes of 32 px
BOXES = ((11, 19), (28, 1))  # their upper left corners: each box has as much on both sides of its hole
WRITTEN: dict[str, dict[str, dict[str, float]]] = {
    "deepfill-v1": {
        "critics": {
            "global critic": -0.09985932,
            "global critic penalty": 2.641149,
            "local critic": -0.1342478,
            "local critic penalty": 0.5880998,
        },
        "generator": {"coarse": 0.452086, "hole": 0.4472918, "known": 1.428274, "adversarial": -6.830556e-05},
    },
    "deepfill-v2": {
        "critic": {"critic": 1.000136},
        "generator": {"reconstruction": 0.3918123, "coarse": 0.3934942, "adversarial": -0.01261578},
    },
    "deepfill-v2 with a sketch": {
        "critic": {"critic": 0.9998342},
        "generator": {"reconstruction": 0.3918123, "coarse": 0.3934941, "adversarial": -0.01126711},
    },
    "glcic": {
        "critic": {"critic": 1.383975},
        "generator": {"reconstruction": 0.009899105, "adversarial": -0.0002765776},
    },
    "glcic, local": {
        "critic": {"critic": 1.396253},
        "generator": {"reconstruction": 0.009899105, "adversarial": -0.0002432136},
    },
    "shift-net": {
        "critic": {"critic": 0.7578959},
        "generator": {"reconstruction": 50.71829, "guidance": 0.2028906, "adversarial": 0.1149011},
    },
    "context-encoder": {
        "critic": {"critic": 1.28169},
        "generator": {"reconstruction": 0.6831952, "adversarial": 0.0008579023},
    },
    "mi-gan": {
        "critic": {"critic": 1.386344},
        "r1": {"r1": 4.62353e-07},
        "generator": {"reconstruction": 0.1502763, "adversarial": 0.6856461},
    },
}


def make(name: str, *, config: Mapping[str, Any] | None = None, gain: float = 2.0, **settings: str) -> Recipe:
    """A recipe of a network with that configuration; see `golden_losses.make_recipe`."""
    kind, model = recipe_for(name), system(name)
    known = {field.name for field in fields(kind.Settings)}
    small = {key: value for key, value in golden_losses.SMALL.items() if key in known}
    features = golden_losses.make_vgg(kind.wants_features) if kind.wants_features else None
    network = model.build(model.small | dict(config or {}))
    recipe = kind(network, change_settings(kind.Settings(), small | settings), features)
    for module in recipe.modules.values():
        golden_losses.fill(module, gain)
        module.eval()
    return recipe


def turns(recipe: Recipe, batch: Batch, phase: str = "all") -> dict[str, dict[str, float]]:
    """The losses of a step by optimiser; a second update of one is named by its first loss."""
    found: dict[str, dict[str, float]] = {}
    for update in recipe.updates(phase, 0):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(1)
            terms = update.losses(Batch(batch.image, batch.hole, batch.guides))
        values = {name: float(loss.detach()) for name, loss in terms.items()}
        again = found.get(update.optimiser, values) != values
        found[next(iter(values)) if again else update.optimiser] = values
    return found


def rectangles(side: int = 64) -> Batch:
    return golden_losses.make_batch(side, HOLES)


CASES: dict[str, tuple[Callable[[], Recipe], Callable[[], Batch], Callable[..., Any], str]] = {
    "deepfill-v1": (
        lambda: make("deepfill-v1"),
        rectangles,
        lambda recipe, batch: authors_losses.deepfill_v1(recipe, batch, BOXES),
        "all",
    ),
    "deepfill-v2": (lambda: make("deepfill-v2"), golden_losses.make_batch, authors_losses.deepfill_v2, "all"),
    "deepfill-v2 with a sketch": (
        lambda: make("deepfill-v2", config={"sketch": True}),
        lambda: golden_losses.make_batch(lines=True),
        authors_losses.deepfill_v2,
        "all",
    ),
    "glcic": (
        lambda: make("glcic"),
        rectangles,
        lambda recipe, batch: authors_losses.glcic(recipe, batch, BOXES),
        "joint",
    ),
    "glcic, local": (
        lambda: make("glcic", views="local"),
        rectangles,
        lambda recipe, batch: authors_losses.glcic(recipe, batch, BOXES),
        "joint",
    ),
    "shift-net": (lambda: make("shift-net"), lambda: golden_losses.make_batch(256), authors_losses.shift_net, "all"),
    "context-encoder": (
        lambda: make("context-encoder"),
        lambda: golden_losses.make_batch(128),
        authors_losses.context_encoder,
        "all",
    ),
    "mi-gan": (lambda: make("mi-gan", gain=0.9), golden_losses.make_batch, authors_losses.mi_gan, "all"),
}


@pytest.mark.parametrize("case", CASES)
def test_losses_of_a_step_are_the_authors(case):
    make_recipe, make_batch, formulas, phase = CASES[case]
    recipe, batch = make_recipe(), make_batch()
    golden_losses.check(turns(recipe, batch, phase), formulas(recipe, batch), WRITTEN[case])


def test_the_other_phases_of_glcic_have_one_of_its_losses_each():
    recipe, batch = make("glcic"), rectangles()
    joint = turns(recipe, batch, "joint")
    assert turns(recipe, batch, "critic") == {"critic": joint["critic"]}
    alone = turns(recipe, batch, "completion")["generator"]
    assert alone == {"reconstruction": joint["generator"]["reconstruction"]}


def test_the_losses_that_only_the_code_of_shift_net_has_are_its_authors():
    """Two rectangles, as its masked error is defined for these; VGG sees images in [-1, 1]."""
    holes = ((slice(60, 130), slice(80, 180)), (slice(100, 200), slice(20, 90)))
    recipe = make("shift-net", masked="400", perceptual="1", style="10", total_variation="0.1")
    batch = golden_losses.make_batch(256, holes)
    pos = batch.image * 2 - 1
    with torch.no_grad():
        drawn = recipe.modules["generator"].draw(pos, 1 - batch.hole).image  # type: ignore[operator]
    masked = []
    for fake, real, (rows, columns) in zip(drawn, pos, holes, strict=True):
        size = rows.stop - rows.start, columns.stop - columns.start
        weight = torch.from_numpy(authors_discount(*size, 0.9)).float()
        part = fake[:, rows, columns] * weight - real[:, rows, columns] * weight
        masked.append(part.abs().mean())
    maps = [golden_losses.maps_of_vgg(recipe.features, x) for x in (drawn, pos)]  # type: ignore[arg-type]
    pools = [[one[f"pool{number}"] for number in (1, 2, 3)] for one in maps]
    content = sum((a - b).square().mean() for a, b in zip(*pools, strict=True))
    style = sum((authors_losses.gram(a) - authors_losses.gram(b)).square().mean() for a, b in zip(*pools, strict=True))
    x = drawn * batch.hole
    down, across = (x[:, :, 1:] - x[:, :, :-1]).square(), (x[..., 1:] - x[..., :-1]).square()
    tv = 2 * (down.sum() / (3 * 255 * 256) + across.sum() / (3 * 255 * 256)) / 2
    found = turns(recipe, batch)["generator"]
    expected = {
        "masked": 400 * (masked[0] + masked[1]) / 2,
        "perceptual": content,
        "style": 10 * style,
        "total variation": 0.1 * tv,
    }
    for name, value in expected.items():
        assert found[name] == pytest.approx(float(value), rel=2e-5), name
