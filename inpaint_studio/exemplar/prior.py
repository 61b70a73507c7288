"""What is known of a source before patches are compared: the nearer it is to its target, the likelier it fits.

A landscape lies in bands, light falls off to the corners, and textures change across a photo: of two places that look
alike, the nearer one belongs there (the proximity cost of Huang et al. 2014, section 4.3; here a factor by rows and
columns, so that an exact match far away still wins).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from inpaint_studio.exemplar.pyramid import Level

WHOLE = np.int64(1024)  # parts of a distance, in which costs are counted
ALIKE = np.int64(147)  # added to sums of squared differences, so that of two equal places the nearer one is taken

# The distance of a patch counts so many times more if its source is a window's height, or width, away. Measured in
# all rounds on 72 holes against 0: 2 gives 0.29 dB more, 4 gives 0.34 dB, both with sharpness, seams and gradients
# nearer to the truth. 4 with free last rounds, on 36 holes: 0.50 dB more, seam 1.034 (before 1.065), chi2 .016 (.018).
ACROSS_WINDOW = 4.0
FROM_LEVEL = 2  # the coarser levels decide; at finer ones the search stays near anyway
FREE = 4  # the last rounds of a level go without, so that a match far away is found once the hole looks like it


class Cost(NamedTuple):
    """What each row and each column between a target and its source adds to their distance, in parts of `WHOLE`."""

    row: int
    column: int


NO_COST = Cost(0, 0)


def cost_of_distance(level: Level, number: int, coarsest: bool, rounds_left: int, layers: float = 1.0) -> Cost:
    """Return the cost for a round of search and vote.

    `number` is that of the level, 0 the finest; `coarsest` is True where the fill starts; `rounds_left` counts the
    round that begins. In a photo with layers above each other (`layers` more than 1, see `layers.measure_layers`) rows
    cost more and columns less.
    """
    if (number < FROM_LEVEL and not coarsest) or rounds_left <= FREE:
        return NO_COST
    whole, along = ACROSS_WINDOW * int(WHOLE), math.sqrt(layers)
    return Cost(int(whole * along / level.shape[0]), int(whole / along / level.shape[1]))
