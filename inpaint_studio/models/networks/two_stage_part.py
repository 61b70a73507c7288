"""Computes only the part of a two-stage network's planes that its output in a box depends on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import torch
from torch import Tensor

from inpaint_studio.layers.cpu.contextual_attention import Rect
from inpaint_studio.models.networks import Report
from inpaint_studio.models.networks.two_stage_layers import DECODER_REACH, ENCODER_REACH, LayerSpec, reach


class RunsLayers(Protocol):
    """A network that runs layers of it."""

    def run(self, some: Sequence[LayerSpec], x: Tensor) -> Tensor:
        """Run these layers, one after another."""
        ...


class StepReport:
    """Reports progress in a number of steps."""

    def __init__(self, report: Report, number: int) -> None:
        self.report, self.number, self.count = report, number, 0
        report(0.0)

    def done(self) -> None:
        """Report that one more step is done."""
        self.count += 1
        self.report(self.count / self.number)

    def between(self, parts: int) -> Callable[[float], None]:
        """Return a function that reports progress within the next step, about `parts` times."""
        self.count += 1
        reported = 0

        def report(fraction: float) -> None:
            nonlocal reported
            if fraction * parts >= reported + 1:
                reported += 1
                self.report((self.count - 1 + fraction) / self.number)

        return report


class NeededPart:
    """The part of every plane that the output in `box` depends on; boxes are in px at a quarter of the image's size.

    Layers run on a cut-out, padded as usual, so the values near its border are wrong. Therefore the cut-out
    is larger than needed by the receptive field of the layers, except at the border of the image.
    """

    def __init__(self, network: RunsLayers, size: tuple[int, int], box: Rect) -> None:
        self.network, self.everything = network, Rect(0, size[0], 0, size[1])
        self.decoded = self.grow(box, DECODER_REACH)

    def grow(self, box: Rect, by: int) -> Rect:
        """Return the box with `by` px more on every side, as far as the image goes."""
        height, width = self.everything.bottom, self.everything.right
        top, left = max(0, box.top - by), max(0, box.left - by)
        return Rect(top, min(height, box.bottom + by), left, min(width, box.right + by))

    def low(
        self, x: Tensor, encode: Sequence[LayerSpec], bottleneck: Sequence[LayerSpec], needed: Rect, steps: StepReport
    ) -> Tensor:
        """Run the encoder and the bottleneck; return their features in `needed`."""
        start = self.grow(needed, reach(bottleneck) + ENCODER_REACH)
        x = self.network.run(encode, _cut(x, Rect(0, x.shape[2], 0, x.shape[3]), _multiply_by_4(start)))
        steps.done()
        x = self.run_layers(x, start, bottleneck, needed)
        steps.done()
        return x

    def run_layers(self, x: Tensor, held: Rect, some: Sequence[LayerSpec], target: Rect) -> Tensor:
        """Run layers of one size, each only on the area that the later ones need; `x` covers `held`."""
        for number, layer in enumerate(some):
            needed = self.grow(target, reach(some[number:]))
            x, held = self.network.run([layer], _cut(x, held, needed)), needed
        return _cut(x, held, target)

    def cut(self, image: Tensor | None) -> Tensor | None:
        """Return the part of the image that is decoded."""
        if image is None or self.decoded == self.everything:
            return image
        box = _multiply_by_4(self.decoded)
        return image[:, :, box.top : box.bottom, box.left : box.right]

    def paste(self, drawn: Tensor, image: Tensor) -> Tensor:
        """Paste the decoded part into the image."""
        if self.decoded == self.everything:
            return drawn
        box = _multiply_by_4(self.decoded)
        made = image.clone()
        made[:, :, box.top : box.bottom, box.left : box.right] = drawn
        return made


def _cut(x: Tensor, held: Rect, needed: Rect) -> Tensor:
    if held == needed:
        return x
    rows = slice(needed.top - held.top, needed.bottom - held.top)
    columns = slice(needed.left - held.left, needed.right - held.left)
    return x[:, :, rows, columns].contiguous(memory_format=torch.channels_last)


def _multiply_by_4(box: Rect) -> Rect:
    return Rect(*(4 * side for side in box))


def quarter(box: Rect) -> Rect:
    """Return the box at a quarter of the size, with every px that it touches."""
    return Rect(box.top // 4, -(-box.bottom // 4), box.left // 4, -(-box.right // 4))
