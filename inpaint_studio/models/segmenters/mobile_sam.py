"""MobileSAM (Zhang and others 2023, "Faster Segment Anything"): a mask from points and a box.

The prompt encoder is that of Segment Anything (Kirillov and others 2023, appendix A). The attributes bear the names
that the authors' state dictionary has: `image_encoder`, `prompt_encoder` and `mask_decoder`.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from inpaint_studio.models.segmenters.mask_decoder import MaskDecoder
from inpaint_studio.models.segmenters.tiny_vit import EMBEDDING, GRID, SIDE, ChannelNorm, TinyViT

_LABELS = 4  # not the object, the object, the box's upper left and its lower right corner
_MASK_CHANNELS = 16
PADDING = -1  # the label of a point that is none; it is there where there is no box


class _Places(nn.Module):
    """Random Fourier features of positions in [0, 1] (Tancik and others 2020)."""

    positional_encoding_gaussian_matrix: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("positional_encoding_gaussian_matrix", torch.randn(2, EMBEDDING // 2))

    def forward(self, places: Tensor) -> Tensor:
        """Encode `places`, ... x 2 (x, y)."""
        turns = 2 * math.pi * ((2 * places - 1) @ self.positional_encoding_gaussian_matrix)
        return torch.cat([turns.sin(), turns.cos()], dim=-1)


class _PromptEncoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.pe_layer = _Places()
        self.point_embeddings = nn.ModuleList([nn.Embedding(1, EMBEDDING) for _ in range(_LABELS)])
        self.not_a_point_embed = nn.Embedding(1, EMBEDDING)
        self.no_mask_embed = nn.Embedding(1, EMBEDDING)
        quarter = _MASK_CHANNELS // 4
        self.mask_downscaling = nn.Sequential(  # for a mask as a prompt; it is in their file and unused here
            nn.Conv2d(1, quarter, 2, 2),
            ChannelNorm(quarter),
            nn.GELU(),
            nn.Conv2d(quarter, _MASK_CHANNELS, 2, 2),
            ChannelNorm(_MASK_CHANNELS),
            nn.GELU(),
            nn.Conv2d(_MASK_CHANNELS, EMBEDDING, 1),
        )

    def forward(self, points: Tensor, labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Encode N points (x, y in px of the square) with their labels; return prompts, no mask, and all places."""
        encoded = self.pe_layer((points + 0.5) / SIDE)
        encoded = torch.where((labels == PADDING)[:, None], self.not_a_point_embed.weight, encoded)
        rows = torch.cat([embedding.weight for embedding in self.point_embeddings.children()])  # type: ignore[misc]
        known = (labels[:, None] == torch.arange(_LABELS, device=labels.device)).to(rows.dtype)
        encoded = encoded + known @ rows
        dense = self.no_mask_embed.weight.view(1, EMBEDDING, 1, 1).expand(-1, -1, GRID, GRID)
        steps = (torch.arange(GRID, device=points.device) + 0.5) / GRID
        down, across = torch.meshgrid(steps, steps, indexing="ij")
        places = self.pe_layer(torch.stack([across, down], dim=-1)).permute(2, 0, 1)[None]
        return encoded[None], dense, places


class MobileSam(nn.Module):
    """Encode an image once, then decode a mask for every prompt."""

    def __init__(self) -> None:
        super().__init__()
        self.image_encoder = TinyViT()
        self.prompt_encoder = _PromptEncoder()
        self.mask_decoder = MaskDecoder()

    def encode(self, image: Tensor) -> Tensor:
        """Encode `image`, 1 x 3 x 1024 x 1024 in SAM's colour range, as 1 x 256 x 64 x 64."""
        return self.image_encoder(image)  # type: ignore[no-any-return]

    def decode(self, encoded: Tensor, points: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits, 1 x 4 x 256 x 256, and estimated IoUs, 1 x 4, for N points with their labels."""
        sparse, dense, places = self.prompt_encoder(points, labels)
        return self.mask_decoder(encoded, places, sparse, dense)  # type: ignore[no-any-return]
