"""What a variant costs: parameters, multiply-adds, memory of its attention block, and time for one image."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from inpaint_studio.layers.attention.block import AttentionBlock
from inpaint_studio.layers.attention.registry import BLOCKS
from inpaint_studio.models.networks import Hints, Inpainter
from training.ablation.measure import build_recipe
from training.ablation.plan import AblationPlan
from training.ablation.variants import AblationVariant
from training.data.batch import Batch

_ROUNDS = 7  # in which every variant is timed once; the fastest counts, as other programs only slow it down
_BYTES = 4  # of a value


@dataclass(frozen=True)
class VariantCost:
    """What one image costs. What is about the attention block is None where the network has none."""

    parameters: int
    macs: int  # multiply-adds of convolutions and of products of matrices, of the whole network
    block_parameters: int | None = None
    block_macs: int | None = None
    block_bytes: int | None = None  # of the largest tensor that the block makes on the way, 32 bits a value
    block_shape: tuple[int, int, int] | None = None  # channels, height and width of the features at its place
    milliseconds: float | None = None  # for one image; None: not measured


def count_cost(plan: AblationPlan, variant: AblationVariant, held: Batch) -> VariantCost:
    """Count what one image of the size of the crops costs. Takes no time into account."""
    network = plan.start(variant).network().eval()
    recipe = build_recipe(plan, variant, network)
    blocks = find_blocks(network)
    shapes: dict[int, tuple[int, int, int]] = {}
    hooks = [block.register_forward_pre_hook(_noter(number, shapes)) for number, block in enumerate(blocks)]
    one = Batch(held.image[:1], held.hole[:1], {name: guide[:1] for name, guide in held.guides.items()}, keep=False)
    counter = FlopCounterMode(display=False)
    try:
        with counter, torch.no_grad():
            recipe.complete(network, one)
    finally:
        for hook in hooks:
            hook.remove()
    cost = VariantCost(_count(network), counter.get_total_flops() // 2)
    if not shapes:
        return cost
    costs = [type(block).cost(*shapes[number]) for number, block in enumerate(blocks) if number in shapes]
    return VariantCost(
        parameters=cost.parameters,
        macs=cost.macs,
        block_parameters=sum(_count(block) for block in blocks),
        block_macs=sum(each.macs for each in costs),
        block_bytes=_BYTES * max(each.values for each in costs),
        block_shape=shapes[min(shapes)],
    )


def add_own_attention(plan: AblationPlan, costs: Mapping[str, VariantCost]) -> dict[str, VariantCost]:
    """Return the costs with those of a block that a network computes without a module of its own.

    DeepFill's contextual attention is one. The features are those that the other variants' blocks get there.
    """
    shape = next((cost.block_shape for cost in costs.values() if cost.block_shape is not None), None)
    found = dict(costs)
    for variant in plan.variants:
        kind, cost = BLOCKS.get(variant.attention), costs.get(variant.name)
        if kind is not None and cost is not None and cost.block_shape is None and shape is not None:
            spent = kind.cost(*shape)
            bytes_ = _BYTES * spent.values
            found[variant.name] = replace(
                cost, block_parameters=0, block_macs=spent.macs, block_bytes=bytes_, block_shape=shape
            )
    return found


def measure_times(plan: AblationPlan, held: Batch) -> dict[str, float]:
    """Return the milliseconds that each variant takes for one crop, by its name: the fastest of some rounds.

    The variants take turns, so that a machine that is busy for a while slows all of them.
    """
    networks = {variant.name: plan.start(variant).network().eval() for variant in plan.variants}
    for network in networks.values():
        network.optimise()
    image, hole = held.image[:1], held.hole[:1]
    fastest: dict[str, float] = {}
    with torch.inference_mode():
        for network in networks.values():
            network.fill(image, hole, Hints(), lambda _fraction: None)
        for _ in range(_ROUNDS):
            for name, network in networks.items():
                began = time.perf_counter()
                network.fill(image, hole, Hints(), lambda _fraction: None)
                taken = 1000 * (time.perf_counter() - began)
                fastest[name] = min(taken, fastest.get(name, taken))
    return {name: round(value, 3) for name, value in fastest.items()}


def find_blocks(network: Inpainter) -> list[AttentionBlock]:
    """Return the attention blocks of a network, without those that are parts of another one."""
    found: list[AttentionBlock] = []

    def search(module: nn.Module) -> None:
        for child in module.children():
            if isinstance(child, AttentionBlock):
                found.append(child)
            else:
                search(child)

    search(network)
    return found


def _noter(number: int, shapes: dict[int, tuple[int, int, int]]) -> Callable[[nn.Module, Any], None]:
    def note(_module: nn.Module, inputs: Any) -> None:
        shapes[number] = tuple(inputs[0].shape[1:])

    return note


def _count(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def parse_cost(values: Mapping[str, Any]) -> VariantCost:
    """Return the cost with these values, as `dataclasses.asdict` made them. Raises TypeError."""
    shape = values.get("block_shape")
    return VariantCost(**{**values, "block_shape": None if shape is None else tuple(shape)})
