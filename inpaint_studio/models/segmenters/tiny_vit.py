"""TinyViT (Wu and others 2022, "TinyViT: Fast Pretraining Distillation for Small Vision Transformers"), 5 M parameters.

It is the image encoder of MobileSAM (Zhang and others 2023, "Faster Segment Anything", section 3). The attributes bear
the names that the authors' state dictionary has, so that it loads as it is; numbers are those of their `build_sam.py`.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

SIDE = 1024  # px of the square that is encoded
EMBEDDING = 256  # channels of what comes out
GRID = SIDE // 16  # cells of what comes out, along each side
_WIDTHS, _DEPTHS, _HEADS, _WINDOWS = (64, 128, 160, 320), (2, 2, 6, 2), (2, 4, 5, 10), (7, 7, 14, 7)
_SIDES = (256, 128, 64, 64)  # cells of each stage; the last one is not made smaller (their change for SAM)
_EXPANSION = 4  # of hidden layers
_CLASSES = 1000  # of the head for ImageNet, which is in their file and unused


class ConvNorm(nn.Sequential):
    """A convolution without bias, then batch normalisation."""

    def __init__(self, before: int, after: int, size: int = 1, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.c = nn.Conv2d(before, after, size, stride, size // 2, groups=groups, bias=False)
        self.bn = nn.BatchNorm2d(after)


class ChannelNorm(nn.Module):
    """Layer normalisation over the channels of B x C x H x W."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        """Normalise `x`."""
        moved = functional.layer_norm(x.movedim(1, -1), self.weight.shape, self.weight, self.bias, 1e-6)
        return moved.movedim(-1, 1)


class _PatchEmbedding(nn.Module):
    """Two convolutions that make the image four times smaller."""

    def __init__(self) -> None:
        super().__init__()
        half = _WIDTHS[0] // 2
        self.seq = nn.Sequential(ConvNorm(3, half, 3, 2), nn.GELU(), ConvNorm(half, _WIDTHS[0], 3, 2))

    def forward(self, x: Tensor) -> Tensor:
        return self.seq(x)  # type: ignore[no-any-return]


class _InvertedResidual(nn.Module):
    """The block of the first stage (MBConv, Sandler and others 2018)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        hidden = _EXPANSION * width
        self.conv1 = ConvNorm(width, hidden)
        self.conv2 = ConvNorm(hidden, hidden, 3, groups=hidden)
        self.conv3 = ConvNorm(hidden, width)

    def forward(self, x: Tensor) -> Tensor:
        hidden = functional.gelu(self.conv2(functional.gelu(self.conv1(x))))
        return functional.gelu(x + self.conv3(hidden))


class _Merging(nn.Module):
    """Convolutions between two stages; they halve the sides, but not before the last stage."""

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.conv1 = ConvNorm(before, after)
        self.conv2 = ConvNorm(after, after, 3, stride, groups=after)
        self.conv3 = ConvNorm(after, after)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv3(functional.gelu(self.conv2(functional.gelu(self.conv1(x)))))  # type: ignore[no-any-return]


class _WindowAttention(nn.Module):
    """Attention in a window, with a learned bias for each distance (LeViT, Graham and others 2021, section 4.2)."""

    offsets: Tensor

    def __init__(self, width: int, heads: int, window: int) -> None:
        super().__init__()
        self.heads, self.head_width = heads, width // heads
        self.norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)
        self.attention_biases = nn.Parameter(torch.zeros(heads, window * window))
        # Distances are numbered in the order in which they turn up; from the first cell that is row by row.
        rows, columns = (part.flatten() for part in torch.meshgrid(*[torch.arange(window)] * 2, indexing="ij"))
        down, across = (part[:, None] - part[None, :] for part in (rows, columns))
        self.register_buffer("offsets", down.abs() * window + across.abs(), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Attend within each row of `x`, windows x cells x width."""
        batch, cells, width = x.shape
        parts = self.qkv(self.norm(x)).view(batch, cells, self.heads, 3 * self.head_width).transpose(1, 2)
        query, key, value = parts.split(self.head_width, dim=3)
        bias = self.attention_biases[:, self.offsets]
        out = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        return self.proj(out.transpose(1, 2).reshape(batch, cells, width))  # type: ignore[no-any-return]


class _Mlp(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, _EXPANSION * width)
        self.fc2 = nn.Linear(_EXPANSION * width, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(functional.gelu(self.fc1(self.norm(x))))  # type: ignore[no-any-return]


class _WindowBlock(nn.Module):
    """Attention in windows, a local convolution, and a network for each cell; for B x C x H x W."""

    def __init__(self, width: int, heads: int, window: int) -> None:
        super().__init__()
        self.window = window
        self.attn = _WindowAttention(width, heads, window)
        self.mlp = _Mlp(width)
        self.local_conv = ConvNorm(width, width, 3, groups=width)

    def forward(self, x: Tensor) -> Tensor:
        x = self.local_conv(x + self._attend(x))
        return x + self.mlp(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)  # type: ignore[no-any-return]

    def _attend(self, x: Tensor) -> Tensor:
        batch, width, height, across = x.shape
        side = self.window
        x = functional.pad(x, (0, -across % side, 0, -height % side))
        down, right = x.shape[2] // side, x.shape[3] // side
        cells = x.view(batch, width, down, side, right, side).permute(0, 2, 4, 3, 5, 1)
        out = self.attn(cells.reshape(-1, side * side, width)).view(batch, down, right, side, side, width)
        out = out.permute(0, 5, 1, 3, 2, 4).reshape(batch, width, down * side, right * side)
        return out[:, :, :height, :across]  # type: ignore[no-any-return]


class _Stage(nn.Module):
    def __init__(self, blocks: list[nn.Module], downsample: _Merging | None) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(blocks)
        self.downsample = downsample

    def forward(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = block(x)
        return x if self.downsample is None else self.downsample(x)


def _make_stage(number: int) -> _Stage:
    width, depth = _WIDTHS[number], _DEPTHS[number]
    if number == 0:
        blocks: list[nn.Module] = [_InvertedResidual(width) for _ in range(depth)]
    else:
        blocks = [_WindowBlock(width, _HEADS[number], _WINDOWS[number]) for _ in range(depth)]
    if number + 1 == len(_WIDTHS):
        return _Stage(blocks, None)
    return _Stage(blocks, _Merging(width, _WIDTHS[number + 1], _SIDES[number] // _SIDES[number + 1]))


class TinyViT(nn.Module):
    """Encode an image, B x 3 x 1024 x 1024, as B x 256 x 64 x 64."""

    def __init__(self) -> None:
        super().__init__()
        self.patch_embed = _PatchEmbedding()
        self.layers = nn.ModuleList([_make_stage(number) for number in range(len(_WIDTHS))])
        self.norm_head = nn.LayerNorm(_WIDTHS[-1])
        self.head = nn.Linear(_WIDTHS[-1], _CLASSES)
        self.neck = nn.Sequential(
            nn.Conv2d(_WIDTHS[-1], EMBEDDING, 1, bias=False),
            ChannelNorm(EMBEDDING),
            nn.Conv2d(EMBEDDING, EMBEDDING, 3, padding=1, bias=False),
            ChannelNorm(EMBEDDING),
        )

    def forward(self, image: Tensor) -> Tensor:
        """Encode `image`, in SAM's colour range."""
        x = self.patch_embed(image)
        for stage in self.layers:
            x = stage(x)
        return self.neck(x)  # type: ignore[no-any-return]
