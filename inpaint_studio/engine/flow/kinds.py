"""How each filled pixel was made: copied, blended from copies, or drawn by a network.

Offsets alone do not show it: every pixel has a source, but whether its colour is that of the source is known only once
the fill is finished. And a network draws its own colours, which may occur nowhere in the photo.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.flow.flow import ATTENTION, MATCHED, NEAREST, Flow, strips
from inpaint_studio.texts import join_facts, mark, tr

if TYPE_CHECKING:
    Bytes = NDArray[np.uint8]

# Confidence from which a source counts for a network's pixel. That is half of its detail or of its attention; a match
# has it where the surroundings of both differ by 13 levels of 255, root mean square (`correspondence.TRUST`).
CONFIDENT = 0.5
SAME = 3  # levels of 255 by which a copy may differ from its source: in middle greys about 1 of CIE's L*, not seen
DRAWN_GREY = 110  # grey value of pixels without a source, in the colours of a flow
DIRECTIONS = (  # from right on, clockwise, an eighth of a turn each
    mark("right"),
    mark("down right"),
    mark("down"),
    mark("down left"),
    mark("left"),
    mark("up left"),
    mark("up"),
    mark("up right"),
)
_BLOCK = 1 << 18  # pixels that are compared at a time


class Kind(IntEnum):
    """How a filled pixel was made."""

    UNKNOWN = 0  # nothing is known but the flow's label
    COPIED = 1
    BLENDED = 2
    SPREAD = 3
    DETAILED = 4
    MATCHED = 5
    ATTENDED = 6
    GLANCED = 7
    DRAWN = 8


_BY_NETWORK = mark("drawn by the network")
WORDS = {  # in sums
    Kind.COPIED: mark("copied"),
    Kind.BLENDED: mark("blended"),
    Kind.SPREAD: mark("spread"),
    Kind.DETAILED: mark("detail copied"),
    Kind.MATCHED: mark("matched afterwards"),
    Kind.ATTENDED: mark("attention"),
    Kind.GLANCED: _BY_NETWORK,
    Kind.DRAWN: _BY_NETWORK,
}
SENTENCES = {
    Kind.COPIED: mark("Copied: it has the colour of its source."),
    Kind.BLENDED: mark("Blended: mixed from copies, or a copy in another tone."),
    Kind.SPREAD: mark("Nearest known: colours spread from there."),
    Kind.DETAILED: mark("Detail copied: a network drew it, and its detail is from there."),
    Kind.MATCHED: mark("Matched afterwards: a network drew it, and its source looks like it."),
    Kind.ATTENDED: mark("Attention: the network looked there most."),
    Kind.GLANCED: mark("Drawn by the network: it looked at many places."),
    Kind.DRAWN: mark("Drawn by the network: no place in the photo looks like it."),
}
BEGINNINGS = {  # of sentences that go on with a place
    Kind.UNKNOWN: mark("From"),
    Kind.COPIED: mark("Copied from"),
    Kind.BLENDED: mark("Blended, mostly from"),
    Kind.SPREAD: mark("Spread from"),
    Kind.DETAILED: mark("Detail copied from"),
    Kind.MATCHED: mark("Drawn by the network, like"),
    Kind.ATTENDED: mark("The network looked at"),
    Kind.GLANCED: mark("Drawn by the network. It looked most at"),
    Kind.DRAWN: mark("Drawn by the network. The best source is"),
}
_BY_LABEL = {ATTENTION: Kind.ATTENDED, NEAREST: Kind.SPREAD, MATCHED: Kind.MATCHED}
_UNSURE = {Kind.DETAILED: Kind.DRAWN, Kind.MATCHED: Kind.DRAWN, Kind.ATTENDED: Kind.GLANCED}  # below `CONFIDENT`


def first_kind(label: str, network: bool) -> Kind:
    """Return the kind of pixels whose sources were found as `label` names it, before `settle` has looked at them.

    `network`: a network drew them.
    """
    return _BY_LABEL.get(label, Kind.DETAILED if network else Kind.COPIED)


def settle(flow: Flow, filled: Bytes, photo: Bytes) -> None:
    """Correct the kinds of `flow`, in place, by what is seen: `photo` before the fill and after it (H x W x 3|4).

    A copy that differs from its source by more than `SAME` becomes blended. A network's pixel whose source has less
    than `CONFIDENT` becomes drawn, and its detail that does not differ by more than `SAME` becomes copied.
    """
    if flow.kinds is None:
        return
    height, width = flow.shape
    for rows in strips(flow.hole.shape, _BLOCK):
        kinds, unsure = flow.kinds[rows], flow.weight[rows] < CONFIDENT
        for before, after in _UNSURE.items():
            kinds[(kinds == before) & unsure] = after
        y, x = np.nonzero((kinds == Kind.COPIED) | (kinds == Kind.DETAILED))
        here = y + flow.box.top + rows.start, x + flow.box.left
        down, across = flow.offsets[:, rows][:, y, x].astype(np.int64)
        there = np.clip(here[0] + down, 0, height - 1), np.clip(here[1] + across, 0, width - 1)
        same = (np.abs(filled[here].astype(np.int16) - photo[there]) <= SAME).all(axis=1)
        kinds[y[same], x[same]] = Kind.COPIED
        changed = ~same & (kinds[y, x] == Kind.COPIED)
        kinds[y[changed], x[changed]] = Kind.BLENDED


def count_kinds(flow: Flow) -> dict[Kind, int]:
    """Count the filled pixels of each kind, the most frequent first."""
    known = [] if flow.kinds is None else [kind for kind in Kind if kind is not Kind.UNKNOWN]
    # One comparison for each kind: `bincount` would first make 64-bit numbers of all pixels.
    counts: dict[Kind, int] = {kind: int(np.count_nonzero(flow.kinds == kind)) for kind in known}
    counts[Kind.UNKNOWN] = int(np.count_nonzero(flow.hole)) - sum(counts.values())
    found = {kind: count for kind, count in counts.items() if count}
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def describe_kinds(flow: Flow) -> str:
    """Describe how the pixels of a flow were made: one sentence for all, or the share of each kind."""
    counts = count_kinds(flow)
    if not counts or Kind.UNKNOWN in counts:
        return _describe_label(flow.label)
    if len(counts) == 1:
        return tr(SENTENCES[next(iter(counts))])
    shares: dict[str, int] = {}
    for kind, count in counts.items():
        word = tr(WORDS[kind])
        shares[word] = shares.get(word, 0) + count
    total = sum(shares.values())
    parts = [f"{_percent(count / total)} {word}" for word, count in sorted(shares.items(), key=lambda item: -item[1])]
    return tr("{parts}.", parts=join_facts(parts))


def _describe_label(label: str) -> str:
    return tr(SENTENCES[_BY_LABEL[label]]) if label in _BY_LABEL else f"{tr(label).capitalize()}."


def _percent(share: float) -> str:
    """Write a share of several."""
    return tr("under 1 %") if share < 0.01 else tr("over 99 %") if share > 0.99 else f"{100 * share:.0f} %"


def describe_offset(down: int, across: int) -> str:
    """Describe an offset, px: "120 px right, 14 px up"; "" where it is none."""
    parts = []
    if across:
        parts.append(tr("{px} px right", px=across) if across > 0 else tr("{px} px left", px=-across))
    if down:
        parts.append(tr("{px} px down", px=down) if down > 0 else tr("{px} px up", px=-down))
    return join_facts(parts)
