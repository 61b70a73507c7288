"""What several benchmarks use: processes of their own, one synthetic image, holes, and a training batch."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import Any


def run_alone(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call `function` in a fresh process and return its result."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def make_image(size: int) -> Any:
    """A smooth 1 x 3 x size x size image in [0, 1]."""
    import torch

    y, x = torch.meshgrid(torch.linspace(0, 20, size), torch.linspace(0, 17, size), indexing="ij")
    return (0.5 + 0.3 * torch.stack([torch.sin(x + y), torch.cos(2 * x) * torch.sin(y), torch.sin(x * y / 9)]))[None]


def make_hole(size: int, kind: str) -> Any:
    """A 1 x 1 x size x size hole: "free form", a quarter of the image in strokes, or "compact", a tenth in a square."""
    import torch

    hole = torch.zeros(1, 1, size, size)
    if kind == "compact":
        side = round(size * (0.1**0.5 if size > 128 else 56 / 128))
        start = (size - side) // 2
        hole[..., start : start + side, start : start + side] = 1
        return hole
    import numpy as np

    from training.data.published_masks import draw_strokes

    random = np.random.default_rng(3)
    while hole.mean() < 0.25:
        hole = torch.maximum(hole, torch.from_numpy(draw_strokes(random, size, size))[None, None].float())
    return hole


def make_recipe(name: str) -> Any:
    """The recipe of a network with random weights and the paper's settings."""
    from inpaint_studio.models.base.network_model import NetworkModel
    from inpaint_studio.models.base.registry import registry
    from training.recipes import recipe_for

    model = registry().get(name)
    assert isinstance(model, NetworkModel)
    kind = recipe_for(name)
    return kind(model.system.build(model.system.paper), kind.Settings())


def make_batch(recipe: Any, size: int, count: int) -> Any:
    """A batch of `count` equal images with a square hole, a quarter of each, and edges where the recipe uses them."""
    import torch

    from training.data.batch import Batch

    hole = torch.zeros(count, 1, size, size)
    hole[..., size // 4 : size * 3 // 4, size // 4 : size * 3 // 4] = 1
    y, x = torch.meshgrid(torch.linspace(0, 20, size), torch.linspace(0, 17, size), indexing="ij")
    edges = (torch.sin(3 * x + y) > 0.98).float().expand(count, 1, -1, -1)
    guides = {"sketch": edges} if recipe.wants_sketch else {}
    return Batch(make_image(size).expand(count, -1, -1, -1).contiguous(), hole, guides)


def run_step(
    recipe: Any, optimisers: Any, stream: Iterator[Any], phase: str, number: int, every_gradient: bool = False
) -> None:
    """Run one training step, each of its updates on the batch that it has in a training, from `stream`.

    With `every_gradient` all that a loss reaches gets gradients, as in a plain loop.
    """
    batch = None
    for update in recipe.updates(phase, number):
        if batch is None or update.new_batch:
            # A copy that no step has used: the graph of its results is freed.
            drawn = next(stream)
            batch = replace(drawn, _results={})
        optimiser = optimisers[update.optimiser]
        optimiser.zero_grad(set_to_none=True)
        total = sum(update.losses(batch).values())
        inputs = [p for group in optimiser.param_groups for p in group["params"]]
        total.backward(inputs=None if every_gradient else inputs, retain_graph=False)
        optimiser.step()
