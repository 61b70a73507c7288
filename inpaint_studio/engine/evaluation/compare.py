"""Several models fill the same photos, and what they drew is measured against what was there."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.evaluation import deep_metrics, metrics
from inpaint_studio.engine.evaluation.dataset import EVERY, Case
from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.fill.warm_up import warm_up
from inpaint_studio.engine.model_library import model_library, weights_of
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import Cancelled, InputError, NoWeights, StudioError
from inpaint_studio.models.base.interface import Bytes, Options, Plane
from inpaint_studio.models.base.network_model import NetworkModel
from inpaint_studio.models.base.registry import AUTO

FIGURES = ("psnr", "ssim", "l1", "tv", "tv_ratio", "lpips", "fid", "sharpness", "seam", "chi2", "seconds")
SIZES = ((0.1, "<10 %"), (0.2, "10-20 %"), (0.3, "20-30 %"), (0.4, "30-40 %"), (1.0, "40+ %"))  # hole to picture
PERFECT = 99.0  # dB, for a fill without any error, so that means stay numbers
_WARM_UP = 0.2  # of the progress of a model's first picture


class Watcher(Protocol):
    """Sees every fill that was measured: the case's number, the model's, and H x W x 3 pictures."""

    def __call__(self, number: int, model: int, truth: Bytes, hole: Plane, filled: Bytes) -> None: ...


class LeftOut(NamedTuple):
    """A picture that is not in the figures."""

    case: Case
    model: str  # which could not fill it; "" where it could not be read
    reason: str  # a sentence without folders

    @property
    def said(self) -> str:
        """The whole of it on one line."""
        by = f" by {self.model}" if self.model else ""
        return self.reason if self.reason.startswith(self.case.photo.name) else f"{self.case.name}{by}: {self.reason}"


class Row(NamedTuple):
    """Means over the `n` pictures of one group and one kind of hole; a figure that is not known is None."""

    model: str
    group: str
    kind: str
    n: int
    figures: dict[str, float | None]


@dataclass
class Comparison:
    """What was measured: for each model by the number of the case, in [0, 1] the share of the picture that is hole."""

    models: list[str]
    cases: list[Case]
    measured: dict[str, dict[int, dict[str, float]]] = field(default_factory=dict)
    shares: dict[int, float] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    fid: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    missing: list[deep_metrics.Missing] = field(default_factory=list)

    @property
    def compared(self) -> list[int]:
        """The numbers of the cases that are in the figures: those filled by every model that fills any."""
        filled = [set(own) for own in self.measured.values() if own]
        return sorted(set.intersection(*filled)) if filled else []

    def rows(self) -> list[Row]:
        """Over everything, by the size of the hole, by its kind and by the photo's group; the models side by side."""
        return [
            self._row(model, group, kind, numbers if self.measured.get(model) else [])
            for group, kind, numbers in self._divided()
            for model in self.models
        ]

    def psnr(self, number: int) -> float:
        """How well the models together filled that case, dB."""
        return float(np.mean([own[number]["psnr"] for own in self.measured.values() if number in own]))

    def _divided(self) -> Iterator[tuple[str, str, list[int]]]:
        """Group, kind, and the cases that are of both."""
        every = self.compared
        yield EVERY, EVERY, every
        sizes = {
            number: next(label for most, label in SIZES if self.shares[number] < most or most == 1) for number in every
        }
        labels = [label for _, label in SIZES]
        kinds = {number: self.cases[number].kind for number in every}
        groups = {number: self.cases[number].group for number in every}
        for label in labels:
            if label in sizes.values():
                yield EVERY, label, [number for number in every if sizes[number] == label]
        for kind in sorted({kind for kind in kinds.values() if kind and kind not in labels}):
            yield EVERY, kind, [number for number in every if kinds[number] == kind]
        for group in sorted({group for group in groups.values() if group}):
            yield group, EVERY, [number for number in every if groups[number] == group]

    def _row(self, model: str, group: str, kind: str, numbers: Sequence[int]) -> Row:
        own = self.measured.get(model, {})
        means: dict[str, float | None] = {}
        for name in FIGURES:
            values = [own[number][name] for number in numbers if math.isfinite(own[number].get(name, math.nan))]
            means[name] = float(np.mean(values)) if values else None
        means["fid"] = self.fid.get(model) if group == kind == EVERY else None
        return Row(model, group, kind, len(numbers), means)


def check_models(names: Sequence[str], plain: bool) -> None:
    """Raises UnknownModel, NoWeights, or InputError where one of the models could fill nothing as asked."""
    for name in names:
        if name == AUTO:
            if plain:
                raise InputError("--plain is one model's own way; name the models with --model.")
            continue
        model = model_library().get(name)
        if isinstance(model, NetworkModel) and weights_of(model) is None:
            raise NoWeights(
                f"{model.traits.title} has no weights yet; 'inpaint-studio models info {name}' says where they are "
                "published."
            )


def compare(
    cases: Sequence[Case],
    models: Sequence[str],
    options: Options,
    plain: bool,
    ticket: Ticket,
    watch: Watcher | None = None,
) -> Comparison:
    """Has each of `models` fill every case, one picture in memory at a time.

    A picture that cannot be read or filled is left out with its reason. Raises InputError where none is left, what
    `check_models` raises, Cancelled, and whatever `watch` raises.
    """
    check_models(models, plain)
    found = Comparison(list(dict.fromkeys(models)), list(cases))
    run = _Run(found, options, plain, watch)
    for place in range(len(found.models)):
        run.model(place, ticket)
    if not found.compared:
        raise InputError(f"No picture could be measured. {found.left_out[0].said}")
    run.finish(ticket)
    return found


class _Run:
    """A comparison under way: model after model, so that one network at a time is in memory."""

    def __init__(self, found: Comparison, options: Options, plain: bool, watch: Watcher | None) -> None:
        self._found, self._options, self._plain, self._watch = found, options, plain, watch
        self._warm: set[str] = set()
        self._unreadable: set[int] = set()
        self._lpips = deep_metrics.lpips()
        enough = len(found.cases) >= deep_metrics.LEAST_FOR_FID
        self._inception = deep_metrics.inception() if enough else None
        self._truths: dict[int, NDArray[np.float64]] = {}
        self._fills: dict[tuple[str, int], NDArray[np.float64]] = {}
        found.missing = [judge for judge in (self._lpips, self._inception) if isinstance(judge, deep_metrics.Missing)]
        found.notes = [judge.reason for judge in found.missing]

    def model(self, place: int, ticket: Ticket) -> None:
        """Fills and measures every case with the model of this number."""
        found = self._found
        name = found.models[place]
        found.measured[name] = {}
        total = len(found.models) * len(found.cases)
        for number, case in enumerate(found.cases):
            done = place * len(found.cases) + number
            word = f"{name}: {number + 1} of {len(found.cases)}"
            ticket.report(done / total, word)
            if number not in self._unreadable:
                self._case(name, place, number, case, _Step(ticket, done / total, (done + 1) / total, word))

    def _case(self, name: str, place: int, number: int, case: Case, ticket: _Step) -> None:
        found = self._found
        opened = self._tried("", case, case.open)
        if opened is None:
            self._unreadable.add(number)
            return
        truth, hole = opened
        measured = self._tried(name, case, lambda: self._measured(name, number, truth, hole, ticket))
        if measured is None:
            return
        figures, filled = measured
        found.measured[name][number] = figures
        found.shares[number] = float(hole.mean())
        if self._watch is not None:  # whatever goes wrong there ends the run: it is no matter of this picture
            self._watch(number, place, truth, hole, filled)

    def _measured(
        self, name: str, number: int, truth: Bytes, hole: Plane, ticket: _Step
    ) -> tuple[dict[str, float], Bytes]:
        pixels = truth.copy()
        pixels[hole] = 0  # nobody sees what belongs there
        request = Request(pixels, hole, name, options=self._options, plain=self._plain)
        self._warm.update(warm_up(request, ticket.part(0.0, _WARM_UP), self._warm))
        result = fill(request, ticket.part(_WARM_UP, 1.0))
        filled = result.pixels[..., :3]
        figures = metrics.figures(filled, truth, hole)._asdict() | {"seconds": result.seconds}
        figures |= metrics.similarity(filled, truth, hole)._asdict()
        figures["psnr"] = min(PERFECT, figures["psnr"])
        if isinstance(self._lpips, deep_metrics.Lpips):
            distance = self._lpips.distance(filled, truth)
            figures |= {} if distance is None else {"lpips": distance}
        if isinstance(self._inception, deep_metrics.Inception):
            if number not in self._truths:
                self._truths[number] = self._inception.features(truth)
            self._fills[name, number] = self._inception.features(filled)
        return figures, filled

    def _tried(self, model: str, case: Case, step: Callable[[], Any]) -> Any:
        """What `step` gives; None where it fails, which is written down."""
        try:
            return step()
        except Cancelled:
            raise
        except StudioError as error:
            reason = str(error)
        except MemoryError:
            reason = "there is not enough memory for it."
        except Exception as error:  # a model may be anybody's, and one picture must not cost the others
            reason = f"a fault of the model: {type(error).__name__}: {error}"
        self._found.left_out.append(LeftOut(case, model, _without_folders(reason, case)))
        return None

    def finish(self, ticket: Ticket) -> None:
        """What needs all pictures."""
        found, numbers = self._found, self._found.compared
        found.notes += [
            f"{name} filled none of the pictures, and stands in no figure."
            for name in found.models
            if not found.measured[name]
        ]
        out = len(found.cases) - len(numbers)
        if out:
            alike = "; the figures are over those that every model filled" if len(found.models) > 1 else ""
            found.notes.append(f"{out} of {len(found.cases)} pictures are left out{alike}.")
        if not isinstance(self._inception, deep_metrics.Inception) or len(numbers) < deep_metrics.LEAST_FOR_FID:
            if not isinstance(self._inception, deep_metrics.Missing):
                found.notes.append(f"FID is left out: it needs {deep_metrics.LEAST_FOR_FID} pictures or more.")
            return
        truths = np.stack([self._truths[number] for number in numbers])
        for name in found.models:
            ticket.report(1.0, f"{name}: FID")
            if found.measured[name]:
                fills = np.stack([self._fills[name, number] for number in numbers])
                found.fid[name] = deep_metrics.frechet(fills, truths)
        found.notes += [self._inception.note] if self._inception.note else []
        if len(numbers) < deep_metrics.ENOUGH_FOR_FID:
            found.notes.append(
                f"FID over {len(numbers)} pictures is noisy; it settles from about {deep_metrics.ENOUGH_FOR_FID} on."
            )


class _Step:
    """One picture's share of the progress, under one word throughout."""

    def __init__(self, ticket: Ticket, start: float, end: float, word: str) -> None:
        self._ticket, self._start, self._end, self._word = ticket, start, end, word

    def report(self, fraction: float, _note: str = "") -> None:
        self._ticket.report(self._start + (self._end - self._start) * fraction, self._word)

    def part(self, start: float, end: float) -> _Step:
        span = self._end - self._start
        return _Step(self._ticket, self._start + start * span, self._start + end * span, self._word)


def _without_folders(reason: str, case: Case) -> str:
    for path in (case.photo, case.mask):
        if not callable(path):
            reason = reason.replace(str(path), path.name)
    return " ".join(reason.split())
