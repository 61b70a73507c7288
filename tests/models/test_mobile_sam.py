"""MobileSAM: the keys and shapes of its authors' checkpoint, and what its parts compute."""

from __future__ import annotations

import itertools

import pytest
import torch

from inpaint_studio.models.segmenters.mask_decoder import MaskDecoder
from inpaint_studio.models.segmenters.mobile_sam import MobileSam, _PromptEncoder
from inpaint_studio.models.segmenters.tiny_vit import ChannelNorm, _Merging, _WindowAttention, _WindowBlock

# From the authors' modules (github.com/ChaoningZhang/MobileSAM: tiny_vit_sam.py, prompt_encoder.py, mask_decoder.py,
# transformer.py, with the numbers of build_sam_vit_t) and a published listing of the checkpoint's keys.
SHAPES = {
    "image_encoder.patch_embed.seq.0.c.weight": (32, 3, 3, 3),
    "image_encoder.patch_embed.seq.2.bn.running_var": (64,),
    "image_encoder.layers.0.blocks.1.conv2.c.weight": (256, 1, 3, 3),
    "image_encoder.layers.0.downsample.conv3.bn.num_batches_tracked": (),
    "image_encoder.layers.1.blocks.0.attn.attention_biases": (4, 49),
    "image_encoder.layers.1.blocks.1.attn.qkv.weight": (384, 128),
    "image_encoder.layers.2.blocks.5.attn.attention_biases": (5, 196),
    "image_encoder.layers.2.blocks.3.mlp.fc1.weight": (640, 160),
    "image_encoder.layers.2.downsample.conv2.c.weight": (320, 1, 3, 3),
    "image_encoder.layers.3.blocks.1.local_conv.c.weight": (320, 1, 3, 3),
    "image_encoder.layers.3.blocks.1.attn.attention_biases": (10, 49),
    "image_encoder.norm_head.weight": (320,),
    "image_encoder.head.weight": (1000, 320),
    "image_encoder.neck.0.weight": (256, 320, 1, 1),
    "image_encoder.neck.2.weight": (256, 256, 3, 3),
    "image_encoder.neck.3.bias": (256,),
    "prompt_encoder.pe_layer.positional_encoding_gaussian_matrix": (2, 128),
    "prompt_encoder.point_embeddings.3.weight": (1, 256),
    "prompt_encoder.not_a_point_embed.weight": (1, 256),
    "prompt_encoder.mask_downscaling.0.weight": (4, 1, 2, 2),
    "prompt_encoder.mask_downscaling.6.weight": (256, 16, 1, 1),
    "prompt_encoder.no_mask_embed.weight": (1, 256),
    "mask_decoder.transformer.layers.0.self_attn.q_proj.weight": (256, 256),
    "mask_decoder.transformer.layers.1.cross_attn_token_to_image.k_proj.weight": (128, 256),
    "mask_decoder.transformer.layers.1.cross_attn_image_to_token.out_proj.weight": (256, 128),
    "mask_decoder.transformer.layers.0.mlp.lin1.weight": (2048, 256),
    "mask_decoder.transformer.layers.1.norm4.bias": (256,),
    "mask_decoder.transformer.final_attn_token_to_image.v_proj.bias": (128,),
    "mask_decoder.transformer.norm_final_attn.weight": (256,),
    "mask_decoder.iou_token.weight": (1, 256),
    "mask_decoder.mask_tokens.weight": (4, 256),
    "mask_decoder.output_upscaling.0.weight": (256, 64, 2, 2),
    "mask_decoder.output_upscaling.1.weight": (64,),
    "mask_decoder.output_upscaling.3.bias": (32,),
    "mask_decoder.output_hypernetworks_mlps.3.layers.2.weight": (32, 256),
    "mask_decoder.iou_prediction_head.layers.2.weight": (4, 256),
}
KEYS = 439  # by those modules
NUMBERS = 10_130_092  # parameters, counted from the same shapes


@pytest.fixture(scope="module")
def network() -> MobileSam:
    with torch.device("meta"):
        return MobileSam()


def test_the_keys_and_shapes_are_the_authors(network: MobileSam) -> None:
    shapes = {key: tuple(value.shape) for key, value in network.state_dict().items()}
    assert {key: shapes.get(key) for key in SHAPES} == SHAPES
    assert len(shapes) == KEYS
    assert sum(parameter.numel() for parameter in network.parameters()) == NUMBERS


def test_the_bias_of_attention_is_that_of_the_distance() -> None:
    """The authors number the distances in the order in which pairs of cells show them."""
    window, numbers = 3, {}
    cells = list(itertools.product(range(window), repeat=2))
    expected = [[numbers.setdefault((abs(a[0] - b[0]), abs(a[1] - b[1])), len(numbers)) for b in cells] for a in cells]
    assert _WindowAttention(8, 2, window).offsets.tolist() == expected


@torch.no_grad()
def test_attention_is_softmax_of_scaled_products_and_bias() -> None:
    torch.manual_seed(0)
    attention = _WindowAttention(8, 2, 2)
    torch.nn.init.normal_(attention.attention_biases)
    x = torch.randn(3, 4, 8)
    parts = attention.qkv(attention.norm(x)).view(3, 4, 2, 12)
    query, key, value = (parts[..., n : n + 4].permute(0, 2, 1, 3) for n in (0, 4, 8))
    weights = (query @ key.transpose(2, 3) * 4**-0.5 + attention.attention_biases[:, attention.offsets]).softmax(3)
    expected = attention.proj((weights @ value).transpose(1, 2).reshape(3, 4, 8))
    torch.testing.assert_close(attention(x), expected)


@torch.no_grad()
def test_a_block_attends_within_its_windows_only() -> None:
    torch.manual_seed(1)
    block = _WindowBlock(8, 2, 4).eval()
    x = torch.randn(1, 8, 6, 10)
    changed = x.clone()
    changed[:, 0, :4, :4] += 1
    touched = (block._attend(x) - block._attend(changed)).abs().amax(dim=1)[0] > 1e-6
    assert touched[:4, :4].all()
    assert not touched[4:].any()
    assert not touched[:, 4:].any()
    assert block(x).shape == x.shape


@torch.no_grad()
@pytest.mark.parametrize(("stride", "side"), [(2, 4), (1, 8)])
def test_merging_halves_the_sides_or_keeps_them(stride: int, side: int) -> None:
    assert _Merging(4, 6, stride).eval()(torch.zeros(1, 4, 8, 8)).shape == (1, 6, side, side)


@torch.no_grad()
def test_channels_are_normalised_at_each_place() -> None:
    x = torch.randn(2, 16, 3, 5) * 3 + 1
    out = ChannelNorm(16)(x)
    torch.testing.assert_close(out, (x - x.mean(1, True)) / (x.var(1, correction=0, keepdim=True) + 1e-6).sqrt())


@torch.no_grad()
def test_prompts_are_encoded_by_place_and_label() -> None:
    torch.manual_seed(2)
    encoder = _PromptEncoder()
    points = torch.tensor([[10.0, 20], [10, 20], [0, 0], [1023, 511.5]])
    sparse, dense, places = encoder(points, torch.tensor([1.0, 0, -1, 3]))
    gap = encoder.point_embeddings[1].weight - encoder.point_embeddings[0].weight
    torch.testing.assert_close(sparse[0, :1] - sparse[0, 1:2], gap)
    torch.testing.assert_close(sparse[0, 2], encoder.not_a_point_embed.weight[0])
    assert dense.shape == places.shape == (1, 256, 64, 64)
    corner = torch.tensor([[7.5, 15.5]])  # the middle of the first cell
    torch.testing.assert_close(
        encoder(corner + torch.tensor([[0.0, -8]]), torch.tensor([-2.0]))[0][0, 0], places[0, :, 0, 0]
    )
    torch.testing.assert_close(encoder.pe_layer(torch.tensor([0.5, 0.5]))[:128], torch.zeros(128))


@torch.no_grad()
def test_the_decoder_gives_four_masks_and_scores_and_heeds_every_prompt() -> None:
    torch.manual_seed(3)
    decoder = MaskDecoder().eval()
    image, places, dense = torch.randn(3, 1, 256, 4, 4).unbind()
    sparse = torch.randn(1, 3, 256)
    masks, scores = decoder(image, places, sparse, dense)
    assert masks.shape == (1, 4, 16, 16)
    assert scores.shape == (1, 4)
    other, _ = decoder(image, places, sparse.roll(1, 1) + torch.tensor([1.0, 0, 0])[None, :, None], dense)
    assert (other - masks).abs().max() > 1e-4
    same, _ = decoder(image, places, sparse.flip(1), dense)  # the order of prompts does not matter
    torch.testing.assert_close(same, masks, rtol=1e-3, atol=1e-4)
