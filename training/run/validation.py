"""How well a generator fills photos that it never learnt from."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

from training.recipe import Batch, Recipe

_AT_A_TIME = 2  # pictures


class Figures(NamedTuple):
    """Means over the held-out pictures, inside their holes."""

    psnr: float  # dB
    l1: float  # mean absolute error of values in [0, 1]
    pictures: Tensor  # B x 3 x S x S, filled

    def plain(self) -> dict[str, float]:
        return {"psnr": round(self.psnr, 4), "l1": round(self.l1, 6)}


def measure(recipe: Recipe, generator: nn.Module, held: Batch, look: Callable[[], None]) -> Figures:
    """Has `generator` fill the held-out pictures; calls `look` in between, which may raise to end it."""
    was_training = generator.training
    generator.eval()
    filled, psnr, l1 = [], [], []
    try:
        for start in range(0, len(held.image), _AT_A_TIME):
            look()
            part = slice(start, start + _AT_A_TIME)
            sketch = None if held.sketch is None else held.sketch[part]
            batch = Batch(held.image[part], held.hole[part], sketch, share=False)
            with torch.no_grad():
                shown = recipe.complete(generator, batch).float().clamp(0, 1)
            filled.append(shown.cpu())
            for picture, real, hole in zip(shown, batch.image, batch.hole, strict=True):
                count = 3 * float(hole.sum())
                error = (picture - real) * hole
                psnr.append(_decibel(float((error**2).sum()) / count))
                l1.append(float(error.abs().sum()) / count)
    finally:
        generator.train(was_training)
    return Figures(sum(psnr) / len(psnr), sum(l1) / len(l1), torch.cat(filled))


def _decibel(error: float) -> float:
    return 99.0 if error <= 0 else min(99.0, -10 * math.log10(error)) if math.isfinite(error) else 0.0
