"""The two-stage network that DeepFill v1 and v2 share.

Yu et al., Generative Image Inpainting with Contextual Attention (CVPR 2018), figure 2 and its supplement; the layers
and their names are those of the authors' code (JiahuiYu/generative_inpainting). A coarse network draws the hole; a
second one redraws it in two branches, one with dilated convolutions (``x``) and one with contextual attention
(``pm``, for patch matching), which are decoded together. Images are RGB in [-1, 1] with 0 in the hole.

Another attention block can stand in place of contextual attention. The shift, the appearance flow and the spatial
transformer bring features from elsewhere, so they replace it, as the paper did to compare them (section 5.2 and figure
8 compare with the last two); the shift, too, is 0 outside the hole, and is joined with another branch as in its paper.
All others are added to the features that come in, by a factor that starts at 0: readings of ours. With "none" the
branch goes on with what comes in.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from inpaint_studio.layers.attention import contextual
from inpaint_studio.layers.attention.block import Attended
from inpaint_studio.layers.attention.contextual import RATE, AttentionOutput, Variant
from inpaint_studio.layers.attention.names import NONE
from inpaint_studio.layers.attention.slot import AttentionSlot
from inpaint_studio.layers.cpu import contextual_attention
from inpaint_studio.layers.cpu.contextual_attention import Rect, bounding_rect
from inpaint_studio.layers.cpu.conv import is_exporting
from inpaint_studio.layers.padded_conv import Activation, Convolution, Padding
from inpaint_studio.models.base.interface import SURROUNDINGS
from inpaint_studio.models.networks import Hints, Inpainter, NetworkOutput, Report
from inpaint_studio.models.networks.attended import as_output, no_sources
from inpaint_studio.models.networks.two_stage_layers import DECODER_REACH, LayerSpec, layers_of, reach
from inpaint_studio.models.networks.two_stage_part import NeededPart, StepReport, quarter

PLACE = 4  # px of the image per side of a place of the features that the attention gets
CONTEXTUAL = "contextual"  # the paper's attention, here in any `Variant`
ALONE = ("shift", "appearance-flow", "stn")  # blocks that replace it


class TwoStageOutput(NamedTuple):
    """The images of both stages (RGB in [-1, 1]), and what the attention attended to; None: it was not looked at."""

    coarse: Tensor
    fine: Tensor
    attended: Attended | None


class TwoStage(Inpainter):
    """`first` and `second`: input channels of the two stages; `block`: class of all layers, `end`: of the last ones.

    `last` is the width of the second stage's decoder (None: `width`), `matching` the activation before the attention;
    `attention` is the name of its block: "contextual" in the form of `variant`, another one of `BLOCKS`, or "none".
    Where it is `diffused`, the coarse image is the diffused one and what the first stage draws, the fine image is the
    coarse one and what the second stage draws; neither is bounded.
    """

    image_layers = ("conv17", "allconv17")

    def __init__(
        self,
        width: int,
        first: int,
        second: int,
        block: type[Convolution],
        padding: Padding,
        variant: Variant,
        *,
        end: type[Convolution] = Convolution,
        last: int | None = None,
        matching: Activation = "relu",
        diffused: bool = False,
        attention: str = CONTEXTUAL,
    ) -> None:
        super().__init__()
        last = width if last is None else last
        for each in (width, last):
            if each < 2 or each % 2:
                raise ValueError(f"no such width: {each}")
        self.padding, self.variant, self.attention = padding, variant, attention
        self.layers = layers_of(width, first, second, last, matching)
        for layer in chain(*self.layers):
            kind = end if layer.activation == "none" else block
            self.add_module(layer.name, kind(*layer[1:6], padding=padding, activation=layer.activation, up=layer.up))
        self.slot: AttentionSlot | None = None
        if attention not in (CONTEXTUAL, NONE):
            self.slot = AttentionSlot(attention, 4 * width, alone=attention in ALONE)
            self.export_obstacle = self.slot.obstacle
        self.begin_diffused(diffused)

    # To be implemented by the subclass

    def bound(self, x: Tensor) -> Tensor:
        """Return the image of a stage in [-1, 1] from the output of its last layer."""
        raise NotImplementedError

    def first_input(self, image: Tensor, hole: Tensor, edges: Tensor | None) -> Tensor:
        """Return the input of the first stage. `edges` (1 on lines to follow) may be None."""
        raise NotImplementedError

    def second_input(self, image: Tensor, hole: Tensor) -> Tensor:
        """Return the input of the second stage: the image with the coarse hole, and perhaps more."""
        raise NotImplementedError

    # With the paper's conventions

    def forward(
        self, image: Tensor, hole: Tensor, edges: Tensor | None = None, donors: Tensor | None = None
    ) -> TwoStageOutput:
        """Run both stages on `image` (N x 3 x H x W RGB in [-1, 1], sides multiples of 8).

        `hole` is N x 1 x H x W, 1 inside; `donors` is 1 where the attention must not copy from.
        """
        image = image * (1 - hole)
        base = self.diffuse(image, hole)
        shown = image if base is None else base
        low = self.run(self.layers.encode + self.layers.bottleneck, self.first_input(shown, hole, edges))
        coarse = self._picture(self.run(self.layers.decode, low), base)
        x = self.second_input(coarse * hole + image, hole)
        dilated = self.run(self.layers.x_encode + self.layers.x_bottleneck, x)
        matching = self.run(self.layers.pm_encode + self.layers.pm_bottleneck, x)
        matched, attended = matching, None
        if self.slot is not None:
            matched = self.slot(matching, hole, donors=donors)
        elif self.attention == CONTEXTUAL:
            matched, attended = _split(contextual.attend(matching, hole, self.variant, donors))
        matched = self.run(self.layers.pm_after, matched)
        drawn = self.run(self.layers.all_decode, torch.cat([dilated, matched], 1))
        fine = self._picture(drawn, None if base is None else coarse)
        return TwoStageOutput(coarse, fine, attended)

    def _picture(self, drawn: Tensor, base: Tensor | None) -> Tensor:
        """Return the image of a stage from the output of its last layer, and what this adds to (None: nothing)."""
        return self.bound(drawn) if base is None else base + drawn

    def run(self, some: Sequence[LayerSpec], x: Tensor) -> Tensor:
        """Run these layers, one after another."""
        for layer in some:
            x = self.get_submodule(layer.name)(x)
        return x

    # With the conventions of this program

    def fill(self, image: Tensor, hole: Tensor, hints: Hints, report: Report) -> NetworkOutput:
        """See `Inpainter.fill`."""
        if is_exporting():
            return self._to_output(self(image * 2 - 1, hole, self._edges(hole, hints), hints.donors))
        needed = None if hints.whole else _add_surroundings(hole)
        box = Rect(0, image.shape[2], 0, image.shape[3]) if needed is None else bounding_rect(needed[0, 0])
        if box.top == box.bottom:
            return no_sources(NetworkOutput(image, image), self.attention, PLACE)
        edges = self._edges(hole, hints)
        return self._to_output(self._draw((image * 2 - 1) * (1 - hole), hole, edges, hints, needed, box, report))

    def _to_output(self, drawn: TwoStageOutput) -> NetworkOutput:
        coarse, output = ((picture + 1) / 2 for picture in (drawn.coarse, drawn.fine))
        made = NetworkOutput(output, coarse)
        return made if drawn.attended is None else as_output(made, drawn.attended, self.attention, PLACE)

    def _edges(self, hole: Tensor, hints: Hints) -> Tensor | None:
        """Return the lines to follow, if the network takes them."""
        del hole, hints
        return None

    def _draw(
        self,
        image: Tensor,
        hole: Tensor,
        edges: Tensor | None,
        hints: Hints,
        needed: Tensor | None,
        box: Rect,
        report: Report,
    ) -> TwoStageOutput:
        """As `forward`, but computes only what is needed where `needed` is 1, all within `box` (px of the image)."""
        steps = StepReport(report, 12)
        part = NeededPart(self, (image.shape[2] // 4, image.shape[3] // 4), quarter(box))
        parts = self.layers

        base = self.diffuse(image, hole)
        x = self.first_input(image if base is None else base, hole, edges).to(self.dtype)
        x = x.contiguous(memory_format=torch.channels_last)
        low = part.low(x, parts.encode, parts.bottleneck, part.decoded, steps)
        coarse = part.paste(self._decode(low, parts.decode, steps, part.cut(base)), image)
        x = self.second_input(coarse * hole + image, hole).to(self.dtype)
        x = x.contiguous(memory_format=torch.channels_last)
        dilated = part.low(x, parts.x_encode, parts.x_bottleneck, part.decoded, steps)
        whole = part.everything if self.attention != NONE else part.grow(part.decoded, reach(parts.pm_after))
        matching = part.low(x, parts.pm_encode, parts.pm_bottleneck, whole, steps)
        del x
        values, attended = self._attend(matching, hole, hints, needed, steps)
        matched = part.run_layers(values, whole, parts.pm_after, part.decoded)
        below = None if base is None else part.cut(coarse)
        fine = self._decode(torch.cat([dilated, matched], 1), parts.all_decode, steps, below)
        return TwoStageOutput(coarse, part.paste(fine, image), attended)

    def _attend(
        self, matching: Tensor, hole: Tensor, hints: Hints, needed: Tensor | None, steps: StepReport
    ) -> tuple[Tensor, Attended | None]:
        """Return what the attention makes of the whole plane `matching`, at least where `needed`, and what it attends
        to."""
        report = steps.between(4)
        if self.slot is not None:
            how: dict[str, Any] = {"donors": hints.donors, "memory": hints.memory}
            return self.slot(matching, hole, **how), self.slot.look(matching, hole, **how)
        if self.attention == NONE:
            return matching, None
        around = DECODER_REACH + reach(self.layers.pm_after)
        if needed is not None:
            needed = functional.max_pool2d(functional.max_pool2d(needed, PLACE), 2 * around + 1, 1, around)[0, 0]
        return _split(
            contextual_attention.attend(
                matching,
                hole,
                self.variant,
                hints.donors,
                needed=needed,
                memory=hints.memory,
                ranked=hints.ranked,
                report=report,
            )
        )

    def _decode(self, low: Tensor, some: Sequence[LayerSpec], steps: StepReport, base: Tensor | None) -> Tensor:
        half = self.run(some[:4], low)
        steps.done()
        picture = self._picture(self.run(some[4:], half).float(), base)
        steps.done()
        return picture

    def optimise(self) -> None:
        """Replace every layer by its faster form for inference, with equal results."""
        for layer in chain(*self.layers):
            module = self.get_submodule(layer.name)
            if isinstance(module, Convolution):
                self.add_module(layer.name, module.for_inference())
        super().optimise()


def _add_surroundings(hole: Tensor) -> Tensor:
    """Dilate the hole by its surroundings."""
    rows = functional.max_pool2d(hole, (2 * SURROUNDINGS + 1, 1), 1, (SURROUNDINGS, 0))
    return functional.max_pool2d(rows, (1, 2 * SURROUNDINGS + 1), 1, (0, SURROUNDINGS))


def _split(found: AttentionOutput) -> tuple[Tensor, Attended]:
    """Return the values, and what they came from; offsets in places of the features."""
    ranked = found.ranked
    if ranked is not None:
        ranked = ranked._replace(offsets=RATE * ranked.offsets)
    return found.values, Attended(RATE * found.offsets, found.weight, ranked=ranked)
