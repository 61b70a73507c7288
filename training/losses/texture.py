"""Non-local coherence of texture: each patch of a hole should look like some patch of its class in the true image.

Liao et al. (CVPR 2021) have two coherence losses, for the structure of the whole and for local texture; their formulas
were not at hand, so this is a reading of ours. With the 5 x 5 px patches P_p of the drawn image and Q_q of the true
one, each without its mean colour, so that texture counts and not its shade:

    the mean over the p in the hole of 1 - max over the known q of p's class of P_p . Q_q / (|P_p| |Q_q|)

It is the contextual loss (Mechrez et al., ECCV 2018) with a maximum for its softmax. Images of 128 px a side or more
are reduced to less first, and patches lie two px apart, as every patch is compared with every other.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from inpaint_studio.layers.label_planes import resize_labels

PATCH = 5  # px
STEP = 2  # px from patch to patch
SIDE = 64  # px: images of twice that or more are reduced, to this or a little more
_FAINT = 1e-3  # length below which a patch counts as flat: its cosine fades to 0


def texture_coherence(drawn: Tensor, real: Tensor, hole: Tensor, labels: Tensor) -> Tensor:
    """Return the loss of the formula above, the mean over the images; 0 for an image without a hole.

    `drawn` and `real` are B x 3 x H x W in [-1, 1], `hole` B x 1 x H x W, `labels` a label map B x 1 x H x W. Where the
    class is not known, and where it lies in the hole alone, all true patches count. Only `drawn` has gradients.
    """
    factor = max(1, drawn.shape[-1] // SIDE)
    if factor > 1:
        drawn, real, hole = (F.avg_pool2d(plane, factor) for plane in (drawn, real, hole))
    labels = resize_labels(labels, (drawn.shape[-2], drawn.shape[-1]))
    labels, inside = (plane[..., ::STEP, ::STEP].flatten(1) for plane in (labels, hole > 0))
    mine = _patches(drawn)
    with torch.no_grad():
        theirs = _patches(real)
    found = [_one(*each) for each in zip(mine, theirs, inside, labels, strict=True)]
    return torch.stack(found).mean()


def _patches(image: Tensor) -> Tensor:
    """Return B x N x 75: the patch round every second pixel of every second row, without its mean, of length 1."""
    around = F.pad(image.float(), (PATCH // 2,) * 4, mode="replicate")
    patches = F.unfold(around, PATCH, stride=STEP)
    patches = patches.view(len(image), image.shape[1], PATCH**2, -1)
    centred = (patches - patches.mean(2, keepdim=True)).flatten(1, 2).transpose(1, 2)
    length: Tensor = (centred.square().sum(2, keepdim=True) + _FAINT**2).sqrt()
    return centred / length


def _one(mine: Tensor, theirs: Tensor, inside: Tensor, labels: Tensor) -> Tensor:
    """Return the loss of one image; patches are N x 75, the others N."""
    cells = inside.nonzero()[:, 0]
    if not len(cells):
        return mine.sum() * 0
    with torch.no_grad():
        alike = (labels[cells, None] == labels) & (labels[cells, None] > 0)
        known = alike & ~inside
        everywhere = ~known.any(1, keepdim=True)
        best = (mine[cells] @ theirs.t()).masked_fill(~(known | everywhere), -torch.inf).argmax(1)
    return 1 - (mine[cells] * theirs[best]).sum(1).mean()
