"""Luminance and Canny edges of an image, as scikit-image computes them.

EdgeConnect was trained on edges of that implementation (`skimage.feature.canny`), so a network that continues them
needs the same ones. scikit-image is imported only when it is first used. `canny_torch` has the same steps as tensor
operations, for networks that are exported.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

SIGMA = 2.0  # px of the Gaussian before the gradient (K. Nazeri et al., EdgeConnect, 2019, section 4.1)


def grey(image: NDArray[Any]) -> NDArray[np.float64]:
    """Compute the luminance of `image` (H x W x 3 uint8 RGB): H x W in [0, 1].

    0.2125 R + 0.7154 G + 0.0721 B, the weights of Rec. 709.
    """
    from skimage.color import rgb2gray

    return np.asarray(rgb2gray(image), np.float64)


def canny(
    image: NDArray[np.float64], known: NDArray[np.bool_] | None = None, sigma: float = SIGMA
) -> NDArray[np.bool_]:
    """Find the edges of a grey image (H x W in [0, 1]): H x W bool.

    The thresholds of the gradient are 0.1 and 0.2. Pixels where `known` (H x W) is False are ignored; there is no edge
    among them, nor along their border.
    """
    from skimage.feature import canny as detect

    if known is not None and not known.any():
        return np.zeros(image.shape, np.bool_)
    found: NDArray[np.bool_] = detect(image, sigma=sigma, mask=known)  # type: ignore[no-untyped-call]
    return found
