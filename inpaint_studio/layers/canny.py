"""The grey image and its Canny edges, as scikit-image computes them: networks trained on those want the same."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

SIGMA = 2.0  # px of the Gaussian before the gradient (K. Nazeri et al., EdgeConnect, 2019, section 4.1)


def grey(image: NDArray[Any]) -> NDArray[np.float64]:
    """H x W luminance in [0, 1] (0.2125 R + 0.7154 G + 0.0721 B, Rec. 709) of `image`, H x W x 3 uint8 RGB."""
    from skimage.color import rgb2gray

    return np.asarray(rgb2gray(image), np.float64)


def canny(
    image: NDArray[np.float64], known: NDArray[np.bool_] | None = None, sigma: float = SIGMA
) -> NDArray[np.bool_]:
    """H x W bool: the edges of a grey image (H x W in [0, 1]), thresholds 0.1 and 0.2 of the gradient.

    Where `known` is False nothing is looked at, and no edge is found there or along its rim.
    """
    from skimage.feature import canny as detect

    if known is not None and not known.any():
        return np.zeros(image.shape, np.bool_)
    found: NDArray[np.bool_] = detect(image, sigma=sigma, mask=known)  # type: ignore[no-untyped-call]
    return found
