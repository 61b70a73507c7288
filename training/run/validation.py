"""How well a network fills photos that it is never trained on, and whether its weights are worth keeping."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from inpaint_studio.opencv import cv2
from inpaint_studio.protocol.events import Scores
from training.data.batch import Batch
from training.recipe import Recipe
from training.run.state import TrainingState

_AT_A_TIME = 2  # crops
_TELEA_RADIUS = 5  # px; of OpenCV's examples


class Validation(NamedTuple):
    """A measurement on the held-out crops: means over the crops, inside their holes."""

    psnr: float  # dB
    l1: float  # mean absolute error of values in [0, 1]
    images: Tensor  # B x 3 x S x S, filled

    def values(self) -> dict[str, float]:
        """Return the numbers by name, rounded."""
        return {"psnr": round(self.psnr, 4), "l1": round(self.l1, 6)}


def scores(values: dict[str, float]) -> Scores:
    """Return numbers by name as the type that events contain."""
    return Scores(values.get("psnr"), values.get("l1"))


def measure(recipe: Recipe, generator: nn.Module, held: Batch, check: Callable[[], None]) -> Validation:
    """Fill the held-out crops with `generator` and compare them; calls `check` in between, which may raise."""

    def fill() -> Iterator[Tensor]:
        for start in range(0, len(held.image), _AT_A_TIME):
            check()
            part = slice(start, start + _AT_A_TIME)
            sketch = None if held.sketch is None else held.sketch[part]
            batch = Batch(held.image[part], held.hole[part], sketch, keep=False)
            with torch.no_grad():
                yield recipe.complete(generator, batch).float().clamp(0, 1)

    was_training = generator.training
    generator.eval()
    try:
        return _compare(torch.cat(list(fill())), held)
    finally:
        generator.train(was_training)


def measure_colour_spread(held: Batch) -> float:
    """Return the PSNR in dB of the held-out crops with the colours round each hole spread into it.

    Telea's method (2004) from OpenCV, which makes no texture. A network that was trained from scratch is
    worth keeping only where it is better than this.
    """
    filled = []
    for image, hole in zip(held.image.cpu(), held.hole[:, 0].cpu(), strict=True):
        pixels = np.rint(image.permute(1, 2, 0).clamp(0, 1).numpy() * 255).astype(np.uint8)
        mask = (hole.numpy() > 0).astype(np.uint8)
        spread = np.asarray(cv2.inpaint(pixels, mask, _TELEA_RADIUS, cv2.INPAINT_TELEA))
        filled.append(torch.from_numpy(spread).permute(2, 0, 1).float() / 255)
    return _compare(torch.stack(filled).to(held.image.device), held).psnr


def find_reason_against_saving(state: TrainingState, held: Batch, from_scratch: bool) -> str:
    """Return a sentence that says why the best weights are not worth keeping; empty where they are.

    They must fill the held-out crops better than the network did at the start and, trained from scratch, better than
    a plain spread of colours.
    """
    before = state.before.get("psnr")
    if before is None or state.best is None:
        return "It ended before the held-out photos were measured; nothing was saved."
    if not from_scratch:
        if state.best > before:
            return ""
        return "The held-out photos are filled no better than with the weights it started from; nothing was saved."
    if not state.best > before:
        return "The held-out photos are filled no better than by an untrained network; nothing was saved."
    spread = measure_colour_spread(held)
    if state.best > spread:
        return ""
    return (
        f"The held-out photos are filled no better ({state.best:.1f} dB) than by spreading the colours round each hole "
        f"({spread:.1f} dB); nothing was saved."
    )


def _compare(filled: Tensor, held: Batch) -> Validation:
    psnr, l1 = [], []
    for image, real, hole in zip(filled, held.image, held.hole, strict=True):
        count = 3 * float(hole.sum())
        error = (image - real) * hole
        psnr.append(_decibel(float((error**2).sum()) / count))
        l1.append(float(error.abs().sum()) / count)
    return Validation(sum(psnr) / len(psnr), sum(l1) / len(l1), filled.cpu())


def _decibel(error: float) -> float:
    return 99.0 if error <= 0 else min(99.0, -10 * math.log10(error)) if math.isfinite(error) else 0.0
