"""Figures that papers publish beside those measured here, for models whose weights were imported.

The published ones are in ``resources/paper_figures.toml``, each table with its source.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from inpaint_studio import paths
from inpaint_studio.engine.evaluation.bootstrap import Interval, mean_interval
from inpaint_studio.engine.evaluation.results import Comparison
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.texts import mark, tr

FILE = "paper_figures.toml"
TITLES = {
    "fid": ("FID", 2),
    "l1": (mark("L1 of the hole, %"), 2),
    "psnr_image": (mark("PSNR of the whole image, dB"), 2),
}
CAUTION = mark(
    "The published figures are of other photos and mostly of other holes, sizes and "
    "weights, and FID grows where there are few photos. Only large differences mean "
    "anything."
)
_OTHER_FID = mark("FID is not measured here with the Inception of published figures.")


@dataclass(frozen=True)
class PublishedRow:
    """A method's line in a published table."""

    system: str  # the name of the model here
    method: str  # its name there
    figures: dict[str, float]
    config: dict[str, Any] = field(default_factory=dict)  # how the network must be built


@dataclass(frozen=True)
class PublishedTable:
    """A table as it was published; `data` is the collection of photos, `holes` the sets here that are drawn alike."""

    id: str
    title: str
    source: str
    data: str
    holes: tuple[str, ...]
    about: str
    rows: tuple[PublishedRow, ...]


class PaperCell(NamedTuple):
    """A published figure, and the one measured here with its interval; a dash where there is none."""

    published: str
    here: str
    interval: str


class PaperLine(NamedTuple):
    """A model here beside a method there."""

    model: str
    weights: str  # whose they are, as far as it is known
    method: str
    cells: list[PaperCell]


class PaperTable(NamedTuple):
    """A published table with the figures from here; `notes` are sentences."""

    title: str
    source: str
    notes: list[str]
    heads: list[str]
    lines: list[PaperLine]


@cache
def published_tables() -> tuple[PublishedTable, ...]:
    """Read the published tables. Raises KeyError, TypeError or ValueError for one that is not complete."""
    listed = tomllib.loads((paths.resources() / FILE).read_text(encoding="utf-8"))
    tables = []
    for entry in listed["table"]:
        rows = tuple(PublishedRow(**row) for row in entry.pop("row"))
        if any(figure not in TITLES for row in rows for figure in row.figures):
            raise ValueError(entry["id"])
        tables.append(PublishedTable(**(entry | {"holes": tuple(entry["holes"])}), rows=rows))
    return tuple(tables)


def compare_with_papers(comparison: Comparison) -> list[PaperTable]:
    """Return the published tables that have a method of one of the models; none where no weights were imported.

    Weights that are known to be trained on other photos than the table's are left out. Where some of the holes are
    drawn as the table's, only those are measured; FID only where all are.
    """
    found = []
    for table in published_tables():
        figures = [name for name in TITLES if any(name in row.figures for row in table.rows)]
        every = comparison.compared
        alike = [number for number in every if comparison.cases[number].kind in table.holes]
        if "fid" in figures and len(alike) < len(every):
            alike = []  # FID is measured over all photos
        numbers = alike or every
        lines = [
            _line(comparison, model, weights, row, figures, numbers)
            for row in table.rows
            for model, weights in comparison.weights.items()
            if _fits(weights, row, table.data) and comparison.measured.get(model)
        ]
        if not lines:
            continue
        notes = [table.about, f"{'Holes drawn as there' if alike else 'Other holes'}, {len(numbers)} photos here."]
        notes += [_OTHER_FID] if any(c.here == "–" for line in lines for c in line.cells) else []
        found.append(PaperTable(table.title, table.source, notes, [TITLES[name][0] for name in figures], lines))
    return found


def _fits(weights: Weights, row: PublishedRow, data: str) -> bool:
    if weights.origin != "imported" or weights.system != row.system:
        return False
    if any(weights.config.get(key) != value for key, value in row.config.items()):
        return False
    title = weights.facts.get("title", "")  # known where the program downloaded them
    return not title or data.lower() in title.lower()


def _line(
    comparison: Comparison, model: str, weights: Weights, row: PublishedRow, figures: list[str], numbers: list[int]
) -> PaperLine:
    cells = []
    for name in figures:
        digits = TITLES[name][1]
        published = f"{row.figures[name]:.{digits}f}" if name in row.figures else "–"
        value, interval = _measured(comparison, model, name, numbers)
        here = "–" if value is None else f"{value:.{digits}f}"
        bounds = ""
        if interval is not None and math.isfinite(interval.low):
            bounds = f"{interval.low:.{digits}f}–{interval.high:.{digits}f}"
        cells.append(PaperCell(published, here, bounds))
    return PaperLine(model, weights.facts.get("title") or tr("training data not known here"), row.method, cells)


def _measured(
    comparison: Comparison, model: str, figure: str, numbers: list[int]
) -> tuple[float | None, Interval | None]:
    """Return a figure over these cases as papers measure it, and its interval where each photo has a figure."""
    if figure == "fid":
        values = comparison.fid.get(model)
        return (float(np.mean(values)), None) if values and comparison.paper_inception else (None, None)
    own = comparison.measured[model]
    if figure == "l1":
        each = [own[number]["l1"] for number in numbers]
    else:  # the error of the whole image is that of the hole times its share: outside no pixel changes
        each = [own[number]["psnr"] - 10 * math.log10(comparison.shares[number]) for number in numbers]
    interval = mean_interval(each)
    return interval.mean, interval
