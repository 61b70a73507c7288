"""The losses of the recipes in words: what each measures, and its entry in a legend."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from inpaint_studio.texts import mark, tr

_COLOURS = mark("how far its colours are from those of the real photo")
MEANINGS = {  # by the name that recipes report
    "reconstruction": _COLOURS,
    "hole": mark("how far its colours are from those of the real photo, inside the hole"),
    "known": mark("how far its colours are from those of the real photo, outside the hole"),
    "valid": mark("how far its colours are from those of the real photo, outside the hole"),
    "masked": mark("how far its colours are from those of the real photo, inside the hole"),
    "coarse": mark("how far the colours of its first, rough picture are from those of the real photo"),
    "perceptual": mark(
        "how far its shapes are from those of the real photo, as a network sees them that knows objects"
    ),
    "style": mark("how far its textures are from those of the real photo"),
    "texture": mark("how far its textures are from those of the real photo"),
    "total variation": mark("how rough neighbouring pixels are; lower is smoother"),
    "adversarial": mark("how well the critic, a second network, tells its fills from real photos"),
    "critic": mark("how badly the critic tells its fills from real photos"),
    "r1": mark("how much the judgement of the critic changes over small differences"),
    "feature matching": mark("how far its fills are from the real photos, as the critic sees them"),
    "coarse adversarial": mark("how well a critic tells its first, rough pictures from real photos"),
    "coarse critic": mark("how badly that critic tells rough pictures from real photos"),
    "edges": mark("how far its drawn edges are from those of the real photo"),
    "edge adversarial": mark("how well a critic tells its drawn edges from real ones"),
    "edge critic": mark("how badly that critic tells drawn edges from real ones"),
    "edge feature matching": mark("how far its drawn edges are from real ones, as that critic sees them"),
    "guidance": mark("how far what it sees in the hole is from what it would see in the real photo"),
    "labels": mark("how far it is from knowing what is where in the photo, such as sky or water"),
    "painted": mark("how far its colours are from those of the class that was painted there"),
}


def explain(name: str) -> str:
    """Return the name of a loss with its meaning, as a sentence; the name alone for a recipe's own loss."""
    title = name.replace("_", " ")
    meaning = MEANINGS.get(title)
    return f"{title}: {tr(meaning)}" if meaning else title


def format_entry(name: str, value: float, undrawn: bool, room: int, metrics: QFontMetrics) -> str:
    """Format an entry of the legend for `room` px: a name that is too long is elided, the value never."""
    title, amount = name.replace("_", " "), " –" if math.isnan(value) else f" {value:.3g}"
    note = tr(", no line")
    if undrawn and metrics.horizontalAdvance(title + amount + note) <= room:
        amount += note
    return metrics.elidedText(title, Qt.TextElideMode.ElideRight, room - metrics.horizontalAdvance(amount)) + amount
