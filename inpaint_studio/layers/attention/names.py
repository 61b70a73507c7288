"""What a configuration must know of each attention block, without torch: its name, and what it attends to.

`registry.BLOCKS` has the blocks themselves, in the same order.
"""

from __future__ import annotations

from typing import NamedTuple


class BlockTraits(NamedTuple):
    """Facts of a block; those of `AttentionBlock`."""

    places: bool = False  # it takes features from other places, so it has offsets to show
    units: bool = False  # it weighs channels, or the entries of a learned memory


PLACES, UNITS, BOTH = BlockTraits(places=True), BlockTraits(units=True), BlockTraits(True, True)

# The names are those of `attention=NAME`, and are kept with weights.
NAMES: dict[str, BlockTraits] = {
    "self": PLACES,
    "non-local": PLACES,
    "external": UNITS,
    "espa": PLACES,
    "contextual": PLACES,
    "shift": PLACES,
    "se": UNITS,
    "sk": UNITS,
    "eca": UNITS,
    "cbam": UNITS,
    "danet": BOTH,
    "danet-position": PLACES,
    "danet-channel": UNITS,
    "ccnet": PLACES,
    "residual": UNITS,
    "stn": PLACES,
    "appearance-flow": PLACES,
    "swap": PLACES,
    "csa": PLACES,
}
NONE = "none"  # no block at all
