"""The two-stage network that DeepFill v1 and v2 share.

Yu et al., Generative Image Inpainting with Contextual Attention (CVPR 2018), figure 2 and its supplement; the layers
and their names are those of the authors' code (JiahuiYu/generative_inpainting). A coarse network draws the hole; a
second one redraws it in two branches, one with dilated convolutions (``x``) and one with contextual attention
(``pm``, for patch matching), which are decoded together. Images are RGB in [-1, 1] with 0 in the hole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from inpaint_studio.layers.attention import contextual
from inpaint_studio.layers.attention.contextual import AttentionOutput, Variant
from inpaint_studio.layers.cpu import contextual_attention
from inpaint_studio.layers.cpu.contextual_attention import Rect, bounding_rect
from inpaint_studio.layers.cpu.conv import is_exporting
from inpaint_studio.layers.padded_conv import Activation, Convolution, Padding
from inpaint_studio.models.base.interface import SURROUNDINGS
from inpaint_studio.models.networks import Hints, Inpainter, NetworkOutput, Report

CELL = 8  # px of the image per side of a cell of the attention


class LayerSpec(NamedTuple):
    """A convolution: channels as multiples of the width, those of the first layers as they are."""

    name: str
    inputs: int
    outputs: int
    kernel: int = 3
    stride: int = 1
    dilation: int = 1
    up: bool = False
    activation: Activation = "elu"


def encoder(prefix: str, inputs: int, w: int, halved: int, quartered: int) -> tuple[LayerSpec, ...]:
    """Return the layers from the image to a quarter of its size; `halved` and `quartered`: channels at 1/2 and 1/4."""
    return (
        LayerSpec(f"{prefix}conv1", inputs, w, 5),
        LayerSpec(f"{prefix}conv2_downsample", w, halved, stride=2),
        LayerSpec(f"{prefix}conv3", halved, 2 * w),
        LayerSpec(f"{prefix}conv4_downsample", 2 * w, quartered, stride=2),
    )


def middle(prefix: str, inputs: int, w: int) -> tuple[LayerSpec, ...]:
    """Return the layers of the dilated bottleneck at 1/4 of the resolution; dilation 2 to 16."""
    dilated = (LayerSpec(f"{prefix}conv{7 + i}_atrous", 4 * w, 4 * w, dilation=2 << i) for i in range(4))
    return (LayerSpec(f"{prefix}conv5", inputs, 4 * w), LayerSpec(f"{prefix}conv6", 4 * w, 4 * w), *dilated)


def decoder(prefix: str, inputs: int, w: int) -> tuple[LayerSpec, ...]:
    """Return the layers back to the image. The last one has no activation; v1 and v2 bound its values differently."""
    return (
        LayerSpec(f"{prefix}conv11", inputs, 4 * w),
        LayerSpec(f"{prefix}conv12", 4 * w, 4 * w),
        LayerSpec(f"{prefix}conv13_upsample", 4 * w, 2 * w, up=True),
        LayerSpec(f"{prefix}conv14", 2 * w, 2 * w),
        LayerSpec(f"{prefix}conv15_upsample", 2 * w, w, up=True),
        LayerSpec(f"{prefix}conv16", w, w // 2),
        LayerSpec(f"{prefix}conv17", w // 2, 3, activation="none"),
    )


# Radius of the receptive field, in px at a quarter of the image's size.
ENCODER_REACH, DECODER_REACH = 3, 4


class Layers(NamedTuple):
    """All layers, by the parts of the network."""

    encode: tuple[LayerSpec, ...]
    bottleneck: tuple[LayerSpec, ...]
    decode: tuple[LayerSpec, ...]
    x_encode: tuple[LayerSpec, ...]
    x_bottleneck: tuple[LayerSpec, ...]
    pm_encode: tuple[LayerSpec, ...]
    pm_bottleneck: tuple[LayerSpec, ...]
    pm_after: tuple[LayerSpec, ...]
    all_decode: tuple[LayerSpec, ...]


def layers_of(w: int, first: int, second: int, last: int, matching: Activation) -> Layers:
    """Return the layers of a network of width `w` whose stages take `first` and `second` channels.

    `last` is the width of the decoder of the second stage, `matching` the activation before the attention.
    """
    return Layers(
        encode=encoder("", first, w, 2 * w, 4 * w),
        bottleneck=middle("", 4 * w, w),
        decode=decoder("", 4 * w, w),
        x_encode=encoder("x", second, w, w, 2 * w),
        x_bottleneck=middle("x", 2 * w, w),
        pm_encode=encoder("pm", second, w, w, 4 * w),
        pm_bottleneck=(LayerSpec("pmconv5", 4 * w, 4 * w), LayerSpec("pmconv6", 4 * w, 4 * w, activation=matching)),
        pm_after=(LayerSpec("pmconv9", 4 * w, 4 * w), LayerSpec("pmconv10", 4 * w, 4 * w)),
        all_decode=decoder("all", 8 * w, last),
    )


class TwoStageOutput(NamedTuple):
    """The images of both stages (RGB in [-1, 1]), and the output of the attention."""

    coarse: Tensor
    fine: Tensor
    attended: AttentionOutput


class TwoStage(Inpainter):
    """`first` and `second`: input channels of the two stages; `block`: class of all layers, `end`: of the last ones.

    `last` is the width of the second stage's decoder (None: `width`), `matching` the activation before the attention.
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
    ) -> None:
        super().__init__()
        last = width if last is None else last
        for each in (width, last):
            if each < 2 or each % 2:
                raise ValueError(f"no such width: {each}")
        self.padding, self.variant = padding, variant
        self.layers = layers_of(width, first, second, last, matching)
        for layer in chain(*self.layers):
            kind = end if layer.activation == "none" else block
            self.add_module(layer.name, kind(*layer[1:6], padding=padding, activation=layer.activation, up=layer.up))
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
        low = self._through(self.layers.encode + self.layers.bottleneck, self.first_input(shown, hole, edges))
        coarse = self._picture(self._through(self.layers.decode, low), base)
        x = self.second_input(coarse * hole + image, hole)
        dilated = self._through(self.layers.x_encode + self.layers.x_bottleneck, x)
        matching = self._through(self.layers.pm_encode + self.layers.pm_bottleneck, x)
        attended = contextual.attend(matching, hole, self.variant, donors)
        matched = self._through(self.layers.pm_after, attended.values)
        drawn = self._through(self.layers.all_decode, torch.cat([dilated, matched], 1))
        fine = self._picture(drawn, None if base is None else coarse)
        return TwoStageOutput(coarse, fine, attended)

    def _picture(self, drawn: Tensor, base: Tensor | None) -> Tensor:
        """Return the image of a stage from the output of its last layer, and what this adds to (None: nothing)."""
        return self.bound(drawn) if base is None else base + drawn

    def _through(self, some: Sequence[LayerSpec], x: Tensor) -> Tensor:
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
            nothing = torch.zeros(image.shape[2] // CELL, image.shape[3] // CELL, device=image.device)
            return NetworkOutput(image, image, sources=nothing.long().expand(2, -1, -1), weight=nothing)
        edges = self._edges(hole, hints)
        return self._to_output(self._draw((image * 2 - 1) * (1 - hole), hole, edges, hints, needed, box, report))

    def _to_output(self, drawn: TwoStageOutput) -> NetworkOutput:
        coarse, output = ((picture + 1) / 2 for picture in (drawn.coarse, drawn.fine))
        offsets, weight = drawn.attended.offsets[0], drawn.attended.weight[0].float()
        ranked = drawn.attended.ranked
        if ranked is not None:
            ranked = ranked._replace(offsets=ranked.offsets * CELL, weights=ranked.weights.float())
        return NetworkOutput(output, coarse, sources=offsets * CELL, weight=weight, ranked=ranked)

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
        steps = _Steps(report, 12)
        part = _Part(self, (image.shape[2] // 4, image.shape[3] // 4), _quarter(box))
        parts = self.layers

        base = self.diffuse(image, hole)
        x = self.first_input(image if base is None else base, hole, edges).to(self.dtype)
        x = x.contiguous(memory_format=torch.channels_last)
        low = part.low(x, parts.encode, parts.bottleneck, part.decoded, steps)
        coarse = part.paste(self._decode(low, parts.decode, steps, part.cut(base)), image)
        x = self.second_input(coarse * hole + image, hole).to(self.dtype)
        x = x.contiguous(memory_format=torch.channels_last)
        dilated = part.low(x, parts.x_encode, parts.x_bottleneck, part.decoded, steps)
        whole = part.everything
        matching = part.low(x, parts.pm_encode, parts.pm_bottleneck, whole, steps)
        del x
        reach = DECODER_REACH + _reach(parts.pm_after)
        if needed is not None:
            needed = functional.max_pool2d(functional.max_pool2d(needed, 4), 2 * reach + 1, 1, reach)[0, 0]
        attended = contextual_attention.attend(
            matching,
            hole,
            self.variant,
            hints.donors,
            needed=needed,
            memory=hints.memory,
            ranked=hints.ranked,
            report=steps.between(4),
        )
        matched = part.run_layers(attended.values, whole, parts.pm_after, part.decoded)
        below = None if base is None else part.cut(coarse)
        fine = self._decode(torch.cat([dilated, matched], 1), parts.all_decode, steps, below)
        return TwoStageOutput(coarse, part.paste(fine, image), attended)

    def _decode(self, low: Tensor, some: Sequence[LayerSpec], steps: _Steps, base: Tensor | None) -> Tensor:
        half = self._through(some[:4], low)
        steps.done()
        picture = self._picture(self._through(some[4:], half).float(), base)
        steps.done()
        return picture

    def optimise(self) -> None:
        """Replace every layer by its faster form for inference, with equal results."""
        for layer in chain(*self.layers):
            module = self.get_submodule(layer.name)
            if isinstance(module, Convolution):
                self.add_module(layer.name, module.for_inference())
        super().optimise()


class _Steps:
    """Reports progress in a number of steps."""

    def __init__(self, report: Report, number: int) -> None:
        self.report, self.number, self.count = report, number, 0
        report(0.0)

    def done(self) -> None:
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


class _Part:
    """The part of every plane that the output in `box` depends on; boxes are in px at a quarter of the image's size.

    Layers run on a cut-out, padded as usual, so the values near its border are wrong. Therefore the cut-out
    is larger than needed by the receptive field of the layers, except at the border of the image.
    """

    def __init__(self, network: TwoStage, size: tuple[int, int], box: Rect) -> None:
        self.network, self.everything = network, Rect(0, size[0], 0, size[1])
        self.decoded = self.grow(box, DECODER_REACH)

    def grow(self, box: Rect, by: int) -> Rect:
        height, width = self.everything.bottom, self.everything.right
        top, left = max(0, box.top - by), max(0, box.left - by)
        return Rect(top, min(height, box.bottom + by), left, min(width, box.right + by))

    def low(
        self, x: Tensor, encode: Sequence[LayerSpec], bottleneck: Sequence[LayerSpec], needed: Rect, steps: _Steps
    ) -> Tensor:
        """Run the encoder and the bottleneck; return their features in `needed`."""
        start = self.grow(needed, _reach(bottleneck) + ENCODER_REACH)
        x = self.network._through(encode, _cut(x, Rect(0, x.shape[2], 0, x.shape[3]), _multiply_by_4(start)))
        steps.done()
        x = self.run_layers(x, start, bottleneck, needed)
        steps.done()
        return x

    def run_layers(self, x: Tensor, held: Rect, some: Sequence[LayerSpec], target: Rect) -> Tensor:
        """Run layers of one size, each only on the area that the later ones need; `x` covers `held`."""
        for number, layer in enumerate(some):
            needed = self.grow(target, _reach(some[number:]))
            x, held = self.network.get_submodule(layer.name)(_cut(x, held, needed)), needed
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


def _add_surroundings(hole: Tensor) -> Tensor:
    """Dilate the hole by its surroundings."""
    rows = functional.max_pool2d(hole, (2 * SURROUNDINGS + 1, 1), 1, (SURROUNDINGS, 0))
    return functional.max_pool2d(rows, (1, 2 * SURROUNDINGS + 1), 1, (0, SURROUNDINGS))


def _reach(some: Sequence[LayerSpec]) -> int:
    return sum(layer.dilation for layer in some)


def _cut(x: Tensor, held: Rect, needed: Rect) -> Tensor:
    if held == needed:
        return x
    rows = slice(needed.top - held.top, needed.bottom - held.top)
    columns = slice(needed.left - held.left, needed.right - held.left)
    return x[:, :, rows, columns].contiguous(memory_format=torch.channels_last)


def _multiply_by_4(box: Rect) -> Rect:
    return Rect(*(4 * side for side in box))


def _quarter(box: Rect) -> Rect:
    return Rect(box.top // 4, -(-box.bottom // 4), box.left // 4, -(-box.right // 4))
