"""The layers of the two-stage network of DeepFill v1 and v2, by name, with their sizes and their reach.

Yu et al., Generative Image Inpainting with Contextual Attention (CVPR 2018), figure 2 and its supplement; the names are
those of the authors' code (JiahuiYu/generative_inpainting).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from inpaint_studio.layers.padded_conv import Activation


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


def reach(some: Sequence[LayerSpec]) -> int:
    """Return how far these layers of one size see, in px of that size."""
    return sum(layer.dilation for layer in some)
