"""Six systems as their authors' code computes them: plain NCHW operators, no folding, no selection, no shortcuts.

Each function takes a state dictionary under this program's own keys, the configuration, an image (1 x 3 x H x W RGB in
[0, 1]) and a hole (1 x 1 x H x W, 1 inside), and gives the whole picture the network draws, in [0, 1] by convention.
"""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

State = dict[str, Tensor]
Config = dict[str, Any]


def _conv(state: State, name: str, x: Tensor, **how: Any) -> Tensor:
    return F.conv2d(x, state[f"{name}.weight"], state.get(f"{name}.bias"), **how)


def _deconv(state: State, name: str, x: Tensor, stride: int = 2, padding: int = 1) -> Tensor:
    return F.conv_transpose2d(x, state[f"{name}.weight"], state.get(f"{name}.bias"), stride, padding)


def _batch_norm(state: State, name: str, x: Tensor) -> Tensor:
    mean, deviation, weight, bias = (state[f"{name}.{k}"] for k in ("running_mean", "running_var", "weight", "bias"))
    return F.batch_norm(x, mean, deviation, weight, bias)


def _instance_norm(state: State, name: str, x: Tensor) -> Tensor:
    return F.instance_norm(x, weight=state[f"{name}.weight"], bias=state[f"{name}.bias"])


# Context Encoder


def context_encoder(state: State, config: Config, image: Tensor, hole: Tensor) -> Tensor:
    del config, hole  # its hole is always the middle
    colour = torch.tensor((117.0, 104.0, 123.0)).view(1, 3, 1, 1) / 255
    image = image.clone()
    image[..., 36:92, 36:92] = colour
    x = F.leaky_relu_(_conv(state, "enc1", 2 * image - 1, stride=2, padding=1), 0.2)
    for n in range(2, 6):
        x = F.leaky_relu_(_batch_norm(state, f"enc_norm{n}", _conv(state, f"enc{n}", x, stride=2, padding=1)), 0.2)
    x = F.leaky_relu_(_batch_norm(state, "code_norm", _conv(state, "code", x)), 0.2)
    for n in range(1, 5):
        grown = _deconv(state, f"dec{n}", x, *((1, 0) if n == 1 else (2, 1)))
        x = F.relu_(_batch_norm(state, f"dec_norm{n}", grown))
    image[..., 32:96, 32:96] = (torch.tanh(_deconv(state, "out", x)) + 1) / 2
    return image


# GLCIC


def glcic(state: State, config: Config, image: Tensor, hole: Tensor) -> Tensor:
    mean = state["mean"].view(1, 3, 1, 1)
    official = config["order"] == "conv-bn-relu"
    x = torch.where(hole > 0, torch.zeros(()), image - mean) if official else torch.where(hole > 0, mean, image)
    x = torch.cat([x, hole], 1)
    for n in range(1, 17):
        if n in (13, 15):
            x = _deconv(state, f"deconv{n}", x)
        else:
            rate = {7: 2, 8: 4, 9: 8, 10: 16}.get(n, 1)
            how = {"stride": 2 if n in (2, 4) else 1, "padding": 2 if n == 1 else rate, "dilation": rate}
            x = _conv(state, f"conv{n}", x, **how)
        x = F.relu_(_batch_norm(state, f"bn{n}", x)) if official else _batch_norm(state, f"bn{n}", F.relu(x))
    x = _conv(state, "conv17", x, padding=1)
    return torch.sigmoid(x) if config["bound"] == "sigmoid" else x.clamp(0, 1)


# Partial convolutions


def _partial(state: State, name: str, x: Tensor, mask: Tensor, stride: int, window: bool) -> tuple[Tensor, Tensor]:
    """A mask of as many channels as the features, summed by a convolution of ones to as many as come out."""
    weight, bias = state[f"{name}.conv.weight"], state.get(f"{name}.conv.bias")
    padding = weight.shape[-1] // 2
    drawn = F.conv2d(x * mask, weight, bias, stride, padding)
    count = F.conv2d(mask, torch.ones_like(weight), None, stride, padding)
    shift = torch.zeros(()) if bias is None else bias.view(1, -1, 1, 1)
    if window:
        seen = count.clamp(0, 1)
        drawn = ((drawn - shift) * (weight[0].numel() / (count + 1e-8) * seen) + shift) * seen
        return drawn, seen
    none = count == 0
    drawn = (drawn - shift) / count.masked_fill(none, 1.0) + shift
    return drawn.masked_fill_(none, 0.0), torch.ones_like(drawn).masked_fill_(none, 0.0)


def partial_conv(state: State, config: Config, image: Tensor, hole: Tensor) -> Tensor:
    mean = torch.tensor((0.485, 0.456, 0.406)).view(1, 3, 1, 1)
    deviation = torch.tensor((0.229, 0.224, 0.225)).view(1, 3, 1, 1)
    if config["colours"] == "half":
        mean = deviation = torch.full((1, 3, 1, 1), 0.5)
    mask = (1 - hole).repeat(1, 3, 1, 1)
    x = (image - mean) / deviation * mask
    skips = [(x, mask)]
    depth, window = len(config["widths"]), config["window"]
    for n in range(1, depth + 1):
        x, mask = _partial(state, f"enc{n}", x, mask, 2, window)
        x = F.relu_(x if n == 1 else _batch_norm(state, f"enc{n}.norm", x))
        skips.append((x, mask))
    for n in range(depth, 0, -1):
        skip, beside = skips[n - 1]
        x = torch.cat([F.interpolate(x, scale_factor=2), skip], 1)
        mask = torch.cat([F.interpolate(mask, scale_factor=2), beside], 1)
        x, mask = _partial(state, f"dec{n}", x, mask, 1, window)
        if n > 1:
            x = F.leaky_relu_(_batch_norm(state, f"dec{n}.norm", x), 0.2)
    return x * deviation + mean


# Shift-Net


def _shift(decoded: Tensor, encoded: Tensor, flag: Tensor, mirrored: Tensor | None, quirks: bool) -> Tensor:
    """The matrix of all cosines, and the matrix of choices times all features; see the layer's own description."""
    channels, height, width = decoded.shape[1:]
    d, e = (plane[0].reshape(channels, -1).t() for plane in (decoded, encoded))
    inside = flag.flatten()
    if not inside.any() or inside.all():
        return torch.zeros_like(decoded)

    def choices(queries: Tensor, keys: Tensor, known: Tensor) -> tuple[Tensor, Tensor]:
        lengths = torch.outer((queries**2).sum(1), (keys[known] ** 2).sum(1)).sqrt()
        best = (torch.einsum("ik,jk->ij", queries, keys[known]) / lengths).max(1)
        return best.values, known.nonzero()[:, 0][best.indices]

    matrix, other = torch.zeros(len(inside), len(inside)), torch.zeros(len(inside), len(inside))
    cells = inside.nonzero()[:, 0]
    near, chosen = choices(d[inside], e, ~inside)
    if mirrored is None:
        matrix[cells, chosen] = 1
        return (matrix @ e).t().reshape(1, channels, height, width)
    m = mirrored[0].reshape(channels, -1).t()
    opposite = flag.flip(-1).flatten()
    near_there, chosen_there = choices(d[opposite if quirks else inside], m, ~opposite)
    plain = near >= near_there
    if quirks:
        matrix[cells[plain & (cells > 0)], chosen[:, None]] = 1
        other[cells[~plain & (cells > 0)], chosen_there[:, None]] = 1
    else:
        matrix[cells[plain], chosen[plain]] = 1
        other[cells[~plain], chosen_there[~plain]] = 1
    return (matrix @ e + other @ m).t().reshape(1, channels, height, width)


def _shift_pass(
    state: State, config: Config, x: Tensor, flag: Tensor, mirrored: Tensor | None
) -> tuple[Tensor, Tensor]:
    """The picture, and the encoder's features at the shift."""
    skips = []
    for n in range(1, 9):
        x = x if n == 1 else F.leaky_relu(x, 0.2)
        x = _conv(state, f"down{n}", x, stride=2, padding=state[f"down{n}.weight"].shape[-1] // 2 - 1)
        x = x if n in (1, 8) else _instance_norm(state, f"down_norm{n}", x)
        skips.append(x)
    x = F.relu(skips.pop())
    for n in range(8, 1, -1):
        x = _instance_norm(state, f"up_norm{n}", _deconv(state, f"up{n}", x))
        skip = skips.pop()
        if x.shape != skip.shape:
            x = F.interpolate(x, skip.shape[2:], mode="bilinear")
        x = F.relu(torch.cat([x, skip], 1))
        if n == 4:
            decoded, encoded = x.chunk(2, 1)
            blank = config["flip"] and mirrored is None
            copied = torch.zeros_like(decoded)
            if not blank:
                copied = _shift(decoded, encoded, flag, mirrored, config["quirks"])
            x = torch.cat([decoded, encoded, copied], 1)
    return torch.tanh(_deconv(state, "up1", x)), encoded


def shift_net(state: State, config: Config, image: Tensor, hole: Tensor) -> Tensor:
    x = torch.cat([(2 * image - 1) * (1 - hole), 1 - hole], 1)[:, : 4 if config["mask_channel"] else 3]
    flag = F.interpolate(hole, (hole.shape[2] // 8, hole.shape[3] // 8))[0, 0] > 0
    mirrored = _shift_pass(state, config, x.flip(3), flag.flip(-1), None)[1] if config["flip"] else None
    return (_shift_pass(state, config, x, flag, mirrored)[0] + 1) / 2


# MI-GAN


def _act(x: Tensor) -> Tensor:
    return (F.leaky_relu_(x, 0.2) * math.sqrt(2)).clamp(-256, 256)


def _filter(x: Tensor, gain: float, **how: Any) -> Tensor:
    taps = x.new_tensor([1.0, 3.0, 3.0, 1.0])
    kernel = gain * torch.outer(taps, taps) / 64
    return F.conv2d(x, kernel.repeat(x.shape[1], 1, 1, 1), groups=x.shape[1], **how)


def _doubled(x: Tensor) -> Tensor:
    """Zeros between the values, then the filter."""
    grid = x.new_zeros(1, 1, 2 * x.shape[2], 2 * x.shape[3])
    grid[..., ::2, ::2] = 1
    return _filter(F.pad(F.interpolate(x, scale_factor=2) * grid, (2, 1, 2, 1)), 4)


def _separable(state: State, name: str, x: Tensor, *, down: bool = False, up: bool = False) -> Tensor:
    x = _act(_conv(state, f"{name}.depthwise", x, padding=1, groups=x.shape[1]))
    x = _conv(state, f"{name}.pointwise", _filter(x, 1, stride=2, padding=1) if down else x)
    x = _doubled(x) if up else x
    if f"{name}.noise" in state:
        x = x.add_(state[f"{name}.noise"] * state[f"{name}.noise_strength"])
    return _act(x)


def mi_gan(state: State, config: Config, image: Tensor, hole: Tensor) -> Tensor:
    sizes = [4 << n for n in range(len(config["widths"]))]
    x = torch.cat([0.5 - hole, (2 * image - 1) * (1 - hole)], 1)
    x = _act(_conv(state, f"encoder.b{sizes[-1]}.from_rgb", x))
    kept = {}
    for size in reversed(sizes):
        kept[size] = _separable(state, f"encoder.b{size}.conv1", x)
        x = _separable(state, f"encoder.b{size}.conv2", kept[size], down=size > 4)
    picture = None
    for size in sizes:
        x = _separable(state, f"synthesis.b{size}.conv1", x, up=size > 4) + kept[size]
        x = _separable(state, f"synthesis.b{size}.conv2", x)
        drawn = _conv(state, f"synthesis.b{size}.to_rgb", x)
        picture = drawn if picture is None else _doubled(picture).add_(drawn)
    return (picture + 1) / 2


# AOT-GAN


def aot_gan(state: State, config: Config, image: Tensor, hole: Tensor) -> Tensor:
    def mirrored(name: str, x: Tensor, border: int, **how: Any) -> Tensor:
        return _conv(state, name, F.pad(x, (border,) * 4, mode="reflect"), **how)

    x = torch.cat([(2 * image - 1) * (1 - hole) + hole, hole], 1)
    x = F.relu(mirrored("enter", x, 3))
    for n in (1, 2):
        x = F.relu(_conv(state, f"down{n}", x, stride=2, padding=1))
    for n in range(config["blocks"]):
        parts = [
            F.relu(mirrored(f"blocks.{n}.branches.{place}", x, rate, dilation=rate))
            for place, rate in enumerate(config["rates"])
        ]
        mixed, gate = mirrored(f"blocks.{n}.fuse", torch.cat(parts, 1), 1), mirrored(f"blocks.{n}.gate", x, 1)
        mean, deviation = gate.mean((2, 3), keepdim=True), gate.std((2, 3), keepdim=True)
        gate = torch.sigmoid(5 * (2 * (gate - mean) / (deviation + 1e-9) - 1))
        x = x * (1 - gate) + mixed * gate
    for n in (1, 2):
        x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True)
        x = F.relu(_conv(state, f"up{n}", x, padding=1))
    return (torch.tanh(_conv(state, "leave", x, padding=1)) + 1) / 2


PLAIN = {
    "aot-gan": aot_gan,
    "context-encoder": context_encoder,
    "glcic": glcic,
    "partial-conv": partial_conv,
    "shift-net": shift_net,
    "mi-gan": mi_gan,
}
