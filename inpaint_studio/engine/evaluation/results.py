"""What a comparison of models found: figures of each fill, and their means over groups of photos."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.evaluation import deep_metrics, differences
from inpaint_studio.engine.evaluation.bootstrap import Interval, mean_interval, mean_intervals
from inpaint_studio.engine.evaluation.columns import COLUMNS, FIGURES, OF_PHOTOS
from inpaint_studio.engine.evaluation.dataset import EVERY, Case
from inpaint_studio.engine.evaluation.differences import Difference
from inpaint_studio.engine.evaluation.kernel_distance import KernelDistance
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.texts import mark, tr

# The papers' sizes of a hole, as a share of the photo: PConv's test set (Liu et al. 2018, section 4) has 1000 masks of
# each, and later papers keep its bounds. Above the first number, up to and with the second.
BINS = (
    (0.01, 0.1, "1-10 %"),
    (0.1, 0.2, "10-20 %"),
    (0.2, 0.3, "20-30 %"),
    (0.3, 0.4, "30-40 %"),
    (0.4, 0.5, "40-50 %"),
    (0.5, 0.6, "50-60 %"),
)
BELOW, ABOVE = mark("1 % or less"), mark("over 60 %")  # holes outside the papers' sizes, which are counted apart
SIZES = (BELOW, *(label for _, _, label in BINS), ABOVE)


def size_label(share: float) -> str:
    """Return the size of a hole with this share of the photo, in [0, 1]."""
    for low, high, label in BINS:
        if low < share <= high:
            return label
    return BELOW if share <= BINS[0][0] else ABOVE


class LeftOut(NamedTuple):
    """A photo that is not in the figures."""

    case: Case
    model: str  # the one that could not fill it; "" where the photo could not be read
    reason: str  # a sentence that names no folder

    @property
    def sentence(self) -> str:
        """Photo, model and reason on one line."""
        if self.reason.startswith(self.case.photo.name):
            return self.reason
        if self.model:
            return tr("{photo} by {model}: {reason}", photo=self.case.name, model=self.model, reason=self.reason)
        return tr("{photo}: {reason}", photo=self.case.name, reason=self.reason)


@dataclass(frozen=True)
class Row:
    """Means over the `n` photos of one group with one kind of hole; a figure that is not known is None."""

    model: str
    group: str
    kind: str
    n: int
    figures: dict[str, float | None]
    intervals: dict[str, Interval] = field(default_factory=dict)  # of every figure but FID
    better_than: dict[str, list[str]] = field(default_factory=dict)  # figure -> models that this one surely beats
    between_seeds: dict[str, float] = field(default_factory=dict)  # standard deviation of the mean from seed to seed
    kid_spread: float | None = None  # standard deviation of KID over its subsets


@dataclass
class Comparison:
    """The results of `compare`. With several seeds, `measured` has means over them, and `by_seed` what each gave."""

    models: list[str]
    cases: list[Case]
    measured: dict[str, dict[int, dict[str, float]]] = field(default_factory=dict)  # model -> case -> figure
    by_seed: dict[str, dict[int, list[dict[str, float]]]] = field(default_factory=dict)
    shares: dict[int, float] = field(default_factory=dict)  # case -> share of the photo that is hole, in [0, 1]
    left_out: list[LeftOut] = field(default_factory=list)
    fid: dict[str, list[float]] = field(default_factory=dict)  # model -> FID by seed
    kid: dict[str, list[KernelDistance]] = field(default_factory=dict)  # model -> KID by seed
    kid_parts: dict[tuple[str, str], NDArray[np.float64]] = field(default_factory=dict)  # two models -> by photo
    notes: list[str] = field(default_factory=list)  # sentences for the user
    missing: list[deep_metrics.Missing] = field(default_factory=list)
    paper_inception: bool = False  # whether FID is by the network of published figures
    weights: dict[str, Weights] = field(default_factory=dict)  # model -> its weights, where it has any

    @property
    def compared(self) -> list[int]:
        """The numbers of the cases that are in the figures: those filled by every model that fills any."""
        filled = [set(own) for own in self.measured.values() if own]
        return sorted(set.intersection(*filled)) if filled else []

    def rows(self) -> list[Row]:
        """Return means over all cases, by size and kind of the hole and by the photo's group; one row a model."""
        rows = []
        for section in self._divide_cases():
            found = [self._differences(numbers) for _, _, numbers in section]
            differences.correct_together(found)  # a table at a time
            for (group, kind, numbers), own in zip(section, found, strict=True):
                tables = [self.table(model, numbers) for model in self.models]
                filled = [table for table in tables if len(table)]
                intervals = iter(mean_intervals(np.hstack(filled)) if filled else [])  # of all from the same draws
                for model, table in zip(self.models, tables, strict=True):
                    known = list(islice(intervals, len(OF_PHOTOS))) if len(table) else []
                    rows.append(self._row(model, group, kind, numbers if known else [], known, own))
        return rows

    def crossed_rows(self) -> list[Row]:
        """Return means over each kind of hole in each group of photos, where both have labels; without comparisons."""
        places: dict[tuple[str, str], list[int]] = {}
        for number in self.compared:
            case = self.cases[number]
            if case.group and case.kind:
                places.setdefault((case.group, case.kind), []).append(number)
        rows = []
        for (group, kind), numbers in sorted(places.items()):
            for model in self.models:
                table = self.table(model, numbers)
                known = mean_intervals(table) if len(table) else []
                rows.append(self._row(model, group, kind, numbers if known else [], known, []))
        return rows

    def differences(self) -> list[Difference]:
        """Return how each two models differ over all cases, corrected as the table of all cases is."""
        found = self._differences(self.compared, with_intervals=True)
        differences.correct_together([found])
        return found

    def psnr(self, number: int) -> float:
        """Return mean PSNR of that case over the models that filled it, dB."""
        return float(np.mean([own[number]["psnr"] for own in self.measured.values() if number in own]))

    def table(self, model: str, numbers: Sequence[int]) -> NDArray[np.float64]:
        """Return the figures that each photo has, a row for each case and a column for each of `OF_PHOTOS`."""
        own = self.measured.get(model) or {}
        rows = [[own[number].get(column.figure, math.nan) for column in OF_PHOTOS] for number in numbers if own]
        return np.array(rows, np.float64).reshape(len(rows), len(OF_PHOTOS))

    def _divide_cases(self) -> Iterator[list[tuple[str, str, list[int]]]]:
        """Yield sections: group, kind of hole and the numbers of the cases in both, of each of the parts."""
        every = self.compared
        yield [(EVERY, EVERY, every)]
        sizes = {number: size_label(self.shares[number]) for number in every}
        kinds = {number: self.cases[number].kind for number in every}
        groups = {number: self.cases[number].group for number in every}
        by_size = {label: [number for number in every if sizes[number] == label] for label in SIZES}
        yield [(EVERY, label, numbers) for label, numbers in by_size.items() if numbers]
        names = sorted({kind for kind in kinds.values() if kind and kind not in SIZES})
        yield [(EVERY, kind, [number for number in every if kinds[number] == kind]) for kind in names]
        names = sorted({group for group in groups.values() if group})
        yield [(group, EVERY, [number for number in every if groups[number] == group]) for group in names]

    def _differences(self, numbers: Sequence[int], with_intervals: bool = False) -> list[Difference]:
        tables = {model: self.table(model, numbers) for model in self.models if self.measured.get(model)}
        if len(numbers) < len(self.compared):
            return differences.compare_models(tables, {}, {}, with_intervals)
        values = {model: self._kid_values(model) for model in self.kid}
        return differences.compare_models(tables, self.kid_parts, values, with_intervals)

    def _kid_values(self, model: str) -> NDArray[np.float64]:
        """Return what each photo adds to KID, the mean over seeds."""
        return np.asarray(np.mean([value.parts for value in self.kid[model]], axis=0), np.float64)

    def _row(
        self,
        model: str,
        group: str,
        kind: str,
        numbers: Sequence[int],
        intervals: Sequence[Interval | None],
        found: Sequence[Difference],
    ) -> Row:
        named = zip(OF_PHOTOS, intervals, strict=False)  # none where the model filled no photo
        known = {column.figure: interval for column, interval in named if interval is not None}
        figures: dict[str, float | None] = dict.fromkeys(FIGURES)
        figures |= {name: interval.mean for name, interval in known.items()}
        kid_spread = None
        seeds = self._seed_means(model, numbers)
        if group == kind == EVERY:
            whole = {"fid": self.fid.get(model, []), "kid": [value.mean for value in self.kid.get(model, [])]}
            figures |= {name: float(np.mean(values)) for name, values in whole.items() if values}
            seeds |= {name: values for name, values in whole.items() if len(values) > 1}
            spreads = [value.spread for value in self.kid.get(model, [])]
            kid_spread = float(np.mean(spreads)) if spreads else None
            if model in self.kid:
                known["kid"] = mean_interval(self._kid_values(model))
        better = {column.figure: differences.beaten(model, column.figure, found) for column in COLUMNS}
        return Row(
            model,
            group,
            kind,
            len(numbers),
            figures,
            known,
            {name: models for name, models in better.items() if models},
            {name: float(np.std(values, ddof=1)) for name, values in seeds.items()},
            kid_spread,
        )

    def _seed_means(self, model: str, numbers: Sequence[int]) -> dict[str, list[float]]:
        """Return the mean over photos for each seed, of each figure; empty where there is one seed."""
        own = self.by_seed.get(model, {})
        count = min((len(own[number]) for number in numbers if number in own), default=0)
        means: dict[str, list[float]] = {}
        for column in OF_PHOTOS if count > 1 else ():
            values: Any = [
                [own[number][seed].get(column.figure, math.nan) for number in numbers] for seed in range(count)
            ]
            finite = [[value for value in each if math.isfinite(value)] for each in values]
            if all(finite):
                means[column.figure] = [float(np.mean(each)) for each in finite]
        return means
