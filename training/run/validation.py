"""How well a network fills photos that it is never trained on, and whether its weights are worth keeping."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from inpaint_studio.engine.evaluation import metrics
from inpaint_studio.engine.evaluation.deep_metrics import Lpips, Missing, load_lpips
from inpaint_studio.errors import InputError
from inpaint_studio.opencv import cv2
from inpaint_studio.protocol.events import Scores
from inpaint_studio.texts import tr
from training.data.batch import Batch
from training.labels.agreement import measure_agreement, to_bytes
from training.labels.labeller import Labeller
from training.recipe import Recipe
from training.run.state import TrainingState

_AT_A_TIME = 2  # crops
_TELEA_RADIUS = 5  # px; of OpenCV's examples
_DIGITS = {"l1": 6}  # of the means; 4 of the others
_LEAST_FOR_LPIPS = 64  # px


class Validation(NamedTuple):
    """A measurement on the held-out crops, inside their holes.

    Figures by name: psnr (dB), l1 (mean absolute error of values in [0, 1]), sharpness and seam (ratios to the
    photo's, best at 1), agreement (of fills along the crops' label maps with these, [0, 1]) where there are such, and
    ssim or lpips where they decide.
    """

    crops: dict[str, list[float]]  # one value a crop
    images: Tensor  # B x 3 x S x S, filled

    def values(self) -> dict[str, float]:
        """Return the mean of each figure over the crops, rounded; without those that are finite for no crop."""
        means = {}
        for name, values in self.crops.items():
            finite = [value for value in values if math.isfinite(value)]
            if finite:
                means[name] = round(sum(finite) / len(finite), _DIGITS.get(name, 4))
        return means


def scores(values: dict[str, float]) -> Scores:
    """Return numbers by name as the type that events contain."""
    names = ("psnr", "l1", "sharpness", "seam", "ssim", "lpips", "agreement")
    return Scores(**{name: values.get(name) for name in names})


class Judge:
    """Measures fills against the photos, by the figures of `engine.evaluation`.

    The further figure `by` is computed only where it decides which weights are best: SSIM and LPIPS take longer.
    """

    def __init__(self, by: str = "psnr", lpips: Lpips | None = None, labeller: Labeller | None = None) -> None:
        """`labeller` finds the classes that a fill shows, where crops have label maps."""
        self.by, self._lpips, self.labeller = by, lpips, labeller

    @classmethod
    def load(cls, by: str, size: int, labeller: Labeller | None = None) -> Judge:
        """Return a judge for crops of `size` px. Raises InputError where LPIPS is to decide and cannot."""
        if by != "lpips":
            return cls(by, labeller=labeller)
        if size < _LEAST_FOR_LPIPS:
            raise InputError(
                tr(
                    "LPIPS needs crops of {least_for_lpips} px or more, not {size}; choose another figure.",
                    least_for_lpips=_LEAST_FOR_LPIPS,
                    size=size,
                )
            )
        found = load_lpips()
        if isinstance(found, Missing):
            why = found.reason.removeprefix("LPIPS is left out: ")
            raise InputError(tr("LPIPS cannot choose the best weights: {why}", why=why))
        return cls(by, found, labeller)

    def compare(self, filled: Tensor, held: Batch) -> dict[str, list[float]]:
        """Return the figures of each filled image, B x 3 x S x S in [0, 1], by name."""
        rows = [
            self._compare_one(*crop)
            for crop in zip(filled.cpu(), held.image.cpu(), held.hole[:, 0].cpu() > 0, strict=True)
        ]
        return {name: [row[name] for row in rows] for name in rows[0]}

    def _compare_one(self, image: Tensor, real: Tensor, hole: Tensor) -> dict[str, float]:
        error = (image - real)[:, hole]
        fill, truth = to_bytes(image), to_bytes(real)
        inside = hole.numpy()
        ratios = metrics.figures(fill, truth, inside)
        found = {
            "psnr": _decibel(float((error**2).mean())),
            "l1": float(error.abs().mean()),
            "sharpness": ratios.sharpness,
            "seam": ratios.seam,
        }
        if self.by == "ssim":
            found["ssim"] = metrics.similarity(fill, truth, inside).ssim
        if self._lpips is not None:
            distance = self._lpips.distance(fill, truth)
            found["lpips"] = math.nan if distance is None else distance
        return found


def measure(
    recipe: Recipe, generator: nn.Module, held: Batch, check: Callable[[], None], judge: Judge | None = None
) -> Validation:
    """Fill the held-out crops with `generator` and compare them; calls `check` in between, which may raise."""
    judge = judge or Judge()

    def fill(complete: Callable[[nn.Module, Batch], Tensor]) -> Iterator[Tensor]:
        for start in range(0, len(held.image), _AT_A_TIME):
            check()
            part = slice(start, start + _AT_A_TIME)
            guides = {name: guide[part] for name, guide in held.guides.items()}
            batch = Batch(held.image[part], held.hole[part], guides, keep=False)
            with torch.no_grad():
                yield complete(generator, batch).float().clamp(0, 1)

    was_training = generator.training
    generator.eval()
    try:
        filled = torch.cat(list(fill(recipe.complete)))
        figures = judge.compare(filled, held)
        if judge.labeller is not None and "labels" in held.guides:
            figures["agreement"] = measure_agreement(judge.labeller, torch.cat(list(fill(recipe.complete_along))), held)
    finally:
        generator.train(was_training)
    return Validation(figures, filled.cpu())


def measure_others(
    recipe: Recipe, generator: nn.Module, others: Batch, check: Callable[[], None], judge: Judge | None = None
) -> dict[str, float]:
    """Return the means of the figures on photos that decide nothing: those of other places."""
    return measure(recipe, generator, others, check, judge).values()


def measure_colour_spread(held: Batch) -> float:
    """Return the PSNR in dB of the held-out crops with the colours round each hole spread into it.

    Telea's method (2004) from OpenCV, which makes no texture. A network that was trained from scratch is
    worth keeping only where it is better than this.
    """
    filled = []
    for image, hole in zip(held.image.cpu(), held.hole[:, 0].cpu(), strict=True):
        mask = (hole.numpy() > 0).astype(np.uint8)
        spread = np.asarray(cv2.inpaint(to_bytes(image), mask, _TELEA_RADIUS, cv2.INPAINT_TELEA))
        filled.append(torch.from_numpy(spread).permute(2, 0, 1).float() / 255)
    return Validation(Judge().compare(torch.stack(filled), held), torch.empty(0)).values()["psnr"]


def find_reason_against_saving(state: TrainingState, held: Batch, from_scratch: bool) -> str:
    """Return a sentence that says why the best weights are not worth keeping; empty where they are.

    They must fill the held-out crops better than the network did at the start and, trained from scratch, better than
    a plain spread of colours.
    """
    if not state.best_figures or state.best is None:
        return tr("It ended before the held-out photos were measured; your models are as before.")
    if not state.best_step and state.measured_step < state.step:
        since = tr(
            "It was not measured since step {measured_step}, and no better until then",
            measured_step=state.measured_step,
        )
        return tr("{since}; your models are as before.", since=since)
    if state.step and not state.decided:
        return tr("It ended before the part in which the network learns to fill; your models are as before.")
    if not from_scratch:
        if state.best_step:
            return ""
        return tr(
            "The held-out photos are filled no better than with the weights it started from; your models are as before."
        )
    if not state.best_step:
        return tr("The held-out photos are filled no better than by an untrained network; your models are as before.")
    spread = measure_colour_spread(held)
    if state.best > spread:
        return ""
    return tr(
        "The held-out photos are filled no better ({best:.1f} dB) than by spreading the "
        "colours round each hole ({spread:.1f} dB); your models are as before.",
        best=state.best,
        spread=spread,
    )


def _decibel(error: float) -> float:
    return 99.0 if error <= 0 else min(99.0, -10 * math.log10(error)) if math.isfinite(error) else 0.0
