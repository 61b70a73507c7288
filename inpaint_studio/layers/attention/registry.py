"""All attention blocks by name."""

from __future__ import annotations

from inpaint_studio.errors import InputError
from inpaint_studio.layers.attention.appearance_flow import AppearanceFlow
from inpaint_studio.layers.attention.block import AttentionBlock
from inpaint_studio.layers.attention.cbam import ConvolutionalBlockAttention
from inpaint_studio.layers.attention.coherent import CoherentAttention
from inpaint_studio.layers.attention.contextual import ContextualAttention
from inpaint_studio.layers.attention.criss_cross import CrissCrossAttention
from inpaint_studio.layers.attention.danet import ChannelAttention, DualAttention, PositionAttention
from inpaint_studio.layers.attention.efficient import EfficientChannelAttention
from inpaint_studio.layers.attention.espa import ExternalSpatialAttention
from inpaint_studio.layers.attention.external import ExternalAttention
from inpaint_studio.layers.attention.non_local import NonLocal
from inpaint_studio.layers.attention.residual_attention import ResidualAttention
from inpaint_studio.layers.attention.selective import SelectiveKernels
from inpaint_studio.layers.attention.self_attention import SelfAttention
from inpaint_studio.layers.attention.semantic import SemanticAttention
from inpaint_studio.layers.attention.shift import ShiftAttention
from inpaint_studio.layers.attention.spatial_transformer import SpatialTransformer
from inpaint_studio.layers.attention.squeeze import SqueezeExcitation
from inpaint_studio.texts import tr

# The names are those of `attention=NAME`, and are kept with weights.
BLOCKS: dict[str, type[AttentionBlock]] = {
    "self": SelfAttention,
    "non-local": NonLocal,
    "external": ExternalAttention,
    "espa": ExternalSpatialAttention,
    "contextual": ContextualAttention,
    "shift": ShiftAttention,
    "se": SqueezeExcitation,
    "sk": SelectiveKernels,
    "eca": EfficientChannelAttention,
    "cbam": ConvolutionalBlockAttention,
    "danet": DualAttention,
    "danet-position": PositionAttention,
    "danet-channel": ChannelAttention,
    "ccnet": CrissCrossAttention,
    "residual": ResidualAttention,
    "stn": SpatialTransformer,
    "appearance-flow": AppearanceFlow,
    "swap": SemanticAttention,
    "csa": CoherentAttention,
}


def build_block(name: str, channels: int) -> AttentionBlock:
    """Build the block of that name for features of `channels` channels; raise InputError for an unknown name."""
    block = BLOCKS.get(name)
    if block is None:
        raise InputError(
            tr("There is no attention block named {name}. Choose one of: {names}.", name=name, names=", ".join(BLOCKS))
        )
    return block(channels)
