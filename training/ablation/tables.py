"""The tables of an ablation: figures, costs, and a CSV file with a line for each training."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from inpaint_studio.engine.evaluation.columns import Column
from training.ablation.cost import VariantCost
from training.ablation.ledger import Ledger
from training.ablation.measure import FIGURES
from training.ablation.summary import FigureSummary

UNKNOWN = "–"


class FigureCell(NamedTuple):
    """One figure of one row: its mean, its spread over the seeds, and what is known of its difference to the first."""

    text: str
    spread: str = ""
    is_best: bool = False
    is_beyond: bool = False  # whether it differs from the first variant by more than luck may explain


class FigureRow(NamedTuple):
    """A variant, or a reference, with its cells in the order of `shown_columns`."""

    name: str
    seeds: int  # 0: a reference
    cells: list[FigureCell]


def shown_columns(found: Mapping[str, FigureSummary]) -> list[Column]:
    """Return the figures that were measured, in their order."""
    return [column for column in FIGURES if column.figure in found]


def list_figures(ledger: Ledger, found: Mapping[str, FigureSummary]) -> list[FigureRow]:
    """Return a row for each variant, then one for each reference."""
    columns = shown_columns(found)
    rows = [
        FigureRow(name, len(ledger.measured(name)), [_cell(column, name, found[column.figure]) for column in columns])
        for name in ledger.variants
    ]
    for name, figures in ledger.references.items():
        values = [figures.get(column.figure) for column in columns]
        texts = zip(columns, values, strict=True)
        cells = [FigureCell(UNKNOWN if value is None else f"{value:.{column.digits}f}") for column, value in texts]
        rows.append(FigureRow(name, 0, cells))
    return rows


def _cell(column: Column, name: str, found: FigureSummary) -> FigureCell:
    own = found.means.get(name)
    if own is None:
        return FigureCell(UNKNOWN)
    digits = column.digits
    best = min(found.means, key=lambda each: column.distance(found.means[each].mean))
    low, high = f"{own.low:.{digits}f}", f"{own.high:.{digits}f}"
    spread = f"{low}–{high}" if low != high else ""
    return FigureCell(f"{own.mean:.{digits}f}", spread, name == best, name in found.beyond_luck())


class CostColumn(NamedTuple):
    """A column of the table of costs."""

    title: str
    about: str
    text: Callable[[VariantCost], str]


COST_COLUMNS = (
    CostColumn("Parameters", "Learned numbers of the whole network.", lambda cost: f"{cost.parameters:,}"),
    CostColumn("of the block", "Those of the attention block.", lambda cost: _whole(cost.block_parameters)),
    CostColumn(
        "Multiply-adds, M",
        "Of convolutions and products of matrices in the whole network, for one image of the size of the crops.",
        lambda cost: f"{cost.macs / 1e6:.1f}",
    ),
    CostColumn("of the block, M", "Those of the block.", lambda cost: _scaled(cost.block_macs, 1e6, 3)),
    CostColumn(
        "Memory of the block, KiB",
        "The largest tensor that the block makes on the way, 32 bits a value.",
        lambda cost: _scaled(cost.block_bytes, 1024, 1),
    ),
    CostColumn(
        "Features", "Channels, height and width of the features at the block's place.", lambda cost: _shape(cost)
    ),
    CostColumn(
        "ms per image",
        "Time to fill one crop and to find what the network attends to, the fastest of several rounds in which the "
        "variants take turns.",
        lambda cost: UNKNOWN if cost.milliseconds is None else f"{cost.milliseconds:.2f}",
    ),
)


def list_costs(ledger: Ledger) -> list[tuple[str, list[str]]]:
    """Return the name of each variant with its cells in the order of `COST_COLUMNS`."""
    known = [(name, ledger.costs[name]) for name in ledger.variants if name in ledger.costs]
    return [(name, [column.text(cost) for column in COST_COLUMNS]) for name, cost in known]


def make_csv(ledger: Ledger) -> str:
    """Return a line for each training, and one for each reference, with all figures and costs."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = [column.figure for column in FIGURES]
    costs = ["parameters", "block_parameters", "macs", "block_macs", "block_bytes", "milliseconds"]
    writer.writerow(["variant", "seed", "steps", "seconds", *names, *costs, "factors", "failed"])
    for name in ledger.variants:
        cost = ledger.costs.get(name)
        for each in (one for one in ledger.trainings if one.variant == name):
            known = [_number(each.figures.get(figure)) for figure in names]
            spent = [_number(None if cost is None else getattr(cost, field)) for field in costs]
            factors = " ".join(f"{key}={value:g}" for key, value in each.factors.items())
            writer.writerow([name, each.seed, each.steps, each.seconds, *known, *spent, factors, each.failed])
    for name, figures in ledger.references.items():
        writer.writerow([name, "", "", "", *(_number(figures.get(figure)) for figure in names)])
    return text.getvalue()


def _number(value: Any) -> str:
    return "" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)


def _whole(value: int | None) -> str:
    return UNKNOWN if value is None else f"{value:,}"


def _scaled(value: int | None, unit: float, digits: int) -> str:
    return UNKNOWN if value is None else f"{value / unit:.{digits}f}"


def _shape(cost: VariantCost) -> str:
    return UNKNOWN if cost.block_shape is None else " × ".join(map(str, cost.block_shape))
