"""The losses of the recipes in words: what each measures, and its entry in a legend."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

_COLOURS = "how far its colours are from those of the real photo"
MEANINGS = {  # by the name that recipes report
    "reconstruction": _COLOURS,
    "hole": f"{_COLOURS}, inside the hole",
    "known": f"{_COLOURS}, outside the hole",
    "valid": f"{_COLOURS}, outside the hole",
    "masked": f"{_COLOURS}, inside the hole",
    "coarse": "how far the colours of its first, rough picture are from those of the real photo",
    "perceptual": "how far its shapes are from those of the real photo, as a network sees them that knows objects",
    "style": "how far its textures are from those of the real photo",
    "texture": "how far its textures are from those of the real photo",
    "total variation": "how rough neighbouring pixels are; lower is smoother",
    "adversarial": "how well the critic, a second network, tells its fills from real photos",
    "critic": "how badly the critic tells its fills from real photos",
    "r1": "how much the judgement of the critic changes over small differences",
    "feature matching": "how far its fills are from the real photos, as the critic sees them",
    "coarse adversarial": "how well a critic tells its first, rough pictures from real photos",
    "coarse critic": "how badly that critic tells rough pictures from real photos",
    "edges": "how far its drawn edges are from those of the real photo",
    "edge adversarial": "how well a critic tells its drawn edges from real ones",
    "edge critic": "how badly that critic tells drawn edges from real ones",
    "edge feature matching": "how far its drawn edges are from real ones, as that critic sees them",
    "guidance": "how far what it sees in the hole is from what it would see in the real photo",
    "labels": "how far it is from knowing what is where in the photo, such as sky or water",
    "painted": "how far its colours are from those of the class that was painted there",
}


def explain(name: str) -> str:
    """Return the name of a loss with its meaning, as a sentence; the name alone for a recipe's own loss."""
    title = name.replace("_", " ")
    meaning = MEANINGS.get(title)
    return f"{title}: {meaning}" if meaning else title


def format_entry(name: str, value: float, undrawn: bool, room: int, metrics: QFontMetrics) -> str:
    """Format an entry of the legend for `room` px: a name that is too long is elided, the value never."""
    title, amount = name.replace("_", " "), " –" if math.isnan(value) else f" {value:.3g}"
    note = ", no line"
    if undrawn and metrics.horizontalAdvance(title + amount + note) <= room:
        amount += note
    return metrics.elidedText(title, Qt.TextElideMode.ElideRight, room - metrics.horizontalAdvance(amount)) + amount
