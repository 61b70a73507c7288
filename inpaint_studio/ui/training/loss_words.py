"""The losses of the recipes in words: what each measures, and its entry in a legend."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from inpaint_studio.texts import mark, tr

_COLOURS = mark("how far its colours are from those of the real photo")
MEANINGS = {  # by the name that recipes report
    mark("reconstruction"): _COLOURS,
    mark("hole"): mark("how far its colours are from those of the real photo, inside the hole"),
    mark("known"): mark("how far its colours are from those of the real photo, outside the hole"),
    mark("valid"): mark("how far its colours are from those of the real photo, outside the hole"),
    mark("masked"): mark("how far its colours are from those of the real photo, inside the hole"),
    mark("coarse"): mark("how far the colours of its first, rough picture are from those of the real photo"),
    mark("perceptual"): mark(
        "how far its shapes are from those of the real photo, as a network sees them that knows objects"
    ),
    mark("style"): mark("how far its textures are from those of the real photo"),
    mark("texture"): mark("how far its textures are from those of the real photo"),
    mark("total variation"): mark("how rough neighbouring pixels are; lower is smoother"),
    mark("adversarial"): mark("how well the critic, a second network, tells its fills from real photos"),
    mark("critic"): mark("how badly the critic tells its fills from real photos"),
    mark("r1"): mark("how much the judgement of the critic changes over small differences"),
    mark("feature matching"): mark("how far its fills are from the real photos, as the critic sees them"),
    mark("coarse adversarial"): mark("how well a critic tells its first, rough pictures from real photos"),
    mark("coarse critic"): mark("how badly that critic tells rough pictures from real photos"),
    mark("edges"): mark("how far its drawn edges are from those of the real photo"),
    mark("edge adversarial"): mark("how well a critic tells its drawn edges from real ones"),
    mark("edge critic"): mark("how badly that critic tells drawn edges from real ones"),
    mark("edge feature matching"): mark("how far its drawn edges are from real ones, as that critic sees them"),
    mark("guidance"): mark("how far what it sees in the hole is from what it would see in the real photo"),
    mark("labels"): mark("how far it is from knowing what is where in the photo, such as sky or water"),
    mark("painted"): mark("how far its colours are from those of the class that was painted there"),
}


def _title(name: str) -> str:
    title = name.replace("_", " ")
    return tr(title) if title in MEANINGS else title


def explain(name: str) -> str:
    """Return the name of a loss with its meaning, as a sentence; the name alone for a recipe's own loss."""
    title = name.replace("_", " ")
    meaning = MEANINGS.get(title)
    return tr("{loss}: {meaning}", loss=tr(title), meaning=tr(meaning)) if meaning else title


def format_entry(name: str, value: float, undrawn: bool, room: int, metrics: QFontMetrics) -> str:
    """Format an entry of the legend for `room` px: a name that is too long is elided, the value never."""
    title, amount = _title(name), " –" if math.isnan(value) else f" {value:.3g}"
    note = tr(", no line")
    if undrawn and metrics.horizontalAdvance(title + amount + note) <= room:
        amount += note
    return metrics.elidedText(title, Qt.TextElideMode.ElideRight, room - metrics.horizontalAdvance(amount)) + amount
