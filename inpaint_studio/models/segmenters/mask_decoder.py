"""The mask decoder of Segment Anything (Kirillov and others 2023, appendix A): prompts and an encoded image to masks.

The attributes bear the names that the authors' state dictionary has, so that it loads as it is.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from inpaint_studio.models.segmenters.tiny_vit import EMBEDDING, ChannelNorm

MASKS = 4  # the first one for prompts that are clear, the others for the whole, a part and a part of that
_HEADS, _DEPTH, _HIDDEN = 8, 2, 2048
_NARROWER = 2  # attention between image and tokens has half the width


class _Attention(nn.Module):
    def __init__(self, narrower: int = 1) -> None:
        super().__init__()
        width = EMBEDDING // narrower
        self.q_proj, self.k_proj, self.v_proj = (nn.Linear(EMBEDDING, width) for _ in range(3))
        self.out_proj = nn.Linear(width, EMBEDDING)

    def forward(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """Attend; all are B x tokens x 256."""
        parts = self.q_proj(query), self.k_proj(key), self.v_proj(value)
        heads = [part.unflatten(2, (_HEADS, -1)).transpose(1, 2) for part in parts]
        out = functional.scaled_dot_product_attention(*heads)
        return self.out_proj(out.transpose(1, 2).flatten(2))  # type: ignore[no-any-return]


class _TokenMlp(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.lin1, self.lin2 = nn.Linear(EMBEDDING, _HIDDEN), nn.Linear(_HIDDEN, EMBEDDING)

    def forward(self, x: Tensor) -> Tensor:
        return self.lin2(functional.relu(self.lin1(x)))  # type: ignore[no-any-return]


class _TwoWayBlock(nn.Module):
    """Tokens attend to themselves and to the image, then the image to the tokens."""

    def __init__(self, is_first: bool) -> None:
        super().__init__()
        self.is_first = is_first
        self.self_attn = _Attention()
        self.cross_attn_token_to_image = _Attention(_NARROWER)
        self.cross_attn_image_to_token = _Attention(_NARROWER)
        self.mlp = _TokenMlp()
        self.norm1, self.norm2, self.norm3, self.norm4 = (nn.LayerNorm(EMBEDDING) for _ in range(4))

    def forward(self, tokens: Tensor, image: Tensor, token_places: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
        if self.is_first:  # their first block has no positions, and replaces the tokens
            tokens = self.self_attn(tokens, tokens, tokens)
        else:
            placed = tokens + token_places
            tokens = tokens + self.self_attn(placed, placed, tokens)
        tokens = self.norm1(tokens)
        tokens = self.norm2(tokens + self.cross_attn_token_to_image(tokens + token_places, image + places, image))
        tokens = self.norm3(tokens + self.mlp(tokens))
        image = image + self.cross_attn_image_to_token(image + places, tokens + token_places, tokens)
        return tokens, self.norm4(image)


class _TwoWayTransformer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList([_TwoWayBlock(number == 0) for number in range(_DEPTH)])
        self.final_attn_token_to_image = _Attention(_NARROWER)
        self.norm_final_attn = nn.LayerNorm(EMBEDDING)

    def forward(self, image: Tensor, places: Tensor, prompts: Tensor) -> tuple[Tensor, Tensor]:
        """Return the tokens and the image; `image` and `places` are B x cells x 256, `prompts` B x tokens x 256."""
        tokens = prompts
        for layer in self.layers:
            tokens, image = layer(tokens, image, prompts, places)
        last = self.final_attn_token_to_image(tokens + prompts, image + places, image)
        return self.norm_final_attn(tokens + last), image


class _Perceptron(nn.Module):
    """Three linear layers with ReLU between them."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(EMBEDDING, width) for width in (EMBEDDING, EMBEDDING, after)])

    def forward(self, x: Tensor) -> Tensor:
        first, second, last = self.layers
        return last(functional.relu(second(functional.relu(first(x)))))  # type: ignore[no-any-return]


class MaskDecoder(nn.Module):
    """Predict masks and how good they are."""

    def __init__(self) -> None:
        super().__init__()
        self.transformer = _TwoWayTransformer()
        self.iou_token = nn.Embedding(1, EMBEDDING)
        self.mask_tokens = nn.Embedding(MASKS, EMBEDDING)
        self.output_upscaling = nn.Sequential(
            nn.ConvTranspose2d(EMBEDDING, EMBEDDING // 4, 2, 2),
            ChannelNorm(EMBEDDING // 4),
            nn.GELU(),
            nn.ConvTranspose2d(EMBEDDING // 4, EMBEDDING // 8, 2, 2),
            nn.GELU(),
        )
        self.output_hypernetworks_mlps = nn.ModuleList([_Perceptron(EMBEDDING // 8) for _ in range(MASKS)])
        self.iou_prediction_head = _Perceptron(MASKS)

    def forward(self, image: Tensor, places: Tensor, sparse: Tensor, dense: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits, 1 x 4 x 256 x 256, and estimated IoUs, 1 x 4.

        `image`, `places` and `dense` are 1 x 256 x 64 x 64; `sparse`, the prompts, 1 x N x 256.
        """
        own = torch.cat([self.iou_token.weight, self.mask_tokens.weight])[None]
        cells = (image + dense).flatten(2).transpose(1, 2)
        tokens, cells = self.transformer(cells, places.flatten(2).transpose(1, 2), torch.cat([own, sparse], dim=1))
        whole = self.output_upscaling(cells.transpose(1, 2).reshape(image.shape))
        filters = [mlp(tokens[:, 1 + number]) for number, mlp in enumerate(self.output_hypernetworks_mlps)]
        masks = torch.einsum("bkc,bchw->bkhw", torch.stack(filters, dim=1), whole)
        return masks, self.iou_prediction_head(tokens[:, 0])
