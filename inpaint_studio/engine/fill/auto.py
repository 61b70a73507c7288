"""Which model fills a hole where the user leaves the choice to the program: a small table, with reasons.

The table is read from top to bottom; the first row that fits the hole decides. Each row names its models in the order
of preference, for a program may lack some of them.

Measured on 144 thin holes of 1 to 5 px in photos: the exemplar filler 28.93 dB, Navier-Stokes 28.53, Telea 27.04. On
smooth ground (15 % of them) Navier-Stokes is as good and quicker: the table gets 28.96 dB, and the best of the three in
62 of 100 holes. Wider scratches and letters (24 holes): the exemplar filler 23.90 dB, Navier-Stokes 23.79, Telea 23.63.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from inpaint_studio.engine.fill.surroundings import Surroundings
from inpaint_studio.errors import UnknownModel
from inpaint_studio.models.base.interface import Model
from inpaint_studio.models.base.registry import Registry
from inpaint_studio.texts import mark, tr

HAIRLINE = 3.0  # px: up to this inscribed radius a hole is thin enough for diffusion
LARGE = 0.1  # of the shorter side of the photo: from this inscribed radius on a hole is large
# Levels of 255. Measured on those thin holes: with a limit for edges from 10 to 20 the table gets 28.96 to 28.97 dB,
# with 5 or less no more than the exemplar filler alone.
SMOOTH_EDGE = 10.0  # the strongest change from pixel to pixel beside a hole on smooth ground
SMOOTH_GRAIN = 1.5  # its grain; weaker grain is not seen
FLAT = 8.0  # levels between the darkest and the brightest value beside a hole on flat ground
_COPY = "exemplar", "navier-stokes", "telea"
_SPREAD = "navier-stokes", "telea", "exemplar"


@dataclass(frozen=True)
class HoleLook:
    """What the table knows of a hole. `look` measures round it when that is needed; None where nothing is known."""

    radius: float  # px, of the largest circle inside it
    share: float  # that radius, as a share of the photo's shorter side
    guided: bool = False  # whether the user leads the fill: by a guide line, or by a part that alone may be copied
    look: Callable[[], Surroundings | None] = lambda: None
    is_drawing: Callable[[], bool] = lambda: False  # whether rules decide it: line art, pixel art, a pattern, a cut-out

    @cached_property
    def around(self) -> Surroundings | None:
        """What lies round the hole."""
        return self.look()

    @property
    def is_thin(self) -> bool:
        """Whether it is a hairline."""
        return self.radius <= HAIRLINE

    @property
    def is_smooth(self) -> bool:
        """Whether neither an edge nor grain is beside it."""
        around = self.around
        return around is not None and around.edge < SMOOTH_EDGE and around.grain < SMOOTH_GRAIN

    @property
    def is_flat(self) -> bool:
        """Whether about one colour is beside it."""
        return self.around is not None and is_flat(self.around)


class Rule(NamedTuple):
    """One rule of the table: for which holes, which models, and the reason in a few words."""

    fits: Callable[[HoleLook], bool]
    models: tuple[str, ...]
    reason: str
    published: bool = False  # only models whose published weights the user has fetched


def is_flat(around: Surroundings) -> bool:
    """Return whether surroundings have about one colour."""
    return around.spread <= FLAT


def _has_grain(hole: HoleLook) -> bool:
    return hole.around is not None and hole.around.edge < SMOOTH_EDGE


TABLE = (
    Rule(lambda hole: hole.guided, _COPY, mark("as you guide it")),
    Rule(lambda hole: hole.is_thin and hole.around is None, _COPY, mark("thin hole")),
    Rule(lambda hole: hole.is_thin and hole.is_flat, _COPY, mark("thin hole on flat ground")),
    Rule(lambda hole: hole.is_thin and hole.is_smooth, _SPREAD, mark("thin hole on smooth ground")),
    Rule(lambda hole: hole.is_thin and _has_grain(hole), _COPY, mark("thin hole through grain")),
    Rule(lambda hole: hole.is_thin, _COPY, mark("thin hole across an edge")),
    Rule(
        lambda hole: hole.share >= LARGE and not hole.is_flat and not hole.is_drawing(),
        ("lama", "mi-gan"),
        mark("large hole, fetched network"),
        published=True,
    ),
    Rule(lambda hole: hole.share >= LARGE, _COPY, mark("large hole")),
    Rule(lambda _hole: True, _COPY, mark("hole of medium size")),
)


def choose_model(models: Registry, hole: HoleLook) -> tuple[Model, str]:
    """Return the model that fills the hole, and the reason in a few words. Raises UnknownModel where there is none.

    Where no model of a row can fill, the next row that fits is read; where none is left, any model that can fill.
    """
    able = {name: model for name, model in models.models.items() if has_weights(model)}
    for row in TABLE:
        usable = [name for name in row.models if name in able and (not row.published or _is_fetched(able[name]))]
        if usable and row.fits(hole):
            return _prefer_lines([able[name] for name in usable], hole), tr(row.reason)
    ready = [model for model in able.values() if not model.traits.needs_weights] or list(able.values())
    if not ready:
        raise UnknownModel(tr("No model is installed that can fill a hole; install the program again."))
    return _prefer_lines(ready, hole), tr("the only one there is") if len(ready) == 1 else tr(
        "one that needs no weights"
    )


def _prefer_lines(models: list[Model], hole: HoleLook) -> Model:
    """Return the first of the models; where the user guides the fill, the first that follows guide lines."""
    following = [model for model in models if "lines" in model.traits.accepts] if hole.guided else []
    return (following or models)[0]


def has_weights(model: Model) -> bool:
    """Return whether `model` can compute: it needs no weights, or has some with which this build can compute."""
    if not model.traits.needs_weights:
        return True
    return getattr(model, "weights", None) is not None and not getattr(model, "obstacle", "")


def _is_fetched(model: Model) -> bool:
    """Return whether a network has published weights that the user has imported and that everybody may use."""
    weights = getattr(model, "weights", None)
    return weights is not None and weights.origin == "imported" and weights.licence == "free"
